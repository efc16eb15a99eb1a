"""What the commands about maps share: reading the map, the question, and the tracer."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.flow.arrays.place import is_snapshot
from ..engine.flow.door import Completeness, Question, Reach, Trace
from ..engine.flow.example import EXAMPLES, REAL, example_map
from ..engine.flow.files.faults import MapError
from ..engine.flow.files.reading import read_map
from ..engine.flow.importing.assuming import (
    Assumption,
    mark_of,
    named,
    shipped_assumptions,
    with_assumptions,
)
from ..engine.flow.model import FlowMap, RelationKind
from ..engine.flow.owners import NoOwnerError, find_owners, owners_that_bar
from ..engine.flow.tracing import Tracer
from ..engine.flow.zones import QuestionError, ZoneError, Zones, read_zones, shipped_zones
from .bodies import body_from
from .common import engine_from, registry_from, stop
from .day import Day
from .progress import counted

if TYPE_CHECKING:
    from ..engine.flow.wide import WideMap

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asked:
    """What every command about doors is given.

    Attributes:
        map: The map with what is assumed.
        engine: Asked about every hop.
        zones: The zones that may be asked about.
        question: What is asked.
        trusts_switches: Whether a switch that is on is taken as its owner's permission.
        as_if: The body by whose law every owner's data are judged; blank for each owner's own.
        reaches: What was counted beforehand on a map of arrays; empty for any other.
        bounds: What was cut short there, in words.
        completeness: How much of a map of arrays is known; None for any other.
    """

    map: FlowMap
    engine: Engine
    zones: Zones
    question: Question
    trusts_switches: bool
    as_if: str
    reaches: tuple[Reach, ...] = ()
    bounds: tuple[str, ...] = ()
    completeness: Completeness | None = None

    def told(self, trace: Trace) -> Trace:
        """A trace with what was counted beforehand and what was cut short."""
        return replace(
            trace,
            reaches=self.reaches or trace.reaches,
            bounds=(*trace.bounds, *self.bounds),
            completeness=self.completeness or trace.completeness,
        )

    def tracer(self) -> Tracer:
        """What answers."""
        return Tracer(self.map, self.engine, self.zones, self.trusts_switches, self.as_if)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What stands at the head of a report on it."""
        found: list[str] = []
        if self.as_if:
            found.append(
                f"Simulated: everybody's data are judged as if those of {self.as_if}. What that "
                "law does not permit counts as no loss; these agencies' own law may permit it."
            )
        if self.engine.with_proposed:
            found.append("Simulated: bills that were not adopted take part.")
        return tuple(found)

    def tell_remarks(self) -> None:
        """Print them, ahead of the text of an answer."""
        for remark in self.remarks:
            click.echo(click.style(remark, bold=True))


def map_option(command: Command) -> Command:
    """The map: a file, a folder or the shipped example."""
    for add in (
        click.option(
            "--example",
            is_flag=False,
            flag_value=REAL,
            type=click.Choice(list(EXAMPLES)),
            help="Use a map that is shipped: `portals`, real public lists, if no name follows; "
            "`worked`, an illustration with every kind of door.",
        ),
        click.argument("place", required=False, metavar="[MAP]", type=click.Path(path_type=Path)),
    ):
        command = add(command)
    return command


def question_options(command: Command) -> Command:
    """What is asked of the map."""
    for add in reversed((
        click.option(
            "--owner", "owners", multiple=True, metavar="OWNER",
            help="Whose data: a key of the map or registry, an ORI, or a name; may be repeated.",
        ),
        click.option(
            "--state", "states", multiple=True, metavar="CODE",
            help="The data of every agency of a government that shares; may be repeated.",
        ),
        click.option(
            "--as-if-owner", "as_if", metavar="KEY",
            help="Judge everybody's data as if they were those of this agency (simulated).",
        ),
        click.option("--zone", default="immigration", show_default=True,
                     help="The recipients asked about."),
        click.option("--zones", "zones_file", type=click.Path(path_type=Path),
                     help="A file of zones of one's own instead of those that are shipped."),
        click.option("--purpose", default="", help="Another purpose than the zone's."),
        click.option(
            "--on", "day", type=Day(), metavar="DATE",
            help="The day of the law and of the settings; today if not said.",
        ),
        click.option("--hops", type=click.IntRange(1, 12), default=3, show_default=True,
                     help="The most hops of a door."),
        click.option("--wrongs", type=click.IntRange(0, 6), default=2, show_default=True,
                     help="The most lies and broken promises of a door."),
        click.option("--doors", type=click.IntRange(1, 1000), default=5, show_default=True,
                     help="The most doors shown for one owner."),
        click.option("--assume", "with_", multiple=True, metavar="NAME",
                     help="Make an assumption that is not made by default; `platelaw flow show` "
                     "lists them."),
        click.option("--no-assume", "without", multiple=True, metavar="NAME",
                     help="Do not make an assumption; `switch-is-ground` is one too."),
        click.option("--proposed", is_flag=True,
                     help="Let proposed law count (simulation)."),
    )):  # fmt: skip
        command = add(command)
    return command


html_option = click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE",
    help="Write the answer as one self-contained page too.",
)  # fmt: skip

GROUND = "switch-is-ground"


def asked(
    place: Path | None,
    *,
    example: str | None,
    owners: Iterable[str],
    states: Iterable[str],
    as_if: str | None,
    zone: str,
    zones_file: Path | None,
    purpose: str,
    day: datetime.datetime | None,
    hops: int,
    wrongs: int,
    doors: int,
    with_: tuple[str, ...],
    without: tuple[str, ...],
    proposed: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> Asked:
    """The map, the engine and the question that the options of a command name."""
    registry = registry_from(registry_folder)
    wide = (
        wide_from(place) if place is not None and example is None and is_snapshot(place) else None
    )
    if wide is not None:
        registry = registry.with_bodies(wide.bodies)
        flow_map = wide.without_relations
    else:
        chosen = chosen_assumptions(with_, without)
        flow_map = with_assumptions(map_from(place, example=example), chosen, registry)
    engine = engine_from(places, registry, cache, proposed=proposed)
    zones = zones_from(zones_file)
    if zone not in zones.zones:
        stop(f"no zone is called `{zone}`", f"there are: {', '.join(sorted(zones.zones))}")
    body = body_from(registry, as_if) if as_if else None
    purpose = purpose or zones.zones[zone].purpose
    every = engine.library.vocabularies.values()
    if not any(purpose in words.kinds.by_name for words in every):
        stop(f"`{purpose}` is no kind of purpose", "the vocabularies of the library list them")
    sharing = flow_map.outgoing if wide is None else wide.sharing
    try:
        found = find_owners(flow_map, registry, owners, states, sharing)
        if not found:
            found = owners_that_bar(flow_map, engine.library, purpose, sharing)
            click.echo(
                f"note: nobody's data are named, so those of the {len(found)} bodies that publicly "
                f"call `{purpose}` off limits are traced",
                err=True,
            )
    except NoOwnerError as fault:
        stop(str(fault), fault.help)
    on = day.date() if day else datetime.datetime.now().astimezone().date()
    question = Question(purpose, zone, on, found, hops, wrongs, doors)
    simple = Asked(
        flow_map, engine, zones, question, GROUND not in without, body.key if body else ""
    )
    return simple if wide is None else _part(simple, wide, chosen_assumptions(with_, without))


def _part(ask: Asked, wide: WideMap, assumptions: Iterable[Assumption]) -> Asked:
    """What is asked, on the part of a map of arrays on which doors lie."""
    from ..engine.flow.wide_question import part_of

    favors = (each for each in assumptions if each.along is RelationKind.SHARES_QUERY)
    helpers = next((mark_of(each) for each in favors), None)
    try:
        with counted(ask.question.owners, "owners counted") as progress:
            part = part_of(
                wide, ask.engine, ask.zones, ask.question, switch_is_ground=ask.trusts_switches,
                as_if=ask.as_if, helpers=helpers, progress=progress,
            )  # fmt: skip
    except QuestionError as fault:
        stop(str(fault))
    return replace(
        ask, map=part.map, reaches=part.reaches, bounds=part.bounds,
        completeness=wide.completeness,
    )  # fmt: skip


def wide_from(place: Path) -> WideMap:
    """The map of arrays of a folder; what reads it is loaded for such a map alone."""
    from ..engine.flow.arrays.snapshot import SnapshotError
    from ..engine.flow.wide_files import read_wide

    try:
        return read_wide(place)
    except SnapshotError as fault:
        stop(str(fault))


def map_from(place: Path | None, *, example: str | None) -> FlowMap:
    """The map of a path, or a shipped one."""
    if (example is None) == (place is None):
        stop(
            "name one map",
            "give a file or folder, --example for real lists, or --example worked for an "
            "illustration",
        )
    try:
        return read_map(place) if place is not None else example_map(example or REAL)
    except MapError as fault:
        stop(str(fault))


def zones_from(file: Path | None) -> Zones:
    """The zones of a file, or the shipped ones."""
    try:
        return read_zones(file) if file else shipped_zones()
    except ZoneError as fault:
        stop(str(fault))


def chosen_assumptions(with_: tuple[str, ...], without: tuple[str, ...]) -> tuple[Assumption, ...]:
    """The assumptions that are made."""
    try:
        return named(with_, tuple(name for name in without if name != GROUND))
    except KeyError as fault:
        known = ", ".join((*(each.name for each in shipped_assumptions()), GROUND))
        stop(f"no assumption is called `{fault.args[0]}`", f"there are: {known}")


@contextmanager
def reports_told() -> Generator[None]:
    """Ends with the words of a report that cannot be written."""
    from ..engine.flow.report import ReportError

    try:
        yield
    except ReportError as fault:
        stop(str(fault))
