"""``platelaw verify``: an answer is proven offline, and a changed one is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf import json_format

from platelaw.cli import platelaw
from platelaw.federation.log.notes import CosignatureSigner, Note
from platelaw.federation.log.policies import PolicyArchive
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import log_pb2 as log

from .home import Left

_HEX = re.compile(r"[0-9a-f]{32}")


def verify(left: Left, response: bytes, folder: Path, *more: str) -> Result:
    """The command on a response in a file."""
    file = folder / "answer"
    file.write_bytes(response)
    return left.run("verify", file, *more)


def answer_of(left: Left, name: str) -> a.Answer:
    return d.DecideResponse.FromString(left.responses[name]).answer


def test_an_answer_is_proven_and_what_is_not_is_said(left: Left, tmp_path: Path) -> None:
    found = verify(left, left.responses["permit"], tmp_path)
    assert found.exit_code == 0
    assert _HEX.sub("HEX", found.stdout) == (
        "PERMIT: permitted\n"
        "  decided 2026-11-26 17:12:30 UTC\n"
        "  release HEX\n"
        "  may begin until 2026-11-26 17:17:30 UTC; what it proves does not end\n"
        "PROVEN\n"
        "Proven:\n"
        "  - the answer says what its entry says: outcome, reason, moment, policies, question, "
        "ids\n"
        "  - it is entry 0 of the log `development.platelaw.internal/log`, of 1 entries then\n"
        "  - the log signed the checkpoint, by the server `development`\n"
        "  - the same text is signed in a DSSE envelope (P-256)\n"
        "Not proven by this:\n"
        "  - that everybody is shown this same log: no witness known here cosigned the checkpoint\n"
        "  - that the answer is right: `platelaw log replay` recomputes it from the log\n"
        "  - the explanation (rules, routes, duties): it is not part of the entry\n"
        "  - who answered: the service has a development identity, good for trying only\n"
    )


@pytest.mark.parametrize("name", ["permit", "hold", "deny", "last", "batch", "search"])
def test_every_kind_of_response_is_proven(left: Left, tmp_path: Path, name: str) -> None:
    found = verify(left, left.responses[name], tmp_path, "--json")
    told = json.loads(found.stdout)
    assert (found.exit_code, told["proven"]) == (0, True)
    assert len(told["answers"]) == (2 if name in {"batch", "search"} else 1)


def test_json_and_a_bare_answer_are_read_too(left: Left, tmp_path: Path) -> None:
    response = d.DecideResponse.FromString(left.responses["permit"])
    batch = d.DecideManyResponse.FromString(left.responses["batch"])
    texts = (json_format.MessageToJson(response), json_format.MessageToJson(batch),
             json_format.MessageToJson(response.answer))  # fmt: skip
    for text in texts:
        assert verify(left, text.encode(), tmp_path).exit_code == 0
    assert verify(left, response.answer.SerializeToString(), tmp_path).exit_code == 0
    assert left.run("verify", "-", stdin=left.responses["permit"]).exit_code == 0


def outcome(answer: a.Answer) -> None:
    answer.outcome = a.OUTCOME_PERMIT


def longer(answer: a.Answer) -> None:
    answer.valid_until.seconds += 1


def another_question(answer: a.Answer) -> None:
    answer.request_digest = bytes(32)


def index(answer: a.Answer) -> None:
    answer.recorded.index -= 1


def entry(answer: a.Answer) -> None:
    changed = log.LogEntry.FromString(answer.recorded.entry)
    changed.answer.request_id = "request-other"
    answer.recorded.entry = changed.SerializeToString()


def moment(answer: a.Answer) -> None:
    entry = log.LogEntry.FromString(answer.recorded.entry)
    entry.at.seconds = 10**15
    answer.recorded.entry = entry.SerializeToString()


def hashes(answer: a.Answer) -> None:
    proof = answer.recorded.proof
    proof.hashes = proof.hashes[:-1] + bytes([proof.hashes[-1] ^ 1])


def root(answer: a.Answer) -> None:
    lines = answer.recorded.proof.checkpoint.split("\n")
    lines[2] = ("B" if lines[2][0] == "A" else "A") + lines[2][1:]
    answer.recorded.proof.checkpoint = "\n".join(lines)


def envelope(answer: a.Answer) -> None:
    proof = answer.recorded.proof
    proof.signature = proof.signature[:-1] + bytes([proof.signature[-1] ^ 1])


def origin(answer: a.Answer) -> None:
    answer.recorded.origin = "another/log"


def unrecorded(answer: a.Answer) -> None:
    answer.ClearField("recorded")


CHANGES: dict[Callable[[a.Answer], None], str] = {
    outcome: "the answer is not what its entry says: `outcome`",
    longer: "the answer is not what its entry says: `valid_until`",
    another_question: "the answer is not what its entry says: `request_digest`",
    index: "the proof does not lead from the entry to the root of the checkpoint",
    entry: "the proof does not lead from the entry to the root of the checkpoint",
    moment: "the moment of the entry is none that a clock shows",
    hashes: "the proof does not lead from the entry to the root of the checkpoint",
    root: "does not hold",
    envelope: "the second signature, of the DSSE envelope, does not hold",
    origin: "the checkpoint is of the log `development.platelaw.internal/log`",
    unrecorded: "the answer is not recorded, so nothing proves it",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_answer_is_not_proven_and_why_is_said(
    left: Left, tmp_path: Path, change: Callable[[a.Answer], None]
) -> None:
    answer = answer_of(left, "hold" if change is outcome else "last")
    change(answer)
    found = verify(left, d.DecideResponse(answer=answer).SerializeToString(), tmp_path)
    assert found.exit_code == 1
    assert "NOT PROVEN" in found.stdout
    assert CHANGES[change] in found.stdout


def test_answers_of_a_batch_in_another_order_are_not_proven(left: Left, tmp_path: Path) -> None:
    batch = d.DecideManyResponse.FromString(left.responses["batch"])
    swapped = d.DecideManyResponse(answers=batch.answers[::-1], proof=batch.proof)
    found = verify(left, swapped.SerializeToString(), tmp_path)
    assert found.exit_code == 1
    assert "do not follow each other" in found.stdout


def test_a_key_by_itself_checks_the_note_alone(left: Left, tmp_path: Path) -> None:
    archive = PolicyArchive(left.folder / "policies")
    (digest,) = archive.digests()
    files = archive.files(digest)
    assert files is not None
    register = tmp_path / "logs.csv"
    register.write_bytes(files["registry/logs.csv"])
    vkey = tmp_path / "log.vkey"
    vkey.write_text(register.read_text().splitlines()[1].split(",")[2] + "\n")
    by_register = verify(left, left.responses["permit"], tmp_path, "--key", str(register))
    assert by_register.exit_code == 0
    by_vkey = verify(left, left.responses["permit"], tmp_path, "--key", str(vkey))
    assert by_vkey.exit_code == 0
    assert "the second signature was not looked at" in by_vkey.stdout


def test_without_a_key_nothing_is_said(left: Left, tmp_path: Path) -> None:
    file = tmp_path / "answer"
    file.write_bytes(left.responses["permit"])
    found = CliRunner().invoke(platelaw, ["verify", str(file), "--home", str(tmp_path)])
    assert found.exit_code == 2
    assert "no public key of a log is at hand" in found.stderr
    (tmp_path / "wrong.csv").write_text("a,b\n")
    found = verify(left, left.responses["permit"], tmp_path, "--key", str(tmp_path / "wrong.csv"))
    assert found.exit_code == 2
    assert "the header has no column `origin`" in found.stderr


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xff", b'{"answer": 3}', b"{"])
def test_what_is_no_answer_is_bad_input(left: Left, tmp_path: Path, data: bytes) -> None:
    found = verify(left, data, tmp_path)
    assert found.exit_code == 2
    assert "holds no answer" in found.stderr


def test_an_answer_of_no_moment_is_bad_input(left: Left, tmp_path: Path) -> None:
    answer = answer_of(left, "permit")
    answer.valid_until.seconds = 10**15
    found = verify(left, answer.SerializeToString(), tmp_path)
    assert found.exit_code == 2
    assert "`valid_until` is no moment that a clock shows" in found.stderr


def test_a_witness_that_cosigned_is_told(left: Left, tmp_path: Path) -> None:
    witness = CosignatureSigner("witness.example", Ed25519PrivateKey.generate())
    answer = answer_of(left, "permit")
    note = Note.parse(answer.recorded.proof.checkpoint)
    cosigned = note.with_signatures(witness.sign(note.text, 1_764_000_000))
    answer.recorded.proof.checkpoint = str(cosigned)
    response = d.DecideResponse(answer=answer).SerializeToString()
    without = verify(left, response, tmp_path)
    assert "(witness.example signed too: name its key with --witness)" in without.stdout
    found = verify(left, response, tmp_path, "--witness", witness.vkey)
    assert "  - 1 witness cosigned the checkpoint\n" in found.stdout
    assert verify(left, response, tmp_path, "--witness", "nonsense").exit_code == 2
