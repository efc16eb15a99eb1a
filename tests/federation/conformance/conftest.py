from __future__ import annotations

import datetime
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from platelaw.engine.cache import Cache
from platelaw.federation.call import Handler
from platelaw.federation.client import TlsFiles
from platelaw.federation.embedded import TRUST_DOMAIN, Embedded, embedded
from platelaw.federation.identity.authorizing import load_authorizer
from platelaw.federation.identity.credentials import ServerTls
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.clock import Clock
from platelaw.federation.server.config import Logging
from platelaw.federation.server.logs import logger
from platelaw.federation.server.served import Served, Tools
from platelaw.federation.server.serving import Serving
from platelaw.federation.service import Service, Version

Plant = Callable[[str, Handler], Handler]


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class Development:
    """A development service, which can be served with a fault planted in it."""

    made: Embedded
    service: Service

    def identities(self, *names: str) -> dict[str, TlsFiles]:
        return {name: self.files(name) for name in names or self.names()}

    def names(self) -> list[str]:
        return [identity.name for identity in self.made.home.identities]

    def files(self, name: str) -> TlsFiles:
        tls = self.made.home.tls(name)
        return TlsFiles(tls.certificate, tls.key, tls.authorities)

    @contextmanager
    def served(self, plant: Plant = lambda method, handler: handler) -> Generator[str]:
        """The address of the service, while it runs."""
        tools = Tools(Clock(), Accounts(), logger(Logging()))
        handlers = {name: plant(name, one) for name, one in self.service.handlers().items()}
        served = Served(
            handlers,
            self.service.peers.caller_of,
            self.service.authorize,
            ServerTls(self.made.home.tls(), print).credentials(),
        )
        serving = Serving(served, tools, address="127.0.0.1:0")
        port = serving.start()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            serving.stop(1)


@pytest.fixture(scope="session")
def development(tmp_path_factory: pytest.TempPathFactory) -> Development:
    folder = tmp_path_factory.mktemp("conformance")
    made = embedded(folder / "home", utc_now, Cache(folder / "cache"))
    service = Service.of(
        Version.of(made.bundle, utc_now),
        store=made.home.store,
        trust_domains=(TRUST_DOMAIN,),
        authorizer=load_authorizer(),
        clock=utc_now,
    )
    return Development(made, service)
