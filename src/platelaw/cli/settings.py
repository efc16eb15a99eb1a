"""What ``simulate`` and ``flow history`` share: settings of a question, and who answers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..dsl.model import Library
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.flow.scenario.law import check_words
from ..engine.flow.scenario.setting import Law, Setting
from ..engine.flow.tracing import Tracer
from .common import engine_from
from .flow_common import Asked, chosen_assumptions


def setting_of(
    ask: Asked, places: tuple[Path, ...], *, with_: tuple[str, ...], without: tuple[str, ...]
) -> Setting:
    """The setting of a question as it is."""
    return Setting(
        ask.map,
        ask.engine.registry,
        ask.question.day,
        law=Law(places, ask.engine.with_proposed),
        assumptions=chosen_assumptions(with_, without),
    )


OF_A_PART = (
    "of a map of arrays only the part on which doors lie today is asked: a door that a change "
    "would open over other relations is not seen"
)


def bounds_of(ask: Asked) -> tuple[str, ...]:
    """What an answer about a change leaves out."""
    return (*ask.bounds, OF_A_PART) if ask.reaches else ask.bounds


def tracer_maker(ask: Asked, setting: Setting, cache: Cache | None) -> Callable[[Setting], Tracer]:
    """What makes a tracer for each setting that changes make of one.

    Settings that change the map alone share what was asked of the rules.
    """
    own = ask.tracer()
    libraries: dict[Law, Library] = {setting.law: ask.engine.library}

    def tracer_of(changed: Setting) -> Tracer:
        law = changed.law
        same_file = changed.registry is setting.registry
        if law == setting.law and same_file and changed.overrides == setting.overrides:
            return replace(own, map=changed.flow_map)
        if law not in libraries:
            engine = engine_from(law.places, setting.registry, cache, proposed=law.with_proposed)
            libraries[law] = engine.library
        check_words(changed, libraries[law])
        engine = Engine(libraries[law], changed.on_file(), law.with_proposed)
        return replace(own, map=changed.flow_map, engine=engine, askers={})

    return tracer_of
