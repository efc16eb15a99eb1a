"""``platelaw attack``: the cheapest lies that get a PERMIT, or that none does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ..engine.small import ANY_USE, owner, rule, state
from .conftest import Desk, Run

pytest.importorskip("z3")

WANTS = ("--purpose", "barred", "--data", "alpr_data", "--act", "search", "--on", "2026-11-03")
BARRED = "forbid search of alpr_data\nif request.purpose is a kind of barred"


def attack(desk: Desk, run: Run, *more: str, code: int = 5) -> dict[str, Any]:
    """What became of the only attack, as JSON."""
    options = ("--recipient", "US/bureau", "--owner", "AA/pd", *WANTS, "--json", *more)
    result = run("attack", desk.library, "--registry", desk.registry, *options)
    assert result.exit_code == code, result.output
    (found,) = json.loads(result.stdout)["attacks"]
    return dict(found)


def law(desk: Desk, *rules: str) -> None:
    """The state's rules in place of those of the small library."""
    (desk.library / "law.policy").write_text(state(*rules))


def words(found: dict[str, Any]) -> list[str]:
    """The wrongs of an attack."""
    return [wrong["words"] for wrong in found["wrongs"]]


def test_a_rule_that_goes_by_the_purpose_alone_costs_one_word(desk: Desk, run: Run) -> None:
    law(desk, rule("barred", BARRED))
    found = attack(desk, run)
    assert found["cost"] == 1
    (said,) = words(found)
    assert said.startswith("US/bureau says falsely that request.purpose is ")


def test_the_request_of_a_story_is_permitted_when_it_is_asked(desk: Desk, run: Run) -> None:
    law(desk, rule("barred", BARRED))
    file = desk.write("story.json", attack(desk, run)["request"])
    assert run("decide", "--simulate", *desk.options, file).stdout.startswith("PERMIT")


def test_a_story_says_no_more_than_it_takes(desk: Desk, run: Run) -> None:
    paper = "\nunless judge: some i in request.instruments is a warrant"
    law(desk, rule("barred", BARRED + paper))
    request = attack(desk, run)["request"]
    assert request["instruments"] == []
    assert "reviews" not in request


def test_the_truth_costs_nothing(desk: Desk, run: Run) -> None:
    law(desk, rule("barred", BARRED.replace("a kind of barred", "a kind of theft")))
    found = attack(desk, run)
    assert (found["cost"], found["wrongs"]) == (0, [])


def test_a_paper_is_dearer_than_a_word_and_the_cheaper_way_is_taken(desk: Desk, run: Run) -> None:
    bureau = (
        "forbid search of alpr_data, for every recipient\nif recipient.kind is a kind of bureau"
    )
    paper = "\nunless judge: some i in request.instruments is a warrant"
    law(desk, rule("bureau", bureau + paper))
    assert attack(desk, run)["cost"] == 20
    word = "\nunless checked: case.checked is yes"
    law(desk, rule("bureau", bureau + paper + word))
    found = attack(desk, run)
    assert found["cost"] == 5
    assert words(found) == ["custodian or supervisor says falsely that case.checked is yes"]


def test_whoever_asks_for_another_hides_him_and_breaks_a_promise(desk: Desk, run: Run) -> None:
    bureau = (
        "forbid search of alpr_data, for every recipient\nif recipient.kind is a kind of bureau"
    )
    law(desk, rule("bureau", bureau))
    assert attack(desk, run, code=0)["verdict"] == "proved impossible"
    found = attack(desk, run, "--requester", "AA/other")
    assert found["wrongs"] == [
        {
            "kind": "breach",
            "words": "AA/other passes the data on to US/bureau, whom it did not name",
        }
    ]


def test_a_draft_bill_counts_where_it_is_asked_for(desk: Desk, run: Run) -> None:
    law(desk, rule("barred", BARRED))
    bill = state(rule("none", "forbid search of alpr_data"), more='  proposed by "A bill"\n')
    (desk.library / "bill.policy").write_text(bill.replace("aa/act", "aa/bill"))
    assert attack(desk, run)["cost"] == 1
    assert attack(desk, run, "--proposed", code=0)["verdict"] == "proved impossible"


def test_every_owner_with_a_policy_on_file_is_attacked(desk: Desk, run: Run) -> None:
    (desk.library / "owner.policy").write_text(owner(ANY_USE))
    options = ("--recipient", "US/bureau", *WANTS)
    result = run("attack", desk.library, "--registry", desk.registry, *options)
    assert "of AA/pd for barred" in result.stdout
    assert ("COST adds up: a false word" in result.stdout) == ("COST 1 " in result.stdout)
    assert result.exit_code in (0, 5)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--recipient", "US/nobody", "no agency `US/nobody` is on file"),
        ("--owner", "AA/pdd", "no agency `AA/pdd` is on file"),
        ("--purpose", "thefft", "no purpose is called `thefft`\nhelp: did you mean `theft`?"),
        ("--purpose", "alpr_data", "no purpose is called `alpr_data`"),
        ("--data", "theft", "no kind of data is called `theft`"),
        ("--act", "fly", "no act is called `fly`"),
        ("--on", "2026-02-30", "`2026-02-30` is no day"),
    ],
)
def test_a_word_that_nothing_knows_is_named(
    desk: Desk, run: Run, option: str, value: str, said: str
) -> None:
    options = ("--recipient", "US/bureau", *WANTS, option, value)
    result = run("attack", desk.library, "--registry", desk.registry, *options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_on_a_day_on_which_nothing_is_permitted_it_is_said_why_no_lie_helps(
    desk: Desk, run: Run
) -> None:
    options = ("--recipient", "US/bureau", "--owner", "AA/pd", *WANTS)
    early = run("attack", desk.library, "--registry", desk.registry, *options, "--on", "1999-01-01")
    assert early.exit_code == 0
    assert "no rule that permits anything of AA/pd is in force on 1999-01-01" in early.stderr
    late = run("attack", desk.library, "--registry", desk.registry, *options)
    assert "no rule that permits" not in late.stderr


def test_the_heading_names_the_data_of_its_request(desk: Desk, run: Run) -> None:
    law(desk, rule("reads", "forbid search of plate_read"), rule("barred", BARRED))
    options = ("--recipient", "US/bureau", "--owner", "AA/pd", *WANTS)
    told = run("attack", desk.library, "--registry", desk.registry, *options).stdout
    heading = next(line for line in told.splitlines() if " wants search of " in line)
    data = heading.partition(" wants search of ")[2].split()[0]
    assert f" asks for search of {data} of AA/pd" in told
    assert data != "alpr_data"
