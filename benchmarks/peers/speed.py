"""How fast each engine decides: all of one size in turns, then platelaw at every size."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from .engines import COMPILED, ENGINES, IF_ELSE_RULES, REFERENCE
from .engines.base import CannotLoadError, Engine, Loaded
from .measure import Task, acquaint, measure, one_by_one
from .requests import Asked, batch
from .results import Row
from .world import RULES, World

SIZES = (20, 1000, 10_000)
MOST_BY_REFERENCE = 100  # answers that are checked where only the reference knows what is right


@dataclass(frozen=True, slots=True)
class Options:
    """How much is measured.

    Attributes:
        engines: The engines.
        sizes: Numbers of rules.
        count: Requests of a batch.
        passes: Passes, each with requests of its own.
        cap: CPU seconds for one engine at one size; platelaw's compiled evaluator has no cap.
        tell: Told how far the run is.
    """

    engines: Sequence[Engine] = ENGINES
    sizes: tuple[int, ...] = SIZES
    count: int = 1000
    passes: int = 5
    cap: float = 4.0
    tell: Callable[[str], None] = field(default=lambda _: None, repr=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """An engine with the rules of one world, that has met all bodies it will be asked about.

    Attributes:
        row: What is known of it before it is timed.
        world: The world.
        loaded: The engine; None if it refuses the rules.
        count: How many requests it is asked in a pass.
    """

    row: Row
    world: World
    loaded: Loaded | None = None
    count: int = 0

    @property
    def shapes(self) -> int | None:
        """How many functions were generated, if any are."""
        return self.loaded.shapes() if self.loaded and self.loaded.shapes else None


def speeds(engines: Iterable[Engine], options: Options) -> tuple[list[Row], list[Row]]:
    """Every engine at every size, and the compiled evaluator at all sizes in turns of their own."""
    rows: list[Row] = []
    compiled: list[Subject] = []
    for size in options.sizes:
        subjects = list(_subjects(engines, World(size // RULES), options))
        rows += _timed(subjects, options)
        compiled += [one for one in subjects if one.row.key == COMPILED.key]
    options.tell("growth of the compiled evaluator")
    worlds = [World(one.world.agencies, own=True) for one in compiled if one.world.agencies > 1]
    differing = [_subject(COMPILED, world, options) for world in worlds]
    return rows, _growth([*compiled, *differing], options)


def texts(world: World, options: Options, number: int, missing: int = 0) -> Sequence[bytes]:
    """A batch; made once."""
    return _batch(world, Asked(count=options.count, missing=missing), number)


_batch = cache(batch)


@cache
def yardstick(world: World) -> Callable[[bytes], tuple[str, frozenset[str]]]:
    """What the rules mean: the if/else, or the reference where agencies differ.

    That the if/else means what the reference means is checked at the smallest size.
    """
    return cache((REFERENCE if world.own else IF_ELSE_RULES).load(world).ask)


def _subjects(engines: Iterable[Engine], world: World, options: Options) -> Iterator[Subject]:
    """The engines at one size."""
    for engine in engines:
        if world.agencies == 1 or not engine.of_one:
            yield _subject(engine, world, options)
        if world.agencies > 1 and engine.by_agency:
            yield _subject(engine, world, options, by_agency=True)


def _subject(engine: Engine, world: World, options: Options, *, by_agency: bool = False) -> Subject:
    """An engine that has read the rules and met everybody."""
    row = Row(engine.key, engine.label, world.rules, by_agency, world.own, engine.is_peer)
    options.tell(f"{world.rules} rules: {row.name}")
    yardstick(world)  # and with it what all engines share
    started = time.process_time()
    try:
        loaded = engine.load_each(world) if by_agency else engine.load(world)
    except CannotLoadError as fault:
        return Subject(replace(row, problem=" ".join(str(fault).split())[:120]), world)
    row = replace(row, load_seconds=time.process_time() - started)
    cap = math.inf if engine is COMPILED else options.cap / 3
    first = texts(world, options, 0)
    answers, each = acquaint(loaded.ask, first, cap)
    asked = first[: min(len(answers), MOST_BY_REFERENCE if world.own else len(answers))]
    pairs = list(zip(answers, map(yardstick(world), asked), strict=False))
    row = replace(
        row,
        asked=len(pairs),
        agrees=sum(answer[0] == true[0] for answer, true in pairs),
        rules_agree=sum(a[1] == t[1] for a, t in pairs) if loaded.rules else None,
    )
    return Subject(row, world, loaded, max(1, int(min(len(answers), cap / each / options.passes))))


def _timed(subjects: Sequence[Subject], options: Options) -> Iterator[Row]:
    """The rows of one size, all timed in turns."""
    tasks = [
        replace(task, name=f"{at} {task.name}")
        for at, one in enumerate(subjects)
        for task in _tasks(one, options)
    ]
    found = measure(tasks, options.passes, lambda done: options.tell(f"  pass {done}"))
    for at, one in enumerate(subjects):
        named = (task.name for task in _tasks(one, options))
        yield replace(
            one.row, shapes=one.shapes, figures={name: found[f"{at} {name}"] for name in named}
        )


def _tasks(one: Subject, options: Options) -> Iterator[Task]:
    """From JSON text never met before, from text just met, and from its own input."""
    if one.loaded is None:
        return
    prepare, decide, together = one.loaded.prepare, one.loaded.decide, one.loaded.together

    def asked(number: int) -> Sequence[bytes]:
        return texts(one.world, options, number)[: one.count]

    def in_two(text: bytes) -> object:
        return decide(prepare(text))

    answer = one.loaded.at_once or in_two
    if together is not None:
        yield Task("json", asked, lambda items: together([*map(prepare, items)]), again=True)
        yield Task("decide", lambda n: [*map(prepare, asked(n))], together, again=True)
        return
    remembers = one.row.key == COMPILED.key  # the values that it met
    yield Task("json", asked, one_by_one(answer), again=not remembers)
    if remembers:
        yield Task("again", asked, one_by_one(answer), again=True)
    yield Task("decide", lambda n: [*map(prepare, asked(n))], one_by_one(decide), again=True)


def _growth(subjects: Sequence[Subject], options: Options) -> list[Row]:
    """The compiled evaluator at every size in the same turns, from requests just prepared."""
    tasks = [
        Task(str(at), _met(one.loaded, texts(one.world, options, 0)),
             one_by_one(one.loaded.decide), again=True)
        for at, one in enumerate(subjects)
        if one.loaded is not None
    ]  # fmt: skip
    found = measure(tasks, options.passes * 3)  # quick, so that a busy machine tells less
    return [
        replace(one.row, shapes=one.shapes, figures={"decide": found[str(at)]})
        for at, one in enumerate(subjects)
    ]


def _met(loaded: Loaded, asked: Sequence[bytes]) -> Callable[[int], Sequence[object]]:
    """Prepared requests, the same in every pass."""
    items = [*map(loaded.prepare, asked)]
    return lambda _: items
