"""``platelaw prove``: what is wrong with rules, with the request that shows it."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from ..engine.small import ANY_USE, owner, rule, state
from .conftest import Desk, Run

pytest.importorskip("z3")

BARRED = "forbid search of alpr_data\nif request.purpose is a kind of barred"
EARLY = BARRED + "\nunless early: case.stage is early"
KNOWN = """[[known]]
check = "dead-exception"
at = "aa/planted/barred unless early"
because = "the older rule is to be repealed."
"""


def planted(desk: Desk, *rules: str) -> None:
    """A state's policy beside the small library."""
    text = state(*rules).replace("aa/act", "aa/planted")
    (desk.library / "planted.policy").write_text(text)


def found(desk: Desk, run: Run, *, code: int = 5) -> list[dict[str, Any]]:
    """What is found, as JSON."""
    result = run("prove", "--json", "--registry", desk.registry, desk.library)
    assert result.exit_code == code, result.stdout
    findings: list[dict[str, Any]] = json.loads(result.stdout)["checks"]["findings"]
    return findings


def outcome(desk: Desk, run: Run, request: dict[str, Any]) -> str:
    """What `platelaw decide` answers."""
    file = desk.write("witness.json", request)
    return run("decide", "--simulate", *desk.options, file).stdout.split()[0].rstrip(":")


def test_a_library_without_faults_passes(desk: Desk, run: Run) -> None:
    planted(desk, rule("barred", EARLY.replace("barred\n", "theft\n")))
    result = run("prove", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0, result.stdout
    assert result.stdout.endswith("rules checked: 0 found, 0 known, 0 unknown\n")


def test_a_planted_dead_exception_is_refused_with_a_request(desk: Desk, run: Run) -> None:
    planted(desk, rule("barred", EARLY), rule("always", BARRED))
    (finding,) = found(desk, run)
    assert finding["check"] == "dead-exception"
    assert finding["at"] == "aa/planted/barred unless early"
    assert finding["proved"]
    (shown,) = finding["requests"]
    assert shown["request"]["facts"]["case.stage"] == "early"
    assert outcome(desk, run, shown["request"]) == shown["outcome"] == "DENY"


def test_a_planted_gap_in_dates_is_refused_with_a_request(desk: Desk, run: Run) -> None:
    planted(
        desk,
        rule("theft", BARRED.replace("barred", "theft"),
             since="in force from 2020-01-01 until 2026-01-01"),
        rule("theft-again", BARRED.replace("barred", "theft"), since="in force from 2026-02-01"),
    )  # fmt: skip
    (finding,) = found(desk, run)
    assert (finding["check"], finding["at"]) == ("gap-in-dates", "aa/planted/theft")
    assert "over on 2026-01-01" in finding["says"]
    assert "from 2026-02-01 on" in finding["says"]
    request = finding["requests"][0]["request"]
    assert outcome(desk, run, request) == "PERMIT"
    assert outcome(desk, run, {**request, "at": "2025-12-31T12:00:00-05:00"}) == "DENY"
    assert outcome(desk, run, {**request, "at": "2026-02-01T12:00:00-05:00"}) == "DENY"


def test_a_planted_loosening_in_an_agency_file_is_refused_with_a_request(
    desk: Desk, run: Run
) -> None:
    strict = rule("no-theft", BARRED.replace("barred", "theft") + "\nadopters may change")
    (desk.library / "law.policy").write_text(state(rule("barred", BARRED)))
    (desk.library / "owner.policy").write_text(
        owner(ANY_USE, strict).replace("policy agency/pd", "policy aa/model 1")
        .replace("owner is agency:AA/pd", "owner is agency:AA/other")
    )  # fmt: skip
    loose = rule(
        "no-theft", BARRED.replace("barred", "theft") + "\nunless early: case.stage is early"
    )
    (desk.library / "agency.policy").write_text(
        'policy agency/pd adopts aa/model 1 except\n  title "PD"\n  issued by "PD"\n\n' + loose
    )
    (finding,) = found(desk, run)
    assert finding["check"] == "loosened-adoption"
    assert finding["file"].endswith("agency.policy")
    (shown,) = finding["requests"]
    assert shown["request"]["owner"] == "AA/pd"
    assert outcome(desk, run, shown["request"]) == shown["outcome"] == "PERMIT"
    assert shown["shows"] == "by the adopted rule this request would be DENY"


def test_what_is_known_is_told_with_its_reason_and_refuses_nothing(desk: Desk, run: Run) -> None:
    planted(desk, rule("barred", EARLY), rule("always", BARRED))
    (desk.library / "known.toml").write_text(KNOWN)
    result = run("prove", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert "KNOWN  dead-exception  aa/planted/barred unless early" in result.stdout
    assert "because the older rule is to be repealed." in result.stdout


def test_what_is_known_and_found_no_more_is_named(desk: Desk, run: Run) -> None:
    (desk.library / "known.toml").write_text(KNOWN)
    result = run("prove", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert "is found no more" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[known]]\ncheck = 3", "entry 1 has `check`, `at` and `because`, each a text"),
        (KNOWN + KNOWN, "entry 2: dead-exception of aa/planted/barred unless early is said twice"),
        ("known = [1]", "entry 1 has `check`, `at` and `because`, each a text"),
        (KNOWN.replace("dead-exception", "dead"), "no check is called `dead`"),
        ("known = [", "known.toml: "),
        ("[[unknown]]", "write entries `[[known]]`"),
    ],
)
def test_a_file_of_what_is_known_that_cannot_be_read_is_named(
    desk: Desk, run: Run, text: str, said: str
) -> None:
    (desk.library / "known.toml").write_text(text)
    result = run("prove", "--registry", desk.registry, desk.library)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_no_checks_leaves_the_statements(desk: Desk, run: Run) -> None:
    planted(desk, rule("barred", EARLY), rule("always", BARRED))
    result = run("prove", "--no-checks", "--registry", desk.registry, desk.library)
    assert result.exit_code == 1
    assert "dead-exception" not in result.stdout


def test_only_the_rules_that_are_asked_for_are_checked(desk: Desk, run: Run) -> None:
    planted(desk, rule("barred", EARLY), rule("always", BARRED))
    result = run("prove", "--only", "always", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert "1 rules checked" in result.stdout


def planted_all(desk: Desk) -> None:
    """A dead exception, a gap in dates, and a statement that does not hold."""
    theft = BARRED.replace("barred", "theft")
    promise = (
        'never theft "Nobody searches for a theft"\n  in force from 2020-01-01\n'
        "  PERMIT search of alpr_data\n  if request.purpose is a kind of theft\n"
    )
    planted(
        desk,
        rule("barred", EARLY),
        rule("always", BARRED),
        rule("theft", theft, since="in force from 2020-01-01 until 2026-01-01"),
        rule("theft-again", theft, since="in force from 2026-02-01"),
        promise,
    )


@pytest.mark.parametrize("form", ["--json", "--within=20"])
def test_two_processes_tell_what_one_tells_also_of_a_library_from_the_cache(
    desk: Desk, run: Run, form: str
) -> None:
    planted_all(desk)
    asked = ("prove", form, "--registry", desk.registry, desk.library)
    alone = run(*asked, "--no-cache", "--workers", "1")
    for word in ("gap-in-dates", "dead-exception", "aa/planted/theft"):
        assert word in alone.stdout
    cache = desk.folder / "cache"
    for _ in ("kept", "restored"):
        together = run(*asked, "--cache", cache, "--workers", "2")
        assert (together.exit_code, together.stdout) == (alone.exit_code, alone.stdout) != (0, "")
    assert any(cache.iterdir())


def test_what_a_process_that_dies_should_have_told_is_unknown(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_all(desk)

    def die(proof: object) -> None:
        del proof
        os._exit(3)

    monkeypatch.setattr("platelaw.cli.prove_crew.proof_sent", die)
    result = run("prove", "--workers", "2", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5, "the other process found a dead exception"
    assert "UNKNOWN  never aa/planted/theft" in result.stdout
    assert "UNKNOWN  gap-in-dates  aa/planted/theft  (" in result.stdout
    assert "the process that looked at it ended with 3" in result.stdout
    assert "PROVED" not in result.stdout.replace("Proved", "")
