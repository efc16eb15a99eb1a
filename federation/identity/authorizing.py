"""Which method a caller may call: asked of a policy, as every other decision is.

The policy is ``methods.policy`` beside this module, or an operator's own of the same words. It is a
library and an engine of its own; what it does not open is closed.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ...dsl.model import Library
from ...dsl.syntax import Outcome
from ...engine.decision import Decision, Engine
from ...engine.library import LibraryError, load
from ...engine.loading import Loader, Store
from ...engine.registry import Body, Registry
from ...engine.request import Request
from ...engine.values import Span
from ..caller import Caller, CallerRole
from ..refusal import RefusedCallError, Status

WORDS = "service"  # the vocabulary of the policy
METRICS = "/metrics"  # read by HTTP; the other methods have their gRPC names

CALLER, SERVICE = "caller", "service"  # the two bodies that policies of the service know
ROLE = "caller.role"
_HEALTH = ("/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch")
_REFLECTION = (
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What calling a method is, in the words of the policy."""

    act: str
    data: str


_DECIDE = Asked("decide", "answer")
_PROVE = Asked("submit_evidence", "evidence")
_READ = Asked("read_policy", "policy_text")
_READ_LOG = Asked("read_log", "log")
_KEEP = Asked("keep_keys", "log_key")
METHODS: Mapping[str, Asked] = {
    "/platelaw.v1.DecisionService/Decide": _DECIDE,
    "/platelaw.v1.DecisionService/DecideMany": _DECIDE,
    "/platelaw.v1.DecisionService/DecideSearch": _DECIDE,
    "/platelaw.v1.DecisionService/Explain": Asked("explain", "answer"),
    "/platelaw.v1.DecisionService/WhatIf": Asked("what_if", "answer"),
    "/platelaw.v1.EvidenceService/Submit": _PROVE,
    "/platelaw.v1.EvidenceService/Review": _PROVE,
    "/platelaw.v1.EvidenceService/DischargeDuty": _PROVE,
    "/platelaw.v1.EvidenceService/Withdraw": _PROVE,
    "/platelaw.v1.EvidenceService/Pending": Asked("see_pending", "evidence"),
    "/platelaw.v1.PolicyService/GetSnapshot": _READ,
    "/platelaw.v1.PolicyService/GetPolicy": _READ,
    "/platelaw.v1.LogService/GetCheckpoint": Asked("read_checkpoint", "log"),
    "/platelaw.v1.LogService/GetEntries": _READ_LOG,
    "/platelaw.v1.LogService/GetConsistency": Asked("read_checkpoint", "log"),
    "/platelaw.v1.LogKeyService/ListKeys": _KEEP,
    "/platelaw.v1.LogKeyService/DeleteKey": _KEEP,
    "/platelaw.v1.LogKeyService/SetLegalHold": _KEEP,
    "/platelaw.v1.LogKeyService/LiftLegalHold": _KEEP,
    METRICS: Asked("read_metrics", "service_state"),
    **dict.fromkeys(_HEALTH, Asked("check_health", "service_state")),
    **dict.fromkeys(_REFLECTION, Asked("reflect", "service_state")),
}


class ServicePolicyError(Exception):
    """A policy of the service that cannot be gone by; the message tells the mend."""


@dataclass(frozen=True, slots=True)
class _Day:
    """What was answered on one day: no reason is a yes."""

    day: datetime.date
    answers: dict[tuple[str, str], str | None] = field(
        default_factory=dict[tuple[str, str], "str | None"]
    )


class Authorizer:
    """Tells who may call what. An answer counts for a caller, a method and a day."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._today = _Day(datetime.date.min)

    def check(self, caller: Caller, method: str, now: datetime.datetime) -> None:
        """Let a caller call a method, or not.

        Raises:
            RefusedCallError: PERMISSION_DENIED; the message names the rule.
        """
        today, day = self._today, now.date()
        if today.day != day:
            today = self._today = _Day(day)
        key = caller.spiffe_id, method
        try:
            refusal = today.answers[key]
        except KeyError:
            refusal = self._asked(caller.role, method, now)
            if method in METHODS:
                today.answers[key] = refusal
        if refusal is not None:
            raise RefusedCallError(Status.PERMISSION_DENIED, refusal)

    def _asked(self, role: CallerRole, method: str, now: datetime.datetime) -> str | None:
        asked = METHODS.get(method)
        if asked is None:
            return "no rule opens this method; see the methods of the service"
        request = Request(
            CALLER,
            SERVICE,
            asked.act,
            (asked.data,),
            Span.at(now),
            system={ROLE: role_word(role)},
        )
        decision = self._engine.decide(request, decided_at=now, explained=False)
        return None if decision.outcome is Outcome.PERMIT else _refusal(role, method, decision)


def shipped_service_policy() -> Traversable:
    """The policy that comes with platelaw."""
    return resources.files("platelaw").joinpath("federation", "identity", "methods.policy")


def load_authorizer(
    place: Path | Traversable | None = None, cache: Store | None = None
) -> Authorizer:
    """An authorizer by the shipped policy, or by an operator's own.

    Args:
        place: The operator's policy.
        cache: What was read of policies before; with it a start takes no time for reading.

    Raises:
        ServicePolicyError: The policy cannot be gone by.
    """
    place = place or shipped_service_policy()
    return Authorizer(Engine(own_library(place, WORDS, cache), two_sides()))


def own_library(place: Path | Traversable, words: str, cache: Store | None = None) -> Library:
    """A policy of the service itself, which stands alone with a vocabulary of its own.

    Raises:
        ServicePolicyError: It cannot be gone by, or speaks other words.
    """
    try:
        checked = Loader(cache).load([place]).checked if cache else load([place])
    except LibraryError as fault:
        raise ServicePolicyError(str(fault)) from fault
    library = checked.library
    roots = (
        [each for each in library.vocabularies.values() if each.parent is None] if library else ()
    )
    if library is None or not any(each.name == words for each in roots):
        faults = "".join(f"{fault}\n" for fault in checked.diagnostics if fault.is_error)
        raise ServicePolicyError(
            f"{faults}{place}: the policy of the service is refused; it begins with `vocabulary "
            f"{words} 1` and extends nothing, as the shipped one does"
        )
    return library


def two_sides() -> Registry:
    """The two bodies that policies of the service know."""
    return Registry(
        {key: Body(key, key, "", "", "", (), {"kind": "body"}) for key in (CALLER, SERVICE)}
    )


def role_word(role: CallerRole) -> str:
    """A role as policies write it."""
    return role.value.replace("-", "_")


def _refusal(role: CallerRole, method: str, decision: Decision) -> str:
    rules = [f"{r.rule.id} ({r.rule.node.title})" for r in decision.deciding()]
    why = ", ".join(rules) or decision.reason
    return f"the role {role.value} may not call {method}: {why}; call in a role that may"
