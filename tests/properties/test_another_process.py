"""The same bytes in another process, whatever the order of its hash tables."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from .checks import Case
from .world import REGISTRY, WORDS

# Reads libraries and requests, and prints the answers.
PROGRAM = """
import datetime, pickle, sys
from platelaw.dsl.check import check
from platelaw.dsl.parser import Parser
from platelaw.dsl.source import Source
from platelaw.engine.decision import Engine
from platelaw.engine.render_json import decision_bytes
registry, asked = pickle.load(open(sys.argv[1], "rb"))
parser, at = Parser(), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
for files, requests in asked:
    library = check(parser.parse(Source(*file)) for file in files.items()).library
    for request in requests:
        decision = Engine(library, registry).decide(request, decided_at=at)
        sys.stdout.buffer.write(decision_bytes(decision) + b"\\n")
"""


def _answers(path: Path, seed: str) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", PROGRAM, str(path)]
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout


def test_another_process_with_another_hash_seed_gives_the_same_bytes(
    corpus: list[Case], tmp_path: Path
) -> None:
    asked = [({**WORDS, **case.library.files()}, case.requests) for case in corpus[:25]]
    path = tmp_path / "asked"
    path.write_bytes(pickle.dumps((REGISTRY, asked)))
    first, second = _answers(path, "1"), _answers(path, "2")
    assert first.count(b"\n") == 50
    assert first == second
