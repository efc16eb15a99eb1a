"""``platelaw pending``: the HOLDs that one can settle or waits for, and recalls without answer."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import click

from ..federation.client import Client, ClientError, Need, PendingHold, PendingRecall
from .answered import need_text
from .home import Calling, calling_from, calling_options, timeout_option
from .silence import end_without_answer

T = TypeVar("T")
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
    hold on a person or a vehicle. Recalls of releases that a holder has not answered stand last.

    \b
    Examples:
      platelaw pending
      platelaw pending --as darien-supervisor --mine
      platelaw pending --server pd.example:8443 --cert c.pem --key k.pem --authority a.pem
    """  # noqa: D301
    called = calling_from(**calling, default=SETTLER)
    shown = [each for each in waiting(called, timeout) if each.mine_to_settle or not mine]
    recalls = [
        each for each in _listed(called, timeout, Client.recalls) if each.mine_to_answer or not mine
    ]
    if as_json:
        click.echo(json.dumps(_plain(shown, recalls), indent=2, ensure_ascii=False))
        return
    now = datetime.datetime.now(datetime.UTC)
    for hold in shown:
        click.echo("\n".join(_lines(hold, now)))
    for recall in recalls:
        click.echo("\n".join(_recall_lines(recall, now)))
    count = len(shown) + len(recalls)
    click.echo(f"{count} waiting." if count else "Nothing waits.")


def waiting(called: Calling, timeout: float) -> tuple[PendingHold, ...]:
    """The HOLDs that a caller sees; ends the command if they cannot be had."""
    return _listed(called, timeout, Client.pending)


def _listed(called: Calling, timeout: float, ask: Callable[[Client], T]) -> T:
    """What a service lists for a caller; ends the command if it cannot be had."""
    try:
        with Client(
            called.server, called.tls, timeout=timeout, allow_development=called.development
        ) as client:
            return ask(client)
    except ClientError as fault:
        end_without_answer(fault)


def _recall_lines(waits: PendingRecall, now: datetime.datetime) -> Iterator[str]:
    """A recall without answer as text."""
    mine = " (yours to answer)" if waits.mine_to_answer else ""
    yield click.style(f"recall of {waits.release_id.hex()}", bold=True) + mine
    yield f"  {waits.owner} recalls it: {waits.why}"
    yield f"  {waits.holder} has not said that the copy is deleted"
    if waits.answer_by is not None:
        yield f"  {_due(waits.answer_by, now)}"
    yield f"  statement {waits.statement_id}"
    yield ""


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


def _plain(waits: Iterable[PendingHold], recalls: Iterable[PendingRecall]) -> dict[str, Any]:
    """HOLDs and recalls as plain values."""
    return {
        "version": VERSION,
        "pending": [_hold(each) for each in waits],
        "recalls": [_recall(each) for each in recalls],
    }


def _recall(waits: PendingRecall) -> dict[str, Any]:
    return {
        "release": waits.release_id.hex(),
        "statement": waits.statement_id,
        "owner": waits.owner,
        "holder": waits.holder,
        "counts_from": _moment(waits.counts_from),
        "answer_by": _moment(waits.answer_by),
        "why": waits.why,
        "mine_to_answer": waits.mine_to_answer,
    }


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
