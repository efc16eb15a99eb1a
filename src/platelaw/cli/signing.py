"""Statements signed on the command line: shown, confirmed, signed and handed in."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from securesystemslib.signer import CryptoSigner

from ..federation.bundles.errors import AuthoringError
from ..federation.bundles.keys import read_signer
from ..federation.client import Accepted, Client, ClientError
from ..federation.evidence.envelopes import signed
from ..federation.evidence.reading import read_statement
from ..federation.evidence.statements import Statement, StatementKind, payload_of
from ..federation.proof import Vouching
from ..federation.refusal import RefusedCallError
from .common import stop
from .home import Calling, calling_from, calling_options, timeout_option
from .pending import SETTLER
from .silence import end_without_answer
from .stating import told

VERSION = 1
_OPTIONS = (
    click.option("--signer", type=click.Path(path_type=Path), metavar="FILE",
                 help="Your private key that signs, in PEM."),
    click.option("--voucher", metavar="AGENCY:ROLE:USER",
                 help="Who you are in the register of signers."),
    click.option("--dry-run", is_flag=True, help="Print what would be signed, and sign nothing."),
    click.option("--yes", is_flag=True, help="Sign without asking."),
    timeout_option,
    click.option("--json", "as_json", is_flag=True, help="Print what became of it as JSON."),
)  # fmt: skip


def signing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say who signs, and how, and for whom (``signing_from``)."""
    command = calling_options(command)
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs what, and where it is handed in.

    Attributes:
        called: The service.
        signer: The key; that of the identity if None.
        voucher: Who signs, as it is said; the identity if None.
        dry_run: Whether nothing is signed.
        yes: Whether nobody is asked.
        timeout: The seconds to wait for an answer.
        as_json: Whether what became of it is told as JSON.
    """

    called: Calling
    signer: Path | None
    voucher: str | None
    dry_run: bool
    yes: bool
    timeout: float
    as_json: bool

    @property
    def by(self) -> Vouching:
        """Who signs; ends the command if that is not said."""
        if self.voucher is None:
            if self.called.voucher is None:
                stop(
                    "it is not said who signs",
                    "add --voucher AGENCY:ROLE:USER as the register of signers has you, and "
                    "--signer",
                )
            return self.called.voucher
        parts = self.voucher.split(":")
        if len(parts) != 3 or not all(parts):
            stop(
                f"--voucher {self.voucher}: not AGENCY:ROLE:USER",
                "write the three as the register has them",
            )
        return Vouching(*parts)

    def sign(self, statements: Sequence[Statement]) -> None:
        """Show statements, have them confirmed, sign them and hand them in."""
        _check(statements)
        if self.dry_run:
            for statement in statements:
                click.echo(payload_of(statement))
            return
        _confirm(statements, yes=self.yes)
        key = _key(self.signer, self.called)
        _hand_in(statements, key, self.called, self.timeout, as_json=self.as_json)


def signing_from(options: dict[str, Any]) -> Signing:
    """How is signed, by the options of ``signing_options``; no other may be left in them."""
    names = ("signer", "voucher", "dry_run", "yes", "timeout", "as_json")
    taken = {name: options.pop(name) for name in names}
    return Signing(calling_from(**options, default=SETTLER), **taken)


def _key(file: Path | None, called: Calling) -> CryptoSigner:
    """The key that signs."""
    found = file or called.signer
    if found is None:
        stop("no key to sign with", "add --signer with the file that `platelaw keys signer` made")
    try:
        return read_signer(found)
    except AuthoringError as fault:
        stop(fault.message, fault.help)


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
        case StatementKind.REVIEW:
            return client.review(envelope)
        case StatementKind.DUTY:
            return client.discharge(envelope)
        case StatementKind.WITHDRAWAL:
            return client.withdraw(envelope)
        case _:
            return client.submit(envelope)


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
