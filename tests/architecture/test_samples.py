"""The shipped samples fit the documented forms, and the answer is what the engine answers.

``PLATELAW_UPDATE=1`` in the environment writes the answer anew; read the difference before it is
kept.
"""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped, shipped_registry
from platelaw.engine.render_json import View, decision_json
from platelaw.engine.request_json import read_request
from platelaw.engine.schemas import NAMES, sample_text, schema_text

DECIDED = datetime.datetime(2026, 11, 3, 15, 15, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def answers() -> dict[View, dict[str, Any]]:
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    engine = Engine(library, registry)
    reading = read_request(sample_text("request"), engine, now=DECIDED, simulate=True)
    assert reading.request is not None, reading.faults
    decision = engine.decide(reading.request, decided_at=DECIDED, registry=reading.registry)
    return {view: decision_json(decision, view) for view in View}


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(schema_text(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_fits_its_schema(name: str) -> None:
    assert [
        error.message for error in validator(name).iter_errors(json.loads(sample_text(name)))
    ] == []


@pytest.mark.parametrize("view", View)
def test_every_view_of_the_answer_fits_the_schema(
    answers: dict[View, dict[str, Any]], view: View
) -> None:
    assert [error.message for error in validator("decision").iter_errors(answers[view])] == []


@pytest.mark.parametrize("part", ["requester", "owner", "act", "data"])
def test_the_schema_asks_for_what_the_reader_asks_for(part: str) -> None:
    sample = json.loads(sample_text("request"))
    del sample[part]
    assert not validator("request").is_valid(sample)


def test_the_sample_request_shows_every_part_of_the_form() -> None:
    sample = json.loads(sample_text("request"))
    assert sample.keys() == json.loads(schema_text("request"))["properties"].keys()


def test_the_sample_answer_is_what_the_engine_answers(
    answers: dict[View, dict[str, Any]],
) -> None:
    answer = answers[View.REQUESTER]
    place = shipped().joinpath("examples", "decision.sample.json")
    if os.environ.get("PLATELAW_UPDATE"):
        assert isinstance(place, Path)
        place.write_text(json.dumps(answer, indent=2, ensure_ascii=False) + "\n", "utf-8")
    sample = json.loads(sample_text("decision"))
    assert {**sample, "known_as_of": ""} == {**answer, "known_as_of": ""}
    assert sample["outcome"] == "PERMIT"
    assert [duty["deadline"] for duty in sample["duties"]] == [
        "before the act",
        "within 1 day of the share",
    ]
