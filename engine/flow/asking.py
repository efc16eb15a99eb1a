"""A hop as a request to the rules: what is asked of the engine, truthfully or not.

The map has no rules of its own. Every hop is asked of the engine as the request that it would
be, for the owner at the beginning of the walk, because the law follows the data.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from .. import names
from ..alike import Alike
from ..compiled import Ruling
from ..decision import Decision, Engine
from ..registry import Registry
from ..request import Reason, Request, Statement
from ..request_json import read_request
from ..values import Members, Span, TextState, Value
from .zones import Ordinary, ZoneError


@dataclass(frozen=True, slots=True)
class Ask:
    """One request about one hop.

    Attributes:
        owner: Whose data they are.
        actor: Who asks.
        act: The act.
        data: The kind of data.
        purpose: The purpose stated.
        reason: The reason typed.
        has_case: Whether a case is stated.
        recipient: Who else gets the data as stated; blank for nobody.
        is_for: Whether the act is stated to be done for the recipient.
        has_paper: Whether an instrument of a lawful process is shown and verified.
    """

    owner: str
    actor: str
    act: str
    data: str
    purpose: str
    reason: str
    has_case: bool
    recipient: str = ""
    is_for: bool = False
    has_paper: bool = False


@dataclass(slots=True)
class Asker:
    """Asks the engine about hops, each kind of question once.

    Bodies of which the registry says the same share their answers.
    """

    engine: Engine
    ordinary: Ordinary
    day: datetime.date
    _alike: Alike = field(init=False)
    _seen: dict[str, Hashable] = field(default_factory=dict[str, Hashable])
    _seen_as_owner: dict[str, Hashable] = field(default_factory=dict[str, Hashable])
    _templates: dict[tuple[str, str, bool], Request] = field(
        default_factory=dict[tuple[str, str, bool], Request]
    )
    _rulings: dict[Hashable, Ruling] = field(default_factory=dict[Hashable, Ruling])
    _decisions: dict[Hashable, Decision] = field(default_factory=dict[Hashable, Decision])

    def __post_init__(self) -> None:
        """See whom the rules name."""
        self._alike = Alike.of(self.engine.library)

    def rule(self, ask: Ask) -> Ruling:
        """What the rules say."""
        key = self._key(ask)
        found = self._rulings.get(key)
        if found is None:
            found = self._rulings[key] = self.engine.rule(self.request(ask))
        return found

    def explain(self, ask: Ask) -> Decision:
        """What the rules say, explained; names in it may be those of bodies alike."""
        key = self._key(ask)
        found = self._decisions.get(key)
        if found is None:
            moment = datetime.datetime.combine(self.day, datetime.time(), datetime.UTC)
            found = self.engine.decide(self.request(ask), decided_at=moment)
            self._decisions[key] = found
        return found

    def _key(self, ask: Ask) -> Hashable:
        """Equal for two asks that get the same answer."""
        same = ask.owner == ask.actor, ask.actor == ask.recipient, ask.owner == ask.recipient
        rest = ask.act, ask.data, ask.purpose, ask.reason, ask.has_case, ask.is_for, ask.has_paper
        return (
            self.seen_as_owner(ask.owner),
            self.seen(ask.actor),
            self.seen(ask.recipient),
            same,
            rest,
        )

    def seen(self, key: str) -> Hashable:
        """All that a rule may ask of a body."""
        if key not in self._seen:
            body = self.engine.registry.get(key) if key else None
            self._seen[key] = self._alike.seen(body) if body else None
        return self._seen[key]

    def seen_as_owner(self, key: str) -> Hashable:
        """All that a rule may ask of a body as an owner who asks for nothing himself."""
        if key not in self._seen_as_owner:
            body = self.engine.registry.get(key) if key else None
            self._seen_as_owner[key] = self._alike.seen_as_owner(body) if body else None
        return self._seen_as_owner[key]

    def request(self, ask: Ask) -> Request:
        """The request of an ask; of an owner that is not on file nothing is known."""
        if self.engine.registry.get(ask.owner) is None:
            at = Span.of_day(self.day)
            return Request(ask.actor, ask.owner, ask.act, (ask.data,), at)
        key = ask.owner, ask.act, ask.has_paper
        if key not in self._templates:
            self._templates[key] = self._template(ask)
        template = self._templates[key]
        recipients = Members((ask.recipient,) if ask.recipient else ())
        nobody = Members(())
        changed: dict[str, Value] = {
            names.PURPOSE: ask.purpose,
            names.RECIPIENTS: recipients,
            names.ON_BEHALF_OF: recipients if ask.is_for else nobody,
            names.DIRECTED_BY: nobody,
        }
        if not ask.has_case:
            changed |= {name: TextState.BLANK for name in self.ordinary.case}
        kept = tuple(s for s in template.statements if s.fact not in changed)
        stated = tuple(Statement(name, value) for name, value in changed.items())
        papers = template.papers
        if papers:
            paper = replace(papers[0].paper, issued_to=ask.recipient or ask.actor)
            papers = (replace(papers[0], paper=paper),)
        return replace(
            template,
            requester=ask.actor,
            data=(ask.data,),
            reason=Reason(ask.reason),
            statements=(*kept, *stated),
            papers=papers,
        )

    def _template(self, ask: Ask) -> Request:
        """The ordinary request of an owner's own officer for an act.

        Raises:
            ZoneError: The file of zones states what a request may not state.
        """
        ordinary = self.ordinary
        paper = dict(ordinary.paper)
        role = paper.pop("voucher_role")
        paper |= {
            "issued_to": ask.owner,
            "expires": (self.day + datetime.timedelta(days=30)).isoformat(),
            "level": "verification",
            "by": {"agency": ask.owner, "role": role, "user": "custodian"},
        }
        said: dict[str, Any] = {
            "requester": ask.owner,
            "owner": ask.owner,
            "user": "officer",
            "act": ask.act,
            "data": ask.data,
            "at": self.day.isoformat(),
            "reason": ordinary.reason,
            "facts": {names.CLAIMS: [], **ordinary.case},
            "instruments": [paper] if ask.has_paper else [],
            "simulate": {"system": {**ordinary.system, **ordinary.system_of.get(ask.act, {})}},
        }
        now = datetime.datetime.combine(self.day, datetime.time(23), datetime.UTC)
        reading = read_request(json.dumps(said), self.engine, now=now, simulate=True)
        if reading.request is None:
            fault = reading.faults[0]
            raise ZoneError(f"the ordinary request for `{ask.act}`: {fault.where}: {fault.message}")
        return replace(reading.request, at=Span.of_day(self.day))


def registry_for(registry: Registry, owners: list[str], ordinary: Ordinary) -> Registry:
    """The registry in which a switch that is on is its owner's permission.

    An owner that the registry already binds to a policy keeps it.
    """
    bodies = (registry.get(key) for key in owners)
    without = [body.key for body in bodies if body is not None and not body.policy]
    return registry.with_policy(without, ordinary.policy)
