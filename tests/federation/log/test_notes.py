"""Signed notes, checkpoints and cosignatures, with the examples of their specifications."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as some

from platelaw.federation.log.notes import (
    Checkpoint,
    CosignatureSigner,
    CosignatureVerifier,
    Kind,
    Note,
    NoteError,
    NoteSigner,
    NoteVerifier,
    Signature,
    VerifierKey,
)
from platelaw.federation.log.tree import EMPTY_ROOT

# Examples of c2sp.org/signed-note and c2sp.org/tlog-cosignature.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501
COSIGNED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CHECKPOINT = Checkpoint("example.gov/log", 7, bytes(range(32)))


def signed() -> tuple[NoteSigner, Note]:
    signer = NoteSigner("example.gov/log", PRIVATE)
    return signer, Note(CHECKPOINT.text, (signer.sign(CHECKPOINT.text),))


def test_the_note_of_the_specification_verifies_and_is_written_back_as_it_came() -> None:
    note = Note.parse(EXAMPLE)
    NoteVerifier.of(EXAMPLE_KEY).check(note)
    assert str(note) == EXAMPLE
    assert str(VerifierKey.parse(EXAMPLE_KEY)) == EXAMPLE_KEY


def test_the_checkpoint_of_the_specification_is_read() -> None:
    note = Note.parse(COSIGNED)
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == note.text
    assert [one.name for one in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert int.from_bytes(note.signatures[1].blob[:8]) == 1679315147
    assert str(note) == COSIGNED


def test_what_a_signer_signs_its_verifier_believes_and_no_other_text() -> None:
    signer, note = signed()
    NoteVerifier.of(signer.vkey).check(note)
    with pytest.raises(NoteError, match="does not hold"):
        NoteVerifier.of(signer.vkey).check(Note(note.text.replace("7", "8", 1), note.signatures))


def test_a_note_by_somebody_else_is_not_believed() -> None:
    _, note = signed()
    other = NoteSigner("example.gov/log", Ed25519PrivateKey.generate())
    with pytest.raises(NoteError, match=r"not signed by example\.gov/log"):
        NoteVerifier.of(other.vkey).check(note)


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    signer, note = signed()
    stranger = Signature("example.gov/log", b"\0\0\0\0", b"anything")
    NoteVerifier.of(signer.vkey).check(note.with_signatures(stranger))


def test_one_bad_signature_of_a_known_key_spoils_the_note() -> None:
    signer, note = signed()
    (good,) = note.signatures
    bad = Signature(good.name, good.key_id, bytes(64))
    with pytest.raises(NoteError, match="does not hold"):
        NoteVerifier.of(signer.vkey).check(note.with_signatures(bad))


def test_a_cosignature_tells_its_time_and_holds_for_one_text_only() -> None:
    witness = CosignatureSigner("witness.example/w", PRIVATE)
    note = signed()[1].with_signatures(
        witness.sign(CHECKPOINT.text, 1_800_000_000), witness.sign(CHECKPOINT.text, 1_800_000_060)
    )
    verifier = CosignatureVerifier.of(witness.vkey)
    assert verifier.check(Note.parse(str(note))) == 1_800_000_060
    with pytest.raises(NoteError, match="does not hold"):
        verifier.check(Note(note.text.replace("7", "8", 1), note.signatures))


def test_the_time_of_a_cosignature_cannot_be_changed() -> None:
    witness = CosignatureSigner("witness.example/w", PRIVATE)
    cosignature = witness.sign(CHECKPOINT.text, 1_800_000_000)
    later = Signature(
        cosignature.name,
        cosignature.key_id,
        (1_800_000_060).to_bytes(8) + cosignature.blob[8:],
    )
    with pytest.raises(NoteError, match="does not hold"):
        CosignatureVerifier.of(witness.vkey).check(Note(CHECKPOINT.text, (later,)))


def test_one_key_has_an_id_for_each_kind_and_is_used_for_its_own_only() -> None:
    note_key, witness_key = NoteSigner("a", PRIVATE).key, CosignatureSigner("a", PRIVATE).key
    assert note_key.key_id != witness_key.key_id
    with pytest.raises(NoteError, match="not one for cosignatures"):
        CosignatureVerifier(note_key)
    with pytest.raises(NoteError, match="not one for notes"):
        NoteVerifier(witness_key)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at least three lines"),
        ("o\n1\n", "at least three lines"),
        ("o\n01\n" + "A" * 43 + "=\n", "plain number"),
        ("o\n-1\n" + "A" * 43 + "=\n", "plain number"),
        ("o\n٣\n" + "A" * 43 + "=\n", "plain number"),
        (f"o\n{2**63}\n" + "A" * 43 + "=\n", "plain number"),
        ("o\n1\n" + "A" * 43 + "=", "at least three lines"),
        ("o\n1\n" + "A" * 42 + "B=\n", "as it must be written"),
        ("o\n1\n" + "A" * 43 + "\n", "not in base64"),
        ("o\n1\nAAAA\n", "32 bytes, not 3"),
        ("\n1\n" + "A" * 43 + "=\n", "none of them empty"),
        ("o\n1\n" + "A" * 43 + "=\n\n", "none of them empty"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, message: str) -> None:
    with pytest.raises(NoteError, match=message):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("text\n", "an empty line"),
        ("text\n\n", "an empty line"),
        ("text\n\n— a AAAAAAAA", "an empty line"),
        ("text\n\n- a AAAAAAAA\n", "em dash"),
        ("text\n\n— a\n", "em dash"),
        ("text\n\n— a+b AAAAAAAA\n", "no plus sign"),
        ("text\n\n—  AAAAAAAA\n", "not empty"),
        ("text\n\n— a AAAA\n", "too short"),
        ("text\n\n— a AAAAA\n", "not in base64"),
        ("te\txt\n\n— a AAAAAAAA\n", "control characters"),
        ("te\r\n\n— a AAAAAAAA\n", "control characters"),
        ("t\n\n" + "— a AAAAAAAA\n" * 65, "at most 64 signatures"),
        ("t" * 65536 + "\n\n— a AAAAAAAA\n", "at most 65536 characters"),
    ],
)
def test_what_is_no_note_is_refused(written: str, message: str) -> None:
    with pytest.raises(NoteError, match=message):
        Note.parse(written)


@pytest.mark.parametrize(
    ("vkey", "message"),
    [
        ("", "NAME\\+ID\\+KEY"),
        ("a+b+c", "eight hexadecimal digits"),
        (EXAMPLE_KEY.replace("530d903a", "530D903A"), "eight hexadecimal digits"),
        (EXAMPLE_KEY.replace("530d903a", "530d903b"), "is 530d903a, not 530d903b"),
        (EXAMPLE_KEY.replace("foo", "bar"), "the id of the key"),
        (EXAMPLE_KEY.replace("+Aek", "+Cek"), "not an Ed25519 key"),
        (EXAMPLE_KEY[:-4], "not an Ed25519 key"),
        (EXAMPLE_KEY + "\n", "not in base64"),
    ],
)
def test_what_is_no_key_is_refused(vkey: str, message: str) -> None:
    with pytest.raises(NoteError, match=message):
        NoteVerifier.of(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x00b", "a\ud800"])
def test_a_key_has_no_such_name(name: str) -> None:
    with pytest.raises(NoteError, match="the name of a key"):
        NoteSigner(name, PRIVATE)


def test_an_empty_tree_and_lines_of_the_log_s_own_have_a_checkpoint() -> None:
    checkpoint = Checkpoint("o", 0, EMPTY_ROOT, ("made in a test",))
    assert Checkpoint.parse(checkpoint.text) == checkpoint


names = some.text(min_size=1, max_size=20).filter(
    lambda name: not any(char.isspace() or char < " " or char == "+" for char in name)
)


@given(
    some.lists(
        some.builds(
            Signature,
            names,
            some.binary(min_size=4, max_size=4),
            some.binary(min_size=1, max_size=80),
        ),
        min_size=1,
        max_size=5,
    ),
    some.integers(0, 2**63 - 1),
    some.binary(min_size=32, max_size=32),
)
def test_what_is_written_is_read_back(signatures: list[Signature], size: int, root: bytes) -> None:
    checkpoint = Checkpoint("example.gov/log", size, root)
    note = Note.parse(str(Note(checkpoint.text, tuple(signatures))))
    assert note.signatures == tuple(signatures)
    assert Checkpoint.parse(note.text) == checkpoint


@given(some.text(max_size=200))
def test_any_text_is_a_note_or_a_note_error(written: str) -> None:
    for parse in (Note.parse, Checkpoint.parse, VerifierKey.parse, Signature.parse):
        try:
            parse(written)
        except NoteError:
            continue


@given(names, some.sampled_from(Kind), some.binary(min_size=32, max_size=32))
def test_a_key_is_written_and_read_back(name: str, kind: Kind, public: bytes) -> None:
    key = VerifierKey(name, kind, public)
    assert VerifierKey.parse(str(key)) == key
