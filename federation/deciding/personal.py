"""Explanations that name bodies, kept without the names and given with those of a question.

Many agencies stand alike before the law, so their questions share an explanation; but it says whom
to call. Where a name, a desk or a key stands in it, a mark is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...engine.registry import Body
from ..v1 import answer_pb2 as a

# No text of a policy or a registry holds these: they are no characters of the language.
_NAME, _DESK, _REQUESTER, _OWNER = (
    "\x01name\x01",
    "\x01desk\x01",
    "\x01requester\x01",
    "\x01owner\x01",
)
SOME_OWNER, SOME_DESK = "the owner", "its desk"


@dataclass(frozen=True, slots=True)
class Names:
    """How the parties of a question are called.

    Attributes:
        requester: The registry key of who asks.
        owner: That of whose data it is.
        owner_name: What the owner is called.
        owner_desk: Whom to call there; empty if that is not on file.
    """

    requester: str
    owner: str
    owner_name: str
    owner_desk: str

    @classmethod
    def of(cls, requester: Body, owner: Body) -> Names:
        """The names of two bodies."""
        return cls(requester.key, owner.key, owner.name, owner.desk)

    def of_some_owner(self) -> Names:
        """The same, for owners who share an answer."""
        return Names(self.requester, "", SOME_OWNER, SOME_DESK if self.owner_desk else "")


def without_names(explanation: a.Explanation, names: Names) -> a.Explanation:
    """An explanation with marks in place of the names of its parties."""
    taken = [(names.owner_desk, _DESK), (names.owner_name, _NAME)]
    keys = [(names.requester, _REQUESTER), (names.owner, _OWNER)]
    return _changed(explanation, taken, dict(keys))


def with_names(explanation: a.Explanation, names: Names) -> a.Explanation:
    """An explanation with the names of its parties in place of the marks."""
    given = [(_DESK, names.owner_desk), (_NAME, names.owner_name)]
    keys = [(_REQUESTER, names.requester), (_OWNER, names.owner)]
    return _changed(explanation, given, dict(keys))


def _changed(
    explanation: a.Explanation, texts: list[tuple[str, str]], keys: dict[str, str]
) -> a.Explanation:
    changed = a.Explanation()
    changed.CopyFrom(explanation)
    routes = [_replaced(route, texts) for route in explanation.routes]
    del changed.routes[:]
    changed.routes.extend(routes)
    for urgent in changed.urgent:
        urgent.desk = _replaced(urgent.desk, texts)
    for settling in changed.settling:
        for need in settling.needs:
            if need.about:
                need.about = keys.get(need.about, need.about)
    return changed


def _replaced(text: str, pairs: list[tuple[str, str]]) -> str:
    for old, new in pairs:
        if old:
            text = text.replace(old, new)
    return text
