"""A development service that runs beside a test, and the command line against it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from platelaw.cli import platelaw

Run = Callable[..., Result]


@contextmanager
def served(folder: Path) -> Generator[Path]:
    """A development service in a folder."""
    command = [sys.executable, "-m", "platelaw", "serve", "--home", str(folder), "--json"]
    ports = ["--port", "0", "--http-port", "0"]
    with subprocess.Popen([*command, *ports], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["development"]
        yield folder
        process.terminate()


def against(home: Path) -> Run:
    """Runs commands against the service of a folder."""

    def invoke(*arguments: str | Path, text: str | None = None) -> Result:
        words = [*map(str, arguments), "--home", str(home)]
        result = CliRunner().invoke(platelaw, words, input=text)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return invoke
