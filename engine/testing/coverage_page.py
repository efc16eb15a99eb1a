"""What examples reach, as one self-contained page: the policy text with marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from ...dsl.source import Source
from ..markup import page
from .coverage_report import shown
from .measuring import Coverage
from .points import Point, PointKind

_TITLE = "What the examples reach"
_ALL, _PART, _NONE = "all", "part", "none"
_STYLE = """
:root { color-scheme: light dark; --all: #1a7f37; --part: #9a6700; --none: #c1121f;
  --page: #fff; --text: #1b1f24; --line: #8a939e; --edge: #d8dee4; }
@media (prefers-color-scheme: dark) { :root { --all: #4cc36a; --part: #e0b341; --none: #ff7b72;
  --page: #0f1318; --text: #dfe5ec; --line: #77818c; --edge: #2d343c; } }
body { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
  margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; } th, td { padding: .15rem .9rem .15rem 0; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
details { border-top: 1px solid var(--edge); padding: .5rem 0; }
summary { cursor: pointer; font-weight: 600; }
pre { font: 13px/1.55 ui-monospace, monospace; white-space: pre-wrap; margin: .5rem 0; }
pre .l { display: block; padding-left: 4rem; text-indent: -4rem; }
pre .l::before { content: attr(data-n); display: inline-block; width: 3.2rem; margin-right: .8rem;
  text-align: right; text-indent: 0; color: var(--line); }
mark { background: none; color: inherit; border-bottom: 2px solid; cursor: help; }
mark.all { border-color: var(--all); }
mark.part { border-color: var(--part); border-bottom-style: dashed;
  background: color-mix(in srgb, var(--part) 16%, transparent); }
mark.none { border-color: var(--none); border-bottom-style: double;
  background: color-mix(in srgb, var(--none) 18%, transparent); }
mark sup { font-size: .72em; margin-left: .25em; white-space: nowrap; }
mark.part sup { color: var(--part); } mark.none sup { color: var(--none); }
"""


def coverage_page(coverage: Coverage) -> str:
    """The page; it loads nothing from elsewhere."""
    files = [
        _file(group[0].span.source, group, coverage)
        for _, found in groupby(coverage.points, key=lambda point: point.key.file)
        for group in [list(found)]
    ]
    body = "\n".join((f"<h1>{_TITLE}</h1>", _table(coverage), f"<p>{_legend()}</p>", *files))
    return page(_TITLE, body, style=_STYLE)


def _legend() -> str:
    kinds = (
        (_ALL, "every outcome is reached by an example"),
        (_PART, "those written after it are not"),
        (_NONE, "no outcome is"),
    )
    return " · ".join(f'<mark class="{name}">{words}</mark>' for name, words in kinds)


def _table(coverage: Coverage) -> str:
    rows = [(kind.value, coverage.of(kind)) for kind in PointKind]
    cells = "".join(
        f'<tr><td>{name}</td><td class="n">{reached}</td><td class="n">{there_are}</td>'
        f'<td class="n">{shown(reached, there_are)}</td></tr>\n'
        for name, (reached, there_are) in [*rows, ("all", coverage.of())]
        if there_are
    )
    head = "<tr><th>outcomes of</th><th>reached</th><th>of</th><th></th></tr>"
    return f"<table>\n{head}\n{cells}</table>"


def _file(source: Source, points: Sequence[Point], coverage: Coverage) -> str:
    reached = sum(coverage.reached[point.key] > 0 for point in points)
    title = f"{escape(source.name)}: {reached} of {len(points)}, {shown(reached, len(points))}"
    opened = " open" if reached < len(points) else ""
    body = _lines(source.text, _marks(points, coverage))
    return f"<details{opened}>\n<summary>{title}</summary>\n<pre>{body}</pre>\n</details>"


@dataclass(frozen=True, slots=True)
class _Mark:
    """One marked stretch of a text: where, how well it is reached, and what the reader is told."""

    start: int
    end: int
    name: str
    title: str
    missing: str


def _marks(points: Sequence[Point], coverage: Coverage) -> list[_Mark]:
    """What is marked of a text, in its order; marks lie apart."""
    places: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        places.setdefault(_head(point), []).append(point)
    found: list[_Mark] = []
    for (start, end), mine in sorted(places.items()):
        if not found or start >= found[-1].end:
            found.append(_mark(start, end, mine, coverage))
    return found


def _mark(start: int, end: int, points: Sequence[Point], coverage: Coverage) -> _Mark:
    counts = {point.key.outcome: coverage.reached[point.key] for point in points}
    missing = [outcome for outcome, count in counts.items() if not count]
    name = _ALL if not missing else _NONE if len(missing) == len(counts) else _PART
    title = f"{points[0].key.kind.value}: " + ", ".join(
        f"{outcome} in {count} example{'s' * (count != 1)}" if count else f"never {outcome}"
        for outcome, count in counts.items()
    )
    return _Mark(start, end, name, title, ", ".join(missing))


def _head(point: Point) -> tuple[int, int]:
    """What is marked of a point: a test whole, of statements and clauses the words up to the name.

    A rule's dates and a parameter's value are clauses of their own.
    """
    start, text, name = point.span.start, point.span.text, point.key.text
    if point.key.kind is PointKind.CONDITION:
        return start, start + len(text.rstrip())
    if point.key.kind in (PointKind.DATE, PointKind.PARAMETER):
        return start, start + len(text.partition("\n")[0].rstrip())
    return start, start + max(text.find(name), 0) + len(name)


def _lines(text: str, marks: Iterable[_Mark]) -> str:
    """The text in numbered lines; a mark that goes over a line end is closed and opened again."""
    parts: list[str] = []
    at = 0
    for mark in marks:
        parts += [escape(text[at : mark.start]), _marked(text[mark.start : mark.end], mark)]
        at = mark.end
    lines = "".join([*parts, escape(text[at:])]).rstrip("\n").split("\n")
    return "".join(f'<span class="l" data-n="{n}">{line}</span>' for n, line in enumerate(lines, 1))


def _marked(text: str, mark: _Mark) -> str:
    opened = f'<mark class="{mark.name}" title="{escape(mark.title)}">'
    inside = escape(text).replace("\n", f"</mark>\n{opened}")
    missing = f"<sup>never {escape(mark.missing)}</sup>" if mark.missing else ""
    return f"{opened}{inside}{missing}</mark>"
