"""``platelaw verify``: what an answer proves, offline."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ..federation.deciding.explaining import OUTCOMES
from ..federation.identity.tables import TableError
from ..federation.log.answer_files import AnswerError
from ..federation.log.keys import LogKeys, read_logs
from ..federation.log.notes import CosignatureVerifier, NoteError
from ..federation.log.policies import PolicyArchive, PolicyArchiveError
from ..federation.log.proving import Checked, checked
from .common import EXIT_NOTHING, stop
from .home import home_from, home_option
from .log_common import VERSION, json_option, key_option, registered

_WORDS = {int(code): outcome.value for outcome, code in OUTCOMES.items()}


@click.command("verify")
@click.argument("answer_file", metavar="ANSWER", type=click.Path(path_type=Path, allow_dash=True))
@key_option
@click.option("--witness", "witnesses", multiple=True, metavar="KEY|FILE", help="The public key of "
              "a witness (C2SP), or a file with it; may be repeated.")  # fmt: skip
@home_option
@json_option
def verify_command(
    answer_file: Path,
    key_file: Path | None,
    witnesses: tuple[str, ...],
    home: Path | None,
    as_json: bool,
) -> None:
    """Prove an answer offline: the log holds it, and it says what the log says.

    Reads a file that `platelaw ask --save` wrote, or any response of Decide, DecideMany or
    DecideSearch, serialized or as JSON. What is proven is said, and what is not.
    Exit code: 0 proven, 1 not, 2 if there is no answer or no key.

    \b
    Examples:
      platelaw verify answer.pb
      platelaw verify answer.pb --key logs.csv --witness witness.vkey
    """  # noqa: D301
    try:
        is_input = str(answer_file) == "-"
        data = sys.stdin.buffer.read() if is_input else answer_file.read_bytes()
        found = checked(data, _keys(key_file, home), [_witness(each) for each in witnesses])
    except (AnswerError, PolicyArchiveError, TableError) as fault:
        stop(f"{answer_file}: {fault}" if isinstance(fault, AnswerError) else str(fault))
    except OSError as fault:
        stop(f"{answer_file}: {fault.strerror or fault}", "name a file that can be read")
    is_proven = all(each.is_proven for each in found)
    if as_json:
        told = {"version": VERSION, "proven": is_proven, "answers": list(map(_plain, found))}
        click.echo(json.dumps(told, indent=2))
    else:
        for number, each in enumerate(found):
            if number:
                click.echo("")
            for line in _lines(each):
                click.echo(line)
    raise SystemExit(0 if is_proven else EXIT_NOTHING)


def _keys(key_file: Path | None, home: Path | None) -> LogKeys:
    """The public keys: those named, or those of the development service."""
    if key_file is not None:
        return read_logs(key_file)
    folder = home_from(home)
    keys = registered(PolicyArchive(folder / "policies"))
    if not keys.keys:
        stop(
            f"no public key of a log is at hand in {folder}",
            "name the `logs.csv` of the registry, or a verifier key, with --key",
        )
    return keys


def _witness(named: str) -> CosignatureVerifier:
    file = Path(named)
    try:
        return CosignatureVerifier.of(file.read_text("utf-8").strip() if file.exists() else named)
    except (NoteError, OSError, UnicodeDecodeError) as fault:
        stop(f"--witness {named}: {fault}", "name the `witness.vkey` that `platelaw witness` wrote")


def _lines(found: Checked) -> Iterator[str]:
    answer = found.answer
    yield f"{_WORDS.get(answer.outcome, '')}: {answer.reason}"
    yield f"  decided {answer.decided_at.ToDatetime(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC"
    if answer.release_id:
        yield f"  release {answer.release_id.hex()}"
        until = answer.valid_until.ToDatetime(datetime.UTC)
        yield f"  may begin until {until:%Y-%m-%d %H:%M:%S} UTC; what it proves does not end"
    if found.is_proven:
        yield click.style("PROVEN", fg="green", bold=True)
    else:
        yield click.style("NOT PROVEN", fg="red", bold=True)
    yield from (f"  - {fault}" for fault in found.faults)
    if found.proven:
        yield "Proven:" if found.is_proven else "What holds:"
        yield from (f"  - {words}" for words in found.proven)
    if found.unproven:
        yield "Not proven by this:"
        yield from (f"  - {words}" for words in found.unproven)


def _plain(found: Checked) -> dict[str, Any]:
    answer = found.answer
    return {
        "proven": found.is_proven,
        "outcome": _WORDS.get(answer.outcome, ""),
        "reason": answer.reason,
        "origin": found.origin,
        "index": found.index,
        "size": found.size,
        "server": found.server,
        "policy_digest": answer.policy_digest,
        "request_digest": answer.request_digest.hex(),
        "release_id": answer.release_id.hex(),
        "holds": list(found.proven),
        "faults": list(found.faults),
        "unproven": list(found.unproven),
    }
