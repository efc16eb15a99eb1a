"""Who searched, as a Network Audit names it: resolved, or somebody of whom nothing is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platelaw.engine.audit.findings import Review
from platelaw.engine.audit.reader import open_log
from platelaw.engine.audit.report import review_json, review_text
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.decision import Engine
from platelaw.engine.registry import Body, Registry

from ..unit.engine.small import ANY_USE, REGISTRY, engine_of, owner, rule, state
from .exports import search, table, without
from .logs import verdicts

BARRED = "forbid search of alpr_data\nif request.purpose is a kind of barred"
PURPOSE = rule("barred-use", BARRED)
BUREAU = rule("bureau", "forbid search of alpr_data\nif requester.kind is a kind of bureau")
OUTSIDE = rule("outside", "limit search of alpr_data to\nown: requester.sovereign is AA")
EACH = rule("each", "forbid search of alpr_data, for every recipient\n"
            "if recipient.kind is a kind of bureau")  # fmt: skip
NAMED = rule("named", "forbid search of alpr_data\nif requester is agency:BB/pd")

LAWFUL, UNTOLD, UNLAWFUL, QUESTION = (
    "lawful on the record", "cannot be told", "shown unlawful", "question for counsel",
)  # fmt: skip


def named(key: str, kind: str, *written: str) -> Body:
    sovereign = key.partition("/")[0]
    return Body(key, key, "", "", "", written, {"sovereign": sovereign, "kind": kind})


BODIES = {
    **REGISTRY.bodies,
    "AA/elm": named("AA/elm", "police", "Elm AA PD"),
    "BB/fir": named("BB/fir", "police", "Fir BB PD"),
    "US/border": named("US/border", "bureau", "US Border Bureau"),
}


def law(*rules: str, **more: str) -> Engine:
    return engine_of(state(*rules, **more), owner(ANY_USE), registry=Registry(BODIES))


def review(
    engine: Engine, folder: Path, *rows: dict[str, str], columns: Any = None, own: bool = False
) -> Review:
    body = engine.registry.get("AA/pd")
    assert body is not None
    reviewer = Reviewer(engine, body, own_searches=own)
    path = folder / "network.csv"
    path.write_text(table(rows, columns) if columns else table(rows), "utf-8")
    for _ in reviewer.read(open_log(path)):
        pass
    return reviewer.review


def report(engine: Engine, folder: Path, *rows: dict[str, str], **more: Any) -> dict[str, Any]:
    return review_json(review(engine, folder, *rows, **more))


def verdict(engine: Engine, folder: Path, org: str, reason: str = "Robbery -") -> str:
    (found,) = verdicts(report(engine, folder, search(org=org, reason=reason)))
    return found


@pytest.mark.parametrize(
    ("org", "expected"),
    [
        ("AA/pd", LAWFUL),  # the owner's own people
        ("Elm AA PD", LAWFUL),
        ("Fir BB PD", LAWFUL),
        ("US Border Bureau", UNLAWFUL),
        ("[Federal] US Border Bureau [Inactive]", UNLAWFUL),
        ("Nobody AA PD", UNTOLD),
        ("", UNTOLD),
        ("***", UNTOLD),
    ],
)
def test_a_row_is_judged_by_the_body_that_it_names(tmp_path: Path, org: str, expected: str) -> None:
    assert verdict(law(BUREAU), tmp_path, org) == expected


@pytest.mark.parametrize(
    ("org", "expected"), [("Elm AA PD", LAWFUL), ("Fir BB PD", UNLAWFUL), ("Oak AA PD", UNTOLD)]
)
def test_the_government_of_the_searching_body_counts(
    tmp_path: Path, org: str, expected: str
) -> None:
    assert verdict(law(OUTSIDE), tmp_path, org) == expected


def test_a_body_that_a_rule_names_is_told_from_others_that_are_like_it(tmp_path: Path) -> None:
    rows = [search(at, org=org, reason="Robbery -") for at, org in
            enumerate(("Fir BB PD", "BB/pd", "Fir BB PD", "AA/pd"))]  # fmt: skip
    found = report(law(NAMED), tmp_path, *rows)
    assert found["verdicts"][UNLAWFUL] == 1
    by_name = {each["name"]: each["verdicts"] for each in found["organizations"]}
    assert by_name["BB/pd"] == {UNLAWFUL: 1}
    assert by_name["Fir BB PD"] == {LAWFUL: 2}


@pytest.mark.parametrize("status", ["verified", "secondary"])
def test_a_search_by_somebody_not_known_is_never_shown_unlawful(
    tmp_path: Path, status: str
) -> None:
    engine = law(rule("barred-use", BARRED, status=status))
    reason = "Barred (civil/administrative) -"
    assert verdict(engine, tmp_path, "Elm AA PD", reason) in (UNLAWFUL, QUESTION)
    found = report(engine, tmp_path, search(org="Nobody AA PD", reason=reason))
    assert verdicts(found) == {UNTOLD: 1}
    assert found["missing"] == {"organization not resolved": {"requester": 1}}
    (organization,) = found["organizations"]
    assert organization["barred_whoever_searched"] == 1


def test_what_is_clear_whoever_searched_is_lawful_on_the_record(tmp_path: Path) -> None:
    assert verdict(law(PURPOSE), tmp_path, "Nobody AA PD") == LAWFUL


def test_a_rule_for_every_recipient_cannot_be_told_of_somebody_not_known(tmp_path: Path) -> None:
    assert verdict(law(EACH), tmp_path, "US Border Bureau") == UNLAWFUL
    assert verdict(law(EACH), tmp_path, "Nobody AA PD") == UNTOLD


@pytest.mark.parametrize(
    ("org", "cause"),
    [("Nobody AA PD", "organization not resolved"), ("", "blank"), ("***", "redacted"),
     ("withheld", "withheld")],
)  # fmt: skip
def test_why_the_requester_is_not_known_is_counted(tmp_path: Path, org: str, cause: str) -> None:
    found = report(law(BUREAU), tmp_path, search(org=org, reason="Robbery -"))
    assert found["missing"][cause]["requester"] == 1


def test_without_the_column_the_searches_are_the_owners_only_if_that_is_said(
    tmp_path: Path,
) -> None:
    columns = without("Org Name")
    rows = [search(reason="Robbery -")]
    untold = report(law(BUREAU), tmp_path, *rows, columns=columns)
    assert untold["verdicts"][UNTOLD] == 1
    assert untold["missing"]["not exported"]["requester"] == 1
    own = report(law(BUREAU), tmp_path, *rows, columns=columns, own=True)
    assert own["verdicts"][LAWFUL] == 1
    assert own["organizations"] == []


def test_each_name_is_counted_with_its_candidates_and_statuses(tmp_path: Path) -> None:
    names = [
        "Elm AA PD", "US Border Bureau [Inactive]", "Nobody AA PD", "US Border Bureau",
        "[Federal] Air Force Base", "Elm AA PD", "Demo", "[Federal] Air Force Base",
    ]  # fmt: skip
    rows = [search(at, org=org, reason="Robbery -") for at, org in enumerate(names)]
    found = report(law(BUREAU), tmp_path, *rows)["organizations"]
    assert [(each["name"], each["rows"], each["finding"]) for each in found] == [
        ("Elm AA PD", 2, "resolved"), ("[Federal] Air Force Base", 2, "not on file"),
        ("Demo", 1, "not on file"), ("Nobody AA PD", 1, "not on file"),
        ("US Border Bureau", 1, "resolved"), ("US Border Bureau [Inactive]", 1, "resolved"),
    ]  # fmt: skip
    by_name = {each["name"]: each for each in found}
    assert by_name["US Border Bureau [Inactive]"]["statuses"] == ["inactive"]
    assert by_name["US Border Bureau [Inactive]"]["body"] == "US/border"
    assert by_name["Elm AA PD"]["candidates"][0]["body"] == "AA/elm"
    assert by_name["[Federal] Air Force Base"]["tagged"] is True


def test_the_page_lists_who_searched_under_a_status_and_who_is_not_known(tmp_path: Path) -> None:
    names = ["Elm AA PD", "US Border Bureau [Inactive]", "Nobody AA PD", "[Federal] Air Force Base"]
    rows = [search(at, org=org, reason="Robbery -") for at, org in enumerate(names)]
    page = review_text(review(law(BUREAU), tmp_path, *rows))
    assert "        2  resolved: 2 names of 2 bodies\n        2  not on file: 2 names\n" in page
    assert (
        "Federal accounts that should search no more, by their names\n"
        "        1  US Border Bureau [Inactive]: inactive, US/border\n"
    ) in page
    assert "Bodies that searched most\n        1  AA/elm: 1 lawful on the record\n" in page
    assert "Federal by their words, and not on file\n        1  [Federal] Air Force Base\n" in page
    assert "        1  Nobody AA PD: not on file\n" in page


def test_a_log_that_names_no_organization_has_no_such_table(tmp_path: Path) -> None:
    rows = [search(reason="Robbery -")]
    page = review_text(review(law(BUREAU), tmp_path, *rows, columns=without("Org Name"), own=True))
    assert "Who searched" not in page


def test_a_name_is_printed_short_and_without_what_does_not_show(tmp_path: Path) -> None:
    rows = [search(org="Elm\u202e AA PD " + "x" * 500, reason="Robbery -")]
    page = review_text(review(law(BUREAU), tmp_path, *rows))
    assert "\u202e" not in page
    assert "x" * 100 not in page


def test_rows_of_many_organizations_are_judged_as_each_is_alone(tmp_path: Path) -> None:
    engine = law(PURPOSE, BUREAU, OUTSIDE, NAMED)
    names = ("AA/pd", "AA/other", "BB/pd", "Elm AA PD", "Fir BB PD", "US Border Bureau", "Nobody")
    reasons = ("Robbery -", "Barred (civil/administrative) -", "who knows")
    rows = [search(at, org=org, reason=reason)
            for at, (org, reason) in enumerate((o, r) for o in names for r in reasons)]  # fmt: skip
    together = report(engine, tmp_path, *rows)["verdicts"]
    alone: dict[str, int] = dict.fromkeys(together, 0)
    for one in rows:
        for name, count in report(engine, tmp_path, one)["verdicts"].items():
            alone[name] += count
    assert together == alone
    assert sum(bool(count) for count in together.values()) >= 3
