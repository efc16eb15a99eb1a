"""A difference in words, as text or as Markdown for a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..proving.render import request_told
from ..render_text import STATUS_WORDS
from .changes import Change, Difference, Direction, Witness
from .grouping import Group, groups, source_of
from .wrapping import wrapped

_HEADS = {
    Direction.LOOSENED: "More permissive",
    Direction.TIGHTENED: "Less permissive",
}


def difference_text(difference: Difference, changes: Sequence[Change]) -> str:
    """What changes, rule by rule, with a request for every old and new answer.

    Args:
        difference: What was found.
        changes: The classes to tell.
    """
    return "\n".join(_blocks(difference, changes)) + "\n"


def _blocks(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    yield headline(difference, changes)
    last: Direction | None = None
    for group in groups(difference, changes):
        if group.direction is not last:
            last = group.direction
            yield ""
            yield way_named(difference, last)
        yield ""
        yield from _group(difference, group)
    yield from _idle(difference)
    yield ""
    yield from known(difference)
    yield from _legend(difference, changes)


def way_named(difference: Difference, direction: Direction) -> str:
    """What became milder, or stricter; of two owners, what only one may allow."""
    if difference.apart is None:
        return f"{_HEADS[direction]} under {difference.new.name}"
    only = difference.old if direction is Direction.TIGHTENED else difference.new
    return f"Only {only.name} allows"


def headline(difference: Difference, changes: Sequence[Change]) -> str:
    """How much changes, in one sentence."""
    old, new = difference.old.name, difference.new.name
    if not changes:
        known = "perhaps no" if difference.doubts else "no"
        return f"Between {old} and {new} {known} request changes its answer."
    if difference.apart is not None:
        return _of_two_owners(difference, changes)
    looser = sum(change.direction is Direction.LOOSENED for change in changes)
    return (
        f"Between {old} and {new} requests of {len(changes)} classes change their answer: "
        f"{looser} more permissive, {len(changes) - looser} less. A class is one act, on data that "
        "the rules treat alike, with one answer before and one after, by one rule."
    )


def _of_two_owners(difference: Difference, changes: Sequence[Change]) -> str:
    old, new, apart = difference.old, difference.new, difference.apart
    assert apart is not None, "two owners are compared"
    stricter = sum(change.direction is Direction.TIGHTENED for change in changes)
    one, other = old.name, new.name
    return (
        f"Of requests to {apart.owner} on {old.day}, under the law for {one} and under that for "
        f"{other}, {stricter} classes only {one} allows, {len(changes) - stricter} only {other}. "
        "The other law denies or holds them, by the rule that is named; an arrow leads from "
        f"{one} to {other}."
    )


def _group(difference: Difference, group: Group) -> Iterator[str]:
    title = f'  "{group.rule.node.title}"' if group.rule is not None else ""
    yield f"{group.by}{title}"
    if group.rule is not None:
        yield from wrapped(source_of(group.rule), "  ", "      ")
    for line in group.lines:
        head = f"{line.old.value} -> {line.new.value}: {', '.join(line.acts)} of {line.widest}"
        yield from wrapped(head, "  ", "      ")
        if line.witness is None:
            yield "      (the solver finds such requests; none could be written down)"
        else:
            for told in witness_told(line.witness, _names(difference)):
                yield from wrapped(told, "      ", "          ")


def _names(difference: Difference) -> tuple[str, str]:
    """What both answers of a request are called."""
    if difference.apart is None:
        return "before", "after "
    return difference.old.name, difference.new.name


def witness_told(witness: Witness, names: tuple[str, str]) -> Iterator[str]:
    """A request in words with both answers."""
    yield from request_told(witness.request)
    yield f"{names[0]} {witness.old.outcome.value}: {witness.old.sentence}"
    yield f"{names[1]} {witness.new.outcome.value}: {witness.new.sentence}"


def _idle(difference: Difference) -> Iterator[str]:
    idle = [turned for turned in difference.rules if not turned.decides]
    if not idle:
        return
    yield ""
    yield "Rules that say something else, and by themselves change no answer"
    for turned in idle:
        rule = turned.new or turned.old
        yield from wrapped(
            f'{turned.id}  "{rule.node.title if rule is not None else ""}"', "  ", "      "
        )


def known(difference: Difference, most: int | None = None) -> Iterator[str]:
    """Whether there may be more; at most so many reasons."""
    if not difference.doubts:
        yield "There is no further class: the solver was asked until it found none."
        return
    yield "UNKNOWN: there may be more"
    for doubt in difference.doubts[:most]:
        yield from wrapped(f"{doubt.act} of {doubt.data}: {doubt.why}", "  ", "      ")
    left = len(difference.doubts[most:]) if most is not None else 0
    yield from [f"  and {left} more"] if left else []


def _legend(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    """What the statuses of the citations mean."""
    cited = {
        group.rule.node.citation.status.value
        for group in groups(difference, changes)
        if group.rule is not None and group.rule.node.citation is not None
    }
    if cited:
        yield ""
    for status in sorted(cited):
        yield from wrapped(f"{status}: {STATUS_WORDS[status]}", "", "    ")


# Markdown ----------------------------------------------------------------------------------------


def difference_markdown(difference: Difference, changes: Sequence[Change]) -> str:
    """The same for a review: a table of classes, and each request under its rule."""
    return "\n".join(_markdown(difference, changes)) + "\n"


def _markdown(difference: Difference, changes: Sequence[Change]) -> Iterator[str]:
    yield f"# {difference.old.name} to {difference.new.name}"
    yield ""
    yield headline(difference, changes)
    found = groups(difference, changes)
    if found:
        yield ""
        yield "| | rule | answer | acts | data |"
        yield "|---|---|---|---|---|"
    for group in found:
        for line in group.lines:
            yield (
                f"| {group.direction.value} | `{group.by}` | {line.old.value} to {line.new.value} "
                f"| {', '.join(line.acts)} | {', '.join(line.data)} |"
            )
    for group in found:
        yield ""
        yield f"## {way_named(difference, group.direction)}: `{group.by}`"
        if group.rule is not None:
            yield ""
            yield f"{group.rule.node.title}. {source_of(group.rule)}."
        for line in group.lines:
            yield ""
            yield f"**{line.old.value} to {line.new.value}** ({', '.join(line.acts)})"
            yield ""
            if line.witness is None:
                yield "The solver finds such requests; none could be written down."
            else:
                yield from (f"- {told}" for told in witness_told(line.witness, _names(difference)))
    yield from _idle(difference)
    yield ""
    yield from known(difference)
    yield from _legend(difference, changes)
