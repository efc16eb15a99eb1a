"""Who may unmask what: two persons of the agency whose log it is, a few of its own searches."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...federation.identity.signers import Signer, Signers
from ..errors import MendableError
from ..own_days import days_of_results
from .record import Line

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = 20  # searches of one request: unmasking is for a case, not for a log
STANDS = datetime.timedelta(days=7)  # a request that nobody confirmed lapses
_LEAST_REASON = 10  # letters


class UnmaskingError(MendableError):
    """Something that may not be unmasked, with the reason and the mend."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search stands in an original export."""

    search: int
    source: str
    sha256: str
    line: int
    earliest: datetime.datetime | None


def places_of(results: DuckDBPyConnection, searches: Sequence[int]) -> list[Place]:
    """Where searches stand, if they may be unmasked at all.

    Raises:
        UnmaskingError: They are too many, are not there, or were not made by the agency itself.
    """
    if not 0 < len(searches) <= MOST:
        raise UnmaskingError(
            f"{len(searches)} searches at once", f"name from 1 to {MOST}, those of one case"
        )
    about = dict(results.execute("SELECT name, value FROM about").fetchall())
    if about.get("simulated") == "yes":
        raise UnmaskingError(
            "the log is another agency's, judged as if it were this one's",
            "its tokens are told by nobody here; ask the agency whose log it is",
        )
    rows = results.execute(
        "SELECT s.id, o.name, o.digest, s.line, s.earliest, r.relation "
        "FROM search s JOIN source o ON o.id = s.source "
        "LEFT JOIN requester r ON r.cell = s.organization "
        "WHERE list_contains(?, s.id) ORDER BY s.id",
        [list(searches)],
    ).fetchall()
    missing = set(searches) - {row[0] for row in rows}
    if missing:
        raise UnmaskingError(f"no search has the id {min(missing)}", "`platelaw evidence` has them")
    for row in rows:
        if row[5] != "own":
            raise UnmaskingError(
                f"search {row[0]} was not surely made by the agency itself",
                "a token of another agency's account is told by that agency alone",
            )
    return [Place(*row[:5]) for row in rows]


def asked(
    results: DuckDBPyConnection, searches: Sequence[int], reason: str, by: Signer,
    now: datetime.datetime,
) -> dict[str, Any]:  # fmt: skip
    """What a request says.

    Raises:
        UnmaskingError: It may not be made, or by nobody of this key.
    """
    places_of(results, searches)
    _may(results, by, now)
    if len(reason.strip()) < _LEAST_REASON:
        raise UnmaskingError("the reason says nothing", "say what the names are needed for")
    return {"act": "asked", "searches": sorted(set(searches)), "reason": reason.strip(),
            **_who(by), "at": now.isoformat()}  # fmt: skip


def confirmed(
    results: DuckDBPyConnection, record: Sequence[Line], id_: str, signers: Signers, by: Signer,
    now: datetime.datetime,
) -> tuple[dict[str, Any], list[Place]]:  # fmt: skip
    """What a confirmation says, and what may then be told.

    Raises:
        UnmaskingError: The request is none, is past, was confirmed, or is the same person's.
    """
    found = [line for line in record if line.said["act"] == "asked" and line.digest.startswith(id_)]
    if len(found) != 1 or not id_:
        raise UnmaskingError(f"no request is called `{id_}`", "`platelaw unmask list` shows them")
    request = found[0]
    if any(line.said.get("of") == request.digest for line in record):
        raise UnmaskingError("it was confirmed and told already", "ask again, with a reason")
    _may(results, by, now)
    first = signers.find(request.key_id)
    if first is None or not request.is_signed_with(first.key) or _who(first) != _said_who(request):
        raise UnmaskingError(
            "whoever asked is not on file as he says", "see the register of signers"
        )
    asked_at = datetime.datetime.fromisoformat(request.said["at"])
    _may(results, first, asked_at)
    if now - asked_at > STANDS:
        day = days_of_results(results).day(asked_at)
        raise UnmaskingError(f"it was asked on {day} and has lapsed", "ask again")
    if first.key.keyid == by.key.keyid or first.user.casefold() == by.user.casefold():
        raise UnmaskingError(
            "whoever asks does not confirm", "let another person confirm, with a key of their own"
        )
    told = {"act": "confirmed", "of": request.digest, **_who(by), "at": now.isoformat()}
    return told, places_of(results, request.said["searches"])


def _may(results: DuckDBPyConnection, by: Signer, now: datetime.datetime) -> None:
    row = results.execute("SELECT value FROM about WHERE name = 'owner'").fetchone()
    owner = row[0] if row else ""
    if by.agency != owner:
        raise UnmaskingError(
            f"the key is of {by.agency}, the log of {owner}",
            "tokens are told inside the agency whose log it is, and nowhere else",
        )
    if not by.counts_at(now):
        raise UnmaskingError(f"the key of {by.user} does not count", "see the register of signers")


def _who(by: Signer) -> dict[str, str]:
    return {"agency": by.agency, "role": by.role, "user": by.user}


def _said_who(line: Line) -> Mapping[str, Any]:
    return {key: line.said.get(key) for key in ("agency", "role", "user")}
