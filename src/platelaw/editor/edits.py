"""Changes of texts that an editor is asked to make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..dsl.source import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands at a place gives way to another text."""

    span: Span
    text: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits that lie apart."""
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def by_file(edits: Iterable[Edit]) -> Mapping[str, list[Edit]]:
    """Edits by the name of their file."""
    found: dict[str, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.span.source.name, []).append(edit)
    return found


def replacing(whole: Span, text: str) -> list[Edit]:
    """The edit that turns a text into another, narrowed to the lines that differ."""
    old, new = whole.text.splitlines(keepends=True), text.splitlines(keepends=True)
    before = 0
    while before < min(len(old), len(new)) and old[before] == new[before]:
        before += 1
    after = 0
    while after < min(len(old), len(new)) - before and old[-1 - after] == new[-1 - after]:
        after += 1
    if before == len(old) == len(new):
        return []
    start = whole.start + sum(map(len, old[:before]))
    end = whole.end - sum(map(len, old[len(old) - after :]))
    return [Edit(Span(whole.source, start, end), "".join(new[before : len(new) - after]))]
