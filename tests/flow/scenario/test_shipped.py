"""The scenarios that come with platelaw, and those on their page, have the form that it tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from platelaw.engine.flow.example import example_map
from platelaw.engine.flow.importing.assuming import named, with_assumptions
from platelaw.engine.flow.scenario import form
from platelaw.engine.flow.scenario.errors import ScenarioError
from platelaw.engine.flow.scenario.form import parse_scenario
from platelaw.engine.flow.scenario.parameters import days_of_parameter
from platelaw.engine.flow.scenario.setting import Setting
from platelaw.engine.flow.scenario.shipped import shipped_names, shipped_scenario

from ..worlds import DAY, engine

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scenarios.md"
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def worked() -> Setting:
    assumptions, registry = named(), engine().registry
    flow_map = with_assumptions(example_map("worked"), assumptions, registry)
    return Setting(flow_map, registry, DAY, assumptions=assumptions)


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_scenario_changes_the_illustration(name: str) -> None:
    scenario = shipped_scenario(name)
    assert scenario.name == name
    assert scenario.words
    assert scenario.idle(worked()) == ()


@pytest.mark.parametrize("text", BLOCKS)
def test_a_scenario_on_the_page_changes_the_illustration(text: str) -> None:
    scenario = parse_scenario(text, "page.toml")
    changes_nothing = [words for words in scenario.idle(worked()) if "proposed" not in words]
    assert changes_nothing == []


def test_every_change_is_described_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in form.CHANGES if f"`{name}`" not in page] == []


def test_the_retention_of_the_law_is_that_of_its_day() -> None:
    library = engine().library
    assert days_of_parameter(library, "retention_period", DAY) == 21
    assert days_of_parameter(library, None, DAY) is None
    with pytest.raises(ScenarioError, match="no parameter `retention_perod`"):
        days_of_parameter(library, "retention_perod", DAY)
