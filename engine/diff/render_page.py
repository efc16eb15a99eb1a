"""A difference on one page, as text or as Markdown: each rule that turns answers, with a request."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from ..render_text import STATUS_WORDS
from .brief import request_line
from .changes import Change, Difference, Direction
from .grouping import Group
from .render_text import HEADS, headline, known
from .summary import Matter, Summary, Way, summary_of

WIDTH = 100
_HOW = (
    "Each request is the smallest that was found, decided anew on both sides by both evaluators; "
    "what its line leaves out is not stated, not claimed or ordinary."
)


def page_text(difference: Difference, changes: Sequence[Change]) -> str:
    """What changes, rule by rule, on one page."""
    return "\n".join(_text(difference, changes)) + "\n"


def page_markdown(difference: Difference, changes: Sequence[Change]) -> str:
    """The same for a review."""
    return "\n".join(_markdown(difference, changes)) + "\n"


def _text(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    summary = summary_of(difference, changes)
    yield from _wrapped(headline(difference, changes), "", "")
    for way in summary.ways:
        yield ""
        yield from _wrapped(_way_head(difference, way), "", "    ")
        for matter in way.matters:
            yield from _wrapped(matter.source, "", "    ")
            for group in matter.groups:
                yield from _wrapped(_group_head(group), "  ", "    ")
                yield from _wrapped(_request(group), "      ", "      ")
        if way.own:
            yield from _wrapped(f"Agencies' own rules: {_named(way.own)}", "", "    ")
    yield ""
    if summary.idle:
        yield from _wrapped(_idle(summary), "", "    ")
    for line in _end(difference, summary):
        yield from _wrapped(line, "", "")


def _way_head(difference: Difference, way: Way) -> str:
    steps = ", ".join(f"{count} {old.value} -> {new.value}" for old, new, count in way.steps)
    return f"{HEADS[way.direction].upper()} under {difference.new.name}: {steps}"


def _group_head(group: Group) -> str:
    whole = group.whole
    title = f"{group.rule.node.title} " if group.rule is not None else ""
    return f"{title}[{group.name}]: {', '.join(whole.acts)} of {whole.widest}"


def _request(group: Group) -> str:
    line = group.told
    step = f"{line.old.value} -> {line.new.value}"
    if line.witness is None:
        return f"{step}: the solver finds such requests; none could be written down"
    return f"{request_line(line.witness.request)}: {step}"


def _named(own: Sequence[Group]) -> str:
    """Agencies' own rules, with what each decides about."""
    return "; ".join(f"{group.by} ({', '.join(group.whole.acts)})" for group in own)


def _idle(summary: Summary) -> str:
    rules = [turned.new or turned.old for turned in summary.idle]
    told = "; ".join(
        f"{rule.node.title} [{turned.id}]" if rule is not None else turned.id
        for turned, rule in zip(summary.idle, rules, strict=True)
    )
    return f"Also new or gone, and by themselves turning no answer: {told}"


def _end(difference: Difference, summary: Summary) -> Iterator[str]:
    yield from known(difference)
    if summary.unwritten:
        count = summary.unwritten
        yield (
            f"Of {count} class{'es' if count > 1 else ''} no request could be written down: such "
            "a class may be empty, or of rows of a log alone."
        )
    if summary.ways:
        yield _HOW
    statuses = (f"{status}: {STATUS_WORDS[status]}" for status in summary.statuses)
    yield from ["; ".join(statuses)] if summary.statuses else []
    if summary.ways:
        yield "All answers of all rules: --full; every class as a request: --json."


def _wrapped(text: str, first: str, others: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=others,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


# Markdown ----------------------------------------------------------------------------------------


def _markdown(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    summary = summary_of(difference, changes)
    yield f"# {difference.old.name} to {difference.new.name}"
    yield ""
    yield headline(difference, changes)
    for way in summary.ways:
        yield ""
        yield f"## {HEADS[way.direction]}"
        yield ""
        yield f"{_way_head(difference, way)}."
        for matter in way.matters:
            yield from _matter(matter)
        if way.own:
            yield ""
            yield f"Agencies' own rules: {_named(way.own)}"
    if summary.idle:
        yield ""
        yield _idle(summary)
    yield ""
    yield from (f"- {line}" for line in _end(difference, summary))


def _matter(matter: Matter) -> Iterator[str]:
    yield ""
    yield f"**{matter.source}**"
    yield ""
    for group in matter.groups:
        whole = group.whole
        title = f"{group.rule.node.title} " if group.rule is not None else ""
        yield f"- {title}(`{group.name}`): {', '.join(whole.acts)} of {whole.widest}"
        yield f"  - {_request(group)}"
