"""The terms of a release: to whom it may go on, for what, how long; recalls and deletions."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from platelaw.dsl.source import Source, Span
from platelaw.dsl.syntax import Duration, Outcome, Unit
from platelaw.engine.cache import Cache
from platelaw.engine.decision import Engine
from platelaw.engine.duties import OnwardTerms
from platelaw.engine.library import shipped, shipped_registry
from platelaw.engine.loading import Loader
from platelaw.federation.deciding.copies import NoReleases
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.statements import Deleted, OfRelease, Recalled, Said, Statement
from platelaw.federation.evidence.weighing import weigh
from platelaw.federation.onward.chain import chain_of
from platelaw.federation.onward.terms import Terms, Wish, end_of, written
from platelaw.federation.proof import Vouching
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import log_pb2 as log
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import DAY, NOW
from .world import HOLDER, HOUR, LAST, NEXT, OWNER, World, read, share, with_chain, world
from .world import written as written_link

USE = "agency/openbridge/any-use"
OPENS = "  permit search, alert, share, export, enable of alpr_data\n"
TERMS = "  onward to whoever this rule lets in, for stolen_vehicle, until 3 days after release\n"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The shipped library, in which one owner says to whom its data may go on."""
    library = tmp_path_factory.mktemp("library") / "policies"
    shutil.copytree(Path(str(shipped())), library)
    file = library / "agencies" / "openbridge.policy"
    text = file.read_text("utf-8")
    assert OPENS in text
    file.write_text(text.replace(OPENS, OPENS + TERMS), "utf-8")
    registry = shipped_registry()
    cache = Cache(tmp_path_factory.getbasetemp() / "onward-cache")
    checked = Loader(cache).load((library,), registry.bodies.keys()).checked
    assert checked.library is not None, checked.diagnostics[:3]
    return Engine(checked.library, registry)


@pytest.fixture(scope="module")
def both(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(engine, tmp_path_factory.mktemp("both")) as found:
        yield found


def asked(
    both: World,
    *links: a.Recorded,
    by: str = HOLDER,
    to: str = NEXT,
    now: datetime.datetime = NOW,
    **words: str,
) -> a.Answer:
    """What the holder's service answers if a copy is to go on at a moment."""
    question = with_chain(share(by, [to], **words), *links)
    request_id = f"request-{os.urandom(4).hex()}"
    return both.second.point.decide(question, request_id=request_id, now=now)


def issued_anew(both: World, moment: datetime.datetime) -> None:
    """The policies of the holder's service are issued anew: the same files at another moment."""
    point = both.second.point.point
    point.use(point.desk.of(replace(point.desk.snapshot, issued_at=moment)))


def denied(answer: a.Answer, words: str, reason: str = "onward terms") -> bool:
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, reason), answer
    assert any(words in note for note in answer.explanation.notes), answer.explanation.notes
    return not answer.release_id


# The terms of the owner ------------------------------------------------------------------------


def test_the_terms_of_the_owner_travel_with_the_copy(both: World) -> None:
    link = both.released()
    terms = {each.rule: each for each in read(link)[1].terms}
    assert terms[USE].purposes == ["stolen_vehicle"]
    assert terms[USE].seconds == 3 * 86_400
    answer = asked(both, link)
    assert answer.outcome == a.OUTCOME_PERMIT
    told = {(each.rule, each.until) for each in answer.explanation.onward}
    assert (USE, "2026-11-29 17:12 UTC") in told


@pytest.mark.parametrize(("days", "outcome"), [(2, a.OUTCOME_PERMIT), (3, a.OUTCOME_DENY)])
def test_a_copy_goes_on_until_the_owners_time_is_over(
    both: World, days: int, outcome: a.Outcome
) -> None:
    link = both.released()
    issued_anew(both, NOW + days * DAY)
    answer = asked(both, link, now=NOW + days * DAY)
    issued_anew(both, NOW)
    assert answer.outcome == outcome, answer
    if outcome == a.OUTCOME_DENY:
        assert denied(answer, "until 2026-11-29 17:12 UTC only")


def test_for_another_purpose_than_the_owners_it_goes_nowhere(both: World) -> None:
    answer = asked(both, both.released(), purpose="missing_person", reason="missing person")
    assert denied(answer, "for stolen_vehicle only")


@pytest.mark.parametrize(
    ("purpose", "outcome"),
    [
        ("hit_and_run", Outcome.PERMIT),
        ("crash_investigation", Outcome.HOLD),  # it may be a hit and run, or none
        ("", Outcome.HOLD),
        ("missing_person", Outcome.DENY),
    ],
)
def test_a_purpose_that_may_be_one_of_the_owners_is_held(
    both: World, engine: Engine, purpose: str, outcome: Outcome
) -> None:
    entry, circumstances = read(both.released())
    circumstances.ClearField("terms")
    circumstances.terms.add(
        to="whoever this rule lets in", purposes=["theft", "hit_and_run"], rule=USE
    )
    question = with_chain(share(HOLDER), written_link(both.first, entry, circumstances))
    snapshot = both.second.point.point.desk.snapshot
    chain = chain_of(question.provenance, snapshot.logs, engine.registry)
    words = tuple(engine.library.vocabularies.values())
    terms = Terms(NoReleases(), words, {OWNER: frozenset({USE})})
    bar = terms.bar(chain, Wish(frozenset({HOLDER}), ("alpr_data",), q.Period(), purpose, NOW))
    assert (bar.outcome if bar else Outcome.PERMIT) is outcome


def test_a_copy_that_may_go_on_to_nobody_goes_nowhere(both: World) -> None:
    entry, circumstances = read(both.released())
    circumstances.terms.add(to="nobody", rule=USE)
    assert denied(asked(both, written_link(both.first, entry, circumstances)), "on to nobody")


def test_terms_of_a_rule_that_is_gone_are_asked_of_the_owner(both: World) -> None:
    entry, circumstances = read(both.released())
    circumstances.terms.add(to="whoever this rule lets in", rule="agency/openbridge/gone")
    answer = asked(both, written_link(both.first, entry, circumstances))
    assert (answer.outcome, answer.reason) == (a.OUTCOME_HOLD, "onward terms")
    assert not answer.HasField("hold")


def test_the_terms_of_all_links_count_together(both: World) -> None:
    """Each link lets it go on for a purpose of its own, and none for both."""
    first = both.released()
    entry, circumstances = read(both.handed_on(first))
    circumstances.terms.add(
        to="whoever this rule lets in", purposes=["missing_person"], rule=USE, seconds=HOUR.seconds
    )
    second = written_link(both.second, entry, circumstances)
    stolen = asked(both, first, second, by=NEXT, to=LAST)
    assert denied(stolen, "of answer 2 of the chain, lets the data go on for missing_person only")
    missing = asked(
        both, first, second, by=NEXT, to=LAST, purpose="missing_person", reason="missing person"
    )
    assert denied(missing, "of answer 1 of the chain, lets the data go on for stolen_vehicle only")


def test_old_data_are_denied_whoever_has_the_copy(both: World) -> None:
    entry, circumstances = read(both.released())
    circumstances.question.period.since = circumstances.question.period.until = "2026-10-01"
    question = with_chain(share(HOLDER, [NEXT]), written_link(both.first, entry, circumstances))
    question.period.since = question.period.until = "2026-10-01"
    answer = both.second.point.decide(question, request_id="request-0055")
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "forbidden")


@pytest.mark.parametrize(
    ("since", "until", "outcome"),
    [
        ("2026-11-20", "2026-11-26", a.OUTCOME_PERMIT),
        ("2026-11-22", "2026-11-23", a.OUTCOME_PERMIT),
        ("2026-11-22", "", a.OUTCOME_PERMIT),
        ("2026-11-19", "2026-11-23", a.OUTCOME_HOLD),
        ("2026-11-22", "2026-11-27", a.OUTCOME_HOLD),
        ("2026-11-27", "", a.OUTCOME_HOLD),
    ],
)
def test_reads_of_other_days_are_no_part_of_the_copy(
    both: World, since: str, until: str, outcome: a.Outcome
) -> None:
    question = with_chain(share(HOLDER, [NEXT]), both.released())
    question.period.since, question.period.until = since, until
    request_id = f"request-{os.urandom(4).hex()}"
    assert both.second.point.decide(question, request_id=request_id).outcome == outcome


# Times -----------------------------------------------------------------------------------------


def within(number: int, unit: Unit) -> OnwardTerms:
    place = Span(Source("x.policy", "x"), 0, 1)
    return OnwardTerms("whoever this rule lets in", (), "", USE, Duration(place, number, unit))


@pytest.mark.parametrize(
    ("number", "unit", "end"),
    [
        (2, Unit.HOUR, "2026-11-26T19:12:30.25+00:00"),
        (3, Unit.BUSINESS_DAY, "2026-11-29T17:12:30.25+00:00"),
        (3, Unit.MONTH, "2027-02-26T00:00:00+00:00"),
        (1, Unit.YEAR, "2027-11-26T00:00:00+00:00"),
        (0, Unit.DAY, "2026-11-26T17:12:30.25+00:00"),
    ],
)
def test_terms_end_after_so_long(number: int, unit: Unit, end: str) -> None:
    assert end_of(written(within(number, unit)), NOW) == datetime.datetime.fromisoformat(end)


def test_terms_without_a_time_end_never() -> None:
    assert end_of(written(OnwardTerms("nobody", (), "", USE)), NOW) is None


def test_a_time_beyond_every_calendar_is_a_thousand_years() -> None:
    end = end_of(log.Terms(seconds=2**63), NOW)
    assert end is not None
    assert end.year > 3000
    end = end_of(log.Terms(months=2**31), NOW)
    assert end is not None
    assert end.year == 3026


# Recalls and deletions -------------------------------------------------------------------------

RECALLED = Recalled("released by mistake", NOW, (HOLDER,), NOW + 3 * DAY)


def state(both: World, agency: str, release: a.Recorded, said: Said) -> None:
    """A statement of an agency about a release, on file at the holder's service."""
    point = both.second.point
    key = point.keys[agency, "records_supervisor"]
    by = Vouching(agency, "records_supervisor", "lieutenant-1")
    about = OfRelease(read(release)[0].release_id.hex())
    sent = envelopes.signed(Statement(about, said, by, NOW), key)
    point.store.proofs.keep(weigh(envelopes.opened(sent), point.signers), sent, NOW)


def test_what_its_owner_recalled_goes_nowhere(both: World) -> None:
    link, other = both.released(), both.released()
    state(both, OWNER, link, RECALLED)
    assert denied(asked(both, link), f"{OWNER} has recalled", "recalled")
    assert asked(both, other).outcome == a.OUTCOME_PERMIT


def test_a_recall_counts_for_what_came_of_the_release(both: World) -> None:
    first = both.released()
    second = both.handed_on(first)
    assert asked(both, first, second, by=NEXT, to=LAST).outcome == a.OUTCOME_PERMIT
    state(both, OWNER, first, RECALLED)
    answer = asked(both, first, second, by=NEXT, to=LAST)
    assert denied(answer, "has recalled the release of answer 1", "recalled")


def test_a_first_owner_may_recall_a_later_release_of_its_data(both: World) -> None:
    first = both.released()
    second = both.handed_on(first)
    state(both, OWNER, second, RECALLED)
    assert denied(asked(both, first, second, by=NEXT, to=LAST), "answer 2", "recalled")
    assert asked(both, first).outcome == a.OUTCOME_PERMIT


def test_a_recall_counts_from_its_day_on(both: World) -> None:
    link = both.released()
    later = Recalled("an order ends", NOW + HOUR, (HOLDER,), NOW + 3 * DAY)
    state(both, OWNER, link, later)
    assert asked(both, link).outcome == a.OUTCOME_PERMIT
    assert asked(both, link, now=NOW + 2 * HOUR).reason == "recalled"


def test_who_owns_nothing_of_it_recalls_nothing(both: World) -> None:
    link = both.released()
    state(both, NEXT, link, RECALLED)
    assert asked(both, link).outcome == a.OUTCOME_PERMIT


def test_what_its_holder_said_to_be_deleted_goes_nowhere(both: World) -> None:
    link = both.released()
    state(both, HOLDER, link, Deleted(NOW - HOUR, "one read, as an exhibit", "the case file"))
    assert denied(asked(both, link), f"{HOLDER} has said that this copy is deleted", "deleted")


def test_the_copy_of_the_next_one_is_its_own(both: World) -> None:
    first = both.released()
    second = both.handed_on(first)
    state(both, HOLDER, first, Deleted(NOW))
    assert asked(both, first, second, by=NEXT, to=LAST).outcome == a.OUTCOME_PERMIT
