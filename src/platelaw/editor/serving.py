"""The language server's wire: standard input and output, and messages that fit nothing.

This is an edge: what the editor writes is read here, and only here is anything written to it.
"""

from __future__ import annotations

import logging
import os
import sys
from io import FileIO
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, PyglsError
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

_log = logging.getLogger(__name__)


class Protocol(LanguageServerProtocol):
    """The protocol, with an answer to every request, even to one that fits nothing."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as a value.

        Raises:
            JsonRpcException: It fits nothing; a request was told so.
        """
        try:
            return super().structure_message(data)
        except JsonRpcException as fault:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=fault.to_response_error())
            raise

    @property
    def was_shut_down(self) -> bool:
        """Whether the editor said that it was done."""
        return self._shutdown


class Server(LanguageServer):
    """A server that tells of faults in its log, not in windows."""

    @property
    def was_shut_down(self) -> bool:
        """Whether the editor said that it was done."""
        return isinstance(self.protocol, Protocol) and self.protocol.was_shut_down

    def report_server_error(
        self, error: Exception, source: type[PyglsError] | type[JsonRpcException]
    ) -> None:
        """Note a fault of the server on standard error; what it refused, the editor shows."""
        del source
        if getattr(error, "code", None) != types.LSPErrorCodes.RequestFailed:
            _log.warning("%s", error)


class Pipe:
    """Standard output, which an editor may leave at any time."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self.is_closed = False

    def write(self, data: bytes) -> int:
        """Write a message whole, or nothing more from now on."""
        if not self.is_closed:
            left = memoryview(data)
            try:
                while left:
                    left = left[self._file.write(left) :]
            except OSError:
                self.is_closed = True
        return len(data)

    def flush(self) -> None:
        """Everything is written at once."""

    def close(self) -> None:
        """The server ends; the file ends with the process."""


def serve(server: Server) -> int:
    """Answer on standard input and output until the editor leaves; the exit code.

    What anything else prints goes to standard error.
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="platelaw lsp: %(message)s"
    )
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # what it notes is told to the editor
    output = FileIO(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server.start_io(sys.stdin.buffer, Pipe(output))  # type: ignore[arg-type]
    return 0 if server.was_shut_down else 1
