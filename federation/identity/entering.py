"""A register with a change: a row entered, a certificate revoked; all else says what it said.

What is returned is still to be written, together with the keys that it is about.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .keeping import Kept
from .signers import COLUMNS as SIGNER_COLUMNS
from .signers import signers_of
from .spiffe import SpiffeId
from .standing import COLUMNS as CALLER_COLUMNS
from .standing import standing_of
from .tables import State, TableError, read_table, read_text

_Row = Mapping[str, str]


def with_caller(file: Path, spiffe_id: SpiffeId, source: str) -> Kept | None:
    """A register with a caller in good standing, or None if it has the caller already.

    Raises:
        TableError: The register cannot be gone by.
    """
    rows = _rows(file, CALLER_COLUMNS)
    if any(row["spiffe_id"] == str(spiffe_id) for row in rows):
        return None
    row = {"spiffe_id": str(spiffe_id), "standing": State.GOOD.value, "source": source}
    return _callers(file, [*rows, row])


def with_revoked(file: Path, spiffe_id: SpiffeId, serial: str) -> Kept | None:
    """A register with a certificate revoked, or None if it was revoked before.

    Raises:
        TableError: The register cannot be gone by, or does not know the caller.
    """
    on_file = standing_of(read_text(file), str(file)).find(str(spiffe_id))
    if on_file is None:
        raise TableError(
            f"{file}: `{spiffe_id}` is not on file, so it lets nobody in; name the register that "
            "has it"
        )
    if serial in on_file.revoked:
        return None
    revoked = " ".join(sorted((*on_file.revoked, serial)))
    return _callers(
        file,
        [
            {**row, "revoked_serials": revoked} if row["spiffe_id"] == str(spiffe_id) else row
            for row in _rows(file, CALLER_COLUMNS)
        ],
    )


def with_suspended(file: Path, spiffe_ids: Iterable[str]) -> Kept | None:
    """A register with callers suspended, or None if all of them were before.

    Raises:
        TableError: The register cannot be gone by, or does not know one of them.
    """
    wanted, rows = set(spiffe_ids), _rows(file, CALLER_COLUMNS)
    unknown = sorted(wanted - {row["spiffe_id"] for row in rows})
    if unknown:
        raise TableError(f"{file}: `{unknown[0]}` is not on file; name the register that has it")
    suspended = State.SUSPENDED.value
    if all(row["standing"] == suspended for row in rows if row["spiffe_id"] in wanted):
        return None
    return _callers(
        file,
        [{**row, "standing": suspended} if row["spiffe_id"] in wanted else row for row in rows],
    )


def with_signer(file: Path, row: _Row) -> Kept:
    """A register with a signer.

    Raises:
        TableError: The register cannot be gone by, before or with the row.
    """
    text = table_text(SIGNER_COLUMNS, [*_rows(file, SIGNER_COLUMNS), row])
    signers_of(text, str(file), keys_in=file.parent)
    return Kept(file, text.encode(), is_changed=True)


def table_text(columns: Sequence[str], rows: Iterable[_Row]) -> str:
    """A register as text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def _rows(file: Path, columns: Sequence[str]) -> list[_Row]:
    """The rows of a register; none if there is no such file yet."""
    if not file.exists():
        return []
    return [row.cells for row in read_table(str(file), read_text(file), columns)]


def _callers(file: Path, rows: Iterable[_Row]) -> Kept:
    text = table_text(CALLER_COLUMNS, rows)
    standing_of(text, str(file))
    return Kept(file, text.encode(), is_changed=True)
