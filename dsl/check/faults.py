"""Where checks put what they find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..codes import Code
from ..diagnostics import Diagnostic, Note, suggestion
from ..source import Span


@dataclass(slots=True)
class Faults:
    """The diagnostics of one check run."""

    found: list[Diagnostic] = field(default_factory=list[Diagnostic])
    _near: dict[tuple[str, frozenset[str]], str] = field(
        default_factory=dict[tuple[str, frozenset[str]], str], init=False, repr=False
    )

    def add(self, code: Code, span: Span, message: str, help_: str = "", *notes: Note) -> None:
        """Note one fault."""
        self.found.append(Diagnostic(code, span, message, help_, notes))

    def unknown(self, span: Span, what: str, word: str, known: Iterable[str]) -> None:
        """Note a name that is declared nowhere, with the nearest that are."""
        among = frozenset(known)
        near = self._near.get((word, among))
        if near is None:  # one word is often missing in many places
            near = self._near[word, among] = suggestion(word, among)
        help_ = near or (
            f"declare the {what} in a vocabulary, or mend the name; `platelaw words` lists them all"
        )
        self.add(Code.UNKNOWN_NAME, span, f"no {what} is called `{word}`", help_)
