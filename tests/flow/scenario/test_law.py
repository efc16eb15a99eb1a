"""The words of a scenario beside the shipped library."""

from __future__ import annotations

import pytest

from platelaw.dsl.model import Library
from platelaw.engine.flow.scenario.errors import ScenarioError
from platelaw.engine.flow.scenario.finding import Whose
from platelaw.engine.flow.scenario.law import SetAttribute, check_words
from platelaw.engine.flow.scenario.setting import POLICY, Setting
from platelaw.engine.library import load, shipped_registry

from .maps import DAY, small_map


@pytest.fixture(scope="module")
def library() -> Library:
    found = load().library
    assert found is not None
    return found


@pytest.fixture(scope="module")
def before() -> Setting:
    return Setting(small_map(), shipped_registry(), DAY)


def on_file(before: Setting, attribute: str, value: str) -> Setting:
    return SetAttribute(Whose(("MA/abington-pd",)), attribute, value).apply(before)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("declaration", "suspended"),
        ("declaration", ""),
        ("delegated_287g", "yes"),
        ("sovereign", "NY"),
        ("kind", "sheriff"),
        (POLICY, "ct/model-example"),
    ],
)
def test_what_the_vocabulary_knows_can_be_put_on_file(
    before: Setting, library: Library, attribute: str, value: str
) -> None:
    check_words(on_file(before, attribute, value), library)


@pytest.mark.parametrize(
    ("attribute", "value", "message", "help"),
    [
        ("declaraton", "on_file", "no attribute of bodies `declaraton`", "`declaration`"),
        ("declaration", "filed", "`declaration` cannot be `filed`", "`on_file`"),
        ("delegated_287g", "signed", "`delegated_287g` cannot be `signed`", "`yes`"),
        (POLICY, "ct/model-exampel", "no policy `ct/model-exampel`", "`ct/model-example`"),
    ],
)
def test_what_it_does_not_know_is_told_with_the_nearest(
    before: Setting, library: Library, attribute: str, value: str, message: str, help: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        check_words(on_file(before, attribute, value), library)
    assert message in caught.value.message
    assert help in caught.value.help
