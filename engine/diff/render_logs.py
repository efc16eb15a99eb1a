"""What becomes of the searches of logs, in lines of text or Markdown, and as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .logs import IDLE, Turns
from .wrapping import wrapped

FEW = 3  # agencies that a page names
_STATES = {"bites": "forbidden by", "unproven": "held by", "referred": "referred by"}


def turns_lines(logs: Mapping[str, Turns], *, full: bool = False) -> Iterator[str]:
    """What becomes of the searches of each log.

    Args:
        logs: The logs by their names.
        full: Whether to name every agency.
    """
    for name, turns in logs.items():
        yield from wrapped(_headline(name, turns), "", "    ")
        for line in _details(turns, full=full):
            yield from wrapped(line, "  ", "      ")


def turns_markdown(logs: Mapping[str, Turns], *, full: bool = False) -> Iterator[str]:
    """The same as a section."""
    yield "## Searches of a log"
    yield ""
    for name, turns in logs.items():
        yield f"- {_headline(f'`{name}`', turns)}"
        yield from (f"  - {line}" for line in _details(turns, full=full))


def _headline(name: str, turns: Turns) -> str:
    turned, moved = turns.turned.total(), turns.moved
    said = f"{name}: of {turns.rows:,} searches {turned:,} would be judged otherwise"
    return f"{said}; {moved:,} more keep their verdict and rest on other rules." if moved else (
        f"{said}.")  # fmt: skip


def _details(turns: Turns, *, full: bool) -> Iterator[str]:
    for (old, new), rows in turns.turned.most_common():
        yield f"{rows:,} {old} -> {new}"
    most = len(turns.agencies) if full else FEW
    if turns.agencies:
        named = [f"{name} {rows:,}" for name, rows in turns.agencies.most_common(most)]
        left = len(turns.agencies) - most
        more = [f"and {left} agencies more"] if left > 0 else []
        yield f"by agency: {', '.join([*named, *more])}"
    yield from _rules(turns)
    if turns.untimed:
        yield f"{turns.untimed:,} rows tell no time"
    if turns.unread:
        yield f"{turns.unread:,} rows could not be read"


def _rules(turns: Turns) -> Iterator[str]:
    """Rules that do the same to as many searches, told together."""
    alike: dict[int, dict[str, list[str]]] = {}
    for (rule, old, new), rows in turns.rules.most_common():
        alike.setdefault(rows, {}).setdefault(_step(old, new), []).append(rule)
    for rows, steps in alike.items():
        told = (f"{step} {', '.join(_short(sorted(rules)))}" for step, rules in steps.items())
        yield f"in {rows:,}: {'; '.join(told)}"


def _step(old: str, new: str) -> str:
    """What became of a rule, before its name."""
    if old == IDLE:
        return f"now {_STATES.get(new, new)}"
    if new == IDLE:
        return f"no longer {_STATES.get(old, old)}"
    return f"{_STATES.get(old, old)}, now {_STATES.get(new, new)}"


def _short(rules: Iterable[str]) -> Iterator[str]:
    """The ids of rules; of the same policy as the one before only the rule's own name."""
    last = ""
    for rule in rules:
        policy, _, name = rule.rpartition("/")
        yield name if policy == last else rule
        last = policy


def turns_json(turns: Turns) -> dict[str, Any]:
    """What becomes of the searches of one log, as plain values."""
    return {
        "searches": turns.rows,
        "turned": turns.turned.total(),
        "verdicts": [
            {"old": old, "new": new, "rows": rows}
            for (old, new), rows in turns.turned.most_common()
        ],
        "agencies": dict(turns.agencies.most_common()),
        "moved": turns.moved,
        "rules": [
            {"rule": rule, "old": old, "new": new, "rows": rows}
            for (rule, old, new), rows in turns.rules.most_common()
        ],
        "no_time": turns.untimed,
        "not_read": turns.unread,
    }
