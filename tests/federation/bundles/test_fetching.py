"""Over HTTP a repository is what it is in a folder, and a server that misbehaves is given up."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tuf.api.exceptions import DownloadError, DownloadHTTPError, DownloadLengthMismatchError

from platelaw.federation.bundles.client import sync
from platelaw.federation.bundles.errors import UnreachableError
from platelaw.federation.bundles.fetching import FolderSource, HttpSource

from .world import World


class Server:
    """An HTTP server on loopback that counts its connections and requests."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.requests: list[str] = []
        self.connections = 0

        def handled(*arguments: Any) -> BaseHTTPRequestHandler:
            self.connections += 1
            return handler(*arguments)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handled)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def serving(world: World) -> Server:
    asked: list[str] = []

    class Files(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(world.repository))

        def log_message(self, format: str, *args: Any) -> None:
            asked.append(self.path)

    server = Server(Files)
    server.requests = asked
    return server


def test_a_repository_is_taken_over_by_http_as_from_a_folder(world: World) -> None:
    by_folder = world.sync()
    server = serving(world)
    try:
        mirror = world.folder / "by-http"
        bundle = sync(server.address, mirror, world.made.root, clock=world.clock, store=world.store)
        assert bundle.digest == by_folder.digest
        first = len(server.requests)
        assert server.connections <= 8 < first  # connections are kept and shared
        again = sync(server.address, mirror, world.made.root, clock=world.clock, store=world.store)
        assert again.digest == by_folder.digest
        assert set(server.requests[first:]) == {
            "/metadata/2.root.json",
            "/metadata/timestamp.json",
        }
    finally:
        server.close()
    away = sync(server.address, mirror, world.made.root, clock=world.clock, store=world.store)
    assert isinstance(away.fault, UnreachableError)
    assert away.digest == by_folder.digest


class Dripping(BaseHTTPRequestHandler):
    """One byte after another, for ever."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.01)
        except OSError:
            pass


class Endless(Dripping):
    """As many bytes as anybody takes."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            pass


class Elsewhere(Dripping):
    """Sends everybody somewhere else."""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.mark.parametrize(
    ("handler", "fault"),
    [
        (Dripping, DownloadError),
        (Endless, DownloadLengthMismatchError),
        (Elsewhere, DownloadError),
    ],
    ids=["slow", "endless", "elsewhere"],
)
def test_a_server_that_misbehaves_is_given_up(
    handler: type[BaseHTTPRequestHandler], fault: type[Exception]
) -> None:
    server = Server(handler)
    try:
        with pytest.raises(fault):
            HttpSource(server.address, seconds=0.2).download_bytes("metadata/1.json", 100_000)
    finally:
        server.close()


def test_a_folder_gives_nothing_outside_it(world: World) -> None:
    source = FolderSource(world.repository)
    (world.folder / "secret").write_text("x")
    for address in ("../secret", "metadata/../../secret", "metadata/%2e%2e/%2e%2e/secret"):
        with pytest.raises(DownloadHTTPError):
            source.download_bytes(address, 100)


SYNC = """
import sys
from pathlib import Path
from platelaw.federation.bundles.client import sync
sync(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]).read_bytes())
"""


def test_a_repository_that_is_slow_keeps_nobody_from_starting_over_the_mirror(world: World) -> None:
    digest = world.sync().digest
    asked, over = threading.Event(), threading.Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            over.wait(60)

    server, found = Server(Silent), list[str]()
    root = world.folder / "root.json"
    root.write_bytes(world.made.root)
    syncing = subprocess.Popen(
        [sys.executable, "-c", SYNC, server.address, str(world.mirror), str(root)],
        stderr=subprocess.DEVNULL,
    )
    try:
        assert asked.wait(60)
        start = threading.Thread(target=lambda: found.append(world.stored().digest), daemon=True)
        start.start()
        start.join(10)
        assert syncing.poll() is None
        assert found == [digest]
    finally:
        over.set()
        syncing.kill()
        syncing.wait()
        server.close()
