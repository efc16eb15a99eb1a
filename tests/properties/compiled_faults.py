"""Small faults of the compiler, each planted by rebinding a real function."""

# pyright: basic, reportPrivateUsage=false
# Reaches into what is private, on purpose.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.truth import Truth
from platelaw.engine import index
from platelaw.engine.compiled import calendar, evaluator, generate, plan, slots, terms, translate
from platelaw.engine.compiled import words as words_module
from platelaw.engine.compiled.terms import Pair

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    """One fault: what it does, and how it is planted."""

    does: str
    plant: Plant


def _not_keeps_its_sides(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Pair, "__invert__",
        lambda self: Pair(terms.negated(self.certain), terms.negated(self.possible)),
    )  # fmt: skip


def _unproven_is_false(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(words_module, "unproven", lambda tests: 0)


def _possible_bit_is_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(words_module, "bits", lambda truth, at: (0, 0, 3)[truth] << 2 * at)


def _exceptions_are_certain(patch: pytest.MonkeyPatch) -> None:
    original = generate._Writer._branches

    def branches(self: Any, at: int, place: Any) -> Any:
        found = original(self, at, place)
        return [(Pair(pair.possible, pair.possible), weak) for pair, weak in found]

    patch.setattr(generate._Writer, "_branches", branches)


def _only_the_first_exception(patch: pytest.MonkeyPatch) -> None:
    original = generate._Writer._branches
    patch.setattr(
        generate._Writer, "_branches", lambda self, at, place: original(self, at, place)[:1]
    )


def _duties_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(generate._Writer, "_undone", lambda self, at: False)


def _nothing_is_left_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(generate._Writer, "_leave_open", lambda self, opens: None)


def _the_unknown_recipient_is_not_asked(patch: pytest.MonkeyPatch) -> None:
    original = evaluator.Compiled._prepared

    def prepared(self: Any, bound: Any, case: Any) -> Any:
        found = original(self, bound, case)
        known, _, is_open = found.who
        found.who = known, known, is_open
        return found

    patch.setattr(evaluator.Compiled, "_prepared", prepared)


def _open_sets_are_whole(patch: pytest.MonkeyPatch) -> None:
    original = evaluator.Compiled._prepared

    def prepared(self: Any, bound: Any, case: Any) -> Any:
        found = original(self, bound, case)
        known, asked, _ = found.who
        found.who = known, asked, False
        return found

    patch.setattr(evaluator.Compiled, "_prepared", prepared)


def _a_loop_ends_with_the_first(patch: pytest.MonkeyPatch) -> None:
    original = translate.Translator._loop

    def loop(self: Any, node: Any, body: Any) -> Any:
        found = original(self, node, body)
        at = max(n for n, line in enumerate(self.lines) if line == "for r in R:")
        self.lines[at] = "for r in R[:1]:"
        return found

    patch.setattr(translate.Translator, "_loop", loop)


def _reviews_are_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evaluator, "_reviews", lambda plan, case: None)


def _readings_are_not_turned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan, "_pivots", lambda *rest: [])


def _weak_wording_will_do(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan.Plan, "is_weak", lambda self, answered: False)


def _changes_of_law_are_missed(patch: pytest.MonkeyPatch) -> None:
    original = calendar.calendar_of

    def calendar_of(*rest: Any) -> Any:
        return replace(original(*rest), days=())

    patch.setattr(evaluator, "calendar_of", calendar_of)


def _one_zone_for_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        calendar.Calendar, "era",
        lambda self, at: tuple(self._between(*at.days(zone)) for zone in self.zones[:1]),
    )  # fmt: skip


def _named_policies_are_not_found(patch: pytest.MonkeyPatch) -> None:
    original = index.PolicyIndex.candidates

    def candidates(self: Any, requester: Any, owner: Any) -> Any:
        found = original(self, requester, owner)
        return tuple(p for p in found if p.layer is not tree.Layer.OWNER)

    patch.setattr(index.PolicyIndex, "candidates", candidates)


def _all_recipients_are_one(patch: pytest.MonkeyPatch) -> None:
    def word(self: Any, case: Any, who: Any, table: Any) -> int:
        return int(table.word(case.facts.state(self.name, case.request.requester).value))

    patch.setattr(slots.OfAll, "word", word)


def _unproven_part_is_certain(patch: pytest.MonkeyPatch) -> None:
    original = plan._part

    def part(*rest: Any) -> Truth:
        found = original(*rest)
        return Truth.TRUE if found is Truth.UNPROVEN else found

    patch.setattr(plan, "_part", part)


FAULTS = (
    Fault("`not` keeps certain and possible where they are", _not_keeps_its_sides),
    Fault("what is unproven is false", _unproven_is_false),
    Fault("what is possible is lost", _possible_bit_is_lost),
    Fault("an unproven exception lets through", _exceptions_are_certain),
    Fault("only the first exception counts", _only_the_first_exception),
    Fault("duties are forgotten", _duties_are_forgotten),
    Fault("nothing is left open", _nothing_is_left_open),
    Fault("somebody unknown is not asked for", _the_unknown_recipient_is_not_asked),
    Fault("open sets are whole", _open_sets_are_whole),
    Fault("a loop ends with its first recipient", _a_loop_ends_with_the_first),
    Fault("reviews are ignored", _reviews_are_ignored),
    Fault("readings are not turned round", _readings_are_not_turned),
    Fault("weak wording will do", _weak_wording_will_do),
    Fault("changes of law are missed", _changes_of_law_are_missed),
    Fault("one time zone counts for all", _one_zone_for_all),
    Fault("policies that name their owner are not found", _named_policies_are_not_found),
    Fault("what counts for the requester counts for all", _all_recipients_are_one),
    Fault("an unproven part is certain", _unproven_part_is_certain),
)
