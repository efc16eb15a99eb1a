"""What became of mutants, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .results import Fate, Report, Result


def result_text(result: Result) -> str:
    """A mutant that nobody has dealt with: the change, its place, and what would notice it."""
    lines = [f"{result.fate.value.upper()}  {result.owner}: {result.says}"]
    lines.append(f"  {result.file}:{result.line}  ({result.mutator})")
    lines.append(f"  - {result.before}")
    lines.append(f"  + {result.after or '(left out)'}")
    if result.fate is Fate.UNKNOWN:
        lines.append(f"  not known: {result.why}")
    if result.example:
        lines.append(f"  {_answers(*result.answers)}; this would notice:")
        lines += ["", *(f"  {line}" for line in result.example.splitlines())]
    return "\n".join(lines)


def _answers(now: str, then: str) -> str:
    if now == then:
        return f"the answer stays {now}, and not what decides it"
    return f"now {now}, then {then}"


def summary_text(report: Report) -> str:
    """How many had each fate, and what share of those that matter."""
    counts = report.counts
    told = ", ".join(f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate])
    return f"{len(report.results)} mutants: {told or 'none'}; {shown(report.percent)} killed"


def shown(percent: float) -> str:
    """A share of a hundred, rounded, and never up to all."""
    return f"{percent if percent >= 100 else round(min(percent, 99.9), 1):g} %"


def report_json(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    counts = report.counts
    return {
        "version": 1,
        "digest": report.digest,
        "percent": round(report.percent, 2),
        "counts": {fate.value: counts[fate] for fate in Fate},
        "mutants": [result_json(result) for result in report.results],
    }


def result_json(result: Result) -> dict[str, Any]:
    """One mutant as plain values; what it has nothing of is left out."""
    return dict(_fields(result))


def _fields(result: Result) -> Iterator[tuple[str, Any]]:
    yield "mutant", result.key
    yield "owner", result.owner
    yield "mutator", result.mutator
    yield "says", result.says
    yield "file", result.file
    yield "line", result.line
    yield "before", result.before
    yield "after", result.after
    yield "fate", result.fate.value
    for name, said in (("by", result.by), ("why", result.why), ("example", result.example)):
        if said:
            yield name, said
    if result.example:
        yield "answers", {"now": result.answers[0], "then": result.answers[1]}
