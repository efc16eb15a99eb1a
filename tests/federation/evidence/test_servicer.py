"""The handlers of EvidenceService, under the shipped library and registry."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.message import Message

from platelaw.dsl.syntax import Level
from platelaw.engine.decision import Engine
from platelaw.engine.json_text import Json
from platelaw.federation.call import Call
from platelaw.federation.caller import Caller, CallerRole
from platelaw.federation.evidence import envelopes, servicer
from platelaw.federation.evidence.servicer import SERVICE, handlers
from platelaw.federation.evidence.statements import (
    Deleted,
    OfCase,
    OfInstrument,
    OfRelease,
    OfRequest,
    Recalled,
    Said,
    SaidDuty,
    SaidFact,
    SaidInstrument,
    SaidReview,
    Statement,
    StatementSubject,
)
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.identity.tables import State
from platelaw.federation.journal import JournalUnavailableError
from platelaw.federation.later import at_once
from platelaw.federation.log.acts import Act, ActKind, Record
from platelaw.federation.proof import Held
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.snapshot import PolicySnapshot, Snapshots
from platelaw.federation.v1 import evidence_pb2 as e
from platelaw.federation.v1.answer_pb2 import Explanation, Need, Settling
from platelaw.federation.v1.question_pb2 import Fact, Instrument, Instruments, Question

from .people import COURT, HOUR, NOW, OWNER, REQUESTER, Person, Register, asks, digest, held

THIS = OfRequest(digest("a search").hex())
KIND = "judicial_search_warrant"
WARRANT: dict[str, Json] = {
    "kind": KIND,
    "from": COURT,
    "probable_cause": True,
}
REQUESTS: dict[str, type[Message]] = {
    "Submit": e.SubmitRequest,
    "Review": e.ReviewRequest,
    "DischargeDuty": e.DischargeDutyRequest,
    "Withdraw": e.WithdrawRequest,
}
RESPONSES: dict[str, type[Message]] = {
    "Submit": e.SubmitResponse,
    "Review": e.ReviewResponse,
    "DischargeDuty": e.DischargeDutyResponse,
    "Withdraw": e.WithdrawResponse,
}


class Service:
    """The handlers, called as somebody."""

    def __init__(self, store: EvidenceStore, register: Register, engine: Engine) -> None:
        self.store, self.register = store, register
        snapshots = Snapshots(PolicySnapshot(engine, "0" * 64, NOW, NOW))
        self.record: Record = lambda act: None
        self._handlers = handlers(store, register, snapshots, lambda act: self.record(act))

    def call(
        self, method: str, message: Message, agency: str, role: CallerRole, now: datetime.datetime
    ) -> bytes:
        caller = Caller(f"spiffe://test.example/agency/{agency}/role/{role.value}", agency, role,
                        "01", NOW + HOUR)  # fmt: skip
        name = f"{SERVICE}/{method}"
        return at_once(self._handlers[name](Call(caller, name, now), message.SerializeToString()))

    def send(
        self,
        envelope: bytes,
        method: str = "Submit",
        *,
        agency: str = OWNER,
        role: CallerRole = CallerRole.CUSTODIAN,
        now: datetime.datetime = NOW,
    ) -> e.Accepted:
        request = REQUESTS[method](envelope=envelope)
        response: Any = RESPONSES[method].FromString(self.call(method, request, agency, role, now))
        accepted: e.Accepted = response.accepted
        return accepted

    def refuses(self, envelope: bytes, method: str = "Submit", **how: Any) -> tuple[Status, str]:
        with pytest.raises(RefusedCallError) as caught:
            self.send(envelope, method, **how)
        return caught.value.status, caught.value.message

    def pending(
        self,
        agency: str = OWNER,
        role: CallerRole = CallerRole.CUSTODIAN,
        *,
        size: int = 0,
        token: str = "",
    ) -> e.PendingResponse:
        request = e.PendingRequest(page_size=size, page_token=token)
        return e.PendingResponse.FromString(self.call("Pending", request, agency, role, NOW))

    def person(self, agency: str, role: str, user: str = "somebody") -> Person:
        person = Person(agency, role, user)
        self.register.people.append(person)
        return person


@pytest.fixture
def service(store: EvidenceStore, register: Register, engine: Engine) -> Service:
    return Service(store, register, engine)


def says(
    person: Person, said: Said, subject: StatementSubject = THIS, level: Level | None = None
) -> bytes:
    return person.sign(person.says(said, subject, level=level))


def fact(person: Person, name: str, value: Json, about: str = "") -> bytes:
    return says(person, SaidFact(name, value, about), THIS, Level.VERIFICATION)


# Taking in ----------------------------------------------------------------------------------------


def test_a_fact_is_taken_in_and_counts(service: Service, supervisor: Person) -> None:
    service.store.holds.file(held())
    accepted = service.send(supervisor.attests())
    assert len(accepted.statement_id) == 64
    assert accepted.level == "attestation"
    assert list(accepted.holds) == ["hold-a search"]
    assert service.store.proofs.about(asks(), NOW) is not None


def test_the_same_statement_sent_again_is_the_same(service: Service, supervisor: Person) -> None:
    envelope = supervisor.attests()
    assert service.send(envelope) == service.send(envelope)


def test_each_kind_of_statement_has_its_method(service: Service, supervisor: Person) -> None:
    assert (
        "`fact` is not for Review; send it to Submit"
        in service.refuses(supervisor.attests(), "Review")[1]
    )
    duty = says(supervisor, SaidDuty("check_paper"))
    assert "send it to DischargeDuty" in service.refuses(duty)[1]


def test_a_level_that_is_lowered_is_told(service: Service, supervisor: Person) -> None:
    supervisor.highest = Level.ATTESTATION
    assert service.send(supervisor.attests(level=Level.VERIFICATION)).level == "attestation"


def test_a_fact_that_no_vocabulary_knows_is_refused_with_the_nearest(
    service: Service, supervisor: Person
) -> None:
    status, told = service.refuses(supervisor.attests("case.activ"))
    assert status is Status.INVALID_ARGUMENT
    assert told.startswith("payload/fact: no fact is called `case.activ`; did you mean `case.act")


def test_a_role_that_may_not_vouch_for_a_fact_is_refused(service: Service) -> None:
    counsel = service.person(OWNER, "owner_counsel")
    status, told = service.refuses(counsel.attests())
    assert status is Status.PERMISSION_DENIED
    assert told == (
        "the role `owner_counsel` may not vouch for `case.active`; let `owner_supervisor` sign"
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("case.active", "perhaps", "payload/value: `case.active` is a yes/no; write true or false"),
        ("data.age", "3 days", "`data.age` comes from the registry or the platform"),
        ("recipient.kind", "court", "`recipient.kind` comes from the registry or the platform"),
        ("request.instruments", [], "make it of kind `instrument`"),
        ("approval.at", "yesterday", "payload/value: `yesterday` is no date or time"),
        ("user.directed_by", ["CT/darien"], "payload/value/0: no body of the registry"),
    ],
)
def test_a_value_that_does_not_fit_its_fact_is_refused(
    service: Service, supervisor: Person, name: str, value: Json, told: str
) -> None:
    assert told in service.refuses(fact(supervisor, name, value))[1]


def test_about_is_for_facts_that_count_for_one_recipient(
    service: Service, supervisor: Person
) -> None:
    command = service.person(OWNER, "owner_command")
    assert service.send(fact(command, "task_force.charter", True, REQUESTER)).statement_id
    told = service.refuses(fact(supervisor, "case.active", True, REQUESTER))[1]
    assert told == "payload/about: `case.active` is the same for every recipient; leave it out"
    told = service.refuses(fact(command, "task_force.charter", True, "CT/nowhere-pd"))[1]
    assert "payload/about: no body of the registry has the key `CT/nowhere-pd`" in told


def test_bodies_are_named_by_their_keys(service: Service, engine: Engine) -> None:
    body = engine.registry.get(OWNER)
    assert body is not None
    by_ori = service.person(body.ori, "owner_supervisor")
    assert f"is the ORI of `{OWNER}`; write the key" in service.refuses(by_ori.attests())[1]
    nobody = service.person("CT/nowhere-pd", "owner_supervisor")
    assert "payload/voucher/agency: no body" in service.refuses(nobody.attests())[1]


def test_a_role_is_held_where_the_vocabulary_says(service: Service) -> None:
    paper = SaidInstrument("W-1", WARRANT)
    clerk = service.person(OWNER, "court_clerk")
    status, told = service.refuses(says(clerk, paper, OfInstrument("W-1"), Level.VERIFICATION))
    assert status is Status.PERMISSION_DENIED
    assert told.startswith("the role `court_clerk` is held by `court`, and `CT/darien-pd` is none")
    stranger = service.person(OWNER, "owner_supervisr")
    told = service.refuses(stranger.attests())[1]
    assert "no role is called `owner_supervisr`; did you mean `owner_supervisor`" in told


def test_an_instrument_comes_from_a_court_or_the_owners_people(service: Service) -> None:
    paper = SaidInstrument("W-1", WARRANT)
    for agency, role in ((COURT, "court_clerk"), (OWNER, "owner_custodian")):
        person = service.person(agency, role)
        accepted = service.send(says(person, paper, OfInstrument("W-1"), Level.VERIFICATION))
        assert accepted.level == "verification"
    supervisor = service.register.people[0]
    told = service.refuses(says(supervisor, paper, OfInstrument("W-1"), Level.VERIFICATION))[1]
    assert told.startswith("the role `owner_supervisor` may not vouch for an instrument; let ")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "judicial_search_warant"}, "payload/instrument/kind: no instrument is called"),
        (
            {"kind": KIND, "from": "CT/court"},
            "payload/instrument/from: no body",
        ),
        ({"kind": KIND, "expires": "soon"}, "`soon` is no date"),
    ],
)
def test_an_instrument_in_words_that_nobody_knows_is_refused(
    service: Service, fields: dict[str, Json], told: str
) -> None:
    clerk = service.person(COURT, "court_clerk")
    envelope = says(clerk, SaidInstrument("W-1", fields), OfInstrument("W-1"), Level.VERIFICATION)
    assert told in service.refuses(envelope)[1]


def test_a_review_clears_one_rule_for_one_request(service: Service, engine: Engine) -> None:
    rule = referring(engine, "owner_counsel")
    counsel = service.person(OWNER, "owner_counsel")
    service.send(says(counsel, SaidReview(rule, True)), "Review")
    proof = service.store.proofs.about(asks(), NOW)
    assert proof is not None
    assert [(review.rule, review.cleared) for review in proof.reviews] == [(rule, True)]
    assert service.store.proofs.about(asks("another search"), NOW) is None


def referring(engine: Engine, role: str) -> str:
    """A rule that refers to a role."""
    return next(
        rule.id
        for policy in engine.library.policies
        for rule in policy.rules
        if rule.node.refer_to is not None and rule.node.refer_to.text == role
    )


def test_a_review_by_another_role_or_of_another_rule_is_refused(
    service: Service, engine: Engine, supervisor: Person
) -> None:
    rule = referring(engine, "owner_counsel")
    status, told = service.refuses(says(supervisor, SaidReview(rule, True)), "Review")
    assert status is Status.PERMISSION_DENIED
    assert "refers to `owner_counsel`, not to `owner_supervisor`" in told
    told = service.refuses(says(supervisor, SaidReview(rule + "x", True)), "Review")[1]
    assert f"did you mean `{rule}`" in told
    silent = next(
        rule.id for p in engine.library.policies for rule in p.rules if rule.node.refer_to is None
    )
    told = service.refuses(says(supervisor, SaidReview(silent, True)), "Review")[1]
    assert "refers to nobody" in told


def test_a_duty_is_discharged_by_whom_the_vocabulary_names(service: Service) -> None:
    custodian = service.person(OWNER, "owner_custodian")
    service.send(says(custodian, SaidDuty("check_paper")), "DischargeDuty")
    proof = service.store.proofs.about(asks(), NOW)
    assert proof is not None
    assert [done.duty for done in proof.duties] == ["check_paper"]
    for duty, told in (
        ("verify_hit", "may not say that `verify_hit` is done; let `records_supervisor` sign"),
        ("check_papers", "no duty is called `check_papers`; did you mean `check_paper`?"),
        ("state_reason", "`state_reason` shows by itself that it is done"),
    ):
        assert told in service.refuses(says(custodian, SaidDuty(duty)), "DischargeDuty")[1]


def test_nobody_proves_his_own_case(service: Service, supervisor: Person) -> None:
    question = Question(user="sergeant-1").SerializeToString()
    service.store.holds.file(held(question=question))
    theirs = service.person(REQUESTER, "owner_supervisor")
    status, told = service.refuses(theirs.attests())
    assert status is Status.PERMISSION_DENIED
    assert "nobody proves his own case" in told
    service.store.holds.file(held("own", requester=OWNER, caller=OWNER, question=question))
    assert "nobody proves his own case" in service.refuses(supervisor.attests(of="own"))[1]
    another = service.person(OWNER, "owner_supervisor", "sergeant-2")
    assert service.send(another.attests(of="own")).level == "attestation"


def test_a_statement_from_the_future_is_refused(service: Service, supervisor: Person) -> None:
    status, told = service.refuses(supervisor.attests(issued=NOW + HOUR))
    assert status is Status.INVALID_ARGUMENT
    assert "in the future" in told


def test_a_statement_about_a_case_or_a_paper_speaks_to_the_holds_that_present_it(
    service: Service,
) -> None:
    question = Question(
        facts=[Fact(name="case.number", word="26-1")],
        instruments=Instruments(presented=[Instrument(id="W-1", kind=KIND)]),
    )
    service.store.holds.file(held(question=question.SerializeToString()))
    service.store.holds.file(held("another search"))
    supervisor = service.register.people[0]
    said = SaidFact("case.active", True)
    of_case = says(supervisor, said, OfCase(REQUESTER, "26-1"), Level.ATTESTATION)
    assert list(service.send(of_case).holds) == ["hold-a search"]
    custodian = service.person(OWNER, "owner_custodian")
    of_paper = says(custodian, SaidInstrument("W-1", WARRANT), OfInstrument("W-1"),
                    Level.VERIFICATION)  # fmt: skip
    assert list(service.send(of_paper).holds) == ["hold-a search"]
    assert list(service.send(of_paper, agency="CT/hartford-pd").holds) == []


def test_what_becomes_of_a_statement_does_not_depend_on_what_is_asked(
    service: Service, supervisor: Person
) -> None:
    before = service.send(supervisor.attests(), agency="CT/hartford-pd")
    service.store.holds.file(held())
    assert service.send(supervisor.attests(), agency="CT/hartford-pd") == before


# Taking back --------------------------------------------------------------------------------------


def test_a_statement_taken_back_counts_no_more(service: Service, supervisor: Person) -> None:
    envelope = supervisor.attests()
    service.send(envelope)
    back = supervisor.withdraws(envelope)
    assert service.send(back, "Withdraw") == service.send(back, "Withdraw")
    proof = service.store.proofs.about(asks(), NOW)
    assert proof is not None
    assert [fact.withdrawn for fact in proof.facts] == [True]


def test_another_of_the_same_agency_and_role_may_take_it_back(
    service: Service, supervisor: Person
) -> None:
    envelope = supervisor.attests()
    service.send(envelope)
    colleague = service.person(OWNER, "owner_supervisor", "sergeant-2")
    assert service.send(colleague.withdraws(envelope), "Withdraw").statement_id


def test_whose_statement_it_is_not_learns_nothing_of_it(
    service: Service, supervisor: Person
) -> None:
    sent, unsent = supervisor.attests("case.active"), supervisor.attests("case.terrorism")
    service.send(sent)
    stranger = service.person("CT/hartford-pd", "owner_supervisor")
    assert service.refuses(stranger.withdraws(sent), "Withdraw") == service.refuses(
        stranger.withdraws(unsent), "Withdraw"
    )
    assert service.refuses(stranger.withdraws(sent), "Withdraw")[0] is Status.NOT_FOUND


def test_a_withdrawal_counts_for_good(service: Service, supervisor: Person) -> None:
    envelope = supervisor.attests()
    service.send(envelope)
    back = supervisor.withdraws(envelope)
    service.send(back, "Withdraw")
    assert "counts for good" in service.refuses(supervisor.withdraws(back), "Withdraw")[1]


# Pending ------------------------------------------------------------------------------------------


def explained(*sets: list[Need]) -> bytes:
    return Explanation(settling=[Settling(needs=needs) for needs in sets]).SerializeToString()


ACTIVE = Need(kind="fact", name="case.active", roles=["owner_supervisor"])
PAPER = Need(kind="instrument", name=KIND, roles=["court_clerk", "owner_custodian"])
OPINION = Need(kind="review", name="ct/some-rule", roles=["attorney_general"])
SEEN_IN_REASON = Need(kind="fact", name="reason.plainly", roles=["owner_supervisor"])
EXPLAINED = explained([ACTIVE], [PAPER, OPINION], [SEEN_IN_REASON])


def names(shown: e.PendingHold) -> list[list[str]]:
    return [[need.name for need in settling.needs] for settling in shown.settling]


def test_the_owners_custodian_sees_everything_that_would_settle_it(service: Service) -> None:
    service.store.holds.file(held(explanation=EXPLAINED))
    (shown,) = service.pending().holds
    assert (shown.hold.id, shown.hold.owner) == ("hold-a search", OWNER)
    assert shown.hold.deadline.ToDatetime(datetime.UTC) == NOW + HOUR
    assert shown.request_digest == digest("a search")
    assert (shown.requester, shown.act, list(shown.data)) == (REQUESTER, "search", ["alpr_data"])
    assert shown.asked_at.ToDatetime(datetime.UTC) == NOW
    assert names(shown) == [
        ["case.active"], [KIND, "ct/some-rule"], ["reason.plainly"]
    ]  # fmt: skip
    assert shown.mine_to_settle


@pytest.mark.parametrize(
    ("agency", "role"),
    [
        (REQUESTER, CallerRole.OFFICER_PLATFORM),
        (REQUESTER, CallerRole.CUSTODIAN),
        (OWNER, CallerRole.OFFICER_PLATFORM),
    ],
)
def test_who_asks_sees_that_it_waits_and_not_what_was_read_in_the_reason(
    service: Service, agency: str, role: CallerRole
) -> None:
    service.store.holds.file(held(explanation=EXPLAINED))
    (shown,) = service.pending(agency, role).holds
    assert names(shown) == [["case.active"], [KIND, "ct/some-rule"]]
    assert shown.mine_to_settle == (agency == OWNER)


def test_another_body_sees_what_its_own_people_may_give(service: Service) -> None:
    service.store.holds.file(held(explanation=EXPLAINED))
    (shown,) = service.pending("CT/attorney-general", CallerRole.REGULATOR).holds
    assert names(shown) == [["ct/some-rule"]]
    assert shown.mine_to_settle
    service.store.holds.file(held("abroad", owner="MA/boston-pd", explanation=EXPLAINED))
    assert len(service.pending("CT/attorney-general", CallerRole.REGULATOR).holds) == 1


def test_a_court_sees_the_holds_that_wait_for_its_word_on_its_paper(service: Service) -> None:
    paper = Instrument(id="W-1", kind=KIND, signed_by=COURT)
    question = Question(instruments=Instruments(presented=[paper])).SerializeToString()
    service.store.holds.file(held("with", question=question, explanation=EXPLAINED))
    service.store.holds.file(held("without", explanation=EXPLAINED))
    (shown,) = service.pending(COURT, CallerRole.COURT).holds
    assert shown.hold.id == "hold-with"
    assert names(shown) == [[KIND]]
    assert shown.mine_to_settle


def test_nobody_else_sees_anything(service: Service) -> None:
    service.store.holds.file(held(explanation=EXPLAINED))
    assert not service.pending("CT/hartford-pd").holds
    assert not service.pending("CT/nowhere-pd").holds


def test_the_list_comes_page_by_page(service: Service) -> None:
    service.store.holds.file_all(
        held(f"{number}", deadline=NOW + number * HOUR) for number in range(5)
    )
    first = service.pending(size=2)
    assert [each.hold.id for each in first.holds] == ["hold-0", "hold-1"]
    second = service.pending(size=3, token=first.next_page_token)
    assert [each.hold.id for each in second.holds] == ["hold-2", "hold-3", "hold-4"]
    assert second.next_page_token == ""


def test_for_one_page_so_many_holds_are_looked_at_and_no_more(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servicer, "_LOOKED_AT", 2)
    service.store.holds.file_all(
        held(f"{number}", deadline=NOW + number * HOUR) for number in range(5)
    )
    pages, token = list[list[str]](), ""
    while token or not pages:
        page = service.pending(token=token)
        pages.append([each.hold.id for each in page.holds])
        token = page.next_page_token
    assert pages == [["hold-0", "hold-1"], ["hold-2", "hold-3"], ["hold-4"]]


def test_a_page_that_was_never_given_is_refused(service: Service) -> None:
    with pytest.raises(RefusedCallError) as caught:
        service.pending(token="next")
    assert caught.value.message.startswith("page_token: not one that was given")


def test_a_closed_hold_is_not_listed(service: Service) -> None:
    one: Held = service.store.holds.file(held())
    service.store.holds.close(one, NOW)
    assert not service.pending().holds


def test_what_cannot_be_read_is_no_message(service: Service, supervisor: Person) -> None:
    assert service.refuses(b"")[0] is Status.INVALID_ARGUMENT
    assert envelopes.opened(supervisor.attests()).id


# Releases -----------------------------------------------------------------------------------------

RELEASE = OfRelease("0f" * 16)
BY_MISTAKE = Recalled("released by mistake", NOW, (REQUESTER,), NOW + 24 * HOUR)


def of_release(person: Person, said: Said) -> bytes:
    return person.sign(Statement(RELEASE, said, person.vouching, NOW))


@pytest.fixture
def recorded(service: Service) -> list[Act]:
    """What the log is told by the service."""
    found: list[Act] = []
    service.record = found.append
    return found


def test_a_recall_and_its_answer_are_recorded_without_their_texts(
    service: Service, recorded: list[Act]
) -> None:
    owner = service.person(OWNER, "records_supervisor")
    holder = service.person(REQUESTER, "records_supervisor")
    service.send(of_release(owner, BY_MISTAKE))
    service.send(of_release(holder, Deleted(NOW, "two reads", "case 26-7")), agency=REQUESTER)
    assert [act.kind for act in recorded] == [ActKind.RECALLED, ActKind.DELETION_STATED]
    recall, deletion = (dict(act.details) for act in recorded)
    assert (recall["release"], recall["agency"], recall["holders"]) == (
        RELEASE.id, OWNER, [REQUESTER]
    )  # fmt: skip
    assert deletion["kept"] is True
    assert not any(word in str(act) for act in recorded for word in ("mistake", "reads", "26-7"))


def test_a_recall_counts_though_the_log_is_away_and_is_recorded_when_it_is_sent_again(
    service: Service,
) -> None:
    owner = service.person(OWNER, "records_supervisor")
    found: list[Act] = []

    def fail(act: Act) -> None:
        raise JournalUnavailableError

    service.record = fail
    status, told = service.refuses(of_release(owner, BY_MISTAKE))
    assert (status, "send it again" in told) == (Status.UNAVAILABLE, True)
    assert service.store.releases.recalled(bytes.fromhex(RELEASE.id), NOW) == {OWNER}
    service.record = found.append
    service.send(of_release(owner, BY_MISTAKE))
    assert [act.kind for act in found] == [ActKind.RECALLED]


def test_the_most_urgent_recall_stands_first_and_only_on_the_first_page(service: Service) -> None:
    owner = service.person(OWNER, "records_supervisor")
    for hours in (9, 3):
        said = replace(BY_MISTAKE, answer_by=NOW + hours * HOUR)
        service.send(of_release(owner, said))
    found = service.pending().recalls
    assert [each.answer_by.ToDatetime(datetime.UTC) - NOW for each in found] == [
        3 * HOUR, 9 * HOUR
    ]  # fmt: skip
    assert all(each.holder == REQUESTER and not each.mine_to_answer for each in found)
    assert all(each.mine_to_answer for each in service.pending(REQUESTER).recalls)
    assert not service.pending(COURT, CallerRole.COURT).recalls
    assert not service.pending(token="1.1").recalls


def test_a_holder_that_nobody_knows_is_refused(service: Service) -> None:
    owner = service.person(OWNER, "records_supervisor")
    said = replace(BY_MISTAKE, holders=("CT/nowhere-pd",))
    assert "no body of the registry" in service.refuses(of_release(owner, said))[1]


def test_what_is_said_of_a_release_proves_nothing_about_a_question(service: Service) -> None:
    owner = service.person(OWNER, "records_supervisor")
    service.send(of_release(owner, BY_MISTAKE))
    assert service.store.proofs.about(asks(), NOW) is None
    service.store.forget(NOW + 1000 * 24 * HOUR)
    assert service.store.releases.recalled(bytes.fromhex(RELEASE.id), NOW) == {OWNER}


def test_a_key_struck_off_takes_its_recalls_with_it(service: Service) -> None:
    owner = service.person(OWNER, "records_supervisor")
    service.send(of_release(owner, BY_MISTAKE))
    owner.state = State.SUSPENDED
    assert not service.store.releases.recalled(bytes.fromhex(RELEASE.id), NOW)
