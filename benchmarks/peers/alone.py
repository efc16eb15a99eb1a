"""What is timed of platelaw alone: reading and preparing, traces, settling sets, decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from platelaw.dsl.syntax import Outcome
from platelaw.engine.compiled import Compiled, Prepared
from platelaw.engine.compiled.wire import JsonRequests
from platelaw.engine.decision import Engine as Evaluator
from platelaw.engine.facts import Facts
from platelaw.engine.reasons import Matchers, ReasonWords
from platelaw.engine.reference import Answer, Case
from platelaw.engine.request import Request
from platelaw.engine.settling import settling_sets

from . import handwritten
from .attributes import Filing
from .engines.own import request_of
from .measure import Task, one_by_one
from .requests import NOW
from .world import World

FEW = 100  # requests for what takes milliseconds


def tasks(world: World, complete: Sequence[bytes], lacking: Sequence[bytes]) -> Iterator[Task]:
    """What is timed and the if/else in the same turns, each with requests that are met before.

    Args:
        world: One agency.
        complete: Requests that state everything.
        lacking: Requests that leave something out, some of which are held.
    """
    library, registry = world.library(), world.registry
    compiled, whole = Compiled(library, registry), Evaluator(library, registry)
    requests = JsonRequests(compiled)

    def prepared(text: bytes) -> Prepared:
        return requests.read(text, now=NOW)

    def explained(request: Request) -> object:
        return whole.decide(request, decided_at=NOW)

    def held(text: bytes) -> tuple[Case, Answer]:
        return _explanation(world, whole, request_of(text, whole))

    explanations = [*map(held, lacking[:FEW])]
    holds = [pair for pair in explanations if pair[1].outcome is Outcome.HOLD]
    plain = [*map(Filing.of(world).attributes, complete)]
    yield _task("limit", plain, handwritten.permits)
    yield _task("decode", complete, msgspec.json.Decoder().decode)
    yield _task("prepare", complete, prepared)
    yield _task("values", [*map(prepared, complete)], compiled.trace)
    yield _task("settling", holds, lambda pair: settling_sets(*pair))
    yield _task("explained", [request_of(text, whole) for text in complete[:FEW]], explained)


def _explanation(world: World, whole: Evaluator, request: Request) -> tuple[Case, Answer]:
    """What settling sets are worked out on."""
    facts = Facts(request, world.registry, whole.vocabulary_for(request, world.registry))
    words = ReasonWords(request.reason, Matchers())
    case = Case(whole.library, world.registry, request, request.data[0], facts, words)
    return case, case.answer()


def _task(name: str, items: Sequence[Any], call: Callable[[Any], object]) -> Task:
    run = one_by_one(call)
    run(items)
    return Task(name, lambda _: items, run, again=True)
