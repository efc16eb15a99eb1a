"""Nothing that a lower layer writes reaches a higher rule."""

import pytest

from platelaw.dsl import syntax as tree

from .texts import CITED, SINCE, codes, diagnostics, head, library, parameter, rule

MODEL = (
    head(layer="owner", name="pier/watch 1", more="  define few: boats.count is under 3\n")
    + rule("permit look of reads\n  if few", name="open")
    + rule("forbid look of reads\n  if boats.count is over 9", name="firm")
    + rule("forbid look of diary\n  adopters may change", name="loose")
)
LAW = head() + parameter("21 days", more="  agencies may lower\n")


def adopter(clauses: str = "", *rules: str, name: str = "quay/watch") -> str:
    return f"policy {name} adopts pier/watch 1 except\n{clauses}\n" + "".join(rules)


def vocabulary(body: str, above: str = "harbor 1") -> str:
    return f"vocabulary mark 1 extends {above}\n{body}\n"


# Adoption --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "effect",
    [
        "forbid look of reads",
        "require look of reads",
        "refer look of reads to desk",
        "limit look of reads to\n    b: boats.count is over 3",
    ],
)
def test_an_adopter_may_add_what_tightens(effect: str) -> None:
    assert codes(MODEL + adopter("", rule(effect, name="more"))) == []


@pytest.mark.parametrize(
    ("clauses", "rules", "expected"),
    [
        ("", [rule("permit share of reads", name="more")], ["PL308"]),
        ("", [rule("forbid look of reads", name="firm")], ["PL308"]),
        ("", [rule("permit look of diary", name="loose")], []),
        ("  without loose\n", [], []),
        ("  without firm\n", [], ["PL308"]),
        ("  without nothing\n", [], ["PL201"]),
        ("  define few: boats.count is under 30\n", [], ["PL308"]),
        ("  define many: not few\n", [rule("forbid share of reads\n  if many", name="m")], []),
        ("  permit may rest on verified\n", [], []),
        ("  permit may rest on adopted\n", [], []),
        ("  permit may rest on provisional\n", [], ["PL308"]),
        ("  uses harbor 1\n", [], []),
    ],
)
def test_an_adopter_changes_only_what_the_model_lets_it(
    clauses: str, rules: list[str], expected: list[str]
) -> None:
    assert codes(MODEL + adopter(clauses, *rules)) == expected


def test_an_adopter_has_the_rules_of_the_model_under_its_own_name() -> None:
    later = "  in force from 2031-07-01\n  without loose\n"
    extra = rule("forbid share of reads", name="extra", force="")
    policies = {p.name: p for p in library(MODEL + adopter(later, extra)).policies}
    quay = policies["quay/watch"]
    assert {rule.id for rule in quay.rules} == {
        f"quay/watch/{n}" for n in ("open", "firm", "extra")
    }
    assert all(str(r.node.in_force.start) == "2031-07-01" for r in quay.rules if r.node.in_force)
    assert quay.path_binds
    assert quay.adopted == "pier/watch 1"
    assert quay.layer is tree.Layer.OWNER
    assert {rule.adopted_from for rule in quay.rules} == {"pier/watch/open", "pier/watch/firm", ""}


def test_an_earlier_date_of_the_adopter_starts_nothing_earlier() -> None:
    found = library(MODEL + adopter("  in force from 2020-01-01\n")).policies
    starts = {r.node.in_force.start.year for p in found for r in p.rules if r.node.in_force}
    assert starts == {2030}


def test_adopters_are_adopted_in_their_turn() -> None:
    second = adopter(name="quay/watch 2", clauses="  without loose\n")
    third = "policy dune/watch adopts quay/watch 2 except\n  without firm\n"
    assert codes(MODEL + second + third) == ["PL308"]


@pytest.mark.parametrize("wanted", ["pier/watch 2", "mark/act 1", "quay/watch 1"])
def test_only_a_loaded_policy_with_that_number_is_adopted(wanted: str) -> None:
    text = f"policy quay/watch adopts {wanted} except\n"
    assert codes(LAW + MODEL + text) == ["PL207"]


def test_an_adopter_speaks_the_words_of_the_model_or_words_that_extend_them() -> None:
    pier, dune = (f"vocabulary {n} 1 extends harbor 1\nact {n}_it\n" for n in ("pier", "dune"))
    wider = "vocabulary quay 1 extends pier 1\nact moor\n"
    model = MODEL.replace("uses harbor 1", "uses pier 1")
    expected = {"pier 1": [], "quay 1": [], "harbor 1": ["PL309"], "dune 1": ["PL309"]}
    for uses, found in expected.items():
        assert codes(pier, dune, wider, model + adopter(f"  uses {uses}\n")) == found


# Parameters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "value", "moved", "allowed"),
    [
        ("lower", "21 days", "14 days", True),
        ("lower", "21 days", "21 days", True),
        ("lower", "21 days", "22 days", False),
        ("lower", "21 days", "3 weeks", True),
        ("lower", "21 days", "505 hours", False),
        ("lower", "2 years", "23 months", True),
        ("lower", "2 years", "25 months", False),
        ("raise", "3", "4", True),
        ("raise", "3", "2", False),
        ("lower", "21 days", "1 month", False),
        ("lower", "21 days", "5 business days", False),
        ("lower", "3", "3 days", False),
    ],
)
def test_a_parameter_is_moved_its_way_only(
    direction: str, value: str, moved: str, allowed: bool
) -> None:
    law = head() + parameter(value, more=f"  agencies may {direction}\n")
    change = adopter(f"  parameter keep_period is {moved}\n")
    assert codes(law, MODEL + change) == ([] if allowed else ["PL307"])
    own = head(layer="owner", name="dune/watch") + parameter(moved)
    assert codes(law, own) == ([] if allowed else ["PL307"])


def test_a_parameter_that_nobody_may_move_is_not_moved() -> None:
    law = head() + parameter("21 days")
    change = adopter("  parameter keep_period is 14 days\n")
    assert codes(law, MODEL + change) == ["PL307"]
    assert codes(law, MODEL + change.replace("keep_period", "keep_time")) == ["PL201"]


def test_every_version_of_a_parameter_limits_its_moves() -> None:
    first, second = "  in force from 2030-01-01 until 2031-01-01\n", "  in force from 2031-01-01\n"
    law = head()
    for value, force in (("21 days", first), ("10 days", second)):
        law += parameter(value, more="  agencies may lower\n", force=force)
    assert codes(law, MODEL + adopter("  parameter keep_period is 14 days\n")) == ["PL307"]


# Effects ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", ["federal", "state", "agreement", "owner", "requester"])
def test_a_permit_opens_only_for_the_owner_s_side_and_only_federal_law_leaves_open(
    layer: str,
) -> None:
    opens = codes(head(layer=layer) + rule("permit look of reads"))
    leaves = codes(head(layer=layer) + rule("leave open share of diary"))
    assert opens == ([] if layer in ("agreement", "owner") else ["PL305"])
    assert leaves == ([] if layer == "federal" else ["PL306"])


# Words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "kind theft",
        "kind theft under smuggling",
        "data reads",
        "act look",
        "role desk held by anyone",
        "duty sign_book attested by captain",
        "fact case.number : text proven by system",
        "reading tide of \"S\" : provisional yes",
        "kind look",
    ],
)  # fmt: skip
def test_a_word_of_a_higher_vocabulary_is_not_declared_again(body: str) -> None:
    assert codes(vocabulary(body)) == ["PL301"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('kind ferry under theft also written "stolen boat"', ["PL302"]),
        ('kind ferry under smuggling also written "STOLEN_BOAT"', ["PL302"]),
        ('kind ferry under smuggling also written "theft"', ["PL302"]),
        ('kind ferry under smuggling also written "fuel smuggling"', ["PL302"]),
        ('kind ferry under smuggling also written "parade"', ["PL302"]),
        ('kind ferry under smuggling also written "the banner of the boat"', ["PL302"]),
        ('kind ferry under smuggling also written "ferry goods"', []),
        ('lexicon a indicates theft\n  never "parade ground"', ["PL303"]),
        ('lexicon a indicates theft\n  never "watch the parade"', ["PL303"]),
        ('lexicon a indicates theft\n  never "banner year"', []),
        ('lexicon a indicates theft\n  never "black market"', []),
        ('lexicon a indicates theft\n  plainly "parade"', []),
    ],
)
def test_synonyms_and_never_phrases_of_a_lower_layer_hide_nothing(
    body: str, expected: list[str]
) -> None:
    assert codes(vocabulary(body)) == expected


LIMIT = head() + rule(
    "limit share of reads, for every recipient, to\n    w: recipient.kind is a kind of watch"
)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("kind yacht_club under watch", ["PL304"]),
        ("kind yacht_club under customs", []),
        ("kind yacht_club under body", []),
        ("kind yachts under watch\nkind yacht_club under yachts", ["PL304", "PL304"]),
    ],
)
def test_a_kind_that_a_limit_tests_takes_no_additions_from_below(
    kind: str, expected: list[str]
) -> None:
    assert codes(LIMIT, vocabulary(kind)) == expected


def test_a_kind_tested_through_a_definition_or_as_a_paper_is_closed_too() -> None:
    defined = head(more="  define paper: some i in request.instruments is a letter\n") + rule(
        "limit look of reads to\n    b: not paper"
    )
    assert codes(defined, vocabulary("kind love_letter under letter")) == ["PL304"]


def test_a_forbid_closes_nothing() -> None:
    law = head() + rule("forbid look of reads\n  if request.purpose is a kind of theft")
    assert codes(law, vocabulary("kind ferry_theft under theft")) == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("kind odd under theft, smuggling", ["PL310"]),
        ("kind odd under smuggling, fraud", []),
        ("kind odd under smuggling, fuel_fraud", []),
        ("kind a under theft\nkind b under smuggling\nkind odd under a, b", ["PL310"]),
        ("kind a\nkind odd under a, theft", []),
    ],
)
def test_a_word_joins_only_what_a_higher_layer_has_joined(kind: str, expected: list[str]) -> None:
    assert codes(vocabulary(kind)) == expected


def test_circles_of_kinds_are_cut_and_reported_once() -> None:
    body = "kind a under c\nkind b under a\nkind c under b\nkind d under d\n"
    assert codes(vocabulary(body)) == ["PL203", "PL203"]


def test_definitions_read_earlier_ones_only() -> None:
    few = "  define few: boats.count is under 3\n"
    many = "  define many: not few\n"
    forbids = rule("forbid look of reads\n  if many")
    assert codes(head(more=few + many) + forbids) == []
    assert codes(head(more=many + few) + forbids) == ["PL208"]
    assert codes(head(more="  define many: not many\n") + forbids) == ["PL208"]
    assert codes(head(more="  define fog: boats.count is under 3\n") + forbids) == [
        "PL301",
        "PL201",
    ]


def test_a_binding_reads_what_is_on_file_and_not_what_is_sent() -> None:
    sent = head().replace("owner.sovereign is NM", "request.purpose is a kind of theft")
    in_rule = (
        head()
        + f'rule r "T"\n{CITED}{SINCE}  binds case.number is stated\n  forbid look of reads\n'
    )
    assert codes(sent) == codes(in_rule) == ["PL211"]


# Versions --------------------------------------------------------------------------------------


def versions(*periods: str) -> str:
    return head() + "".join(rule("forbid look of reads", force=f"  {p}\n") for p in periods)


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        (["in force from 2030-01-01 until 2031-01-01", "in force from 2031-01-01"], []),
        (["in force from 2031-01-01", "in force from 2030-01-01 until 2031-01-01"], []),
        (["in force from 2030-01-01 until 2031-01-02", "in force from 2031-01-01"], ["PL404"]),
        (["in force from 2030-01-01", "in force from 2031-01-01"], ["PL404"]),
        (["in force from 2030-01-01", "in force from 2030-01-01"], ["PL404"]),
        (["in force from 2030-01-01 until 2031-01-01", "in force from 2031-01-02"], ["PL405"]),
        (
            ["in force from 2030-01-01 until 2032-01-01",
             "in force from 2030-06-01 until 2030-07-01",
             "in force from 2033-01-01"],
            ["PL404", "PL405"],
        ),
        (
            ["in force from 2030-01-01 until 2040-01-01",
             "in force from 2031-01-01 until 2032-01-01",
             "in force from 2033-01-01 until 2034-01-01"],
            ["PL404", "PL404"],
        ),
    ],
)  # fmt: skip
def test_versions_of_one_rule_neither_overlap_nor_leave_a_gap(
    periods: list[str], expected: list[str]
) -> None:
    found = [f.code.number for f in diagnostics(versions(*periods)) if f.code.number[:3] == "PL4"]
    assert sorted(found) == expected


def test_periods_and_injunctions_end_after_they_start() -> None:
    assert codes(versions("in force from 2030-01-01 until 2030-01-01")) == ["PL406"]
    late = "in force from 2030-01-01 at the earliest, 2030-06-01 at the latest until {}"
    assert codes(versions(late.format("2030-06-01"))) == ["PL406"]
    assert codes(versions(late.format("2030-06-02"))) == []
    enjoined = 'in force from 2030-01-01\n  enjoined from 2031-01-01 until {} by "C"'
    assert codes(versions(enjoined.format("2031-01-01"))) == ["PL406"]
    assert codes(versions(enjoined.format("2031-01-02"))) == []


def test_the_date_of_a_policy_counts_for_rules_that_say_none() -> None:
    dated = head(more=SINCE) + rule("forbid look of reads", force="")
    assert codes(dated) == []
    assert codes(dated.replace(SINCE, "")) == ["PL403"]
