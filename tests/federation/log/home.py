"""The log of a development service as commands find it: its folder, what it answered, its keys."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.engine.cache import Cache
from platelaw.federation.call import Call
from platelaw.federation.caller import CallerRole
from platelaw.federation.deciding.recording import Recording
from platelaw.federation.embedded import TRUST_DOMAIN, Home, embedded
from platelaw.federation.identity.authorizing import load_authorizer
from platelaw.federation.later import Later
from platelaw.federation.log.gathering import LocalLog
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.opening import open_log
from platelaw.federation.log.sealer import RingSealer
from platelaw.federation.service import Service, Version
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import HELD, NOW, OUTSIDER, PATIENCE, PD, caller, envelope, question

DECIDE = "/platelaw.v1.DecisionService/"


@dataclass(frozen=True)
class Left:
    """What a development service left when it ended.

    Attributes:
        folder: Its folder.
        responses: What it answered, serialized, by what it is called here.
    """

    folder: Path
    responses: Mapping[str, bytes]

    def copy(self, folder: Path) -> Left:
        """The same elsewhere, to be tampered with."""
        shutil.copytree(self.folder, folder)
        return Left(folder, self.responses)

    def run(self, *arguments: str | Path, stdin: bytes | None = None) -> Result:
        """A command on it."""
        command = [*map(str, arguments), "--home", str(self.folder)]
        return CliRunner().invoke(platelaw, command, input=stdin)

    def log(self, *arguments: str | Path) -> Result:
        """A command of ``platelaw log`` on it."""
        return self.run("log", *arguments)

    def change(self, statement: str, *of: object) -> None:
        """Change the store with a statement of SQL, as whoever has the disk can."""
        with closing(sqlite3.connect(self.folder / "log.sqlite")) as connection, connection:
            assert connection.execute(statement, of).rowcount > 0

    def value(self, query: str, *of: object) -> bytes:
        """One value of the store."""
        with closing(sqlite3.connect(self.folder / "log.sqlite")) as connection:
            value: bytes = connection.execute(query, of).fetchone()[0]
        return value

    def flip(self, table: str, column: str, where: str, at: int = -1) -> None:
        """Change one bit of one byte."""
        value = bytearray(self.value(f"SELECT {column} FROM {table} WHERE {where}"))
        value[at] ^= 1
        self.change(f"UPDATE {table} SET {column} = ? WHERE {where}", bytes(value))


def left_in(folder: Path, cache: Path) -> Left:
    """Serve a few questions from a folder, and end."""
    made = embedded(folder, lambda: NOW, Cache(cache))
    home = made.home
    faults: list[Exception] = []
    microseconds = round(NOW.timestamp() * 1e6)
    log = LocalLog(open_log(home.log, lambda: microseconds), faults.append)
    service = Service.of(
        Version.of(made.bundle, lambda: NOW),
        store=home.store,
        trust_domains=(TRUST_DOMAIN,),
        authorizer=load_authorizer(),
        clock=lambda: NOW,
        recording=Recording(log, RingSealer(KeyRing.open(home.seals)), home.service.agency),
        alarm=faults.append,
    )
    log.start()
    try:
        responses = _answers(service)
    finally:
        log.close()
        service.store.close()
    assert not faults
    return Left(folder, responses)


def _answers(service: Service) -> dict[str, bytes]:
    handlers = service.handlers()

    def call(method: str, data: bytes, agency: str, *acts: str) -> bytes:
        role = CallerRole.VENDOR if acts else CallerRole.OFFICER_PLATFORM
        name = DECIDE + method
        answered = handlers[name](Call(caller(agency, role, *acts), name, NOW), data)
        return answered.wait(PATIENCE) if isinstance(answered, Later) else answered

    def decide(name: str, asked: q.Question) -> bytes:
        request = d.DecideRequest(envelope=envelope(f"request-{name}"), question=asked)
        return call("Decide", request.SerializeToString(), asked.requester)

    many = d.DecideManyRequest(
        envelope=envelope("request-batch"), questions=[question(user="user-9"), question(OUTSIDER)]
    )
    search = d.DecideSearchRequest(
        envelope=envelope("request-search"), question=question(user="user-8", owner=""),
        listed=d.OwnerList(keys=[PD, "CT/openbridge-pd"]),
    )  # fmt: skip
    return {
        "permit": decide("permit", question(reason="look for the stolen Subaru")),
        "hold": decide("hold", question(**HELD, user="user-1")),
        "deny": decide("deny", question(OUTSIDER)),
        "batch": call("DecideMany", many.SerializeToString(), PD, PD, OUTSIDER),
        "search": call("DecideSearch", search.SerializeToString(), PD),
        "last": decide("last", question()),
    }


__all__ = ["Home", "Left", "left_in"]
