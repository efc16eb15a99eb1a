"""A simulation as text: the scenarios side by side, then what each one changes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import islice

from ..door import Door, DoorClass, Trace
from ..model import Custody, FlowMap
from ..render_json import name_of
from ..render_text import CLASS_WORDS, foot_lines, wrapped
from ..residual import Residue
from .comparing import Difference
from .lawful import Loss
from .simulating import Outcome, Simulation, exposed, reached

_SHOWN = 8  # lines of one kind
_HELD = {
    Custody.COPY: "a copy",
    Custody.HAND: "what was found or told",
    Custody.LIVE: "access to another's copy",
}


def simulation_text(simulation: Simulation, flow_map: FlowMap) -> str:
    """The whole answer.

    Args:
        simulation: The answer.
        flow_map: The map before.
    """
    return "\n".join(_lines(simulation, flow_map)) + "\n"


def _lines(simulation: Simulation, flow_map: FlowMap) -> Iterator[str]:
    before = simulation.before
    question = before.question
    yield (
        f"Simulated. Zone `{question.zone}`, purpose `{question.purpose}`, settings and law of "
        f"{question.day}; {_counted(len(question.owners), 'owner')}, at most {question.hops} hops "
        f"and {question.wrongs} wrongs."
    )
    yield ""
    yield from _table(simulation)
    for outcome in simulation.ranked():
        yield ""
        yield from _outcome_lines(outcome, flow_map)
    yield ""
    yield from foot_lines(simulation.completeness, before.assumptions, before.bounds)


def _table(simulation: Simulation) -> Iterator[str]:
    """A line for each scenario, that which leaves least first."""
    classes = "".join(f"{klass.value:>6}" for klass in DoorClass)
    yield f"{'recipients reached, by class':<34}{classes}  exposed  opened closed other  lost"
    yield f"{'as it is':<34}{_counts(simulation.before)}"
    for outcome in simulation.ranked():
        d = outcome.difference
        doors = f"{len(d.opened):>8}{len(d.closed):>7}{len(d.changed):>6}"
        name = textwrap.shorten(outcome.scenario.name, 33, placeholder="...")
        yield f"{name:<34}{_counts(outcome.trace)}{doors}  {_lost(outcome.loss)}"
    for klass in DoorClass:
        yield f"  {klass.value:>4}: {CLASS_WORDS[klass]}"
    yield "  Reached: pairs of an owner and a recipient, each under its least class."
    yield "  Exposed: owners with a door of class 0, 1 or 2+."
    yield "  Opened, closed, other: doors shown; other take something else than before."
    yield "  Lost: pairs of an owner and a requester that the rules permitted for an ordinary"
    yield "  purpose; records of 90 days as far as measured."


def _counts(trace: Trace) -> str:
    counts = reached(trace)
    return "".join(f"{counts[klass] or '-':>6}" for klass in DoorClass) + f"{exposed(trace):>9}"


def _lost(loss: Loss) -> str:
    if not loss.lost:
        return "none"
    records = f", {loss.volume:g} records" if loss.volume else ""
    unknown = f", {loss.unmeasured} not measured" if loss.unmeasured else ""
    return f"{len(loss.lost)}{records}{unknown}"


# One scenario -------------------------------------------------------------------------------


def _outcome_lines(outcome: Outcome, flow_map: FlowMap) -> Iterator[str]:
    scenario = outcome.scenario
    yield f"{scenario.name}{f': {scenario.words}' if scenario.words else ''}"
    for change in scenario.changes:
        yield from wrapped(f"- {change.words}", "  ", "    ")
    for words in outcome.idle:
        yield from wrapped(f"Changes nothing, it is so already: {words}.", "  ", "    ")
    yield from difference_lines(outcome.difference, flow_map, outcome.after)
    yield from _loss_lines(outcome.loss, flow_map)
    yield from _residue_lines(outcome.residues, outcome.after)
    for text in outcome.trace.bounds:
        yield from wrapped(f"Cut short: {text}", "  ", "    ")


def difference_lines(difference: Difference, before: FlowMap, after: FlowMap) -> Iterator[str]:
    """What differs, owner by owner."""
    if difference.is_none:
        yield "  No door differs."
        return
    for reach in islice((r for r in difference.reaches if not r.is_none), _SHOWN):
        counts = "; ".join(
            f"class {klass.value}: {reach.before.get(klass, 0)} to {reach.after.get(klass, 0)}"
            for klass in DoorClass
            if reach.before.get(klass, 0) != reach.after.get(klass, 0)
        )
        yield from wrapped(f"{name_of(after, reach.owner)} reaches {counts}.", "  ", "    ")
    yield from _door_lines("opened", difference.opened, after)
    yield from _door_lines("closed", difference.closed, before)
    for old, new in islice(difference.changed, _SHOWN):
        was = f"class {old.klass.value} to {new.klass.value}"
        yield from wrapped(f"{was}: {walk_words(new, after)}", "  ", "    ")
    yield from _more(len(difference.changed))


def _door_lines(what: str, doors: tuple[Door, ...], flow_map: FlowMap) -> Iterator[str]:
    for door in islice(doors, _SHOWN):
        words = f"{what}, class {door.klass.value}, {door.name.value}: {walk_words(door, flow_map)}"
        yield from wrapped(words, "  ", "    ")
    yield from _more(len(doors))


def walk_words(door: Door, flow_map: FlowMap) -> str:
    """A door as its nodes, with how the data get on."""
    steps = (f"-{hop.kind.value}-> {name_of(flow_map, hop.target)}" for hop in door.hops)
    return " ".join((name_of(flow_map, door.source), *steps))


def _loss_lines(loss: Loss, flow_map: FlowMap) -> Iterator[str]:
    for who, what, counts in (
        ("owner", "with less lawful sharing", loss.by_owner()),
        ("requester", "with fewer lawful searches or copies", loss.by_requester()),
    ):
        if counts:
            most = counts.most_common(_SHOWN)
            names = ", ".join(f"{name_of(flow_map, key)} {count}" for key, count in most)
            more = f" and {len(counts) - _SHOWN} more" if len(counts) > _SHOWN else ""
            words = f"{_counted(len(counts), who)} {what}: {names}{more}."
            yield from wrapped(words, "  ", "    ")
    if loss.gained:
        pairs = _counted(len(loss.gained), "pair")
        yield f"  New lawful sharing: {pairs} of an owner and a requester."


def _residue_lines(residues: tuple[Residue, ...], flow_map: FlowMap) -> Iterator[str]:
    """Who keeps what was taken before, those without an end first."""
    if not residues:
        return
    yield "  Taken before, and where it can still be (an upper bound, whatever the rules say):"
    ranked = sorted(residues, key=_latest_first)
    for each in islice(ranked, _SHOWN):
        owner, holder = name_of(flow_map, each.owner), name_of(flow_map, each.holder)
        came = f", from {each.arrives}" if each.arrives else ""
        words = (
            f"{holder} has {_HELD[each.custody]} of data of {owner}{came} {_end(each, flow_map)}"
        )
        yield from wrapped(words, "    ", "      ")
    yield from _more(len(ranked))


def _latest_first(residue: Residue) -> tuple[int, str, str]:
    last = residue.until.toordinal() if residue.until else 10_000_000
    return -last, residue.owner, residue.holder


def _end(residue: Residue, flow_map: FlowMap) -> str:
    if residue.until is None:
        whose = ", ".join(name_of(flow_map, key) for key in residue.unknown)
        return f"without a known end: no retention is on file of {whose}."
    more = "; later if it is passed on once more" if residue.grows else ""
    return f"until {residue.until}{more}."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _more(count: int) -> Iterable[str]:
    return [f"  and {count - _SHOWN} more"] if count > _SHOWN else []
