"""Statements are read strictly: whatever cannot be gone by is refused with the mend."""

from __future__ import annotations

import base64
import datetime
import json
import random
from collections import Counter
from typing import Any

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.federation.evidence.envelopes import MAX_ENVELOPE, PAYLOAD_TYPE, opened, signed
from platelaw.federation.evidence.reading import read_statement
from platelaw.federation.evidence.statements import (
    Deleted,
    OfCase,
    OfInstrument,
    OfRelease,
    OfRequest,
    OfStatement,
    Recalled,
    Said,
    SaidDuty,
    SaidFact,
    SaidInstrument,
    SaidReview,
    Statement,
    TakenBack,
    payload_of,
    statement_id,
)
from platelaw.federation.refusal import RefusedCallError, Status

from .people import DAY, NOW, OWNER, REQUESTER, Person, digest

THIS = OfRequest(digest("a search").hex())
PAPER = {"id": "W-1", "kind": "search_warrant", "covers": True, "probable_cause": True}


def fact_payload(**changes: Any) -> dict[str, Any]:
    plain = {
        "kind": "fact",
        "subject": {"request": digest("a search").hex()},
        "fact": "case.active",
        "value": True,
        "level": "attestation",
        "voucher": {"agency": OWNER, "role": "owner_supervisor", "user": "sergeant-1"},
        "issued": "2026-11-26T17:00:00Z",
        "expires": "2026-11-27T17:00:00Z",
        **changes,
    }
    return {key: value for key, value in plain.items() if value is not None}


def spelled(plain: object) -> bytes:
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()


def refused(payload: bytes) -> str:
    with pytest.raises(RefusedCallError) as caught:
        read_statement(payload)
    assert caught.value.status is Status.INVALID_ARGUMENT
    return caught.value.message


EVERY_KIND = [
    (SaidFact("case.active", True), THIS, Level.ATTESTATION),
    (SaidFact("user.directed_by", [OWNER], OWNER), OfCase(REQUESTER, "26-1"), Level.ATTESTATION),
    (SaidInstrument("W-1", {"kind": "search_warrant", "covers": True}), THIS, Level.VERIFICATION),
    (SaidInstrument("W-1", {"kind": "search_warrant"}), OfInstrument("W-1"), Level.VERIFICATION),
    (SaidReview("a/rule", False), THIS, None),
    (SaidDuty("notify"), THIS, None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "subject", "level"), EVERY_KIND, ids=lambda each: str(each)[:30])
@pytest.mark.parametrize("make", [CryptoSigner.generate_ed25519, CryptoSigner.generate_ecdsa])
def test_every_kind_of_statement_survives_its_envelope(
    said: Any, subject: Any, level: Level | None, make: Any
) -> None:
    person = Person(OWNER, "owner_supervisor", "sergeant-1", make())
    statement = person.says(said, subject, level=level)
    sealed = opened(person.sign(statement))
    assert sealed.statement == statement
    assert sealed.id == statement_id(payload_of(statement))
    assert sealed.is_signed_with(person.key.public_key)


def test_a_withdrawal_survives_its_envelope(supervisor: Person) -> None:
    statement = Statement(OfStatement("0" * 64), TakenBack(), supervisor.vouching, NOW)
    assert opened(supervisor.sign(statement)).statement == statement


def test_the_plain_payload_is_read() -> None:
    assert payload_of(read_statement(spelled(fact_payload()))) == spelled(fact_payload())


PAYLOADS: list[tuple[str, bytes, str]] = [
    ("no JSON", b"{", "payload: not JSON"),
    ("no object", b"[]", "payload: not an object"),
    ("no UTF-8", b"\xff", "not UTF-8"),
    ("a mark before the text", b"\xef\xbb\xbf" + spelled(fact_payload()), "one spelling"),
    ("NaN", b'{"kind":NaN}', "NaN is no JSON number"),
    ("a key twice", b'{"kind":"fact","kind":"duty"}', "/kind: `kind` is given twice"),
    ("too deep", b'{"kind":' + b"[" * 20 + b"]" * 20 + b"}", "more than 16 deep"),
    ("far too deep", b'{"kind":' + b"[" * 1400 + b"]" * 1400 + b"}", "deep"),
    ("too long", spelled(fact_payload(fact="x" * 3000)), "longer than 3000 bytes"),
    ("blanks", json.dumps(fact_payload(), sort_keys=True).encode(), "one spelling"),
    ("another order", json.dumps(fact_payload(), separators=(",", ":")).encode(), "one spelling"),
    ("half a character", b'{"kind":"\\ud800"}', "half a character"),
]
FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("another kind", {"kind": "rumor"}, "payload/kind: `rumor` is not known here"),
    ("an unknown key", {"facts": 1}, "payload/facts: not known here; did you mean `fact`?"),
    ("no fact", {"fact": None}, "payload/fact: missing; add `fact`"),
    ("a blank fact", {"fact": " "}, "payload/fact: not a text"),
    ("a long fact", {"fact": "x" * 201}, "payload/fact: longer than 200 characters"),
    ("no value", {"value": None}, "payload/value: missing"),
    ("a fraction", {"value": 0.5}, "payload/value: a number with a fraction"),
    ("a fraction within", {"value": {"members": [1.5]}}, "a number with a fraction"),
    ("a rule beside it", {"rule": "a/rule"}, "payload/rule: not known here"),
    ("another level", {"level": "registry"}, "write `attestation` or `verification`"),
    ("no level", {"level": None}, "payload/level: missing"),
    ("no subject", {"subject": {}}, "payload/subject: not exactly one subject"),
    (
        "two subjects",
        {"subject": {"request": "0" * 64, "case": {"agency": OWNER, "number": "1"}}},
        "payload/subject: not exactly one subject; name one: `request` or `case`",
    ),
    ("a short digest", {"subject": {"request": "00"}}, "payload/subject/request: no digest"),
    ("capitals", {"subject": {"request": "A" * 64}}, "payload/subject/request: no digest"),
    ("a fact of a paper", {"subject": {"instrument": "W-1"}}, "/subject/instrument: not known"),
    ("half a case", {"subject": {"case": {"agency": OWNER}}}, "/subject/case/number: missing"),
    ("a case that is none", {"subject": {"case": "26-1"}}, "payload/subject/case: not an object"),
    ("no voucher", {"voucher": "me"}, "payload/voucher: not an object"),
    ("no person", {"voucher": {"agency": OWNER, "role": "x"}}, "payload/voucher/user: missing"),
    ("a day", {"issued": "2026-11-26"}, "payload/issued: no moment; write it in UTC"),
    ("no zone", {"issued": "2026-11-26T17:00:00"}, "payload/issued: no moment"),
    ("another zone", {"issued": "2026-11-26T12:00:00-05:00"}, "payload/issued: no moment"),
    ("no such day", {"issued": "2026-02-30T00:00:00Z"}, "`2026-02-30T00:00:00Z` does not exist"),
    ("a leap second", {"issued": "2026-11-26T17:00:60Z"}, "does not exist"),
    ("needless zeros", {"issued": "2026-11-26T17:00:00.0Z"}, "one spelling"),
    ("no time", {"issued": 1}, "payload/issued: not a text"),
    ("an end before", {"expires": "2026-11-26T17:00:00Z"}, "payload/expires: not after `issued`"),
    ("no end", {"expires": None}, "payload/expires: missing"),
    ("too long a life", {"expires": "2028-01-01T00:00:00Z"}, "more than 366 days after"),
]  # fmt: skip
PAPERS: list[tuple[str, dict[str, Any], str]] = [
    ("no id", {"id": ""}, "payload/instrument/id: not a text"),
    ("no kind", {"kind": None}, "payload/instrument/kind: not a text"),
    ("an unknown key", {"signed_by": OWNER}, "payload/instrument/signed_by: not known here"),
    ("a word for yes", {"covers": "yes"}, "payload/instrument/covers: not true or false"),
    ("nothing", {"probable_cause": None}, "payload/instrument/probable_cause: not true or false"),
    ("a number for a day", {"expires": 1}, "payload/instrument/expires: not a text"),
]


@pytest.mark.parametrize(("name", "payload", "told"), PAYLOADS, ids=[p[0] for p in PAYLOADS])
def test_a_payload_that_cannot_be_read_is_refused(name: str, payload: bytes, told: str) -> None:
    del name
    assert told in refused(payload)


@pytest.mark.parametrize(("name", "changes", "told"), FIELDS, ids=[f[0] for f in FIELDS])
def test_a_field_that_cannot_be_gone_by_is_refused(
    name: str, changes: dict[str, Any], told: str
) -> None:
    del name
    assert told in refused(spelled(fact_payload(**changes)))


@pytest.mark.parametrize(("name", "changes", "told"), PAPERS, ids=[p[0] for p in PAPERS])
def test_an_instrument_that_cannot_be_gone_by_is_refused(
    name: str, changes: dict[str, Any], told: str
) -> None:
    del name
    payload = fact_payload(
        kind="instrument", fact=None, value=None, level="verification", instrument=PAPER | changes
    )
    assert told in refused(spelled(payload))


def test_whether_a_paper_covers_what_is_asked_is_said_of_one_request_only() -> None:
    payload = fact_payload(
        kind="instrument",
        fact=None,
        value=None,
        level="verification",
        instrument=PAPER,
        subject={"instrument": "W-1"},
    )
    assert "depends on what is asked" in refused(spelled(payload))
    payload["subject"] = {"instrument": "W-2"}
    assert "not the instrument that the subject names" in refused(spelled(payload))


# Envelopes ----------------------------------------------------------------------------------------


def envelope(supervisor: Person, **changes: Any) -> bytes:
    plain = json.loads(supervisor.attests())
    return json.dumps(plain | changes).encode()


def refused_envelope(data: bytes) -> str:
    with pytest.raises(RefusedCallError) as caught:
        opened(data)
    assert caught.value.status is Status.INVALID_ARGUMENT
    return caught.value.message


def test_another_payload_type_is_refused(supervisor: Person) -> None:
    told = refused_envelope(envelope(supervisor, payloadType="application/vnd.in-toto+json"))
    assert f"write `{PAYLOAD_TYPE}`" in told


def test_two_signatures_are_refused(supervisor: Person) -> None:
    (one,) = json.loads(supervisor.attests())["signatures"]
    for signatures in ([], [one, one], "none"):
        told = refused_envelope(envelope(supervisor, signatures=signatures))
        assert "envelope/signatures: not exactly one signature" in told


def test_anything_beside_is_refused(supervisor: Person) -> None:
    assert "envelope/extra: not known here" in refused_envelope(envelope(supervisor, extra=1))
    (one,) = json.loads(supervisor.attests())["signatures"]
    told = refused_envelope(envelope(supervisor, signatures=[{**one, "cert": "x"}]))
    assert "envelope/signatures/0/cert: not known here" in told


def test_a_key_twice_in_an_envelope_is_refused(supervisor: Person) -> None:
    text = supervisor.attests().decode()
    doubled = text[:-1] + f',"payloadType":"{PAYLOAD_TYPE}"}}'
    assert "is given twice" in refused_envelope(doubled.encode())


def test_other_spellings_of_base64_are_refused(supervisor: Person) -> None:
    payload = json.loads(supervisor.attests())["payload"]
    for other in (
        payload.rstrip("=") + "=" * 4,
        payload[:8] + "\n" + payload[8:],
        "é" * 8,
        "-_" * 8,
    ):
        assert "envelope/payload" in refused_envelope(envelope(supervisor, payload=other))


def test_an_envelope_that_is_too_long_is_refused() -> None:
    assert "longer than 65536 bytes" in refused_envelope(b"{" + b" " * MAX_ENVELOPE)


def test_a_signature_of_other_words_is_none(supervisor: Person) -> None:
    true, false = supervisor.attests(value=True), supervisor.attests(value=False)
    swapped = json.loads(true) | {"payload": json.loads(false)["payload"]}
    sealed = opened(json.dumps(swapped).encode())
    assert not sealed.is_signed_with(supervisor.key.public_key)


def test_a_signature_for_another_payload_type_is_none(supervisor: Person) -> None:
    payload = base64.b64decode(json.loads(supervisor.attests())["payload"])
    other = Envelope(payload, "application/json", {})
    other.sign(supervisor.key)
    plain: dict[str, Any] = {**other.to_dict(), "payloadType": PAYLOAD_TYPE}
    assert not opened(json.dumps(plain).encode()).is_signed_with(supervisor.key.public_key)


def test_moments_with_fractions_of_a_second_are_kept(supervisor: Person) -> None:
    issued = NOW + datetime.timedelta(microseconds=250_000)
    statement = supervisor.says(SaidDuty("notify"), THIS, issued=issued, lasts=DAY)
    assert opened(signed(statement, supervisor.key)).statement.issued == issued


def test_no_envelope_that_was_tampered_with_counts(supervisor: Person) -> None:
    """Bytes changed, lost, added and moved, in envelopes and in payloads."""
    chance = random.Random(26)
    good = [
        supervisor.attests(),
        supervisor.sign(supervisor.says(SaidReview("a/rule", True), THIS)),
        supervisor.withdraws(supervisor.attests()),
    ]
    payloads = {opened(each).id for each in good}
    outcomes = Counter[str]()
    for turn in range(2000):
        plain = json.loads(chance.choice(good))
        if turn % 2:
            payload = tampered(base64.b64decode(plain["payload"]), chance)
            data = json.dumps(plain | {"payload": base64.b64encode(payload).decode()}).encode()
        else:
            data = tampered(json.dumps(plain).encode(), chance)
        try:
            sealed = opened(data)
        except RefusedCallError:
            outcomes["refused"] += 1
        else:
            counts = sealed.is_signed_with(supervisor.key.public_key)
            assert sealed.id in payloads or not counts
            outcomes["read"] += 1
    assert min(outcomes["refused"], outcomes["read"]) > 20


def tampered(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3))):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randrange(1, 12)]
            case 2:
                changed[at:at] = chance.randbytes(chance.randrange(1, 6))
            case _:
                start = chance.randrange(len(changed))
                changed[at:at] = changed[start : start + chance.randrange(24)]
    return bytes(changed)


# Releases --------------------------------------------------------------------------------------

RELEASE = "0f" * 16


def recall_payload(**changes: Any) -> dict[str, Any]:
    plain = {
        "kind": "recall",
        "subject": {"release": RELEASE},
        "why": "released by mistake",
        "from": "2026-11-26T17:00:00Z",
        "holders": [REQUESTER],
        "answer_by": "2026-12-03T17:00:00Z",
        "voucher": {"agency": OWNER, "role": "records_supervisor", "user": "lieutenant-1"},
        "issued": "2026-11-26T17:00:00Z",
        **changes,
    }
    return {key: value for key, value in plain.items() if value is not None}


@pytest.mark.parametrize(
    "said",
    [
        Recalled("by mistake", NOW, (OWNER, REQUESTER), NOW + DAY),
        Deleted(NOW, "two reads", "the case file"),
        Deleted(NOW),
    ],
)
def test_what_is_said_of_a_release_survives_its_envelope(said: Said) -> None:
    person = Person(OWNER, "records_supervisor", "lieutenant-1")
    statement = Statement(OfRelease(RELEASE), said, person.vouching, NOW)
    sealed = opened(person.sign(statement))
    assert sealed.statement == statement
    assert sealed.is_signed_with(person.key.public_key)


def test_a_recall_says_why_from_when_and_who_is_to_answer() -> None:
    statement = read_statement(spelled(recall_payload()))
    assert statement.expires is None
    assert statement.said == Recalled(
        "released by mistake", NOW, (REQUESTER,), NOW + datetime.timedelta(days=7)
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"subject": {"release": "0f"}}, "payload/subject/release: no release id"),
        ({"subject": {"request": "0" * 64}}, "payload/subject/request: not known here"),
        ({"why": None}, "payload/why: missing"),
        ({"why": "  "}, "payload/why: not a text"),
        ({"holders": []}, "payload/holders: not a list of 1 to 16 bodies"),
        ({"holders": ["A"] * 17}, "payload/holders: not a list of 1 to 16 bodies"),
        ({"holders": ["B", "A"]}, "payload/holders: not in order"),
        ({"holders": ["A", "A"]}, "payload/holders: not in order, or one stands twice"),
        ({"holders": [1]}, "payload/holders/0: not a text"),
        ({"answer_by": "soon"}, "payload/answer_by: no moment"),
        ({"expires": "2027-01-01T00:00:00Z"}, "payload/expires: not known here"),
        ({"level": "attestation"}, "payload/level: not known here"),
    ],
)
def test_a_recall_that_cannot_be_gone_by_is_refused(changes: dict[str, Any], told: str) -> None:
    assert refused(spelled(recall_payload(**changes))).startswith(told)


def deletion_payload(**changes: Any) -> dict[str, Any]:
    plain = recall_payload(kind="deletion", deleted="2026-11-26T16:00:00Z")
    for name in ("why", "from", "holders", "answer_by"):
        del plain[name]
    return plain | changes


def test_a_deletion_says_when_and_what_is_kept_under_which_retention() -> None:
    at = NOW - datetime.timedelta(hours=1)
    assert read_statement(spelled(deletion_payload())).said == Deleted(at)
    kept = {"what": "two reads", "retention": "the case file"}
    said = read_statement(spelled(deletion_payload(kept=kept))).said
    assert said == Deleted(at, "two reads", "the case file")


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"what": "two reads"}, "payload/kept/retention: missing"),
        ({"what": "", "retention": "x"}, "payload/kept/what: not a text"),
        ("two reads", "payload/kept: not an object"),
        ({"what": "a", "retention": "b", "who": "c"}, "payload/kept/who: not known here"),
    ],
)
def test_what_is_kept_is_told_in_full_or_not_at_all(kept: Any, told: str) -> None:
    assert refused(spelled(deletion_payload(kept=kept))).startswith(told)
