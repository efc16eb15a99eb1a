"""The pytest plugin: examples are items where somebody asks for them, and nowhere else."""

from __future__ import annotations

import pytest

from .cli.conftest import Desk, desk

__all__ = ["desk"]  # the fixture

pytest_plugins = ("pytester",)
PLUGIN = ("-p", "platelaw.pytest_plugin")


def ran(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """A run of pytest with the settings of the test."""
    settings = ("-c", str(pytester.path / "tox.ini"), "-p", "no:cacheprovider")
    return pytester.runpytest_inprocess(*PLUGIN, *settings, *arguments)


@pytest.fixture
def place(desk: Desk, pytester: pytest.Pytester) -> Desk:
    """The small library, where pytest is told that its examples are tests."""
    settings = f"platelaw_policies = {desk.library}\nplatelaw_registry = {desk.registry}\n"
    pytester.makeini(f"[pytest]\n{settings}")
    return desk


def test_examples_of_the_library_are_collected_with_their_titles(
    place: Desk, pytester: pytest.Pytester
) -> None:
    result = ran(pytester, "-v", str(place.library))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*law.policy::A theft PASSED*"])


def test_a_failure_shows_both_answers_and_no_traceback(
    place: Desk, pytester: pytest.Pytester
) -> None:
    law = place.library / "law.policy"
    law.write_text(law.read_text().replace("expect PERMIT by any-use", "expect DENY by barred-use"))
    result = ran(pytester, str(place.library))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*answer*DENY*PERMIT*", ">*request.purpose is a kind of barred (it is theft)*true*false*"]
    )
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_configured_place_that_is_not_there_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nplatelaw_policies = nowhere\n")
    result = ran(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*platelaw_policies: *nowhere: no such file or folder"])


def test_k_chooses_examples(place: Desk, pytester: pytest.Pytester) -> None:
    ran(pytester, "-k", "robbery", str(place.library)).assert_outcomes(deselected=1)


def test_a_library_with_faults_is_an_error_that_names_the_place(
    place: Desk, pytester: pytest.Pytester
) -> None:
    place.write("law/more.policy", "rule\n")
    result = ran(pytester, str(place.library / "more.policy"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*more.policy:1:*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_file_that_is_named_is_collected_without_a_setting(
    desk: Desk, pytester: pytest.Pytester
) -> None:
    pytester.makeini(f"[pytest]\nplatelaw_registry = {desk.registry}\n")
    parts = ("words", "law", "owner")
    texts = [(desk.library / f"{name}.policy").read_text() for name in parts]
    alone = desk.write("alone.policy", "\n".join(texts))
    ran(pytester, str(alone)).assert_outcomes(passed=1)


def test_a_folder_of_policies_is_left_alone_without_a_setting(
    desk: Desk, pytester: pytest.Pytester
) -> None:
    pytester.makeini("[pytest]")
    pytester.makepyfile("def test_it() -> None: pass")
    ran(pytester, str(desk.library), str(pytester.path)).assert_outcomes(passed=1)
