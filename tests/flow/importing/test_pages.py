"""Pages of portals saved as text, and lists of partners one way."""

from __future__ import annotations

import datetime

import pytest

from .lists import Lists, pairs, relation

PAGE = """Transparency Portal
Visit the vendor
Aford CT PD
Transparency Portal

Last updated: Tue Oct 06 2026

POLICIES

Prohibited Uses

Immigration enforcement, Personal use.

Hotlist Policy

Hits are verified.
USAGE

Data retention

The number of days data is retained.

21 days

Total Cameras

Number of LPR and other cameras.

1,013

{partners}

Hotlists Alerted On

National lists.

NCIC

Number of Searches

71
"""
OF_2026 = """Sharing Network Data With

Organizations granted access to Aford CT PD data.

Bury CT PD
Dale NY PD [Inactive]

Receiving Network Data From

Organizations sharing their data with Aford CT PD.

Dale NY PD"""
OF_2025 = """Organizations granted access to Aford CT PD data

Bury CT PD, Dale NY PD [Inactive]

Organizations sharing their data with Aford CT PD

Dale NY PD"""


@pytest.mark.parametrize("partners", [OF_2026, OF_2025])
def test_a_page_tells_policies_and_partners_both_ways(lists: Lists, partners: str) -> None:
    made = lists.add("page.txt", PAGE.format(partners=partners)).made()
    node = made.map.nodes["CT/aford-pd"]
    assert node.bars == ("immigration_enforcement", "personal_use")
    assert (node.keeps_days, node.cameras, node.settings_known) == (21, 1013, True)
    assert pairs(made.map) == {
        ("CT/aford-pd", "CT/bury-pd"), ("CT/aford-pd", "NY/dale-pd"), ("NY/dale-pd", "CT/aford-pd"),
    }  # fmt: skip
    found = relation(made.map, "CT/aford-pd", "CT/bury-pd").evidence
    assert (found.source, found.day) == ("page.txt, Aford CT PD", datetime.date(2026, 10, 6))


def test_a_page_without_partners_tells_nothing_of_them(lists: Lists) -> None:
    made = lists.add("page.txt", PAGE.format(partners="")).made().map
    assert made.relations == ()
    assert not made.nodes["CT/aford-pd"].settings_known


@pytest.mark.parametrize(
    ("name", "way"),
    [("sharing_outbound.csv", ("CT/aford-pd", "CT/bury-pd")),
     ("aford_ct_pd-inbound.csv", ("CT/bury-pd", "CT/aford-pd"))],
)  # fmt: skip
def test_a_files_name_tells_which_way_partners_are(
    lists: Lists, name: str, way: tuple[str, str]
) -> None:
    lists.add(name, "organization\nBury CT PD\n", owner="CT/aford-pd")
    assert pairs(lists.made().map) == {way}


def test_partners_of_which_no_way_is_told_are_a_fault(lists: Lists) -> None:
    lists.add("partners.csv", "organization\nBury CT PD\n", owner="CT/aford-pd")
    (fault,) = lists.made().faults
    assert str(fault) == ("partners.csv: does not tell which way its owner shares; call it "
                          "`..._outbound` or `..._inbound`")  # fmt: skip
