"""``platelaw attest``: sign a statement and hand it in, so that a HOLD can be settled."""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
from securesystemslib.signer import CryptoSigner

from ..federation.bundles.errors import AuthoringError
from ..federation.bundles.keys import read_signer
from ..federation.client import Accepted, Client, ClientError, PendingHold
from ..federation.evidence.envelopes import signed
from ..federation.evidence.reading import read_statement
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
    StatementKind,
    StatementSubject,
    TakenBack,
    payload_of,
)
from ..federation.proof import Vouching
from ..federation.refusal import RefusedCallError
from .common import stop
from .home import Calling, calling_from, calling_options, timeout_option
from .pending import SETTLER, waiting
from .silence import end_without_answer
from .stating import level_of, stated_from, stating_options, told

VERSION = 1
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
@click.option("--signer", type=click.Path(path_type=Path), metavar="FILE",
              help="Your private key that signs, in PEM.")  # fmt: skip
@click.option("--voucher", metavar="AGENCY:ROLE:USER",
              help="Who you are in the register of signers.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Print what would be signed, and sign nothing.")
@click.option("--yes", is_flag=True, help="Sign without asking.")
@timeout_option
@click.option("--json", "as_json", is_flag=True, help="Print what became of it as JSON.")
@calling_options
def attest_command(
    about: str | None,
    case: str | None,
    level: str,
    days: int,
    signer: Path | None,
    voucher: str | None,
    dry_run: bool,
    yes: bool,
    timeout: float,
    as_json: bool,
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
    called = calling_from(**options, default=SETTLER)
    by = _voucher(voucher, called)
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    request = _request(about, called, timeout) if about and said else None
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
    _check(statements)
    if dry_run:
        for statement in statements:
            click.echo(payload_of(statement))
        return
    _confirm(statements, yes=yes)
    _hand_in(statements, _key(signer, called), called, timeout, as_json=as_json)


# Who and about what ----------------------------------------------------------------------------


def _voucher(text: str | None, called: Calling) -> Vouching:
    """Who signs."""
    if text is None:
        if called.voucher is None:
            stop(
                "it is not said who signs",
                "add --voucher AGENCY:ROLE:USER as the register of signers has you, and --signer",
            )
        return called.voucher
    parts = text.split(":")
    if len(parts) != 3 or not all(parts):
        stop(f"--voucher {text}: not AGENCY:ROLE:USER", "write the three as the register has them")
    return Vouching(*parts)


def _key(file: Path | None, called: Calling) -> CryptoSigner:
    """The key that signs."""
    found = file or called.signer
    if found is None:
        stop("no key to sign with", "add --signer with the file that `platelaw keys signer` made")
    try:
        return read_signer(found)
    except AuthoringError as fault:
        stop(fault.message, fault.help)


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


# Signing ---------------------------------------------------------------------------------------


def _check(statements: Iterable[Statement]) -> None:
    """Refuse here what the service would refuse to read."""
    for statement in statements:
        try:
            read_statement(payload_of(statement))
        except RefusedCallError as fault:
            stop(fault.message)


def _confirm(statements: Sequence[Statement], *, yes: bool) -> None:
    """Show what is to be signed, and ask."""
    by = statements[0].by
    click.echo(f"As {by.role.replace('_', ' ')} of {by.agency} ({by.user}) you state:", err=True)
    for statement in statements:
        level = f" ({statement.claimed.value})" if statement.claimed else ""
        until = f", until {statement.expires:%Y-%m-%d %H:%M} UTC" if statement.expires else ""
        click.echo(f"  - {told(statement.said)}{level}{until}", err=True)
    if yes:
        return
    if not is_terminal():
        stop("nobody is there to confirm it", "add --yes to sign without being asked")
    click.confirm("Sign this?", abort=True, err=True)


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _hand_in(
    statements: Iterable[Statement],
    key: CryptoSigner,
    called: Calling,
    timeout: float,
    *,
    as_json: bool,
) -> None:
    """Sign statements and send them, one by one; what was taken before a refusal stays taken."""
    taken: list[tuple[Statement, Accepted]] = []
    try:
        with Client(
            called.server, called.tls, timeout=timeout, allow_development=called.development
        ) as client:
            for statement in statements:
                accepted = _sent(client, statement, signed(statement, key))
                taken.append((statement, accepted))
                if not as_json:
                    click.echo(_taken(statement, accepted))
    except ClientError as fault:
        end_without_answer(fault)
    finally:
        if as_json:
            plain = {"version": VERSION, "taken": [_plain(*each) for each in taken]}
            click.echo(json.dumps(plain, indent=2))


def _sent(client: Client, statement: Statement, envelope: bytes) -> Accepted:
    """Send one statement to the method that takes its kind."""
    match statement.kind:
        case StatementKind.FACT | StatementKind.INSTRUMENT:
            return client.submit(envelope)
        case StatementKind.REVIEW:
            return client.review(envelope)
        case StatementKind.DUTY:
            return client.discharge(envelope)
        case StatementKind.WITHDRAWAL:
            return client.withdraw(envelope)


def _taken(statement: Statement, accepted: Accepted) -> str:
    """What became of a statement, in words."""
    lines = [f"Taken: {accepted.statement_id}"]
    claimed = statement.claimed.value if statement.claimed else ""
    if accepted.level != claimed:
        lines.append(f"  It counts as {accepted.level}: your key gives no {claimed}.")
    if accepted.holds:
        lines.append(f"  It speaks to {', '.join(accepted.holds)}; whoever asked may ask again.")
    return "\n".join(lines)


def _plain(statement: Statement, accepted: Accepted) -> dict[str, Any]:
    return {
        "statement": accepted.statement_id,
        "kind": statement.kind.value,
        "level": accepted.level or None,
        "holds": list(accepted.holds),
    }
