"""The parts of a file: what it declares, in a tree, and what can be folded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..dsl import syntax as tree
from ..dsl.parsed import Parse
from ..dsl.source import Span
from .symbols import Use, What

_HEADS = (tree.Vocabulary, tree.Policy, tree.Examples)
_INSIDE = frozenset({What.BRANCH, What.DEFINITION})


@dataclass(slots=True)
class Part:
    """One part of a file.

    Attributes:
        what: What it is, by its keyword.
        name: Its name.
        detail: Its title.
        span: All of it.
        name_span: Its name alone.
        parts: What lies in it.
    """

    what: str
    name: str
    detail: str
    span: Span
    name_span: Span
    parts: list[Part] = field(default_factory=list["Part"])


def parts_of(parse: Parse, uses: Iterable[Use]) -> list[Part]:
    """The parts of a file: heads, statements under them, labels and definitions in these.

    Args:
        parse: The file.
        uses: Those in it.
    """
    inside: dict[int, list[Use]] = {}
    names: dict[int, Use] = {}
    for use in uses:
        statement = use.scope.statement
        if use.declares and statement is not None:
            if use.what in _INSIDE:
                inside.setdefault(id(statement), []).append(use)
            else:
                names.setdefault(id(statement), use)
    top: list[Part] = []
    under = top
    for statement in parse.document.statements:
        part = _part(statement, names.get(id(statement)))
        part.parts = [
            Part(use.what.value, use.name, "", use.span, use.span)
            for use in inside.get(id(statement), [])
        ]
        if isinstance(statement, _HEADS):
            top.append(part)
            under = part.parts
        else:
            under.append(part)
    for head in top:
        head.span = _reaching(head)
    return top


def _part(statement: tree.Statement, name: Use | None) -> Part:
    keyword = statement.span.text.split(maxsplit=1)[0]
    title: str = getattr(statement, "title", "")
    if name is not None:
        return Part(keyword, name.name, title, statement.span, name.span)
    start = statement.span.start
    return Part(
        keyword,
        title or keyword,
        "",
        statement.span,
        Span(statement.span.source, start, start + len(keyword)),
    )


def _reaching(head: Part) -> Span:
    """A head with all that stands under it."""
    end = max([head.span.end, *(part.span.end for part in head.parts)])
    return Span(head.span.source, head.span.start, end)


def folds_of(parse: Parse) -> list[tuple[Span, bool]]:
    """What can be folded: statements of several lines and blocks of comments, and which it is."""
    folds = [(statement.span, False) for statement in parse.document.statements]
    source = parse.document.span.source
    block: list[Span] = []
    for comment in [*parse.comments, None]:
        if block and (comment is None or comment.trails or not _follows(block[-1], comment.span)):
            folds.append((Span(source, block[0].start, block[-1].end), True))
            block = []
        if comment is not None and not comment.trails:
            block.append(comment.span)
    return [(span, is_comment) for span, is_comment in folds if "\n" in span.text]


def _follows(before: Span, after: Span) -> bool:
    """Whether a comment stands on the line below another."""
    between = before.source.text[before.end : after.start]
    return between.count("\n") == 1 and not between.strip()
