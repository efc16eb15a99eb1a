"""Which way facts may turn an answer: words of a reason to the stricter, claims to the milder."""

import pytest

from .texts import codes, forbid, head, rule

WORDS = "reason.plainly includes parade_watch"
CLAIM = "storm.claimed is yes"
# A condition with a hole for a test, and whether it turns the test round.
SHAPES = [
    ("{}", False),
    ("not ({})", True),
    ("not (not ({}))", False),
    ("boats.count is over 3 and {}", False),
    ("boats.count is over 3 or not ({})", True),
    ("some r in recipients has (r.kind is a kind of watch and {})", False),
    ("every r in recipients has (not ({}))", True),
    ("shaped", False),
    ("not shaped", True),
    ("deeper", True),
]
DEFINES = "  define shaped: {0} or boats.count is over 9\n  define deeper: not shaped\n"
# Where a condition may stand, and whether its truth makes an answer milder.
PLACES = [
    ("forbid look of reads\n  if {}", False),
    ("forbid look of reads\n  if boats.count is over 3\n  unless out: {}", True),
    ("refer look of reads to desk\n  if {}", False),
    ("refer look of reads to desk\n  unless out: {}", True),
    ("limit look of reads to\n    ground: boats.count is over 1\n  if {}", False),
    ("limit look of reads to\n    ground: {}", True),
    ("permit look of reads\n  if {}", True),
    ("permit look of reads\n  unless out: {}", False),
]


def text(test: str, shape: str, place: str) -> str:
    body = place.format(shape.format(test))
    layer = "owner" if place.startswith("permit") else "state"
    return head(layer=layer, more=DEFINES.format(test)) + rule(body)


@pytest.mark.parametrize(("place", "milder"), PLACES)
@pytest.mark.parametrize(("shape", "turned"), SHAPES)
def test_words_of_a_reason_may_only_tighten(
    shape: str, turned: bool, place: str, milder: bool
) -> None:
    loosens = milder != turned
    assert codes(text(WORDS, shape, place)) == ["PL209"] * loosens


@pytest.mark.parametrize(("place", "milder"), PLACES)
@pytest.mark.parametrize(("shape", "turned"), SHAPES)
def test_claims_may_only_loosen(shape: str, turned: bool, place: str, milder: bool) -> None:
    tightens = milder == turned
    assert codes(text(CLAIM, shape, place)) == ["PL210"] * tightens


@pytest.mark.parametrize(
    ("test", "tightens"),
    [
        ("storm.claimed is no", False),
        ("storm.claimed is not no", True),
        ("storm.claimed is one of {yes}", True),
        ("storm.claimed is one of {no}", False),
        ("storm.claimed is case.sealed", True),
        ("case.sealed is storm.claimed", True),
    ],
)
def test_a_claim_that_is_tested_for_no_turns_the_other_way(test: str, tightens: bool) -> None:
    assert codes(forbid(test)) == ["PL210"] * tightens


@pytest.mark.parametrize(
    ("test", "loosens"),
    [
        ("reason.plainly is empty", True),
        ("reason.plainly is not empty", False),
        ("some k in reason.possibly is a kind of theft", False),
        ("not (some k in reason.possibly is a kind of theft)", True),
        ("every k in reason.possibly has (k is a kind of theft)", True),
        ("not (every k in reason.possibly has (k is a kind of theft))", True),
    ],
)
def test_an_empty_or_one_sided_reason_never_helps(test: str, loosens: bool) -> None:
    assert codes(forbid(test)) == ["PL209"] * loosens


def test_a_duty_is_not_done_by_words_and_may_be_done_by_a_claim() -> None:
    duty = "vocabulary mark 1 extends harbor 1\nduty d done by {}\n"
    assert codes(duty.format(WORDS)) == ["PL209"]
    assert codes(duty.format(CLAIM)) == []
    assert codes(duty.format(f"not ({CLAIM})")) == ["PL210"]


def test_a_requirement_decides_nothing_and_may_read_both() -> None:
    body = f"require look of reads\n  if {WORDS} or {CLAIM}\n  must sign_book before look"
    assert codes(head() + rule(body)) == []
