"""A report's comparison of scenarios from a simulation."""

from __future__ import annotations

from collections.abc import Iterator

from ..door import DoorClass
from ..model import FlowMap
from ..scenario.simulating import Outcome, Simulation, exposed, reached
from . import words
from .view import ScenariosView, TableView

_AS_IT_IS = "as it is"
_LOSERS = 10  # agencies that lose most, listed for each scenario


def scenarios_view(simulation: Simulation, flow_map: FlowMap) -> ScenariosView:
    """What a report shows of scenarios."""
    tables = [_left(simulation), _moved(simulation)]
    losers = tuple(_losers(simulation, flow_map))
    if losers:
        columns = ("scenario", "agency", "lawful sharing lost")
        tables.append(TableView("Who loses most lawful sharing", columns, losers))
    return ScenariosView(tuple(tables), tuple(_notes(simulation)))


def _left(simulation: Simulation) -> TableView:
    """The doors that are left, by scenario, that first which leaves least."""
    rows = [(_AS_IT_IS, simulation.before)]
    rows += [(each.scenario.name, each.trace) for each in simulation.ranked()]
    return TableView(
        "Pairs of owner and recipient by the least that must go wrong",
        ("scenario", *(words.SHORT_CLASSES[each] for each in DoorClass), "owners exposed"),
        tuple(
            (
                name,
                *(f"{reached(trace)[each]:,}" for each in DoorClass),
                f"{exposed(trace):,} of {len(trace.reaches):,}",
            )
            for name, trace in rows
        ),
    )


def _moved(simulation: Simulation) -> TableView:
    """What each scenario opens, closes and costs."""
    return TableView(
        "Doors shown that open and close, and the lawful sharing that is lost",
        ("scenario", "opened", "closed", "of another class", "lawful sharing lost",
         "records in 90 days"),
        tuple(_row(each) for each in simulation.ranked()),
    )  # fmt: skip


def _row(outcome: Outcome) -> tuple[str, ...]:
    difference, loss = outcome.difference, outcome.loss
    unmeasured = f", {loss.unmeasured:,} pairs not measured" if loss.unmeasured else ""
    return (
        outcome.scenario.name,
        f"{len(difference.opened):,}",
        f"{len(difference.closed):,}",
        f"{len(difference.changed):,}",
        words.counted(len(loss.lost), "pair"),
        f"{loss.volume:,.0f}{unmeasured}",
    )


def _losers(simulation: Simulation, flow_map: FlowMap) -> Iterator[tuple[str, str, str]]:
    for outcome in simulation.ranked():
        for key, count in outcome.loss.by_requester().most_common(_LOSERS):
            yield outcome.scenario.name, flow_map.nodes[key].name, words.counted(count, "owner")


def _notes(simulation: Simulation) -> Iterator[str]:
    for outcome in simulation.ranked():
        if outcome.scenario.words:
            yield f"{outcome.scenario.name}: {outcome.scenario.words}"
        yield from (
            f"{outcome.scenario.name}: {idle}, changes nothing: it is so already"
            for idle in outcome.idle
        )
        if outcome.residues:
            kept = words.counted(len(outcome.residues), "body keeps", "bodies keep")
            yield f"{outcome.scenario.name}: {kept} data taken before it."
