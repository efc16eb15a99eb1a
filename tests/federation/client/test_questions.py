"""A request file reaches the wire whole, or is refused with the place and the mend."""

from __future__ import annotations

import json
from typing import Any

import pytest

from platelaw.engine.schemas import schema_text
from platelaw.federation.client import QuestionError, digest_of, question_of
from platelaw.federation.v1 import question_pb2

from .playing import REQUEST


def test_every_form_of_a_fact_reaches_the_wire() -> None:
    facts = {fact.name: fact for fact in question_of(REQUEST).facts}
    assert facts["request.purpose"].word == "stolen_vehicle"
    assert list(facts["request.recipients"].members.keys) == ["XX/a-pd"]
    assert facts["request.on_behalf_of"].WhichOneof("value") == "members"
    assert facts["case.count"].count == 3
    assert facts["case.is_open"].flag is True
    assert facts["case.number"].WhichOneof("value") == "word"
    assert facts["case.number"].word == ""
    assert facts["request.claims"].members.open
    assert not facts["request.recipients"].members.open


def test_a_blank_reason_is_blank_and_one_left_out_is_left_out() -> None:
    assert question_of(REQUEST).HasField("reason")
    assert not question_of({**REQUEST, "reason": None}).HasField("reason")
    spaced = question_of({**REQUEST, "reason": "  stolen  car "})
    assert spaced.reason == "  stolen  car "


def test_no_instrument_is_not_the_same_as_nothing_said_of_instruments() -> None:
    assert question_of(REQUEST).HasField("instruments")
    assert not question_of({**REQUEST, "instruments": None}).HasField("instruments")
    paper = {"id": "d-1", "kind": "warrant", "from": "XX/court", "covers": True}
    (sent,) = question_of({**REQUEST, "instruments": [paper]}).instruments.presented
    assert (sent.signed_by, sent.covers, sent.HasField("probable_cause")) == (
        "XX/court",
        True,
        False,
    )


def test_a_period_reaches_the_wire() -> None:
    period = {"from": "2026-10-01", "until": "2026-10-02"}
    sent = question_of({**REQUEST, "period": period}).period
    assert (sent.since, sent.until) == ("2026-10-01", "2026-10-02")


def test_a_question_that_is_given_is_sent_as_it_is_and_stays_untouched() -> None:
    given = question_of(REQUEST)
    sent = question_of(given)
    assert sent == given
    assert sent is not given
    assert digest_of(sent) == digest_of(given)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"at": "2026-11-03"}, "/at: .* own clock"),
        ({"simulate": {}}, "/simulate: .*what_if"),
        ({"reviews": []}, "/reviews: .*`review`"),
        ({"colour": 1}, "/colour: "),
        ({"reason": {"missing": "redacted"}}, "/reason: "),
        ({"facts": {"a/b": {"value": True, "level": "verification"}}}, "/facts/a~1b: .*`submit`"),
        ({"facts": {"a": -1}}, "/facts/a: "),
        ({"facts": {"a": 1.5}}, "/facts/a: "),
        ({"facts": []}, "/facts: not an object"),
        ({"facts": {"a": ["b", 1]}}, "/facts/a/1: not a text"),
        ({"instruments": [{"kind": "warrant", "level": "verification"}]}, "/instruments/0/level: "),
        ({"owner": None}, "/owner: "),
        ({"data": []}, "data: "),
        ({"version": True}, "/version: "),
        ({"reason": "x" * 2001}, "reason: "),
        ({"requester": 7}, "/requester: not a text"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_place(change: dict[str, Any], told: str) -> None:
    with pytest.raises(QuestionError, match=told):
        question_of({**REQUEST, **change})


def test_a_search_names_its_owners_in_a_list() -> None:
    with pytest.raises(QuestionError, match="leave `owner` out"):
        question_of(REQUEST, needs_owner=False)


@pytest.mark.parametrize("key", json.loads(schema_text("request"))["properties"])
def test_no_key_of_the_form_gets_lost_on_its_way(key: str) -> None:
    told = ""
    try:
        question_of({**REQUEST, key: {**REQUEST, "version": 1}.get(key)})
    except QuestionError as fault:
        told = str(fault)
    field = {"version": "act"}.get(key, key)  # which version is spoken is not part of the question
    is_sent = field in question_pb2.Question.DESCRIPTOR.fields_by_name
    assert is_sent == (told == "")
    assert "see `platelaw schema request`" not in told


@pytest.mark.parametrize("asked", [None, [], "a text", 5])
def test_what_is_no_object_is_no_question(asked: Any) -> None:
    with pytest.raises(QuestionError, match="not an object"):
        question_of(asked)


@pytest.mark.parametrize(
    "odd", [{"user": "\ud800"}, {"reason": "a\udfff"}, {"facts": {"case.number": "\ud800"}}]
)
def test_half_a_character_is_refused_with_its_place(odd: dict[str, Any]) -> None:
    with pytest.raises(QuestionError, match=r"^/(user|reason|facts/case\.number): .*half"):
        question_of({**REQUEST, **odd})
