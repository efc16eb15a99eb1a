"""The graph of kinds; the names are of boats.

boat is above sail and motor; both are above hybrid; sail is above dinghy, which is final; raft
stands apart.
"""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.dsl.kinds import Kind, Kinds
from platelaw.dsl.truth import Truth

T, U, F = Truth.TRUE, Truth.UNPROVEN, Truth.FALSE
BOATS = Kinds(
    {
        kind.name: kind
        for kind in (
            Kind("boat", ()),
            Kind("sail", ("boat",)),
            Kind("motor", ("boat",)),
            Kind("hybrid", ("sail", "motor")),
            Kind("dinghy", ("sail",), final=True),
            Kind("raft", ()),
        )
    }
)


@pytest.mark.parametrize(
    ("word", "kind", "truth"),
    [
        ("hybrid", "boat", T),
        ("hybrid", "sail", T),
        ("hybrid", "motor", T),
        ("sail", "sail", T),
        ("sail", "motor", U),
        ("sail", "hybrid", U),
        ("boat", "dinghy", U),
        ("motor", "dinghy", F),
        ("raft", "boat", F),
        ("boat", "raft", F),
        ("dinghy", "sail", T),
        ("dinghy", "hybrid", F),
        ("dinghy", "motor", F),
    ],
)
def test_a_word_is_a_kind_of_another_false_only_if_nothing_lies_under_both(
    word: str, kind: str, truth: Truth
) -> None:
    assert BOATS.lies_under(frozenset({word}), kind) is truth


def test_a_final_word_is_nothing_narrower() -> None:
    open_ended = Kinds({**BOATS.by_name, "sail": Kind("sail", ("boat",), final=True)})
    assert BOATS.lies_under(frozenset({"sail"}), "hybrid") is U
    assert open_ended.lies_under(frozenset({"sail"}), "hybrid") is F


def test_an_exact_value_is_the_word_itself() -> None:
    assert BOATS.lies_under(frozenset({"sail"}), "motor", exact=True) is F
    assert BOATS.lies_under(frozenset({"sail"}), "boat", exact=True) is T


def test_a_value_known_under_two_words_lies_under_both() -> None:
    both = frozenset({"sail", "motor"})
    assert [BOATS.lies_under(both, kind) for kind in ("sail", "motor", "boat")] == [T, T, T]
    assert BOATS.lies_under(both, "hybrid") is U
    assert BOATS.lies_under(both, "dinghy") is F


def test_a_higher_layer_reads_a_word_as_its_nearest_ancestors() -> None:
    below = Kinds(
        {
            **BOATS.by_name,
            "ferry": Kind("ferry", ("hybrid", "raft")),
            "night_ferry": Kind("night_ferry", ("ferry",)),
        }
    )
    assert below.nearest("night_ferry", BOATS) == {"hybrid", "raft"}
    assert below.nearest("hybrid", BOATS) == {"hybrid"}
    assert Kinds({"comet": Kind("comet", ())}).nearest("comet", BOATS) == frozenset()


def test_an_ancestor_above_a_nearer_one_is_not_nearest() -> None:
    below = Kinds({**BOATS.by_name, "odd": Kind("odd", ("boat", "sail"))})
    assert below.nearest("odd", BOATS) == {"sail"}


def test_kinds_are_related_if_something_lies_under_both() -> None:
    pairs = {(a, b) for a, b in product(BOATS.names, repeat=2) if BOATS.related(a, b)}
    assert ("sail", "motor") in pairs
    assert ("dinghy", "motor") not in pairs
    assert pairs == {(b, a) for a, b in pairs}
    assert all(("raft", other) not in pairs for other in BOATS.names if other != "raft")


@st.composite
def graphs(draw: st.DrawFn) -> Kinds:
    """Up to seven kinds; each lies under earlier ones."""
    kinds: dict[str, Kind] = {}
    for name in "abcdefg"[: draw(st.integers(1, 7))]:
        parents = draw(st.lists(st.sampled_from(sorted(kinds)), max_size=2)) if kinds else []
        kinds[name] = Kind(name, tuple(parents), final=draw(st.integers(0, 5)) == 0)
    return Kinds(kinds)


@given(graphs(), st.data())
def test_a_narrower_word_settles_an_answer_and_never_turns_it(
    kinds: Kinds, data: st.DataObject
) -> None:
    word, kind = (data.draw(st.sampled_from(sorted(kinds.names))) for _ in range(2))
    before = kinds.lies_under(frozenset({word}), kind)
    below = kinds.below(word) if not kinds.by_name[word].final else {word}
    answers = {kinds.lies_under(frozenset({narrower}), kind) for narrower in below}
    assert before is U or answers == {before}


@given(graphs())
def test_above_and_below_are_each_other_turned_round(kinds: Kinds) -> None:
    for one, other in product(kinds.names, repeat=2):
        assert (other in kinds.above(one)) == (one in kinds.below(other))
        assert kinds.related(one, other) == any(
            {one, other} <= kinds.above(name) for name in kinds.names
        )
