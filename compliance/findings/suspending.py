"""Whose access to suspend, by findings that were upheld: an output for the decision service."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chain import last_of
from .showing import listed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Suspension:
    """Somebody whose access is to be suspended.

    Attributes:
        kind: ``account`` or ``organization``.
        account: The token of an account; empty for an organization.
        organization: The name as the logs have it.
        body: The key of the registry, if the name surely means one body.
        callers: The ids of the register of callers that belong to that body.
        findings: The findings that were upheld.
        rules: What they rest on.
        since: When the first of them was upheld.
    """

    kind: str
    account: str
    organization: str
    body: str
    callers: tuple[str, ...]
    findings: tuple[str, ...]
    rules: tuple[str, ...]
    since: datetime.datetime


@dataclass(frozen=True, slots=True)
class Suspensions:
    """All of them.

    Attributes:
        of_nobody: Upheld findings that are about no single account or organization.
    """

    who: tuple[Suspension, ...]
    of_nobody: tuple[str, ...]


def suspensions(results: DuckDBPyConnection, callers: Mapping[str, Iterable[str]]) -> Suspensions:
    """Whom upheld findings name.

    Args:
        results: The database.
        callers: The ids of the register of callers, by registry key; empty if it is not at hand.
    """
    last = last_of(results)
    bodies = dict(results.execute(
        "SELECT c.value, r.body FROM requester r JOIN cell c ON c.id = r.cell "
        "WHERE r.body IS NOT NULL"
    ).fetchall())  # fmt: skip
    found: dict[tuple[str, str], list[tuple[str, str, datetime.datetime]]] = {}
    of_nobody: list[str] = []
    for one in listed(results):
        if one.status != "upheld":
            continue
        who = str(one.subject.get("account", "")), str(one.subject.get("organization", ""))
        if any(who):
            found.setdefault(who, []).append((one.id, one.rule, last[one.id].moment))
        else:
            of_nobody.append(one.id)
    return Suspensions(
        tuple(
            _suspension(account, organization, bodies.get(organization, ""), callers, upheld)
            for (account, organization), upheld in sorted(found.items())
        ),
        tuple(of_nobody),
    )


def _suspension(
    account: str,
    organization: str,
    body: str,
    callers: Mapping[str, Iterable[str]],
    upheld: list[tuple[str, str, datetime.datetime]],
) -> Suspension:
    return Suspension(
        "account" if account else "organization",
        account,
        organization,
        body,
        () if account else tuple(sorted(callers.get(body, ()))),
        tuple(finding for finding, _, _ in upheld),
        tuple(sorted({rule for _, rule, _ in upheld})),
        min(moment for _, _, moment in upheld),
    )
