"""``platelaw vendor``: what it prints, writes and ends with."""

from __future__ import annotations

import json
from pathlib import Path

from platelaw.cli.example import example_vendor

from .conftest import Run

ASK = ("vendor", "check", "--example", "--on", "2026-11-27")


def test_the_example_is_told_as_text_and_as_json_and_its_days_reach_a_calendar(
    run: Run, tmp_path: Path
) -> None:
    dates = tmp_path / "dates.csv"
    result = run(*ASK, "--dates", str(dates), "--fail-on", "high")
    assert result.exit_code == 1, result.output
    assert "high  retention.reads: 30 days  ->  at most 21 days" in result.stdout
    assert "to mend: the owner custodian, by 2026-12-04; read in settings.toml:16" in result.stdout
    assert dates.read_text("utf-8").startswith("date,title,who,note\n2027-03-01,")
    result = run(*ASK, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert len(told["findings"]) == 4
    assert told["renewal"]["answer"] == "not as it stands: agreement.affiliate_access"


def test_a_form_that_was_printed_is_one_that_can_be_checked(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "settings.toml"
    place.write_text(run("vendor", "form", "settings").stdout, "utf-8")
    assert run("vendor", "check", str(place)).exit_code == 0


def test_faults_of_files_end_it_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    place, dates = tmp_path / "settings.toml", tmp_path / "dates.csv"
    place.write_text('form = "vendor settings 1"\nagency = 3\n')
    result = run("vendor", "check", str(place), "--dates", str(dates))
    assert result.exit_code == 2
    assert "settings.toml:2: `agency` is `3`" in result.stderr
    assert "help: write a text" in result.stderr
    assert not dates.exists()
    assert "no file is named" in run("vendor", "check").stderr


def test_the_calendar_has_the_days_of_the_vendor_and_what_runs_without_one(run: Run) -> None:
    files = [part for each in example_vendor() for part in ("--vendor", str(each))]
    done = run("calendar", "CT/example-pd", *files, "--from", "2026-11-27", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    days = {(each["kind"], each["title"]): each for each in told["deadlines"]}
    assert days["renews", "the agreement with the vendor"]["day"] == "2027-03-01"
    kept = days["due", "retention.reads: at most 21 days"]
    assert kept["rule"] == "ct/vendor-settings/reads-kept"
    assert kept["source"]["status"] == "secondary"
    assert "settings.toml:" in kept["note"]
    standing = {each["text"]: each["note"] for each in told["standing"] if not each["rule"]}
    notice = "the vendor gives notice of an incident within 72 hours"
    assert standing[notice].startswith("agreement.toml:")
    assert "reads are set to be deleted after 30 days" in standing
    assert "the vendor certifies deletion when the agreement ends" in standing
