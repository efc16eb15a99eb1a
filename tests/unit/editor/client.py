"""A small editor: it speaks the protocol over pipes with the real server process.

Written by hand on purpose: a client of the server's own library would share its mistakes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from types import TracebackType
from typing import Any

Json = dict[str, Any]
_PATIENCE = 300  # seconds


class Editor:
    """One server process and what it has said."""

    def __init__(self, *arguments: str, folder: Path | None = None, **capabilities: Any) -> None:
        command = [sys.executable, "-m", "platelaw", "lsp", *arguments]
        pipe = subprocess.PIPE
        # A pipe that nobody reads would stop the server when it is full.
        self._noted = TemporaryFile()  # noqa: SIM115 (closed with the editor)
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._noted)
        self.said: list[Json] = []
        self._number = 0
        self._versions: dict[str, int] = {}
        uri = folder.as_uri() if folder else None
        folders = [{"uri": uri, "name": "law"}] if uri else None
        self.server: Json = self.ask(
            "initialize",
            processId=os.getpid(),
            rootUri=uri,
            workspaceFolders=folders,
            capabilities=capabilities,
        )
        self.tell("initialized")

    def __enter__(self) -> Editor:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        for file in (self.process.stdin, self.process.stdout, self._noted):
            with suppress(BrokenPipeError):
                file.close() if file is not None else None

    # The wire ----------------------------------------------------------------------------------

    def send(self, body: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _send(self, message: Json) -> None:
        self.send(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def _receive(self) -> Json:
        ended = Timer(_PATIENCE, self.process.kill)  # a test that waits for nothing fails
        ended.start()
        try:
            return self._message()
        finally:
            ended.cancel()

    def _message(self) -> Json:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, f"the server is gone: {self.errors()}"
        message: Json = json.loads(self.process.stdout.read(length))
        if "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def errors(self) -> str:
        """What the server noted; it has ended then."""
        self.process.kill()
        self.process.wait()
        self._noted.seek(0)
        return self._noted.read().decode()

    def tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def answer(self, method: str, **params: Any) -> Json:
        """The whole answer to a question."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self.answer_to(self._number)

    def answer_to(self, number: int | str) -> Json:
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                return message
            self.said.append(message)

    def ask(self, method: str, **params: Any) -> Any:
        answer = self.answer(method, **params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def until(self, fits: Callable[[Json], bool]) -> Json:
        """The first message that fits, said already or to come."""
        while True:
            for at, message in enumerate(self.said):
                if fits(message):
                    del self.said[: at + 1]
                    return message
            self.said.append(self._receive())

    # Documents ---------------------------------------------------------------------------------

    def open(self, uri: str, text: str) -> None:
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": "policy", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)

    def change(self, uri: str, text: str) -> None:
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])

    def close(self, uri: str) -> None:
        del self._versions[uri]
        self.tell("textDocument/didClose", textDocument={"uri": uri})

    def close_all(self) -> None:
        for uri in [*self._versions]:
            self.close(uri)

    def faults(self, uri: str) -> list[Json]:
        """What the server says of a document as it is now."""
        version = self._versions.get(uri)
        message = self.until(
            lambda said: (
                said.get("method") == "textDocument/publishDiagnostics"
                and said["params"]["uri"] == uri
                and said["params"].get("version") == version
            )
        )
        found: list[Json] = message["params"]["diagnostics"]
        return found

    def at(self, method: str, uri: str, place: tuple[int, int], **more: Any) -> Any:
        """What is answered about a place."""
        return self.ask(f"textDocument/{method}", **about(uri, place), **more)


def about(uri: str, place: tuple[int, int]) -> Json:
    line, character = place
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def place_of(text: str, word: str, *, after: bool = False, nth: int = 0) -> tuple[int, int]:
    """The place of a word in a text, as editors count: in UTF-16."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(word, at + 1)
    at += len(word) * after
    line = text.count("\n", 0, at)
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return line, len(before.encode("utf-16-le")) // 2


def cut(text: str, line: int, start: int, end: int | None = None) -> str:
    """A part of a line, as editors count: in UTF-16."""
    units = text.split("\n")[line].encode("utf-16-le")
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le")
