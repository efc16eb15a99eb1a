"""Approvals that the requester gave himself."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Severity
from .checks import Context, Found, NotAtHandError
from .own_tables import folded


def approved_by_requester(context: Context) -> Iterator[Found]:
    """Lines of the list of approvals in which both are one account, by account."""
    table = context.approvals
    if table is None:
        raise NotAtHandError("no list of approvals was given (--approvals)")
    by_account: dict[str, list[tuple[int, str]]] = {}
    for row in table.rows:
        if folded(row.cells["requester"]) == folded(row.cells["approver"]):
            account = context.token(row.cells["approver"])
            by_account.setdefault(account, []).append((row.line, row.cells["matter"]))
    for account, rows in sorted(by_account.items()):
        measure = {
            "approvals": len(rows),
            "of_approvals": len(table.rows),
            "matters": sorted({matter for _, matter in rows}),
        }
        records = tuple((table.name, table.digest, line) for line, _ in rows)
        yield Found(Severity.DENY, {"account": account}, measure, records=records)
