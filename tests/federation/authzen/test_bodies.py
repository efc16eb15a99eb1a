"""Bodies spoilt at random: each is a question or a problem with its place, and nothing else."""

from __future__ import annotations

import json
import random
from typing import Any, cast

from platelaw.engine.json_text import read_json
from platelaw.federation.authzen.mapping import Evaluations, evaluations
from platelaw.federation.authzen.problems import HttpProblemError
from platelaw.federation.messages import check_limits
from platelaw.federation.v1 import question_pb2

from .asking import BODY

ODD: list[Any] = [None, True, 0, -1, 1.5, 2**60, "", " ", "x", "x" * 3000, [], {}, [1], {"id": 1}]
MANY: dict[str, Any] = {
    **BODY,
    "options": {"evaluations_semantic": "execute_all"},
    "evaluations": [{"action": {"name": "share"}}, {"resource": BODY["resource"]}],
}


def spoilt(value: object, chance: random.Random) -> object:
    """A value with one part of it, at any depth, replaced, left out or added."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        whole = cast("dict[str, object]", value)
        key = chance.choice(list(whole))
        match chance.randrange(6):
            case 0:
                return {name: item for name, item in whole.items() if name != key}
            case 1:
                return {**whole, chance.choice(["type", "id", "facts", "x/~"]): chance.choice(ODD)}
            case _:
                return {**whole, key: spoilt(whole[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        items = cast("list[object]", value)
        at = chance.randrange(len(items))
        return [*items[:at], spoilt(items[at], chance), *items[at + 1 :]]
    return chance.choice(ODD)


def asked(raw: bytes) -> list[question_pb2.Question | HttpProblemError]:
    body, faults = read_json(raw)
    if faults:
        return []
    try:
        found = evaluations(body)
    except HttpProblemError as problem:
        return [problem]
    return list(found.questions) if isinstance(found, Evaluations) else [found]


def test_a_body_with_odd_parts_is_a_question_within_limits_or_a_problem() -> None:
    chance, questions, problems = random.Random(1126), 0, 0
    for _ in range(5_000):
        body = spoilt(spoilt(chance.choice([BODY, MANY]), chance), chance)
        for one in asked(json.dumps(body).encode()):
            if isinstance(one, HttpProblemError):
                problems += 1
                assert one.status == 400
                assert one.detail
            else:
                questions += 1
                check_limits(one)
    assert questions > 100
    assert problems > 1000


def test_bytes_flipped_at_random_end_in_nothing_else() -> None:
    good, chance = json.dumps(MANY).encode(), random.Random(1126)
    for _ in range(5_000):
        raw = bytearray(good)
        for _ in range(chance.randint(1, 5)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        for one in asked(bytes(raw)):
            assert isinstance(one, question_pb2.Question | HttpProblemError)
