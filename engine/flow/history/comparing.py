"""Two days compared: the doors that opened since, each with what caused it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..door import Door, DoorClass, Question, Trace
from ..scenario.comparing import Answer, Difference, compare
from ..scenario.setting import Setting
from ..scenario.simulating import TracerOf
from .causes import Cause, Causes


@dataclass(frozen=True, slots=True)
class Opened:
    """A door that stands now, and the changes without which it would not.

    Attributes:
        door: The door.
        was: Its class before; None if it did not stand.
        causes: What changed, the earliest first; empty if no single change explains it.
    """

    door: Door
    was: DoorClass | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What differs between two days.

    Attributes:
        before: The answer of the earlier day.
        after: The answer of the later day.
        difference: The doors of both.
        opened: The doors that opened, or take less than before, with their causes.
    """

    before: Trace
    after: Trace
    difference: Difference
    opened: tuple[Opened, ...]


def history(
    before: Setting,
    after: Setting,
    question: Question,
    tracer_of: TracerOf,
    progress: Callable[[str], None] = lambda what: None,
) -> History:
    """What opened between two settings, and why.

    Args:
        before: The setting of the earlier day.
        after: The setting of the later day.
        question: What is asked; its day is replaced by those of the settings.
        tracer_of: Makes what answers for a setting.
        progress: Called with what is asked next.
    """
    progress(str(before.day))
    known = tuple(key for key in question.owners if key in before.flow_map.nodes)
    old = _answer(before, replace(question, day=before.day, owners=known), tracer_of)
    progress(str(after.day))
    asked = replace(question, day=after.day)
    new = _answer(after, asked, tracer_of)
    difference = compare(old, new)
    causes = Causes(before, after, asked, tracer_of)
    progress("causes")
    library = new.tracer.engine.library
    milder = (pair for pair in difference.changed if pair[1].wrongs < pair[0].wrongs)
    found = [Opened(door, None, causes.of(door, library)) for door in difference.opened]
    found += [Opened(now, was.klass, causes.of(now, library)) for was, now in milder]
    return History(old.trace, new.trace, difference, tuple(found))


def _answer(setting: Setting, question: Question, tracer_of: TracerOf) -> Answer:
    tracer = tracer_of(setting)
    if not question.owners:
        return Answer.unasked(question, tracer)
    return Answer(tracer.trace(question), tracer)
