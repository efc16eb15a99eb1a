"""What examples reach, as text and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ...dsl.truth import Truth
from .measuring import Coverage
from .points import ACTS, Point, PointKind
from .render_json import Json

_PLURALS = {
    PointKind.RULE: "rules",
    PointKind.CONDITION: "conditions",
    PointKind.EXCEPTION: "exceptions",
    PointKind.GROUND: "grounds",
    PointKind.DUTY: "duties",
    PointKind.PARAMETER: "parameters",
    PointKind.DATE: "dates",
}


# What is not plain of itself.
_MEANINGS = {
    ACTS[Truth.TRUE]: "the rule does what it says",
    ACTS[Truth.FALSE]: "the rule has no say",
    ACTS[Truth.UNPROVEN]: "what the rule asks is not stated or not proven, so that it is open",
    Truth.UNPROVEN.word: "the fact is not stated, or not proven",
    "before": "`on` is an earlier day, when it is not in force yet",
}


def coverage_text(coverage: Coverage) -> str:
    """A table of what is reached, then everything that is not, by file and line."""
    lines = ["", f"{'outcomes of':<14}{'reached':>8}{'of':>7}"]
    rows = [(name, coverage.of(kind)) for kind, name in _PLURALS.items()]
    for name, (reached, there_are) in [*rows, ("all", coverage.of())]:
        if there_are:
            lines.append(f"{name:<14}{reached:>8}{there_are:>7}  {shown(reached, there_are)}")
    lines += _missing(coverage)
    return "\n".join(lines)


def shown(reached: int, there_are: int) -> str:
    """A percentage, rounded; 100 % is all of it, and nothing less."""
    percent = 100 * reached / there_are if there_are else 100.0
    return f"{percent if reached == there_are else min(percent, 99.9):.1f} %"


def line_of(point: Point) -> int:
    """The line on which a point is written."""
    return point.span.source.line_and_column(point.span.start)[0]


def _missing(coverage: Coverage) -> Iterator[str]:
    for file, in_file in groupby(coverage.missing(), key=lambda point: point.key.file):
        yield ""
        yield f"not reached in {file}"
        places = groupby(in_file, key=lambda p: (line_of(p), p.owner, p.key.kind.value, p.key.text))
        for (line, owner, kind, text), group in places:
            outcomes = ", ".join(sorted(point.key.outcome for point in group))
            rule = owner.rpartition("/")[2]
            what = f"rule {text}" if kind == "rule" else f"{kind} `{text}` of {rule}"
            yield f"  {line:>5}  {what}: {outcomes}"
    yield from _meanings({point.key.outcome for point in coverage.missing()})


def _meanings(outcomes: set[str]) -> Iterator[str]:
    """What the words of these outcomes mean."""
    words = {"before" if outcome.startswith("before ") else outcome for outcome in outcomes}
    told = [f"  `{word}`: {_MEANINGS[word]}" for word in _MEANINGS if word in words]
    yield from ["", "an example is wanted in which", *told] if told else []


def coverage_json(coverage: Coverage) -> Json:
    """Every point with the number of examples that reach it."""
    reached, there_are = coverage.of()
    return {
        "percent": round(coverage.percent, 2),
        "reached": reached,
        "of": there_are,
        "kinds": {
            kind.value: dict(zip(("reached", "of"), coverage.of(kind), strict=True))
            for kind in PointKind
        },
        "points": [
            {
                "kind": point.key.kind.value,
                "file": point.key.file,
                "line": line_of(point),
                "owner": point.owner,
                "text": point.key.text,
                "outcome": point.key.outcome,
                "examples": coverage.reached[point.key],
            }
            for point in coverage.points
        ],
    }
