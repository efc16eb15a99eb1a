"""``platelaw explain``: what-ifs side by side, the nearest PERMIT, and input that is no good."""

from __future__ import annotations

import json

import pytest

from ..engine.small import plain
from .conftest import Desk, Run


def test_a_what_if_shows_both_answers_and_ends_with_the_code_of_the_changed_one(
    desk: Desk, run: Run
) -> None:
    path = desk.write("request.json", plain())
    result = run("explain", *desk.options, path, "--what-if", "request.purpose is barred")
    assert result.exit_code == 4
    assert result.stdout.startswith("DENY: A rule forbids it")
    assert "answer                                                      PERMIT" in result.stdout
    assert "first decided otherwise: if request.purpose is a kind of barred" in result.stdout


def test_a_what_if_as_json_has_both_answers_whole(desk: Desk, run: Run) -> None:
    path = desk.write("request.json", plain())
    change = "request.purpose = barred"
    result = run("explain", "--json", *desk.options, path, "--what-if", change)
    told = json.loads(result.stdout)
    assert told["what_if"] == [change]
    assert (told["before"]["outcome"], told["after"]["outcome"]) == ("PERMIT", "DENY")
    assert told["moved"][0]["steps"][0] == {
        "text": "rule aa/act/barred-use", "depth": 0, "before": "clear", "after": "bites",
        "decides": False,
    }  # fmt: skip


def test_another_day_is_supposed_with_on(desk: Desk, run: Run) -> None:
    path = desk.write("request.json", plain({"request.purpose": "barred"}))
    result = run("explain", *desk.options, path, "--on", "2019-06-01")
    assert "law of" in result.stdout
    assert "2019-06-01" in result.stdout
    wrong = run("explain", *desk.options, path, "--on", "2019-13-01")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "--on: `2019-13-01` is no date" in wrong.stderr


def test_every_fault_of_several_what_ifs_is_told_and_nothing_else(desk: Desk, run: Run) -> None:
    path = desk.write("request.json", plain())
    paper = desk.write("paper.json", '{"kind": "waran"}')
    result = run("explain", *desk.options, path, "--what-if", "case.opn is yes",
                 "--what-if", "case.count is x", "--add-instrument", paper)  # fmt: skip
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("error:") == 3
    assert "did you mean `case.open`" in result.stderr
    assert f"{paper}/kind: no instrument is called `waran`" in result.stderr


def test_an_instrument_file_that_is_not_there_says_so(desk: Desk, run: Run) -> None:
    path = desk.write("request.json", plain())
    result = run("explain", *desk.options, path, "--add-instrument", desk.folder / "none.json")
    assert result.exit_code == 2
    assert "none.json: No such file" in result.stderr


def test_the_nearest_permit_says_what_would_have_to_be_true_and_suggests_no_lie(
    desk: Desk, run: Run
) -> None:
    pytest.importorskip("z3")
    path = desk.write("request.json", plain({"request.purpose": "barred"}))
    result = run("explain", *desk.options, path, "--nearest-permit")
    assert result.exit_code == 4
    assert "It would be PERMIT only if it were true that" in result.stdout
    assert "to state it would be a false statement" in result.stdout
    assert "by both evaluators: PERMIT by agency/pd/any-use" in result.stdout
    told = json.loads(run("explain", "--json", *desk.options, path, "--nearest-permit").stdout)
    assert told["verdict"] == "found"
    assert [change["how"] for change in told["changes"]] == ["world"]
    assert told["after"]["outcome"] == "PERMIT"


def test_the_nearest_permit_is_asked_for_without_what_ifs(desk: Desk, run: Run) -> None:
    path = desk.write("request.json", plain())
    result = run("explain", *desk.options, path, "--nearest-permit", "--on", "2020-01-01")
    assert result.exit_code == 2
    assert "ask for one of the two" in result.stderr


def test_explain_as_json_is_the_answer_in_the_view_of_a_regulator(desk: Desk, run: Run) -> None:
    path = desk.write("request.json", plain())
    told = json.loads(run("explain", "--json", *desk.options, path).stdout)
    assert (told["view"], told["outcome"]) == ("regulator", "PERMIT")
