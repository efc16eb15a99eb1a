"""The register of logs, and the policies that are kept for as long as a log lives."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner

from platelaw.federation.bundles.contents import digest_of
from platelaw.federation.identity.tables import TableError
from platelaw.federation.log.keys import COLUMNS, logs_of, read_logs
from platelaw.federation.log.notes import NoteSigner
from platelaw.federation.log.policies import PolicyArchive, PolicyArchiveError

NOTE = NoteSigner("aa.example/log", Ed25519PrivateKey.generate())
PEM = str(CryptoSigner.generate_ecdsa().public_key.keyval["public"])
SPKI = load_pem_public_key(PEM.encode()).public_bytes(
    Encoding.DER, PublicFormat.SubjectPublicKeyInfo
)
ROW = {
    "origin": "aa.example/log",
    "server": "one",
    "note_key": NOTE.vkey,
    "dsse_key": PEM,
    "from": "2026-11-01",
    "until": "",
}
MAY = datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)


def table(*rows: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([row[column] for column in COLUMNS] for row in rows)
    return text.getvalue()


# The register ----------------------------------------------------------------------------------


def test_a_register_says_whose_keys_sign_a_log_and_when() -> None:
    keys = logs_of(table(ROW))
    (key,) = keys.of("aa.example/log")
    assert keys.of("bb.example/log") == ()
    assert (key.server, key.note.name) == ("one", "aa.example/log")
    assert key.dsse is not None
    assert not key.counts_at(MAY)
    assert key.counts_at(MAY.replace(year=2027))


def test_a_key_of_envelopes_may_stand_in_hexadecimal() -> None:
    (one,) = logs_of(table(ROW)).keys
    (other,) = logs_of(table({**ROW, "dsse_key": SPKI.hex()})).keys
    assert one.dsse == other.dsse


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"origin": ""}, "`origin` is blank; fill it in"),
        ({"note_key": "aa+12345678+AAAA"}, "`note_key` is no verifier key:"),
        ({"dsse_key": "12"}, "`dsse_key` is no public key; write PEM"),
        ({"dsse_key": "-----BEGIN nothing"}, "`dsse_key` is no public key"),
        ({"from": "soon"}, "`from` says `soon`; write a day"),
        ({"until": "2026-10-01"}, "`until` is not after `from`; write a later day"),
    ],
)
def test_a_row_that_cannot_be_gone_by_is_told_with_the_mend(
    change: dict[str, str], words: str
) -> None:
    with pytest.raises(TableError) as raised:
        logs_of(table({**ROW, **change}))
    assert words in str(raised.value)


def test_a_key_stands_once_in_a_register() -> None:
    with pytest.raises(TableError, match="`note_key` is there already"):
        logs_of(table(ROW, {**ROW, "server": "two"}))


def test_a_verifier_key_by_itself_is_of_whatever_log_it_signs(tmp_path: Path) -> None:
    file = tmp_path / "log.vkey"
    file.write_text(f"{NOTE.vkey}\n\n")
    assert len(read_logs(file).of("any/log")) == 1
    file.write_text("no key\n")
    with pytest.raises(TableError, match=r"log\.vkey:1: is no key of a log"):
        read_logs(file)


# Policies that are kept ------------------------------------------------------------------------

ONE, TWO = {"core/a.policy": b"one"}, {"core/a.policy": b"two", "registry/b.csv": b"b"}
DAY = datetime.timedelta(days=1)


def test_every_version_is_kept_whole_and_found_by_its_digest(tmp_path: Path) -> None:
    archive = PolicyArchive(tmp_path / "policies")
    assert archive.files(digest_of(ONE)) is None
    assert archive.keep(digest_of(ONE), ONE, MAY)
    assert archive.keep(digest_of(TWO), TWO, MAY + DAY)
    assert not archive.keep(digest_of(TWO), TWO, MAY + 2 * DAY)  # issued anew, and no other
    assert archive.files(digest_of(ONE)) == ONE
    assert archive.files(digest_of(TWO)) == TWO
    assert set(archive.digests()) == {digest_of(ONE), digest_of(TWO)}


def test_what_was_known_on_a_day_is_told_also_after_a_version_came_back(tmp_path: Path) -> None:
    archive = PolicyArchive(tmp_path)
    for at, files in enumerate((ONE, TWO, ONE)):
        archive.keep(digest_of(files), files, MAY + at * DAY)
    known = [archive.as_known(MAY + at * DAY) for at in (-1, 0, 1, 2)]
    assert [each and each.digest for each in known] == [
        None,
        digest_of(ONE),
        digest_of(TWO),
        digest_of(ONE),
    ]


def test_a_version_that_is_torn_or_another_one_is_not_believed(tmp_path: Path) -> None:
    archive = PolicyArchive(tmp_path)
    archive.keep(digest_of(ONE), ONE, MAY)
    (file,) = tmp_path.glob("*.zip")
    file.rename(file.with_name(f"{digest_of(TWO)}.zip"))
    with pytest.raises(PolicyArchiveError, match="holds the version"):
        archive.files(digest_of(TWO))
    (tmp_path / f"{digest_of(ONE)}.zip").write_bytes(b"torn")
    with pytest.raises(PolicyArchiveError, match="put back the file of another copy"):
        archive.files(digest_of(ONE))
    (tmp_path / "versions").write_text("yesterday\n")
    with pytest.raises(PolicyArchiveError, match="versions:1: is not a moment and a digest"):
        list(archive.known())


def test_versions_are_copied_with_since_when_they_were_known(tmp_path: Path) -> None:
    archive, other = PolicyArchive(tmp_path / "one"), PolicyArchive(tmp_path / "other")
    archive.keep(digest_of(ONE), ONE, MAY)
    archive.keep(digest_of(TWO), TWO, MAY + DAY)
    for _ in range(2):
        archive.copy_to(other, [digest_of(TWO), "f" * 64])
    assert other.files(digest_of(TWO)) == TWO
    assert [each.digest for each in other.known()] == [digest_of(TWO)]
