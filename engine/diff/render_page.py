"""A difference on one page, as text or Markdown: each rule that turns answers, with a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..render_text import STATUS_WORDS
from .brief import request_line
from .changes import Change, Difference
from .grouping import Group
from .render_text import headline, known, way_named
from .summary import Matter, Summary, Way, summary_of
from .wrapping import WIDTH, wrapped

MOST_DOUBTS = 3
_HOW = (
    "PERMIT: it may proceed. HOLD: it waits for a fact or a person. DENY: it may not proceed. Each "
    "request is the smallest found, decided anew on both sides; what its line does not name is as "
    "usual, not stated, or not claimed. --full: each answer of each rule; --json: each class."
)


def page_text(difference: Difference, changes: Sequence[Change]) -> str:
    """What changes, rule by rule, on one page."""
    return "\n".join(_text(difference, changes)) + "\n"


def page_markdown(difference: Difference, changes: Sequence[Change]) -> str:
    """The same for a review."""
    return "\n".join(_markdown(difference, changes)) + "\n"


def _text(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    summary = summary_of(difference, changes)
    yield from wrapped(_head(difference, changes, summary), "", "")
    for way in summary.ways:
        yield ""
        yield from wrapped(_way_head(difference, way).upper(), "", "    ")
        for matter in way.matters:
            alone = len(matter.groups) == 1
            if not alone:
                yield matter.source
            for group in matter.groups:
                before = f"{matter.source}: " if alone and matter.source else ""
                head = f"{before}{_group_head(group, summary)}"
                yield from _rule(head, _request(group, summary), "" if alone else "  ")
        if way.beside:
            yield from wrapped(f"{_beside_head(way, summary)}:", "", "    ")
            yield from wrapped(_beside(way), "    ", "    ")
        if way.own:
            yield from wrapped(f"Agencies' own rules: {_named(way.own)}", "", "    ")
    yield ""
    if summary.idle:
        yield from wrapped(_idle(summary), "", "    ")
    for line in _end(difference, summary):
        yield from wrapped(line, "", "    ")


def _rule(head: str, request: str, indent: str) -> Iterator[str]:
    """A rule and its request: on lines of their own where the rule fits one."""
    if len(f"{indent}{head}") > WIDTH:
        yield from wrapped(f"{head}. {request}", indent, "    ")
        return
    yield f"{indent}{head}"
    yield from wrapped(request, "    ", "      ")


def _head(difference: Difference, changes: Sequence[Change], summary: Summary) -> str:
    said = headline(difference, changes)
    usual = f" Where a line names no data, {summary.usual} are meant." if summary.usual else ""
    return f"{said}{usual}"


def _way_head(difference: Difference, way: Way) -> str:
    steps = ", ".join(f"{count} {old.value} -> {new.value}" for old, new, count in way.steps)
    return f"{way_named(difference, way.direction)}: {steps}"


def _group_head(group: Group, summary: Summary) -> str:
    title = f"{group.rule.node.title} " if group.rule is not None else ""
    return f"{title}[{group.name}]: {_acts(group, summary)}"


def _acts(group: Group, summary: Summary) -> str:
    whole = group.whole
    data = "" if whole.widest == summary.usual else f" of {whole.widest}"
    return f"{', '.join(whole.acts)}{data}"


def _request(group: Group, summary: Summary) -> str:
    line = group.told
    step = f"{line.old.value} -> {line.new.value}"
    if line.witness is None:
        return f"{step}: the solver finds such requests; none could be written down"
    return f"{step}: {request_line(line.witness.request, summary.usual, summary.owner)}"


def _beside_head(way: Way, summary: Summary) -> str:
    """What many rules about other acts change, and how each is shown."""
    found = [group for matter in way.beside for group in matter.groups]
    what = dict.fromkeys(_acts(group, summary) for group in found)
    steps = dict.fromkeys(f"{g.told.old.value} -> {g.told.new.value}" for g in found)
    told = f"{', '.join(steps)} also for {', '.join(what)}"
    return f"{told} (--only NAME shows each with a request), by"


def _beside(way: Way) -> str:
    """Rules about other acts by their names, by what they cite."""
    return "; ".join(f"{matter.source}: {', '.join(g.name for g in matter.groups)}"
                     for matter in way.beside)  # fmt: skip


def _named(own: Sequence[Group]) -> str:
    """Agencies' own rules by their ids."""
    return ", ".join(group.by for group in own)


def _idle(summary: Summary) -> str:
    rules = [turned.new or turned.old for turned in summary.idle]
    titles = dict.fromkeys(rule.node.title for rule in rules if rule is not None)
    return f"Rules new, gone or changed, and by themselves turning no answer: {'; '.join(titles)}."


def _end(difference: Difference, summary: Summary) -> Iterator[str]:
    yield from _apart(difference)
    yield from known(difference, MOST_DOUBTS)
    if summary.unwritten:
        count = summary.unwritten
        yield (
            f"For {count} class{'es' if count > 1 else ''} no request could be written down: such "
            "a class may be empty, or hold searches of a log alone."
        )
    if summary.ways:
        yield _HOW
    statuses = (f"{status}: {STATUS_WORDS[status]}" for status in summary.statuses)
    yield from [f"{'. '.join(statuses)}."] if summary.statuses else []


def _apart(difference: Difference) -> Iterator[str]:
    """Of two owners: who stands for whom, and what has no counterpart."""
    apart = difference.apart
    if apart is None:
        return
    yield (
        f"Under {difference.new.name} the owner is {apart.other}, and bodies of both governments "
        "change places. A rule of the one law under the other follows its own officers there."
    )
    for side, words in ((difference.old, apart.old), (difference.new, apart.new)):
        yield from [f"No counterpart of {side.name}'s {', '.join(words)}."] if words else []


# Markdown ----------------------------------------------------------------------------------------


def _markdown(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    summary = summary_of(difference, changes)
    yield f"# {difference.old.name} to {difference.new.name}"
    yield ""
    yield _head(difference, changes, summary)
    for way in summary.ways:
        yield ""
        yield f"## {_way_head(difference, way)}"
        for matter in way.matters:
            yield from _matter(matter, summary)
        if way.beside:
            yield ""
            yield f"{_beside_head(way, summary)}: {_beside(way)}"
        if way.own:
            yield ""
            yield f"Agencies' own rules: {_named(way.own)}"
    if summary.idle:
        yield ""
        yield _idle(summary)
    yield ""
    yield from (f"- {line.strip()}" for line in _end(difference, summary))


def _matter(matter: Matter, summary: Summary) -> Iterator[str]:
    yield ""
    if matter.source:
        yield f"**{matter.source}**"
        yield ""
    for group in matter.groups:
        yield f"- {_group_head(group, summary)}"
        yield f"  - {_request(group, summary)}"
