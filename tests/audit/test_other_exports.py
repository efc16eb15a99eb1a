"""Who shares with whom, and what administrators did: exports that are no search logs."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from platelaw.engine.audit.beside import OtherReview, review_other
from platelaw.engine.audit.errors import FaultKind, LogError, LogFault
from platelaw.engine.audit.event_log import Event, details_of, events
from platelaw.engine.audit.others import Other, OtherKind
from platelaw.engine.audit.reader import open_logs
from platelaw.engine.audit.shared_networks import SharedNetworks, listed, shared_networks

from .exports import archive, search, table, workbook

SHARED = "Organization Name,Networks Shared With Me,Networks I'm Sharing\n"
EVENTS = "Timestamp,User,Event Type,Entity Type,Entity Details,Event Id\n"


def other(folder: Path, text: str | bytes) -> Other:
    path = folder / "other.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (found,) = open_logs(path).others
    return found


def networks(folder: Path, text: str | bytes) -> list[SharedNetworks | LogFault]:
    return list(shared_networks(other(folder, text)))


def events_of(folder: Path, text: str) -> list[Event | LogFault]:
    return list(events(other(folder, text)))


# Shared Networks ----------------------------------------------------------------------------


def test_one_organization_owns_many_networks(tmp_path: Path) -> None:
    text = SHARED + 'Example CT PD,"Example CT PD - Condor,Example CT PD (LR)",Other MA PD\n'
    assert networks(tmp_path, text) == [
        SharedNetworks(
            2, "Example CT PD", ("Example CT PD - Condor", "Example CT PD (LR)"), ("Other MA PD",)
        )
    ]


def test_without_the_third_column_nothing_is_known_of_what_one_shares(tmp_path: Path) -> None:
    (row,) = networks(tmp_path, "Organization Name,Networks Shared With Me\nA MA PD,A MA PD\n")
    assert isinstance(row, SharedNetworks)
    assert row.shared_by_me is None


@pytest.mark.parametrize("label", ["Networks I'm Sharing", "Networks I\u2019m Sharing"])
def test_a_curly_apostrophe_is_one_too(tmp_path: Path, label: str) -> None:
    (row,) = networks(tmp_path, f"Organization Name,Networks Shared With Me,{label}\nA PD,B,C\n")
    assert isinstance(row, SharedNetworks)
    assert row.shared_by_me == ("C",)


def test_pages_and_their_headers_are_passed_over(tmp_path: Path) -> None:
    text = f"Page,{SHARED}1,A MA PD,A MA PD,\n2,{SHARED}2,B MA PD,B MA PD,\n"
    rows = networks(tmp_path, text)
    assert [row.organization for row in rows if isinstance(row, SharedNetworks)] == [
        "A MA PD", "B MA PD",
    ]  # fmt: skip
    assert [row.kind for row in rows if isinstance(row, LogFault)] == [FaultKind.SKIPPED]


def test_every_record_is_a_row_or_a_fault(tmp_path: Path) -> None:
    text = f"Shared networks of today\n{SHARED}A PD,a,b\nB PD,c\n,d,e\n,,\nC PD,f,g\n"
    rows = networks(tmp_path, text)
    assert [row.line for row in rows] == [1, 3, 4, 5, 6, 7]
    unread = [r for r in rows if isinstance(r, LogFault) and r.kind is FaultKind.UNREAD]
    assert [fault.line for fault in unread] == [4, 5]


def test_two_columns_without_a_label_are_no_hindrance(tmp_path: Path) -> None:
    text = "Organization Name,,Networks Shared With Me,\nA PD,x,B PD,y\n"
    (row,) = networks(tmp_path, text)
    assert isinstance(row, SharedNetworks)
    assert row.shared_with_me == ("B PD",)


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


# Event Logs ---------------------------------------------------------------------------------

DETAILS = "Network Name: Example CT PD\nPermissions: search\nReceiving Organization: B MA PD\n"


def test_a_share_that_was_switched_on_tells_when_and_to_whom(tmp_path: Path) -> None:
    (event,) = events_of(
        tmp_path, f'{EVENTS}2026-03-01T12:00:00.000Z,somebody,create,networkShare,"{DETAILS}",e1\n'
    )
    assert isinstance(event, Event)
    assert event.share == ("Example CT PD", "B MA PD")
    assert event.moment.earliest == datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    assert "somebody" not in repr(event)


@pytest.mark.parametrize(
    "time", ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00+00:00", "2026-03-01 12:00:00"]
)
def test_a_time_of_an_event_is_utc_if_it_names_no_zone(tmp_path: Path, time: str) -> None:
    (event,) = events_of(tmp_path, f"{EVENTS}{time},x,update,role,Name: y,e1\n")
    assert isinstance(event, Event)
    assert event.share is None
    assert event.moment.earliest == datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)


def test_an_event_without_a_time_is_told(tmp_path: Path) -> None:
    (fault,) = events_of(tmp_path, f"{EVENTS}soon,x,update,role,Name: y,e1\n")
    assert isinstance(fault, LogFault)
    assert fault.field == "Timestamp"


def test_details_go_on_over_lines() -> None:
    assert details_of("Reason: one\ntwo\nCase: 3: 4\n\n") == {"Reason": "one two", "Case": "3: 4"}


# Counted ------------------------------------------------------------------------------------


def counted(folder: Path, text: str) -> OtherReview:
    return review_other(other(folder, text))


def test_networks_are_counted_by_direction(tmp_path: Path) -> None:
    found = counted(tmp_path, SHARED + 'A PD,"a,b",c\nB PD,,d\nx\n')
    assert found.kind is OtherKind.SHARED_NETWORKS
    assert found.records == 2
    assert found.counts == {
        "networks shared with the exporting agency": 2, "networks that it shares": 2,
    }  # fmt: skip
    assert [fault.line for fault in found.faults] == [4]


def test_shares_are_counted_by_what_was_done(tmp_path: Path) -> None:
    acts = ("create", "create", "delete", "update")
    rows = "".join(f'2026-03-01T12:00:00Z,x,{act},networkShare,"{DETAILS}",e\n' for act in acts)
    found = counted(tmp_path, EVENTS + rows + "2026-03-01T12:00:00Z,x,create,user,Name: z,e\n")
    assert found.records == 5
    assert found.counts == {
        "shares of networks begun": 2, "shares of networks ended": 1,
        "shares of networks changed": 1,
    }  # fmt: skip


def test_they_are_found_beside_the_logs_of_an_archive_and_a_workbook(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {
        "log.csv": table([search()]), "shared.csv": SHARED, "events.csv": EVENTS,
    })  # fmt: skip
    opened = open_logs(path)
    assert len(opened.logs) == 1
    assert [each.kind for each in opened.others] == [OtherKind.EVENT_LOG, OtherKind.SHARED_NETWORKS]
    assert not opened.skipped
    rows = [line.split(",") for line in (SHARED.strip(), "A PD,b,c", "B PD,d")]
    book = workbook(tmp_path / "a.xlsx", {"Networks": rows})
    (found,) = open_logs(book).others
    assert review_other(found).records == 2


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="no header of a known layout"):
        other(tmp_path, "a,b\n1,2\n")
