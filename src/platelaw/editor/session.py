"""One editor's session: what it has open, and what it is told unasked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types

from ..dsl import syntax as tree
from ..dsl.diagnostics import Diagnostic
from ..engine.examples import diagnostics_of
from .answers import Answers, refused
from .lines import Encoding
from .project import LARGEST, Project, Shipped
from .serving import Server
from .translating import Translator, by_name, name_of
from .trying import Tried, tried
from .workspace import Workspace

QUIET = 0.1  # seconds without a keystroke before the library is checked
REST = 0.4  # seconds more before the files are checked that a change reaches, if they are many


@dataclass(slots=True)
class Session:
    """What one editor has open.

    Attributes:
        server: Where it is told something.
        workspace: The libraries.
        translator: Speaks its places.
        answers: Answers what it asks.
    """

    server: Server
    workspace: Workspace
    translator: Translator
    answers: Answers
    _versions: dict[str, int] = field(default_factory=dict[str, int], init=False)
    _told: dict[Project, dict[str, list[types.Diagnostic]]] = field(
        default_factory=dict[Project, "dict[str, list[types.Diagnostic]]"], init=False
    )
    _waiting: dict[Project, asyncio.TimerHandle] = field(
        default_factory=dict[Project, asyncio.TimerHandle], init=False
    )
    _tried: dict[tuple[str, str], Tried] = field(
        default_factory=dict[tuple[str, str], Tried], init=False
    )

    # The editor's life ------------------------------------------------------------------------

    def initialize(self, params: types.InitializeParams) -> None:
        """Take in the folders, and agree on what columns count."""
        agreed = self.server.workspace.position_encoding
        self.translator.encoding = Encoding(str(getattr(agreed, "value", agreed or "utf-16")))
        uris = [folder.uri for folder in params.workspace_folders or []]
        root = [params.root_uri] if params.root_uri else []
        self.workspace.change_folders(_folders(uris or root), [])

    def initialized(self, _params: types.InitializedParams) -> None:
        """Ask to be told of files that change, and tell what is wrong."""
        self._watch()
        self._publish_all()

    @property
    def _is_watching(self) -> bool:
        """Whether the editor tells of files that somebody else writes."""
        capabilities = self.server.client_capabilities.workspace
        watching = capabilities.did_change_watched_files if capabilities else None
        return watching is not None and bool(watching.dynamic_registration)

    def _watch(self) -> None:
        if not self._is_watching:
            return
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher(glob_pattern="**/*.policy")]
        )
        registration = types.Registration(
            "platelaw-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
        )
        self.server.client_register_capability(types.RegistrationParams([registration]))

    def folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Folders were added or taken away."""
        added = _folders(folder.uri for folder in params.event.added)
        removed = _folders(folder.uri for folder in params.event.removed)
        for project in self.workspace.change_folders(added, removed):
            self._forget(project)
        self._publish_all()

    # Documents --------------------------------------------------------------------------------

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document is open: its text is the editor's."""
        document = params.text_document
        name = name_of(document.uri)
        self.translator.addresses[name] = document.uri
        self._take(name, document.text, document.version)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document has another text; every change brings the whole of it."""
        name = name_of(params.text_document.uri)
        if name in self._versions and params.content_changes:
            text = params.content_changes[-1].text
            self._take(name, text, params.text_document.version)

    def _take(self, name: str, text: str, version: int) -> None:
        self._versions[name] = version
        self._publish_soon(self.workspace.open(name, text))

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document is the file again."""
        name = name_of(params.text_document.uri)
        if self._versions.pop(name, None) is None:
            return
        project = self.workspace.close(name)
        self._publish(project)
        self.translator.addresses.pop(name, None)
        if project not in self.workspace.projects():
            self._forget(project)

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A document was written; without word of other files they are looked at now."""
        if not self._is_watching:
            project = self.workspace.project_of(name_of(params.text_document.uri))
            project.read_places()
            self._publish_soon(project)

    def files_changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files were written, added or taken away, by this editor or by somebody else."""
        for change in params.changes:
            name = name_of(change.uri)
            for project in self.workspace.holding(name):
                project.read_again(name)
                self._publish_soon(project)

    # Faults -----------------------------------------------------------------------------------

    def _publish_soon(self, project: Project) -> None:
        """Tell what is wrong once nobody types any more."""
        self._call_later(QUIET, self._publish_first, project)

    def _call_later(self, wait: float, tell: Callable[[Project], None], project: Project) -> None:
        waiting = self._waiting.pop(project, None)
        if waiting is not None:
            waiting.cancel()
        loop = asyncio.get_running_loop()
        self._waiting[project] = loop.call_later(wait, tell, project)

    def _publish_first(self, project: Project) -> None:
        """Tell what is wrong: if all of it takes long, first with what is typed in."""
        first = project.first
        if first is None:
            self._publish(project)
            return
        told = self._told.setdefault(project, {})
        for name in sorted(first.keys() & self._versions.keys()):
            told[name] = [self.translator.diagnostic(fault) for fault in first[name]]
            self._tell(name, told[name])
        self._call_later(REST, self._publish, project)

    def _publish_all(self) -> None:
        for project in self.workspace.projects():
            self._publish(project)

    def _publish(self, project: Project) -> None:
        """Tell what is wrong with every file of a library, where that is not known."""
        self._forget_results(project)
        self._log(project)
        faults = by_name([*project.checked.diagnostics, *self._failures(project)])
        told = self._told.setdefault(project, {})
        for name in sorted({*faults, *told, *project.own}):
            found = [self.translator.diagnostic(fault) for fault in faults.get(name, ())]
            found += [_TOO_LARGE] if name in project.too_large else []
            if found != told.get(name, []) or name in self._versions:
                self._tell(name, found)
            told[name] = found
        self._told[project] = {name: found for name, found in told.items() if found}

    def _tell(self, name: str, faults: list[types.Diagnostic]) -> None:
        """Tell what is wrong with a document."""
        self.server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                self.translator.uri(name), faults, version=self._versions.get(name)
            )
        )

    def _forget(self, project: Project) -> None:
        """A library is no more: nothing is wrong with its files."""
        waiting = self._waiting.pop(project, None)
        if waiting is not None:
            waiting.cancel()
        for name in self._told.pop(project, {}):
            if name not in self._versions:
                self._tell(name, [])

    def _log(self, project: Project) -> None:
        """Tell of files that could not be read."""
        while project.notes:
            note = types.LogMessageParams(types.MessageType.Warning, project.notes.pop(0))
            self.server.window_log_message(note)

    # Examples ---------------------------------------------------------------------------------

    def lenses(self, params: types.CodeLensParams) -> list[types.CodeLens]:
        """A line over every example that runs it, with how it came out last."""
        name = name_of(params.text_document.uri)
        parse = self.workspace.project_of(name).parses.get(name)
        found: list[types.CodeLens] = []
        examples = (
            [s for s in parse.document.statements if isinstance(s, tree.Example)] if parse else []
        )
        for node in examples:
            place = self.translator.range(node.span)
            result = self._tried.get((name, node.title))
            title = f"{result.line} (run again)" if result else "Run example"
            arguments = [params.text_document.uri, node.title]
            command = types.Command(title, RUN, arguments=arguments)
            found.append(types.CodeLens(types.Range(place.start, place.start), command))
        if len(examples) > 1 and parse is not None:
            start = self.translator.range(parse.document.statements[0].span).start
            command = types.Command(
                f"Run all {len(examples)} examples", RUN_ALL, arguments=[params.text_document.uri]
            )
            found.insert(0, types.CodeLens(types.Range(start, start), command))
        return found

    def run_example(self, uri: str, title: str) -> str:
        """Run one example of a document; how it came out."""
        return self._run(uri, (title,))

    def run_examples(self, uri: str) -> str:
        """Run every example of a document; how they came out."""
        return self._run(uri, None)

    def _run(self, uri: str, titles: Iterable[str] | None) -> str:
        name = name_of(uri)
        project = self.workspace.project_of(name)
        library = project.checked.library
        if library is None:
            errors = sum(fault.is_error for fault in project.checked.diagnostics)
            raise refused(f"the library is refused: mend its {errors} faults first")
        results = tried(library, self.workspace.shipped.registry, name, titles)
        if not results:
            raise refused("there is no such example")
        self._tried |= {(name, each.result.example.node.title): each for each in results}
        self._show(results)
        self._publish(project)
        return "\n\n".join(result.text for result in results)

    def _show(self, results: list[Tried]) -> None:
        """Tell how examples came out: in short, and at length in the log."""
        failed = [result for result in results if not result.passed]
        kind = types.MessageType.Warning if failed else types.MessageType.Info
        counted = f"{len(results) - len(failed)} passed, {len(failed)} failed"
        short = (failed or results)[0].text.partition("\n")[0] if len(results) == 1 else counted
        self.server.window_show_message(types.ShowMessageParams(kind, short))
        for result in failed:
            self.server.window_log_message(types.LogMessageParams(kind, result.text))
        capabilities = self.server.client_capabilities.workspace
        lens = capabilities.code_lens if capabilities else None
        if lens is not None and lens.refresh_support:
            self.server.workspace_code_lens_refresh(None)

    def _forget_results(self, project: Project) -> None:
        """A result counts for the library that gave it alone."""
        kept = {
            key: result
            for key, result in self._tried.items()
            if key[0] not in project.own or result.library is project.checked.library
        }
        self._tried = kept

    def _failures(self, project: Project) -> list[Diagnostic]:
        mine = [result for key, result in self._tried.items() if key[0] in project.own]
        return diagnostics_of([result.result for result in mine])


def _folders(uris: Iterable[str]) -> list[Path]:
    """The folders of addresses, those left out that are no files of this machine."""
    return [Path(name_of(uri)) for uri in uris if uri.startswith("file:")]


RUN = "platelaw.runExample"
RUN_ALL = "platelaw.runExamples"
_START = types.Range(types.Position(0, 0), types.Position(0, 0))
_TOO_LARGE = types.Diagnostic(
    _START,
    f"the file has more than {LARGEST:,} characters and is not read while you type\n"
    "help: `platelaw check` reads it; split it to have it read here",
    severity=types.DiagnosticSeverity.Warning,
    source="platelaw",
)


def session_of(server: Server, shipped: Shipped, places: tuple[Path, ...]) -> Session:
    """A session that has nothing open yet."""
    workspace, translator = Workspace(shipped, places), Translator()
    return Session(server, workspace, translator, Answers(workspace, translator))
