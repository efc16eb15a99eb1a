"""The shipped library on the shipped log, and on reasons that officers really typed.

``PLATELAW_UPDATE=1`` in the environment writes the counts anew; read the difference before it is
kept.
"""

from __future__ import annotations

import csv
import datetime
import json
import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw
from platelaw.cli.audit import policy_notes
from platelaw.cli.example import EXAMPLE_OWNER, example_log
from platelaw.engine.audit.findings import ABOVE, Review
from platelaw.engine.audit.generating.calibration import read_calibration
from platelaw.engine.audit.reader import open_log
from platelaw.engine.audit.report import review_json
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.audit.rows import Written
from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.request_json import read_request
from platelaw.engine.values import Cause

from .explained import NOW, ROWS, random_rows, request_of, states
from .logs import log_text, outputs, review_of, row

GOLDEN = Path(__file__).parent / "darien.json"
REASONS = Path(__file__).parents[1] / "data" / "reasons"


@pytest.fixture(scope="module")
def engine() -> Engine:
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    return Engine(library, registry)


@pytest.fixture(scope="module")
def review(engine: Engine) -> Review:
    owner = engine.registry.get(EXAMPLE_OWNER)
    assert owner is not None
    reviewer = Reviewer(engine, owner)
    for _ in reviewer.read(open_log(example_log())):
        pass
    reviewer.review.notes += policy_notes(engine, reviewer.review)
    return reviewer.review


@pytest.fixture(scope="module")
def report(review: Review) -> dict[str, Any]:
    return review_json(review)


# The log of Darien --------------------------------------------------------------------------


def test_every_row_is_judged_under_the_law_of_its_day(report: dict[str, Any]) -> None:
    assert report["rows"] == 71
    assert sum(report["verdicts"].values()) == 71
    periods = {period["from"]: period["rows"] for period in report["periods"]}
    assert periods["2026-10-01"] == 11
    assert sum(rows for start, rows in periods.items() if start < "2026-10-01") == 60
    assert (report["first_day"], report["last_day"]) == ("2026-09-05", "2026-10-03")


def test_no_row_is_called_unlawful_on_wording_that_nobody_verified(
    report: dict[str, Any],
) -> None:
    assert report["verdicts"]["shown unlawful"] == 0
    assert report["simulated"] is False


def test_no_text_of_the_log_indicates_a_named_use(report: dict[str, Any]) -> None:
    assert report["indicated"] == {"plainly": 0, "possibly": 0}
    assert report["unmapped_categories"] == 0


def test_no_policy_was_on_file_on_the_days_of_the_searches(report: dict[str, Any]) -> None:
    assert report["policy_on_file"] == {"yes": 0, "silent": 0, "no": 71}
    (note,) = report["notes"]
    assert "after the last search" in note


def test_what_is_missing_is_grouped_by_its_cause(report: dict[str, Any]) -> None:
    missing = report["missing"]
    assert missing["never recorded"]["request.recipients"] == 71
    assert missing["not exported"] == {"case.number": 11, "request.reason": 11}
    assert all(0 < rows <= 71 for names in missing.values() for rows in names.values())


def test_the_counts_are_those_that_were_read(report: dict[str, Any]) -> None:
    counts = {
        key: report[key]
        for key in ("rows", "verdicts", "indicated", "policy_on_file", "missing", "periods")
    }
    if os.environ.get("PLATELAW_UPDATE"):
        GOLDEN.write_text(json.dumps(counts, indent=2) + "\n", "utf-8")
    assert counts == json.loads(GOLDEN.read_text("utf-8"))


def test_nothing_printed_tells_a_single_search(review: Review) -> None:
    shown = outputs(review)
    with example_log().open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            assert cells["id"] not in shown
            assert cells["searchDate"] not in shown


# Reasons that officers typed ----------------------------------------------------------------


def strings(name: str) -> list[str]:
    with (REASONS / name).open(encoding="utf-8", newline="") as file:
        return [cells["reason"] for cells in csv.DictReader(file)]


# No word of these names a use that a lexicon of the shipped library knows: they name another
# federal body, or a case by its number.
NOT_OF_THIS_KIND = frozenset({"Secret Service Warrant C.I.", "T21 Case WV"})
POSITIVES = [text for text in strings("positives.csv") if text not in NOT_OF_THIS_KIND]


def indicated(engine: Engine, folder: Path, *reasons: str, **more: Any) -> tuple[int, int]:
    """How many searches of a log, one for each reason, indicate a named use: plainly, possibly."""
    searches = [row(reason, number=at, **more) for at, reason in enumerate(reasons)]
    text = log_text(searches, without=("offenseType",))
    found = review_of(engine, folder, text, owner=EXAMPLE_OWNER)
    return found.plainly, found.possibly


@pytest.mark.parametrize("reason", POSITIVES)
def test_a_reason_that_states_or_hints_at_it_is_indicated(
    engine: Engine, tmp_path: Path, reason: str
) -> None:
    assert sum(indicated(engine, tmp_path, reason)) == 1


WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in map(chr, range(0x21, 0x7F))}


@pytest.mark.parametrize("reason", POSITIVES)
def test_case_blanks_and_wide_letters_change_nothing(
    engine: Engine, tmp_path: Path, reason: str
) -> None:
    plainly, possibly = indicated(engine, tmp_path, reason)
    forms = (
        reason.upper(),
        reason.lower(),
        f"  {reason.replace(' ', '   ')}\t",
        reason.replace(" ", "_"),
        reason.translate(WIDE),
    )
    assert plainly + possibly == 1
    assert indicated(engine, tmp_path, *forms) == (5 * plainly, 5 * possibly)


@pytest.mark.parametrize("reason", strings("lookalikes.csv"))
def test_a_look_alike_is_never_indicated_plainly(
    engine: Engine, tmp_path: Path, reason: str
) -> None:
    assert indicated(engine, tmp_path, reason)[0] == 0


@pytest.mark.parametrize(
    "reason",
    ["ICE-assist", "ice assist", "ICE_ASSIST", "I.C.E. assist", "I C E assist", "1CE-assist",
     "\uff29\uff23\uff25 assist", "\u0399\u0421\u0415 assist", "  ICE \t assist ", "(ICE) assist",
     "ICE/assist", "Ice\u00a0Assist", "\u200bICE\u200b assist", "assist: ICE", "assist.ICE"],
)  # fmt: skip
def test_other_spellings_of_a_plain_reason_are_plain(
    engine: Engine, tmp_path: Path, reason: str
) -> None:
    assert indicated(engine, tmp_path, reason) == (1, 0)


@pytest.mark.parametrize(
    "reason", ["police", "service", "Niceville", "vehice", "black ice", "device"]
)
def test_letters_inside_a_word_indicate_nothing(
    engine: Engine, tmp_path: Path, reason: str
) -> None:
    assert indicated(engine, tmp_path, reason) == (0, 0)


@pytest.mark.parametrize("day", ["2026-09-01", "2026-11-03"])
def test_a_category_of_immigration_is_a_question_for_counsel_at_most(
    engine: Engine, tmp_path: Path, day: str
) -> None:
    at = f"{datetime.date.fromisoformat(day)}T15:00:00Z"
    text = log_text([row("", "Immigration (civil/administrative)", at=at)])
    found = review_json(review_of(engine, tmp_path, text, owner=EXAMPLE_OWNER))
    assert found["verdicts"]["shown unlawful"] == 0
    assert found["indicated"] == {"plainly": 1, "possibly": 0}
    if day >= "2026-10-01":
        assert found["verdicts"]["question for counsel"] == 1


# Rows explained one by one ------------------------------------------------------------------


def test_the_numbers_of_random_rows_are_what_explain_says_of_each(
    engine: Engine, tmp_path: Path
) -> None:
    body = engine.registry.get(EXAMPLE_OWNER)
    assert body is not None
    reviewer = Reviewer(engine, body)
    written = Written(reviewer.judge.vocabulary)
    rows = list(random_rows(engine, random.Random(26), ROWS))
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(read_calibration().header)
        for number, (row, _) in enumerate(rows):
            writer.writerow((f"00000000-0000-0000-0000-{number:012}", *row[1:]))
    for _ in reviewer.read(open_log(log)):
        pass
    requests = [json.dumps(request_of(row, who, written)) for row, who in rows]
    never_recorded = dict.fromkeys(reviewer.judge.vocabulary.facts, Cause.NEVER_RECORDED)
    explained = Counter[tuple[str, str]]()
    for text in requests:
        request = read_request(text, engine, now=NOW).request
        assert request is not None
        request = replace(request, absent=never_recorded)  # which camera it was, for one
        explained += states(engine.decide(request, decided_at=NOW))
    counted = Counter[tuple[str, str]]()
    for rule in review_json(reviewer.review)["rules"]:
        for state, number in rule["states"].items():
            counted[rule["id"], state] += number
    assert counted == explained
    assert reviewer.review.rows == ROWS
    assert len({state for _, state in counted}) > 2
    one = tmp_path / "request.json"
    one.write_text(requests[0], "utf-8")
    shown = json.loads(CliRunner().invoke(platelaw, ["explain", "--json", str(one)]).stdout)
    layers = {layer.value for layer in ABOVE}
    printed = Counter(
        (rule["id"], rule["state"])
        for layer in shown["layers"]
        if layer["layer"] in layers
        for rule in layer["rules"]
    )
    asked = read_request(requests[0], engine, now=NOW).request
    assert asked is not None
    assert printed == states(engine.decide(asked, decided_at=NOW))
