"""Tries an integration: plays each exchange to it over real TLS, and watches what it does."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..identity.credentials import ServerTls
from .exchanges import Exchange
from .hooks import Hook, HookError
from .identities import Identities, make_identities
from .playing import Play
from .scripted import ScriptedServer
from .watching import told_wrong, wrong_on_the_wire

TIMEOUT = 2.0  # seconds that an integration is to wait for an answer
_GRACE = 20.0  # and that its hook may take beside


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial of one exchange found; nothing wrong is a pass."""

    exchange: Exchange
    wrong: tuple[str, ...]


def try_integration(
    hook: Hook,
    exchanges: Sequence[Exchange],
    agency: str,
    clock: Callable[[], datetime.datetime],
    grace: float = _GRACE,
) -> Iterator[Result]:
    """Play exchanges to an integration, one after the other.

    Args:
        hook: The integration.
        exchanges: What is played.
        agency: The registry key of the body for whom it asks.
        clock: The moment, in UTC.
        grace: The seconds that the hook may take for one exchange beside waiting for answers.
    """
    with tempfile.TemporaryDirectory(prefix="platelaw-conformance-") as folder:
        made = make_identities(Path(folder), agency, clock())
        for exchange in exchanges:
            yield Result(exchange, tuple(_wrong(hook, exchange, made, clock, grace)))


def _wrong(
    hook: Hook,
    exchange: Exchange,
    made: Identities,
    clock: Callable[[], datetime.datetime],
    grace: float,
) -> Iterator[str]:
    """What an integration does wrong in one exchange."""
    content = exchange.content
    asks: Sequence[Mapping[str, Any]] = content["asks"]
    play = Play(content["play"], clock)
    files = getattr(made, content.get("server", "service"))
    began = clock()
    with ScriptedServer(play, ServerTls(files, _ignore).credentials()) as server:
        task = {
            "version": 1,
            "exchange": exchange.name,
            "server": server.target,
            "certificate": str(made.caller.certificate),
            "key": str(made.caller.key),
            "authorities": str(made.caller.authorities),
            "timeout_seconds": TIMEOUT,
            "asks": asks,
        }
        try:
            results = hook.run(task, grace + TIMEOUT * len(asks))
        except HookError as fault:
            yield str(fault)
            return
        finally:
            play.over.set()
    yield from told_wrong(content["right"], results)
    yield from wrong_on_the_wire(content, server.calls, began, clock())


def _ignore(text: str) -> None:
    """The files of a trial do not change."""
    del text
