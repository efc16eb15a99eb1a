"""What an author wrote that does not hold: values with a code, a place and a mend.

A diagnostic is never raised. Parsing and checking collect them all; the printed form quotes
the line and marks the place with a caret.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .codes import Code, Severity
from .source import Span


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains the first."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: its code, where it is, what is wrong and what to write instead."""

    code: Code
    span: Span
    message: str
    help: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def severity(self) -> Severity:
        """Whether it refuses the policy or only advises."""
        return self.code.severity

    @property
    def is_error(self) -> bool:
        """Whether a library with this fault is refused."""
        return self.severity is Severity.ERROR

    def as_json(self) -> dict[str, Any]:
        """The fault as plain values for ``--json``."""
        line, column = self.span.source.line_and_column(self.span.start)
        end_line, end_column = self.span.source.line_and_column(self.span.end)
        return {
            "code": self.code.number,
            "severity": self.severity.value,
            "file": self.span.source.name,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "message": self.message,
            "help": self.help,
            "notes": [{"at": str(note.span), "message": note.message} for note in self.notes],
        }

    def __str__(self) -> str:
        """The fault as printed: code, message, place, the line, a caret, the mend."""
        lines = [f"{self.code.number} {self.severity.value}: {self.message}", *_quote(self.span)]
        for note in self.notes:
            lines += [f"note: {note.message}", *_quote(note.span)]
        if self.help:
            lines.append(f"help: {self.help}")
        return "\n".join(lines)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics sorted by file, place and code, each once."""
    return tuple(
        sorted(
            dict.fromkeys(diagnostics),
            key=lambda fault: (
                fault.span.source.name,
                fault.span.start,
                fault.code.number,
                fault.message,
            ),
        )
    )


def suggestion(word: str, known: Iterable[str]) -> str:
    """A help text that offers the known words nearest to ``word``, or says what is known."""
    choices = sorted(set(known))
    near = difflib.get_close_matches(word, choices, n=2, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"`{choice}`" for choice in near) + "?"
    if 0 < len(choices) <= 8:
        return "known here: " + listed(choices)
    return ""


def listed(words: Iterable[str], joiner: str = "and") -> str:
    """Words in backticks as a sentence lists them."""
    return enumerated((f"`{word}`" for word in words), joiner)


def enumerated(texts: Iterable[str], joiner: str) -> str:
    """Texts as a sentence lists them."""
    each = list(texts)
    if len(each) < 2:
        return "".join(each)
    return f"{', '.join(each[:-1])} {joiner} {each[-1]}"


_MOST = 400  # characters of a line that are shown


def _shown(line: str, most: int) -> str:
    """A line as a terminal may show it: without characters that command it, and not endless."""
    plain = "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in line)
    return plain if len(plain) <= most else f"{plain[:most]}..."


def _quote(span: Span) -> list[str]:
    """The place, its line and a caret under it."""
    number, column = span.source.line_and_column(span.start)
    line = span.source.line(number)
    width = max(1, min(span.end - span.start, len(line) - column + 1))
    margin = str(number)
    under = "".join("\t" if letter == "\t" else " " for letter in line[: column - 1])
    return [
        f"{' ' * len(margin)} --> {span}",
        f"{margin} | {_shown(line, max(_MOST, column + width))}",
        f"{' ' * len(margin)} | {under}{'^' * width}",
    ]
