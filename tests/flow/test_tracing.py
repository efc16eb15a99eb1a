"""What tracing answers, on maps small enough to check by reading the law."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.flow.asking import Asker
from platelaw.engine.flow.door import Door, DoorClass, DoorName, Question, Trace, WrongKind
from platelaw.engine.flow.example import EXAMPLES, example_map
from platelaw.engine.flow.model import (
    Custody,
    FlowMap,
    Grant,
    Guard,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
    Terms,
)
from platelaw.engine.flow.tracing import QuestionError, Tracer
from platelaw.engine.flow.zones import shipped_zones

from .worlds import BEFORE_THE_ACT, DAY, NETWORK, OWNER, VENDOR, engine, map_of, relation

K = RelationKind
NASSAU, CORRECTION = "NY/nassau-county-pd", "MA/massachusetts-department-of-corrections"
ASKERS: dict[object, Asker] = {}


def traced(
    flow_map: FlowMap,
    owners: tuple[str, ...] = (OWNER,),
    day: datetime.date = DAY,
    zone: str = "immigration",
    hops: int = 4,
    as_if: str = "",
) -> Trace:
    tracer = Tracer(flow_map, engine(), shipped_zones(), as_if=as_if)
    purpose = shipped_zones().zones[zone].purpose
    return tracer.trace(Question(purpose, zone, day, owners, hops, 2, 20))


def only(trace: Trace) -> Door:
    assert len(trace.doors) == 1, [(d.name, d.klass, d.sink) for d in trace.doors]
    return trace.doors[0]


# The worked example: a declared neighbor with an agreement ------------------------------------


def with_neighbor(key: str, guard: Guard) -> FlowMap:
    body = engine().registry.bodies[key]
    here = relation(OWNER, key, guard=guard)
    map_here = map_of([])
    switch = Switch(here.switch, SwitchKind.SETTING, OWNER)
    node = Node(key, NodeKind.AGENCY, body.name, key)
    return map_here.with_nodes([node]).with_relations([here]).with_switches([switch])


def declared(key: str) -> Tracer:
    registry = engine().registry.with_attributes({key: {"declaration": "on_file"}})
    mine = replace(engine(), registry=registry)
    return Tracer(with_neighbor(key, Guard.TECHNICAL), mine, shipped_zones())


QUESTION = Question("civil_removal", "immigration", DAY, (OWNER,), 3, 2, 20)


def test_a_declared_neighbor_with_an_agreement_is_a_side_door_by_one_lie() -> None:
    body = engine().registry.bodies[NASSAU]
    assert body.attributes["delegated_287g"] == "yes"
    door = only(declared(NASSAU).trace(QUESTION))
    assert (door.name, door.klass) == (DoorName.SIDE, DoorClass.ONE)
    (hop,) = door.hops
    (wrong,) = hop.wrongs
    assert wrong.kind is WrongKind.LIE
    assert wrong.words == (
        "Nassau County Police Department states the purpose `criminal_investigation`; it is "
        "`civil_removal`"
    )
    assert hop.outcome is tree.Outcome.DENY
    assert "ct/alpr-act/barred-uses" in {cited.rule for cited in hop.citations}
    assert {cited.status for cited in hop.citations} == {"secondary"}


def test_without_a_declaration_no_lie_opens_what_is_enforced() -> None:
    flow_map = with_neighbor(NASSAU, Guard.TECHNICAL)
    trace = Tracer(flow_map, engine(), shipped_zones()).trace(QUESTION)
    assert trace.doors == ()
    assert trace.reaches[0].by_class == {}


def test_a_declared_neighbor_that_is_no_police_gets_nothing_for_a_lie() -> None:
    registry = engine().registry
    assert registry.bodies[CORRECTION].attributes["delegated_287g"] == "yes"
    assert registry.bodies[CORRECTION].kind == "corrections"
    assert declared(CORRECTION).trace(QUESTION).doors == ()


@pytest.mark.parametrize("guard", [Guard.NONE, Guard.PAPER, Guard.CONTRACT, Guard.KEYWORD_FILTER])
def test_where_nothing_enforces_the_rules_one_breach_is_enough(guard: Guard) -> None:
    trace = Tracer(with_neighbor(NASSAU, guard), engine(), shipped_zones()).trace(QUESTION)
    door = only(trace)
    assert [wrong.kind for wrong in door.hops[0].wrongs] == [WrongKind.BREACH]
    assert door.is_filter_only is (guard is Guard.KEYWORD_FILTER)


# Names of doors ------------------------------------------------------------------------------


def test_the_owners_own_share_with_the_body_is_the_front_door() -> None:
    door = only(traced(map_of([relation(OWNER, "US/ice", guard=Guard.NONE)])))
    assert (door.name, door.klass, len(door.hops)) == (DoorName.FRONT, DoorClass.ONE, 1)


def test_what_a_vendor_opens_without_the_owner_is_a_back_door() -> None:
    pilot = relation(VENDOR, "US/ice", guard=Guard.CONTRACT, grant=Grant.PILOT)
    door = only(traced(map_of([relation(OWNER, VENDOR, K.HOSTS), pilot])))
    assert door.name is DoorName.BACK
    assert door.klass is DoorClass.ONE


def test_leftover_access_is_a_back_door() -> None:
    left = relation(OWNER, "US/ice", guard=Guard.NONE, grant=Grant.LEFTOVER)
    assert only(traced(map_of([left]))).name is DoorName.BACK


def test_a_network_names_nobody_so_what_it_lets_in_is_a_back_door() -> None:
    joins = relation(OWNER, NETWORK, K.JOINS, Guard.NONE)
    member = relation(NETWORK, "US/ice", K.MEMBER_OF, Guard.KEYWORD_FILTER, grant=Grant.NETWORK)
    door = only(traced(map_of([joins, member])))
    assert door.name is DoorName.BACK
    assert door.is_filter_only


def test_another_body_that_searches_for_it_is_a_side_door() -> None:
    share = relation(OWNER, "MA/example-declared-pd")
    favor = relation("MA/example-declared-pd", "US/ice", K.SEARCHES_FOR, Guard.NONE)
    door = only(traced(map_of([share, favor])))
    assert door.name is DoorName.SIDE
    assert door.klass is DoorClass.MORE  # the owner's platform is told two things that are not so
    assert [wrong.kind for wrong in door.hops[1].wrongs] == [WrongKind.LIE, WrongKind.LIE]
    assert door.hops[1].guard is Guard.TECHNICAL


def test_a_member_searches_under_the_strongest_guard_on_the_way_in() -> None:
    ways = [
        relation(OWNER, NETWORK, K.JOINS, Guard.TECHNICAL),
        relation(NETWORK, "MA/example-declared-pd", K.MEMBER_OF, Guard.NONE),
        relation("MA/example-declared-pd", "US/ice", K.SEARCHES_FOR, Guard.NONE),
    ]
    door = only(traced(map_of(ways)))
    assert [hop.guard for hop in door.hops][1:] == [Guard.TECHNICAL, Guard.TECHNICAL]
    assert door.klass is DoorClass.MORE


# What is carried -----------------------------------------------------------------------------


def test_access_does_not_go_on_over_what_the_other_agency_shares() -> None:
    chain = [
        relation(OWNER, "MA/example-declared-pd"),
        relation("MA/example-declared-pd", "US/ice", guard=Guard.NONE),
    ]
    assert traced(map_of(chain)).doors == ()


def test_a_copy_goes_on_and_the_purpose_drifts_where_it_does() -> None:
    chain = [
        relation(OWNER, "MA/example-declared-pd", K.SHARES_COPY),
        relation("MA/example-declared-pd", "US/ice", guard=Guard.NONE),
    ]
    door = only(traced(map_of(chain)))
    assert door.klass is DoorClass.ONE
    assert [hop.drifts for hop in door.hops] == [False, True]
    assert [hop.stated_purpose for hop in door.hops] == ["criminal_investigation", "civil_removal"]
    assert door.hops[0].outcome is tree.Outcome.PERMIT


def test_what_is_told_was_searched_for_first_and_that_counts_too() -> None:
    told = [
        relation(OWNER, "TX/austin-pd", guard=Guard.NONE),
        relation("TX/austin-pd", "US/ice", K.RE_DISCLOSES, Guard.NONE),
    ]
    door = only(traced(map_of(told)))
    assert [len(hop.wrongs) for hop in door.hops] == [1, 1]
    searched = [told[0], relation("TX/austin-pd", "US/ice", K.SEARCHES_FOR, Guard.NONE)]
    door = only(traced(map_of(searched)))
    assert [len(hop.wrongs) for hop in door.hops] == [0, 1]


def test_a_longer_way_that_keeps_the_rules_beats_a_shorter_that_breaks_one() -> None:
    unasked = relation(
        OWNER, "CT/hartford-pd", K.SHARES_COPY, Guard.NONE, purposes=("first_amendment_monitoring",)
    )  # fmt: skip
    trace = traced(
        map_of([
            unasked,
            relation(OWNER, "MA/example-declared-pd", K.SHARES_COPY),
            relation("MA/example-declared-pd", "CT/hartford-pd", K.SHARES_COPY),
            relation("CT/hartford-pd", "US/ice", K.SHARES_COPY, Guard.NONE),
        ]),
        hops=3,
    )  # fmt: skip
    assert trace.reaches[0].by_class == {DoorClass.ONE: 1}
    assert [(door.wrongs, len(door.hops)) for door in trace.doors] == [(1, 3), (2, 2)]


def test_terms_count_where_no_rule_speaks() -> None:
    far = BEFORE_THE_ACT
    chain = [
        relation(OWNER, "TX/austin-pd", K.SHARES_COPY, terms="closed"),
        relation("TX/austin-pd", "US/ice", guard=Guard.NONE),
    ]
    bound = only(traced(map_of(chain), day=far))
    free = only(traced(map_of([replace(chain[0], terms=""), chain[1]]), day=far))
    assert free.klass in (DoorClass.OPEN, DoorClass.LAWFUL)
    assert (bound.klass, bound.wrongs) == (DoorClass.ONE, 1)
    assert "terms" in bound.hops[1].wrongs[0].words


def test_terms_that_nobody_can_see_broken_say_so() -> None:
    flow_map = map_of([
        relation(OWNER, "MA/example-declared-pd", K.SHARES_COPY, terms="closed"),
        relation("MA/example-declared-pd", "NY/example-declared-so", K.SHARES_COPY),
    ])  # fmt: skip
    hidden = replace(flow_map, terms={"closed": Terms("closed", "", False, (), False)})
    doors = traced(hidden).doors
    wrongs = [w for door in doors for hop in door.hops for w in hop.wrongs if "terms" in w.words]
    assert wrongs
    assert not any(wrong.detectable for wrong in wrongs)


# What relations of one kind must not share ----------------------------------------------------


def test_an_owners_own_relation_stands_for_no_other_bodys() -> None:
    austin, dallas, york = "TX/austin-pd", "CT/hartford-pd", "NY/example-declared-so"
    ways = [
        relation(austin, york, K.SHARES_COPY, switch="own"),
        relation(austin, dallas, K.HOSTS, Guard.NONE),
        relation(dallas, york, K.SHARES_COPY),
    ]
    later = replace(ways[0], start=datetime.date(2030, 1, 1))
    first = traced(map_of([later, *ways[1:]]), (austin,), as_if=OWNER)
    last = traced(map_of([*ways[1:], later]), (austin,), as_if=OWNER)
    assert first.reaches == last.reaches
    assert len(first.doors) == len(last.doors)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_copy_in_hand_stands_for_no_copy_in_a_system(order: tuple[int, int]) -> None:
    copies = [
        relation(OWNER, "CT/hartford-pd", K.SHARES_COPY),
        replace(relation(OWNER, "CT/hartford-pd", K.SHARES_COPY, switch="h"),
                custody=Custody.HAND),
    ]  # fmt: skip
    end = relation("CT/hartford-pd", "US/ice", K.SHARES_COPY, Guard.NONE)
    trace = traced(map_of([copies[order[0]], copies[order[1]], end]))
    assert trace.reaches[0].by_class == {DoorClass.ONE: 1}


def test_a_setting_that_admits_a_narrower_purpose_lets_the_lie_of_that_purpose_through() -> None:
    narrow = relation(OWNER, "NY/example-declared-so", purposes=("stolen_vehicle",))
    door = only(traced(map_of([narrow])))
    assert door.hops[0].stated_purpose == "stolen_vehicle"
    assert door.klass is DoorClass.ONE


def test_a_recipient_that_runs_the_system_can_look_into_it() -> None:
    door = only(traced(map_of([relation(OWNER, "US/ice", K.HOSTS, Guard.CONTRACT)])))
    assert (door.klass, door.name) == (DoorClass.ONE, DoorName.BACK)


def test_every_kind_of_data_of_a_relation_is_asked() -> None:
    both = relation(OWNER, "NY/example-declared-so", K.SHARES_COPY)
    for data in (("derived_location", "plate_read"), ("plate_read", "derived_location")):
        trace = traced(map_of([replace(both, data=data)]))
        assert trace.reaches[0].by_class == {DoorClass.ONE: 1}, data


def test_no_reach_is_counted_beyond_the_hops() -> None:
    away = "TX/austin-pd"
    ways = [
        relation(OWNER, away, K.SHARES_COPY, Guard.NONE, purposes=("harassment",)),
        relation(OWNER, "CT/hartford-pd", K.SHARES_COPY, Guard.NONE),
        relation("CT/hartford-pd", away, K.SHARES_COPY, Guard.NONE),
        relation(away, VENDOR, K.HOSTS, Guard.NONE),
        relation(VENDOR, "US/ice", K.SHARES_COPY, Guard.NONE),
    ]
    trace = traced(map_of(ways), day=BEFORE_THE_ACT, hops=3)
    listed = min(door.wrongs for door in trace.doors)
    counted = min((DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE).index(k)
                  for k in trace.reaches[0].by_class if k is not DoorClass.LAWFUL)  # fmt: skip
    assert listed == counted


def test_another_purpose_is_asked_with_its_own_words() -> None:
    share = map_of([relation(OWNER, "NY/example-declared-so")])
    question = replace(QUESTION, purpose="stolen_vehicle")
    door = only(Tracer(share, engine(), shipped_zones()).trace(question))
    assert door.klass is DoorClass.OPEN


def test_a_zone_of_a_kind_that_no_vocabulary_has_is_refused() -> None:
    zones = shipped_zones()
    wrong = replace(zones.zones["immigration"], kinds=("imigration_authority",))
    tracer = Tracer(map_of([relation(OWNER, "US/ice")]), engine(),
                    replace(zones, zones={"immigration": wrong}))  # fmt: skip
    with pytest.raises(QuestionError, match="imigration_authority"):
        tracer.trace(QUESTION)


# The law of the day --------------------------------------------------------------------------


def test_before_the_act_no_rule_stands_against_another_states_agency() -> None:
    share = relation(OWNER, "NY/example-declared-so", guard=Guard.NONE)
    before = only(traced(map_of([share]), day=BEFORE_THE_ACT))
    after = only(traced(map_of([share])))
    assert before.klass is DoorClass.OPEN
    assert after.klass is DoorClass.ONE


def test_a_relation_that_is_over_opens_nothing() -> None:
    over = replace(relation(OWNER, "US/ice", guard=Guard.NONE), until=DAY)
    assert traced(map_of([over])).doors == ()
    assert traced(map_of([over]), day=DAY - datetime.timedelta(days=1)).doors


def test_a_paper_that_a_judge_signed_opens_for_a_case_and_not_for_the_purpose_asked_about() -> None:
    paper = relation(OWNER, "US/ice", K.LEGAL_PROCESS)
    door = only(traced(map_of([paper])))
    assert door.klass is DoorClass.ONE
    assert door.hops[0].wrongs[0].kind is WrongKind.LIE


def test_a_held_hop_says_what_opens_it() -> None:
    ask = relation(OWNER, "NY/example-declared-so", guard=Guard.TECHNICAL)
    trace = traced(map_of([ask]), day=datetime.date(2026, 4, 1))
    lawful = [door for door in trace.doors if door.klass is DoorClass.LAWFUL]
    assert lawful
    assert "open question of law" in lawful[0].hops[0].opens_if[0]


# Questions -----------------------------------------------------------------------------------


def test_other_governments_are_told_from_the_owners_own() -> None:
    shares = [
        relation(OWNER, "CT/hartford-pd", guard=Guard.NONE),
        relation(OWNER, "TX/austin-pd", guard=Guard.NONE),
    ]
    trace = traced(map_of(shares), zone="health")
    assert {door.sink for door in trace.doors} == {"TX/austin-pd"}


def test_everybody_can_be_judged_as_if_they_were_one_agency() -> None:
    share = relation("TX/austin-pd", "US/ice", guard=Guard.TECHNICAL)
    flow_map = map_of([share])
    own = traced(flow_map, ("TX/austin-pd",))
    as_if = traced(flow_map, ("TX/austin-pd",), as_if=OWNER)
    assert only(own).klass is DoorClass.OPEN
    assert as_if.doors == ()
    assert any("Simulated" in text for text in as_if.assumptions)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (replace(QUESTION, zone="mars"), "no zone is called `mars`"),
        (replace(QUESTION, owners=()), "no owner is named"),
        (replace(QUESTION, owners=("CT/nowhere",)), "the map has no node `CT/nowhere`"),
        (replace(QUESTION, purpose="tea"), "`tea` is no kind of purpose"),
    ],
)
def test_a_question_that_the_map_cannot_answer_is_refused(question: Question, words: str) -> None:
    tracer = Tracer(map_of([relation(OWNER, "US/ice")]), engine(), shipped_zones())
    with pytest.raises(QuestionError, match=words):
        tracer.trace(question)


def test_an_owner_that_is_not_on_file_is_traced_and_nothing_is_taken_for_lawful() -> None:
    loose = Relation("map/nobody", "US/ice", K.SHARES_QUERY, "s", guard=Guard.NONE)
    node = Node("map/nobody", NodeKind.UNKNOWN, "Nobody known")
    flow_map = map_of([]).with_nodes([node]).with_relations([loose])
    flow_map = flow_map.with_switches([Switch("s", SwitchKind.SETTING, node.key)])
    door = only(traced(flow_map, ("map/nobody",)))
    assert (door.klass, door.hops[0].reason) == (DoorClass.ONE, "unknown agency")


# The shipped maps ----------------------------------------------------------------------------


def test_every_shipped_map_is_read_and_has_its_sources() -> None:
    for name in EXAMPLES:
        flow_map = example_map(name)
        assert flow_map.relations
        assert flow_map.sources


def test_the_illustration_has_every_kind_of_door() -> None:
    flow_map = example_map("worked")
    trace = traced(flow_map, ("CT/openbridge-pd", "CT/example-pd", "CT/strictford-pd"), hops=3)
    assert {door.name for door in trace.doors} >= {DoorName.BACK, DoorName.SIDE}
    assert {door.klass for door in trace.doors} >= {DoorClass.ONE, DoorClass.MORE}
    assert any(door.is_filter_only for door in trace.doors)
    assert any(hop.drifts for door in trace.doors for hop in door.hops)
