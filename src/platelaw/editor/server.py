"""The language server: which method of the protocol is answered by what."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types

from .project import Shipped
from .serving import Protocol, Server
from .session import RUN, RUN_ALL, session_of
from .tokens import MODIFIERS, TYPES

_Handler = Callable[[Any], Any]


def server_of(shipped: Shipped, places: tuple[Path, ...] = ()) -> Server:
    """A server that waits for its editor.

    Args:
        shipped: What comes with platelaw.
        places: The files and folders of the one library, instead of what the editor's folders hold.
    """
    server = Server(
        "platelaw",
        version("platelaw"),
        types.TextDocumentSyncKind.Full,
        protocol_cls=Protocol,
    )
    session = session_of(server, shipped, places)
    answers = session.answers
    told: dict[str, _Handler] = {
        types.INITIALIZE: session.initialize,
        types.INITIALIZED: session.initialized,
        types.TEXT_DOCUMENT_DID_OPEN: session.opened,
        types.TEXT_DOCUMENT_DID_CHANGE: session.changed,
        types.TEXT_DOCUMENT_DID_CLOSE: session.closed,
        types.TEXT_DOCUMENT_DID_SAVE: session.saved,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: session.files_changed,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: session.folders_changed,
    }
    asked: dict[str, _Handler] = {
        types.TEXT_DOCUMENT_HOVER: answers.hover,
        types.TEXT_DOCUMENT_DEFINITION: answers.definition,
        types.TEXT_DOCUMENT_REFERENCES: answers.references,
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: answers.highlights,
        types.TEXT_DOCUMENT_PREPARE_RENAME: answers.prepare_rename,
        types.TEXT_DOCUMENT_RENAME: answers.rename,
        types.TEXT_DOCUMENT_FORMATTING: answers.formatting,
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: answers.symbols,
        types.TEXT_DOCUMENT_FOLDING_RANGE: answers.folds,
        types.TEXT_DOCUMENT_CODE_LENS: session.lenses,
        types.WORKSPACE_SYMBOL: answers.search,
    }
    for method, handler in (told | asked).items():
        server.feature(method)(_function(handler))
    server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=[".", ":", "{"]),
    )(_function(answers.completion))
    server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix]),
    )(_function(answers.actions))
    server.feature(
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        types.SemanticTokensLegend(list(TYPES), list(MODIFIERS)),
    )(_function(answers.tokens))
    server.command(RUN)(_function(session.run_example))
    server.command(RUN_ALL)(_function(session.run_examples))
    return server


def _function(method: Callable[..., Any]) -> Callable[..., Any]:
    """A function that does as a method; pygls notes on it what it answers."""

    @wraps(method)
    def call(*arguments: Any) -> Any:
        return method(*arguments)

    return call
