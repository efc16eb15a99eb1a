"""The registers of callers and signers, as the registry's files say them."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.engine.registry import read_registry
from platelaw.federation.identity.signers import COLUMNS as SIGNER_COLUMNS
from platelaw.federation.identity.signers import read_signers, signers_of
from platelaw.federation.identity.standing import Standings, read_standing, standing_of
from platelaw.federation.identity.tables import State, TableError

WHO = "spiffe://aa.example/agency/AA/pd/role/custodian"
HEADER = "spiffe_id,standing,revoked_serials,acts_for,source\n"


# Callers ----------------------------------------------------------------------------------------


def test_a_register_says_how_its_callers_stand() -> None:
    other = "spiffe://aa.example/agency/VENDOR/example/role/vendor"
    found = standing_of(
        f"{HEADER}{WHO},good,0A ff,,letter 1\n\n{other},suspended,,AA/pd BB/pd,letter 2\n"
    )
    first, second = found.find(WHO), found.find(other)
    assert first is not None
    assert second is not None
    assert (first.state, first.revoked, first.acts_for) == (
        State.GOOD,
        frozenset({"a", "ff"}),
        frozenset(),
    )
    assert (second.state, second.acts_for) == (State.SUSPENDED, frozenset({"AA/pd", "BB/pd"}))
    assert found.find("spiffe://aa.example/agency/AA/pd/role/court") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "callers.csv:1: the header has no column `spiffe_id`; write it once"),
        (HEADER.replace("source", "sauce"), "the header has no column `source`"),
        (HEADER.strip() + ",note\n", "callers.csv:1: the column `note` is not known; write"),
        (HEADER.strip() + ",source\n", "more than one column `source`"),
        (f"{HEADER}{WHO},good,,\n", "callers.csv:2: the row has 4 cells and the header 5"),
        (f"{HEADER},good,,,\n", "callers.csv:2: `spiffe_id` is blank; fill it in"),
        (f"{HEADER}{WHO}/x,good,,,\n", "callers.csv:2: `spiffe_id` cannot be read; `spiffe://"),
        (
            f"{HEADER}{WHO},god,,,\n",
            "callers.csv:2: `standing` says `god`; write good or suspended",
        ),
        (f"{HEADER}{WHO},,,,\n", "callers.csv:2: `standing` is blank; fill it in"),
        (
            f"{HEADER}{WHO},good,xyz,,\n",
            "`revoked_serials` says `xyz`; write serial numbers in hex",
        ),
        (f"{HEADER}{WHO},good,,* AA/pd,\n", "`acts_for` names `*` and more; write `*` alone"),
        (f"{HEADER}{WHO},good,,,\n{WHO},good,,,\n", "callers.csv:3: `spiffe_id` names `spiffe://"),
        (f'{HEADER}{WHO},good,,,"x\n', "mend the quoting"),
    ],
)
def test_a_register_that_cannot_be_gone_by_says_where_and_how_to_mend_it(
    text: str, words: str
) -> None:
    with pytest.raises(TableError) as caught:
        standing_of(text)
    assert words in str(caught.value)


def test_a_folder_without_a_register_says_so(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"callers\.csv: no such file; make it"):
        read_standing(tmp_path)


def test_a_register_that_is_no_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "callers.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="cannot be read as UTF-8 text"):
        read_standing(tmp_path)


def test_a_standing_is_replaced_for_whoever_asks_next() -> None:
    standings = Standings(standing_of(HEADER))
    before = standings.current
    standings.replace(standing_of(f"{HEADER}{WHO},good,,,\n"))
    assert before.find(WHO) is None
    assert standings.current.find(WHO) is not None


def test_the_registry_of_bodies_passes_over_the_registers_of_the_service(tmp_path: Path) -> None:
    (tmp_path / "bodies.csv").write_text("key,name,sovereign,kind\nAA/pd,A,AA,police\n", "utf-8")
    (tmp_path / "callers.csv").write_text(HEADER, "utf-8")
    (tmp_path / "signers.csv").write_text(",".join(SIGNER_COLUMNS), "utf-8")
    assert list(read_registry(tmp_path).bodies) == ["AA/pd"]


# Signers ----------------------------------------------------------------------------------------

ED25519 = CryptoSigner.generate_ed25519()
P256 = CryptoSigner.generate_ecdsa()
RSA = CryptoSigner.generate_rsa(size=2048)


def pem_of(signer: CryptoSigner) -> str:
    public = load_pem_private_key(signer.private_bytes, None).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def row_of(signer: CryptoSigner, **changes: str) -> dict[str, str]:
    return {
        "key_id": signer.public_key.keyid,
        "public_key": pem_of(signer),
        "scheme": signer.public_key.scheme,
        "agency": "AA/pd",
        "role": "owner_custodian",
        "user": "user-7",
        "highest": "verification",
        "standing": "good",
        "valid_from": "2026-01-01",
        "valid_until": "2027-01-01T05:00:00-05:00",
        "source": "letter 3",
        **changes,
    }


def text_of(*rows: dict[str, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([SIGNER_COLUMNS, *([row[c] for c in SIGNER_COLUMNS] for row in rows)])
    return text.getvalue()


@pytest.mark.parametrize("signer", [ED25519, P256], ids=["ed25519", "p256"])
def test_a_signer_on_file_verifies_what_its_key_signed(signer: CryptoSigner) -> None:
    found = signers_of(text_of(row_of(signer))).find(signer.public_key.keyid)
    assert found is not None
    found.key.verify_signature(signer.sign(b"words"), b"words")
    assert (found.agency, found.role, found.user) == ("AA/pd", "owner_custodian", "user-7")
    assert found.highest is Level.VERIFICATION


def test_a_signer_counts_from_its_first_day_until_its_last_while_it_stands() -> None:
    good = signers_of(text_of(row_of(P256))).find(P256.public_key.keyid)
    suspended = signers_of(text_of(row_of(P256, standing="suspended"))).find(P256.public_key.keyid)
    assert good is not None
    assert suspended is not None
    first = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    end = datetime.datetime(2027, 1, 1, 10, tzinfo=datetime.UTC)
    second = datetime.timedelta(seconds=1)
    told = [good.counts_at(at) for at in (first - second, first, end - second, end)]
    assert told == [False, True, True, False]
    assert not suspended.counts_at(first)


def test_a_key_may_stand_in_a_file_beside_the_register(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "clerk.pem").write_text(pem_of(P256), "utf-8")
    register = text_of(row_of(P256, public_key="keys/clerk.pem"))
    (tmp_path / "signers.csv").write_text(register, "utf-8")
    assert read_signers(tmp_path).find(P256.public_key.keyid) is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key_id": ED25519.public_key.keyid}, "`key_id` says"),
        ({"scheme": "ed25519"}, "`scheme` says `ed25519`; the key's is ecdsa-sha2-nistp256"),
        ({"public_key": "-----BEGIN PUBLIC KEY-----"}, "`public_key` is no public key; write the"),
        ({"public_key": pem_of(RSA)}, "`public_key` is no public key; write the PEM"),
        ({"public_key": "../clerk.pem"}, "or a path inside the folder of the register"),
        ({"public_key": "/etc/clerk.pem"}, "or a path inside the folder of the register"),
        ({"public_key": "absent.pem"}, "`public_key` names `absent.pem`"),
        ({"agency": ""}, "`agency` is blank; fill it in"),
        ({"role": "Court clerk"}, "`role` says `Court clerk`; write a role of the vocabulary"),
        ({"user": ""}, "`user` is blank; fill it in"),
        ({"highest": "assertion"}, "`highest` says `assertion`; write attestation or verification"),
        ({"valid_from": "soon"}, "`valid_from` says `soon`; write a day such as 2026-11-03"),
        ({"valid_from": "2026-01-01T00:00"}, "or an instant such as 2026-11-03T15:00:00Z"),
        ({"valid_until": "2026-01-01"}, "`valid_until` is not after `valid_from`"),
    ],
)
def test_a_signer_that_cannot_be_gone_by_says_where_and_how_to_mend_it(
    tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    (tmp_path / "signers.csv").write_text(text_of(row_of(P256, **changes)), "utf-8")
    with pytest.raises(TableError) as caught:
        read_signers(tmp_path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'signers.csv'}:")


def test_a_key_signs_in_one_role() -> None:
    with pytest.raises(TableError, match="who signs in two roles has two keys"):
        signers_of(text_of(row_of(P256), row_of(P256, role="records_supervisor")))
