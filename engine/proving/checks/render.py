"""What checks find, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...known import Known
from ..render import told
from .checking import Checked
from .findings import Doubt, Finding, Place


def finding_text(finding: Finding) -> str:
    """A finding, with the requests that show it, or why it stays."""
    place = finding.place
    word = "KNOWN" if finding.because else "FOUND"
    lines = [f"{word}  {place.check.value}  {place.name}  ({_where(place)})"]
    if finding.because:
        return "\n".join([*lines, f"  Known, because {finding.because}"])
    lines.append(f"  {_sentence(finding.says)}{' Proved.' if finding.proved else ''}")
    for shown in finding.shown:
        lines += [f"  {_sentence(shown.what)}", *(f"    {line}" for line in told(shown.witness))]
    return "\n".join(lines)


def doubt_text(doubt: Doubt) -> str:
    """What could not be checked."""
    place = doubt.place
    return f"UNKNOWN  {place.check.value}  {place.name}  ({_where(place)})\n  {doubt.why}"


def checked_text(checked: Checked) -> str:
    """How many were found, in one line."""
    new = sum(not finding.because for finding in checked.findings)
    return (
        f"{checked.rules} rules checked: {new} found, {len(checked.findings) - new} known, "
        f"{len(checked.doubts)} unknown"
    )


def checked_json(checked: Checked, left_over: Iterable[Known]) -> dict[str, Any]:
    """What came of the checks, as plain values."""
    return {
        "rules": checked.rules,
        "questions": checked.questions,
        "findings": [_finding_json(finding) for finding in checked.findings],
        "unknown": [{**_place_json(doubt.place), "why": doubt.why} for doubt in checked.doubts],
        "found_no_more": [
            {"check": known.check, "at": known.at, "file": known.file} for known in left_over
        ],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        **_place_json(finding.place),
        "says": finding.says,
        "proved": finding.proved,
        "requests": [
            {
                "shows": shown.what,
                "request": dict(shown.witness.request),
                "outcome": shown.witness.decision.outcome.value,
                "reason": shown.witness.decision.reason,
            }
            for shown in finding.shown
        ],
    }
    return {**found, "because": finding.because} if finding.because else found


def _place_json(place: Place) -> dict[str, Any]:
    return {
        "check": place.check.value,
        "at": place.name,
        "file": place.span.source.name,
        "line": place.line,
    }


def _where(place: Place) -> str:
    return f"{place.span.source.name}:{place.line}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
