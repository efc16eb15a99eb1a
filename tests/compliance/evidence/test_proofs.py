"""Answers in a package are proven by the decision log, and do not tell what was asked."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.compliance.evidence.errors import PackageError
from platelaw.compliance.evidence.proofs import (
    KEYS,
    Given,
    proof_faults,
    proof_files,
    told_proofs,
)
from platelaw.compliance.findings.showing import listed
from platelaw.compliance.results.store import open_results
from platelaw.dsl.model import Library
from platelaw.engine.decision import Engine
from platelaw.engine.library import shipped_registry
from platelaw.federation.log.keys import COLUMNS
from platelaw.federation.log.signing import log_signer
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d

from ...federation.deciding.asking import caller, envelope, question
from ...federation.log.recording import ORIGIN, recorded

REASON = "look for the stolen Subaru"


@dataclass(frozen=True)
class Asked:
    """What a service answered, and the register of its log."""

    one: bytes
    many: bytes
    keys: str


def register(vkey: str, pem: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((COLUMNS, (ORIGIN, "one", vkey, pem, "", "")))
    return text.getvalue()


@pytest.fixture(scope="module")
def asked(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    engine = Engine(library, shipped_registry())
    with recorded(engine, tmp_path_factory.mktemp("log")) as made:
        single = d.DecideRequest(envelope=envelope("request-1"), question=question(reason=REASON))
        one = made.point.call("Decide", single.SerializeToString(), caller())
        several = d.DecideManyRequest(
            envelope=envelope("request-2"), questions=[question(user="user-9"), question(reason="")]
        )
        many = made.point.call("DecideMany", several.SerializeToString(), caller())
        vkey, key = made.signer.public
    return Asked(one, many, register(vkey, key.keyval["public"]))


@pytest.fixture(scope="module")
def files(asked: Asked) -> dict[str, bytes]:
    return proof_files([Given("a.pb", asked.one), Given("b.pb", asked.many)], asked.keys)


def faults(files: dict[str, bytes]) -> list[str]:
    return list(proof_faults(files, None))


def test_answers_of_one_call_or_of_many_are_proven_again_from_the_package(
    files: dict[str, bytes],
) -> None:
    assert sorted(files) == ["proofs/answer-1.pb", "proofs/answer-2.pb", KEYS]
    assert faults(files) == []
    told = list(told_proofs(files))
    assert told[0].startswith("`proofs/answer-1.pb`: PERMIT (permitted), decided 2026-")
    assert "request `request-1`: entry 0 of the log `ct.example/log`" in told[0]
    assert len(told) == 3


def test_neither_the_explanation_nor_what_binds_the_question_is_put_in(
    asked: Asked, files: dict[str, bytes]
) -> None:
    whole = d.DecideResponse.FromString(asked.one).answer
    (kept,) = d.DecideManyResponse.FromString(files["proofs/answer-1.pb"]).answers
    assert whole.recorded.nonce not in files["proofs/answer-1.pb"]
    assert whole.request_digest not in files["proofs/answer-1.pb"]
    assert not kept.HasField("explanation")
    assert kept.recorded.entry == whole.recorded.entry


def test_an_answer_that_the_log_does_not_answer_for_is_refused_and_why_is_said(
    asked: Asked, tmp_path: Path
) -> None:
    changed = d.DecideResponse.FromString(asked.one)
    changed.answer.outcome = a.OUTCOME_DENY
    with pytest.raises(PackageError) as raised:
        proof_files([Given("a.pb", changed.SerializeToString())], asked.keys)
    assert raised.value.message == (
        "a.pb: it is not proven: the answer is not what its entry says: `outcome`"
    )
    with pytest.raises(PackageError, match="holds no answer"):
        proof_files([Given("a.pb", b"a letter")], asked.keys)
    vkey, key = log_signer(tmp_path, ORIGIN).public
    with pytest.raises(PackageError, match="none of the keys"):
        proof_files([Given("a.pb", asked.one)], register(vkey, key.keyval["public"]))
    with pytest.raises(PackageError, match="is no key of a log"):
        proof_files([Given("a.pb", asked.one)], "a letter")


def test_a_bit_that_was_changed_in_what_the_log_signed_is_found_and_its_file_named(
    files: dict[str, bytes],
) -> None:
    name = "proofs/answer-1.pb"
    (kept,) = d.DecideManyResponse.FromString(files[name]).answers
    proof = kept.recorded.proof
    for signed in (kept.recorded.entry, proof.checkpoint.encode(), proof.signature):
        at = files[name].index(signed) + len(signed) // 2
        content = bytearray(files[name])
        content[at] ^= 1
        assert [each for each in faults({**files, name: bytes(content)}) if name in each]
    assert faults({**files, KEYS: b"a letter"})
    assert faults({each: files[each] for each in files if each != KEYS})


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(platelaw, ["evidence", *map(str, words)])


@pytest.mark.usefixtures("quick_library")
def test_the_one_offline_command_proves_the_answers_of_a_package(
    asked: Asked, results: Path, tmp_path: Path
) -> None:
    with open_results(results) as opened:
        key = listed(opened)[0].id
    answer, keys, place = (tmp_path / name for name in ("answer", "logs.csv", "package"))
    answer.write_bytes(asked.one)
    keys.write_text(asked.keys, "utf-8")
    packing = ("pack", key, "--results", results, "--to", place, "--proof", answer)
    assert "--proof needs the public keys" in run(*packing).stderr
    assert not place.exists()
    ran = run(*packing, "--key", keys)
    assert ran.exit_code == 0, ran.output
    assert "PERMIT (permitted)" in (place / "README.md").read_text("utf-8")
    ran = run("verify", place)
    assert ran.exit_code == 0
    assert "holds: the decision log answers for every answer, by the package's own" in ran.stdout
    assert f"every answer, by {keys}" in run("verify", place, "--key", keys).stdout
    inside = place / "proofs" / "answer-1.pb"
    inside.write_bytes(inside.read_bytes()[:-1])
    ran = run("verify", place)
    assert ran.exit_code == 1
    assert "proofs/answer-1.pb was changed" in ran.stdout
