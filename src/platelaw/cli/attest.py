"""``platelaw attest``: sign a statement and hand it in, so that a HOLD can be settled."""

from __future__ import annotations

import datetime
import re
from typing import Any

import click

from ..federation.client import PendingHold
from ..federation.evidence.statements import (
    LEVELS,
    OfCase,
    OfInstrument,
    OfRequest,
    OfStatement,
    Said,
    SaidFact,
    SaidInstrument,
    Statement,
    StatementSubject,
    TakenBack,
)
from .common import stop
from .home import Calling
from .pending import waiting
from .signing import signing_from, signing_options
from .stating import level_of, stated_from, stating_options

_DIGEST = re.compile(r"[0-9a-f]{64}")


@click.command("attest")
@click.argument("about", metavar="[REQUEST_ID|HOLD|DIGEST]", required=False)
@stating_options
@click.option("--case", metavar="AGENCY:NUMBER",
              help="State the facts about a case of an agency instead of one request.")  # fmt: skip
@click.option("--level", type=click.Choice(sorted(LEVELS)), default="attestation",
              show_default=True, help="The proof that you give for the facts: verification if you "
              "have checked them against their source.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True,
              help="How long the statement counts.")  # fmt: skip
@signing_options
def attest_command(
    about: str | None,
    case: str | None,
    level: str,
    days: int,
    **options: Any,
) -> None:
    """Sign a statement about a request, and hand it in.

    Name the request as `platelaw pending` shows it. You sign as yourself: a key counts for one
    person in one role, and nobody proves his own case. Whoever asked then asks again under the
    same request id. What is signed can be taken back with --withdraw.

    \b
    Examples:
      platelaw attest search-0001 --fact case.active=yes --as darien-supervisor
      platelaw attest search-0001 --clear ct/alpr-act/reason-text
      platelaw attest search-0001 --instrument W-26-7 --kind judicial_search_warrant --as court
      platelaw attest --withdraw 4f0c...
    """  # noqa: D301
    stated = stated_from(options)
    said = stated.said()
    signing = signing_from(options)
    by = signing.by
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    request = _request(about, signing.called, signing.timeout) if about and said else None
    statements = [
        Statement(
            _subject(each, request, case),
            each,
            by,
            now,
            now + datetime.timedelta(days=days),
            level_of(each, LEVELS[level]),
        )
        for each in said
    ]
    statements += [Statement(OfStatement(id_), TakenBack(), by, now) for id_ in stated.withdrawn]
    signing.sign(statements)


# Who and about what ----------------------------------------------------------------------------


def _request(name: str, called: Calling, timeout: float) -> OfRequest:
    """The request that somebody means by its digest, its id, or that of its HOLD."""
    if _DIGEST.fullmatch(name):
        return OfRequest(name)
    found = [
        waits for waits in waiting(called, timeout) if name in (waits.hold.id, waits.request_id)
    ]
    digests = {waits.request_digest.hex() for waits in found}
    if not digests:
        stop(
            f"no HOLD that you see is called `{name}`",
            "`platelaw pending` shows those that you see; or name the digest of the request",
        )
    if len(digests) > 1:
        ids = ", ".join(sorted(waits.hold.id for waits in found))
        stop(f"`{name}` asked several owners", f"name one of the HOLDs: {ids}")
    _show(found[0])
    return OfRequest(digests.pop())


def _show(waits: PendingHold) -> None:
    """What a statement will be about, on standard error."""
    purpose = f" for {waits.purpose.replace('_', ' ')}" if waits.purpose else ""
    click.echo(
        f"{waits.requester} asks {waits.hold.owner}: {waits.act} {', '.join(waits.data)}{purpose}",
        err=True,
    )


def _subject(said: Said, request: OfRequest | None, case: str | None) -> StatementSubject:
    """What one statement is about."""
    if isinstance(said, SaidFact) and case is not None:
        agency, sign, number = case.partition(":")
        if not sign or not agency or not number:
            stop(f"--case {case}: not AGENCY:NUMBER", "write the registry key and the number")
        return OfCase(agency, number)
    if request is not None:
        return request
    if isinstance(said, SaidInstrument):
        return OfInstrument(said.id)
    stop("it is not said about which request", "name it as `platelaw pending` shows it")
