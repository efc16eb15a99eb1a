"""Callers, a registry and a log that remembers, for these tests."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from platelaw.engine.registry import Body, Registry
from platelaw.federation.call import Call
from platelaw.federation.caller import Caller, CallerRole
from platelaw.federation.log.acts import Act, ActKind
from platelaw.federation.log.key_policy import Asked, KeyPolicy

OWNER = "AA/pd"
DOMAIN = "spiffe://aa.example"
LATER = datetime.datetime(2028, 1, 2, 9, 30, tzinfo=datetime.UTC)
REGISTRY = Registry(
    {
        key: Body(key, key, "", "", "", (), {"kind": "body", "sovereign": government})
        for key, government in (
            ("AA/pd", "AA"),
            ("AA/so", "AA"),
            ("AA/auditors", "AA"),
            ("BB/auditors", "BB"),
            ("US/court", "US"),
            ("VENDOR/host", ""),
        )
    }
)


def call(
    role: CallerRole = CallerRole.CUSTODIAN,
    agency: str = OWNER,
    *,
    now: datetime.datetime = LATER,
    acts_for: frozenset[str] = frozenset(),
) -> Call:
    """A call of somebody, long after the month of the keys."""
    spiffe_id = f"{DOMAIN}/agency/{agency}/role/{role.value}"
    return Call(Caller(spiffe_id, agency, role, "1", now, acts_for), "/x", now)


COURT = call(CallerRole.COURT, "US/court")
AUDITOR = call(CallerRole.AUDITOR, "AA/auditors")


@dataclass(slots=True)
class Log:
    """A log that remembers what it was told, or cannot be written."""

    acts: list[Act] = field(default_factory=list[Act])
    fault: Exception | None = None

    def record(self, act: Act) -> None:
        if self.fault is not None:
            raise self.fault
        self.acts.append(act)

    def kinds(self) -> list[ActKind]:
        return [act.kind for act in self.acts]


@dataclass(slots=True)
class Deciding:
    """A policy with the registry of these tests."""

    policy: KeyPolicy

    def __call__(self, asked: Asked) -> tuple[str, ...]:
        return self.policy.decide(asked, REGISTRY)
