"""Who shares with whom, and what administrators did: exports that are no search logs."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from platelaw.engine.audit.errors import LogError, LogFault
from platelaw.engine.audit.event_log import Event, details_of, read_event_log
from platelaw.engine.audit.shared_networks import SharedNetworks, listed, read_shared_networks

SHARED = "Organization Name,Networks Shared With Me,Networks I'm Sharing\n"


def shared(folder: Path, text: str) -> list[SharedNetworks | LogFault]:
    path = folder / "shared.csv"
    path.write_text(text, "utf-8")
    return list(read_shared_networks(path))


def test_one_organization_owns_many_networks(tmp_path: Path) -> None:
    text = SHARED + 'Example CT PD,"Example CT PD - Condor,Example CT PD (LR)",Other MA PD\n'
    assert shared(tmp_path, text) == [
        SharedNetworks(
            2, "Example CT PD", ("Example CT PD - Condor", "Example CT PD (LR)"), ("Other MA PD",)
        )
    ]


def test_without_the_third_column_nothing_is_known_of_what_one_shares(tmp_path: Path) -> None:
    (row,) = shared(tmp_path, "Organization Name,Networks Shared With Me\nA MA PD,A MA PD\n")
    assert isinstance(row, SharedNetworks)
    assert row.shared_by_me is None


def test_pages_and_their_headers_are_passed_over(tmp_path: Path) -> None:
    text = f"Page,{SHARED}1,A MA PD,A MA PD,\n2,Organization Name,x,y\n2,B MA PD,B MA PD,\n"
    assert [row.organization for row in shared(tmp_path, text)
            if isinstance(row, SharedNetworks)] == ["A MA PD", "B MA PD"]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("", ()),
        (" A PD ,B  SO", ("A PD", "B SO")),
        ("A PD,A PD", ("A PD",)),
        ("Carriers of A (B) Management, LLC,C PD", ("Carriers of A (B) Management, LLC", "C PD")),
        ("Mall (north, south),D PD", ("Mall (north, south)", "D PD")),
        ("E (open,F PD", ("E (open,F PD",)),
    ],
)
def test_a_comma_inside_a_name_parts_nothing(cell: str, names: tuple[str, ...]) -> None:
    assert listed(cell) == names


def test_what_is_no_such_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="Organization Name"):
        shared(tmp_path, "a,b\n1,2\n")


EVENTS = "Timestamp,User,Event Type,Entity Type,Entity Details,Event Id\n"


def events(folder: Path, text: str) -> list[Event | LogFault]:
    path = folder / "events.csv"
    path.write_text(text, "utf-8")
    return list(read_event_log(path))


def test_a_share_that_was_switched_on_tells_when_and_to_whom(tmp_path: Path) -> None:
    details = "Network Name: Example CT PD\nPermissions: search\nReceiving Organization: B MA PD\n"
    (event,) = events(
        tmp_path, f'{EVENTS}2026-03-01T12:00:00.000Z,somebody,create,networkShare,"{details}",e1\n'
    )
    assert isinstance(event, Event)
    assert event.share == ("Example CT PD", "B MA PD")
    assert event.moment.earliest == datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    assert "somebody" not in repr(event)


def test_other_events_share_nothing(tmp_path: Path) -> None:
    (event,) = events(tmp_path, f"{EVENTS}2026-03-01T12:00:00Z,x,update,role,Name: y,e1\n")
    assert isinstance(event, Event)
    assert event.share is None


def test_an_event_without_a_time_is_told(tmp_path: Path) -> None:
    (fault,) = events(tmp_path, f"{EVENTS}soon,x,update,role,Name: y,e1\n")
    assert isinstance(fault, LogFault)
    assert fault.field == "Timestamp"


def test_details_go_on_over_lines() -> None:
    assert details_of("Reason: one\ntwo\nCase: 3: 4\n\n") == {"Reason": "one two", "Case": "3: 4"}
