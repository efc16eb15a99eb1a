"""Between what is known of a library and the types of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from lsprotocol import types
from pygls import uris

from ..dsl.codes import Severity
from ..dsl.diagnostics import Diagnostic
from ..dsl.source import Source, Span
from .completing import Offer, Sort
from .edits import Edit, by_file
from .lines import Encoding, Lines, Place
from .structure import Part

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_SORTS = {
    Sort.KEYWORD: types.CompletionItemKind.Keyword,
    Sort.KIND: types.CompletionItemKind.Class,
    Sort.ACT: types.CompletionItemKind.Method,
    Sort.FACT: types.CompletionItemKind.Field,
    Sort.ROLE: types.CompletionItemKind.Interface,
    Sort.DUTY: types.CompletionItemKind.Event,
    Sort.READING: types.CompletionItemKind.Constant,
    Sort.DEFINITION: types.CompletionItemKind.Function,
    Sort.PARAMETER: types.CompletionItemKind.Variable,
    Sort.RULE: types.CompletionItemKind.Function,
    Sort.AGENCY: types.CompletionItemKind.Value,
    Sort.VALUE: types.CompletionItemKind.EnumMember,
    Sort.EDITION: types.CompletionItemKind.Module,
}
_PARTS = {
    "vocabulary": types.SymbolKind.Package,
    "policy": types.SymbolKind.Package,
    "examples": types.SymbolKind.Package,
    "rule": types.SymbolKind.Function,
    "example": types.SymbolKind.Event,
    "fact": types.SymbolKind.Field,
    "parameter": types.SymbolKind.Variable,
    "definition": types.SymbolKind.Property,
    "label": types.SymbolKind.Property,
    "kind": types.SymbolKind.Class,
    "data": types.SymbolKind.Class,
    "act": types.SymbolKind.Method,
    "role": types.SymbolKind.Interface,
    "reading": types.SymbolKind.Constant,
}


def name_of(uri: str) -> str:
    """The name by which a document goes here: its path, or its address if it is no file."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return str(Path(path)) if path else uri


@dataclass(slots=True)
class Translator:
    """Translates places, which editors count in their own way.

    Attributes:
        encoding: What a column counts.
        addresses: The addresses that the editor itself gave documents, by their names.
    """

    encoding: Encoding = Encoding.UTF_16
    addresses: dict[str, str] = field(default_factory=dict[str, str])
    _lines: dict[str, tuple[Source, Lines]] = field(
        default_factory=dict[str, "tuple[Source, Lines]"], init=False
    )

    def uri(self, name: str) -> str:
        """The address of a document."""
        known = self.addresses.get(name)
        return known or (uris.from_fs_path(name) if Path(name).is_absolute() else None) or name

    # Places -----------------------------------------------------------------------------------

    def lines(self, source: Source) -> Lines:
        """The lines of a text, kept until its file has another one."""
        known = self._lines.get(source.name)
        if known is None or known[0] is not source:
            known = self._lines[source.name] = source, Lines(source.text, self.encoding)
        return known[1]

    def range(self, span: Span) -> types.Range:
        """A place."""
        lines = self.lines(span.source)
        start, end = lines.place(span.start), lines.place(span.end)
        return types.Range(types.Position(*start), types.Position(*end))

    def offset(self, source: Source, position: types.Position) -> int:
        """A position as an offset."""
        return self.lines(source).offset(Place(position.line, position.character))

    def location(self, span: Span) -> types.Location:
        """A place in a document."""
        return types.Location(self.uri(span.source.name), self.range(span))

    # Values -----------------------------------------------------------------------------------

    def diagnostic(self, fault: Diagnostic) -> types.Diagnostic:
        """A fault, with the page of its code."""
        help_ = f"\nhelp: {fault.help}" if fault.help else ""
        page = _page_of(fault.code.number)
        return types.Diagnostic(
            self.range(fault.span),
            f"{fault.message}{help_}",
            severity=_SEVERITIES[fault.severity],
            code=fault.code.number,
            code_description=types.CodeDescription(page) if page else None,
            source="platelaw",
            related_information=[
                types.DiagnosticRelatedInformation(self.location(note.span), note.message)
                for note in fault.notes
            ]
            or None,
        )

    def edits(self, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """Edits of one file."""
        return [types.TextEdit(self.range(edit.span), edit.text) for edit in edits]

    def workspace_edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        """Edits of several files."""
        files = by_file(edits)
        return types.WorkspaceEdit({self.uri(name): self.edits(own) for name, own in files.items()})

    def completion(self, offer: Offer, place: types.Range, rank: int) -> types.CompletionItem:
        """An offered word, which takes the place of the one at the caret."""
        more = types.MarkupContent(types.MarkupKind.Markdown, offer.more) if offer.more else None
        return types.CompletionItem(
            offer.text,
            kind=_SORTS[offer.sort],
            detail=offer.detail or None,
            documentation=more,
            sort_text=f"{rank:05}",
            text_edit=types.TextEdit(place, offer.text),
        )

    def symbol(self, part: Part) -> types.DocumentSymbol:
        """A part of a file."""
        return types.DocumentSymbol(
            part.name or part.what,
            _PARTS.get(part.what, types.SymbolKind.Constant),
            self.range(part.span),
            self.range(part.name_span),
            detail=part.detail or part.what,
            children=[self.symbol(inner) for inner in part.parts],
        )


def markdown(text: str, place: types.Range | None = None) -> types.Hover | None:
    """What is told of a word, if anything is."""
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, place) if text else None


def by_name(faults: Iterable[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    """Faults by the name of their file."""
    found: dict[str, list[Diagnostic]] = {}
    for fault in faults:
        found.setdefault(fault.span.source.name, []).append(fault)
    return found


def _page_of(code: str) -> str | None:
    """The address of a code's page, if it lies on this machine."""
    page = resources.files("platelaw").joinpath("editor", "pages", f"{code}.md")
    return page.resolve().as_uri() if isinstance(page, Path) and page.is_file() else None
