"""A request of a class, made small, and decided by the reference on both sides."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...dsl import syntax as tree
from ..names import CLAIMS
from ..proving.smallest import smallest
from ..proving.solver import Model
from ..proving.witness import Drafting
from ..request_json import Reading, read_request
from .asked import Asked
from .changes import Answered, Decided, Side, Witness
from .exchanging import Exchange

_END = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
_ON_FILE_ANYWAY: tuple[object, ...] = (False, [], "none", "")
# The reasons that are told as one where no rule is named.
_BESIDE = {"unproven": ("referred", "duty first"), "forbidden": ("refused on review",)}


@dataclass(slots=True)
class Shown:
    """Shows requests before both sides.

    Attributes:
        old: The old side.
        new: The new side.
        exchange: The owners who change places, where two laws for one owner are compared: then a
            request is put to each side in that side's own words.
    """

    old: Side
    new: Side
    exchange: Exchange | None = None
    _shown: dict[tuple[Answered, Answered], list[Mapping[str, Any]]] = field(
        default_factory=dict[tuple[Answered, Answered], "list[Mapping[str, Any]]"]
    )

    def witness(self, asked: Asked, model: Model, key: tuple[Answered, Answered]) -> Witness | None:
        """A model as a request, if it is answered as its class says; as small as it can be."""
        drafted = Drafting(asked.old, model, {**asked.sources.found}).request()
        owner = asked.common.owner if asked.common is not None else drafted["owner"]
        request = self._plain({**drafted, "owner": owner})
        if not self._is_of(request, *key):
            return None
        request = smallest(request, lambda smaller: self._is_of(smaller, *key))
        return self._decided(self._with_issuers(request, *key), *key)

    def _with_issuers(
        self, request: dict[str, Any], old: Answered, new: Answered
    ) -> dict[str, Any]:
        """With papers from bodies that have a like one on the other side, where that does."""
        if self.exchange is None:
            return request
        for at, paper in enumerate(request["instruments"]):
            for issuer in self.exchange.others(paper["from"]) if "from" in paper else []:
                papers = [*request["instruments"]]
                papers[at] = {**paper, "from": issuer}
                other = self._kept(request, {**request, "instruments": papers}, old, new)
                if other is not request:
                    request = other
                    break
        return request

    def _read(self, side: Side, request: Mapping[str, Any]) -> Reading:
        """A request as a side reads it; of two owners, in its own words."""
        return _read(side, request if self.exchange is None else _spoken(side, request))

    def _decide(self, side: Side, request: Mapping[str, Any]) -> Decided:
        reading = self._read(side, request)
        assert reading.request is not None, "it was read before"
        decision = side.engine.decide(
            reading.request, decided_at=_END, explained=False, registry=reading.registry
        )
        return Decided.of(decision)

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
        if self.exchange is not None:
            simulate = {kind: said for kind, said in supposed.items() if said}
            return {**request, "simulate": simulate}
        return _spoken(self.old, {**request, "simulate": supposed})

    def _is_of(self, request: Mapping[str, Any], old: Answered, new: Answered) -> bool:
        """Whether a request has both answers, by the quick evaluator."""
        return self._rules_so(self.old, request, old) and self._rules_so(self.new, request, new)

    def _rules_so(self, side: Side, request: Mapping[str, Any], wanted: Answered) -> bool:
        reading = self._read(side, request)
        if reading.request is None:
            return False
        ruling = side.engine.rule(reading.request, registry=reading.registry)
        return _is(ruling.outcome, ruling.reason, ruling.rules, wanted)

    def _decided(self, request: Mapping[str, Any], old: Answered, new: Answered) -> Witness | None:
        """The same by the reference, with both decisions."""
        before, after = self._decide(self.old, request), self._decide(self.new, request)
        same = _is(before.outcome, before.reason, before.rules, old) and _is(
            after.outcome, after.reason, after.rules, new
        )
        if not same:
            return None
        self._shown.setdefault((old, new), []).append(request)
        if self.exchange is not None:
            before = replace(before, request=_spoken(self.old, request))
            after = replace(after, request=self._in_place(self.exchange, request, new))
        return Witness(request, before, after)

    def _in_place(
        self, exchange: Exchange, request: Mapping[str, Any], wanted: Answered
    ) -> dict[str, Any] | None:
        """A request of the new side as it is put to the other owner, if it is answered so there."""
        back = exchange.back(_spoken(self.new, request))
        there = Side("", self.old.engine, self.new.day)
        if back is None or _read(there, back).request is None:
            return None
        return back if self._rules_so(there, back, wanted) else None


def _read(side: Side, request: Mapping[str, Any]) -> Reading:
    """A request as a side reads it, on its day."""
    moved = {**request, "at": side.day.isoformat()} if side.day is not None else request
    return read_request(json.dumps(moved), side.engine, now=_END, simulate=True)


def _spoken(side: Side, request: Mapping[str, Any]) -> dict[str, Any]:
    """A request without what it has no words for on a side."""
    reading = _read(side, _bare(request))
    if reading.request is None:
        return dict(request)
    words = side.engine.vocabulary_for(reading.request, reading.registry)
    facts = {name: value for name, value in request["facts"].items() if name in words.facts}
    if CLAIMS in facts:
        facts[CLAIMS] = [name for name in facts[CLAIMS] if name in words.facts]
    supposed = {
        kind: {name: value for name, value in said.items() if name in words.facts}
        for kind, said in request["simulate"].items()
    }
    simulate = {kind: said for kind, said in supposed.items() if said}
    duties = [duty for duty in request.get("duties", ()) if duty["duty"] in words.duties]
    return {
        **request,
        "facts": facts,
        "simulate": simulate,
        **({"duties": duties} if duties else {}),
    }


def _bare(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request that states nothing."""
    none: dict[str, object] = {"facts": {}, "instruments": [], "reviews": [], "duties": []}
    return {**request, **none, "simulate": {}}


def _is(outcome: tree.Outcome, reason: str, rules: Iterable[str], wanted: Answered) -> bool:
    """Whether an answer is the one of a class; other rules may decide beside the one named."""
    if outcome is not wanted.outcome:
        return False
    if not wanted.reason:
        return True
    if wanted.rule:
        return wanted.rule in rules
    return reason in (wanted.reason, *_BESIDE.get(wanted.reason, ()))
