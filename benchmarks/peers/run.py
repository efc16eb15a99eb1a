"""One run: every engine on the same rules and the same requests, in turns."""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from . import alone, probes
from .engines import IF_ELSE, REFERENCE
from .engines.base import HOLD, Engine
from .machine import this_machine
from .measure import Figure, measure
from .results import Results, Stand
from .speed import Options, speeds, texts, yardstick
from .world import World

MOST_HELD = 300  # requests that lack something, of which those are taken that platelaw holds


def everything(options: Options) -> Results:
    """One whole run, of the engines that are installed."""
    machine = this_machine()
    left_out = {one.title: why for one in options.engines if (why := one.missing())}
    for title, why in left_out.items():
        options.tell(f"left out: {title}: {why}")
    ready = [engine for engine in options.engines if engine.title not in left_out]
    rows, growth = speeds(ready, options)
    options.tell("platelaw alone, and what each engine can say")
    first = texts(World(), options, 0)
    return Results(
        importlib.metadata.version("platelaw"),
        machine,
        left_out,
        dict(Counter(yardstick(World())(text)[0] for text in first)),
        rows,
        growth,
        _alone(options),
        list(_stands(ready, options)),
        {engine.label: probes.cells(engine) for engine in ready if engine.is_compared},
    )


def _alone(options: Options) -> dict[str, Figure]:
    world = World()
    complete, lacking = (texts(world, options, 0, missing) for missing in (0, 2))
    return measure([*alone.tasks(world, complete, lacking)], options.passes * 3)


def _stands(engines: Iterable[Engine], options: Options) -> Iterator[Stand]:
    """What each engine says to a misspelt deny rule, and to requests that platelaw holds."""
    world = World()
    reference = REFERENCE.load(world)
    lacking = texts(world, options, 0, 2)[:MOST_HELD]
    held = [text for text in lacking if reference.ask(text)[0] == HOLD]
    for engine in engines:
        if engine.is_compared or engine is IF_ELSE:
            ask = engine.load(world).ask
            yield from probes.stands(engine, dict(Counter(_outcome(ask, text) for text in held)))


def _outcome(ask: Callable[[bytes], tuple[str, frozenset[str]]], text: bytes) -> str:
    try:
        return ask(text)[0]
    except Exception as fault:  # whatever a peer raises is its answer
        return f"raises {type(fault).__name__}"
