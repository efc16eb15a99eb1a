"""Railroad diagrams of the language, drawn from the elements of its grammar.

Writes ``docs/grammar.md`` and one picture a statement in ``docs/grammar/``::

    python tools/diagrams.py            # write them
    python tools/diagrams.py --check    # only say whether they are what this would write

Every picture is made from the exact grammar of ``dsl/clauses.py``, so none shows a form that the
parser does not read. Drawn with the ``railroad-diagrams`` package (dependency group ``docs``).
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pyparsing as pp
import railroad as rr  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

from platelaw.dsl.clauses import elements
from platelaw.dsl.grammar import Grammar
from platelaw.dsl.scan import CLAUSES, RULE_ORDER

DOCS = Path(__file__).resolve().parent.parent / "docs"
CONDITION = "condition"
WIDEST = 900
HEADING = 26
STYLE = """
path { stroke: #334; stroke-width: 1.6; fill: none }
text { font: 13px "DejaVu Sans Mono", Menlo, Consolas, monospace; text-anchor: middle }
text.clause { font-weight: bold; text-anchor: start; fill: #334 }
rect { stroke: #334; stroke-width: 1.4 }
g.terminal rect { fill: #e4efe4 }
g.non-terminal rect { fill: #eceaf6 }
"""
# What one pattern reads, in the words of the pictures; the first that an element reads is shown.
SAMPLES = (
    "21 days",
    '"Public Act 26-14, section 13(d)" status secondary',
    '"Who may have the data at all"',
    "ct 1",
    "case.number",
    "stolen_vehicle",
    "2026-10-01",
    "1",
    "CT",
    "America/New_York",
    "agency:CT/example-pd",
    "is a judicial_warrant from a court of {CT, US} with probable_cause, covering the request",
)
INTRODUCTION = """\
# The grammar in pictures

Made from the grammar itself by `tools/diagrams.py`; do not edit. Follow a line from left to
right. Words in rounded green boxes stand as they are; square boxes stand for what the table at the
end shows. A statement starts in the first column; its clauses are indented and stand in this order.
`stated`, `blank` and `empty` stand where a value does. An effect is one of the six of `rule`.
[The language](language.md) says what each means.
"""
# Names that messages need long and pictures do not.
SHORT = {
    "a value, `a kind of`, `one of` or a bound": "a value",
    "a fact or definition": "a definition or reading",
    "a fact's name with one dot, such as `case.number`": "a fact",
    "`is a` and a kind of instrument": "is a PAPER",
    "`requester`, `owner`, `anyone` or a kind": "requester, owner, anyone or a kind",
    "a text in quotation marks": "a text",
    "a sovereign in capitals": "a sovereign",
}
PAPER = "a paper"
_KEYWORDS = re.compile(r"`[^`]+`(?:(?:, | or )`[^`]+`)*")
_TOLERATED = "`an kind of`"  # read so that the slip gets a better message later; not for authors


class Drawing:
    """The pictures of one grammar, and the pieces that they name."""

    def __init__(self) -> None:
        grammar = Grammar(exact=True)
        self.table = elements(grammar)
        self.condition = grammar.condition
        self.pieces: dict[str, str] = {}

    def files(self) -> dict[str, str]:
        """Every file to be written, by its place under ``docs``."""
        order = {name: [key[1] for key in self.table if key[0] == name] for name in CLAUSES}
        order["rule"] = ["head", *RULE_ORDER]
        pictures = {name: self._picture(name, clauses) for name, clauses in order.items()}
        pictures[CONDITION] = self._condition()
        files = {f"grammar/{name}.svg": picture for name, picture in pictures.items()}
        return {**files, "grammar.md": self._page(order)}

    def _page(self, order: dict[str, list[str]]) -> str:
        parts = [INTRODUCTION]
        for name in pictures_in_order(order):
            clauses = [f"`{called(name, clause)}`" for clause in order.get(name, [])[1:]]
            told = f"Clauses: {', '.join(clauses)}." if clauses else ""
            picture = f"## {name}\n\n![The form of {name}](grammar/{name}.svg)\n\n{told}"
            parts.append(picture.rstrip() + "\n")
        parts.append("## The pieces\n\n| written, for instance | in a square box |\n|---|---|")
        shown = {s: sorted(n for n, of in self.pieces.items() if of == s) for s in SAMPLES}
        rows = [f"| `{sample}` | {', '.join(names)} |" for sample, names in shown.items()]
        return "\n".join([*parts, *rows, ""])

    # One picture -----------------------------------------------------------------------------

    def _picture(self, name: str, clauses: list[str]) -> str:
        tracks = [(clause, self._track(self.table[name, clause])) for clause in clauses]
        rows = [(name if c == "head" else called(name, c), track) for c, track in tracks]
        asides = [(f"{label}, as in `given`", self._track(e)) for label, e in self._asides(name)]
        return standing_alone([*rows, *asides])

    def _asides(self, name: str) -> Iterator[tuple[str, pp.ParserElement]]:
        """Large parts of a statement that get a row of their own."""
        for clause in (e for key, e in self.table.items() if key[0] == name):
            for element in walk(clause):
                if isinstance(element, pp.And) and is_paper(element):
                    yield PAPER, element.exprs[0]
                    return

    def _condition(self) -> str:
        """A condition once opened up; where one stands inside it, it is a box."""
        either = rr.OneOrMore(rr.NonTerminal("alternative"), rr.Terminal("or"))
        both = rr.OneOrMore(rr.NonTerminal("term"), rr.Terminal("and"))
        ways: list[Any] = first_choice(self.condition).exprs
        quantified, test, bare, negation, bracket = ways
        rows: list[tuple[str, Any]] = [(CONDITION, either), ("alternative", both)]
        for label, element in (
            ("term: a test of a fact", test.exprs[0]),  # with a dot; the other way has none
            ("term: a quantifier", quantified),
            ("term: by name", bare),
            ("term: not", negation),
            ("term: brackets", bracket),
        ):
            rows.append((label, self._track(element)))
        return standing_alone(rows)

    # Elements as tracks -----------------------------------------------------------------------

    def _track(self, element: pp.ParserElement) -> Any:
        """An element as an item of a picture, broken into lines where it is too wide."""
        return in_lines(list(self._items(element)))

    def _items(self, element: pp.ParserElement) -> Iterator[Any]:
        """What an element reads, one item after another."""
        match element:
            case pp.StringEnd() | pp.NotAny() | pp.Empty():  # the mark of `-` is an Empty
                return
            case pp.Forward() if element.customName:
                yield rr.NonTerminal(element.customName)
            case pp.DelimitedList():
                yield rr.OneOrMore(self._one(element.content), rr.Terminal(str(element.raw_delim)))
            case pp.Opt():
                yield rr.Optional(self._one(element.expr))
            case pp.ZeroOrMore():
                yield rr.ZeroOrMore(self._one(element.expr))
            case pp.OneOrMore():
                yield rr.OneOrMore(self._one(element.expr))
            case pp.MatchFirst():
                ways = [self._one(item) for item in alternatives(element)]
                yield rr.Choice(0, *ways) if ways[1:] else ways[0]
            case pp.And() if is_paper(element):
                yield rr.NonTerminal(PAPER)
            case pp.And():
                for item in element.exprs:
                    yield from self._items(item)
            case pp.ParseElementEnhance():
                yield from self._items(element.expr)
            case _:
                yield self._leaf(element)

    def _one(self, element: pp.ParserElement) -> Any:
        items = list(self._items(element))
        return items[0] if len(items) == 1 else rr.Sequence(*items)

    def _leaf(self, element: pp.ParserElement) -> Any:
        """A keyword, a choice of keywords, or a piece by its name."""
        name = element.name
        if _KEYWORDS.fullmatch(name):
            words = [rr.Terminal(word) for word in re.findall(r"`([^`]+)`", name)]
            return words[0] if len(words) == 1 else rr.Choice(0, *words)
        plain = SHORT.get(name) or name.partition(" such as ")[0]
        self.pieces[plain] = _sample(element)
        return rr.NonTerminal(plain)


def pictures_in_order(order: dict[str, list[str]]) -> list[str]:
    """The names of the pictures: conditions stand after the words and before the policies."""
    names = list(order)
    at = names.index("policy")
    return [*names[:at], CONDITION, *names[at:]]


def in_lines(items: list[Any]) -> Any:
    """Items one after another, in lines no wider than a page."""
    lines: list[list[Any]] = [[]]
    for item in items:
        if lines[-1] and sum(i.width for i in [*lines[-1], item]) > WIDEST:
            lines.append([])
        lines[-1].append(item)
    tracks = [rr.Sequence(*line) for line in lines]
    return tracks[0] if len(tracks) == 1 else rr.Stack(*tracks)


def alternatives(element: pp.MatchFirst) -> Iterator[pp.ParserElement]:
    """The ways of a choice, those of choices within it among them."""
    for item in element.exprs:
        if isinstance(item, pp.MatchFirst):
            yield from alternatives(item)
        elif item.customName != _TOLERATED:
            yield item


def is_paper(element: pp.And) -> bool:
    """Whether an element is the paper of a `given`: a group that starts with its kind."""
    if len(element.exprs) != 1:
        return False
    first = element.exprs[0]
    while isinstance(first, pp.And):
        first = first.exprs[0]
    return first.customName == "a kind of instrument"


def called(statement: str, clause: str) -> str:
    """A clause as its author writes it: keyword and the word that must follow."""
    return f"{clause} {CLAUSES[statement].get(clause) or ''}".strip()


def first_choice(element: pp.ParserElement) -> pp.MatchFirst:
    """The topmost choice in an element.

    Raises:
        ValueError: There is none.
    """
    for item in walk(element):
        if isinstance(item, pp.MatchFirst):
            return item
    raise ValueError(f"no choice in {element}")


def walk(element: pp.ParserElement) -> Iterator[pp.ParserElement]:
    """An element and all below it, once each, from the top."""
    waiting, seen = [element], set[int]()
    while waiting:
        item = waiting.pop(0)
        if id(item) not in seen:
            seen.add(id(item))
            yield item
            waiting += item.recurse()


def _sample(element: pp.ParserElement) -> str:
    """How a piece is written.

    Raises:
        ValueError: No sample shows it: add one.
    """
    for sample in SAMPLES:
        if element.matches(sample):
            return sample
    raise ValueError(f"no sample of {element.name!r}; add one to SAMPLES")


def standing_alone(rows: list[tuple[str, Any]]) -> str:
    """Rows of tracks, each under its name, as one SVG."""
    drawn, height, width = list[str](), 8, 0
    for label, track in rows:
        diagram = rr.Diagram(track, css="").format(8, 8, 8, 8)
        text = io.StringIO()
        diagram.writeSvg(text.write)
        drawn.append(f'<text class="clause" x="10" y="{height + 16}">{escape(label)}</text>')
        place = f'<svg x="0" y="{height + HEADING}" '
        drawn.append(text.getvalue().strip().replace("<svg ", place, 1))
        height += HEADING + int(float(diagram.attrs["height"])) + 6
        width = max(width, int(float(diagram.attrs["width"])))
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    ground = '<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>'
    return "\n".join([head, f"<style>{STYLE}</style>", ground, *drawn, "</svg>", ""])


def main(arguments: list[str]) -> int:
    """Write the pictures, or with ``--check`` compare them with those that are there."""
    files = Drawing().files()
    stale = [name for name, text in files.items() if not _is(DOCS / name, text)]
    strange = {path.name for path in (DOCS / "grammar").glob("*")} - {Path(n).name for n in files}
    if "--check" in arguments:
        for name in (*stale, *sorted(strange)):
            print(f"docs/{name} is not what tools/diagrams.py makes")
        return 1 if stale or strange else 0
    (DOCS / "grammar").mkdir(exist_ok=True)
    for name in stale:
        (DOCS / name).write_text(files[name], encoding="utf-8", newline="\n")
    print(f"{len(stale)} of {len(files)} files written")
    return 0


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
