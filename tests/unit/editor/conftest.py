"""A server and an editor's folder for each test of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .client import Editor
from .law import FILES

WATCHING = {"didChangeWatchedFiles": {"dynamicRegistration": True}}


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """One server for the tests of a module, which open folders of their own."""
    with Editor(workspace=WATCHING) as opened:
        yield opened


@dataclass
class Folder:
    """A folder that the editor has open."""

    path: Path
    editor: Editor

    def uri(self, name: str) -> str:
        return (self.path / name).as_uri()

    def open(self, name: str, text: str | None = None) -> str:
        """Open a file, or a text that was never saved under its name."""
        text = self.path.joinpath(name).read_text("utf-8") if text is None else text
        self.editor.open(self.uri(name), text)
        return text


@pytest.fixture
def folder(editor: Editor, tmp_path: Path) -> Iterator[Folder]:
    """The folder of an invented agency, open in the editor."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    yield from opened_in(editor, tmp_path)


def opened_in(editor: Editor, path: Path) -> Iterator[Folder]:
    here = [{"uri": path.as_uri(), "name": "law"}]
    change = "workspace/didChangeWorkspaceFolders"
    editor.tell(change, event={"added": here, "removed": []})
    yield Folder(path, editor)
    editor.close_all()
    editor.tell(change, event={"added": [], "removed": here})
