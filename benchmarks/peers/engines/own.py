"""platelaw itself: the reference evaluator and the compiled one."""

from __future__ import annotations

import json
from typing import Any

from platelaw.dsl.check import check
from platelaw.dsl.model import Library
from platelaw.dsl.parser import Parser
from platelaw.dsl.source import Source
from platelaw.engine.compiled import Compiled, Prepared, Ruling
from platelaw.engine.compiled.wire import JsonRequests
from platelaw.engine.decision import Engine as Evaluator
from platelaw.engine.registry import Registry
from platelaw.engine.request import Request
from platelaw.engine.request_json import read_request

from ..requests import NOW
from ..world import World, text_of
from .base import DENY, Engine, Loaded


def _outcome(ruling: Ruling) -> str:
    return ruling.outcome.value


def _rules(ruling: Ruling) -> tuple[str, ...]:
    return tuple(rule.rpartition("/")[2] for rule in ruling.rules)


def request_of(text: bytes, evaluator: Evaluator) -> Request:
    """A request in the ordinary way; the benchmark's own have no faults."""
    reading = read_request(text, evaluator, now=NOW)
    assert reading.request is not None, reading.faults
    return reading.request


def _given(world: World) -> tuple[Library, Registry]:
    return world.library(), world.registry


def _reference(given: tuple[Library, Registry]) -> Loaded:
    evaluator = Evaluator(*given, by_reference=True)
    return Loaded(
        evaluator.rule, _outcome, _rules, prepare=lambda text: request_of(text, evaluator)
    )


def _compiled(given: tuple[Library, Registry]) -> Loaded:
    compiled = Compiled(*given)
    requests = JsonRequests(compiled)

    def prepare(text: bytes) -> Prepared:
        return requests.read(text, now=NOW)

    def answer(text: bytes) -> Ruling:
        return requests.answer(text, now=NOW)

    return Loaded(
        compiled.decide, _outcome, _rules, prepare=prepare,
        shapes=lambda: len(compiled.codes.made), at_once=answer,
    )  # fmt: skip


def attempt(rules: str, asked: dict[str, Any]) -> tuple[str, str]:
    """Policy text beside the benchmark's words: the outcome, and all that is said.

    What does not check is refused, which is DENY.
    """
    world = World()
    words = text_of("rules.policy").partition("\npolicy ")[0]
    parser = Parser()
    parses = [
        parser.parse(Source(name, text)) for name, text in (("words", words), ("trial", rules))
    ]
    checked = check(parses, world.registry.bodies.keys())
    if checked.library is None:
        said = "; ".join(f"{d.code.number} {d.message}" for d in checked.diagnostics if d.is_error)
        return f"{DENY} (refused)", said
    evaluator = Evaluator(checked.library, world.registry)
    reading = read_request(json.dumps(asked), evaluator, now=NOW, simulate=True)
    assert reading.request is not None, reading.faults
    decision = evaluator.decide(reading.request, decided_at=NOW)
    return decision.outcome.value, str(decision)


COMPILED = Engine(
    "compiled", "platelaw, compiled", "", "platelaw.engine.compiled.wire", _given, _compiled
)
REFERENCE = Engine(
    "reference", "platelaw, reference", "", "platelaw", _given, _reference, is_compared=False
)
