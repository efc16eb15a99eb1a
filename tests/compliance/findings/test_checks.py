"""Each check finds what it says, and nothing else."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from platelaw.compliance.findings.acting import Actor
from platelaw.compliance.findings.book import read_book
from platelaw.compliance.findings.catalog import CHECKS
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.outcomes import outcome
from platelaw.compliance.findings.recording import CheckRun
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.findings.sampling import drawn
from platelaw.compliance.findings.showing import listed
from platelaw.compliance.results.store import open_results

from .building import FAR, FEDERAL, NEXT, NOBODY, OWN, Log

NOW = datetime.datetime(2026, 11, 27, 8)
USE = "example_use"
Told = dict[str, Any]


def run(path: Path, *names: str) -> list[CheckRun]:
    with open_results(path, read_only=False) as results:
        context = Context(results, read_book(), "CT")
        return review(Reviewing(context, {}, NOW, names or tuple(CHECKS)))


def found(log: Log, path: Path, *names: str) -> list[Told]:
    """What checks find in a log, with subject and measure as values, and the lines of searches."""
    made = log.make(path)
    run(made, *names)
    with open_results(made) as results:
        rows = results.execute(
            """
            SELECT f."check", f.severity, f.subject, f.measure,
                   (SELECT list(s.line ORDER BY s.line) FROM finding_search l
                    JOIN search s ON s.id = l.search WHERE l.finding = f.id)
            FROM finding_now f ORDER BY f."check", f.severity, f.subject
            """
        ).fetchall()
    return [
        {"check": row[0], "severity": row[1], "subject": json.loads(row[2]),
         "measure": json.loads(row[3]), "lines": row[4] or []}
        for row in rows
    ]  # fmt: skip


def test_searches_that_state_a_watched_use_are_found_by_who_made_them(tmp_path: Path) -> None:
    log = Log({"take him": (USE, True), "maybe": (USE, False)})
    log.search(3)
    log.search(2, reason="take him", organization=FAR, verdict="question for counsel")
    log.search(reason="take him", organization=FAR, verdict="shown unlawful")
    log.search(reason="stolen", category="take him", account="u2")
    log.search(2, reason="maybe", account="u2", verdict="shown unlawful")
    log.search(reason="take him", organization=FAR, repeated=1, verdict=None)
    plainly, possibly = ("use-plainly-stated", "use-possibly-stated")
    got = found(log, tmp_path / "r", plainly, possibly)
    far, own = {"organization": FAR, "purpose": USE}, {"organization": OWN, "purpose": USE}
    assert [(one["check"], one["severity"], one["subject"], one["lines"]) for one in got] == [
        (plainly, "deny", far | {"severity": "deny"}, [7]),
        (plainly, "review", own | {"account": "u2", "severity": "review"}, [8]),
        (plainly, "review", far | {"severity": "review"}, [5, 6]),
        (possibly, "review", own | {"account": "u2", "severity": "review"}, [9, 10]),
    ]
    assert got[0]["measure"]["verdicts"] == {"shown unlawful": 1}


def test_searches_of_other_governments_are_found_by_government(tmp_path: Path) -> None:
    log = Log()
    log.search(2)
    log.search(3, organization=FAR, verdict="no law of that day")
    log.search(4, organization=NEXT, verdict="question for counsel", networks=6709)
    log.search(1, organization=FEDERAL, verdict="cannot be told")
    log.search(2, organization=NOBODY, verdict="cannot be told")
    got = found(log, tmp_path / "r", "outside-government", "requester-unknown")
    assert [(one["severity"], one["subject"], len(one["lines"])) for one in got] == [
        ("note", {"relation": "other state", "government": "TX", "severity": "note"}, 3),
        ("review", {"relation": "other state", "government": "MA", "severity": "review"}, 4),
        ("review", {"relation": "federal", "government": "US", "severity": "review"}, 1),
        ("review", {"cause": "organization not resolved"}, 2),
    ]
    assert got[1]["measure"]["most_networks"] == 6709


def test_reasons_count_by_account_of_the_owner_and_by_organization_of_others(
    tmp_path: Path,
) -> None:
    log = Log()
    log.search(19, account="good")
    log.search(1, account="good", reason="x")  # a twentieth: not above
    log.search(18, account="bad")
    log.search(2, account="bad", reason="")
    log.search(10, account="few", reason="")
    log.search(10, organization=FAR, account="a", reason="Investigation")
    log.search(10, organization=FAR, account="b", reason="theft of a car")
    log.search(30, account="list", reason="", category="Larceny/Theft Offenses")
    log.search(30, account="other", reason=".", category="Other - Not Applicable")
    log.search(30, account="numbers", reason="26-11111")
    log.search(30, account="hidden", reason="***")
    got = found(log, tmp_path / "r", "reason-missing", "reason-vague")
    assert [(one["severity"], one["subject"], one["measure"]["of_searches"]) for one in got] == [
        ("review", {"organization": OWN, "account": "bad"}, 20),
        ("note", {"organization": FAR}, 20),
        ("review", {"organization": OWN, "account": "other"}, 30),
    ]
    assert got[0]["measure"]["share"] == 0.1
    assert "blank" in got[0]["measure"]["computed"]


def test_one_reason_for_most_searches_is_found_and_its_text_is_not_told(tmp_path: Path) -> None:
    log = Log()
    log.search(15, account="one", reason="gray sedan again")
    for number in range(10):
        log.search(account="one", reason=f"case of {number}")
        log.search(2, account="many", reason=f"case of {number}")
    (got,) = found(log, tmp_path / "r", "reason-repeated")
    assert (got["subject"], len(got["lines"])) == ({"organization": OWN, "account": "one"}, 15)
    assert "gray" not in json.dumps(got)


def test_case_numbers_are_looked_for_in_the_reason_too(tmp_path: Path) -> None:
    log = Log()
    log.search(20, account="good")
    log.search(20, account="in the reason", case_number="", reason="theft 26-1234")
    log.search(20, account="none", case_number="none")
    log.search(20, account="short", case_number="17")
    got = found(log, tmp_path / "r", "case-number-missing", "case-number-malformed")
    assert [(one["check"], one["subject"]["account"]) for one in got] == [
        ("case-number-malformed", "short"),
        ("case-number-missing", "none"),
    ]


def test_a_check_that_needs_what_no_export_shows_is_named_as_not_made(tmp_path: Path) -> None:
    log = Log()
    log.search(30, case_number="(not exported)")
    (made,) = run(log.make(tmp_path / "r"), "case-number-missing")
    assert made.why_not == "no export shows the case number of any search"


def test_the_sample_can_be_drawn_again_by_anyone(tmp_path: Path) -> None:
    log = Log()
    log.search(150)
    log.search(5, repeated=2, verdict=None)
    (got,) = found(log, tmp_path / "r", "random-sample")
    measure = got["measure"]
    assert (measure["population"], measure["confidence"]) == (150, 0.95)
    drawn_again = drawn(measure["seed"], 150, measure["searches"])
    assert got["lines"] == sorted(number + 2 for number in drawn_again)
    assert len(set(drawn_again)) == measure["searches"] == 117


def test_after_a_new_month_the_newest_sample_is_current_and_each_speaks_of_its_own_searches(
    tmp_path: Path,
) -> None:
    log = Log()
    log.search(20)
    made = log.make(tmp_path / "r")
    run(made, "random-sample")
    with open_results(made, read_only=False) as results:
        results.execute("INSERT INTO source SELECT * REPLACE (2 AS id, 'b2' AS digest) FROM source")
        results.execute(
            "INSERT INTO search SELECT * REPLACE (id + 20 AS id, 2 AS source, "
            "earliest + INTERVAL 1 MONTH AS earliest, latest + INTERVAL 1 MONTH AS latest) "
            "FROM search WHERE id <= 4"
        )
    (again,) = run(made, "random-sample")
    assert (again.new, again.gone) == (1, 1)
    with open_results(made, read_only=False) as results:
        current, earlier = sorted(listed(results), key=lambda one: not one.seen)
        assert current.remark == "current sample, of 24 searches"
        assert earlier.remark == "earlier sample, of 20 searches of that time"
        days = [(one.measure["first_day"], one.measure["last_day"]) for one in (current, earlier)]
        assert days == [("2026-10-05", "2026-11-05"), ("2026-10-05", "2026-10-05")]
        actor = Actor("desk", "records_supervisor", NOW)
        old, new = (outcome(results, read_book(), one.id, 0, actor) for one in (earlier, current))
    assert (old.size, old.population, new.size) == (19, 20, 23)
    assert "between 0 and 1 of the 20 searches that it was drawn of" in old.told
    assert old.told.endswith("; it says nothing of 4 that came later")
    assert new.since == 0


def test_numbers_of_a_sample_are_those_of_the_digests() -> None:
    # echo -n "2026,1" | sha256sum, as a number modulo 1000; and so on by hand
    import hashlib

    by_hand = [
        int(hashlib.sha256(f"2026,{turn}".encode()).hexdigest(), 16) % 1000 for turn in (1, 2, 3)
    ]
    assert list(drawn("2026", 1000, 3)) == by_hand
    assert sorted(drawn("2026", 5, 9)) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_told_in_words_with_the_duties_that_ask_for_it(check: str) -> None:
    text = read_book().checks[check]
    assert text.title
    assert text.duties
    assert text.computed.endswith(".")
