"""A calendar of deadlines as text, JSON and iCalendar (RFC 5545)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from typing import Any

from .deadlines import Calendar, Deadline, Standing
from .render_text import words
from .written import Source
from .written.pieces import ADVICE


def calendar_text(calendar: Calendar) -> str:
    """It as text, day by day."""
    return "\n".join(_lines(calendar)) + "\n"


def _lines(calendar: Calendar) -> Iterator[str]:
    yield f"Dates of {calendar.agency} from {calendar.first} to {calendar.last}"
    if not calendar.deadlines:
        yield "  none"
    told: set[tuple[str, str]] = set()
    for each in calendar.deadlines:
        who = f", by the {each.who}" if each.who else ""
        yield f"\n{each.day}  {each.kind.value}: {each.title}{who}"
        again = each.rule != "" and (each.rule, each.title) in told
        told.add((each.rule, each.title))
        about = (f"{each.rule}, as above",) if again else _about(each)
        yield from (f"            {line}" for line in about)
    if calendar.standing:
        yield "\nRunning from an act or a refusal"
        for duty in calendar.standing:
            yield f"  - {duty.text} ({duty.rule or duty.note})"
            if duty.source:
                yield f"    {_cited(duty.source)}"
    yield f"\n{ADVICE}"


def _about(deadline: Deadline) -> Iterator[str]:
    if deadline.rule:
        yield deadline.rule
    if deadline.source:
        yield _cited(deadline.source)
    if deadline.note:
        yield deadline.note


def _cited(source: Source) -> str:
    return f"{source.text} ({source.status}: {source.meaning})"


def calendar_json(calendar: Calendar) -> dict[str, Any]:
    """It as plain values."""
    return {
        "version": 1,
        "agency": calendar.agency,
        "first": str(calendar.first),
        "last": str(calendar.last),
        "deadlines": [
            {
                "day": str(each.day),
                "kind": each.kind.value,
                "title": each.title,
                "who": each.who,
                "rule": each.rule,
                "source": _source(each.source),
                "note": each.note,
            }
            for each in calendar.deadlines
        ],
        "standing": [_standing(each) for each in calendar.standing],
        "advice": ADVICE,
    }


def _standing(duty: Standing) -> dict[str, Any]:
    return {"text": duty.text, "rule": duty.rule, "source": _source(duty.source),
            "note": duty.note}  # fmt: skip


def _source(source: Source | None) -> dict[str, str] | None:
    if source is None:
        return None
    return {"text": source.text, "status": source.status, "meaning": source.meaning}


def calendar_ics(calendar: Calendar, remind: int | None = None) -> bytes:
    """It as iCalendar: one event of a whole day for each deadline.

    The same calendar gives the same bytes: an event is stamped with the calendar's first day, and
    named by what it says, so that a later calendar takes the place of an earlier one.

    Args:
        calendar: The deadlines.
        remind: How many days before each a reminder comes, if any.
    """
    from icalendar import Alarm, Event
    from icalendar import Calendar as File

    file = File()
    file.add("prodid", "-//platelaw//calendar//EN")
    file.add("version", "2.0")
    file.add("x-wr-calname", f"Plate reader law: {calendar.agency}")
    stamp = datetime.datetime.combine(calendar.first, datetime.time(), datetime.UTC)
    for each in calendar.deadlines:
        event = Event()
        event.add("uid", f"{_digest(calendar.agency, each)}@platelaw")
        event.add("dtstamp", stamp)
        event.add("dtstart", each.day)
        event.add("summary", f"{words(each.title)} ({each.kind.value})")
        who = [f"By the {each.who}"] if each.who else []
        event.add("description", "\n".join([*who, *_about(each), ADVICE]))
        event.add("transp", "TRANSPARENT")
        if remind is not None:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", each.title)
            alarm.add("trigger", -datetime.timedelta(days=remind))
            event.add_component(alarm)
        file.add_component(event)
    written: bytes = file.to_ical()
    return written


def _digest(agency: str, deadline: Deadline) -> str:
    told = "\0".join((agency, str(deadline.day), deadline.kind.name, deadline.rule, deadline.title))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
