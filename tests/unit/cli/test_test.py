"""``platelaw test``: examples as tests, told as text, JSON and JUnit XML; watching files."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from platelaw.cli import watching

from .conftest import EXAMPLE, Desk, Run


def failing(desk: Desk) -> Path:
    """A second example, of a barred purpose, that wrongly expects PERMIT."""
    text = EXAMPLE.replace("A theft", "A barred one").replace("is theft", "is barred")
    return desk.write("law/more.policy", f"examples more uses core 1\n{text}")


def test_where_no_condition_came_out_otherwise_the_rule_itself_is_marked(
    desk: Desk, run: Run
) -> None:
    law = desk.library / "law.policy"
    law.write_text(law.read_text().replace("expect PERMIT by any-use", "expect DENY by any-use"))
    result = run("test", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    (line,) = (each for each in result.stdout.splitlines() if each.startswith(">"))
    assert line.split() == [">", "rule", "agency/pd/any-use", "bites", "opens"]


def test_examples_that_pass_are_counted(desk: Desk, run: Run) -> None:
    result = run("test", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert result.stdout == "1 passed, 0 failed\n"


def test_a_failure_shows_both_answers_and_the_first_condition_that_differs(
    desk: Desk, run: Run
) -> None:
    file = failing(desk)
    result = run("test", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0] == f'FAIL {file}:3:1: "A barred one"'
    assert "answer PERMIT DENY" in lines
    assert "rule aa/act/barred-use clear bites" in lines
    assert "> if request.purpose is a kind of barred (it is barred) false true" in lines
    assert lines[-1] == "1 passed, 1 failed"


@pytest.mark.parametrize("words", ["A THEFT", "any-use", "aa/act", "law.policy"])
def test_words_choose_examples_by_title_rule_policy_or_file(
    desk: Desk, run: Run, words: str
) -> None:
    failing(desk).write_text("# nothing\n")
    result = run("test", "-k", "nowhere", "-k", words, "--registry", desk.registry, desk.library)
    assert result.stdout == "1 passed, 0 failed\n"
    failing(desk)
    result = run("test", "-k", "A barred", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    assert result.stdout.endswith("0 passed, 1 failed, 1 left out\n")


def test_where_a_library_lies_chooses_nothing(desk: Desk, run: Run) -> None:
    above = desk.library.parent.parent.name
    assert above
    result = run("test", "-k", above, "--registry", desk.registry, desk.library)
    assert result.stdout == "0 passed, 0 failed, 1 left out\n"
    assert result.stderr == "note: no example has the words of -k; without it 1 would run\n"


def test_options_that_would_do_nothing_are_refused(desk: Desk, run: Run) -> None:
    for options, said in (
        (("--sample", "3"), "--sample does nothing without --mutate"),
        (("--mutate", "--watch"), "--watch does nothing with --mutate"),
    ):
        result = run("test", *options, desk.library)
        assert (result.exit_code, said in result.stderr) == (2, True)


def test_no_example_to_run_ends_with_1(desk: Desk, run: Run) -> None:
    result = run("test", "-k", "nowhere", "--registry", desk.registry, desk.library)
    assert result.exit_code == 1
    assert result.stdout == "0 passed, 0 failed, 1 left out\n"


def test_json_holds_expected_actual_and_the_steps_between(desk: Desk, run: Run) -> None:
    failing(desk)
    result = run("test", "--json", "--registry", desk.registry, desk.library)
    report = json.loads(result.stdout)
    assert (report["ok"], report["passed"], report["failed"]) == (False, 1, 1)
    bad = next(example for example in report["examples"] if not example["ok"])
    assert bad["expected"]["outcome"] == "PERMIT"
    assert bad["actual"] == {
        "outcome": "DENY",
        "reason": "forbidden",
        "by": ["aa/act/barred-use"],
    }
    steps = [step for found in bad["differences"] for step in found["steps"] if step["decides"]]
    assert [step["text"] for step in steps] == [
        "if request.purpose is a kind of barred (it is barred)"
    ]


def test_junit_has_a_suite_a_file_and_says_what_failed(desk: Desk, run: Run) -> None:
    failing(desk)
    report = desk.folder / "results.xml"
    result = run("test", "--junit", report, "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    suites = ElementTree.parse(report).getroot().findall("testsuite")
    assert [suite.get("failures") for suite in suites] == ["0", "1"]
    case = suites[1].find("testcase")
    assert case is not None
    assert case.get("name") == "A barred one"
    assert case.get("line") == "3"
    failure = case.find("failure")
    assert failure is not None
    assert "expects PERMIT, gets DENY" in str(failure.get("message"))


def test_a_report_that_cannot_be_written_ends_with_2_and_leaves_nothing(
    desk: Desk, run: Run
) -> None:
    report = desk.folder / "nowhere" / "results.xml"
    result = run("test", "--junit", report, "--registry", desk.registry, desk.library)
    assert result.exit_code == 2
    assert "results.xml: cannot be written" in result.stderr


def test_a_library_with_faults_ends_with_2(desk: Desk, run: Run) -> None:
    desk.write("law/more.policy", "rule\n")
    result = run("test", "--registry", desk.registry, desk.library)
    assert result.exit_code == 2
    assert "the library is refused" in result.stderr


def test_a_change_a_new_file_and_a_lost_one_are_noticed(desk: Desk) -> None:
    law, more = desk.library / "law.policy", desk.library / "more.policy"

    def grow() -> object:
        return law.write_text(law.read_text() + "# more\n")

    for change, name in (
        (grow, law),
        (lambda: more.write_text("# new\n"), more),
        (more.unlink, more),
    ):
        waits: list[float] = []

        def sleep(seconds: float, change: object = change, waits: list[float] = waits) -> None:
            waits.append(seconds)
            assert callable(change)
            change()

        before = watching.stamps([desk.library])
        assert watching.until_changed([desk.library], before, sleep) == (str(name),)
        assert waits == [watching.SECONDS_BETWEEN]


def test_watching_runs_again_after_a_change_and_outlives_a_fault(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [lambda: desk.write("law/more.policy", "rule\n"), lambda: failing(desk)]

    def sleep(_seconds: float) -> None:
        if not turns:
            raise KeyboardInterrupt
        turns.pop(0)()

    monkeypatch.setattr(watching.until_changed, "__defaults__", (sleep,))
    result = run("test", "--watch", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "1 passed, 0 failed"
    assert "the library is refused" in result.stderr
    assert result.stdout.splitlines()[-1] == "1 passed, 1 failed"


def test_coverage_is_told_as_text_json_and_a_page(desk: Desk, run: Run) -> None:
    page = desk.folder / "reached.html"
    places = ("--registry", desk.registry, desk.library)
    result = run("test", "--coverage", "--coverage-page", page, *places)
    assert result.exit_code == 0
    assert f"not reached in {desk.library / 'law.policy'}" in result.stdout
    assert page.read_text().startswith("<!doctype html>")
    report = json.loads(run("test", "--coverage", "--json", *places).stdout)["coverage"]
    assert report["reached"] == sum(point["examples"] > 0 for point in report["points"])
    assert report["of"] == len(report["points"]) > report["reached"] > 0


def test_too_little_coverage_ends_with_5(desk: Desk, run: Run) -> None:
    places = ("--registry", desk.registry, desk.library)
    assert run("test", "--fail-under", "1", *places).exit_code == 0
    result = run("test", "--fail-under", "99.5", *places)
    assert result.exit_code == 5
    assert "is reached, less than --fail-under 99.5" in result.stderr


REVIEWED = """examples reviewed uses core 1

example "Cleared"
  on {day}
  given requester is agency:AA/pd, owner is agency:AA/pd, act is search, data is alpr_data,
    request.purpose is theft, request.reason is "grim", request.recipients is {{}},
    request.on_behalf_of is {{}}, user.directed_by is {{}}, request.instruments is {{}},
    request.claims is {{}}, read-first is cleared
  expect PERMIT
"""


def test_a_cleared_referral_is_told_to_stand_aside_and_never_to_open(desk: Desk, run: Run) -> None:
    desk.write("law/more.policy", REVIEWED.format(day="2026-11-03") + "  touched by read-first\n")
    result = run("test", "-k", "Cleared", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert any("take part: it is cleared, and so stands aside" in line for line in lines), lines
    assert "> rule aa/act/read-first takes part cleared" in lines


def test_an_example_before_any_law_says_when_there_is_law(desk: Desk, run: Run) -> None:
    desk.write("law/more.policy", REVIEWED.format(day="1950-01-01"))
    told = run("check", "--registry", desk.registry, desk.library).stdout
    assert "gets DENY (no law of that day); the law that speaks of this begins on 2020-" in told
    assert "help: choose a day with law, with `on`" in told


def test_a_rule_cannot_both_take_part_and_be_untouched(desk: Desk, run: Run) -> None:
    text = EXAMPLE + "  untouched by any-use\n"
    desk.write("law/more.policy", f"examples more uses core 1\n{text}".replace("A theft", "B"))
    result = run("check", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    assert "PL212 error: `any-use` is to take part and to be untouched" in result.stdout
