"""Requests straight from JSON mean what they mean read the ordinary way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from platelaw.engine.compiled import Ruling
from platelaw.engine.compiled.wire import JsonRequests, RefusedRequestError
from platelaw.engine.decision import Engine
from platelaw.engine.request_json import read_request

from . import small
from .small import NOW, engine_of, owner, rule, state

LAW = state(
    rule("barred", "forbid search, share of alpr_data\nif request.purpose is a kind of barred"),
    rule("who", """limit search, share of alpr_data, for every recipient, to
        own: recipient.sovereign is AA
        declared: recipient.standing is on_file"""),
    rule("old", "forbid search, share of alpr_data\nif data.age is over 21 days"),
    rule("kept", "forbid keep of alpr_data\nif data.age is over 21 days"),
    rule("many", "forbid search of alpr_data\nif case.count is over 100"),
    rule("words", "forbid search of alpr_data\nif reason.plainly includes barred"),
    rule("newer", "forbid search of alpr_data\nif case.stage is late",
         since="in force from 2026-11-04"),
)  # fmt: skip
OWN = owner(rule("own", "permit search, share, keep of alpr_data\nif case.number is stated"))


def plain(stated: Mapping[str, Any] | None = None, /, **changes: Any) -> dict[str, Any]:
    """A request that is permitted, with facts and parts changed."""
    return small.plain({"case.count": 1, "case.stage": "early", **(stated or {})}, **changes)


def plan_to_keep(until: str | None) -> dict[str, Any]:
    """Reads of three days to be kept for a while."""
    end = {} if until is None else {"until": until}
    return plain(act="keep", period={"from": "2026-11-01", **end})


COURT = {"kind": "warrant", "from": "AA/court"}

WAYS: Mapping[str, dict[str, Any]] = {
    "as documented": plain(),
    "at night, before the law changes": plain(at="2026-11-03T23:59:59-05:00"),
    "at night, after the law has changed": plain(
        {"case.stage": "late"}, at="2026-11-04T00:00:00-05:00"
    ),
    "in an hour of two civil days": plain({"case.stage": "late"}, at="2026-11-04T10:20:00+05:30"),
    "in the same hour, on the other day": plain(
        {"case.stage": "late"}, at="2026-11-04T10:40:00+05:30"
    ),
    "with a fraction of a second": plain(at="2026-11-03T10:15:00.123-05:00"),
    "with a fraction that is none": plain(at="2026-11-03T10:15:00.-05:00"),
    "without an offset": plain(at="2026-11-03T10:15:00"),
    "at an hour that does not exist": plain(at="2026-11-03T24:15:00-05:00"),
    "at a minute that does not exist": plain(at="2026-11-03T10:60:00-05:00"),
    "on a day": plain(at="2026-11-03"),
    "with a colon in a value": plain({"case.number": "26:1"}, reason="note: stolen", user="a:b"),
    "with a blank case number": plain({"case.number": "  "}),
    "with a count": plain({"case.count": 101}),
    "with yes for a count": plain({"case.count": True}),
    "with a fraction for a count": plain({"case.count": 101.0}),
    "with nothing for a count": plain({"case.count": -1}),
    "with a number for a word": plain({"case.stage": 1}),
    "with a word of no vocabulary": plain({"case.stage": "soon"}),
    "with a fact of no vocabulary": plain({"case.colour": "red"}),
    "with a plain word": plain(reason="evil deed"),
    "with a reason of no text": plain(reason=3),
    "with a very long reason": plain(reason="a" * 4001),
    "with a very long user": plain(user="a" * 4001),
    "with old reads": plain(period={"from": "2026-10-01"}),
    "with a period that ends before it starts": plain(
        period={"from": "2026-11-02", "until": "2026-11-01"}
    ),
    "with a period of tomorrow": plain(period={"from": "2026-11-04"}),
    "with a period of no day": plain(period={"from": "2026-11-0x"}),
    "kept": plan_to_keep("2026-11-20"),
    "kept too long": plan_to_keep("2026-12-20"),
    "kept without an end": plan_to_keep(None),
    "for somebody declared": plain({"request.recipients": ["BB/pd"]}),
    "for somebody who is not": plain({"request.recipients": ["US/bureau"]}),
    "for nobody on file": plain({"request.recipients": ["AA/nobody"]}),
    "for nobody named": plain({"request.recipients": None}),
    "for an open set": plain({"request.recipients": {"members": [], "complete": False}}),
    "with an instrument": plain(instruments=[COURT]),
    "of two kinds of data": plain(data=["plate_read", "hit"]),
    "of one kind of data in a list": plain(data=["plate_read"]),
    "of no kind of data": plain(data=[]),
    "by ORI": plain(requester="AA0000100"),
    "without facts": {name: part for name, part in plain().items() if name != "facts"},
    "without a moment": {name: part for name, part in plain().items() if name != "at"},
    "without anything": {},
    "of a later form": plain(version=2),
    "of a form that is no number": plain(version=True),
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(LAW, OWN)


@pytest.fixture(scope="module")
def reader(engine: Engine) -> JsonRequests:
    return JsonRequests(engine.compiled)


def ordinarily(engine: Engine, text: bytes) -> Ruling | list[str]:
    """The ruling, or where the faults are."""
    reading = read_request(text, engine, now=NOW)
    if reading.request is None:
        return [fault.where for fault in reading.faults]
    return engine.compiled.decide(engine.compiled.prepare(reading.request))


def straight(reader: JsonRequests, text: bytes) -> Ruling | list[str]:
    """The same, straight from the text."""
    try:
        ruling = reader.compiled.decide(reader.read(text, now=NOW))
    except RefusedRequestError as refused:
        with pytest.raises(RefusedRequestError):
            reader.answer(text, now=NOW)
        return [fault.where for fault in refused.reading.faults]
    assert reader.answer(text, now=NOW) == ruling  # in one step as in two
    return ruling


@pytest.mark.parametrize("way", WAYS)
def test_a_request_means_the_same_both_ways(engine: Engine, reader: JsonRequests, way: str) -> None:
    text = json.dumps(WAYS[way]).encode()
    wanted = ordinarily(engine, text)
    assert straight(reader, text) == wanted
    assert straight(reader, json.dumps(plain()).encode()) != wanted or way not in CHANGES
    assert straight(reader, text) == wanted  # what was learned in between changes nothing


CHANGES = (
    "at night, after the law has changed", "in the same hour, on the other day",
    "with a count",
    "with a plain word", "with old reads", "for somebody who is not", "with a blank case number",
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version": 1,', '"version": 1, "version": 1,'),
        ('"case.number": "26-1"', '"case.number": "26-1", "case.number": ""'),
        ('"from": "2026-11-01"', '"from": "2026-11-01", "from": "2026-10-01"'),
        ('"stolen car"', '"stolen car\\u0021"'),
        ('"reason":', '"\\u0072eason": "x", "reason":'),
        ("{", "["),
        ('"instruments": []', '"instruments": [], "reviews": []'),
        ('"instruments": []', '"instruments": [], "simulate": {}'),
    ],
)  # fmt: skip
def test_a_text_out_of_the_ordinary_goes_the_ordinary_way(
    engine: Engine, reader: JsonRequests, old: str, new: str
) -> None:
    text = json.dumps(plain()).replace(old, new, 1).encode()
    slow = reader.slow
    assert straight(reader, text) == ordinarily(engine, text)
    assert reader.slow == slow + 2


def test_a_name_given_twice_is_a_fault_and_never_an_answer(reader: JsonRequests) -> None:
    text = json.dumps(plain()).replace('"owner":', '"owner": "AA/other", "owner":').encode()
    with pytest.raises(RefusedRequestError, match="given twice"):
        reader.read(text, now=NOW)


def test_ordinary_requests_go_the_quick_way(engine: Engine) -> None:
    reader = JsonRequests(engine.compiled)
    requests = [
        plain({"case.number": f"26-{number}", "case.count": number},
              at=f"2026-11-03T{number:02}:15:0{number % 10}-05:00", reason=f"car {number}")
        for number in range(24)
    ]  # fmt: skip
    for raw in requests:
        reader.read(json.dumps(raw).encode(), now=NOW)
    assert reader.slow == 0


def test_recipients_may_change_with_every_request(engine: Engine) -> None:
    reader = JsonRequests(engine.compiled)
    for _ in range(2):
        for who, wanted in ((["BB/pd"], "PERMIT"), (["US/bureau"], "DENY"), ([], "PERMIT")):
            text = json.dumps(plain({"request.recipients": who})).encode()
            assert engine.compiled.decide(reader.read(text, now=NOW)).outcome.value == wanted
    assert reader.slow == 0
