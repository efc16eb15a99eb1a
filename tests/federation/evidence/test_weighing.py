"""What a statement weighs is computed from its signature and the register, never read."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import pytest
from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.federation.evidence.envelopes import opened
from platelaw.federation.evidence.statements import (
    OfInstrument,
    OfRequest,
    SaidDuty,
    SaidInstrument,
)
from platelaw.federation.evidence.weighing import CLOCK_SKEW, check_arrival, may_take_back, weigh
from platelaw.federation.identity.tables import State
from platelaw.federation.proof import Vouching
from platelaw.federation.refusal import RefusedCallError, Status

from .people import DAY, HOUR, NOW, OWNER, REQUESTER, Person, Register, digest

THIS = OfRequest(digest("a search").hex())


def denied(envelope: bytes, register: Register) -> str:
    with pytest.raises(RefusedCallError) as caught:
        weigh(opened(envelope), register)
    assert caught.value.status is Status.PERMISSION_DENIED
    return caught.value.message


@pytest.mark.parametrize("make", [CryptoSigner.generate_ed25519, CryptoSigner.generate_ecdsa])
def test_a_statement_weighs_what_the_register_says(supervisor: Person, make: object) -> None:
    supervisor.key = make()  # type: ignore[operator]
    weighed = weigh(opened(supervisor.attests()), Register([supervisor]))
    assert (weighed.by, weighed.level) == (supervisor.vouching, Level.ATTESTATION)


def test_a_key_that_is_not_on_file_weighs_nothing(register: Register) -> None:
    stranger = Person(OWNER, "owner_supervisor", "sergeant-1")
    assert "is no signer on file" in denied(stranger.attests(), register)


def test_a_forged_signature_weighs_nothing(register: Register, supervisor: Person) -> None:
    forger = Person(OWNER, "owner_supervisor", "sergeant-1")
    plain = json.loads(forger.attests())
    plain["signatures"][0]["keyid"] = supervisor.key.public_key.keyid
    assert "not that of the key it names" in denied(json.dumps(plain).encode(), register)


def test_a_swapped_payload_weighs_nothing(register: Register, supervisor: Person) -> None:
    plain = json.loads(supervisor.attests(of="a search"))
    plain["payload"] = json.loads(supervisor.attests(of="another search"))["payload"]
    assert "not that of the key it names" in denied(json.dumps(plain).encode(), register)


@pytest.mark.parametrize("wrong", [{"agency": REQUESTER}, {"role": "owner_counsel"}, {"user": "x"}])
def test_the_voucher_named_must_hold_the_key(
    register: Register, supervisor: Person, wrong: dict[str, str]
) -> None:
    statement = supervisor.says(SaidDuty("notify"), THIS)
    statement = replace(statement, by=replace(supervisor.vouching, **wrong))
    told = denied(supervisor.sign(statement), register)
    assert f"name agency `{OWNER}`, role `owner_supervisor`, user `sergeant-1`" in told


def test_a_level_above_the_keys_is_lowered(register: Register, supervisor: Person) -> None:
    supervisor.highest = Level.ATTESTATION
    weighed = weigh(opened(supervisor.attests(level=Level.VERIFICATION)), register)
    assert weighed.level is Level.ATTESTATION
    assert weighed.statement.claimed is Level.VERIFICATION


def test_a_level_below_the_keys_is_not_raised(register: Register, supervisor: Person) -> None:
    weighed = weigh(opened(supervisor.attests(level=Level.ATTESTATION)), register)
    assert weighed.level is Level.ATTESTATION


def test_an_instrument_is_verified_or_nothing(register: Register, supervisor: Person) -> None:
    said = SaidInstrument("W-1", {"kind": "search_warrant"})
    statement = supervisor.says(said, OfInstrument("W-1"), level=Level.VERIFICATION)
    assert weigh(opened(supervisor.sign(statement)), register).level is Level.VERIFICATION
    supervisor.highest = Level.ATTESTATION
    assert "an instrument is verified or it is not" in denied(supervisor.sign(statement), register)


def test_a_key_counts_within_its_time_only(register: Register, supervisor: Person) -> None:
    supervisor.valid_until = NOW + HOUR
    weigh(opened(supervisor.attests(issued=NOW)), register)
    assert "did not count when" in denied(supervisor.attests(issued=NOW + HOUR), register)
    supervisor.valid_from = NOW + HOUR / 2
    assert "did not count when" in denied(supervisor.attests(issued=NOW), register)


def test_a_suspended_key_weighs_nothing(register: Register, supervisor: Person) -> None:
    supervisor.state = State.SUSPENDED
    assert "did not count when" in denied(supervisor.attests(), register)


def arrives(envelope: bytes, register: Register, now: datetime.datetime) -> tuple[Status, str]:
    with pytest.raises(RefusedCallError) as caught:
        check_arrival(opened(envelope), register, now)
    return caught.value.status, caught.value.message


def test_a_statement_from_the_future_or_past_its_end_is_refused(
    register: Register, supervisor: Person
) -> None:
    envelope = supervisor.attests(lasts=HOUR)
    second = datetime.timedelta(seconds=1)
    check_arrival(opened(envelope), register, NOW - CLOCK_SKEW)
    check_arrival(opened(envelope), register, NOW + HOUR - second)
    status, told = arrives(envelope, register, NOW - CLOCK_SKEW - second)
    assert status is Status.INVALID_ARGUMENT
    assert "in the future" in told
    assert "has passed" in arrives(envelope, register, NOW + HOUR)[1]


def test_a_key_that_has_ended_signs_nothing_as_of_before(
    register: Register, supervisor: Person
) -> None:
    envelope = supervisor.attests(issued=NOW, lasts=DAY)
    supervisor.valid_until = NOW + HOUR
    check_arrival(opened(envelope), register, NOW + HOUR / 2)
    status, told = arrives(envelope, register, NOW + HOUR)
    assert status is Status.PERMISSION_DENIED
    assert told.startswith("the key does not count now")
    assert weigh(opened(envelope), register).level is Level.ATTESTATION  # what is on file stays


def test_a_statement_is_taken_back_by_its_voucher_or_its_agency_and_role(
    supervisor: Person,
) -> None:
    statement = supervisor.says(SaidDuty("notify"), THIS, lasts=DAY)
    assert may_take_back(statement, supervisor.vouching)
    assert may_take_back(statement, Vouching(OWNER, "owner_supervisor", "sergeant-2"))
    assert not may_take_back(statement, Vouching(OWNER, "owner_counsel", "sergeant-1"))
    assert not may_take_back(statement, Vouching(REQUESTER, "owner_supervisor", "sergeant-1"))
