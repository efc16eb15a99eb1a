"""A trace as text: reach first, then the doors, worst first, each with its path card."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterable, Iterator

from ...dsl import syntax as tree
from ..render_text import STATUS_WORDS, words
from .door import Completeness, Door, DoorClass, Hop, Reach, Trace
from .model import Custody, FlowMap, Guard, RelationKind
from .render_json import name_of

WIDTH = 100

CLASS_WORDS = {
    DoorClass.OPEN: "open: settings alone, every rule is kept",
    DoorClass.ONE: "one lie or broken promise",
    DoorClass.MORE: "two or more lies or broken promises",
    DoorClass.LAWFUL: "lawful once what is named is proven",
}
KIND_WORDS = {
    RelationKind.SHARES_QUERY: "may search the data of",
    RelationKind.SHARES_COPY: "gets copies from",
    RelationKind.ALERTS: "gets hits pushed by",
    RelationKind.JOINS: "holds, as a network, the data of",
    RelationKind.MEMBER_OF: "searches, as a member, what is in",
    RelationKind.HOSTS: "runs the system that holds the data of",
    RelationKind.VENDOR_ACCESS: "may look, as a vendor, into the data of",
    RelationKind.SELLS: "buys from",
    RelationKind.LEGAL_PROCESS: "gets, on a paper that a court signed, data of",
    RelationKind.RE_DISCLOSES: "is told by people at",
    RelationKind.SEARCHES_FOR: "has searches run for it by",
}
_GUARD_WORDS = {
    Guard.NONE: "nothing stands in the way",
    Guard.PAPER: "a rule on paper",
    Guard.CONTRACT: "a contract",
    Guard.KEYWORD_FILTER: "a keyword filter, which a reworded reason passes",
    Guard.TECHNICAL: "the rules are asked and the answer is enforced",
}


def trace_text(trace: Trace, flow_map: FlowMap, *, shown: int = 10, owners: int = 40) -> str:
    """The answer, with so many doors and owners at most."""
    return "\n".join(_lines(trace, flow_map, shown, owners)) + "\n"


def _lines(trace: Trace, flow_map: FlowMap, shown: int, owners: int) -> Iterator[str]:
    question = trace.question
    yield (
        f"Zone `{question.zone}`, purpose `{question.purpose}`, settings and law of "
        f"{question.day}; at most {question.hops} hops and {question.wrongs} wrongs."
    )
    yield ""
    yield from reach_lines(trace.reaches, flow_map, trace.completeness, owners)
    for number, door in enumerate(trace.doors[:shown], start=1):
        yield ""
        yield from door_lines(door, flow_map, number)
    if len(trace.doors) > shown:
        yield ""
        yield (
            f"{len(trace.doors) - shown:,} more of the doors found are not shown here; --show N "
            "shows more, --json and --html all."
        )
    yield ""
    yield from foot_lines(trace.completeness, trace.assumptions, trace.bounds)


def reach_lines(
    reaches: Iterable[Reach], flow_map: FlowMap, known: Completeness, most: int = 40
) -> Iterator[str]:
    """How many recipients each owner's data reach, by class, for the most exposed owners."""
    every = list(reaches)
    exposed = [reach for reach in every if reach.by_class]
    yield (
        f"Reach: {len(exposed)} of {len(every)} owners have a door to the zone (settings of "
        f"{known.settings_known:,} of {known.nodes:,} bodies known)."
    )
    classes = tuple(DoorClass)
    head = "".join(f"{klass.value:>7}" for klass in classes)
    yield f"  {'recipients reached, by class':<46}{head}"
    for reach in sorted(every, key=_exposure)[:most]:
        counts = "".join(f"{reach.by_class.get(klass, 0) or '-':>7}" for klass in classes)
        yield f"  {_short(name_of(flow_map, reach.owner), 45):<46}{counts}"
    if len(every) > most:
        rest = sorted(every, key=_exposure)[most:]
        open_ = sum(bool(reach.by_class) for reach in rest)
        yield f"  ... {open_:,} more owners with a door, {len(rest) - open_:,} without"
    for klass in classes:
        yield f"  {klass.value:>4}: {CLASS_WORDS[klass]}"


def _exposure(reach: Reach) -> tuple[int, ...]:
    """Orders owners by how many recipients they reach, the worst class first."""
    return tuple(-reach.by_class.get(klass, 0) for klass in DoorClass)


def door_lines(door: Door, flow_map: FlowMap, number: int | None = None) -> Iterator[str]:
    """One door with its path card."""
    head = f"{door.name.value} door, class {door.klass.value} ({CLASS_WORDS[door.klass]})"
    yield f"{f'{number}. ' if number else ''}{head[0].upper()}{head[1:]}"
    where = f"{name_of(flow_map, door.source)} -> {name_of(flow_map, door.sink)}"
    yield from wrapped(where, "   ")
    if door.because:
        yield from wrapped(f"A recipient because {door.because}.", "   ")
    if door.is_filter_only:
        yield "   Only a keyword filter stands in its way."
    for at, hop in enumerate(door.hops, start=1):
        yield from _hop_lines(hop, flow_map, at)
    if door.open_since:
        yield f"   Open since {door.open_since}, as far as starts are known."
    if door.volume is not None:
        yield f"   At most {door.volume:g} records in 90 days pass."
    yield "   Any one of these closes it:"
    for key in door.switches:
        yield from _closing_lines(key, flow_map)


def _hop_lines(hop: Hop, flow_map: FlowMap, at: int) -> Iterator[str]:
    target, source = name_of(flow_map, hop.target), name_of(flow_map, hop.source)
    yield from wrapped(f"{target} {KIND_WORDS[hop.kind]} {source}.", f"   {at}. ", "      ")
    if hop.outcome is None and hop.custody is Custody.LIVE:
        yield "      Access: the rules are asked about each search that is made with it."
    if hop.outcome is not None:
        said = f"Rules: {hop.outcome.value} ({hop.reason})"
        said += f" for {words(hop.act)} of these data for `{hop.true_purpose}`."
        yield from wrapped(said, "      ")
        if not hop.citations and hop.outcome is tree.Outcome.PERMIT:
            yield "        no rule of law in this library speaks against it"
        for cited in hop.citations:
            verb = "lets in" if hop.outcome is tree.Outcome.PERMIT else "binds"
            said = f"{cited.rule} {verb}: {cited.source} ({cited.status})"
            yield from wrapped(said, "        ", "          ")
    if hop.drifts:
        yield "      Here the purpose drifts: had for a lawful purpose, used for another."
    for wrong in hop.wrongs:
        hidden = "" if wrong.detectable else " Nobody can notice."
        yield from wrapped(f"{wrong.kind.value}: {wrong.words}.{hidden}", "      ", "        ")
    for way in hop.opens_if:
        yield from wrapped(f"opens if: {way}", "      ", "        ")
    evidence = hop.evidence
    seen = f", {evidence.day}" if evidence.day else ""
    known = f"Guard: {_GUARD_WORDS[hop.guard]}. Evidence: {evidence.level.value}{seen}"
    yield from wrapped(f"{known}{f' ({evidence.source})' if evidence.source else ''}.", "      ")


def _closing_lines(key: str, flow_map: FlowMap) -> Iterator[str]:
    switch = flow_map.switches[key]
    holder = name_of(flow_map, switch.holder)
    others = len(flow_map.by_switch.get(key, ())) - 1
    loss = "loss not measured" if switch.loss is None else f"loss {switch.loss:g} in 90 days"
    also = f"; it opens {others} other relation{'s' * (others != 1)} too" if others else ""
    act = switch.words or f"{switch.kind.value} {key}"
    yield from wrapped(f"{holder} closes: {act} ({loss}{also})", "     - ", "       ")


def foot_lines(
    known: Completeness, assumptions: Iterable[str], bounds: Iterable[str]
) -> Iterator[str]:
    """How much is known, and what was taken for granted."""
    yield "How complete the map is"
    levels = ", ".join(f"{count:,} {level}" for level, count in known.relations.items())
    yield (
        f"  {known.nodes:,} bodies, {known.settings_known:,} of which published their sharing, "
        f"{known.unresolved:,} not on file."
    )
    yield f"  Relations: {levels or 'none'}; evidence {_span(known.oldest, known.newest)}."
    yield "  What is not in the map is not known to be closed."
    yield "What was taken for granted"
    for text in assumptions:
        yield from wrapped(text, "  - ", "    ")
    for text in bounds:
        yield from wrapped(f"Cut short: {text}", "  - ", "    ")
    yield "How sure the wording of a citation is"
    for status in ("verified", "secondary", "unverified"):
        yield f"  {status}: {STATUS_WORDS[status]}"
    yield "platelaw informs counsel; it is not legal advice."


def _span(first: datetime.date | None, last: datetime.date | None) -> str:
    if first is None or last is None:
        return "without dates"
    return f"of {first}" if first == last else f"from {first} to {last}"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def wrapped(text: str, indent: str = "", then: str | None = None) -> list[str]:
    """A text in lines, the first by one indent and the others by another or the same."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent if then is None else then,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
