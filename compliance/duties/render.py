"""A trace of duties as text and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...engine.written.pieces import ADVICE
from .lines import Line
from .tracing import Carried, Gap, Trace, Traced
from .witnesses import said_role

VERSION = 1


def trace_text(trace: Trace, *, gaps_only: bool = False) -> str:
    """A trace as text."""
    return "\n".join(_lines(trace, gaps_only=gaps_only)) + "\n"


def _lines(trace: Trace, *, gaps_only: bool) -> Iterator[str]:
    whole = sum(not each.gaps for each in trace.lines)
    count = f"{len(trace.lines)} line{'' if len(trace.lines) == 1 else 's'}"
    if trace.agency:
        yield f"Duties of {trace.agency} on {trace.on}: {count}, {whole} without a gap"
    else:
        yield f"Duties on {trace.on}, and what of platelaw carries each: {count}, {whole} whole."
        yield "Whether an agency keeps them is told with --agency KEY."
    group = ""
    for each in trace.lines:
        if gaps_only and not each.gaps:
            continue
        if each.line.group != group:
            group = each.line.group
            yield f"\n{group}"
        yield ""
        yield from _traced(each)
    yield f"\n{ADVICE}"


def _traced(each: Traced) -> Iterator[str]:
    line = each.line
    yield f"{line.id}  {line.title}"
    due = f"; next due {each.due}" if each.due else ""
    yield f"    whose: {said_role(line.owner)}{due}"
    for rule in each.rules:
        yield f"    rule   {_rule(rule)}"
    for word, names in (("check", each.checks), ("does", line.commands)):
        if names:
            yield f"    {word:<6} {', '.join(names)}"
    yield f"    shown  by {' and '.join(_counted(line))}, named with --json"
    for words in each.on_file:
        yield f"    on file: {words}"
    if line.outside:
        yield f"    papers of its own: {line.outside}"
    for gap in each.gaps:
        yield f"    gap: {_gap(gap)}"


def _counted(line: Line) -> Iterator[str]:
    """How many tests and examples show a line."""
    for count, word in ((len(line.tests), "test"), (len(line.examples), "example")):
        if count:
            yield f"{count} {word}{'' if count == 1 else 's'}"


def _rule(rule: Carried) -> str:
    silent = " (does not bind)" if rule.binds is False else ""
    return f"{rule.rule}{silent}: {rule.cites} ({rule.status})"


def _gap(gap: Gap) -> str:
    who = f" ({said_role(gap.owner)}{f', by {gap.due}' if gap.due else ''})" if gap.owner else ""
    return f"{gap.words}{who}"


def trace_json(trace: Trace) -> dict[str, Any]:
    """A trace as plain values."""
    return {
        "version": VERSION,
        "agency": trace.agency or None,
        "on": str(trace.on),
        "lines": [_plain(each) for each in trace.lines],
        "advice": ADVICE,
    }


def _plain(each: Traced) -> dict[str, Any]:
    line = each.line
    return {
        "id": line.id,
        "group": line.group,
        "title": line.title,
        "owner": line.owner,
        "due": str(each.due) if each.due else None,
        "rules": [
            {
                "rule": rule.rule,
                "title": rule.title,
                "cites": rule.cites,
                "status": rule.status,
                "binds": rule.binds,
            }
            for rule in each.rules
        ],
        "checks": list(each.checks),
        "commands": list(line.commands),
        "tests": list(line.tests),
        "examples": list(line.examples),
        "outside": line.outside,
        "on_file": list(each.on_file),
        "gaps": [
            {"words": gap.words, "owner": gap.owner, "due": str(gap.due) if gap.due else None}
            for gap in each.gaps
        ],
    }
