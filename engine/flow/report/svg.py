"""The map of a report as a picture for print: vectors and text, the layout of the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from ..door import DoorClass
from . import words
from .layout import Layout, laid_out
from .of_trace import classes
from .payload import known
from .view import BodyView, Column, ReportData

_TONES = {
    DoorClass.OPEN: "#b3201b", DoorClass.ONE: "#b25000", DoorClass.MORE: "#75660a",
    DoorClass.LAWFUL: "#2a5fb0",
}  # fmt: skip
_DASHES = {
    DoorClass.OPEN: "",
    DoorClass.ONE: "7 4",
    DoorClass.MORE: "2 4",
    DoorClass.LAWFUL: "12 3 2 3",
}
_SIZES = {Column.HOME: 6.0, Column.HUBS: 13.0, Column.ELSEWHERE: 3.2, Column.FEDERAL: 6.0}
_MOST_NAMES = 60
_WIDTH = 1600.0  # of the picture, in its own units; text is measured in them
_MARGIN = 40.0
_LETTER = 0.56  # width of a letter by the size of its type, about


def svg(data: ReportData, layout: Layout | None = None) -> str:
    """The picture of a report's map, with title, legend, day and completeness.

    Args:
        data: What the report shows.
        layout: Where everything stands; computed if not given.
    """
    return _Picture(data, layout or laid_out(data)).drawn()


class _Picture:
    """One picture while it is drawn."""

    def __init__(self, data: ReportData, layout: Layout) -> None:
        self._data = data
        self._layout = layout
        self._scale = (_WIDTH - 2 * _MARGIN - 160) / max(layout.width, 300)
        self._title = textwrap.wrap(data.title, 84)
        self._top = 50 + 34 * len(self._title) + 60
        self._height = max(layout.height, 150) * self._scale
        self._taken: list[tuple[float, float, float, float]] = []

    def drawn(self) -> str:
        height = self._top + self._height + 230
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}"'
            f' width="{_WIDTH:.0f}" height="{height:.0f}" font-family="DejaVu Sans, sans-serif"'
            ' role="img">',
            f"<title>{escape(self._data.title)}</title>",
            f'<rect width="{_WIDTH:.0f}" height="{height:.0f}" fill="#ffffff"/>',
            *self._head(),
            *self._groups(),
            *self._doors(),
            *self._bodies(),
            *self._group_names(),
            *self._names(),
            *self._foot(self._top + self._height + 40),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return _WIDTH / 2 + x * self._scale, self._top + self._height / 2 + y * self._scale

    def _head(self) -> Iterator[str]:
        for line, text in enumerate(self._title):
            yield _text(_MARGIN, 58 + 34 * line, text, 26, bold=True)
        below = f"Law and settings of {self._data.day}. Searched: {self._data.limits}."
        yield _text(_MARGIN, 58 + 34 * len(self._title), below, 15, tone="#444444")

    def _groups(self) -> Iterator[str]:
        for disc in self._layout.groups:
            x, y = self._at(disc.x, disc.y)
            yield (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{disc.radius * self._scale:.1f}"'
                ' fill="#eef1f4" stroke="#cfd5db"/>'
            )

    def _group_names(self) -> Iterator[str]:
        for group, disc in zip(self._data.groups, self._layout.groups, strict=True):
            x, y = self._at(disc.x, disc.y)
            radius = disc.radius * self._scale
            across = len(group.name) * 14 * _LETTER
            self._taken.append((x - across / 2, y - radius - 22, x + across / 2, y - radius - 4))
            yield _text(x, y - radius - 8, group.name, 14, bold=True, anchor="middle", halo=True)

    def _doors(self) -> Iterator[str]:
        """Every pair of bodies that a door passes, by the worst class of these doors."""
        ranks = list(DoorClass)
        worst: dict[tuple[int, int], DoorClass] = {}
        for door in self._data.doors:
            for number in door.hops:
                pair = self._data.hops[number].source, self._data.hops[number].target
                held = worst.get(pair, door.klass)
                worst[pair] = min(held, door.klass, key=ranks.index)
        opacity = max(0.15, min(0.7, 60 / max(len(worst), 1)))
        for (source, target), klass in sorted(
            worst.items(), key=lambda each: (-ranks.index(each[1]), each[0])
        ):
            (x, y), (to_x, to_y) = (self._at(*self._layout.bodies[n]) for n in (source, target))
            dash = f' stroke-dasharray="{_DASHES[klass]}"' if _DASHES[klass] else ""
            yield (
                f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
                f' stroke="{_TONES[klass]}" stroke-width="1.4" stroke-opacity="{opacity:.2f}"'
                f"{dash}/>"
            )

    def _bodies(self) -> Iterator[str]:
        passed = self._passed()
        for number, body in enumerate(self._data.bodies):
            x, y = self._at(*self._layout.bodies[number])
            size = max(_SIZES[self._data.groups[body.group].column] * self._scale, 1.1)
            yield _mark(body, x, y, size * (1.6 if number in passed else 1), number in passed)

    def _passed(self) -> dict[int, None]:
        """The bodies that doors pass, in the order of the doors."""
        return dict.fromkeys(
            number
            for door in self._data.doors
            for hop in door.hops
            for number in (self._data.hops[hop].source, self._data.hops[hop].target)
        )

    def _names(self) -> Iterator[str]:
        """The names that fit without lying on each other, those that matter first."""
        bodies = self._data.bodies
        first = [
            number
            for number, body in enumerate(bodies)
            if body.is_recipient or self._data.groups[body.group].column is Column.HUBS
        ]
        told = 0
        for number in dict.fromkeys((*first, *self._passed())):
            x, y = self._at(*self._layout.bodies[number])
            name = textwrap.shorten(bodies[number].name, 40, placeholder="…")
            across = len(name) * 11 * _LETTER
            for anchor, left in (("start", x + 9), ("end", x - 9 - across)):
                box = (left, y - 7, left + across, y + 7)
                if told < _MOST_NAMES and left > 0 and box[2] < _WIDTH and self._is_free(box):
                    self._taken.append(box)
                    told += 1
                    start = left if anchor == "start" else left + across
                    yield _text(start, y + 4, name, 11, anchor=anchor, halo=True)
                    break

    def _is_free(self, box: tuple[float, float, float, float]) -> bool:
        return not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in self._taken
        )

    def _foot(self, top: float) -> Iterator[str]:
        found = classes(self._data)
        for line, (klass, told) in enumerate(words.CLASSES.items()):
            y = top + 24 * line
            dash = f' stroke-dasharray="{_DASHES[klass]}"' if _DASHES[klass] else ""
            yield (
                f'<line x1="{_MARGIN:.0f}" y1="{y:.0f}" x2="{_MARGIN + 46:.0f}" y2="{y:.0f}"'
                f' stroke="{_TONES[klass]}" stroke-width="3"{dash}/>'
            )
            yield _text(_MARGIN + 58, y + 5, f"{words.counted(found[klass], 'door')}. {told}", 14)
        lines = (
            "Blue: owners. Diamonds: recipients. Squares: networks and vendors.",
            f"Of a map of {self._data.completeness.nodes:,} bodies; {known(self._data)}.",
            f"Made {self._data.made_on}. {words.NOTICE}",
        )
        for line, told in enumerate(lines):
            yield _text(_WIDTH / 2 + 40, top + 5 + 24 * line, told, 14, tone="#444444")


def _mark(body: BodyView, x: float, y: float, size: float, is_passed: bool) -> str:
    if body.is_recipient:
        corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
        points = " ".join(f"{across:.1f},{down:.1f}" for across, down in corners)
        return f'<polygon points="{points}" fill="#ffffff" stroke="#b3201b" stroke-width="2"/>'
    if body.kind in (words.KINDS[kind] for kind in words.HUBS):
        return (
            f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size:.1f}"'
            f' height="{2 * size:.1f}" rx="2" fill="#565d66"/>'
        )
    tone = "#33506f" if body.is_owner else "#1b1f24" if is_passed else "#9aa4af"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{tone}"/>'


def _text(
    x: float,
    y: float,
    text: str,
    size: int,
    *,
    bold: bool = False,
    anchor: str = "start",
    tone: str = "#1b1f24",
    halo: bool = False,
) -> str:
    told = ' font-weight="bold"' if bold else ""
    told += ' stroke="#ffffff" stroke-width="3" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"'
        f' fill="{tone}"{told}>{escape(text)}</text>'
    )
