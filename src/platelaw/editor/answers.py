"""Answers to what an editor asks about a place in a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ..dsl import syntax as tree
from ..dsl.expecting import Expecting
from ..dsl.formatter import format_parse
from ..dsl.parsed import Parse
from ..dsl.scan import scan
from ..dsl.source import Source, Span
from .completing import Completing
from .contexts import context_at, statement_at
from .describing import described, form_of
from .edits import replacing
from .mending import mends_of
from .project import Project
from .renaming import RefusedError, Renaming, place_of
from .structure import folds_of, parts_of
from .symbols import Scope, Use
from .tokens import data_of
from .translating import Translator, markdown, name_of
from .workspace import Workspace

_MOST_SYMBOLS = 500  # answers to a search by name over a whole library
_HEADS = (tree.Vocabulary, tree.Policy, tree.Examples)


class _Asked(Protocol):
    """A question about a place in a document."""

    @property
    def text_document(self) -> types.TextDocumentIdentifier: ...
    @property
    def position(self) -> types.Position: ...


@dataclass(frozen=True, slots=True)
class _Document:
    """A document of a library."""

    project: Project
    name: str
    parse: Parse

    @property
    def source(self) -> Source:
        """Its text."""
        return self.parse.document.span.source


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers from the libraries that an editor has open.

    Attributes:
        workspace: The libraries.
        translator: Speaks the editor's places.
    """

    workspace: Workspace
    translator: Translator
    _expecting: Expecting = field(default_factory=Expecting)

    def _document(self, uri: str) -> _Document | None:
        """A document; None if it is too large to be read, or nobody opened it."""
        name = name_of(uri)
        project = self.workspace.project_of(name)
        parse = project.parses.get(name)
        return _Document(project, name, parse) if parse is not None else None

    def _use(self, params: _Asked) -> tuple[_Document, Use | None] | None:
        document = self._document(params.text_document.uri)
        if document is None:
            return None
        offset = self.translator.offset(document.source, params.position)
        return document, document.project.index.at(document.name, offset)

    # What stands here -------------------------------------------------------------------------

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What is told of a word: of a name its declaration, of a keyword its form."""
        found = self._use(params)
        if found is None:
            return None
        document, use = found
        if use is not None:
            text = described(use, document.project.index, self.workspace.shipped.registry)
            if text:
                return markdown(text, self.translator.range(use.span))
        return self._keyword(document, self.translator.offset(document.source, params.position))

    def _keyword(self, document: _Document, offset: int) -> types.Hover | None:
        """How the clause is written whose keyword stands here."""
        raw = statement_at(scan(document.source), offset)
        for clause in raw.clauses if raw is not None else ():
            end = clause.span.start + len(clause.span.text.split(maxsplit=1)[0])
            if raw is not None and clause.span.start <= offset <= end:
                place = Span(document.source, clause.span.start, end)
                return markdown(form_of(raw.keyword, clause.keyword), self.translator.range(place))
        return None

    def definition(self, params: types.DefinitionParams) -> list[types.Location]:
        """Where a word is declared."""
        found = self._use(params)
        if found is None or found[1] is None:
            return []
        index = found[0].project.index
        declared = [
            use for symbol in index.resolve(found[1]) for use in index.declared.get(symbol, ())
        ]
        return [self.translator.location(use.span) for use in declared]

    def references(self, params: types.ReferenceParams) -> list[types.Location]:
        """Everywhere a word stands."""
        with_declaration = params.context.include_declaration
        uses = self._references(params)
        return [
            self.translator.location(u.span) for u in uses if with_declaration or not u.declares
        ]

    def highlights(self, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        """Everywhere a word stands in the same document."""
        name = name_of(params.text_document.uri)
        uses = [use for use in self._references(params) if use.scope.file == name]
        kinds = types.DocumentHighlightKind
        return [
            types.DocumentHighlight(
                self.translator.range(use.span), kinds.Write if use.declares else kinds.Read
            )
            for use in uses
        ]

    def _references(self, params: _Asked) -> Iterator[Use]:
        found = self._use(params)
        if found is not None and found[1] is not None:
            index = found[0].project.index
            for symbol in index.resolve(found[1]):
                yield from index.references(symbol)

    # Changes ----------------------------------------------------------------------------------

    def prepare_rename(self, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
        """What would be renamed.

        Raises:
            JsonRpcException: It cannot be; the message says why.
        """
        renaming, use = self._renaming(params)
        try:
            symbol = renaming.subject(use)
        except RefusedError as fault:
            raise refused(str(fault)) from fault
        assert use is not None
        place = place_of(symbol, use)
        return types.PrepareRenamePlaceholder(self.translator.range(place), symbol.name)

    def rename(self, params: types.RenameParams) -> types.WorkspaceEdit:
        """The edits of a rename.

        Raises:
            JsonRpcException: It cannot be made; the message says why.
        """
        renaming, use = self._renaming(params)
        try:
            renaming.subject(use)
            assert use is not None
            return self.translator.workspace_edit(renaming.edits(use, params.new_name))
        except RefusedError as fault:
            raise refused(str(fault)) from fault

    def _renaming(self, params: _Asked) -> tuple[Renaming, Use | None]:
        found = self._use(params)
        if found is None:
            raise refused("this document is not read")
        project = found[0].project
        renaming = Renaming(
            project.parses,
            project.own,
            project.checked.diagnostics,
            project.index,
            self.workspace.shipped.registry,
        )
        return renaming, found[1]

    def formatting(self, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        """The layout of ``platelaw fmt``; none for a text that is not understood."""
        document = self._document(params.text_document.uri)
        if document is None or document.parse.diagnostics:
            return None
        whole = document.parse.document.span
        return self.translator.edits(replacing(whole, format_parse(document.parse)))

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """Mends for the faults at a place."""
        document = self._document(params.text_document.uri)
        if document is None:
            return []
        start = self.translator.offset(document.source, params.range.start)
        end = self.translator.offset(document.source, params.range.end)
        actions: list[types.CodeAction] = []
        for fault in document.project.checked.diagnostics:
            if fault.span.source.name != document.name:
                continue
            if fault.span.start <= end and start <= fault.span.end:
                actions += [
                    types.CodeAction(
                        mend.title,
                        kind=types.CodeActionKind.QuickFix,
                        diagnostics=[self.translator.diagnostic(fault)],
                        is_preferred=mend.is_sure or None,
                        edit=self.translator.workspace_edit(mend.edits),
                    )
                    for mend in mends_of(fault, document.parse)
                ]
        return actions

    # Words that may stand here ----------------------------------------------------------------

    def completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        """What may stand at the caret."""
        document = self._document(params.text_document.uri)
        if document is None:
            return None
        offset = self.translator.offset(document.source, params.position)
        context = context_at(document.source.text, offset, self._expecting)
        if context is None:
            return None
        typed = Span(document.source, context.start, offset)
        project = document.project
        completing = Completing(project.index, self.workspace.shipped.registry)
        offers = completing.offers(context, _scope(document, context.start), typed.text)
        place = self.translator.range(typed)
        items = [self.translator.completion(offer, place, at) for at, offer in enumerate(offers)]
        return types.CompletionList(is_incomplete=":" in typed.text, items=items)

    # The document as a whole ------------------------------------------------------------------

    def symbols(self, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        """What a document declares."""
        document = self._document(params.text_document.uri)
        if document is None:
            return []
        uses = document.project.index.uses[document.name]
        return [self.translator.symbol(part) for part in parts_of(document.parse, uses)]

    def folds(self, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        """What can be folded in a document."""
        document = self._document(params.text_document.uri)
        found: list[types.FoldingRange] = []
        for span, is_comment in folds_of(document.parse) if document else ():
            place = self.translator.range(span)
            kind = types.FoldingRangeKind.Comment if is_comment else types.FoldingRangeKind.Region
            found.append(types.FoldingRange(place.start.line, place.end.line, kind=kind))
        return found

    def tokens(self, params: types.SemanticTokensParams) -> types.SemanticTokens:
        """What every word of a document stands for."""
        document = self._document(params.text_document.uri)
        if document is None:
            return types.SemanticTokens([])
        project = document.project
        lines = self.translator.lines(document.source)
        return types.SemanticTokens(data_of(project.index, document.name, lines, project.own))

    def search(self, params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        """Declarations whose name holds some letters."""
        found: list[types.WorkspaceSymbol] = []
        for project in self.workspace.projects():
            for symbol, uses in project.index.declared.items():
                if params.query.lower() in symbol.name.lower():
                    found += [self._found(use) for use in uses]
                if len(found) >= _MOST_SYMBOLS:
                    return found[:_MOST_SYMBOLS]
        return found

    def _found(self, use: Use) -> types.WorkspaceSymbol:
        return types.WorkspaceSymbol(
            self.translator.location(use.span),
            use.name,
            types.SymbolKind.Constant,
            container_name=use.scope.policy or use.what.value,
        )


def _scope(document: _Document, offset: int) -> Scope:
    """Under which head a place lies."""
    before: Iterable[tree.Statement] = document.parse.document.statements
    head: tree.Vocabulary | tree.Policy | tree.Examples | None = None
    for statement in before:
        if statement.span.start > offset:
            break
        head = statement if isinstance(statement, _HEADS) else head
    return Scope(document.name, head)


def refused(message: str) -> JsonRpcException:
    """What an editor shows of a request that is refused."""
    return JsonRpcException(message, types.LSPErrorCodes.RequestFailed)
