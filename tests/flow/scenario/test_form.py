"""Scenario files: what they say, and what is wrong with those that say it badly."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from platelaw.engine.flow.model import Grant, Guard, RelationKind
from platelaw.engine.flow.scenario.change import Assume
from platelaw.engine.flow.scenario.errors import ScenarioError
from platelaw.engine.flow.scenario.finding import Wanted, Whose
from platelaw.engine.flow.scenario.form import parse_scenario, read_scenario
from platelaw.engine.flow.scenario.law import AdoptBill, SetAttribute
from platelaw.engine.flow.scenario.relations import (
    AddRelation,
    RemoveRelations,
    SetGuard,
    SetRetention,
)
from platelaw.engine.flow.scenario.sharing import StopSharing
from platelaw.engine.flow.scenario.switches import JoinNetwork, LeaveNetwork, TurnSwitches

EVERY_CHANGE = """
name = "everything"
words = "One of each."
day = 2026-10-01

[[change]]
do = "close switches"
switches = ["a", "b"]

[[change]]
do = "open switches"
switches = "a"

[[change]]
do = "leave network"
agency = "town"
network = "ring"

[[change]]
do = "join network"
agencies = ["far"]
network = "ring"

[[change]]
do = "open network"
network = "nation"
called = "National lookup"
holder = "vendor"

[[change]]
do = "set attribute"
bodies = ["R/river"]
attribute = "declaration"
value = ""

[[change]]
do = "adopt policy"
policy = "most/open"
where = { sovereign = "R" }

[[change]]
do = "adopt bill"
files = ["bill.policy"]

[[change]]
do = "set guard"
from = "river"
to = "bureau"
guard = "technical"

[[change]]
do = "set retention"
nodes = ["town"]
days = 7

[[change]]
do = "set retention"
nodes = ["town"]
days = "unknown"

[[change]]
do = "add relation"
from = "far"
to = "bureau"
kind = "re_discloses"
grant = "leftover"

[[change]]
do = "remove relations"
kind = "sells"

[[change]]
do = "stop sharing"
agencies = ["town"]
where = { delegated_287g = "yes" }

[[change]]
do = "assume"
name = "delegated"

[[change]]
do = "do not assume"
name = "helpers"
"""


def test_a_file_says_changes_in_their_order() -> None:
    scenario = parse_scenario(EVERY_CHANGE, "all.toml", Path("folder"))
    assert (scenario.name, scenario.words) == ("everything", "One of each.")
    assert scenario.day == datetime.date(2026, 10, 1)
    assert scenario.changes == (
        TurnSwitches(("a", "b"), is_on=False),
        TurnSwitches(("a",), is_on=True),
        LeaveNetwork("town", "ring"),
        JoinNetwork("ring", ("far",)),
        JoinNetwork("nation", (), "National lookup", "vendor", Grant.VENDOR),
        SetAttribute(Whose(("R/river",)), "declaration", ""),
        SetAttribute(Whose((), {"sovereign": "R"}), "policy", "most/open"),
        AdoptBill((Path("folder/bill.policy"),)),
        SetGuard(Wanted("river", "bureau"), Guard.TECHNICAL),
        SetRetention(("town",), 7),
        SetRetention(("town",), None),
        AddRelation("far", "bureau", RelationKind.RE_DISCLOSES, grant=Grant.LEFTOVER),
        RemoveRelations(Wanted(kind=RelationKind.SELLS)),
        StopSharing(("town",), (), {"delegated_287g": "yes"}),
        Assume("delegated", is_on=True),
        Assume("helpers", is_on=False),
    )


def test_a_file_without_a_name_is_called_as_the_file(tmp_path: Path) -> None:
    file = tmp_path / "lapse.toml"
    file.write_text('[[change]]\ndo = "adopt bill"\n', "utf-8")
    assert read_scenario(file).name == "lapse"


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("name = ", "x.toml: ", "mend the TOML"),
        ('name = "empty"', "x.toml: it changes nothing", "[[change]]"),
        ("change = [3]", "x.toml: change 1: must be a table", "[[change]]"),
        ("[[change]]", "x.toml: change 1: `do` is missing", "docs/scenarios.md"),
        ('[[change]]\ndo = "leave netwrk"', "nothing is called `leave netwrk`", "`leave network`"),
        ('[[change]]\ndo = "leave network"\nagency = "a"', "change 1: `network` is missing", ""),
        ('[[change]]\ndo = "adopt bill"\nfile = ["a"]', "nothing reads the field `file`",
         "did you mean `files`?"),
        ('[[change]]\ndo = "close switches"\nswitches = []', "`switches` is empty", "name at"),
        ('[[change]]\ndo = "close switches"\nswitches = [1]', "must be a list of texts", ""),
        ('[[change]]\ndo = "set retention"\nnodes = "a"\ndays = -1', "`days` must be a whole", ""),
        ('[[change]]\ndo = "set retention"\nnodes = "a"\ndays = true', "must be a whole", ""),
        ('[[change]]\ndo = "set guard"\nguard = "techncal"', "`guard` cannot be `techncal`",
         "`technical`"),
        ('[[change]]\ndo = "adopt bill"\nproposed = "yes"', "must be true or false", ""),
        ('[[change]]\ndo = "adopt policy"\npolicy = "p"\nwhere = { a = 1 }', "table of texts", ""),
        ('day = "soon"\n[[change]]\ndo = "adopt bill"', "x.toml: `day` must be a date", "unquoted"),
        ('nme = "a"\n[[change]]\ndo = "adopt bill"', "nothing reads the field `nme`", "`name`"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told_by_its_place(text: str, message: str, help: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "x.toml")
    assert message in caught.value.message
    assert help in caught.value.help


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.toml: cannot be read"):
        read_scenario(tmp_path / "none.toml")
