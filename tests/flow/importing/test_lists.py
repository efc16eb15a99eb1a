"""Each form of list becomes the relations that it tells of."""

from __future__ import annotations

import datetime

import pytest

from platelaw.engine.flow.files.faults import MapError
from platelaw.engine.flow.files.reading import write_map
from platelaw.engine.flow.importing.opening import Listed
from platelaw.engine.flow.model import (
    Grant,
    Guard,
    Level,
    NodeKind,
    RelationKind,
    SwitchKind,
)

from ..files.maps import SMALL
from .lists import Lists, pairs, relation

LINKS = "portal_slug,direction,partner_name,first_seen,last_seen,snapshots\n"
POLICIES = "crawled_slug,crawled_name,archived_date,data_retention_days,camera_count," \
           "prohibited_uses,hotlist_policy\n"  # fmt: skip


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


# Links of portals -------------------------------------------------------------------------------


def test_data_flow_from_the_sharer_to_who_may_search(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Bury CT PD,2026-03-28,2026-04-29,2\n"
              + "aford-ct-pd,inbound,Dale NY PD,2026-03-28,2026-04-29,2\n")  # fmt: skip
    made = lists.made().map
    assert pairs(made) == {("CT/aford-pd", "CT/bury-pd"), ("NY/dale-pd", "CT/aford-pd")}


def test_each_pair_has_a_setting_of_its_own_that_the_sharer_holds(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Bury CT PD,2026-03-28,2026-04-29,2\n"
              + "aford-ct-pd,inbound,Dale NY PD,2026-03-28,2026-04-29,2\n")  # fmt: skip
    made = lists.made().map
    switches = [made.switches[each.switch] for each in made.relations]
    assert [(each.kind, each.holder) for each in switches] == [
        (SwitchKind.SETTING, "CT/aford-pd"), (SwitchKind.SETTING, "NY/dale-pd"),
    ]  # fmt: skip


def test_a_link_begins_where_it_was_not_there_on_the_portals_first_day(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Bury CT PD,2026-03-28,2026-04-29,9\n"
              + "aford-ct-pd,outbound,Dale NY PD,2026-04-10,2026-04-29,2\n")  # fmt: skip
    made = lists.made().map
    assert relation(made, "CT/aford-pd", "CT/bury-pd").start is None
    assert relation(made, "CT/aford-pd", "NY/dale-pd").start == day("2026-04-10")


def test_a_link_ends_where_it_was_not_there_on_the_portals_last_day(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Bury CT PD,2026-03-28,2026-04-29,9\n"
              + "aford-ct-pd,outbound,Dale NY PD,2026-03-28,2026-04-10,2\n")  # fmt: skip
    made = lists.made().map
    assert relation(made, "CT/aford-pd", "CT/bury-pd").until is None
    assert relation(made, "CT/aford-pd", "NY/dale-pd").until == day("2026-04-11")
    assert made.as_of == day("2026-04-29")


def test_two_lists_of_one_relation_keep_the_newer_evidence_and_the_longer_time(
    lists: Lists,
) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Bury CT PD,2026-03-28,2026-04-10,2\n"
              + "aford-ct-pd,outbound,Dale NY PD,2026-03-28,2026-04-29,2\n"
              + "bury-ct-pd,inbound,Aford CT PD,2026-04-01,2026-04-29,2\n")  # fmt: skip
    made = relation(lists.made().map, "CT/aford-pd", "CT/bury-pd")
    assert made.until is None
    assert made.evidence.day == day("2026-04-29")


def test_a_hub_that_shares_both_ways_gives_two_relations(lists: Lists) -> None:
    lists.add("hubs.csv", "hub,direction,partner\nAford CT PD,bidirectional,Dale NY PD\n")
    assert pairs(lists.made().map) == {
        ("CT/aford-pd", "NY/dale-pd"), ("NY/dale-pd", "CT/aford-pd"),
    }  # fmt: skip


def test_an_account_that_is_no_longer_used_was_left_over(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Dale NY PD [Inactive],2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,Bury CT PD,2026-04-29,2026-04-29,1\n")  # fmt: skip
    made = lists.made().map
    assert relation(made, "CT/aford-pd", "NY/dale-pd").grant is Grant.LEFTOVER
    assert relation(made, "CT/aford-pd", "CT/bury-pd").grant is Grant.OWNER


def test_an_account_for_tests_and_a_stray_heading_are_left_out(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Test Demo 1234,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,ADDITIONAL INFO,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,Aford CT PD,2026-04-29,2026-04-29,1\n")  # fmt: skip
    made = lists.made()
    assert made.map.relations == ()
    assert (made.nobody, made.to_itself) == (1, 1)


# Names ------------------------------------------------------------------------------------------


def test_a_name_that_is_not_on_file_is_a_node_of_its_own(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Nowhere TX PD,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,Garden Homes HOA,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,[Federal] Base Guard,2026-04-29,2026-04-29,1\n")  # fmt: skip
    made = lists.made()
    kinds = {key: (node.kind, node.body) for key, node in made.map.nodes.items()}
    assert kinds == {
        "CT/aford-pd": (NodeKind.AGENCY, "CT/aford-pd"),
        "map/nowhere-tx-pd": (NodeKind.AGENCY, ""),
        "map/garden-homes-hoa": (NodeKind.UNKNOWN, ""),
        "map/base-guard": (NodeKind.FEDERAL, ""),
    }
    assert set(made.unresolved) == {key for key in kinds if key.startswith("map/")}


def test_spellings_of_one_body_are_one_node_with_the_usual_name(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,CT - Bury PD,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,inbound,Bury CT PD,2026-04-29,2026-04-29,1\n"
              + "dale-ny-pd,outbound,Bury CT PD,2026-04-29,2026-04-29,1\n")  # fmt: skip
    node = lists.made().map.nodes["CT/bury-pd"]
    assert node.name == "Bury CT PD"
    assert 0.85 <= node.sureness <= 1


def test_a_federal_body_is_federal_with_its_tag_and_without(lists: Lists) -> None:
    lists.add("links.csv", LINKS + "aford-ct-pd,outbound,Mail Police,2026-04-29,2026-04-29,1\n")
    assert lists.made().map.nodes["US/mail-police"].kind is NodeKind.FEDERAL


# Policies of portals ----------------------------------------------------------------------------


def test_a_policy_tells_purposes_off_limits_days_and_cameras(lists: Lists) -> None:
    lists.add("policies.csv", POLICIES + "aford-ct-pd,Aford PD,2026-04-29,21,13,"
              "\"Immigration enforcement, harrassment, Personal use.\",\n")  # fmt: skip
    node = lists.made().map.nodes["CT/aford-pd"]
    assert node.bars == ("harassment", "immigration_enforcement", "personal_use")
    assert (node.keeps_days, node.cameras) == (21, 13)
    assert not node.settings_known


def test_a_keyword_filter_that_a_policy_tells_of_guards_every_share(lists: Lists) -> None:
    lists.add("policies.csv", POLICIES + "aford-ct-pd,Aford PD,2026-04-29,,,,"
              "We chose to be filtered out of any searches about some things.\n")  # fmt: skip
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Bury CT PD,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,inbound,Dale NY PD,2026-04-29,2026-04-29,1\n")  # fmt: skip
    made = lists.made().map
    assert relation(made, "CT/aford-pd", "CT/bury-pd").guard is Guard.KEYWORD_FILTER
    assert relation(made, "NY/dale-pd", "CT/aford-pd").guard is Guard.NONE
    assert made.nodes["CT/aford-pd"].settings_known


# Lists of one agency ----------------------------------------------------------------------------


def test_a_shared_networks_export_tells_both_directions(lists: Lists) -> None:
    lists.add("aford_ct_pd_shared_networks.csv",
              "Organization Name,Networks Shared With Me,Networks I'm Sharing\n"
              "Bury CT PD,\"Bury CT PD,Bury CT PD (Flex)\",\n"
              "Dale NY PD,Dale NY PD,Aford CT PD\n", day=day("2026-01-28"))  # fmt: skip
    made = lists.made()
    assert pairs(made.map) == {
        ("CT/bury-pd", "CT/aford-pd"), ("NY/dale-pd", "CT/aford-pd"), ("CT/aford-pd", "NY/dale-pd"),
    }  # fmt: skip
    assert made.map.nodes["CT/aford-pd"].settings_known
    assert made.lists[0].notes == ("the list is of CT/aford-pd, by the file's name",)


def test_a_sharing_list_is_of_the_owner_that_is_named(lists: Lists) -> None:
    text = "Name,State,Type\nBury CT PD,CT,Police Department\n"
    lists.add("list.csv", text, owner="CT/aford-pd", day=day("2025-12-10"))
    made = lists.made().map
    found = relation(made, "CT/bury-pd", "CT/aford-pd")
    assert (found.evidence.source, found.evidence.day) == ("list.csv", day("2025-12-10"))
    assert found.evidence.level is Level.PUBLISHED


def test_a_list_of_nobody_is_a_fault_that_says_what_to_do(lists: Lists) -> None:
    lists.add("list.csv", "Name,State,Type\nBury CT PD,CT,Police Department\n")
    (fault,) = lists.made().faults
    assert str(fault) == "list.csv: does not tell whose list it is; say so with --owner KEY"


# Networks ---------------------------------------------------------------------------------------


def test_a_network_is_a_hub_with_one_switch_for_each_member(lists: Lists) -> None:
    lists.add("members.csv", "network,member,access,since\n"
              "National lookup,Aford CT PD,,2025-01-01\n"
              "National lookup,Dale NY PD,searches,\n")  # fmt: skip
    made = lists.made().map
    hub = "map/network/national-lookup"
    assert made.nodes[hub].kind is NodeKind.NETWORK
    joins = relation(made, "CT/aford-pd", hub, RelationKind.JOINS)
    reads = relation(made, hub, "CT/aford-pd", RelationKind.MEMBER_OF)
    assert joins.switch == reads.switch == "CT/aford-pd in map/network/national-lookup"
    assert made.switches[joins.switch].kind is SwitchKind.MEMBERSHIP
    assert made.switches[joins.switch].holder == "CT/aford-pd"
    assert joins.start == day("2025-01-01")
    assert pairs(made) == {("CT/aford-pd", hub), (hub, "CT/aford-pd"), (hub, "NY/dale-pd")}


# Agreements -------------------------------------------------------------------------------------


def test_a_newer_list_of_agreements_dates_what_an_agency_may_pass_on(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,Cross County NY SO,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,Dale NY PD,2026-04-29,2026-04-29,1\n")  # fmt: skip
    lists.add("agreements.csv", "STATE,LAW ENFORCEMENT AGENCY,TYPE,COUNTY,SUPPORT TYPE,SIGNED\n"
              "NEW YORK,Cross County Sheriff's Office ,County,Cross,Task Force Model,2025-09-22\n"
              "NEW YORK,Cross County Sheriff's Office,County,Cross,Jail Model,2025-03-01\n"
              "NEW YORK,Dale Police Department,Municipality,,Task Force Model,2026-05-01\n"
              "NEW YORK,Bury Police Department,Municipality,,Task Force Model,2026-05-01\n"
              )  # fmt: skip
    made = lists.made()
    found = relation(made.map, "NY/cross-county-so", "US/ice", RelationKind.RE_DISCLOSES)
    assert found.start == day("2025-03-01")
    assert found.evidence.level is Level.INFERRED
    assert made.map.switches[found.switch].kind is SwitchKind.AGREEMENT
    assert made.lists[1].notes == (
        "2 agencies are on file, 2 of them in the map",
        "1 of them are new to the registry, such as NY/dale-pd",
        "1 names are no body on file, such as Bury Police Department (New York)",
    )


# What cannot be read ----------------------------------------------------------------------------


def test_rows_that_cannot_be_read_are_told_and_the_others_are_taken(lists: Lists) -> None:
    lists.add("links.csv", LINKS
              + "aford-ct-pd,sideways,Bury CT PD,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,,2026-04-29,2026-04-29,1\n"
              + "aford-ct-pd,outbound,Bury CT PD,29 April,2026-04-29,1\n"
              + "aford-ct-pd,outbound,Bury CT PD,2026-04-29,2026-04-01,1\n"
              + "aford-ct-pd,outbound\n"
              + "aford-ct-pd,outbound,Dale NY PD,2026-04-29,2026-04-29,1\n")  # fmt: skip
    made = lists.made()
    assert [str(fault) for fault in made.faults] == [
        "links.csv:2: `direction`: `sideways` is no direction; write one of outbound, inbound, "
        "hubout, hubin, bidirectional, out, in, both, sharingoutbound, sharinginbound, mutual",
        "links.csv:3: `partner` is blank; fill it in",
        "links.csv:4: `first_seen`: `29 April` is no date; write it as 2026-04-29",
        "links.csv:5: `last_seen` was last seen on 2026-04-01, before 2026-04-29; mend one of the "
        "two days",
        "links.csv:6: the row has 2 cells, the header 6; put quotation marks around a cell that "
        "holds a comma",
    ]
    assert ("CT/aford-pd", "NY/dale-pd") in pairs(made.map)


def test_a_file_that_is_no_list_is_refused_with_the_lists_that_are_known(lists: Lists) -> None:
    lists.add("other.csv", "colour,shape\nred,round\n")
    with pytest.raises(MapError, match=r"other.csv: its columns are those of no list .*"
                       r"\(portal_slug, direction, partner_name\)"):  # fmt: skip
        lists.made()


def test_names_that_are_no_latin_words_stay_apart_and_hidden_characters_are_shown(
    lists: Lists,
) -> None:
    lists.add(
        "pairs.csv", "source,target\nÅ 中文,Aford CT PD\nÅ 日本,Aford CT PD\nB\x1b[2J,Aford CT PD\n"
    )
    nodes = lists.made().map.nodes
    assert len(nodes) == 4
    assert {node.name for node in nodes.values()} == {"Å 中文", "Å 日本", "B?[2J", "Aford CT PD"}


@pytest.mark.parametrize(
    "header", ["hub,agency,direction", "source,target,direction", "agency,partner,direction"]
)
def test_a_direction_counts_whatever_the_columns_are_called(lists: Lists, header: str) -> None:
    lists.add("links.csv", f"{header}\nAford CT PD,Dale NY PD,hubIn\n")
    assert pairs(lists.made().map) == {("NY/dale-pd", "CT/aford-pd")}


# Maps among lists -------------------------------------------------------------------------------


def test_lists_add_to_a_map(lists: Lists) -> None:
    lists.add("pairs.csv", "source,target,last_seen\nAford CT PD,Bury CT PD,2026-01-01\n")
    lists.add("members.csv", "network,member\nLookup,Aford CT PD\n")
    write_map(lists.made().map, lists.folder / "map.zip")
    more = Lists(lists.folder, [Listed(lists.folder / "map.zip")])
    more.add("policies.csv", POLICIES + "aford-ct-pd,Aford PD,2026-04-29,21,13,Immigration,\n")
    more.add("later.csv", "source,target,last_seen\nAford CT PD,Bury CT PD,2026-05-01\n"
             "Aford CT PD,Dale NY PD,2026-05-01\n")  # fmt: skip
    made = more.made()
    assert made.lists[0].title == "A map"
    assert len(made.map.relations) == 4
    assert relation(made.map, "CT/aford-pd", "CT/bury-pd").evidence.day == day("2026-05-01")
    assert made.map.nodes["CT/aford-pd"].bars == ("immigration_enforcement",)
    assert made.map.nodes["map/network/lookup"].kind is NodeKind.NETWORK
    assert {each.name for each in made.map.sources} == {
        "members.csv", "pairs.csv", "later.csv", "policies.csv",
    }  # fmt: skip


@pytest.mark.parametrize("form", ["map.zip", "folder", "map.json", "map.json.gz", "map.graphml"])
def test_a_map_alone_is_imported_as_it_is(lists: Lists, form: str) -> None:
    write_map(SMALL, lists.folder / form)
    made = Lists(lists.folder, [Listed(lists.folder / form)]).made().map
    assert dict(made.nodes) == dict(SMALL.nodes)
    assert set(made.relations) == set(SMALL.relations)
    assert dict(made.switches) == dict(SMALL.switches)
    assert dict(made.terms) == dict(SMALL.terms)


def test_the_order_of_lists_does_not_matter(lists: Lists) -> None:
    lists.add("policies.csv", POLICIES + "aford-ct-pd,Aford PD,2026-04-29,21,13,Immigration,\n")
    lists.add("links.csv", LINKS
              + "aford-ct-pd,outbound,CT - Bury PD,2026-04-10,2026-04-10,2\n"
              + "bury-ct-pd,inbound,Aford CT PD,2026-04-01,2026-04-29,2\n")  # fmt: skip
    lists.add("pairs.csv", "source,target,last_seen\nAford CT PD,Bury CT PD,2026-05-01\n")
    one = lists.made().map
    other = Lists(lists.folder, lists.listed[::-1]).made().map
    assert dict(one.nodes) == dict(other.nodes)
    assert one.relations == other.relations
    assert dict(one.switches) == dict(other.switches)
