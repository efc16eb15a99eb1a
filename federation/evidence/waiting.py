"""What waits for whom: the HOLDs that a body can settle or waits for, and what it sees of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...dsl.model import Vocabulary
from ...engine.decision import Engine
from ...engine.registry import Body
from ...engine.render_json import PRIVATE
from ..caller import Caller, CallerRole
from ..proof import Held
from ..v1.answer_pb2 import Need, Settling
from .concern import INSTRUMENT, explanation_of, of_agency, of_role, signers_of_papers

_BY_PARTY = frozenset({"owner", "requester", "anyone"})  # roles that are held by no kind of body


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who looks at HOLDs.

    Attributes:
        caller: Who calls.
        body: Its entry in the registry.
        engine: The library and the registry in use.
        holders: Who holds each role, by its name.
        roles: The roles that bodies of its kind hold whoever asks and owns.
    """

    caller: Caller
    body: Body
    engine: Engine
    holders: dict[str, frozenset[str]]
    roles: frozenset[str]

    @classmethod
    def of(cls, caller: Caller, engine: Engine) -> Reader | None:
        """A caller as a reader; None if it is not on file."""
        body = engine.registry.get(caller.agency)
        if body is None:
            return None
        vocabularies = tuple(engine.library.vocabularies.values())
        return cls(caller, body, engine, _holders(vocabularies), _roles(body, vocabularies))

    @property
    def whom(self) -> Sequence[str]:
        """Under which names HOLDs may concern it."""
        keys = {self.body.key, self.body.ori} - {""}
        return [*map(of_agency, sorted(keys)), *map(of_role, sorted(self.roles))]

    def sees(self, held: Held) -> bool:
        """Whether it can settle something of a HOLD, or waits for it."""
        return self._is_party(held) or any(
            self.may_give(need, held)
            for settling in explanation_of(held).settling
            for need in settling.needs
        )

    def _is_party(self, held: Held) -> bool:
        return self.body.key in (held.owner, held.requester, held.caller) or self._signed(held)

    def _signed(self, held: Held) -> bool:
        """Whether it signed a paper that is presented."""
        return not signers_of_papers(held).isdisjoint({self.body.key, self.body.ori} - {""})

    def may_give(self, need: Need, held: Held) -> bool:
        """Whether its people may give what is needed.

        A paper is verified by the owner, or by who signed it. A fact, a review or a duty of a role
        that a kind of body holds is given within the owner's government.
        """
        return any(self._may_give_as(role, need, held) for role in need.roles)

    def _may_give_as(self, role: str, need: Need, held: Held) -> bool:
        if role in self.roles:
            if need.kind == INSTRUMENT:
                return self._signed(held)
            owner = self.engine.registry.get(held.owner)
            return owner is not None and owner.sovereign == self.body.sovereign
        holders = self.holders.get(role, frozenset())
        if "requester" in holders and held.requester == held.owner == self.body.key:
            return True
        return bool(holders & {"owner", "anyone"}) and held.owner == self.body.key

    def settling(self, held: Held) -> Iterator[Settling]:
        """The sets that would settle a HOLD, as far as it may prove or see them.

        The owner's custodian sees all. Who asks sees no set that tells what was read in the reason
        or whether there are hits. Anyone else sees what its own people may give.
        """
        sets = explanation_of(held).settling
        key = self.body.key
        if key == held.owner and self.caller.role is CallerRole.CUSTODIAN:
            yield from sets
        elif key in (held.owner, held.requester, held.caller):
            for each in sets:
                if not any(need.name in PRIVATE for need in each.needs):
                    yield each
        else:
            for each in sets:
                mine = [need for need in each.needs if self.may_give(need, held)]
                if mine:
                    yield Settling(needs=mine)

    def can_settle(self, held: Held) -> bool:
        """Whether its people may give something that would help."""
        return any(self.may_give(need, held) for each in self.settling(held) for need in each.needs)


def _holders(vocabularies: Sequence[Vocabulary]) -> dict[str, frozenset[str]]:
    """Who holds each role, where no kind of body does."""
    found: dict[str, frozenset[str]] = {}
    for words in vocabularies:
        for role in words.roles.values():
            if role.holder in _BY_PARTY:
                found[role.name] = found.get(role.name, frozenset()) | {role.holder}
    return found


def _roles(body: Body, vocabularies: Sequence[Vocabulary]) -> frozenset[str]:
    """The roles that bodies of this kind hold."""
    return frozenset(
        role.name
        for words in vocabularies
        if body.kind in words.kinds
        for role in words.roles.values()
        if role.holder not in _BY_PARTY and role.holder in words.kinds.above(body.kind)
    )
