"""Free texts of entries: committed to, sealed, opened, checked and searched."""

from __future__ import annotations

import datetime
import hmac
import itertools
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from platelaw.federation.log.sealing import (
    COMMITMENT_WIDTH,
    CommitmentError,
    Month,
    MonthKey,
    OtherKeyError,
    SealedError,
    SealingError,
    check,
    check_by,
    commit,
    commit_by,
    is_text,
    opened,
    opening,
    seal,
    sealed_under,
)

MONTH = Month(2026, 11)
KEY = MonthKey(bytes(range(32)), "AA/pd", MONTH)
ENTRY, OTHER = b"entry-number-one", b"entry-number-two"
TEXTS = {"reason": "stolen car", "user": "u-17", "subject": "5f" * 32, "case.number": "26-0001"}


def expanded(label: bytes, entry_id: bytes = b"") -> bytes:
    """The same key by the library's own HKDF."""
    return HKDFExpand(SHA256(), 32, label + entry_id).derive(KEY.secret)


# By the standards ---------------------------------------------------------------------------------


def test_a_commitment_is_the_hmac_of_field_and_text_under_a_key_of_the_entry() -> None:
    of_entry = expanded(b"platelaw log 1 commitments\0", ENTRY)
    whole = hmac.digest(of_entry, b"\x00\x04useru-17", "sha256")
    assert opening(KEY, ENTRY) == of_entry
    assert commit(KEY, ENTRY, TEXTS)["user"] == whole[:20]


def test_sealed_texts_are_aes_256_gcm_for_the_entry_alone() -> None:
    sealed = seal(KEY, ENTRY, {"user": "u-17"})
    cipher = AESGCM(expanded(b"platelaw log 1 sealed texts\0"))
    assert sealed[:8] == expanded(b"platelaw log 1 name of a key\0")[:8] == KEY.id
    assert cipher.decrypt(sealed[8:20], sealed[20:], ENTRY) == b"\x81\xa4user\xa4u-17"


# What a reader without the key sees ---------------------------------------------------------------


def test_equal_texts_of_two_entries_have_nothing_in_common() -> None:
    first, second = commit(KEY, ENTRY, TEXTS), commit(KEY, OTHER, TEXTS)
    assert not {*first.values()} & {*second.values()}
    assert seal(KEY, ENTRY, TEXTS)[8:] != seal(KEY, OTHER, TEXTS)[8:]


def test_equal_texts_of_two_fields_of_an_entry_have_different_commitments() -> None:
    made = commit(KEY, ENTRY, {"reason": "same", "user": "same", "case.number": "same"})
    assert len({*made.values()}) == 3


def test_no_two_ways_of_cutting_field_and_text_give_one_commitment() -> None:
    whole = "abcdef"
    made = {commit(KEY, ENTRY, {whole[:at]: whole[at:]})[whole[:at]] for at in range(7)}
    assert len(made) == 7


def test_a_commitment_has_twenty_bytes_however_long_the_text_is() -> None:
    made = commit(KEY, ENTRY, {"reason": "", "user": "x" * 10_000})
    assert {len(value) for value in made.values()} == {COMMITMENT_WIDTH} == {20}


def test_a_key_is_not_shown_by_its_words_or_its_id() -> None:
    shown = f"{KEY!r} {KEY} {KEY.id.hex()}"
    assert KEY.secret.hex() not in shown
    assert repr(KEY.secret) not in shown
    assert str(KEY) == "the key of AA/pd for 2026-11"


def test_a_text_that_is_sealed_twice_for_one_entry_never_meets_another_under_one_nonce() -> None:
    nonces = {seal(KEY, ENTRY, {"user": str(number)})[8:20] for number in range(50)}
    assert len(nonces) == 50
    assert seal(KEY, ENTRY, TEXTS) == seal(KEY, ENTRY, dict(reversed(TEXTS.items())))


# What the key opens -------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [{}, {"user": ""}, TEXTS, {"reason": "naïve 🚗 \x00 \n"}])
def test_with_the_key_texts_come_back_and_are_checked(texts: Mapping[str, str]) -> None:
    found = opened(KEY, ENTRY, seal(KEY, ENTRY, texts))
    assert found == texts
    check(KEY, ENTRY, found, commit(KEY, ENTRY, texts))


def test_with_the_key_one_can_search_for_a_text() -> None:
    ids = [bytes([number]) * 16 for number in range(6)]
    log = {each: commit(KEY, each, {"subject": f"plate-{each[0] % 3}"}) for each in ids}
    found = [
        each[0] for each, logged in log.items() if is_text(KEY, each, "subject", "plate-1", logged)
    ]
    assert found == [1, 4]
    assert not is_text(KEY, ids[1], "user", "plate-1", log[ids[1]])


def test_with_the_opening_of_one_entry_its_texts_are_checked_and_no_other_s() -> None:
    mine = opening(KEY, ENTRY)
    check_by(mine, ENTRY, TEXTS, commit(KEY, ENTRY, TEXTS))
    with pytest.raises(CommitmentError):
        check_by(mine, OTHER, TEXTS, commit(KEY, OTHER, TEXTS))
    assert commit_by(mine, TEXTS) == commit(KEY, ENTRY, TEXTS)


@pytest.mark.parametrize(
    ("changed", "name", "words"),
    [
        ({**TEXTS, "user": "u-18"}, "user", "not the one that the log commits to"),
        ({**TEXTS, "plate": "x"}, "plate", "to which the log does not commit"),
        ({k: v for k, v in TEXTS.items() if k != "subject"}, "subject", "that is not there"),
        ({**TEXTS, "user": "u", "reason": "r"}, "reason", "not the one that the log commits to"),
    ],
)
def test_a_text_that_does_not_fit_is_named(
    changed: Mapping[str, str], name: str, words: str
) -> None:
    with pytest.raises(CommitmentError) as caught:
        check(KEY, ENTRY, changed, commit(KEY, ENTRY, TEXTS))
    assert caught.value.name == name
    assert str(caught.value).startswith(f"field `{name}` of the entry {ENTRY.hex()}: ")
    assert words in str(caught.value)


# What does not open -------------------------------------------------------------------------------


def test_every_flipped_bit_of_sealed_texts_is_noticed() -> None:
    sealed = seal(KEY, ENTRY, {"user": "u-17"})
    for at, bit in itertools.product(range(len(sealed)), range(8)):
        changed = bytearray(sealed)
        changed[at] ^= 1 << bit
        with pytest.raises(SealedError):
            opened(KEY, ENTRY, bytes(changed))


def test_every_shortened_seal_is_noticed() -> None:
    sealed = seal(KEY, ENTRY, {"user": "u-17"})
    for length in range(len(sealed)):
        with pytest.raises(SealedError):
            opened(KEY, ENTRY, sealed[:length])


def test_texts_of_one_entry_do_not_open_as_those_of_another() -> None:
    with pytest.raises(SealedError, match="belong to another entry"):
        opened(KEY, OTHER, seal(KEY, ENTRY, TEXTS))


def test_texts_under_another_key_name_the_key_that_they_need() -> None:
    other = MonthKey(bytes(32), "AA/pd", MONTH, generation=2)
    sealed = seal(KEY, ENTRY, TEXTS)
    with pytest.raises(OtherKeyError, match="generation 2") as caught:
        opened(other, ENTRY, sealed)
    assert caught.value.key_id == sealed_under(sealed) == KEY.id


def test_a_key_has_thirty_two_bytes() -> None:
    with pytest.raises(SealingError, match="32 bytes, not 31"):
        MonthKey(bytes(31), "AA/pd", MONTH)


# Months -------------------------------------------------------------------------------------------


def test_a_month_is_that_of_utc() -> None:
    east = datetime.timezone(datetime.timedelta(hours=9))
    moment = datetime.datetime(2026, 12, 1, 8, 59, tzinfo=east)
    assert Month.of(moment) == MONTH
    assert Month.of(moment + datetime.timedelta(minutes=1)) == Month(2026, 12)
    assert Month.parse("2026-11") == MONTH < Month.parse("2026-12")
    assert str(MONTH) == "2026-11"


def test_a_month_ends_where_the_next_begins() -> None:
    assert MONTH.end() == datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
    assert Month(2026, 12).end() == datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-11", "0000-01", "2026-11 ", "٢٠٢٦-11"])
def test_what_is_no_month_is_refused_with_the_mend(text: str) -> None:
    with pytest.raises(SealingError, match="write it as 2026-11"):
        Month.parse(text)
