"""The formatter: one layout for every file, comments kept.

A comment on a line of its own stands before the clause that follows it; a comment behind a
clause stays behind the last line of that clause.
"""

from __future__ import annotations

from . import syntax as tree
from .parser import Parse
from .printer import Block, statement_blocks
from .scan import Comment

_SPACED = (tree.Policy, tree.Rule, tree.Parameter, tree.Example, tree.Examples, tree.Vocabulary,
           tree.LexiconDeclaration)  # fmt: skip


def format_parse(parse: Parse) -> str:
    """The text of a file that was read without fault."""
    statements = parse.document.statements
    comments = list(parse.comments)
    lines: list[str] = []
    for at, statement in enumerate(statements):
        spaced = at > 0 and (_is_spaced(statement, statements[at - 1]))
        if spaced and (not lines or lines[-1] != ""):
            lines.append("")
        end = statements[at + 1].span.start if at + 1 < len(statements) else None
        own = _taken(comments, end)
        lines += _statement(statement, own, parse.document.span.source.text)
    lines += [comment.span.text.rstrip() for comment in comments]
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def _is_spaced(statement: tree.Statement, before: tree.Statement) -> bool:
    """Whether a blank line parts two statements."""
    return isinstance(statement, _SPACED) or type(statement) is not type(before)


def _taken(comments: list[Comment], end: int | None) -> list[Comment]:
    """Take the comments that start before ``end`` off the list."""
    taken = [comment for comment in comments if end is None or comment.span.start < end]
    del comments[: len(taken)]
    return taken


def _statement(node: tree.Statement, comments: list[Comment], text: str) -> list[str]:
    """The lines of one statement with the comments before, in and behind it."""
    lines: list[str] = []
    before = [c for c in comments if c.span.start < node.span.start]
    lines += _standing(before, text)
    inside = comments[len(before) :]
    blocks = statement_blocks(node)
    placed = _attach(blocks, inside, node)
    for block, (leading, trailing) in zip(blocks, placed, strict=True):
        body = list(block[1])
        indent = body[0][: len(body[0]) - len(body[0].lstrip())] if block is not blocks[0] else ""
        lines += [f"{indent}{comment.span.text.rstrip()}" for comment in leading]
        if trailing:
            body[-1] += "  " + " ".join(comment.span.text.rstrip() for comment in trailing)
        lines += body
    lines += _standing([c for c in inside if c.span.start >= node.span.end and not c.trails], text)
    return lines


def _standing(comments: list[Comment], text: str) -> list[str]:
    """Comments on lines of their own, with a blank line kept where one parted them."""
    lines: list[str] = []
    for comment in comments:
        before = text[: comment.span.start].rstrip(" \t")
        if before.endswith("\n\n") or not before.strip():
            if lines or before.strip():
                lines.append("")
        lines.append(comment.span.text.rstrip())
    return lines


def _attach(
    blocks: list[Block], comments: list[Comment], node: tree.Statement
) -> list[tuple[list[Comment], list[Comment]]]:
    """For every block, the comments before and behind it."""
    placed: list[tuple[list[Comment], list[Comment]]] = [([], []) for _ in blocks]
    starts = [
        (block[0].start if block[0] is not None else None, at) for at, block in enumerate(blocks)
    ]
    known = [(start, at) for start, at in starts if start is not None]
    for comment in comments:
        place = comment.span.start
        if place >= node.span.end and not comment.trails:
            continue
        if comment.trails:
            at = max((at for start, at in known if start <= place), default=0,
                     key=lambda at: starts[at][0] or 0)  # fmt: skip
            placed[at][1].append(comment)
        else:
            following = [(start, at) for start, at in known if start > place]
            at = min(following)[1] if following else len(blocks) - 1
            placed[at][0].append(comment)
    return placed
