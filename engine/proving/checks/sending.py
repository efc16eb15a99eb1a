"""What statements and checks came to in plain values, as one process sends it to another.

A result holds parts of the library it is about, which cannot be sent where the library is restored
from a cache. So only what names them is sent, and a request without its answer, which the one who
gets it decides anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ....dsl.model import Invariant, Library
from ....dsl.source import Source, Span
from ...decision import Engine
from ..proving import Proof, Verdict
from ..searching import Witness, decided
from .checking import Part
from .findings import Check, Doubt, Finding, Place, Shown

Plain = dict[str, Any]


def proof_sent(proof: Proof) -> Plain:
    """What became of a statement."""
    return {
        "verdict": proof.verdict.value,
        "why": proof.why,
        "request": dict(proof.witness.request) if proof.witness else None,
        "because": proof.because,
        "questions": proof.questions,
    }


def part_sent(part: Part) -> Plain:
    """What came of some checks."""
    return {"found": [_sent(each) for each in part.found], "questions": part.questions}


def _sent(found: Finding | Doubt) -> Plain:
    place = found.place
    span = place.span
    told: Plain = {
        "check": place.check.value,
        "name": place.name,
        "span": (span.source.name, span.start, span.end),
    }
    if isinstance(found, Doubt):
        return {**told, "why": found.why}
    shown = [(each.what, dict(each.witness.request)) for each in found.shown]
    return {**told, "says": found.says, "proved": found.proved, "shown": shown}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Reads what was sent, about the library of an engine."""

    engine: Engine

    def proof(self, invariant: Invariant, sent: Plain) -> Proof:
        """What became of a statement."""
        request = sent["request"]
        witness = self._witness(request) if request is not None else None
        verdict, because = Verdict(sent["verdict"]), tuple(sent["because"])
        return Proof(invariant, verdict, sent["why"], witness, because, sent["questions"])

    def part(self, sent: Plain) -> Part:
        """What came of some checks."""
        sources = {source.name: source for source in _sources(self.engine.library)}
        return Part(tuple(self._found(each, sources) for each in sent["found"]), sent["questions"])

    def _found(self, sent: Plain, sources: Mapping[str, Source]) -> Finding | Doubt:
        name, start, end = sent["span"]
        place = Place(Check(sent["check"]), sent["name"], Span(sources[name], start, end))
        if "why" in sent:
            return Doubt(place, sent["why"])
        shown = tuple(Shown(what, self._witness(request)) for what, request in sent["shown"])
        return Finding(place, sent["says"], sent["proved"], shown)

    def _witness(self, request: Mapping[str, Any]) -> Witness:
        found = decided(self.engine, request)
        assert found is not None, "it was decided before it was sent"
        return found[0]


def _sources(library: Library) -> Iterator[Source]:
    """The files of rules and parameters."""
    for policy in library.policies:
        for rule in policy.rules:
            yield rule.node.span.source
    for versions in library.parameters.values():
        for version in versions:
            yield version.value.span.source
