"""``platelaw pending``: the HOLDs that one can settle, and those that one waits for."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from ..federation.client import Client, ClientError, Need, PendingHold
from .answered import need_text
from .home import Calling, calling_from, calling_options, timeout_option
from .silence import end_without_answer

SETTLER = "darien-records"  # the identity of a development service that settles, if none is named
VERSION = 1


@click.command("pending")
@click.option("--mine", is_flag=True, help="Only those of which you can settle something.")
@timeout_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@calling_options
def pending_command(mine: bool, timeout: float, as_json: bool, **calling: Any) -> None:
    """Show which HOLDs wait: for you to settle, or for somebody else.

    The most urgent stands first; one past its deadline still waits. You see what your own people
    may prove, and of your own requests what would settle them. A HOLD is about data: it is not a
    hold on a person or a vehicle.

    \b
    Examples:
      platelaw pending
      platelaw pending --as darien-supervisor --mine
      platelaw pending --server pd.example:8443 --cert c.pem --key k.pem --authority a.pem
    """  # noqa: D301
    found = waiting(calling_from(**calling, default=SETTLER), timeout)
    shown = [each for each in found if each.mine_to_settle or not mine]
    if as_json:
        click.echo(json.dumps(_plain(shown), indent=2, ensure_ascii=False))
        return
    now = datetime.datetime.now(datetime.UTC)
    for each in shown:
        click.echo("\n".join(_lines(each, now)))
    click.echo(f"{len(shown)} waiting." if shown else "Nothing waits.")


def waiting(called: Calling, timeout: float) -> tuple[PendingHold, ...]:
    """The HOLDs that a caller sees; ends the command if they cannot be had."""
    try:
        with Client(
            called.server, called.tls, timeout=timeout, allow_development=called.development
        ) as client:
            return client.pending()
    except ClientError as fault:
        end_without_answer(fault)


def _lines(waits: PendingHold, now: datetime.datetime) -> Iterator[str]:
    """A HOLD as text."""
    hold = waits.hold
    yield click.style(hold.id, bold=True) + (" (yours to settle)" if waits.mine_to_settle else "")
    purpose = f" for {waits.purpose.replace('_', ' ')}" if waits.purpose else ""
    yield f"  {waits.requester} asks {hold.owner}: {waits.act} {', '.join(waits.data)}{purpose}"
    if hold.deadline is not None:
        yield f"  {_due(hold.deadline, now)}"
    yield f"  request {waits.request_id}, digest {waits.request_digest.hex()}"
    if waits.settling:
        yield "  Any one of these would settle it:"
    for needs in waits.settling:
        yield f"  - {'; and '.join(map(need_text, needs))}"
    yield ""


def _due(deadline: datetime.datetime, now: datetime.datetime) -> str:
    told = f"{deadline:%Y-%m-%d %H:%M} UTC"
    if deadline < now:
        return click.style(f"OVERDUE since {told}", fg="red")
    return f"to be answered by {told}"


def _plain(waits: Iterable[PendingHold]) -> dict[str, Any]:
    """HOLDs as plain values."""
    return {"version": VERSION, "pending": [_hold(each) for each in waits]}


def _hold(waits: PendingHold) -> dict[str, Any]:
    return {
        "hold": waits.hold.id,
        "owner": waits.hold.owner,
        "deadline": _moment(waits.hold.deadline),
        "asked_at": _moment(waits.asked_at),
        "request_id": waits.request_id,
        "request_digest": waits.request_digest.hex(),
        "requester": waits.requester,
        "act": waits.act,
        "data": list(waits.data),
        "purpose": waits.purpose,
        "mine_to_settle": waits.mine_to_settle,
        "settling": [{"needs": [_need(need) for need in needs]} for needs in waits.settling],
    }


def _need(need: Need) -> dict[str, Any]:
    return {**dataclasses.asdict(need), "roles": list(need.roles)}


def _moment(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
