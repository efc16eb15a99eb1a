"""What a worker serves, as whoever builds it gives it; and what it is given to build with."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, TypeAlias, cast

import grpc

from ..call import Handlers
from .accounts import Accounts
from .clock import Clock
from .config import Config
from .gate import Authorize, CallerOf, Gate, Log
from .health import Check


@dataclass(frozen=True, slots=True)
class Tools:
    """What a service is built with.

    Attributes:
        clock: The clock by which it dates.
        accounts: Where outcomes are counted; ``accounts.after`` is called for every answer.
        log: Where it logs.
    """

    clock: Clock
    accounts: Accounts
    log: Log


class Face(Protocol):
    """Another way in to the same handlers, such as HTTP."""

    def start(self, gate: Gate) -> None:
        """Listen; every call passes the gate."""
        ...

    def stop(self, grace: float) -> None:
        """Finish what is under way, in so many seconds at most."""
        ...


@dataclass(frozen=True, slots=True)
class PolicyInUse:
    """Which policies decide.

    Attributes:
        digest: Their digest.
        issued: When they were issued, in UTC.
        alarms: What somebody should look into.
    """

    digest: str = ""
    issued: datetime.datetime | None = None
    alarms: tuple[str, ...] = ()


class RefusedPoliciesError(Exception):
    """Policies that are not taken up; the message says why. The ones before go on deciding."""


def _unchanged() -> None:
    """A service whose policies never change."""


def nothing_to_close() -> None:
    """A service that holds nothing of which it must let go."""


@dataclass(frozen=True, slots=True)
class Served:
    """What is served.

    Attributes:
        handlers: What answers, by full method name.
        caller_of: Who calls, by the context of a gRPC call.
        authorize: Whether a caller may call a method.
        credentials: What is shown and asked for; None is for benchmarks and tests.
        checks: What must be so, by name; the clock is looked after without being named.
        renew: Takes up the policies that are there now, in a thread of its own; raises
            ``RefusedPoliciesError`` if they are not taken up.
        policy: Which policies decide.
        faces: Other ways in.
        close: Lets go of what it uses, when no call is under way any more.
    """

    handlers: Handlers
    caller_of: CallerOf
    authorize: Authorize
    credentials: grpc.ServerCredentials | None
    checks: Mapping[str, Check] = field(default_factory=dict[str, Check])
    renew: Callable[[], None] = _unchanged
    policy: Callable[[], PolicyInUse] = PolicyInUse
    faces: Sequence[Face] = ()
    close: Callable[[], None] = nothing_to_close


Build: TypeAlias = Callable[[Config, Tools], Served]


def build_at(entry: str) -> Build:
    """What builds a service, by its place ``module:function``.

    Raises:
        ImportError: There is no such thing.
    """
    module, _, name = entry.partition(":")
    found = getattr(import_module(module), name, None)
    if not callable(found):
        raise ImportError(f"{entry}: there is no such function; write it as module:function")
    return cast("Build", found)
