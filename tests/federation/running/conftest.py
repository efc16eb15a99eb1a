from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from platelaw.engine.cache import Cache
from platelaw.federation.client import Client, TlsFiles
from platelaw.federation.embedded import TRUST_DOMAIN, Embedded, embedded


def utc_now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def platelaw(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "platelaw", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@dataclass
class Running:
    """A service in a process of its own, and what it said."""

    arguments: list[str]
    prefix: list[str] = field(default_factory=list[str])  # of the command, such as where it runs
    lines: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        command = [*self.prefix, sys.executable, "-m", "platelaw", "serve", *self.arguments]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"},
        )
        self._said = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._said:
                self.lines.append(line)
                self._said.notify_all()
        with self._said:
            self.lines.append("(end)")
            self._said.notify_all()

    def wait_for(self, words: str, seconds: float = 60, *, after: int = 0) -> dict[str, object]:
        """The first line of JSON that has some words."""

        def found() -> list[str]:
            return [line for line in self.lines[after:] if words in line or line == "(end)"]

        with self._said:
            assert self._said.wait_for(lambda: bool(found()), seconds), "".join(self.lines)
            line = found()[0]
        assert line != "(end)", "".join(self.lines)
        told: dict[str, object] = json.loads(line)
        return told

    def end(self) -> int:
        """Ask it to end, and its exit status."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)  # it tells what each thread does
            self.close()
            raise AssertionError("it does not end:\n" + "".join(self.lines)) from None
        return self.close()

    def close(self) -> int:
        """Let go of a process that has ended; its exit status."""
        status = self.process.wait(60)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


def client_of(made: Embedded, name: str, server: str) -> Client:
    tls = made.home.tls(name)
    files = TlsFiles(tls.certificate, tls.key, tls.authorities)
    return Client(server, files, timeout=10, allow_development=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    folder = tmp_path_factory.mktemp("made")
    return embedded(folder / "home", utc_now, Cache(folder / "cache"))


def config_of(made: Embedded, folder: Path, *, workers: int = 1, more: str = "") -> Path:
    """A configuration that serves a development repository as an operator would."""
    tls = made.home.tls()
    root = folder / "root.json"
    root.write_bytes(made.repository.root)
    state = folder / "state"
    state.mkdir(mode=0o700)
    file = folder / "service.toml"
    file.write_text(
        f'''listen = "127.0.0.1:0"
trust_domain = "{TRUST_DOMAIN}"
operator = "CT/example-pd"
state = "{state}"
workers = {workers}
{more}

[tls]
certificate = "{tls.certificate}"
key = "{tls.key}"
authorities = "{tls.authorities}"

[repository]
folder = "{made.home.folder / "repository"}"
root = "{root}"
every_seconds = 1
''',
        "utf-8",
    )
    return file


@pytest.fixture
def development(tmp_path: Path) -> Iterator[Running]:
    home = str(tmp_path / "home")
    running = Running(["--home", home, "--port", "0", "--http-port", "0", "--json"])
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.close()
