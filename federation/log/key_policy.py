"""Who may delete a key and set or lift a legal hold: asked of a policy, as every decision is.

The policy is ``keys.policy`` beside this module, or an operator's own of the same words. An edge
that reads it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ...dsl.syntax import Outcome
from ...engine.decision import Decision, Engine
from ...engine.loading import Store
from ...engine.registry import Registry
from ...engine.request import Request
from ...engine.values import Age, Span, Value
from ..caller import Caller, CallerRole
from ..identity.authorizing import (
    CALLER,
    ROLE,
    SERVICE,
    own_library,
    role_word,
    two_sides,
)
from ..identity.spiffe import SpiffeError, parse_spiffe
from ..refusal import RefusedCallError, Status
from .legal_holds import LegalHold
from .sealing import Month

WORDS = "log_keys"  # the vocabulary of the policy
_DATA = "log_key"


class KeyAct(Enum):
    """What may be asked for; the value is the word of the policy."""

    DELETE = "delete_key"
    HOLD = "set_hold"
    LIFT = "lift_hold"
    LIST = "list_keys"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks for.

    Attributes:
        act: What.
        caller: Who.
        owner: The registry key of whose texts.
        now: When.
        month: The month of the key, to delete it.
        holds: The legal holds that stand over it.
        lifts: The legal hold to be lifted.
    """

    act: KeyAct
    caller: Caller
    owner: str
    now: datetime.datetime
    month: Month | None = None
    holds: tuple[LegalHold, ...] = ()
    lifts: LegalHold | None = None


class KeyPolicy:
    """Decides acts on keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def decide(self, asked: Asked, registry: Registry) -> tuple[str, ...]:
        """Let a caller act, or not; the rules by which he may.

        Args:
            asked: What is asked for.
            registry: The bodies on file, of the snapshot in use.

        Raises:
            RefusedCallError: PERMISSION_DENIED; the message names the rule.
        """
        request = Request(
            CALLER,
            SERVICE,
            asked.act.value,
            (_DATA,),
            Span.at(asked.now),
            system={**_who(asked, registry), **_what(asked)},
        )
        decision = self._engine.decide(request, decided_at=asked.now, explained=False)
        if decision.outcome is not Outcome.PERMIT:
            raise RefusedCallError(Status.PERMISSION_DENIED, _refusal(asked, decision))
        return tuple(each.rule.id for each in decision.deciding())


def shipped_key_policy() -> Traversable:
    """The policy that comes with platelaw."""
    return resources.files("platelaw").joinpath("federation", "log", "keys.policy")


def load_key_policy(
    place: Path | Traversable | None = None, cache: Store | None = None
) -> KeyPolicy:
    """The shipped policy, or an operator's own.

    Raises:
        ServicePolicyError: The policy cannot be gone by.
    """
    library = own_library(place or shipped_key_policy(), WORDS, cache)
    return KeyPolicy(Engine(library, two_sides()))


def _who(asked: Asked, registry: Registry) -> dict[str, Value]:
    caller = asked.caller
    body, owner = registry.get(caller.agency), registry.get(asked.owner)
    key = owner.key if owner else asked.owner
    return {
        ROLE: role_word(caller.role),
        "caller.is_owner": caller.agency == key,
        "caller.serves_owner": caller.agency != key and caller.may_ask_for(key),
        "caller.is_of_owners_government": bool(
            body and owner and body.sovereign and body.sovereign == owner.sovereign
        ),
    }


def _what(asked: Asked) -> Mapping[str, Value]:
    if asked.month is not None:
        return {
            "key.month_over_for": Age(Span.at(asked.month.end()), Span.at(asked.now)),
            "hold.stands": bool(asked.holds),
        }
    if asked.lifts is not None:
        return {
            "hold.set_by_caller": asked.lifts.set_by == asked.caller.spiffe_id,
            "hold.set_by_court": _role(asked.lifts.set_by) is CallerRole.COURT,
        }
    return {}


def _role(spiffe_id: str) -> CallerRole | None:
    try:
        return parse_spiffe(spiffe_id).role
    except SpiffeError:
        return None


def _refusal(asked: Asked, decision: Decision) -> str:
    rules = [f"{each.rule.id} ({each.rule.node.title})" for each in decision.deciding()]
    why = ", ".join(rules) or decision.reason
    whose = f" of {asked.owner}" + (f" for {asked.month}" if asked.month else "")
    return f"{asked.act.value.replace('_', ' ')}{whose}: refused by {why}"
