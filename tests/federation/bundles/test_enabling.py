"""Standing access is turned on by a decided PERMIT for a year at most, and by nothing else."""

from __future__ import annotations

import csv
import datetime
import io
import json
from dataclasses import replace

import pytest
from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level, Outcome
from platelaw.engine.decision import Decision
from platelaw.federation.bundles.contents import contents_of
from platelaw.federation.bundles.enabling import Access, decide, expiry, question_of
from platelaw.federation.bundles.errors import AuthoringError, ContentsError
from platelaw.federation.bundles.keys import public_bytes
from platelaw.federation.bundles.records import Record, RecordError, read_record
from platelaw.federation.deciding.questions import digest_of
from platelaw.federation.evidence.envelopes import signed
from platelaw.federation.evidence.statements import OfRequest, SaidFact, Statement
from platelaw.federation.identity.signers import COLUMNS, new_signer
from platelaw.federation.proof import Vouching

from .test_publishing import published
from .world import World, agency_text, state_text

RECORD = "agency/AA/pd/bb-pd.enable.json"
FOLDER = "agreement/AA/pd+BB/pd"
ACCESS = Access("AA/pd", "BB/pd", "theft", ("alpr_data",), 90, "u-1", "thefts across the line")
AGREED = """policy agreement/a-b
  title "What both departments agreed"
  layer agreement
  issued by "AA/pd and BB/pd"
  time zone America/New_York
  uses core 1
  binds owner is agency:AA/pd

rule thefts "Thefts across the line"
  cites "Agreement, section 1" status verified
  in force from 2026-11-04 until 2026-12-31
  permit search of alpr_data
  if requester is agency:BB/pd and request.purpose is a kind of theft
"""


def asked(world: World, access: Access, *statements: str) -> Decision:
    contents = contents_of(world.sync().files, world.store)
    lasts = datetime.timedelta(days=access.days)
    return decide(
        question_of(access), lasts, statements, contents.engine, contents.signers, world.now
    )


def record_of(world: World, access: Access = ACCESS, *statements: str) -> Record:
    """The record of a decision, as ``platelaw bundle enable`` writes it."""
    decision = asked(world, access, *statements)
    return Record(
        question_of(access),
        access.partner,
        world.now,
        expiry(decision, world.now, access.days),
        statements,
        decision.outcome.value,
        "0" * 64,
        decision.known_as_of,
        {"zone": "any", "opened": []},
    )


def refused(world: World, path: str, text: str) -> str:
    """Why a file is neither published nor, published without checks, taken over."""
    with pytest.raises(AuthoringError) as caught:
        published(world, path, text)
    digest = world.sync().digest
    world.publish(path, text)
    fault = world.refused()
    assert isinstance(fault, ContentsError)
    assert world.sync().digest == digest
    return caught.value.message


# The decision -----------------------------------------------------------------------------------


def test_a_switch_within_law_and_policy_is_permitted(world: World) -> None:
    assert asked(world, ACCESS).outcome is Outcome.PERMIT


def test_a_switch_for_a_barred_purpose_is_denied_by_the_law(world: World) -> None:
    decision = asked(world, replace(ACCESS, purpose="barred"))
    assert decision.outcome is Outcome.DENY
    assert [each.rule.id for each in decision.deciding()] == ["law/aa/no-barred-use"]


def test_a_switch_that_lasts_longer_than_the_owner_allows_finds_no_ground(world: World) -> None:
    assert asked(world, replace(ACCESS, days=367)).reason == "no ground"


READ_FIRST = agency_text("AA/pd").replace(
    "  if switch.lasts is at most 366 days",
    "  if switch.lasts is at most 366 days and contract.read is yes",
)


def counsel(world: World) -> CryptoSigner:
    """A signer on file, and a policy that asks for his word."""
    signer = new_signer()
    row = [signer.public_key.keyid, public_bytes(signer.public_key).decode(), "ed25519", "AA/pd",
           "counsel", "c-1", "attestation", "good", "2026-01-01T00:00:00Z",
           "2027-01-01T00:00:00Z", "invented"]  # fmt: skip
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([COLUMNS, row])
    world.publish("registry/signers.csv", table.getvalue())
    world.publish("agency/AA/pd/pd.policy", READ_FIRST)
    return signer


READ = replace(ACCESS, facts=(("contract.read", True),))


def statement(world: World, signer: CryptoSigner, access: Access = READ) -> str:
    said = Statement(
        OfRequest(digest_of(question_of(access)).hex()),
        SaidFact("contract.read", True),
        Vouching("AA/pd", "counsel", "c-1"),
        world.now,
        world.now + datetime.timedelta(days=30),
        Level.ATTESTATION,
    )
    return signed(said, signer).decode()


def test_what_the_owner_claims_is_held_until_somebody_vouches(world: World) -> None:
    signer = counsel(world)
    assert asked(world, READ).outcome is Outcome.HOLD
    assert asked(world, READ, statement(world, signer)).outcome is Outcome.PERMIT


def test_a_word_of_somebody_who_is_not_on_file_proves_nothing(world: World) -> None:
    counsel(world)
    assert asked(world, READ, statement(world, new_signer())).outcome is Outcome.HOLD
    assert asked(world, READ, "no envelope").outcome is Outcome.HOLD


def test_a_word_about_another_question_proves_nothing(world: World) -> None:
    signer = counsel(world)
    other = statement(world, signer, replace(READ, days=91))
    assert asked(world, READ, other).outcome is Outcome.HOLD


# The record -------------------------------------------------------------------------------------


def test_a_record_of_a_permit_is_published_and_taken_over(world: World) -> None:
    record = record_of(world)
    published(world, RECORD, record.as_bytes().decode())
    contents = world.sync().contents
    assert contents.records == {RECORD: record}
    assert not contents.void


def test_a_record_keeps_what_it_says(world: World) -> None:
    record = record_of(world)
    assert read_record(RECORD, record.as_bytes()) == record


@pytest.mark.parametrize("outcome", ["HOLD", "DENY"])
def test_a_record_without_permit_is_refused(world: World, outcome: str) -> None:
    record = replace(record_of(world), outcome=outcome)
    assert "only a PERMIT" in refused(world, RECORD, record.as_bytes().decode())


def test_a_record_past_twelve_months_is_refused(world: World) -> None:
    record = record_of(world)
    longer = replace(record, expires=record.starts + datetime.timedelta(days=367))
    assert "367 days" in refused(world, RECORD, longer.as_bytes().decode())


def test_a_permit_that_nobody_gave_is_found_by_deciding_again(world: World) -> None:
    """A record says PERMIT of what the law forbids: it is not published, and turns on nothing."""
    lie = replace(record_of(world, replace(ACCESS, purpose="barred")), outcome="PERMIT")
    text = lie.as_bytes().decode()
    with pytest.raises(AuthoringError, match="decided again it is DENY"):
        published(world, RECORD, text)
    world.publish(RECORD, text)
    contents = world.sync().contents
    assert list(contents.void) == [RECORD]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("agency/BB/pd/bb-pd.enable.json", "whose place is not"),
        ("agreement/AA/pd+AA/sheriff/one.enable.json", "not the parties"),
    ],
)
def test_a_record_lies_in_the_owners_place(world: World, path: str, said: str) -> None:
    with pytest.raises(RecordError, match=said):
        read_record(path, record_of(world).as_bytes())


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"form": 2}', '{"form": 1, "question": {"act": 3}}', "[" * 100_000],
    ids=["nothing", "list", "empty", "form", "question", "deep"],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(RecordError, match="no record"):
        read_record(RECORD, text.encode())


def test_a_record_of_somebody_elses_question_is_refused(world: World) -> None:
    plain = json.loads(record_of(world).as_bytes())
    plain["question"]["requester"] = "BB/pd"
    with pytest.raises(RecordError, match="owner's own"):
        read_record(RECORD, json.dumps(plain).encode())


@pytest.mark.parametrize("year", [1, 9999])
def test_a_record_of_another_age_is_refused(world: World, year: int) -> None:
    starts = datetime.datetime(year, 12, 30, tzinfo=datetime.UTC)
    record = replace(record_of(world), starts=starts, expires=starts + datetime.timedelta(days=1))
    assert "no time of a record" in refused(world, RECORD, record.as_bytes().decode())


# Agreements -------------------------------------------------------------------------------------


def agree(world: World, record: Record, text: str = AGREED) -> None:
    """Publish an agreement with its record, without any check."""
    world.later(minutes=1)
    files = {f"{FOLDER}/one.enable.json": record.as_bytes(), f"{FOLDER}/one.policy": text.encode()}
    world.made.publish(files, now=world.now)


def names(world: World) -> set[str]:
    return {policy.name for policy in world.sync().contents.library.policies}


def test_an_agreement_with_a_decided_record_serves(world: World) -> None:
    agree(world, record_of(world))
    assert world.sync().fault is None
    assert "agreement/a-b" in names(world)


def test_an_agreement_without_record_is_refused(world: World) -> None:
    digest = world.sync().digest
    world.publish(f"{FOLDER}/one.policy", AGREED)
    assert "bundle enable" in world.refused().message
    assert world.sync().digest == digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("until 2026-12-31", "until 2027-03-31"),
        (" until 2026-12-31", ""),
        ("from 2026-11-04 until 2026-12-31", "from 2026-11-01 until 2026-12-31"),
        ("requester is agency:BB/pd and ", ""),
        ("requester is agency:BB/pd", "requester is agency:AA/sheriff"),
        (" and request.purpose is a kind of theft", ""),
        ("a kind of theft", "a kind of purpose"),
        ("if requester", "if request.reason is stated or requester"),
    ],
    ids=["longer", "for good", "earlier", "anybody", "another", "anything", "more", "or else"],
)
def test_an_agreement_permits_no_more_than_was_decided(world: World, old: str, new: str) -> None:
    assert old in AGREED
    digest = world.sync().digest
    agree(world, record_of(world), AGREED.replace(old, new))
    assert isinstance(world.refused(), ContentsError)
    assert world.sync().digest == digest


def test_an_agreement_does_not_permit_itself(world: World) -> None:
    text = AGREED.replace("permit search of", "permit search, enable of")
    agree(world, record_of(world), text)
    assert "`enable`" in world.refused().message


def test_an_agreement_whose_permit_falls_leaves_the_policies(world: World) -> None:
    """A state's law is not stopped by an agreement; the agreement stops."""
    agree(world, record_of(world))
    world.sync()
    law = state_text("AA").replace("is a kind of barred", "is a kind of theft")
    published(world, "state/AA/law.policy", law)
    bundle = world.sync()
    assert bundle.fault is None
    assert "decided again it is DENY" in bundle.contents.void[f"{FOLDER}/one.enable.json"]
    assert bundle.contents.left_out == (f"{FOLDER}/one.policy",)
    assert "agreement/a-b" not in names(world)


def test_what_an_agreement_bars_stays_barred_when_its_permit_falls(world: World) -> None:
    agree(world, record_of(world))
    barred = AGREED.replace("agreement/a-b", "agreement/a-b-limits").replace(
        "permit search", "forbid search"
    )
    published(world, f"{FOLDER}/two.policy", barred)
    law = state_text("AA").replace("is a kind of barred", "is a kind of theft")
    published(world, "state/AA/law.policy", law)
    bundle = world.sync()
    assert bundle.contents.left_out == (f"{FOLDER}/one.policy",)
    assert "agreement/a-b-limits" in names(world)


def test_access_ends_before_the_law_changes(world: World) -> None:
    """A PERMIT ends no later than the next change of law, and so does what it turns on."""
    law = (
        state_text("AA")
        .replace("  forbid search", "  in force from 2026-12-01\n  forbid search")
        .replace("  in force from 2020-01-01\n  in force", "  in force", 1)
    )
    world.publish("state/AA/law.policy", law)
    record = record_of(world)
    assert record.expires == datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC)
    longer = replace(record, expires=record.expires + datetime.timedelta(days=1))
    with pytest.raises(AuthoringError, match="law may change"):
        published(world, RECORD, longer.as_bytes().decode())
