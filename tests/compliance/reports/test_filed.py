"""Reports that law asks for: no blank passes, nothing is made up, and what is uncertain is said."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.compliance.reports.filed.definition import definitions
from platelaw.compliance.reports.filed.form import template

from .. import made
from .forms import WHOLE, usage

TODAY = "2026-11-27"
NONE = """
report = "ct/ice-access"
municipality = "Example"
agency = "Example Police Department"
first_day = "2026-01-01"
last_day = "2026-06-30"
prepared_by = "Records"
source = "register of requests"
persons = 0
by_detainer = 0
by_other_means = 0
occasions = []
demographics = []
"""


def run(folder: Path, text: str, *options: str) -> Result:
    form = folder / "form.toml"
    form.write_text(text, "utf-8")
    return CliRunner().invoke(platelaw, ["report", "form", str(form), "--on", TODAY, *options])


def test_every_blank_of_every_template_is_refused_with_its_line(tmp_path: Path) -> None:
    assert set(definitions()) == {"ct/ice-access", "ct/usage"}
    for definition in definitions().values():
        text = template(definition)
        assert tomllib.loads(text)["report"] == definition.name
        ran = run(tmp_path, text)
        assert ran.exit_code == 2
        assert ran.stdout == ""
        assert ran.stderr.count(": blank") == text.count('= ""')
        line = text.splitlines().index('agency = ""') + 1
        assert f"form.toml:{line}: agency: blank" in ran.stderr


def test_a_whole_form_becomes_a_report_that_says_where_its_figures_are_from(
    tmp_path: Path,
) -> None:
    page = tmp_path / "page.html"
    ran = run(tmp_path, WHOLE, "--json", "--html", str(page), "--on", "2026-07-02")
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["form"]["persons"] == 3
    assert told["rows"]["occasions"][1] == {"day": "2026-05-09", "persons": 1, "means": "interview"}
    assert told["cites"]["status"] == "unverified"
    assert told["measured"] == {}
    assert "None of these figures stands in a search log" in page.read_text("utf-8")


def test_a_report_of_nothing_is_said_with_zeros(tmp_path: Path) -> None:
    ran = run(tmp_path, NONE)
    assert ran.exit_code == 0, ran.output
    assert "None, as the form says." in ran.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("by_detainer = 2", "by_detainer = 3", "form.toml:9: persons: 3, but by_detainer and "
         "by_other_means make 4"),
        ("persons = 1\n", "persons = 5\n", "persons: 3, but occasions make 7"),
        ("2026-05-09", "2026-07-09", "occasions 2: not from 2026-01-01 to 2026-06-30"),
        ("persons = 3", "persons = 3.5", "form.toml:9: persons: `3.5` is no count"),
        ("persons = 3", "persons = -3", "persons: `-3` is no count"),
        ('"2026-06-30"', '"June 30"', "form.toml:6: last_day: `June 30` is no day"),
        ('source = "', 'sauce = "', "form.toml:8: sauce: no field of this report"),
        ('"Example"', "Example", "form.toml:3: no TOML"),
        ("2026-06-30", "2026-12-31", "form.toml:6: last_day: 2026-12-31 is yet to come"),
        ("ct/ice-access", "ct/ice-acces", "no report is called `ct/ice-acces`"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    ran = run(tmp_path, WHOLE.replace(old, new, 1))
    assert ran.exit_code == 2
    assert said in ran.stderr


def test_persons_without_statistics_of_them_are_refused(tmp_path: Path) -> None:
    ran = run(tmp_path, WHOLE.partition("[[demographics]]")[0].replace(
        "[[occasions]]", "demographics = []\n[[occasions]]", 1))  # fmt: skip
    assert "persons: 3, but demographics make 0" in ran.stderr


def test_searches_are_counted_in_results_between_the_days_and_gaps_are_told(
    tmp_path: Path,
) -> None:
    results = tmp_path / "year.results"
    made.made(results, 4000).close()
    text = usage("2026-03-01", "2026-03-31")
    ran = run(tmp_path, text)
    assert "counts searches, and no results are named" in ran.stderr
    ran = run(tmp_path, text, "--results", str(results), "--json")
    told = json.loads(ran.stdout)
    march = told["measured"]["searches"]["all"]
    assert 300 < march < 400
    assert sum(told["measured"]["searches_by_verdict"].values()) == march
    assert not [note for note in told["notes"] if "too low" in note]
    ran = run(tmp_path, usage("2025-03-01", "2026-03-31"), "--results", str(results))
    assert "Counts of searches are too low" in ran.stdout
    with duckdb.connect(str(results)) as opened:
        opened.execute("INSERT INTO note VALUES ('WARNING: whose log is it?')")
    assert "WARNING: whose log is it?" in run(tmp_path, text, "--results", str(results)).stdout
    with duckdb.connect(str(results)) as opened:
        opened.execute("UPDATE about SET value = 'yes' WHERE name = 'simulated'")
    ran = run(tmp_path, text, "--results", str(results))
    assert (ran.exit_code, "the results are simulated" in ran.stderr) == (2, True)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filed") / "year.results"
    made.made(path, 4000).close()
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("users_trained = 7", "users_trained = 43", "users_trained: 43, but users are 7"),
        ("\noutside_requests = []", '\n[[outside_requests]]\nfrom = "MA"\nrequests = 2\n'
         "granted = 3", "outside_requests 1: granted: 3, but requests are 2"),
        (made.OWNER, "Eugene", "`Eugene` is not the agency of the results, Example Police"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_the_results_is_refused(
    tmp_path: Path, results: Path, old: str, new: str, said: str
) -> None:
    text = usage("2026-03-01", "2026-03-31")
    assert old in text
    ran = run(tmp_path, text.replace(old, new), "--results", str(results))
    assert ran.exit_code == 2
    assert said in ran.stderr


def test_requests_that_are_fewer_than_searches_from_there_are_shown_and_the_agency_is_named(
    tmp_path: Path, results: Path
) -> None:
    ran = run(tmp_path, usage("2026-03-01", "2026-03-31"), "--results", str(results))
    assert "The form counts 0 under \u201cRequests from outside the state" in ran.stdout
    assert "the results hold more searches from there: " in ran.stdout
    assert ran.stdout.splitlines()[0].endswith(f"plate readers: {made.OWNER}")


def test_an_unknown_report_is_told_with_all_that_there_are() -> None:
    ran = CliRunner().invoke(platelaw, ["report", "template", "nosuch"])
    assert "`ct/extract`, `ct/ice-access` and `ct/usage`" in ran.stderr
