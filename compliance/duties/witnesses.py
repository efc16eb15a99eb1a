"""The evidence of an agency: its policy, the registry, the results of an audit, its vendor."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...dsl import syntax as tree
from ...dsl.model import Library
from ...engine.registry import Registry
from ...engine.render_text import words
from ...engine.written import bound_rules
from ..results.store import ResultsError, refuse_simulated
from ..vendors.checking import Checked
from .lines import DutiesError, Line
from .tracing import Found, Gap

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OPEN = ("open", "in review", "escalated")


@dataclass(frozen=True, slots=True)
class PolicyOnFile:
    """The agency's own policy, as it binds on a day."""

    library: Library
    registry: Registry
    agency: str
    on: datetime.date

    def tell(self, line: Line, checks: tuple[str, ...], rules: frozenset[str]) -> Found:
        """Which policy is on file, or that none is."""
        bound = bound_rules(self.library, self.registry, self.agency, self.on)
        names = [p.name for p in bound.policies if p.layer is tree.Layer.OWNER]
        live = {p.name for p, _ in bound.rules}
        found = tuple(f"policy {name}, in force" for name in names if name in live)
        return Found(found) if found else Found((), (Gap("no policy on file", line.owner),))


@dataclass(frozen=True, slots=True)
class OnFile:
    """What the registry has of declarations."""

    registry: Registry

    def tell(self, line: Line, checks: tuple[str, ...], rules: frozenset[str]) -> Found:
        """How many agencies have a declaration on file."""
        has = [
            body.key
            for body in self.registry.bodies.values()
            if body.attributes.get("declaration") == "on_file"
        ]
        return Found((f"declarations of {len(has)} agencies on file",))


@dataclass(frozen=True, slots=True)
class VendorChecked:
    """What was found in the vendor's settings and agreement."""

    checked: Checked

    def tell(self, line: Line, checks: tuple[str, ...], rules: frozenset[str]) -> Found:
        """The findings of the line's rules, and what cannot be told."""
        gaps = [
            Gap(f"{f.setting} is {f.found}, asked is {f.asked} ({f.rule})", f.owner, f.due)
            for f in self.checked.findings
            if f.rule in rules
        ]
        gaps += [
            Gap(f"cannot be told for want of {', '.join(each.settings)} ({each.rule})", line.owner)
            for each in self.checked.untold
            if each.rule in rules
        ]
        kept = [each for each in self.checked.in_order if each in rules]
        on_file = (f"the vendor's settings and agreement: in order by {', '.join(kept)}",)
        return Found(on_file if kept else (), tuple(gaps))


@dataclass(frozen=True, slots=True)
class Audited:
    """The results of an audit, and the register of its findings."""

    results: DuckDBPyConnection
    on: datetime.date

    def tell(self, line: Line, checks: tuple[str, ...], rules: frozenset[str]) -> Found:
        """What was audited, which checks of the line were made, and what is open of them."""
        told = _audited(self.results)
        if told is None:
            return Found((), (Gap("the results hold no search", line.owner),))
        made = {check: self._made(check) for check in checks}
        gaps = [gap for check in checks for gap in self._open(check)]
        gaps += [
            Gap(f"{check} could not be made: {why}", line.owner)
            for check, why in made.items()
            if why
        ]
        not_run = [check for check, why in made.items() if why is None]
        if not_run:
            words = f"not run: {', '.join(not_run)} (`platelaw findings review`)"
            gaps.append(Gap(words, line.owner))
        done = [check for check, why in made.items() if why == ""]
        told += f"; checks made: {', '.join(done)}" if done else ""
        return Found((told,), tuple(gaps))

    def _made(self, check: str) -> str | None:
        """Why the last run of a check could not be made; blank if it was, None if none was run."""
        row = self.results.execute(
            'SELECT why_not FROM review_check WHERE "check" = ? ORDER BY run DESC LIMIT 1', [check]
        ).fetchone()
        return None if row is None else str(row[0])

    def _open(self, check: str) -> Iterator[Gap]:
        """The findings of a check that nobody has ended, by whose turn it is; a note is no gap."""
        rows = self.results.execute(
            "SELECT owner, min(due), count(*) FROM finding_now "
            f"WHERE \"check\" = ? AND severity <> 'note' AND status IN {_OPEN} "
            "GROUP BY owner ORDER BY owner",
            [check],
        ).fetchall()
        for owner, due, count in rows:
            late = ", overdue" if due is not None and due < self.on else ""
            told = "1 finding is" if count == 1 else f"{count} findings are"
            yield Gap(f"{check}: {told} open{late}", owner, due)


def _audited(results: DuckDBPyConnection) -> str | None:
    """What was audited, in words, by days of the agency; None if no search was."""
    row = results.execute(
        "SELECT sum(rows - repeated), own_day(min(first_search)), own_day(max(last_search)), "
        "count(*) FROM source"
    ).fetchone()
    if row is None or not row[0]:
        return None
    files = f"{row[3]} file{'' if row[3] == 1 else 's'}"
    return f"audit of {row[0]:,} searches from {row[1]} to {row[2]}, in {files}"


def check_owner(results: DuckDBPyConnection, agency: str, name: str) -> None:
    """Refuse the results of another agency.

    Raises:
        DutiesError: They are of another, or of another's log judged as if it were its own.
    """
    try:
        refuse_simulated(results, "nothing of it is that agency's")
    except ResultsError as fault:
        raise DutiesError(f"{name}: {fault.message}", fault.help) from None
    row = results.execute("SELECT value FROM about WHERE name = 'owner'").fetchone()
    owner = str(row[0]) if row else ""
    if owner != agency:
        raise DutiesError(
            f"{name}: these are the results of {owner or 'nobody named'}, not of {agency}",
            "name the results of that agency's own logs",
        )


def said_role(role: str) -> str:
    """A role in words; ``nobody`` where none is named."""
    return words(role) if role else "nobody"
