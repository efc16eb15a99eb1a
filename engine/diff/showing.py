"""A request of a class, made small, and decided by the reference on both sides."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ...dsl import syntax as tree
from ..names import CLAIMS
from ..proving.solver import Model
from ..proving.witness import ORDINARY_REASON, Drafting
from ..request_json import Reading, read_request
from .changes import Answered, Decided, Side, Witness

if TYPE_CHECKING:
    from .searching import Asked

_END = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
_ON_FILE_ANYWAY: tuple[object, ...] = (False, [], "none", "")
# The reasons that are told as one where no rule is named.
_BESIDE = {"unproven": ("referred", "duty first"), "forbidden": ("refused on review",)}


@dataclass(slots=True)
class Shown:
    """Shows requests before both sides."""

    old: Side
    new: Side
    _shown: dict[tuple[Answered, Answered], list[Mapping[str, Any]]] = field(
        default_factory=dict[tuple[Answered, Answered], "list[Mapping[str, Any]]"]
    )

    def witness(self, asked: Asked, model: Model, key: tuple[Answered, Answered]) -> Witness | None:
        """A model as a request, if it is answered as its class says; as small as it can be."""
        request = self._plain(Drafting(asked.old, model, {**asked.sources.found}).request())
        if not self._is_of(request, *key):
            return None
        for usual in ({"requester": request["owner"]}, {"reason": ORDINARY_REASON}):
            request = self._kept(request, {**request, **usual}, *key)
        for place in list(_places(request)):
            request = self._kept(request, _without(request, place), *key)
        return self._decided(request, *key)

    def _kept(
        self, request: dict[str, Any], smaller: dict[str, Any], old: Answered, new: Answered
    ) -> dict[str, Any]:
        """The smaller of two requests, if it is of a class as the other is."""
        return smaller if smaller != request and self._is_of(smaller, old, new) else request

    def moved(self, asked: Asked, key: tuple[Answered, Answered]) -> Witness | None:
        """A witness shown before, moved to another act and kind of data, if it is one there."""
        to = {"act": asked.old.request.act, "data": asked.old.data}
        for request in self._shown.get(key, ()):
            if self._is_of({**request, **to}, *key):
                return self._decided({**request, **to}, *key)
        return None

    def _plain(self, request: dict[str, Any]) -> dict[str, Any]:
        """A request without what is on file anyway, and without words that it may not use."""
        filed: dict[str, Any] = request["simulate"].get("registry", {})
        kept = {name: value for name, value in filed.items() if value not in _ON_FILE_ANYWAY}
        supposed = {**request["simulate"], "registry": kept}
        none: dict[str, object] = {"facts": {}, "instruments": [], "reviews": [], "duties": []}
        reading = _read(self.old, {**request, **none, "simulate": {}})
        if reading.request is None:
            return request
        words = self.old.engine.vocabulary_for(reading.request, reading.registry).facts
        facts = {name: value for name, value in request["facts"].items() if name in words}
        if CLAIMS in facts:
            facts[CLAIMS] = [name for name in facts[CLAIMS] if name in words]
        supposed = {
            kind: {name: value for name, value in said.items() if name in words}
            for kind, said in supposed.items()
        }
        simulate = {kind: said for kind, said in supposed.items() if said}
        return {**request, "facts": facts, "simulate": simulate}

    def _is_of(self, request: Mapping[str, Any], old: Answered, new: Answered) -> bool:
        """Whether a request has both answers, by the quick evaluator."""
        return _rules_so(self.old, request, old) and _rules_so(self.new, request, new)

    def _decided(self, request: Mapping[str, Any], old: Answered, new: Answered) -> Witness | None:
        """The same by the reference, with both decisions."""
        before, after = _decide(self.old, request), _decide(self.new, request)
        same = _is(before.outcome, before.reason, before.rules, old) and _is(
            after.outcome, after.reason, after.rules, new
        )
        if not same:
            return None
        self._shown.setdefault((old, new), []).append(request)
        return Witness(request, before, after)


def _read(side: Side, request: Mapping[str, Any]) -> Reading:
    """A request as a side reads it, on its day."""
    moved = {**request, "at": side.day.isoformat()} if side.day is not None else request
    return read_request(json.dumps(moved), side.engine, now=_END, simulate=True)


def _rules_so(side: Side, request: Mapping[str, Any], wanted: Answered) -> bool:
    reading = _read(side, request)
    if reading.request is None:
        return False
    ruling = side.engine.rule(reading.request, registry=reading.registry)
    return _is(ruling.outcome, ruling.reason, ruling.rules, wanted)


def _decide(side: Side, request: Mapping[str, Any]) -> Decided:
    reading = _read(side, request)
    assert reading.request is not None, "it was read before"
    decision = side.engine.decide(
        reading.request, decided_at=_END, explained=False, registry=reading.registry
    )
    return Decided.of(decision)


def _is(outcome: tree.Outcome, reason: str, rules: Iterable[str], wanted: Answered) -> bool:
    """Whether an answer is the one of a class; other rules may decide beside the one named."""
    if outcome is not wanted.outcome:
        return False
    if not wanted.reason:
        return True
    if wanted.rule:
        return wanted.rule in rules
    return reason in (wanted.reason, *_BESIDE.get(wanted.reason, ()))


# What a request may do without -------------------------------------------------------------------

# The keys and numbers that lead to a part of a request.
Place: TypeAlias = tuple[str | int, ...]


def _places(request: Mapping[str, Any]) -> Iterator[Place]:
    """The parts of a request that may be left out, the last first."""
    for name in ("instruments", "reviews", "duties"):
        for at in reversed(range(len(request.get(name, ())))):
            yield name, at
    for name, said in request["facts"].items():
        if isinstance(said, list):
            items = cast("list[Any]", said)  # type: ignore[redundant-cast]  # pyright asks for it
            yield from (("facts", name, at) for at in reversed(range(len(items))))
        yield "facts", name
    for kind, supposed in request["simulate"].items():
        yield from (("simulate", kind, name) for name in supposed)


def _without(request: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """A request without one of its parts."""
    found: dict[str, Any] = copy.deepcopy(dict(request))
    inner: Any = found
    for step in place[:-1]:
        inner = inner[step]
    del inner[place[-1]]
    return found
