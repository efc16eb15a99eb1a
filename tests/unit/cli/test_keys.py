"""``platelaw keys``: from an authority to a caller on file, and off it again."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography import x509
from securesystemslib.signer import CryptoSigner

from platelaw.federation.bundles.keys import read_signer
from platelaw.federation.identity.authority import new_request
from platelaw.federation.identity.certificates import uris_of
from platelaw.federation.identity.credentials import TlsFiles, read_pair
from platelaw.federation.identity.signers import read_signers, signers_of
from platelaw.federation.identity.spiffe import parse_spiffe
from platelaw.federation.identity.standing import read_standing

from .conftest import Run

WHO = "spiffe://aa.example/agency/AA/pd/role/custodian"
REQUEST = ("--trust-domain", "aa.example", "--agency", "AA/pd", "--role", "custodian")
SIGNER = ("--agency", "AA/pd", "--role", "owner_custodian", "--user", "desk-1")


@pytest.fixture
def ca(tmp_path: Path, run: Run) -> Path:
    folder = tmp_path / "ca"
    assert run("keys", "authority", folder, "--trust-domain", "aa.example").exit_code == 0
    return folder


@pytest.fixture
def desk_folder(tmp_path: Path, run: Run) -> Path:
    folder = tmp_path / "desk"
    assert run("keys", "request", folder, *REQUEST).exit_code == 0
    return folder


@pytest.fixture
def callers(tmp_path: Path) -> Path:
    (tmp_path / "registry").mkdir()
    return tmp_path / "registry" / "callers.csv"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_private_keys_are_for_their_user_alone(ca: Path, desk_folder: Path) -> None:
    assert mode(ca / "authority.key") == mode(desk_folder / "tls.key") == 0o600
    assert mode(ca) == mode(desk_folder) == 0o700


def test_a_request_holds_no_private_key_and_names_the_caller(desk_folder: Path) -> None:
    text = (desk_folder / "tls.csr").read_bytes()
    assert b"PRIVATE" not in text
    assert uris_of(x509.load_pem_x509_csr(text)) == [WHO]


def test_an_issued_certificate_fits_its_key_and_puts_the_caller_on_file(
    ca: Path, desk_folder: Path, callers: Path, run: Run
) -> None:
    result = run("keys", "issue", ca, desk_folder / "tls.csr", "--callers", callers)
    assert result.exit_code == 0, result.stderr
    assert f"spiffe ids   {WHO}" in result.stdout
    files = TlsFiles(
        desk_folder / "tls.pem", desk_folder / "tls.key", ca / "authority.pem", ("aa.example",)
    )
    read_pair(files)
    assert read_standing(callers.parent).find(WHO) is not None


def test_a_caller_that_is_on_file_stays_as_it_is(
    ca: Path, desk_folder: Path, callers: Path, run: Run
) -> None:
    callers.write_text(
        f"source,spiffe_id,standing,acts_for,revoked_serials\nletter,{WHO},suspended,BB/pd,\n"
    )
    before = callers.read_text()
    run("keys", "issue", ca, desk_folder / "tls.csr", "--callers", callers)
    assert callers.read_text() == before


def test_revoking_enters_the_serial_number_once_and_leaves_the_rest(
    ca: Path, desk_folder: Path, callers: Path, run: Run
) -> None:
    other = "spiffe://aa.example/agency/BB/pd/role/court"
    callers.write_text(
        f"spiffe_id,standing,revoked_serials,acts_for,source\n{other},good,ff,,letter 1\n"
        f"{WHO},good,a1,BB/pd CC/pd,letter 2\n"
    )
    run("keys", "issue", ca, desk_folder / "tls.csr")
    shown = json.loads(run("keys", "show", desk_folder / "tls.pem", "--json").stdout)
    first = run("keys", "revoke", desk_folder / "tls.pem", "--callers", callers)
    again = run("keys", "revoke", desk_folder / "tls.pem", "--callers", callers)
    assert first.stdout == f"{shown['serial']} of {WHO} revoked\n"
    assert again.stdout == f"{shown['serial']} of {WHO} was revoked before\n"
    standing = read_standing(callers.parent)
    revoked, untouched = standing.find(WHO), standing.find(other)
    assert revoked is not None
    assert untouched is not None
    assert revoked.revoked == {"a1", shown["serial"]}
    assert revoked.acts_for == {"BB/pd", "CC/pd"}
    assert untouched.revoked == {"ff"}
    assert untouched.source == "letter 1"


def test_what_no_register_knows_cannot_be_revoked_there(
    ca: Path, desk_folder: Path, callers: Path, run: Run
) -> None:
    callers.write_text("spiffe_id,standing,revoked_serials,acts_for,source\n")
    before = callers.read_text()
    run("keys", "issue", ca, desk_folder / "tls.csr")
    result = run("keys", "revoke", desk_folder / "tls.pem", "--callers", callers)
    assert result.exit_code == 2
    assert f"`{WHO}` is not on file" in result.stderr
    assert callers.read_text() == before


def test_an_authority_names_nobody_to_be_revoked(ca: Path, callers: Path, run: Run) -> None:
    result = run("keys", "revoke", ca / "authority.pem", "--callers", callers)
    assert result.exit_code == 2
    assert "names no caller" in result.stderr


def test_showing_an_authority_tells_for_whom_it_vouches(ca: Path, run: Run) -> None:
    result = run("keys", "show", ca / "authority.pem")
    assert "vouches for  aa.example\n" in result.stdout
    assert "spiffe ids" not in result.stdout


def test_a_service_is_named_with_its_hosts(tmp_path: Path, ca: Path, run: Run) -> None:
    folder = tmp_path / "here"
    asked = (*REQUEST[:-1], "service", "--host", "decide.aa.example", "--host", "127.0.0.1")
    run("keys", "request", folder, *asked)
    result = run("keys", "issue", ca, folder / "tls.csr", "--days", "3")
    assert "hosts        decide.aa.example, 127.0.0.1\n" in result.stdout


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        ("authority", "ca", "--trust-domain", "aa.example"),
        ("request", "desk", *REQUEST),
        ("issue", "ca", "desk/tls.csr"),
        ("signer", "signer", *SIGNER),
    ],
    ids=lambda words: str(words[0]),
)
@pytest.mark.usefixtures("ca", "desk_folder")
def test_nothing_is_overwritten_without_force(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, again: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    run("keys", "issue", "ca", "desk/tls.csr")
    run("keys", "signer", "signer", *SIGNER)

    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    before = contents()
    result = run("keys", *again)
    assert result.exit_code == 2
    assert "is there already; name another place, or say --force" in result.stderr
    assert contents() == before
    assert run("keys", *again, "--force").exit_code == 0
    assert contents().keys() == before.keys()
    assert contents() != before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("authority", "new", "--trust-domain", "AA.example"), "is no trust domain"),
        (("request", "new", *REQUEST[:2], "--agency", "A A", *REQUEST[4:]), "`A A` cannot stand"),
        (("request", "new", *REQUEST, "--host", "bücher"), "is no name and no address of a host"),
        (("issue", "absent", "desk/tls.csr"), "absent/authority.pem: cannot be read"),
        (("issue", "ca", "ca/authority.pem"), "not a signed request for a certificate"),
        (("show", "desk/tls.csr"), "not a certificate in PEM or DER"),
        (("revoke", "absent.pem", "--callers", "x.csv"), "absent.pem: cannot be read"),
    ],
)
@pytest.mark.usefixtures("ca", "desk_folder")
def test_a_fault_of_the_user_s_is_told_with_its_mend_and_nothing_is_written(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    result = run("keys", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_an_authority_signs_for_its_own_trust_domain_only(
    tmp_path: Path, ca: Path, run: Run
) -> None:
    other = parse_spiffe(WHO.replace("aa.example", "bb.example"))
    (tmp_path / "other.csr").write_bytes(new_request(other).request)
    result = run("keys", "issue", ca, tmp_path / "other.csr")
    assert result.exit_code == 2
    assert "does not vouch for the trust domain `bb.example`" in result.stderr
    assert not (tmp_path / "tls.pem").exists()


# Signers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["ecdsa-sha2-nistp256", "ed25519"])
def test_a_signer_s_row_is_that_of_its_key(tmp_path: Path, run: Run, scheme: str) -> None:
    folder = tmp_path / "clerk"
    result = run("keys", "signer", folder, *SIGNER, "--scheme", scheme, "--level", "verification")
    assert result.exit_code == 0, result.stderr
    assert mode(folder / "signer.key") == 0o600
    signer: CryptoSigner = read_signer(folder / "signer.key")
    on_file = signers_of(result.stdout).find(signer.public_key.keyid)
    assert on_file is not None
    on_file.key.verify_signature(signer.sign(b"words"), b"words")
    assert (on_file.agency, on_file.role, on_file.highest.value) == (
        "AA/pd",
        "owner_custodian",
        "verification",
    )


def test_signers_are_entered_beside_those_on_file(tmp_path: Path, run: Run) -> None:
    register = tmp_path / "signers.csv"
    for name in ("one", "two"):
        result = run("keys", "signer", tmp_path / name, *SIGNER, "--signers", register)
        assert result.exit_code == 0, result.stderr
    assert len(read_signers(tmp_path).signers) == 2


def test_a_role_that_is_no_word_gets_no_key(tmp_path: Path, run: Run) -> None:
    words = ("--agency", "AA/pd", "--role", "Clerk", "--user", "x")
    result = run("keys", "signer", tmp_path / "clerk", *words)
    assert result.exit_code == 2
    assert "`role` says `Clerk`" in result.stderr
    assert not (tmp_path / "clerk").exists()


def test_where_the_register_cannot_be_gone_by_no_key_is_made(tmp_path: Path, run: Run) -> None:
    register = tmp_path / "signers.csv"
    register.write_text("key_id\n")
    result = run("keys", "signer", tmp_path / "clerk", *SIGNER, "--signers", register)
    assert result.exit_code == 2
    assert f"{register}:1: the header has no column" in result.stderr
    assert list((tmp_path / "clerk").iterdir()) == []


def test_where_the_register_cannot_be_gone_by_no_certificate_is_issued(
    tmp_path: Path, ca: Path, desk_folder: Path, callers: Path, run: Run
) -> None:
    callers.write_text("spiffe_id\n")
    result = run("keys", "issue", ca, desk_folder / "tls.csr", "--callers", callers)
    assert result.exit_code == 2
    assert f"{callers}:1: the header has no column" in result.stderr
    assert not (desk_folder / "tls.pem").exists()
