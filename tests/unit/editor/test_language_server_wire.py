"""Messages that fit nothing, and editors that leave without a word."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw

from .client import Editor
from .law import FILES, POLICY


def test_messages_that_fit_nothing_are_answered_and_the_server_goes_on(tmp_path: Path) -> None:
    uri = (tmp_path / "harbor.policy").as_uri()
    with Editor() as editor:
        assert editor.answer("textDocument/frobnicate")["error"]["code"] == -32601
        assert editor.answer("textDocument/hover", position="here")["error"]["code"] == -32602
        assert editor.answer("workspace/executeCommand", command="rm")["error"]["code"] == -32602
        editor.send(b"{no json")
        editor.send(b"[]")
        editor.send(json.dumps({"jsonrpc": "2.0", "id": 0}).encode())
        document = {"uri": uri, "version": 7}
        editor.tell("textDocument/didChange", textDocument=document, contentChanges=[])
        editor.tell("textDocument/didClose", textDocument={"uri": "gopher:nowhere"})
        place = {"line": 9999, "character": 99}
        nowhere = {"uri": "gopher:nowhere"}
        assert editor.ask("textDocument/hover", textDocument=nowhere, position=place) is None
        editor.open(uri, POLICY)
        assert {fault["code"] for fault in editor.faults(uri)} >= {"PL207"}
        assert editor.ask("shutdown") is None
        editor.tell("exit")
        assert editor.process.wait(timeout=300) == 0
        assert "Traceback" not in editor.errors()


def test_an_editor_that_dies_in_the_middle_of_a_message_ends_the_server(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    before = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    with Editor(folder=tmp_path) as editor:
        assert editor.process.stdin is not None
        assert editor.process.stdout is not None
        place = {"line": 1, "character": 1}
        asked = {"textDocument": {"uri": (tmp_path / "harbor.policy").as_uri()}, "position": place}
        message = {"jsonrpc": "2.0", "id": 9, "method": "textDocument/hover", "params": asked}
        editor.process.stdout.close()
        editor.send(json.dumps(message).encode())
        editor.process.stdin.write(b'Content-Length: 500\r\n\r\n{"jsonrpc"')
        editor.process.stdin.close()
        assert editor.process.wait(timeout=300) == 1
        assert "Traceback" not in editor.errors()
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.startswith("platelaw.editor")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("pygls", "lsprotocol"):
        monkeypatch.setitem(sys.modules, name, None)
    result = CliRunner().invoke(platelaw, ["lsp"])
    assert result.exit_code == 2
    assert "pip install '.[editor]'" in result.output


def test_places_that_do_not_exist_are_refused_at_once() -> None:
    result = CliRunner().invoke(platelaw, ["lsp", "nowhere.policy"])
    assert result.exit_code == 2
    assert "nowhere.policy: no such file or folder" in result.output
