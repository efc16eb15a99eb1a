"""What a statement weighs: computed from its signature and the register of signers, never read.

A statement counts as the register says of the key that signed it. What it says of its voucher must
be true of that key; a level that it claims above what the key may give is lowered. All of this is
asked again whenever the statement is used, so that a key struck off takes all its words with it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NoReturn

from securesystemslib.signer import Key

from ...dsl.syntax import Level
from ..identity.signers import Signer
from ..proof import Vouching
from ..refusal import RefusedCallError, Status
from .envelopes import Sealed
from .signers import Signers
from .statements import Statement, StatementKind

CLOCK_SKEW = datetime.timedelta(seconds=30)
_RANK = {Level.ATTESTATION: 1, Level.VERIFICATION: 2}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A statement whose signature was verified.

    Attributes:
        id: Its id.
        statement: What it says.
        by: Who vouches, as the register says.
        level: The level of proof that it gives; None where levels do not matter.
        key: The key that verified it.
    """

    id: str
    statement: Statement
    by: Vouching
    level: Level | None
    key: Key


def weigh(sealed: Sealed, signers: Signers, *, verified_with: Key | None = None) -> Weighed:
    """The weight of a statement.

    Args:
        sealed: The statement.
        signers: The register of signers.
        verified_with: The key with which its signature was verified before, if it was.

    Raises:
        RefusedCallError: It has none; PERMISSION_DENIED.
    """
    signer = signers.find(sealed.key_id)
    if signer is None:
        _deny(
            f"the key `{sealed.key_id[:64]}` is no signer on file",
            "have it entered in the register of signers",
        )
    if signer.key != verified_with and not sealed.is_signed_with(signer.key):
        _deny("the signature is not that of the key it names", "sign the statement again")
    return _weight(sealed, signer)


def _weight(sealed: Sealed, signer: Signer) -> Weighed:
    """The weight of a statement whose signature is known to be a signer's."""
    statement, by = sealed.statement, Vouching(signer.agency, signer.role, signer.user)
    if statement.by != by:
        _deny(
            "the voucher named is not the holder of the key",
            f"name agency `{by.agency}`, role `{by.role}`, user `{by.user}`",
        )
    if not signer.counts_at(statement.issued):
        _deny("the key did not count when the statement was issued", "sign with a key that does")
    level = statement.claimed
    if level is not None and _RANK[level] > _RANK.get(signer.highest, 0):
        level = signer.highest
    if statement.kind is StatementKind.INSTRUMENT and level is not Level.VERIFICATION:
        _deny(
            "an instrument is verified or it is not, and this is no verification",
            "let somebody sign who has read it and may verify",
        )
    return Weighed(sealed.id, statement, by, level, signer.key)


def check_arrival(sealed: Sealed, signers: Signers, now: datetime.datetime) -> None:
    """Refuse a statement that comes from the future, too late, or of a key that counts no more.

    A key that has ended could else sign as of a time when it still counted.

    Raises:
        RefusedCallError: It does.
    """
    statement, signer = sealed.statement, signers.find(sealed.key_id)
    if statement.issued - now > CLOCK_SKEW:
        raise RefusedCallError(
            Status.INVALID_ARGUMENT,
            f"payload/issued: over {CLOCK_SKEW.seconds} seconds in the future; "
            "set the clock of the machine that signs",
        )
    if statement.expires is not None and statement.expires <= now:
        raise RefusedCallError(
            Status.INVALID_ARGUMENT,
            "payload/expires: has passed; state it anew if it is still true",
        )
    if signer is not None and not signer.counts_at(now):
        _deny("the key does not count now", "sign with a key that does")


def may_take_back(earlier: Statement, by: Vouching) -> bool:
    """Whether a voucher may take back a statement: its own, or one of its agency and role."""
    return (earlier.by.agency, earlier.by.role) == (by.agency, by.role)


def _deny(what: str, mend: str) -> NoReturn:
    raise RefusedCallError(Status.PERMISSION_DENIED, f"{what}; {mend}")
