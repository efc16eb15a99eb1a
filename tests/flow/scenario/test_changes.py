"""Changes of a setting: what each does, what it refuses, and that it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.engine.flow.importing.assuming import assumed_by, shipped_assumptions
from platelaw.engine.flow.model import Grant, Guard, Level, NodeKind, RelationKind
from platelaw.engine.flow.scenario.change import Assume, Change
from platelaw.engine.flow.scenario.errors import ScenarioError
from platelaw.engine.flow.scenario.finding import Wanted, Whose
from platelaw.engine.flow.scenario.law import AdoptBill, SetAttribute
from platelaw.engine.flow.scenario.relations import (
    AddRelation,
    RemoveRelations,
    SetGuard,
    SetRetention,
)
from platelaw.engine.flow.scenario.scenario import Scenario
from platelaw.engine.flow.scenario.setting import POLICY, Law, Setting
from platelaw.engine.flow.scenario.sharing import StopSharing
from platelaw.engine.flow.scenario.switches import JoinNetwork, LeaveNetwork, TurnSwitches
from platelaw.engine.registry import Registry

from .maps import DAY, body, parts, small_setting

BEFORE = small_setting()


def after(*changes: Change) -> Setting:
    return Scenario("tried", changes).apply(BEFORE)


def refused(*changes: Change) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        after(*changes)
    return caught.value


# Switches and memberships -------------------------------------------------------------------


def test_a_closed_switch_opens_nothing() -> None:
    flow_map = after(TurnSwitches(("town-river",), is_on=False)).flow_map
    assert 0 in BEFORE.flow_map.open_on(DAY)
    assert 0 not in flow_map.open_on(DAY)


def test_an_agency_that_leaves_closes_the_switch_of_its_membership() -> None:
    flow_map = after(LeaveNetwork("town", "ring")).flow_map
    assert not flow_map.switches["town-ring"].is_on
    assert flow_map.relations == BEFORE.flow_map.relations


def test_a_switch_that_opens_more_than_the_membership_stays_on() -> None:
    flow_map = after(LeaveNetwork("river", "ring")).flow_map
    assert flow_map.switches["both"].is_on
    assert [each.kind for each in flow_map.relations if each.switch == "both"] == [
        RelationKind.SHARES_COPY
    ]


def test_an_agency_that_comes_back_opens_the_switch_that_it_closed() -> None:
    setting = after(JoinNetwork("ring", ("hill",)))
    assert setting.flow_map.switches["hill-ring"].is_on
    assert setting.flow_map.relations == BEFORE.flow_map.relations


def test_an_agency_that_joins_for_the_first_time_holds_the_switch_itself() -> None:
    flow_map = after(JoinNetwork("The Ring", ("far",))).flow_map
    joins, member = flow_map.relations[-2:]
    assert (joins.source, joins.kind, joins.target) == ("far", RelationKind.JOINS, "ring")
    assert (member.source, member.kind, member.target) == ("ring", RelationKind.MEMBER_OF, "far")
    assert joins.switch == member.switch
    assert flow_map.switches[joins.switch].holder == "far"
    assert joins.evidence.level is Level.ASSUMED


def test_a_network_of_everybody_hangs_on_one_switch_of_its_holder() -> None:
    everybody = JoinNetwork("nation", (), "National lookup", "ring", Grant.VENDOR)
    flow_map = after(everybody).flow_map
    new = flow_map.relations[len(BEFORE.flow_map.relations) :]
    assert flow_map.nodes["nation"].kind is NodeKind.NETWORK
    assert {each.source for each in new if each.kind is RelationKind.JOINS} == {
        "town", "river", "hill", "far",
    }  # fmt: skip
    assert len({each.switch for each in new}) == 1
    assert {each.grant for each in new} == {Grant.VENDOR}
    assert flow_map.switches[new[0].switch].holder == "ring"


def test_an_agency_stops_sharing_with_bodies_of_one_government() -> None:
    stops = StopSharing(("river", "town"), (), {"sovereign": "R"})
    setting = after(stops)
    assert not setting.flow_map.switches["town-river"].is_on
    assert setting.flow_map.switches["both"].is_on
    assert setting.flow_map.relations == BEFORE.flow_map.relations


def test_what_shares_its_switch_with_others_goes_and_the_switch_stays() -> None:
    flow_map = after(StopSharing(("river",), ("bureau",))).flow_map
    assert flow_map.switches["both"].is_on
    assert [each for each in flow_map.relations if each.target == "bureau"] == [
        BEFORE.flow_map.relations[-1]
    ]


# What is assumed ----------------------------------------------------------------------------


def with_federal(setting: Setting) -> Setting:
    """The setting with a registry that has the body that the shipped assumption names."""
    (delegated,) = [each for each in shipped_assumptions() if each.name == "delegated"]
    agreed = body(delegated.body, sovereign="US", kind="federal")
    registry = Registry({**setting.registry.bodies, agreed.key: agreed})
    return replace(setting, registry=registry, assumptions=(delegated,))


AGREED = SetAttribute(Whose(("R/river",)), "delegated_287g", "yes")


def test_an_agreement_that_is_signed_brings_what_is_assumed_of_it() -> None:
    setting = AGREED.apply(with_federal(BEFORE))
    *old, new = setting.flow_map.relations
    assert tuple(old) == BEFORE.flow_map.relations
    assert (new.source, new.target) == ("river", shipped_assumptions()[0].body)
    assert assumed_by(new) == "delegated"
    assert new.switch in setting.flow_map.switches
    assert new.target in setting.flow_map.nodes


def test_an_assumption_made_no_more_takes_what_it_brought() -> None:
    before = with_federal(BEFORE)
    signed = AGREED.apply(before)
    dropped = Assume("delegated", is_on=False).apply(signed)
    assert dropped.flow_map.relations == BEFORE.flow_map.relations
    assert dropped.flow_map.switches == BEFORE.flow_map.switches
    assert dropped.flow_map.nodes == BEFORE.flow_map.nodes
    again = Assume("delegated", is_on=True).apply(dropped)
    assert parts(again) == parts(signed)


def test_what_was_taken_away_by_name_does_not_come_back_with_another_change() -> None:
    signed = AGREED.apply(with_federal(BEFORE))
    gone = RemoveRelations(Wanted(source="river", kind=RelationKind.RE_DISCLOSES)).apply(signed)
    later = SetAttribute(Whose(("R/hill",)), "declaration", "on_file").apply(gone)
    assert [each for each in later.flow_map.relations if assumed_by(each)] == []


def test_an_agreement_and_its_inverse_cancel_with_what_is_assumed() -> None:
    before = with_federal(BEFORE)
    after_ = AGREED.apply(before)
    assert parts(AGREED.inverse(before).apply(after_)) == parts(before)


# Relations and bodies -----------------------------------------------------------------------


def test_a_guard_is_raised_where_it_stood() -> None:
    flow_map = after(SetGuard(Wanted(source="river", target="bureau"), Guard.TECHNICAL)).flow_map
    assert [each.guard for each in flow_map.relations].count(Guard.TECHNICAL) == 1
    assert flow_map.relations[5].guard is Guard.TECHNICAL


def test_relations_that_go_leave_the_others_in_order() -> None:
    flow_map = after(RemoveRelations(Wanted(kind=RelationKind.JOINS))).flow_map
    assert list(flow_map.relations) == [
        each for each in BEFORE.flow_map.relations if each.kind is not RelationKind.JOINS
    ]


def test_a_new_relation_has_a_switch_that_its_source_holds() -> None:
    flow_map = after(AddRelation("far", "bureau", RelationKind.SHARES_COPY)).flow_map
    assert flow_map.switches[flow_map.relations[-1].switch].holder == "far"


def test_a_new_relation_can_hang_on_a_switch_of_the_map() -> None:
    opened = AddRelation("far", "bureau", RelationKind.ALERTS, "hill-ring")
    assert after(opened).flow_map.switches["hill-ring"].is_on


def test_a_retention_can_become_unknown() -> None:
    assert after(SetRetention(("town",), None)).flow_map.nodes["town"].keeps_days is None


# What is on file, and law -------------------------------------------------------------------


def test_what_is_on_file_changes_for_one_body_alone() -> None:
    on_file = after(SetAttribute(Whose(("R/river",)), "declaration", "suspended")).on_file()
    assert on_file.bodies["R/river"].attributes["declaration"] == "suspended"
    assert on_file.bodies["R/hill"] == BEFORE.registry.bodies["R/hill"]


def test_a_blank_takes_what_is_on_file_away() -> None:
    on_file = after(SetAttribute(Whose(("river",)), "declaration", "")).on_file()
    assert "declaration" not in on_file.bodies["R/river"].attributes


def test_every_agency_on_file_takes_over_a_policy() -> None:
    on_file = after(SetAttribute(Whose(), POLICY, "most/open")).on_file()
    policies = {key: on_file.bodies[key].policy for key in on_file.bodies}
    assert policies == {
        "T/town": "most/open", "R/river": "most/open", "R/hill": "most/open", "U/bureau": "",
    }  # fmt: skip


def test_only_the_agencies_of_one_government_take_over_a_policy() -> None:
    on_file = after(SetAttribute(Whose((), {"sovereign": "R"}), POLICY, "most/open")).on_file()
    assert on_file.bodies["T/town"].policy == "t/own"
    assert on_file.bodies["R/hill"].policy == "most/open"


def test_a_bill_adds_its_file_and_lets_proposed_bills_count(tmp_path: Path) -> None:
    bill = tmp_path / "bill.policy"
    bill.write_text("# a bill\n", "utf-8")
    assert after(AdoptBill((bill,))).law == Law((bill,), with_proposed=True)


# What is not there --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message", "help"),
    [
        (TurnSwitches(("town-rivr",), is_on=False), "no switch `town-rivr`", "`town-river`"),
        (LeaveNetwork("twon", "ring"), "no agency `twon`", "`town`"),
        (LeaveNetwork("town", "rings"), "no network `rings`", "`ring`"),
        (LeaveNetwork("town", "river"), "`river` is no network: its kind is agency", "name a"),
        (LeaveNetwork("far", "ring"), "`far` is no member of `ring`", "it is in none"),
        (JoinNetwork("ring", ("rivers",)), "no agency `rivers`", "`river`"),
        (JoinNetwork("nation", ()), "no network `nation`", "there are 2"),
        (JoinNetwork("ring", (), holder="me"), "no holder `me`", ""),
        (SetGuard(Wanted(source="town", target="bureau"), Guard.NONE),
         "no relation from town to bureau", "town shares_query river"),
        (RemoveRelations(Wanted(switch="bothh")), "no switch `bothh`", "`both`"),
        (AddRelation("town", "burea", RelationKind.SELLS), "no node `burea`", "`bureau`"),
        (AddRelation("town", "far", RelationKind.SELLS, "x"), "no switch `x`", ""),
        (SetRetention(("hil",), 3), "no node `hil`", "`hill`"),
        (SetAttribute(Whose(("R/rivr",)), "declaration", ""), "no body `R/rivr`", "`R/river`"),
        (SetAttribute(Whose(("far",)), "declaration", ""), "`far` of the map is no body on file",
         "can change"),
        (SetAttribute(Whose((), {"sovereign": "Q"}), POLICY, "x"),
         "no agency of the map is on file with every agency of sovereign Q", "registry keys"),
        (StopSharing(("far",)), "nothing to stop: far shares no more with anybody", "as the map"),
        (Assume("delegatd", is_on=True), "no assumption `delegatd`", "`delegated`"),
        (AdoptBill((Path("no-such.policy"),)), "no policy file `no-such.policy`", "folder"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_with_the_nearest(
    change: Change, message: str, help: str
) -> None:
    fault = refused(TurnSwitches(("both",), is_on=False), change)
    assert fault.message.startswith("tried: change 2: ")
    assert message in fault.message
    assert help in fault.help


def test_a_change_that_changes_nothing_is_named() -> None:
    scenario = Scenario("idle", (
        TurnSwitches(("both",), is_on=True), TurnSwitches(("both",), is_on=False),
    ))  # fmt: skip
    assert scenario.idle(BEFORE) == ("change 1, open both",)


# Taking back --------------------------------------------------------------------------------

CHANGES = st.sampled_from([
    TurnSwitches(("town-river", "hill-tells"), is_on=False),
    TurnSwitches(("hill-ring", "both"), is_on=True),
    LeaveNetwork("town", "ring"),
    LeaveNetwork("hill", "ring"),
    StopSharing(("river",), (), None),
    Assume("helpers", is_on=True),
    Assume("helpers", is_on=False),
    JoinNetwork("ring", ("far", "town")),
    JoinNetwork("nation", (), "National lookup", "ring"),
    JoinNetwork("nation", ("far",), "National lookup"),
    SetGuard(Wanted(kind=RelationKind.RE_DISCLOSES), Guard.CONTRACT),
    RemoveRelations(Wanted(target="bureau")),
    RemoveRelations(Wanted(kind=RelationKind.MEMBER_OF)),
    AddRelation("town", "bureau", RelationKind.RE_DISCLOSES),
    SetRetention(("town", "hill"), 5),
    SetAttribute(Whose(("R/river",)), "declaration", ""),
    SetAttribute(Whose(("R/river",)), "declaration", "on_file"),
    SetAttribute(Whose(), POLICY, "most/open"),
    AdoptBill(),
])  # fmt: skip


@given(st.lists(CHANGES, max_size=8))
def test_a_scenario_and_its_inverse_cancel(changes: list[Change]) -> None:
    scenario = Scenario("tried", tuple(changes))
    try:
        changed = scenario.apply(BEFORE)
    except ScenarioError:
        return  # an earlier change took away what a later one names
    inverse = scenario.inverse(BEFORE)
    assert parts(inverse.apply(changed)) == parts(BEFORE)
    assert parts(inverse.inverse(changed).apply(BEFORE)) == parts(changed)


def test_changes_taken_back_in_the_wrong_order_are_refused() -> None:
    close = TurnSwitches(("both",), is_on=False)
    back = close.inverse(BEFORE)
    with pytest.raises(ScenarioError, match="`both` is not what it was"):
        back.apply(BEFORE)
    gone = RemoveRelations(Wanted(target="bureau"))
    guard = SetGuard(Wanted(source="hill", target="bureau"), Guard.PAPER)
    with pytest.raises(ScenarioError, match="a relation is not what it was"):
        guard.inverse(BEFORE).apply(gone.apply(BEFORE))
