"""Requests as JSON: whatever cannot be gone by is a fault with its place and its mend, and DENY."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.decision import Engine, not_understood
from platelaw.engine.explanation import NeedKind
from platelaw.engine.fault import Fault
from platelaw.engine.json_text import MAX_CHARACTERS, MAX_DEPTH, MAX_ENTRIES, MAX_TEXT
from platelaw.engine.render_json import View, decision_bytes
from platelaw.engine.render_text import decision_text
from platelaw.engine.values import Cause

from .small import (
    ANY_USE,
    NOW,
    answer_of,
    decide_json,
    deciding,
    engine_of,
    owner,
    plain,
    read,
    rule,
    state,
)

CASE_OPEN = rule("case-open", "forbid search of alpr_data\nunless open: case.open is yes")
BARRED = rule("barred-use", "forbid search of alpr_data\nif request.purpose is a kind of barred")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(state(BARRED), owner(ANY_USE))


@pytest.fixture(scope="module")
def strict() -> Engine:
    """Where nothing is permitted but on a fact that the owner's custodian attests."""
    return engine_of(state(BARRED, CASE_OPEN), owner(ANY_USE))


def faults_of(engine: Engine, raw: Any, *, simulate: bool = False) -> tuple[Fault, ...]:
    """The faults of a request that cannot be gone by; it is DENY, and can be shown to anyone."""
    reading = read(engine, raw, simulate=simulate)
    assert reading.request is None
    decision = not_understood(engine.library, reading, NOW)
    assert answer_of(decision) == ("DENY", "not understood")
    for view in View:
        assert decision_text(decision, view).encode()
        assert decision_bytes(decision, view)
    assert all(fault.message and fault.help for fault in reading.faults), reading.faults
    return reading.faults


def test_the_plain_request_is_permitted(engine: Engine) -> None:
    assert answer_of(decide_json(engine, plain())) == ("PERMIT", "permitted")
    assert read(engine, plain()).notes == ()


# Parts of the request -----------------------------------------------------------------------

UNTYPED: Mapping[str, tuple[Any, ...]] = {
    "version": (0, 2, "1", None, True, [], {}, 1.5, 9**999),
    "requester": (17, None, True, "", " ", [], {}, ["AA/pd"], "AA/nobody", "aa/pd", "\x00"),
    "owner": (17, None, True, "", " ", [], {}, ["AA/pd"], "AA/nobody", "AA0000999"),
    "user": (17, True, [], {}, ["user-1"]),
    "act": (17, None, True, "", [], {}, "serch", "Search", "search "),
    "data": (17, None, True, "", [], {}, "alpr-data", ["alpr_data", "nothing"], [None], "data"),
    "at": (17, None, True, "", [], {}, "today"),
    "reason": (17, True, [], {}, {"missing": "lost"}, {"missing": ["redacted"]}, {"text": "x"}),
    "period": (17, True, [], "", {}, {"until": "2026-11-03"}, {"from": None}, {"from": "x"}),
    "facts": (17, None, True, [], ""),
    "instruments": (17, True, {}, "none", [None], [17], [[]], [{}], [{"kind": []}]),
    "reviews": (17, True, "none", [None], [{}], [{"rule": [], "decision": "cleared"}]),
    "duties": (17, True, "none", [None], [{}], [{"duty": {}}]),
    "simulate": (17, True, [], "all"),
}


@pytest.mark.parametrize(
    ("part", "value"), [(part, value) for part, values in UNTYPED.items() for value in values]
)
@pytest.mark.parametrize("simulate", [False, True])
def test_an_ill_typed_part_is_a_fault_at_its_place(
    engine: Engine, part: str, value: Any, *, simulate: bool
) -> None:
    for fault in faults_of(engine, plain(**{part: value}), simulate=simulate):
        assert f"{fault.where}/".startswith(f"/{part}/")


@pytest.mark.parametrize("part", ["requester", "owner", "act", "data"])
def test_a_part_that_every_request_needs_may_not_be_left_out(engine: Engine, part: str) -> None:
    raw = plain()
    del raw[part]
    (fault,) = faults_of(engine, raw)
    assert fault.where == f"/{part}"
    assert "missing" in fault.message


@pytest.mark.parametrize("part", ["requestor", "fact", "$schema", "", "a/b~c"])
def test_an_unknown_part_is_a_fault_at_its_json_pointer(engine: Engine, part: str) -> None:
    (fault,) = faults_of(engine, plain(**{part: 1}))
    assert fault.where == "/" + part.replace("~", "~0").replace("/", "~1")


def test_every_fault_is_listed_at_once(engine: Engine) -> None:
    raw = plain({"case.numbr": "x", "request.purpose": 3}, act="serch", data="nothing")
    places = [fault.where for fault in faults_of(engine, raw)]
    assert sorted(places) == ["/act", "/data", "/facts/case.numbr", "/facts/request.purpose"]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("serch", "`search`"), ("shar", "`share`")],
)
def test_a_misspelt_word_gets_the_nearest_as_help(engine: Engine, wrong: str, right: str) -> None:
    (fault,) = faults_of(engine, plain(act=wrong))
    assert right in fault.help


def test_an_agency_may_be_named_by_its_ori(engine: Engine) -> None:
    assert answer_of(decide_json(engine, plain(requester="AA0000100")))[0] == "PERMIT"


def test_an_agency_that_is_not_on_file_gets_a_near_key_as_help(engine: Engine) -> None:
    (fault,) = faults_of(engine, plain(requester="AA/pdd"))
    assert fault.where == "/requester"
    assert "`AA/pd`" in fault.help


# Facts --------------------------------------------------------------------------------------

MISFITS: Mapping[str, tuple[Any, ...]] = {
    "request.purpose": (17, True, "", "thieving", {"value": "thieving"}, ["theft", 3], [[]], {}),
    "request.recipients": (17, True, "", "AA/other", {}, ["AA/nobody"], [""], [None], [["AA/pd"]]),
    "request.on_behalf_of": (None, {"members": "AA/pd"}, {"members": [""]}, {"complete": True}),
    "user.directed_by": ({"members": [], "complete": "no"}, {"members": [], "complete": None}),
    "request.claims": (["case.number"], ["nothing"], "case.open", [True]),
    "case.number": (17, True, {}, {"level": "assertion"}, [], [17]),
    "case.stage": ("middle", True, None, ["early", "middle"]),
    "case.count": (1.5, -1, True, "3", None, 2**53, 10**400, {"value": "3"}),
    "case.length": ("long", "2 months", "3 business days", 3, "", None),
    "case.lead": ("AA/nobody", 17, "", None),
    "case.open": ("perhaps", 1, 0, None, "", "true", {"value": 1}),
    "match.found": ({"value": True, "about": "AA/nobody"}, {"value": True, "about": ""}),
}
MISPROVEN: tuple[tuple[str, Any], ...] = (
    ("level", "registry"),
    ("level", "Attestation"),
    ("level", ["attestation"]),
    ("level", None),
    ("by", "AA/pd"),
    ("by", ["AA/pd"]),
    ("by", {}),
    ("by", {"agency": "AA/pd", "user": "user-2"}),
    ("by", {"role": "custodian", "user": "user-2"}),
    ("by", {"agency": "AA/nobody", "role": "custodian"}),
    ("by", {"agency": "AA/pd", "role": 17}),
    ("by", {"agency": "AA/pd", "role": "custodian", "user": ["user-1"]}),
    ("by", {"agency": "AA/pd", "rank": "custodian"}),
    ("issued", "yesterday"),
    ("issued", None),
    ("expires", 20261103),
    ("withdrawn", "yes"),
    ("withdrawn", 1),
    ("about", "AA/other"),
    ("proof", "sworn"),
)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in MISFITS.items() for value in values]
)
@pytest.mark.parametrize("simulate", [False, True])
def test_an_ill_typed_fact_is_a_fault_at_its_place(
    engine: Engine, name: str, value: Any, *, simulate: bool
) -> None:
    raw = plain()
    raw["facts"][name] = value
    for fault in faults_of(engine, raw, simulate=simulate):
        assert f"{fault.where}/".startswith(f"/facts/{name}/")


@pytest.mark.parametrize(("part", "value"), MISPROVEN)
@pytest.mark.parametrize("simulate", [False, True])
def test_an_ill_typed_proof_is_a_fault_at_its_place(
    engine: Engine, part: str, value: Any, *, simulate: bool
) -> None:
    raw = plain({"case.open": {"value": True, part: value}})
    for fault in faults_of(engine, raw, simulate=simulate):
        assert fault.where.startswith(f"/facts/case.open/{part}")


@pytest.mark.parametrize("name", ["case.numbr", "case", "", "number", "case.number/value"])
def test_a_misspelt_fact_is_a_fault(engine: Engine, name: str) -> None:
    (fault,) = faults_of(engine, plain({name: "x"}))
    assert fault.where == "/facts/" + name.replace("/", "~1")


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("recipient.sovereign", "registry"),
        ("recipient.standing", "registry"),
        ("account.shared", "registry"),
        ("data.age", "system"),
        ("request.retries", "system"),
    ],
)
@pytest.mark.parametrize("simulate", [False, True])
def test_a_registry_or_system_fact_cannot_be_sent(
    engine: Engine, name: str, level: str, *, simulate: bool
) -> None:
    (fault,) = faults_of(engine, plain({name: False}), simulate=simulate)
    assert f"is a {level} fact" in fault.message
    assert "--simulate" in fault.help


@pytest.mark.parametrize("name", ["request.reason", "request.user", "request.instruments"])
def test_a_fact_with_a_place_of_its_own_is_not_taken_elsewhere(engine: Engine, name: str) -> None:
    (fault,) = faults_of(engine, plain({name: []}))
    assert f"`{name.partition('.')[2]}`" in fault.help


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("request.purpose", "if request.purpose is a kind of barred"),
        ("request.on_behalf_of", "if some r in recipients is a kind of bureau"),
        ("request.recipients", "if some r in recipients is a kind of bureau"),
        ("user.directed_by", "if some r in recipients is a kind of bureau"),
        ("case.number", "if case.number is not stated"),
    ],
)
def test_a_missing_fact_never_helps(name: str, does: str) -> None:
    """Left out is unproven: no bar vanishes because nobody stated what it asks for."""
    bar = rule("bar", f"forbid search of alpr_data\n{does}")
    engine = engine_of(state(bar), owner(ANY_USE))
    assert answer_of(decide_json(engine, plain())) == ("PERMIT", "permitted")
    assert answer_of(decide_json(engine, plain({name: None}))) == ("HOLD", "unproven")


# Proof --------------------------------------------------------------------------------------


def proven(**changes: Any) -> dict[str, Any]:
    """A request whose case the owner's custodian has attested, unless changed."""
    voucher = {"agency": "AA/pd", "role": "custodian", "user": "user-2"}
    fact = {"value": True, "level": "attestation", "by": voucher, **changes}
    return plain({"case.open": fact, "request.claims": ["case.open"]})


def cause(engine: Engine, raw: Any) -> Cause | None:
    """Why the case is not proven to be open."""
    decision = decide_json(engine, raw, simulate=True)
    assert answer_of(decision) == ("HOLD", "unproven")
    assert deciding(decision) == ["case-open"]
    needs = {need for item in decision.settling for need in item.needs}
    (need,) = [need for need in needs if need.kind is NeedKind.FACT]
    return need.cause


def test_stated_proof_counts_in_simulation_only(strict: Engine) -> None:
    assert answer_of(decide_json(strict, proven(), simulate=True)) == ("PERMIT", "permitted")
    reading = read(strict, proven())
    assert reading.request is not None
    assert "/facts/case.open" in reading.notes[0]
    assert {s.level for s in reading.request.statements} == {tree.Level.ASSERTION}
    assert answer_of(decide_json(strict, proven())) == ("HOLD", "unproven")


def test_a_voucher_in_another_agency_of_the_requester_is_counted_out(strict: Engine) -> None:
    raw: dict[str, Any] = {**proven(), "requester": "AA/other"}
    assert answer_of(decide_json(strict, raw, simulate=True))[0] == "PERMIT"
    own = {"agency": "AA/other", "role": "anybody", "user": "user-9"}
    raw["facts"]["case.open"]["by"] = own
    assert cause(strict, raw) is Cause.WRONG_VOUCHER


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"by": {"agency": "AA/pd", "role": "custodian", "user": "user-1"}}, Cause.WRONG_VOUCHER),
        ({"by": {"agency": "AA/pd", "role": "custodian"}}, Cause.WRONG_VOUCHER),
        ({"by": {"agency": "AA/pd", "role": "reviewer", "user": "user-2"}}, Cause.WRONG_VOUCHER),
        ({"by": {"agency": "AA/other", "role": "custodian", "user": "x"}}, Cause.WRONG_VOUCHER),
        ({"by": {"agency": "AA/pd", "role": "nobody", "user": "x"}}, Cause.WRONG_VOUCHER),
        ({"level": "assertion"}, Cause.BELOW_PROOF),
        ({"withdrawn": True}, Cause.WITHDRAWN),
        ({"expires": "2026-11-01"}, Cause.STALE),
        ({"expires": "2026-11-03T10:14:59-05:00"}, Cause.STALE),
    ],
)
def test_a_statement_that_does_not_count_is_unproven(
    strict: Engine, changes: dict[str, Any], why: Cause
) -> None:
    assert cause(strict, proven(**changes)) is why


@pytest.mark.parametrize(
    "changes",
    [
        {"expires": "2026-11-03"},
        {"expires": "2026-11-03T10:15:00-05:00"},
        {"withdrawn": False},
        {"level": "verification"},
        {"issued": "2020-01-01"},
    ],
)
def test_a_statement_that_counts_is_proven(strict: Engine, changes: dict[str, Any]) -> None:
    assert answer_of(decide_json(strict, proven(**changes), simulate=True))[0] == "PERMIT"


def test_a_fact_grows_old() -> None:
    fresh = rule("fresh", "limit search of alpr_data to\nchecked: case.checked is yes")
    engine = engine_of(state(fresh), owner(ANY_USE))
    for issued, outcome in (("2026-10-05", "PERMIT"), ("2026-10-01", "HOLD")):
        voucher = {"agency": "AA/pd", "role": "custodian", "user": "user-2"}
        fact = {"value": True, "level": "attestation", "by": voucher, "issued": issued}
        decision = decide_json(engine, plain({"case.checked": fact}), simulate=True)
        assert answer_of(decision)[0] == outcome


def test_a_review_and_a_duty_count_in_simulation_only() -> None:
    refer = rule("read-first", "refer search of alpr_data to reviewer")
    need = rule("need", "permit search of alpr_data\nmust train before search")
    engine = engine_of(state(refer), owner(need))
    custodian = {"agency": "AA/pd", "role": "custodian", "user": "user-2"}
    raw = plain(
        reviews=[{"rule": "read-first", "decision": "cleared",
                  "by": {**custodian, "role": "reviewer"}}],
        duties=[{"duty": "train", "by": custodian}],
    )  # fmt: skip
    assert answer_of(decide_json(engine, raw, simulate=True)) == ("PERMIT", "permitted")
    assert answer_of(decide_json(engine, raw)) == ("HOLD", "referred")
    assert len(read(engine, raw).notes) == 2


# Contradictions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "agree"),
    [
        ("request.purpose", ["theft", "robbery"], False),
        ("request.purpose", ["inquiry", "theft"], True),
        ("request.purpose", ["theft", "theft"], True),
        ("request.purpose", ["theft", {"value": "robbery", "withdrawn": True}], True),
        ("request.purpose", ["theft", {"value": "robbery", "expires": "2020-01-01"}], False),
        ("case.number", ["x", ""], False),
        ("case.number", ["x", "y"], True),
        ("case.open", [True, "yes"], True),
        ("case.open", [True, False], False),
        ("case.count", [1, 2], False),
        ("match.found", [True, {"value": False, "about": "AA/pd"}], False),
        ("match.found", [True, {"value": False, "about": "AA/other"}], True),
    ],
)
def test_two_values_that_cannot_both_be_true_are_denied(
    engine: Engine, name: str, values: list[Any], *, agree: bool
) -> None:
    for stated in (values, values[::-1]):
        decision = decide_json(engine, plain({name: stated}))
        assert answer_of(decision) == (
            ("PERMIT", "permitted") if agree else ("DENY", "contradiction")
        )
        assert [fault.where for fault in decision.faults] == ([] if agree else [name])


def test_a_fact_of_another_recipient_is_no_hiding_place(engine: Engine) -> None:
    """A second value for somebody else would go unseen where the fact is the same for all."""
    hidden = {"value": "barred", "about": "AA/other"}
    (fault,) = faults_of(engine, plain({"request.purpose": ["theft", hidden]}))
    assert fault.where == "/facts/request.purpose/1/about"


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (["AA/other", "BB/pd"], ["BB/pd", "AA/other"], True),
        (["AA/other"], ["BB/pd"], False),
        (["AA/other"], {"members": [], "complete": False}, True),
        (["AA/other"], {"members": ["BB/pd"], "complete": False}, False),
        ({"members": ["AA/other"], "complete": False},
         {"members": ["BB/pd"], "complete": False}, True),
        ([], ["AA/other"], False),
    ],
)  # fmt: skip
def test_sets_contradict_unless_one_may_hold_the_other(
    engine: Engine, one: Any, other: Any, *, agree: bool
) -> None:
    for pair in ((one, other), (other, one)):
        first, second = (read(engine, plain({"request.recipients": v})).request for v in pair)
        assert first is not None
        assert second is not None
        again = [s for s in second.statements if s.fact == "request.recipients"]
        both = replace(first, statements=(*first.statements, *again))
        decision = engine.decide(both, decided_at=NOW)
        assert (decision.reason == "contradiction") is not agree


# Claims -------------------------------------------------------------------------------------


def test_what_is_not_claimed_is_not_so(strict: Engine) -> None:
    raw = proven()
    raw["facts"]["request.claims"] = []
    assert answer_of(decide_json(strict, raw, simulate=True)) == ("DENY", "forbidden")


@pytest.mark.parametrize("claims", [None, {"members": [], "complete": False}])
def test_while_the_claims_are_not_known_whole_every_claim_is_unproven(
    strict: Engine, claims: Any
) -> None:
    """Else the list, once it is completed, would turn the answer."""
    raw = proven()
    raw["facts"]["request.claims"] = claims
    if claims is None:
        del raw["facts"]["request.claims"]
    assert answer_of(decide_json(strict, raw, simulate=True)) == ("HOLD", "unproven")


# Texts that are no request ------------------------------------------------------------------

PLAIN_TEXT = json.dumps(plain())


@pytest.mark.parametrize(
    "text",
    [
        "",
        b"",
        b" \r\n\t",
        "{",
        "[]",
        "null",
        "17",
        '"request"',
        "not JSON",
        "\x00",
        PLAIN_TEXT + "\x00",
        PLAIN_TEXT + PLAIN_TEXT,
        PLAIN_TEXT.replace(":", "="),
        "// a comment\n" + PLAIN_TEXT,
        PLAIN_TEXT.encode("utf-16"),
        PLAIN_TEXT.encode("utf-32"),
        b'{"requester": "\xe9"}',
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" * 100_000 + "]" * 100_000,
        PLAIN_TEXT.replace('"theft"', "[" * 900 + "]" * 900),
        PLAIN_TEXT.replace('"theft"', '{"value":' * 300 + "1" + "}" * 300),
        '{"version": NaN}',
        '{"version": -Infinity}',
        '{"version": ' + "9" * 5000 + "}",
        PLAIN_TEXT.replace('"version": 1', '"version": 1e999'),
        " " * (MAX_CHARACTERS + 1),
        json.dumps(plain(reason="x" * 2_000_000)),
    ],
)
def test_a_text_that_is_no_request_is_one_fault(engine: Engine, text: str | bytes) -> None:
    assert len(faults_of(engine, text)) == 1


def test_a_byte_order_mark_is_no_fault(engine: Engine) -> None:
    assert read(engine, PLAIN_TEXT.encode("utf-8-sig")).request is not None


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"requester":', '"requester": "AA/other", "requester":', "/requester"),
        ('"case.number":', '"case.number": "1", "case.number":', "/facts/case.number"),
        ('"from":', '"from": "2026-11-02", "from":', "/period/from"),
        ('"facts":', '"facts": {"a/b": 1, "a/b": 2}, "facts":', "/facts"),
    ],
)
def test_a_name_given_twice_is_a_fault_at_its_place(
    engine: Engine, old: str, new: str, where: str
) -> None:
    faults = faults_of(engine, PLAIN_TEXT.replace(old, new, 1))
    assert where in [fault.where for fault in faults]
    assert all("given twice" in fault.message for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"stolen car"', '"\\ud800"', "/reason"),
        ('"user-1"', '"x\\udfffy"', "/user"),
        ('"26-1"', '"\\ud83d"', "/facts/case.number"),
        ('"case.number"', '"\\udc00"', "/facts"),
        ('"user"', '"\\ud800"', ""),
    ],
)
def test_half_a_character_is_a_fault(engine: Engine, old: str, new: str, where: str) -> None:
    assert [f.where for f in faults_of(engine, PLAIN_TEXT.replace(old, new, 1))] == [where]


def test_half_a_character_given_twice_can_still_be_told(engine: Engine) -> None:
    half = '"\\ud800": 1, '
    faults = faults_of(engine, PLAIN_TEXT.replace('"user"', half * 2 + '"user"', 1))
    assert sorted(fault.where for fault in faults) == ["", "/?"]


def test_a_whole_character_written_in_halves_is_none(engine: Engine) -> None:
    assert read(engine, PLAIN_TEXT.replace("stolen car", "\\ud83d\\ude97")).request is not None


def test_a_long_text_is_a_fault_and_a_long_reason_is_read_in_time(engine: Engine) -> None:
    assert read(engine, plain(reason="x " * (MAX_TEXT // 2))).request is not None
    (fault,) = faults_of(engine, plain(reason="x" * (MAX_TEXT + 1)))
    assert fault.where == "/reason"


def test_a_long_list_is_a_fault(engine: Engine) -> None:
    (fault,) = faults_of(engine, plain({"request.recipients": ["AA/pd"] * (MAX_ENTRIES + 1)}))
    assert fault.where == "/facts/request.recipients"
    (fault,) = faults_of(engine, plain({f"fact{at}": 1 for at in range(MAX_ENTRIES + 1)}))
    assert fault.where == "/facts"


def test_a_deep_text_is_a_fault_where_it_is_too_deep(engine: Engine) -> None:
    deep: Any = "AA/pd"
    for _ in range(MAX_DEPTH):
        deep = [deep]
    (fault,) = faults_of(engine, plain({"request.recipients": deep}))
    assert fault.where == "/facts/request.recipients" + "/0" * (MAX_DEPTH - 2)


def test_many_agencies_that_are_not_on_file_are_told_in_time(engine: Engine) -> None:
    """Looking for the nearest key reads the whole registry, so it is done a few times only."""
    raw = plain({"request.recipients": [f"AA/pd-{at}" for at in range(500)]})
    faults = faults_of(engine, raw)
    assert len(faults) == 500
    assert sum("did you mean" in fault.help for fault in faults) == 5


# Dates --------------------------------------------------------------------------------------


def at(engine: Engine, moment: str) -> Any:
    raw = plain(at=moment)
    del raw["period"]
    return decide_json(engine, raw)


@pytest.mark.parametrize("moment", ["1800-01-01", "1900-06-15T00:00:00Z", "2019-12-31"])
def test_before_any_law_there_is_none(engine: Engine, moment: str) -> None:
    assert answer_of(at(engine, moment)) == ("DENY", "no law of that day")


def test_the_first_day_of_the_law_counts(engine: Engine) -> None:
    assert answer_of(at(engine, "2020-01-01"))[0] == "PERMIT"


def test_a_request_in_the_future_gets_a_note(engine: Engine) -> None:
    assert "future" in read(engine, plain(at="2026-11-05")).notes[0]
    assert read(engine, plain(at="2026-11-03T10:15:00-05:00")).notes == ()


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-12:00",
        "1799-12-31",
        "2201-01-01",
    ],
)
def test_a_year_that_no_law_knows_is_a_fault(engine: Engine, moment: str) -> None:
    (fault,) = faults_of(engine, plain(at=moment))
    assert fault.where == "/at"
    assert "year" in fault.message


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-01T01:30:00",
        "2026-11-03T10:15",
        "2026-02-29",
        "2026-13-01",
        "2026-11-03T25:00:00Z",
        "2026-11-03T10:15:60Z",
        "2026-11-03T10:15:00+24:00",
        "20261103",
        "2026-W45-2",
        " 2026-11-03",
        "2026-11-03\n",
        "\u0662\u0660\u0662\u0666-11-03",
        "11/03/2026",
    ],
)
def test_a_moment_that_is_none_or_two_is_a_fault(engine: Engine, moment: str) -> None:
    (fault,) = faults_of(engine, plain(at=moment))
    assert fault.where == "/at"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-01T01:30:00-04:00", "2026-11-01"),  # the hour that comes twice
        ("2026-11-01T01:30:00-05:00", "2026-11-01"),
        ("2026-03-08T01:59:59-05:00", "2026-03-08"),
        ("2026-03-08T03:00:00-04:00", "2026-03-08"),
        ("2026-11-01T03:59:59Z", "2026-10-31"),  # midnight in New York is 4:00 in summer
        ("2026-11-01T04:00:00Z", "2026-11-01"),
        ("2026-11-02T04:59:59Z", "2026-11-01"),  # and 5:00 in winter
        ("2026-11-02T05:00:00Z", "2026-11-02"),
        ("2026-10-31T23:59:59-04:00", "2026-10-31"),
        ("2026-11-01", "2026-11-01"),
    ],
)
def test_the_civil_day_is_that_of_the_law(engine: Engine, moment: str, day: str) -> None:
    expected = datetime.date.fromisoformat(day)
    assert at(engine, moment).law_date == (expected, expected)


@pytest.mark.parametrize(
    ("period", "where"),
    [
        ({"from": "2026-11-05"}, "/period/from"),
        ({"from": "2026-11-03", "until": "2026-11-01"}, "/period"),
        ({"from": "2026-11-01T10:00:00"}, "/period/from"),
        ({"from": "2026-11-01", "to": "2026-11-03"}, "/period/to"),
    ],
)
def test_a_period_that_cannot_be_is_a_fault(
    engine: Engine, period: dict[str, Any], where: str
) -> None:
    (fault,) = faults_of(engine, plain(period=period))
    assert fault.where == where


# Age of the data ----------------------------------------------------------------------------

OLD = rule("old", "forbid search, keep of alpr_data\nif data.age is over 21 days")


@pytest.mark.parametrize(
    ("act", "period", "outcome"),
    [
        ("search", {"from": "2026-10-13"}, "PERMIT"),
        ("search", {"from": "2026-10-12"}, "DENY"),
        ("search", {"from": "2026-10-13", "until": "2026-10-20"}, "PERMIT"),
        ("keep", {"from": "2026-11-01", "until": "2026-11-22"}, "PERMIT"),
        ("keep", {"from": "2026-11-01", "until": "2026-11-23"}, "DENY"),
        ("keep", {"from": "2026-11-01"}, "DENY"),  # an open end is over every period
        ("search", None, "HOLD"),
    ],
)
def test_the_age_is_that_of_the_oldest_read_and_of_keeping_that_at_the_end(
    act: str, period: dict[str, Any] | None, outcome: str
) -> None:
    engine = engine_of(state(OLD), owner(ANY_USE))
    assert answer_of(decide_json(engine, plain(act=act, period=period)))[0] == outcome


# Supposed facts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("supposed", "where"),
    [
        ({"systems": {}}, "/simulate/systems"),
        ({"system": []}, "/simulate/system"),
        ({"system": {"result.cout": 1}}, "/simulate/system/result.cout"),
        ({"system": {"case.number": "1"}}, "/simulate/system/case.number"),
        ({"system": {"result.count": "many"}}, "/simulate/system/result.count"),
        ({"registry": 1}, "/simulate/registry"),
        ({"registry": {"account.share": True}}, "/simulate/registry/account.share"),
        ({"agencies": []}, "/simulate/agencies"),
        ({"agencies": {"AA/nobody": {}}}, "/simulate/agencies/AA~1nobody"),
        ({"agencies": {"AA/pd": 3}}, "/simulate/agencies/AA~1pd"),
        ({"agencies": {"AA/pd": {"stand": "none"}}}, "/simulate/agencies/AA~1pd/stand"),
        ({"agencies": {"AA/pd": {"standing": "good"}}}, "/simulate/agencies/AA~1pd/standing"),
        ({"missing": ["account.shared"]}, "/simulate/missing"),
        ({"missing": {"account.shared": "lost"}}, "/simulate/missing/account.shared"),
        ({"missing": {"account.share": "redacted"}}, "/simulate/missing/account.share"),
        ({"missing": {"request.purpose": "redacted"}}, "/simulate/missing/request.purpose"),
        ({"missing": {"requester": "redacted"}}, "/requester"),
        ({"until": "2026-11-02"}, "/simulate/until"),
        ({"until": "2000-01-01T00:00:00Z"}, "/simulate/until"),
    ],
)
def test_a_supposed_fact_that_does_not_fit_is_a_fault_at_its_json_pointer(
    engine: Engine, supposed: dict[str, Any], where: str
) -> None:
    (fault,) = faults_of(engine, plain(simulate=supposed), simulate=True)
    assert fault.where == where


def test_supposed_facts_count_in_simulation_only() -> None:
    suspended = rule("suspended", "forbid search of alpr_data\nif requester.standing is suspended")
    engine = engine_of(state(suspended), owner(ANY_USE))
    raw = plain(simulate={"agencies": {"AA/pd": {"standing": "suspended"}}})
    assert answer_of(decide_json(engine, raw, simulate=True))[0] == "DENY"
    (fault,) = faults_of(engine, raw)
    assert "--simulate" in fault.help


def test_a_fact_that_a_log_leaves_open_is_unproven_with_its_cause_in_simulation_only() -> None:
    shared = rule("shared", "forbid search of alpr_data\nif account.shared is yes")
    engine = engine_of(state(shared), owner(ANY_USE))
    assert answer_of(decide_json(engine, plain()))[0] == "PERMIT"  # nothing is on file
    raw = plain(simulate={"missing": {"account.shared": "never recorded"}})
    decision = decide_json(engine, raw, simulate=True)
    assert answer_of(decision)[0] == "HOLD"
    assert {need.cause for item in decision.settling for need in item.needs} >= {
        Cause.NEVER_RECORDED
    }
    (fault,) = faults_of(engine, raw)
    assert "--simulate" in fault.help


def test_nobody_known_may_have_searched_in_simulation_only(engine: Engine) -> None:
    raw = plain({"request.purpose": "barred"}, simulate={"missing": {"requester": "redacted"}})
    del raw["requester"]
    assert answer_of(decide_json(engine, raw, simulate=True)) == ("DENY", "forbidden")
    assert {fault.where for fault in faults_of(engine, raw)} == {"/requester"}
    raw["simulate"]["missing"] = {}
    assert {fault.where for fault in faults_of(engine, raw, simulate=True)} == {"/requester"}


def test_a_moment_between_two_instants_leaves_open_which_law_held() -> None:
    later = rule("later", "forbid search of alpr_data", since="in force from 2026-11-10")
    engine = engine_of(state(later), owner(ANY_USE))
    raw = plain(at="2026-11-09T20:00:00Z")
    assert answer_of(decide_json(engine, raw))[0] == "PERMIT"
    raw["simulate"] = {"until": "2026-11-10T10:00:00Z"}
    assert answer_of(decide_json(engine, raw, simulate=True))[0] == "HOLD"
