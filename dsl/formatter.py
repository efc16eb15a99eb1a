"""The formatter: one layout for every file, comments kept.

A comment on a line of its own stays right before the clause or statement that follows it; a
comment behind a clause stays behind the last line of that clause.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import syntax as tree
from .parsed import Parse
from .printer import Block, statement_blocks
from .scan import Comment, RawStatement, scan

_SPACED = (tree.Policy, tree.Rule, tree.Invariant, tree.Parameter, tree.Example, tree.Examples,
           tree.NamedRequest, tree.Vocabulary, tree.LexiconDeclaration)  # fmt: skip


def format_parse(parse: Parse) -> str:
    """The text of a file that was read without fault."""
    source = parse.document.span.source
    comments = list(parse.comments)
    lines: list[str] = []
    before: tree.Statement | None = None
    at = 0  # where the text ends that is already laid out
    for raw, statement in zip(scan(source).statements, parse.document.statements, strict=True):
        leading = _taken(comments, statement.span.start)
        inside = _taken(comments, _line_end(source.text, statement.span.end))
        spaced = before is not None and _is_spaced(statement, before)
        lines += _standing(leading, source.text, at, statement.span.start, spaced=spaced)
        lines += _statement(statement, raw, inside)
        before, at = statement, (inside[-1] if inside else statement).span.end
    lines += _standing(comments, source.text, at, len(source.text), spaced=False)
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def _is_spaced(statement: tree.Statement, before: tree.Statement) -> bool:
    """Whether a blank line parts two statements."""
    return isinstance(statement, _SPACED) or type(statement) is not type(before)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _taken(comments: list[Comment], end: int) -> list[Comment]:
    """Take the comments that start before ``end`` off the list."""
    taken = [comment for comment in comments if comment.span.start < end]
    del comments[: len(taken)]
    return taken


def _standing(
    comments: Sequence[Comment], text: str, start: int, end: int, *, spaced: bool
) -> list[str]:
    """What stands between two statements: comments, and blank lines where they part something.

    Blank lines around comments are kept, as one; where ``spaced`` and there is none, one goes
    before the comments, so that they stay with what they are about.
    """
    edges = [start, *(edge for c in comments for edge in (c.span.start, c.span.end)), end]
    gaps = ["\n\n" in _bare(text[a:b]) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if not comments:
        gaps = [spaced]
    elif spaced and not any(gaps):
        gaps[0] = True
    lines: list[str] = []
    for gap, comment in zip(gaps, [*comments, None], strict=True):
        lines += [""] * gap
        lines += [comment.span.text.rstrip()] if comment is not None else []
    return lines


def _bare(text: str) -> str:
    """Blank space without spaces, so that only line ends are left."""
    return "".join(letter for letter in text if letter == "\n")


def _statement(node: tree.Statement, raw: RawStatement, comments: list[Comment]) -> list[str]:
    """The lines of one statement with the comments in and behind it."""
    lines: list[str] = []
    blocks = statement_blocks(node)
    placed = _attach(blocks, comments, raw)
    for block, (leading, trailing) in zip(blocks, placed, strict=True):
        body = list(block[1])
        indent = body[0][: len(body[0]) - len(body[0].lstrip())] if block is not blocks[0] else ""
        lines += [f"{indent}{comment.span.text.rstrip()}" for comment in leading]
        if trailing:
            body[-1] += "  " + " ".join(comment.span.text.rstrip() for comment in trailing)
        lines += body
    return lines


def _attach(
    blocks: list[Block], comments: list[Comment], raw: RawStatement
) -> list[tuple[list[Comment], list[Comment]]]:
    """For every block, the comments before and behind it."""
    placed: list[tuple[list[Comment], list[Comment]]] = [([], []) for _ in blocks]
    starts = sorted((_start(block, raw), at) for at, block in enumerate(blocks))
    for comment in comments:
        place = comment.span.start
        if comment.trails:
            at = max((start, at) for start, at in starts if start <= place)[1]
            placed[at][1].append(comment)
        else:
            following = [at for start, at in starts if start > place]
            at = following[0] if following else starts[-1][1]
            placed[at][0].append(comment)
    return placed


def _start(block: Block, raw: RawStatement) -> int:
    """Where a printed clause began in the text it came from."""
    span, lines = block
    if span is not None:
        return span.start
    word = lines[0].split()[0]
    return next(
        (clause.span.start for clause in raw.clauses if clause.keyword == word), raw.span.start
    )
