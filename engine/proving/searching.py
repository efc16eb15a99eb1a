"""A formula before all requests of one question: a request that meets it, decided again.

What a request says is more than what formulas ask of it, so a model may be of no request that
could be written. Therefore nothing is shown that was not read from JSON and decided by the engine.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from ..decision import Decision, Engine
from ..reference import Case
from ..request_json import read_request
from .conditions import NotCoveredError, Sources
from .formulas import Counting, Formula
from .smallest import smallest
from .solver import Found, Model, Question, recipients_for
from .sources import Source
from .witness import Drafting, is_usual

TRIES = 12  # models of one question that are tried as requests
MOST_RECIPIENTS = 8
_END = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Witness:
    """A request that shows something, and its answer by both evaluators."""

    request: Mapping[str, Any]
    decision: Decision


# Whether a request shows what is looked for, once it is decided anew.
Shows: TypeAlias = Callable[[Witness, Case], bool]


@dataclass(slots=True)
class Search:
    """Looks for requests.

    Attributes:
        engine: What decides each request that is shown.
        seconds: How long one question may take.
        asked: How many questions were asked of the solver.
    """

    engine: Engine
    seconds: float
    asked: int = field(default=0)

    def request(
        self, case: Case, sources: Sources, wanted: Formula, shows: Shows, *, small: bool = True
    ) -> Witness | str:
        """A request that meets a formula; else what is not known, if anything.

        Args:
            case: What all requests of the question have in common.
            sources: What the formula reads.
            wanted: The formula.
            shows: Whether a request that was decided anew shows what is looked for.
            small: Whether to make it small.

        Raises:
            NotCoveredError: More recipients matter at once than are looked at.
        """
        if wanted is False:
            return ""
        question = Question(sources, recipients_within(wanted))
        question.need(wanted)
        question.close()
        question.limit(self.seconds)
        self.asked += 1
        found = question.found()
        if found is Found.NONE:
            return ""
        if found is Found.TIMEOUT:
            return f"the solver did not finish in {self.seconds:g} seconds: {where(case)}"
        question.plain(is_usual)
        for model in question.models(TRIES):
            witness = self._tried(question, model, case, shows)
            if witness is not None:
                return self.small(witness, case.data, shows) if small else witness
        return f"the solver has an answer of which no request could be made: {where(case)}"

    def small(self, witness: Witness, data: str, shows: Shows) -> Witness:
        """A request that shows the same by the same answer, made small."""
        found = [witness]

        def still(request: Mapping[str, Any]) -> bool:
            tried = decided(self.engine, request)
            if tried is None:
                return False
            other, again = tried
            same = other.decision.outcome is witness.decision.outcome
            if not same or not shows(other, again(data)):
                return False
            found.append(other)
            return True

        smallest(dict(witness.request), still)
        return found[-1]

    def _tried(self, question: Question, model: Model, case: Case, shows: Shows) -> Witness | None:
        """A model as a request, if it shows what is looked for when it is decided anew."""
        sources: dict[object, Source] = {**question.sources.found}
        drafted = Drafting(case, model, sources).request()
        found = decided(self.engine, drafted)
        if found is None:
            return None
        witness, again = found
        return witness if shows(witness, again(case.data)) else None


def decided(
    engine: Engine, drafted: Mapping[str, Any]
) -> tuple[Witness, Callable[[str], Case]] | None:
    """A request read from its JSON and decided, and its case for a kind of data."""
    reading = read_request(json.dumps(drafted), engine, now=_END, simulate=True)
    if reading.request is None:
        return None
    registry = reading.registry
    decision = engine.decide(reading.request, decided_at=_END, explained=False, registry=registry)
    case = partial(engine.case, decision.request, registry=registry)
    return Witness(drafted, decision), case


def recipients_within(formula: Formula, counting: Counting | None = None) -> int:
    """How many recipients must be looked at.

    Args:
        formula: The formula.
        counting: What is known of its parts, where several formulas share some.

    Raises:
        NotCoveredError: They are too many.
    """
    most = recipients_for(formula, counting)
    if most > MOST_RECIPIENTS:
        raise NotCoveredError(f"{most} recipients that matter at once")
    return most


def where(case: Case) -> str:
    """Which question it is, in words."""
    at = case.request.at
    when = f"at {at.latest}" if at.day or at.earliest == at.latest else (
        f"at a time known only to lie about {at.latest}")  # fmt: skip
    return f"{case.request.act} of {case.data} {when}"
