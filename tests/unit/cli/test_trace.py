"""``platelaw trace``: doors as text and JSON, exit codes, and every way to ask wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

WORKED = ("--example", "worked", "--on", "2026-11-20")


def test_the_illustration_is_traced_without_a_word_more(run: Run) -> None:
    result = run("trace", "--example", "worked")
    assert result.exit_code == 0
    assert "Side door, class 1 (one lie or broken promise)" in result.stdout
    assert "How complete the map is" in result.stdout
    assert "3 bodies that publicly call `civil_removal` off limits" in result.stderr


def test_a_card_names_rule_status_evidence_and_who_can_close(run: Run) -> None:
    text = run("trace", *WORKED, "--owner", "CT/openbridge-pd", "--show", "1").stdout
    assert "ct/alpr-act/barred-uses binds: Public Act 26-14, section 13(c) (secondary)" in text
    assert "states the purpose `criminal_investigation`; it" in text
    assert "Openbridge Police Department closes: share with" in text
    assert "secondary: as a secondary source reports it" in text
    assert "more of the doors found are not shown here" in text


def test_json_holds_every_door_with_its_hops(run: Run) -> None:
    result = run("trace", *WORKED, "--state", "CT", "--json")
    found = json.loads(result.stdout)
    assert found["version"] == 1
    assert found["question"]["owners"] == ["CT/example-pd", "CT/openbridge-pd", "CT/strictford-pd"]
    assert found["completeness"]["bodies"] == 11
    for door in found["doors"]:
        assert door["wrongs"] == sum(len(hop["wrongs"]) for hop in door["hops"])
        assert {cited["status"] for hop in door["hops"] for cited in hop["citations"]} <= {
            "verified", "secondary", "unverified",
        }  # fmt: skip


@pytest.mark.parametrize(("klass", "code"), [("0", 0), ("1", 1), ("2+", 1)])
def test_a_door_of_a_class_can_fail_a_run(run: Run, klass: str, code: int) -> None:
    asked = (*WORKED, "--owner", "CT/openbridge-pd")
    assert run("trace", *asked, "--fail-on", klass).exit_code == code


def test_an_owner_is_found_by_key_and_by_name(run: Run) -> None:
    by_key = run("trace", *WORKED, "--owner", "CT/openbridge-pd").stdout
    assert run("trace", *WORKED, "--owner", "openbridge police department").stdout == by_key


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name one map"),
        (("missing.zip",), "missing.zip"),
        ((*WORKED, "--owner", "CT/openbridge"), "perhaps `CT/openbridge-pd`"),
        ((*WORKED, "--state", "ZZ"), "no agency of `ZZ` shares anything in this map"),
        ((*WORKED, "--zone", "mars"), "no zone is called `mars`; there are"),
        ((*WORKED, "--purpose", "tea"), "`tea` is no kind of purpose"),
        ((*WORKED, "--as-if-owner", "CT/nowhere"), "no agency `CT/nowhere` is on file"),
        ((*WORKED, "--no-assume", "luck"), "no assumption is called `luck`"),
        ((*WORKED, "--zones", "none.toml"), "none.toml: cannot be read"),
        (("--example", "worked", "--on", "11/03/2026"), "write it as 2026-11-03"),
        (("--example", "worked", "--on", "9999-12-31"), "`9999-12-31` is no day"),
    ],
)
def test_what_is_asked_wrongly_is_told_with_the_mend(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    result = run("trace", *arguments)
    assert result.exit_code == 2
    assert words.partition(";")[0] in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr


def test_a_file_of_zones_that_lacks_something_is_told(run: Run, tmp_path: Path) -> None:
    zones = tmp_path / "zones.toml"
    zones.write_text("[zones.mine]\nwords = 'mine'\n")
    result = run("trace", *WORKED, "--zones", str(zones))
    assert result.exit_code == 2
    assert "zones.toml: lacks or mistakes 'purpose'" in result.stderr


def test_without_the_assumption_an_owner_without_a_policy_lets_nothing_through(run: Run) -> None:
    text = run(
        "trace", "--example", "--owner", "CA/antioch-pd", "--no-assume", "switch-is-ground"
    ).stdout  # fmt: skip
    assert "A switch that is on" not in text
    assert "no policy on file" in text


def test_a_map_of_arrays_is_traced_like_any_other(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "state"
    made = run(
        "flow", "generate", "-o", str(place), "--bodies", "300", "--relations", "3000",
        "--government", "CT",
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    result = run("trace", str(place), "--owner", "CT/generated-00007", "--wrongs", "1", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert sum(found["completeness"]["relations_by_evidence"].values()) > 2_000
    assert any("reach is counted on all" in bound for bound in found["bounds"])
    assert found["reach"][0]["owner"] == "CT/generated-00007"
    (place / "classes.csv").write_text("class,kind,custody,guard\n")
    torn = run("trace", str(place), "--owner", "CT/generated-00007")
    assert torn.exit_code == 2
    assert "Traceback" not in torn.stderr
