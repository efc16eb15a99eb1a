"""What was found, as text, as plain values, and as dates for a calendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from ...dsl.syntax import Status
from ...engine.render_text import words
from ...engine.written.pieces import ADVICE
from .checking import Checked, Finding, Standing

VERSION = 1
_MOST = 8  # of a list that are printed


def checked_text(checked: Checked) -> str:
    """The findings as text."""
    return "\n".join(_lines(checked)) + "\n"


def _lines(checked: Checked) -> Iterator[str]:
    yield f"{checked.agency}, asked on {checked.on}: {_told(checked)}"
    for finding in checked.findings:
        yield ""
        yield from _finding(finding)
    if checked.untold:
        yield "\nCannot be told, for want of"
        for each in checked.untold:
            yield f"  {', '.join(each.settings)}"
            yield f"    {each.rule}: {each.title}"
    if checked.compared:
        yield "\nThe page beside what is set and was done"
        yield from (f"  {each}" for each in checked.compared)
    if checked.in_order:
        rules = "rule" if len(checked.in_order) == 1 else "rules"
        yield f"\n{len(checked.in_order)} {rules} found nothing."
    if checked.renewal:
        day = f" on {checked.renews}" if checked.renews else ""
        yield f"Renewal of the agreement{day}: {checked.renewal}."
    for note in checked.notes:
        yield f"note: {_short(note)}"
    yield f"\n{ADVICE}"


def _told(checked: Checked) -> str:
    """What came of it, in a few words."""
    count = len(checked.findings)
    if not checked.is_asked:
        return "no rule of the library about a vendor binds it, so nothing was asked"
    return f"{count} finding{'' if count == 1 else 's'}" if count else "nothing at odds"


def _short(text: str) -> str:
    """A long list cut short; the JSON has all of it."""
    parts = text.split(", ")
    if len(parts) <= _MOST:
        return text
    return f"{', '.join(parts[:_MOST])} and {len(parts) - _MOST} more (--json names all)"


def _finding(finding: Finding) -> Iterator[str]:
    head = f"{finding.severity.value}  {finding.setting}: {finding.found}"
    yield f"{head}  ->  {_short(finding.asked)}"
    yield f"      {finding.title} ({finding.rule})"
    yield f"      {finding.cites} ({finding.status}): {finding.standing.value}{_why(finding)}"
    if finding.because:
        yield f"      {finding.because}"
    for beside in finding.beside[:_MOST]:
        yield f"      beside it: {beside}"
    owner = f"the {words(finding.owner)}" if finding.owner else "nobody is named"
    due = f", by {finding.due}" if finding.due else ", no day is named"
    yield f"      to mend: {owner}{due}; read in {finding.place}"


def _why(finding: Finding) -> str:
    """Why wording that was verified leaves a question: it does not stand alone."""
    if finding.status != Status.VERIFIED.value or finding.standing is not Standing.COUNSEL:
        return ""
    return "; this wording is sure, other words that the finding needs are not"


def checked_json(checked: Checked) -> dict[str, Any]:
    """The findings as plain values."""
    return {
        "version": VERSION,
        "agency": checked.agency,
        "on": str(checked.on),
        "findings": [_plain(finding) for finding in checked.findings],
        "cannot_be_told": [
            {"rule": each.rule, "title": each.title, "settings": list(each.settings)}
            for each in checked.untold
        ],
        "in_order": list(checked.in_order),
        "renewal": {
            "day": str(checked.renews) if checked.renews else None,
            "answer": checked.renewal,
        },
        "compared": list(checked.compared),
        "notes": list(checked.notes),
        "advice": ADVICE,
    }


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "title": finding.title,
        "because": finding.because,
        "cites": finding.cites,
        "status": finding.status,
        "standing": finding.standing.value,
        "setting": finding.setting,
        "found": finding.found,
        "asked": finding.asked,
        "place": finding.place,
        "severity": finding.severity.value,
        "owner": finding.owner,
        "due": str(finding.due) if finding.due else None,
        "beside": list(finding.beside),
    }


def dates_csv(checked: Checked) -> str:
    """The days of the findings and of the renewal, as ``platelaw calendar --dates`` reads them."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("date", "title", "who", "note"))
    if checked.renews is not None:
        rows.writerow((checked.renews, "the agreement with the vendor renews", "", checked.renewal))
    for each in checked.findings:
        if each.due is not None:
            title = f"{each.setting}: {each.asked}"
            rows.writerow((each.due, title, words(each.owner), f"{each.rule}, {each.cites}"))
    return text.getvalue()
