"""Deadlines of an agency that its own files tell: of vendors, holds, incidents, declarations."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from itertools import count

from ..engine.deadlines import Deadline, Kind, Standing
from ..engine.render_text import STATUS_WORDS, words
from ..engine.written import Source
from .findings.holding import Hold
from .findings.incidents import Clock
from .findings.own_tables import OwnTable
from .own_days import OwnDays
from .vendors.checking import Checked
from .vendors.form import AgreementFile, Period, SettingsFile
from .vendors.reading import Description

_KEPT = {"reads": "reads", "hits": "hits", "exports": "exports", "vendor_copies": "copies of the "
         "vendor"}  # fmt: skip


def vendor_days(checked: Checked) -> Iterator[Deadline]:
    """When the agreement with a vendor renews, and by when what is at odds is to be mended."""
    if checked.renews is not None:
        yield Deadline(checked.renews, Kind.RENEWS, "the agreement with the vendor",
                       note=checked.renewal)  # fmt: skip
    for each in checked.findings:
        if each.due is not None:
            source = Source(each.cites, each.status, STATUS_WORDS[each.status])
            yield Deadline(each.due, Kind.DUE, f"{each.setting}: {each.asked}", words(each.owner),
                           each.rule, source, f"now {each.found} ({each.place})")  # fmt: skip


def vendor_standing(read: Iterable[Description]) -> Iterator[Standing]:
    """What files on a vendor say is done within a time: notice of incidents, deletion."""
    for each in read:
        says = each.says
        if isinstance(says, SettingsFile):
            for name, what in _KEPT.items():
                kept = getattr(says.retention, name)
                if isinstance(kept, Period):
                    yield Standing(f"{what} are set to be deleted after {kept.text}", "", None,
                                   each.place("retention", name))  # fmt: skip
        else:
            yield from _agreed(each, says)


def _agreed(read: Description, says: AgreementFile) -> Iterator[Standing]:
    agreed = says.agreement
    if isinstance(agreed.incident_notice, Period):
        yield Standing(
            f"the vendor gives notice of an incident within {agreed.incident_notice.text}", "",
            None, read.place("agreement", "incident_notice"),
        )  # fmt: skip
    if isinstance(agreed.reads_kept, Period):
        yield Standing(f"the vendor deletes reads after {agreed.reads_kept.text}", "", None,
                       read.place("agreement", "reads_kept"))  # fmt: skip
    if agreed.deletion_certified is True:
        yield Standing("the vendor certifies deletion when the agreement ends", "", None,
                       read.place("agreement", "deletion_certified"))  # fmt: skip


def review_of(hold: Hold, every: int, own: OwnDays, after: datetime.date) -> datetime.date:
    """The first day, not before another, on which a legal hold is to be looked at again."""
    start = own.day(hold.set_at)
    return next(
        day
        for times in count(1)
        if (day := start + datetime.timedelta(days=every * times)) >= after
    )


def hold_days(
    holds: Iterable[Hold], every: int, own: OwnDays, first: datetime.date, last: datetime.date
) -> Iterator[Deadline]:
    """The days from one to another on which legal holds begin, are looked at again, and end."""
    for hold in holds:
        if hold.lifted_at is not None:
            continue
        note = (
            f"{hold.matter}; {hold.days}, over {hold.scope.words}; set by {hold.set_by}, over "
            f"{', '.join(map(words, hold.covers))}, never {', '.join(map(words, hold.never))}"
        )
        title = f"legal hold {hold.id}"
        if hold.first > own.day(hold.set_at):
            yield Deadline(hold.first, Kind.STARTS, title, note=note)
        if hold.until is not None:
            yield Deadline(hold.until, Kind.EXPIRES, title, note=f"its last day; {note}")
        day = review_of(hold, every, own, max(first, hold.first))
        while day <= min(last, hold.until or last):
            yield Deadline(day, Kind.REVIEW, title, note=f"{note}; every {every} days since it "
                           "was set")  # fmt: skip
            day += datetime.timedelta(days=every)


def clock_days(clocks: Iterable[Clock], own: OwnDays, first: datetime.date) -> Iterator[Deadline]:
    """When notices of incidents are owed; one that is overdue stands on the first day."""
    for clock in clocks:
        if clock.given is not None:
            continue
        due = own.day(clock.due)
        late = "" if due >= first else "overdue; "
        yield Deadline(
            max(due, first), Kind.NOTICE,
            f"incident {clock.finding[:8]}, to {clock.recipient}",
            note=f"{late}by {own.told(clock.due)}, {clock.hours:g} hours after it was discovered "
            f"({clock.source})",
        )  # fmt: skip


def declaration_days(table: OwnTable) -> Iterator[Deadline]:
    """From when declarations on file count no more; of one that was revoked nothing is left."""
    for row in table.rows:
        until = row.day("until")
        if until is not None and row.day("revoked") is None:
            yield Deadline(
                until, Kind.EXPIRES, f"declaration of {row.cells['body']}",
                note=f"from this day it counts no more ({table.name}:{row.line})",
            )  # fmt: skip
