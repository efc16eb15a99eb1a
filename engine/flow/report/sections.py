"""The parts of a report that need no script: numbers, plan, scenarios, and what they rest on."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from html import escape

from ...markup import element, listed, paragraph, table
from ..door import DoorClass
from ..model import Level
from . import words
from .of_trace import classes
from .payload import known
from .view import PlanView, ReportData, ScenariosView


def headline(data: ReportData) -> str:
    """The doors shown by class, each number with how much of the map it is of."""
    found = classes(data)
    tiles = [
        element(
            "li",
            element("strong", f"{found[each]:,}"),
            element("span", escape(words.CLASSES[each])),
            class_=f"tile {_CSS[each]}",
        )
        for each in DoorClass
    ]
    beside = paragraph(f"Doors shown, by what must go wrong; {known(data)}.", "of")
    remarks = "".join(paragraph(each, "unproved") for each in data.remarks)
    return remarks + element("ul", *tiles, class_="tiles") + beside + _rests(data)


def _rests(data: ReportData) -> str:
    """What the numbers rest on, folded; below it stands again with all else."""
    if not data.assumptions and not data.bounds:
        return ""
    told = words.counted(len(data.assumptions), "assumption")
    if data.bounds:
        told += f" and {words.counted(len(data.bounds), 'bound')}"
    return element(
        "details",
        element("summary", escape(f"These numbers rest on {told}")),
        listed((*data.assumptions, *data.bounds)),
        class_="of",
    )


_CSS = {
    DoorClass.OPEN: "open", DoorClass.ONE: "one", DoorClass.MORE: "more",
    DoorClass.LAWFUL: "lawful",
}  # fmt: skip


def plan_section(data: ReportData) -> str:
    """What closes the doors and its price, if that was asked."""
    if data.plan is None:
        return ""
    return _section("plan", "What closes them, and its price", _plan(data.plan), data)


def sections(data: ReportData) -> str:
    """Everything below the doors, in the order in which it is read."""
    parts: list[str] = []
    if data.scenarios is not None:
        parts.append(_section("scenarios", "What if", _scenarios(data.scenarios), data))
    parts.append(_section("reach", "How far each owner's data get", _reach(data), data))
    parts.append(_section("rests-on", "What this rests on", _rests_on(data)))
    return "".join(parts)


def _section(place: str, title: str, content: str, data: ReportData | None = None) -> str:
    beside = paragraph(known(data) + ".", "of") if data else ""
    head = element("h2", escape(title), id=f"{place}-title")
    return element("section", head, beside, content, id=place, aria_labelledby=f"{place}-title")


def _reach(data: ReportData) -> str:
    far = sorted(
        data.reaches, key=lambda reach: [-dict(reach.by_class).get(k, 0) for k in DoorClass]
    )
    rows = [
        (
            data.bodies[reach.owner].name,
            *(_count(dict(reach.by_class).get(each, 0)) for each in DoorClass),
            "-" if reach.fewest_hops is None else str(reach.fewest_hops),
        )
        for reach in far
    ]
    columns = ("owner", *(words.SHORT_CLASSES[each] for each in DoorClass), "fewest hops")
    return table("Recipients by the least that must go wrong on a door to each", columns, rows)


def _count(number: int) -> str:
    return f"{number:,}" if number else "-"


def _plan(view: PlanView) -> str:
    """The plan that closes the doors."""
    parts = [
        paragraph(view.asked),
        paragraph(view.proof, "proved" if view.is_proved else "unproved"),
        paragraph(f"Price of the whole plan: {view.loss}.", "price"),
    ]
    if view.uncuttable:
        parts.append(paragraph("No switch allowed closes this walk:"))
        parts.append(element("ol", *(element("li", escape(hop)) for hop in view.uncuttable)))
    if view.steps:
        parts.append(_steps(view))
    if view.before:
        before, after = dict(view.before), dict(view.after)
        rows = [
            (words.CLASSES[each], _count(before.get(each, 0)), _count(after.get(each, 0)))
            for each in DoorClass
        ]
        parts.append(
            table("Pairs of owner and recipient", ("with a door", "before", "after"), rows)
        )
    if view.others:
        parts.append(table("The next best plans", ("closes", "price"), view.others))
    if view.frontier:
        parts.append(table("What is left against price", ("left", "price"), view.frontier))
    if view.notes:
        parts.append(listed(view.notes))
    if view.draft:
        parts.append(
            element("details", element("summary", "The change as a draft"),
                    element("pre", escape(view.draft)))
        )  # fmt: skip
    return "".join(parts)


def _steps(view: PlanView) -> str:
    phased = any(step.phase for step in view.steps)
    counted = any(step.pairs is not None for step in view.steps)
    columns = ("close", "who can", "price", *(["pairs open if it stays on"] * counted),
               *(["phase"] * phased))  # fmt: skip
    rows = [
        (
            step.act, step.holder, step.loss,
            *(["-" if step.pairs is None else f"{step.pairs:,}"] * counted),
            *([step.phase or "-"] * phased),
        )
        for step in view.steps
    ]  # fmt: skip
    return table(f"The plan: {words.counted(len(view.steps), 'switch', 'switches')}", columns, rows)


def _scenarios(view: ScenariosView) -> str:
    """The comparison of scenarios."""
    tables = [table(each.caption, each.columns, each.rows) for each in view.tables]
    return "".join(tables) + (listed(view.notes) if view.notes else "")


# What it rests on -------------------------------------------------------------------------------


def _rests_on(data: ReportData) -> str:
    whole = data.completeness
    parts = [
        element("h3", "How complete the map is"),
        table("Known and not known", ("of the map", "count"), _completeness(data)),
        paragraph(f"Evidence from {_day(whole.oldest)} to {_day(whole.newest)}."),
        element("h3", "What was taken for granted"),
        listed(data.assumptions) if data.assumptions else paragraph("Nothing."),
        element("h3", "What was cut short"),
        listed((f"Searched: {data.limits}.", *data.bounds)),
        element("h3", "Rules, and how sure their wording is"),
        _citations(data),
        element("h3", "What the map was made from"),
        table("Sources", ("source", "from", "as of", "note"), [
            (each.name, each.origin or "-", _day(each.day), each.note or "-")
            for each in data.sources
        ]) if data.sources else paragraph("The map names no source."),
    ]  # fmt: skip
    return "".join(parts)


def _day(day: datetime.date | None) -> str:
    return "no known day" if day is None else day.isoformat()


def _completeness(data: ReportData) -> Iterator[tuple[str, str]]:
    whole = data.completeness
    yield "bodies", f"{whole.nodes:,}"
    yield "bodies whose settings were seen", f"{whole.settings_known:,}"
    yield "names that no body on file was found for", f"{whole.unresolved:,}"
    for level in Level:
        if level.value in whole.relations:
            yield f"relations {words.LEVELS[level]}", f"{whole.relations[level.value]:,}"


def _citations(data: ReportData) -> str:
    """Every rule that decides a hop shown, the least sure first."""
    found: Counter[tuple[str, str, str]] = Counter()
    for door in data.doors:
        cited = {
            (each.status, each.title, each.source)
            for hop in door.hops
            for each in data.hops[hop].citations
        }
        found.update(cited)
    if not found:
        return paragraph("No rule decides a hop of the doors shown.")
    rows = [
        (title, source, status, f"{count:,}")
        for (status, title, source), count in sorted(found.items())
    ]
    columns = ("rule", "source", "wording", "doors")
    return table("Only wording that is verified was compared with the enacted text", columns, rows)
