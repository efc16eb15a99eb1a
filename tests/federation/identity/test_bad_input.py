"""Certificates, requests and registers that were tampered with end in a refusal, in no crash."""

from __future__ import annotations

import base64
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from platelaw.federation.identity.authority import AuthorityError, issue, new_authority, new_request
from platelaw.federation.identity.certificates import uris_of
from platelaw.federation.identity.peer import Peers
from platelaw.federation.identity.signers import COLUMNS as SIGNER_COLUMNS
from platelaw.federation.identity.signers import signers_of
from platelaw.federation.identity.standing import COLUMNS as CALLER_COLUMNS
from platelaw.federation.identity.standing import Standings, standing_of
from platelaw.federation.identity.tables import TableError
from platelaw.federation.refusal import RefusedCallError, Status

from .world import DOMAIN, holding, now, spiffe, standing

TIMES = 3000
ROOT = new_authority(DOMAIN, now=now())

pytestmark = pytest.mark.filterwarnings(
    "ignore::cryptography.utils.CryptographyDeprecationWarning"  # of serial numbers below one
)


def tampered(good: bytes, seed: int) -> Iterator[bytes]:
    """Good bytes with a few bits, bytes or lengths changed."""
    dice = random.Random(seed)
    for _ in range(TIMES):
        data = bytearray(good)
        for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
            at = dice.randrange(len(data))
            match dice.randrange(4):
                case 0:
                    data[at] ^= 1 << dice.randrange(8)
                case 1:
                    data[at] = dice.randrange(256)
                case 2:
                    del data[at : at + dice.randrange(1, 4)]
                case _:
                    data[at:at] = bytes([dice.randrange(256)])
        yield bytes(data)


def test_a_certificate_that_was_tampered_with_names_its_holder_or_nobody() -> None:
    """TLS has held the signature against the root; here only what it says is read."""
    good = x509.load_pem_x509_certificate(holding(ROOT).certificate).public_bytes(Encoding.DER)
    peers = Peers(Standings(standing(spiffe())), [DOMAIN])
    met: Counter[str] = Counter()
    for data in tampered(good, 1):
        try:
            assert peers.caller_of_certificate(data, "TLSv1.3", now()).spiffe_id == str(spiffe())
            met["let in"] += 1
        except RefusedCallError as fault:
            met[fault.status.name] += 1
    assert met.keys() == {
        "let in",
        Status.UNAUTHENTICATED.name,
        Status.PERMISSION_DENIED.name,
    }


def test_a_request_of_which_anything_signed_was_changed_gets_no_certificate() -> None:
    good = x509.load_pem_x509_csr(new_request(spiffe()).request).public_bytes(Encoding.DER)
    refused = 0
    for data in tampered(good, 2):
        text = base64.encodebytes(data)
        pem = b"-----BEGIN CERTIFICATE REQUEST-----\n%b-----END CERTIFICATE REQUEST-----\n" % text
        try:
            made = x509.load_pem_x509_certificate(issue(ROOT, pem, now=now()))
            assert uris_of(made) == [str(spiffe())], "what was signed is as it was"
        except AuthorityError:
            refused += 1
    assert refused > TIMES * 0.9


TEXTS = st.text(st.sampled_from('a,"\n\r\0;* -+:/.é' + "\ufeff"), max_size=200)


@given(TEXTS, TEXTS)
def test_any_text_is_a_register_or_a_fault_with_its_place(head: str, rest: str) -> None:
    for columns, read in ((CALLER_COLUMNS, standing_of), (SIGNER_COLUMNS, signers_of)):
        for text in (head, f"{','.join(columns)}\n{rest}"):
            said = ""
            try:
                read(text, "register.csv")
            except TableError as fault:
                said = str(fault)
            assert not said or said.startswith("register.csv:")
