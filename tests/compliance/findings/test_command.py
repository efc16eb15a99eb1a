"""``platelaw findings``, as a custodian runs it."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.cli.findings_common import now
from platelaw.compliance.findings.acting import Actor
from platelaw.compliance.findings.book import read_book
from platelaw.compliance.findings.chain import Chain
from platelaw.compliance.findings.overdue import escalate_overdue
from platelaw.compliance.results.store import open_results

from ..reconciling.results_made import OTHER, Row, results
from .building import FAR, Log

WHO = ("--by", "desk", "--role", "records_supervisor")
COUNSEL = ("--by", "counsel", "--role", "owner_counsel")
CALLERS = """spiffe_id,standing,revoked_serials,acts_for,source
spiffe://far.example/agency/TX/example-so/role/officer-platform,good,,,invented
spiffe://near.example/agency/CT/example-pd/role/officer-platform,good,,,invented
"""


def run(*words: str | Path, exits: int = 0) -> Result:
    ran = CliRunner().invoke(platelaw, ["findings", *map(str, words)])
    assert ran.exit_code == exits, ran.output
    return ran


def told(*words: str | Path, exits: int = 0) -> Any:
    return json.loads(run(*words, "--json", exits=exits).stdout)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory, quick_library: None) -> Path:
    log = Log({"ICE warrant": ("immigration_enforcement", True)})
    log.search(30, account="own", reason="", frame=None)
    log.search(2, organization=FAR, reason="ICE warrant", verdict="question for counsel")
    made = log.make(tmp_path_factory.mktemp("results") / "year.results")
    with open_results(made, read_only=False) as results:
        results.execute("UPDATE requester SET body = 'TX/example-so' WHERE government = 'TX'")
    ran = run("review", made)
    assert "use-plainly-stated             1 found, 1 new" in ran.output
    assert "account-not-listed       not made: no roster" in ran.output
    return made


@pytest.fixture
def file(reviewed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(reviewed, tmp_path))


def id_of(file: Path, check: str) -> str:
    (one,) = told("list", file, "--check", check)["findings"]
    return str(one["id"])


def test_a_list_begins_with_what_plainly_states_a_use(file: Path) -> None:
    checks = [one["check"] for one in told("list", file)["findings"]]
    assert checks[0] == "use-plainly-stated"
    assert checks.index("random-sample") < checks.index("reason-missing")


def test_a_finding_says_what_it_rests_on_and_masks_what_was_typed(file: Path) -> None:
    key = id_of(file, "use-plainly-stated")
    shown = told("show", file, key[:6])
    finding = shown["finding"]
    assert (finding["rule"], finding["source_status"]) == ("ct/alpr-act/barred-words", "secondary")
    assert finding["citation"] == "Public Act 26-14, section 13(c)"
    assert [row["line"] for row in shown["searches"]] == [32, 33]
    assert f"search {shown['searches'][0]['number']}: " in run("show", file, key).output
    assert "ICE" not in run("show", file, key).output
    run("show", file, key, "--reveal-reasons", exits=2)
    revealed = run("show", file, key, "--reveal-reasons", *WHO, "--note", "first reading")
    assert "ICE warrant" in revealed.output
    assert [entry["act"] for entry in told("show", file, key)["history"]] == ["found", "shown"]


def test_a_finding_goes_its_way_to_the_end(file: Path) -> None:
    key = id_of(file, "use-plainly-stated")
    run("assign", file, key, "--to", "owner_counsel", *WHO)
    run("uphold", file, key, *WHO, "--note", "no case", exits=2)  # has he an account or not?
    run("uphold", file, key, *WHO, "--note", "no case", "--no-account")
    clear = ("clear", file, id_of(file, "reason-missing"), *WHO, "--note", "a course was held")
    assert "about the one who would clear it" in run(*clear, "--account", "own", exits=2).output
    run(*clear, "--no-account")
    listed = told("list", file)["findings"]
    assert {one["check"]: one["status"] for one in listed if one["status"] != "open"} == {
        "use-plainly-stated": "upheld", "reason-missing": "cleared",
    }  # fmt: skip
    whole = told("verify", file)
    assert (whole["whole"], whole["entries"]) == (True, len(listed) + 3)
    with open_results(file, read_only=False) as results:
        results.execute("UPDATE finding_event SET actor = 'nobody' WHERE act = 'upheld'")
    assert told("verify", file, exits=1)["whole"] is False


def test_what_is_overdue_is_told_and_escalated(file: Path) -> None:
    assert told("due", file)["findings"] == []
    late = told("due", file, "--on", "2030-01-01", exits=5)["findings"]
    assert {one["finding"]["severity"] for one in late} == {"review"}
    assert late[0]["next"] == "owner_counsel"
    run(
        "due", file, "--on", "2030-01-01", "--escalate", *WHO, exits=2
    )  # what may be is not written
    with open_results(file, read_only=False) as results:
        actor = Actor("desk", "records_supervisor", now())
        list(escalate_overdue(results, read_book(), datetime.date(2030, 1, 1), actor))
    shown = run("show", file, id_of(file, "reason-missing")).stdout
    assert "escalated by desk (records_supervisor), with owner_counsel" in shown
    owners = {one["severity"]: one["owner"] for one in told("list", file)["findings"]}
    assert owners == {"review": "owner_counsel"}


def test_upheld_findings_suspend_callers_in_the_register(file: Path, tmp_path: Path) -> None:
    register = tmp_path / "callers.csv"
    register.write_text(CALLERS, "utf-8")
    assert told("suspensions", file)["suspensions"] == []
    for check in ("use-plainly-stated", "reason-missing", "outside-government"):
        run("uphold", file, id_of(file, check), *WHO, "--note", "so it is", "--no-account")
    got = told("suspensions", file, "--callers", register, "--enter")
    assert [(one["kind"], one["account"], one["body"]) for one in got["suspensions"]] == [
        ("organization", "", "TX/example-so"),
        ("account", "own", ""),
    ]
    assert got["of_nobody"] == [id_of(file, "outside-government")]
    lines = register.read_text("utf-8").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["suspended", "good"]


def test_a_name_that_is_mistyped_is_refused_and_not_taken_for_nobody(file: Path) -> None:
    key = id_of(file, "reason-missing")
    refused = run("clear", file, key, *WHO, "--note", "seen", "--account", "u-17", exits=2)
    assert "no search is by an account `u-17`" in refused.stderr
    assert "'reason-mising' is not one of" in run("list", file, "--check", "reason-mising",
                                                  exits=2).stderr  # fmt: skip
    with open_results(file, read_only=False) as results:
        results.execute("DELETE FROM finding")
        results.execute("DELETE FROM review_run")
    assert "Nobody has made the checks" in run("list", file).stdout


def test_a_legal_hold_covers_logs_and_never_plate_data(file: Path) -> None:
    run("hold", file, "--matter", "26-cv-1", *WHO, exits=2)  # not a supervisor's to set
    (set_,) = [told("hold", file, "--matter", "26-cv-1", *COUNSEL)["hold"]]
    assert "alpr_data" in set_["never"]
    assert not {"alpr_data", "plate_read", "hit"} & set(set_["covers"])
    over = ("--finding", id_of(file, "use-plainly-stated"), "--until", "2199-12-31")
    second = run("hold", file, "--matter", "26-cv-2", *over, *COUNSEL)
    assert "to 2199-12-31, stands" in second.output
    assert "now 2 searches, in log.csv (a1a1a1a1a1a1…)" in second.output
    assert len(told("holds", file, "--standing", "--log", "log.csv", exits=5)["holds"]) == 2
    run("holds", file, "--standing", "--log", "other.csv", exits=2)
    run("release", file, second.output.partition(":")[0], *COUNSEL, "--note", "settled")
    run("release", file, set_["id"], *WHO, "--note", "settled", exits=2)
    run("release", file, set_["id"], *COUNSEL, "--note", "settled")
    run("release", file, set_["id"], *COUNSEL, "--note", "again", exits=2)
    assert all(hold["lifted_at"] for hold in told("holds", file)["holds"])
    assert told("holds", file, "--standing")["holds"] == []
    assert told("verify", file)["whole"]


def test_the_clock_of_an_incident_runs_from_its_discovery(file: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.toml"
    book.write_text('[notices.owning_agency]\nhours = 24\nsource = "contract, section 9"\n')
    key, told_of = id_of(file, "use-plainly-stated"), ("--book", book)
    notice = ("notice", file, key, "--to", "owning_agency", *WHO, *told_of)
    run(*notice, exits=2)
    run("incident", file, key, "--discovered", "2026-11-02T04:00:00-05:00", *WHO, *told_of)
    (clock,) = told("due", file, *told_of, exits=5)["notices"]
    assert (clock["due"], clock["late"]) == ("2026-11-03T09:00:00Z", True)
    owed = [told("due", file, *told_of, "--on", f"2026-11-0{day}", exits=exits)["notices"]
            for day, exits in ((2, 0), (3, 5))]  # fmt: skip
    assert [notice["late"] for (notice,) in owed] == [False, True]  # at the end of the day
    assert "incidents are entered" in run("due", file).stderr  # of a book that owes nothing
    run(*notice, "--at", "2026-11-03T08:30:00Z")
    run(*notice, "--at", "2026-11-03T08:40:00Z", exits=2)
    (clock,) = told("due", file, *told_of)["notices"]
    assert (clock["hours_taken"], clock["late"]) == (23.5, False)
    assert told("verify", file)["whole"]


def test_the_outcome_of_a_sample_is_entered_with_its_interval(file: Path) -> None:
    key = id_of(file, "random-sample")
    got = told("outcome", file, key, "--wrong", "0", *WHO)["outcome"]
    assert (got["size"], got["population"], got["least"], got["low"]) == (31, 32, 0, 0.0)
    assert got["most"] == 1  # that one may be wrong which was not drawn
    run("outcome", file, id_of(file, "reason-missing"), "--wrong", "0", *WHO, exits=2)


def test_what_cannot_be_gone_by_ends_with_the_mend(file: Path, tmp_path: Path) -> None:
    assert "no such file" in run("list", tmp_path / "none", exits=2).output
    assert "no finding has the id" in run("show", file, "zz", exits=2).output
    roster = tmp_path / "roster.csv"
    roster.write_text("name\nx\n", "utf-8")
    assert "no column `account`" in run("review", file, "--roster", roster, exits=2).output
    assert "holds no event log" in run("review", file, "--events", _log(tmp_path), exits=2).output


def test_a_file_that_holds_no_register_and_a_review_that_breaks_off_change_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told("verify", file)

    def full(*_: object) -> None:
        raise duckdb.IOException("IO Error: no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Chain, "write", full)
        run("note", file, id_of(file, "reason-missing"), *WHO, "--note", "a", exits=2)
        assert "no space left" in run("review", file, "--seed", "2", exits=2).output
    assert told("verify", file) == before
    with open_results(file, read_only=False) as results:
        results.execute("DROP VIEW finding_now")
    assert "that this platelaw made the file" in run("list", file, exits=2).output


def _log(tmp_path: Path) -> Path:
    path = tmp_path / "searches.csv"
    path.write_text(
        "ID,Name,Org Name,Reason,Case #,Search Time\n"
        '1,u,Example CT PD,theft,26-1,"10/05/2026, 01:27:03 PM UTC"\n',
        "utf-8",
    )
    return path


def test_what_an_export_lacks_is_entered_listed_and_shown(
    tmp_path: Path, quick_library: None
) -> None:
    rows = [Row(60 * number, f"id-{number}") for number in range(90)]
    lacking = {10, 20}
    own = results(tmp_path / "own", [each for at, each in enumerate(rows) if at not in lacking],
                  own_searches=True)  # fmt: skip
    other = results(tmp_path / "a", rows, owner=OTHER)

    def reconcile(*words: str | Path) -> Result:
        return CliRunner().invoke(platelaw, ["reconcile", str(own), *map(str, words)])

    assert "nothing is named that tells it" in reconcile("--export", own, "--enter").stderr
    assert reconcile("--with", other).exit_code == 1
    assert told("list", own)["findings"] == []
    assert reconcile("--with", other, "--enter").exit_code == 1
    key = id_of(own, "export-incomplete")
    shown = told("show", own, key)
    assert [each["search_id"] for each in shown["missing"]] == ["id-10", "id-20"]
    assert shown["finding"]["rule"] == "ct/alpr-act/logs-kept"
    assert "id-10 at 2026-11-02 07:10:00 EST: in a" in run("show", own, key).output
