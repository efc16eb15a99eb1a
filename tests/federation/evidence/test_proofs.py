"""Statements on file, and the proof that they give."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.engine.json_text import Json
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.concern import of_agency
from platelaw.federation.evidence.database import StoreError
from platelaw.federation.evidence.schema import APPLICATION, STEPS, VERSION
from platelaw.federation.evidence.statements import (
    OfCase,
    OfInstrument,
    OfRequest,
    SaidDuty,
    SaidFact,
    SaidInstrument,
    SaidReview,
)
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.identity.tables import State
from platelaw.federation.proof import Attempt, Discharged, Reviewed
from platelaw.federation.refusal import RefusedCallError, Status

from .people import (
    COURT,
    DAY,
    HOUR,
    NOW,
    OWNER,
    REQUESTER,
    Person,
    Register,
    asks,
    digest,
    held,
    keep,
    store_at,
)


def test_with_nothing_on_file_there_is_no_proof(store: EvidenceStore) -> None:
    assert store.proofs.about(asks(), NOW) is None


def test_a_statement_counts_for_the_request_that_it_names_and_for_no_other(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    keep(store, register, supervisor.attests(of="a search"))
    proof = store.proofs.about(asks("a search"), NOW)
    assert proof is not None
    (fact,) = proof.facts
    assert (fact.name, fact.value, fact.level) == ("case.active", True, "attestation")
    assert fact.by == supervisor.vouching
    assert store.proofs.about(asks("another search"), NOW) is None


def test_a_statement_about_a_case_counts_for_that_agency_and_number(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    said = SaidFact("case.active", True)
    subject = OfCase(REQUESTER, "26-1")
    keep(store, register, supervisor.sign(supervisor.says(said, subject, level=Level.ATTESTATION)))
    assert store.proofs.about(asks(case="26-1"), NOW) is not None
    assert store.proofs.about(asks(case="26-2"), NOW) is None
    assert store.proofs.about(asks(), NOW) is None


def test_reviews_duties_and_instruments_come_with_whoever_gave_them(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    clerk = Person(COURT, "court_clerk", "clerk-1", CryptoSigner.generate_ecdsa())
    register.people.append(clerk)
    this = OfRequest(digest("a search").hex())
    fields: dict[str, Json] = {"kind": "search_warrant", "probable_cause": True}
    keep(
        store,
        register,
        supervisor.sign(supervisor.says(SaidReview("a/rule", True), this)),
        supervisor.sign(supervisor.says(SaidDuty("notify"), this)),
        clerk.sign(
            clerk.says(SaidInstrument("W-1", fields), OfInstrument("W-1"),
                       level=Level.VERIFICATION)
        ),
    )  # fmt: skip
    proof = store.proofs.about(asks(instruments=("W-1",)), NOW)
    assert proof is not None
    assert proof.reviews == (Reviewed("a/rule", True, supervisor.vouching),)
    assert proof.duties == (Discharged("notify", supervisor.vouching),)
    (paper,) = proof.papers
    assert (paper.id, paper.fields, paper.by) == ("W-1", fields, clerk.vouching)
    without = store.proofs.about(asks(), NOW)
    assert without is not None
    assert not without.papers


def test_a_withdrawn_fact_is_marked_and_a_withdrawn_review_is_gone(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    fact = supervisor.attests()
    this = OfRequest(digest("a search").hex())
    review = supervisor.sign(supervisor.says(SaidReview("a/rule", True), this))
    keep(store, register, fact, review)
    keep(store, register, supervisor.withdraws(fact), supervisor.withdraws(review))
    proof = store.proofs.about(asks(), NOW)
    assert proof is not None
    assert [fact.withdrawn for fact in proof.facts] == [True]
    assert not proof.reviews


def test_a_replayed_statement_is_kept_once_and_stays_withdrawn(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    fact = supervisor.attests()
    first = keep(store, register, fact)
    keep(store, register, supervisor.withdraws(fact))
    assert keep(store, register, fact) == first
    proof = store.proofs.about(asks(), NOW)
    assert proof is not None
    assert [fact.withdrawn for fact in proof.facts] == [True]


def test_a_statement_counts_until_its_end(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    keep(store, register, supervisor.attests(lasts=HOUR))
    assert store.proofs.about(asks(), NOW + HOUR / 2) is not None
    assert store.proofs.about(asks(), NOW + HOUR) is None


@pytest.mark.parametrize("state", [state for state in State if state is not State.GOOD])
def test_a_key_struck_off_takes_its_words_with_it(
    store: EvidenceStore, register: Register, supervisor: Person, state: State
) -> None:
    keep(store, register, supervisor.attests())
    assert store.proofs.about(asks(), NOW) is not None
    supervisor.state = state
    assert store.proofs.about(asks(), NOW) is None
    supervisor.state = State.GOOD
    register.people.clear()
    assert store.proofs.about(asks(), NOW) is None


def test_a_level_lowered_in_the_register_lowers_what_is_on_file(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    keep(store, register, supervisor.attests(level=Level.VERIFICATION))
    supervisor.highest = Level.ATTESTATION
    proof = store.proofs.about(asks(), NOW)
    assert proof is not None
    assert [fact.level for fact in proof.facts] == ["attestation"]


def test_a_statement_ends_when_it_says_and_not_when_the_file_says(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    keep(store, register, supervisor.attests(of="a search"))
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        connection.execute("UPDATE statements SET expires = ?", (2**62,))
    connection.close()
    again = store_at(tmp_path, register)
    assert again.proofs.about(asks("a search"), NOW + 400 * DAY) is None
    again.close()


def test_what_somebody_writes_into_the_file_does_not_count(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    keep(store, register, supervisor.attests(of="a search"))
    outsider = Person(OWNER, "owner_supervisor", "sergeant-1")
    forged = outsider.attests(of="another search")
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        connection.execute("UPDATE statements SET subject = ?",
                           (f"request:{digest('a third search').hex()}",))  # fmt: skip
        connection.execute(
            "INSERT INTO statements (id, kind, subject, envelope, received, expires) "
            "VALUES ('00', 'fact', ?, ?, 0, ?)",
            (f"request:{digest('another search').hex()}", forged, 2**62),
        )
    connection.close()
    again = store_at(tmp_path, register)
    assert again.proofs.about(asks("a third search"), NOW) is None
    assert again.proofs.about(asks("another search"), NOW) is None
    again.close()


def test_expired_statements_and_their_withdrawals_are_forgotten_in_time(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    short = supervisor.attests(lasts=HOUR)
    long = supervisor.attests("case.terrorism", lasts=300 * DAY)
    keep(store, register, short, long, supervisor.withdraws(short), supervisor.withdraws(long))
    assert store.forget(NOW + 80 * DAY).statements == 0
    assert store.forget(NOW + 91 * DAY).statements == 2
    assert store.forget(NOW + 92 * DAY).statements == 0
    proof = store.proofs.about(asks(), NOW + 92 * DAY)
    assert proof is not None
    assert [fact.withdrawn for fact in proof.facts] == [True]


def test_a_store_tidies_itself_once_a_day(
    store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    keep(store, register, supervisor.attests(lasts=HOUR))
    store.tidy(NOW)
    later = supervisor.attests("case.terrorism", lasts=2 * HOUR)
    keep(store, register, later)
    store.tidy(NOW + 91 * DAY)
    assert store.proofs.find(envelopes.opened(later).id) is None
    again = supervisor.attests("approval.given", lasts=HOUR)
    keep(store, register, again)
    store.tidy(NOW + 91 * DAY + HOUR)
    assert store.proofs.find(envelopes.opened(again).id) is not None


# The file -----------------------------------------------------------------------------------------


def test_a_new_store_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    store_at(tmp_path / "new", Register()).close()
    assert (tmp_path / "new" / "evidence.sqlite").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def refused(folder: Path) -> str:
    with pytest.raises(StoreError) as caught:
        store_at(folder, Register())
    return str(caught.value)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    file.write_text("minutes of a meeting " * 100)
    assert "torn, or no store of evidence" in refused(tmp_path)
    assert file.read_text().startswith("minutes of a meeting")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        connection.execute("CREATE TABLE addresses (name)")
    connection.close()
    assert "of another program; name a file of its own" in refused(tmp_path)


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    store_at(tmp_path, Register()).close()
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    assert f"version {VERSION + 1} of the store" in refused(tmp_path)
    assert "use the platelaw that wrote it" in refused(tmp_path)


def test_a_store_of_an_older_version_is_brought_forward_with_all_that_counts(
    tmp_path: Path, register: Register, supervisor: Person
) -> None:
    store = store_at(tmp_path / "new", register)
    keep(store, register, supervisor.attests())
    store.holds.file(held())
    store.close()
    old = sqlite3.connect(tmp_path / "evidence.sqlite")
    for statement in STEPS[0]:
        old.execute(statement)
    old.execute("ATTACH ? AS new", (str(tmp_path / "new" / "evidence.sqlite"),))
    for table in ("statements", "holds"):
        old.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")
    old.execute("INSERT INTO main.concerned (whom, hold) SELECT whom, hold FROM new.concerned")
    old.execute(f"PRAGMA main.application_id = {APPLICATION}")
    old.execute("PRAGMA main.user_version = 1")
    old.commit()
    old.close()
    brought = store_at(tmp_path, register)
    assert brought.proofs.about(asks(), NOW) is not None
    assert [each for _, each in brought.holds.waiting([of_agency(OWNER)])] == [held()]
    attempt = Attempt(OWNER, "", "search", "", frozenset([b"said"]), NOW)
    brought.refusals.note(attempt)
    assert brought.refusals.any_like(OWNER, "", "search", "")
    brought.close()
    assert version_of(tmp_path / "evidence.sqlite") == VERSION


def version_of(file: Path) -> int:
    connection = sqlite3.connect(file)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return int(version)


def test_a_store_with_everything_on_file_opens_again(
    tmp_path: Path, register: Register, supervisor: Person
) -> None:
    for _ in range(2):
        store = store_at(tmp_path, register)
        keep(store, register, supervisor.attests())
        store.holds.file(held())
        store.refusals.note(Attempt(OWNER, "", "search", "", frozenset([b"said"]), NOW))
        store.close()


def test_a_torn_store_is_refused_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "evidence.sqlite"
    store_at(tmp_path, Register()).close()
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert "put back a whole copy" in refused(tmp_path)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "evidence.sqlite").mkdir()
    assert "evidence.sqlite" in refused(tmp_path)


def test_a_store_that_is_locked_for_long_refuses_and_never_says_no_proof(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("platelaw.federation.evidence.database._PATIENCE", 0.02)
    impatient = store_at(tmp_path, register)
    other = sqlite3.connect(tmp_path / "evidence.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RefusedCallError) as caught:
        keep(impatient, register, supervisor.attests())
    assert caught.value.status is Status.UNAVAILABLE
    assert "busy" in caught.value.message
    other.execute("ROLLBACK")
    keep(impatient, register, supervisor.attests())
    other.close()
    impatient.close()


def test_a_store_moved_away_under_the_service_is_not_believed(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    keep(store, register, supervisor.attests())
    os.rename(tmp_path / "evidence.sqlite", tmp_path / "elsewhere.sqlite")
    with pytest.raises(RefusedCallError) as caught:
        store.proofs.about(asks(), NOW)
    assert caught.value.status is Status.UNAVAILABLE


def test_a_store_that_cannot_be_read_stays_unavailable_until_it_can_be(
    tmp_path: Path, store: EvidenceStore, register: Register, supervisor: Person
) -> None:
    fact = supervisor.attests()
    keep(store, register, fact)
    assert store.proofs.about(asks(), NOW) is not None
    writer = store_at(tmp_path, register)
    keep(writer, register, supervisor.withdraws(fact))
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        connection.execute("ALTER TABLE statements RENAME TO away")
    for _ in range(2):
        with pytest.raises(RefusedCallError):
            store.proofs.about(asks(), NOW)
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        connection.execute("ALTER TABLE away RENAME TO statements")
    connection.close()
    proof = store.proofs.about(asks(), NOW)
    assert proof is not None
    assert proof.facts[0].withdrawn
    writer.close()
