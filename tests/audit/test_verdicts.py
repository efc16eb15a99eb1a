"""One verdict a row: what the log proves, judged under the law of its day."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from platelaw.engine.decision import Engine

from ..unit.engine.small import ANY_USE, WORDS, engine_of, owner, rule, state
from .logs import judged, log_text, outputs, review_of, row, verdicts

BARRED = "forbid search of alpr_data\nif request.purpose is a kind of barred"
LAW = rule("barred-use", BARRED)
SEALED = rule("sealed", "forbid search of alpr_data\nif case.sealed is yes")
NUMBERED = rule("numbered", "forbid search of alpr_data\nif case.number is not stated")
READ = rule("read", "refer search of alpr_data to reviewer\nif reason.possibly includes barred")


def law(*rules: str, **more: str) -> Engine:
    return engine_of(state(*rules, **more), owner(ANY_USE))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return law(LAW)


def verdict(engine: Engine, folder: Path, *rows: dict[str, str], without: Any = ()) -> str:
    """The verdict of a log whose rows all get the same one."""
    (found,) = verdicts(judged(engine, folder, rows, without))
    return found


# Every verdict ------------------------------------------------------------------------------


def test_a_search_that_a_verified_rule_forbids_is_shown_unlawful(
    engine: Engine, tmp_path: Path
) -> None:
    barred = row(category="Barred (civil/administrative)")
    assert verdict(engine, tmp_path, barred) == "shown unlawful"


@pytest.mark.parametrize("status", ["secondary", "unverified"])
def test_on_less_than_verified_wording_it_is_a_question_for_counsel(
    tmp_path: Path, status: str
) -> None:
    engine = law(rule("barred-use", BARRED, status=status))
    barred = row(category="Barred (civil/administrative)")
    assert verdict(engine, tmp_path, barred) == "question for counsel"


@pytest.mark.parametrize(
    ("stance", "expected"),
    [("provisional yes", "question for counsel"),
     ('adopted yes by "Office" on 2026-01-01', "shown unlawful"), ("open", "cannot be told")],
)  # fmt: skip
def test_a_verified_rule_that_needs_a_reading_is_as_sure_as_the_reading(
    tmp_path: Path, stance: str, expected: str
) -> None:
    bar = rule(
        "bar", "forbid search of alpr_data\nif doubt and request.purpose is a kind of inquiry"
    )
    words = WORDS.replace('doubt of "The act, section 1" : open', f'doubt of "The act" : {stance}')
    engine = engine_of(state(bar), owner(ANY_USE), words=words)
    assert verdict(engine, tmp_path, row()) == expected


def test_one_verified_rule_among_those_that_bite_is_enough(tmp_path: Path) -> None:
    engine = law(rule("weak", BARRED, status="unverified"), LAW)
    assert verdict(engine, tmp_path, row(category="Joint matter")) == "shown unlawful"


def test_a_rule_that_waits_for_a_fact_cannot_be_told(tmp_path: Path) -> None:
    report = judged(law(LAW, SEALED), tmp_path, [row()])
    assert verdicts(report) == {"cannot be told": 1}
    assert report["missing"] == {"never recorded": {"case.sealed": 1}}


def test_a_rule_that_bites_counts_although_another_cannot_be_told(tmp_path: Path) -> None:
    report = judged(law(LAW, SEALED), tmp_path, [row(category="Joint matter")])
    assert verdicts(report) == {"shown unlawful": 1}
    assert report["missing"] == {}


def test_a_search_that_no_rule_above_bars_is_lawful_on_the_record(
    engine: Engine, tmp_path: Path
) -> None:
    assert verdict(engine, tmp_path, row()) == "lawful on the record"


def test_before_the_law_there_is_none(tmp_path: Path) -> None:
    engine = law(rule("barred-use", BARRED, since="in force from 2026-10-01 until 2026-12-01"))
    for day, expected in (
        ("2026-09-30", "no law of that day"),
        ("2026-10-01", "lawful on the record"),
        ("2026-12-01", "no law of that day"),
    ):
        assert verdict(engine, tmp_path, row(at=f"{day}T14:40:26Z")) == expected


def test_a_search_that_no_rule_names_is_outside_this_law(tmp_path: Path) -> None:
    engine = law(rule("shares", BARRED.replace("search", "share")))
    assert verdict(engine, tmp_path, row()) == "outside this law"


def test_the_verdict_comes_from_the_layers_above_the_owner(tmp_path: Path) -> None:
    """What the owner's own policy forbids is the owner's affair."""
    own = rule("own", "forbid search of alpr_data\nif request.purpose is a kind of theft")
    engine = engine_of(state(LAW), owner(own))
    report = judged(engine, tmp_path, [row()])
    assert verdicts(report) == {"lawful on the record": 1}
    assert report["policy_on_file"] == {"yes": 0, "silent": 1, "no": 0}


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ((owner(ANY_USE),), "yes"),
        ((owner(rule("own", "permit search of alpr_data\nif case.sealed is yes")),), "yes"),
        ((owner(rule("own", "permit share of alpr_data")),), "silent"),
        (
            (owner(rule("own", "permit search of alpr_data", since="in force from 2026-12-01")),),
            "no",
        ),
        ((), "no"),
    ],
)
def test_whether_the_owners_policy_opens_it_stands_beside(
    tmp_path: Path, policies: tuple[str, ...], expected: str
) -> None:
    report = judged(engine_of(state(LAW), *policies), tmp_path, [row()])
    assert {name for name, count in report["policy_on_file"].items() if count} == {expected}


# Categories and reasons ---------------------------------------------------------------------

UNLAWFUL, LAWFUL, UNTOLD = "shown unlawful", "lawful on the record", "cannot be told"


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("Theft/Stolen", LAWFUL),
        ("theft / stolen", LAWFUL),
        ("Barred (civil/administrative)", UNLAWFUL),
        ("BARRED (CIVIL/ADMINISTRATIVE)", UNLAWFUL),
        ("Theft/Stolen, Robbery", LAWFUL),
        ("Robbery, Barred (civil/administrative)", UNLAWFUL),  # two purposes: the stricter counts
        ("Barred (civil/administrative), Robbery", UNLAWFUL),
        ("Robbery, Something else", UNTOLD),
        ("Something else", UNTOLD),
        ("Robberyy", UNTOLD),
    ],
)
def test_a_category_is_the_purpose_that_it_stands_for(
    engine: Engine, tmp_path: Path, category: str, expected: str
) -> None:
    report = judged(engine, tmp_path, [row(reason="", category=category)])
    assert verdicts(report) == {expected: 1}
    assert report["unmapped_categories"] == int(expected == UNTOLD)
    if expected == UNTOLD:
        assert report["missing"] == {"a word that no vocabulary maps": {"request.purpose": 1}}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("Robbery", LAWFUL),
        ("Robbery -", LAWFUL),
        ("Robbery - a store on Elm Street", LAWFUL),
        ("Theft/Stolen - 26-13287", LAWFUL),
        ("Barred (civil/administrative) - for the bureau", UNLAWFUL),
        ("Robbery, Barred (civil/administrative) -", UNLAWFUL),
        ("a store on Elm Street", UNTOLD),
        ("Robbery of a store", UNTOLD),
        ("Investigation - robbery", UNTOLD),
    ],
)
def test_without_a_category_a_reason_may_begin_with_one(
    engine: Engine, tmp_path: Path, reason: str, expected: str
) -> None:
    report = judged(engine, tmp_path, [row(reason=reason)], without=("offenseType",))
    assert verdicts(report) == {expected: 1}


def test_a_reason_does_not_overrule_the_category(engine: Engine, tmp_path: Path) -> None:
    disguised = row(reason="Robbery -", category="Barred (civil/administrative)")
    assert verdict(engine, tmp_path, disguised) == UNLAWFUL


# What is missing, by cause ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "without", "cause"),
    [
        ({"case": ""}, (), None),
        ({"case": "***"}, (), "redacted"),
        ({"case": "[REDACTED]"}, (), "redacted"),
        ({"case": "withheld"}, (), "withheld"),
        ({}, ("caseNumber",), "not exported"),
    ],
)
def test_a_hidden_case_number_is_unproven_by_its_cause_and_a_blank_one_is_none(
    tmp_path: Path, changes: dict[str, Any], without: tuple[str, ...], cause: str | None
) -> None:
    report = judged(law(NUMBERED), tmp_path, [row(**changes)], without)
    if cause is None:
        assert verdicts(report) == {UNLAWFUL: 1}
    else:
        assert verdicts(report) == {UNTOLD: 1}
        assert report["missing"] == {cause: {"case.number": 1}}


@pytest.mark.parametrize(
    ("reason", "without", "expected"),
    [
        ("", (), LAWFUL),  # nothing typed shows nothing
        ("stolen car", (), LAWFUL),
        ("a grim thing", (), UNTOLD),  # a person would have to read it
        ("evil twin", (), LAWFUL),
        ("***", (), UNTOLD),
        ("REDACTED, per statute", (), UNTOLD),
        ("(withheld)", (), UNTOLD),
        ("stolen car", ("reason",), UNTOLD),
    ],
)
def test_a_blank_reason_shows_nothing_and_a_hidden_one_cannot_be_told(
    tmp_path: Path, reason: str, without: tuple[str, ...], expected: str
) -> None:
    assert verdict(law(READ), tmp_path, row(reason=reason), without=without) == expected


def test_a_hidden_category_is_not_read_from_the_reason(engine: Engine, tmp_path: Path) -> None:
    for category, cause in (("***", "redacted"), ("WITHHELD", "withheld")):
        report = judged(engine, tmp_path, [row(reason="Robbery - a store", category=category)])
        assert verdicts(report) == {UNTOLD: 1}
        assert report["missing"] == {cause: {"request.purpose": 1}}
    blank = row(reason="Robbery - a store", category="")
    assert verdict(engine, tmp_path, blank) == LAWFUL


def test_a_log_proves_no_recipient_no_claim_and_no_paper(tmp_path: Path) -> None:
    who = rule(
        "who",
        """limit search of alpr_data, for every recipient, to
        own: recipient.sovereign is AA
        paper: some i in request.instruments is a warrant
        open: case.open is yes""",
    )
    report = judged(law(who), tmp_path, [row()])
    assert verdicts(report) == {UNTOLD: 1}
    assert set(report["missing"]["never recorded"]) == {
        "request.recipients", "request.on_behalf_of", "user.directed_by", "request.instruments",
        "case.open",
    }  # fmt: skip


def test_a_row_without_a_time_cannot_be_told(engine: Engine, tmp_path: Path) -> None:
    report = judged(engine, tmp_path, [row(at=""), row(at="***"), row()])
    assert verdicts(report) == {UNTOLD: 2, LAWFUL: 1}
    assert report["missing"]["blank"] == {"time of search": 1}
    assert report["missing"]["redacted"] == {"time of search": 1}


# Times --------------------------------------------------------------------------------------

CHANGE = rule("bar", "forbid search of alpr_data\nif request.purpose is a kind of theft",
              since="in force from 2026-10-01")  # fmt: skip


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-10-01T03:59:59Z", LAWFUL),  # still 30 September in New York
        ("2026-10-01T04:00:00Z", UNLAWFUL),
        ("2026-10-01T00:00:00-04:00", UNLAWFUL),
        ("2026-09-30 23:59:59", UNTOLD),  # no zone: on either day
        ("2026-10-01 00:00:00", UNTOLD),
        ("2026-10-01 03:59:59", UNTOLD),
        ("2026-10-01 04:00:00", UNLAWFUL),  # the first of October in every zone
        ("2026-09-30 17:59:59", LAWFUL),
        ("2026-09-30", UNTOLD),
        ("2026-09-29", LAWFUL),
        ("2026-10-02", UNLAWFUL),
    ],
)
def test_a_time_without_a_zone_counts_on_both_days_that_it_may_fall_on(
    tmp_path: Path, at: str, expected: str
) -> None:
    always = rule("always", BARRED)
    assert verdict(law(always, CHANGE), tmp_path, row(at=at)) == expected


def test_rows_stand_in_the_period_of_their_day(tmp_path: Path) -> None:
    rows = [row(at=f"{day}T12:00:00Z") for day in
            ("2019-12-31", "2020-01-01", "2026-09-30", "2026-10-01", "2026-11-03")]  # fmt: skip
    report = judged(law(LAW, CHANGE), tmp_path, rows)
    assert [(p["from"], p["rows"]) for p in report["periods"]] == [
        (None, 1), ("2020-01-01", 2), ("2026-10-01", 2),
    ]  # fmt: skip
    assert (report["first_day"], report["last_day"]) == ("2019-12-31", "2026-11-03")


def test_each_version_of_a_rule_is_counted_by_itself(tmp_path: Path) -> None:
    first = rule(
        "bar", BARRED, since="in force from 2020-01-01 until 2026-10-01", status="secondary"
    )
    second = rule("bar", BARRED, since="in force from 2026-10-01")
    rows = [row(at=f"{day}T12:00:00Z") for day in ("2026-09-29", "2026-10-02", "2026-10-03")]
    report = judged(law(first, second), tmp_path, [*rows, row(at="2026-10-01 00:00:00")])
    counted = [
        (each["in_force_from"], each["cites"]["status"], each["rows"]) for each in report["rules"]
    ]
    assert counted == [("2020-01-01", "secondary", 2), ("2026-10-01", "verified", 3)]


# Counts -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed() -> list[dict[str, str]]:
    """Rows of every sort."""
    parts = itertools.product(
        ("stolen car", "a grim thing", "", "***"),
        ("Theft/Stolen", "Joint matter", "Something else", ""),
        ("2026-09-30T12:00:00Z", "2026-10-01 01:00:00", "2026-11-03T14:40:26Z"),
        ("26-1", "", "***"),
    )
    return [
        row(reason, category, at=at, case=case, number=number)
        for number, (reason, category, at, case) in enumerate(parts)
    ]


def test_the_order_of_rows_changes_no_count(tmp_path: Path, mixed: list[dict[str, str]]) -> None:
    engine = law(LAW, CHANGE, READ, NUMBERED)
    shuffled = random.Random(7).sample(mixed, len(mixed))
    reports = [judged(engine, tmp_path, rows) for rows in (mixed, mixed[::-1], shuffled)]
    for report in reports:
        del report["files"]
    assert reports[0] == reports[1] == reports[2]
    assert sum(reports[0]["verdicts"].values()) == len(mixed)
    assert len(verdicts(reports[0])) >= 3


def test_counts_of_several_files_add_up(tmp_path: Path, mixed: list[dict[str, str]]) -> None:
    engine = law(LAW, CHANGE, READ, NUMBERED)
    whole = review_of(engine, tmp_path, log_text(mixed))
    parts = review_of(engine, tmp_path, log_text(mixed[:50]), log_text(mixed[50:]))
    assert parts.rows == whole.rows == len(mixed)
    assert parts.verdicts == whole.verdicts
    assert parts.missing == whole.missing
    assert [file.rows for file in parts.files] == [50, len(mixed) - 50]


def test_each_row_is_judged_as_it_is_alone(tmp_path: Path, mixed: list[dict[str, str]]) -> None:
    """Rows that say the same on one day share a verdict; none gets another's."""
    engine = law(LAW, CHANGE, READ, NUMBERED)
    counted: dict[str, int] = {}
    for one in mixed[::5]:
        name = verdict(engine, tmp_path, one)
        counted[name] = counted.get(name, 0) + 1
    assert verdicts(judged(engine, tmp_path, mixed[::5])) == counted


def test_records_that_cannot_be_read_stand_in_no_count(engine: Engine, tmp_path: Path) -> None:
    text = log_text([row(), row()]) + "x,y\n" + log_text([row()]).splitlines()[0] + "\n,,,,,,\n"
    review = review_of(engine, tmp_path, text)
    assert review.rows == 2
    assert [fault.kind.value for fault in review.files[0].faults if fault.line] == [
        "unread",
        "skipped",
        "skipped",
    ]


def test_what_the_texts_indicate_is_counted_row_by_row(engine: Engine, tmp_path: Path) -> None:
    rows = [
        row("an evil deed"), row("evil deed, grim"), row("grim"), row("evil twin"), row(""),
        row("***"), row("x", "Barred (civil/administrative)"), row("evil", "deed"),
    ]  # fmt: skip
    report = judged(engine, tmp_path, rows)
    assert report["indicated"] == {"plainly": 3, "possibly": 2}


# What is never printed ----------------------------------------------------------------------


def test_no_output_holds_an_id_a_user_or_a_reason(tmp_path: Path) -> None:
    rows = [
        row("Zanzibar caper", at=at, category=category, case="XK-4711", number=number)
        for number, (at, category) in enumerate(
            itertools.product((row()["searchDate"], "no date", ""), ("Theft/Stolen", "Quagga"))
        )
    ]
    text = log_text(rows) + "secret-99,token-99,Zanzibar\n" + '"secret-98,Zanzibar caper\n'
    shown = outputs(review_of(law(LAW, READ, NUMBERED), tmp_path, text))
    for private in ("secret-", "token-", "Zanzibar", "XK-4711", "Quagga"):
        assert private not in shown


def test_a_foreign_log_is_marked_simulated(engine: Engine, tmp_path: Path) -> None:
    for simulated in (True, False):
        review = review_of(engine, tmp_path, log_text([row()]), simulated=simulated)
        assert ("SIMULATED" in outputs(review)) is simulated
        assert f"'simulated': {simulated}" in outputs(review)
