"""A configured service and its witness, each in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from platelaw.federation.embedded import TRUST_DOMAIN, Embedded
from platelaw.federation.log.notes import Checkpoint, CosignatureVerifier, Note, NoteVerifier
from platelaw.federation.log.signing import log_signer
from platelaw.federation.witness.keys import WitnessFolder
from platelaw.federation.witness.store import WitnessStore

from .conftest import Running, client_of, config_of
from .test_serve import ASKED

ORIGIN = f"{TRUST_DOMAIN}/log"


@contextmanager
def witness(folder: Path, vkey: str) -> Generator[str]:
    """A witness of one log, and its line in a policy."""
    folder.mkdir()
    key = WitnessFolder(folder).make("witness.example/one")
    command = [sys.executable, "-m", "platelaw", "witness", "serve", str(folder)]
    command += ["--log", vkey, "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        yield f"witness library {key} {url}\n"
        process.terminate()


def until_there(file: Path) -> str:
    """The text of a file that somebody is about to write."""
    for _ in range(1200):
        if file.exists():
            return file.read_text("utf-8")
        time.sleep(0.05)
    raise AssertionError(file)


def test_what_a_service_records_is_cosigned(made: Embedded, tmp_path: Path) -> None:
    file = config_of(made, tmp_path)
    vkey = log_signer(tmp_path / "state" / "log-signing", ORIGIN).note.vkey
    with witness(tmp_path / "witness", vkey) as line:
        policy = tmp_path / "witnesses.policy"
        policy.write_text(f"log {vkey}\n{line}quorum library\n")
        with file.open("a") as config:
            config.write(f'\n[log]\nwitnesses = "{policy}"\noutside = ["library"]\n')
        running = Running(["--config", str(file)])
        try:
            port = running.wait_for('"serving"')["port"]
            with client_of(made, "darien-platform", f"127.0.0.1:{port}") as client:
                client.decide(ASKED)
                witnessed = until_there(tmp_path / "state" / "log-mark" / "witnessed")
        finally:
            running.end()
    note = Note.parse(witnessed)
    NoteVerifier.of(vkey).check(note)
    folder = WitnessFolder(tmp_path / "witness")
    key = folder.read_key()
    assert CosignatureVerifier(key).check(note)
    store = WitnessStore(folder.state, str(key))
    (seen,) = store.all_seen()
    store.close()
    assert (seen.origin, seen.size) == (ORIGIN, Checkpoint.parse(note.text).size)
