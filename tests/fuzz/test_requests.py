"""A hundred thousand spoiled requests: none fails, and none that is at fault is permitted.

The same requests every time. ``PLATELAW_FUZZ`` in the environment multiplies their number.
"""

from __future__ import annotations

import datetime
import json
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from platelaw.dsl import syntax as tree
from platelaw.dsl.model import Vocabulary
from platelaw.engine.compiled.wire import JsonRequests, RefusedRequestError
from platelaw.engine.decision import Decision, Engine, not_understood
from platelaw.engine.library import load, shipped, shipped_registry
from platelaw.engine.render_json import View, decision_bytes
from platelaw.engine.render_text import decision_text
from platelaw.engine.request_json import read_request
from platelaw.engine.schemas import sample_text, schema_text

from ..sizes import trials
from ..unit.engine.small import NOW, engine_of, owner, plain, rule, state
from .mutations import Spoiler, Words
from .oracle import Oracle
from .shapes import is_list, is_object

CHUNKS, SMALL = 14, trials(7_000)
SHIPPED_CHUNKS, SHIPPED = 4, trials(500)
ENOUGH = 70  # of so many requests, more than one is of each kind
EXPLAINED_EVERY = 50  # of the requests, one is explained and shown too
SCHEMA_EVERY = 5  # of those permitted, one is held against the JSON Schema too
FORM = Draft202012Validator(json.loads(schema_text("request")))

LAW = state(
    rule("barred-use", "forbid search, share of alpr_data\nif request.purpose is a kind of barred"),
    rule("who", """limit search, share of alpr_data, for every recipient, to
        own: recipient.sovereign is AA
        declared: recipient.standing is on_file
        paper: some i in request.instruments is a warrant from a court
          with probable_cause, covering the request, unexpired"""),
    rule("read-first", "refer search, share of alpr_data to reviewer\n"
                       "if reason.plainly includes barred or reason.possibly includes barred"),
    rule("old", "forbid search, share of alpr_data\nif data.age is over 21 days\n"
                "unless open: case.open is yes"),
    rule("trained", "require share of alpr_data\nmust train before share"),
)  # fmt: skip
OWN = owner(
    rule("own", "permit search, share of alpr_data\nif request.purpose is a kind of inquiry")
)

BY = {"agency": "AA/pd", "role": "custodian", "user": "user-2"}
WARRANT = {
    "kind": "warrant", "from": "AA/court", "issued_to": "US/bureau", "probable_cause": True,
    "covers": True, "expires": "2026-12-01", "level": "verification", "by": BY,
}  # fmt: skip
OPEN = {
    "value": True, "level": "attestation", "by": BY, "issued": "2026-11-01",
    "expires": "2026-12-01", "withdrawn": False,
}  # fmt: skip
GOOD: tuple[dict[str, Any], ...] = (
    plain(),
    plain({"request.recipients": ["BB/pd"], "case.stage": "early", "case.count": 3}),
    plain({"case.offense": None, "case.length": "3 days", "case.lead": "AA/other"}, user=None),
    plain(requester="BB/pd", reason="evil twin", data=["plate_read", "hit"]),
    plain(requester="US/bureau", instruments=[WARRANT]),
    plain({"request.claims": ["case.open"], "case.open": OPEN}, period={"from": "2026-01-01"}),
    plain(reason="a grim thing", reviews=[{"rule": "read-first", "decision": "cleared",
                                           "by": {**BY, "role": "reviewer"}}]),
    plain(act="share", duties=[{"duty": "train", "by": BY}]),
    plain({"match.found": {"value": False, "about": "BB/pd"}},
          simulate={"system": {"request.retries": 0}, "registry": {"account.shared": False},
                    "agencies": {"BB/pd": {"standing": "none"}}}),
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(LAW, OWN)


def vocabulary_of(engine: Engine) -> Vocabulary:
    """The words of the agency that knows most."""
    return max(engine.library.vocabularies.values(), key=lambda words: len(words.lineage()))


def words_of(engine: Engine, bodies: tuple[str, ...]) -> Words:
    """The words of a library by their sort, and a few that are near them."""
    words = vocabulary_of(engine)
    roots = ("purpose", "data", "instrument", "body")
    return Words((
        bodies,
        tuple(words.facts),
        *(tuple(sorted(words.kinds.below(root))) for root in roots),
        tuple(sorted(words.acts)),
        tuple(sorted(words.roles)),
        ("assertion", "attestation", "verification"),
        ("cleared", "refused"),
        ("2026-11-03", "2026-10-20", "2026-10-01", "2026-11-03T10:15:00-05:00", "2020-01-01"),
        ("stolen car", "evil deed", "evil twin", "a grim thing", "", "kidnapping"),
        ("AA", "US", "case.numbr", "theif", "on_file", "yes"),
    ))  # fmt: skip


def oracle_of(engine: Engine) -> Oracle:
    ids = {rule.id for policy in engine.library.policies for rule in policy.rules}
    oris = {body.ori for body in engine.registry.bodies.values()} - {""}
    rules = frozenset(ids | {rule_id.rpartition("/")[2] for rule_id in ids})
    return Oracle(vocabulary_of(engine), engine.registry, rules, frozenset(oris))


READERS: dict[int, JsonRequests] = {}
SEEN: Counter[int] = Counter()


def decide(engine: Engine, text: str, *, simulate: bool, explained: bool = False) -> Decision:
    """The answer to a text, whatever it holds; read and evaluated both ways, with one result."""
    reading = read_request(text, engine, now=NOW, simulate=simulate)
    if reading.request is None:
        assert reading.faults
        decision = not_understood(engine.library, reading, NOW)
    else:
        assert not reading.faults
        decision = engine.decide(
            reading.request, decided_at=NOW, explained=explained, registry=reading.registry
        )
    assert decision.reason != "evaluators disagree", text
    if not simulate:
        assert quickly(engine, text) == answer(decision), text
    return decision


def answer(decision: Decision) -> tuple[object, ...]:
    """What an answer says, and by which rules."""
    return decision.outcome, decision.reason, tuple(r.rule.id for r in decision.deciding())


def quickly(engine: Engine, text: str) -> tuple[object, ...]:
    """The answer straight from the text."""
    reader = READERS.setdefault(id(engine), JsonRequests(engine.compiled))
    SEEN[id(engine)] += 1
    try:
        ruling = reader.answer(text.encode("utf-8", "surrogatepass"), now=NOW)
    except RefusedRequestError as refused:
        return tree.Outcome.DENY, "not understood" if refused.reading.faults else "", ()
    return ruling.outcome, ruling.reason, ruling.rules


def stripped(value: Any) -> Any:
    """A request without any proof that its caller states."""
    if is_list(value):
        return [stripped(item) for item in value]
    if not is_object(value):
        return value
    return {key: stripped(item) for key, item in value.items()
            if key not in ("level", "by", "reviews", "duties")}  # fmt: skip


def lawful(raw: Mapping[str, Any], *, simulate: bool) -> bool:
    """What must at least be so for a PERMIT under the small law, worked out by hand."""
    facts = raw["facts"]
    purposes = {plain_value(item) for item in listed(facts["request.purpose"])}
    if not purposes & {"theft", "robbery"}:
        return False
    if simulate:
        return True
    known = {"AA/pd", "AA/other", "AA/court", "AA/person", "BB/pd", "AA0000100"}
    behind = {raw["requester"]}
    for name in ("request.recipients", "request.on_behalf_of", "user.directed_by"):
        behind |= members(facts[name])
    oldest = datetime.date.fromisoformat(raw["period"]["from"][:10])
    words = raw.get("reason")
    return (
        behind <= known
        and members(facts["user.directed_by"]) == set()
        and datetime.date(2026, 10, 11) <= oldest
        and isinstance(words, str)
        and not {"evil", "grim"} & set(words.replace("evil twin", "").split())
        and raw["act"] == "search"
    )


def listed(value: Any) -> list[Any]:
    return value if is_list(value) else [value]


def plain_value(value: Any) -> Any:
    return value["value"] if is_object(value) and "value" in value else value


def members(value: Any) -> set[str]:
    """The members of a set that is said to be whole; anything else would hold."""
    value = plain_value(value)
    if is_object(value):
        assert value.get("complete", True) is True
        value = value["members"]
    return set(value)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_spoiled_request_fails_or_is_permitted_at_fault(engine: Engine, chunk: int) -> None:
    chance = random.Random(chunk)
    spoiler = Spoiler(chance, words_of(engine, (*engine.registry.bodies, "AA/nobody", "AA0000100")))
    oracle = oracle_of(engine)
    counts: Counter[str] = Counter()
    for number in range(SMALL):
        text = spoiler.spoiled(chance.choice(GOOD))
        simulate = chance.random() < 0.5
        explained = number % EXPLAINED_EVERY == 0
        decision = decide(engine, text, simulate=simulate, explained=explained)
        counts[decision.reason] += 1
        counts[decision.outcome.value] += 1
        if explained:
            for view in View:
                assert decision_bytes(decision, view)
                assert decision_text(decision, view).encode()
        if decision.outcome is tree.Outcome.PERMIT:
            raw = json.loads(text)
            assert oracle.fits(raw, simulate=simulate), text
            assert lawful(raw, simulate=simulate), text
            if counts["PERMIT"] % SCHEMA_EVERY == 0:
                assert FORM.is_valid(raw), text
            if not simulate:
                bare = json.dumps(stripped(raw))
                assert decide(engine, bare, simulate=False).outcome is tree.Outcome.PERMIT, text
    met = (counts[what] for what in ("PERMIT", "HOLD", "forbidden", "not understood"))
    assert min(met) > SMALL // ENOUGH
    quick = SEEN[id(engine)] - READERS[id(engine)].slow
    assert quick > SMALL // ENOUGH  # else all went the ordinary way


def test_every_good_request_is_permitted_in_simulation(engine: Engine) -> None:
    """Else the fuzz would spoil what was no good to begin with."""
    for raw in GOOD:
        decision = decide(engine, json.dumps(raw), simulate=True)
        assert decision.outcome is tree.Outcome.PERMIT, decision.reason


# The shipped library ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Engine:
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    return Engine(library, registry)


def shipped_requests() -> list[dict[str, Any]]:
    folder = shipped().joinpath("examples", "requests")
    texts = [
        folder.joinpath(f"{name}.json").read_text("utf-8") for name in ("permit", "hold", "deny")
    ]
    return [json.loads(text) for text in (*texts, sample_text("request"))]


@pytest.mark.parametrize("chunk", range(SHIPPED_CHUNKS))
def test_the_shipped_library_permits_none_at_fault(whole: Engine, chunk: int) -> None:
    chance = random.Random(1000 + chunk)
    bodies = ("CT/darien-pd", "CT/example-pd", "US/fbi-new-haven", "MA/boston-pd", "CT/nobody")
    spoiler = Spoiler(chance, words_of(whole, bodies))
    oracle = oracle_of(whole)
    good = shipped_requests()
    counts: Counter[str] = Counter()
    for _ in range(SHIPPED):
        text = spoiler.spoiled(chance.choice(good))
        simulate = chance.random() < 0.5
        decision = decide(whole, text, simulate=simulate)
        counts[decision.outcome.value] += 1
        if decision.outcome is tree.Outcome.PERMIT:
            raw = json.loads(text)
            assert oracle.fits(raw, simulate=simulate), text
            if not simulate:
                bare = json.dumps(stripped(raw))
                assert decide(whole, bare, simulate=False).outcome is tree.Outcome.PERMIT, text
    assert min(counts.values()) > SHIPPED // ENOUGH
    assert set(counts) == {"PERMIT", "HOLD", "DENY"}
