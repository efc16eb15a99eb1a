"""The promises of docs/semantics.md, held against random libraries and requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hypothesis import given, settings

from .cases import case as a_case
from .chance import made
from .checks import (
    Case,
    a_permit_changes_no_other_layer,
    adding_below_never_loosens,
    every_settling_set_settles,
    more_evidence_settles_and_never_changes,
    order_does_not_matter,
    same_input_same_output,
    the_strictest_kind_of_data_counts,
    what_is_left_out_never_helps,
    words_below_never_reach_up,
)
from .kleene import (
    Question,
    a_test_of_each_fact_once_is_exact,
    question_of,
    repeated_tests_are_safe,
)
from .meeting import Met
from .world import decide

PROPERTIES = settings(settings.get_profile("properties"))
MORE = settings(PROPERTIES, max_examples=3 * PROPERTIES.max_examples)


def _holds(check: Callable[[Case], None], case: Case, met: Met) -> None:
    """Check one case, and count what it met."""
    for request in case.requests:
        met.add(decide(case.engine(), request))
    check(case)


@settings(MORE)
@given(case=made(a_case))
def test_more_evidence_settles_a_hold_and_never_changes_a_permit_or_deny(
    case: Case, met: Met
) -> None:
    _holds(more_evidence_settles_and_never_changes, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_a_forbid_limit_refer_or_duty_more_never_loosens(case: Case, met: Met) -> None:
    _holds(adding_below_never_loosens, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_words_of_a_lower_layer_never_move_a_higher_rule(case: Case, met: Met) -> None:
    _holds(words_below_never_reach_up, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_a_permit_more_changes_no_other_layer(case: Case, met: Met) -> None:
    _holds(a_permit_changes_no_other_layer, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_the_order_of_files_rules_and_clauses_does_not_matter(case: Case, met: Met) -> None:
    _holds(order_does_not_matter, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_the_same_input_gives_the_same_bytes(case: Case, met: Met) -> None:
    _holds(same_input_same_output, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_every_settling_set_settles_and_nothing_in_it_is_idle(case: Case, met: Met) -> None:
    _holds(every_settling_set_settles, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_what_is_left_out_never_helps(case: Case, met: Met) -> None:
    _holds(what_is_left_out_never_helps, case, met)


@settings(PROPERTIES)
@given(case=made(a_case))
def test_several_kinds_of_data_get_the_strictest_answer(case: Case, met: Met) -> None:
    _holds(the_strictest_kind_of_data_counts, case, met)


@settings(MORE)
@given(question=made(partial(question_of, repeated=False)))
def test_a_condition_that_tests_each_fact_once_is_exact_over_all_worlds(question: Question) -> None:
    a_test_of_each_fact_once_is_exact(question)


@settings(MORE)
@given(question=made(partial(question_of, repeated=True)))
def test_a_condition_that_tests_a_fact_twice_is_safe_over_all_worlds(question: Question) -> None:
    repeated_tests_are_safe(question)
