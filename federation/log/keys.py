"""The register of logs: by which keys the checkpoints of a log are signed, and from when to when.

It is the file ``logs.csv`` of a registry. A server has two keys: one signs checkpoints as notes,
for witnesses and monitors, and one signs the same text in a DSSE envelope, for those who got an
answer. Several servers may write one log; each has a row.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from securesystemslib.signer import Key

from ..identity.signers import public_key
from ..identity.tables import Row, TableError, read_table, read_text
from .notes import NoteError, NoteVerifier

LOGS_FILE = "logs.csv"
COLUMNS = ("origin", "server", "note_key", "dsse_key", "from", "until")
_PEM = "-----BEGIN"


@dataclass(frozen=True, slots=True)
class LogKey:
    """The public keys of one server that writes a log.

    Attributes:
        origin: The log; empty if it is not said, and then any.
        server: What the server is called.
        note: What checks its notes.
        dsse: What checks its envelopes; None if only the key of notes is at hand.
        begins: From when they count, in UTC; from ever if None.
        ends: Until when, not included; for ever if None.
    """

    origin: str
    server: str
    note: NoteVerifier
    dsse: Key | None = None
    begins: datetime.datetime | None = None
    ends: datetime.datetime | None = None

    def counts_at(self, moment: datetime.datetime) -> bool:
        """Whether what they sign at a moment counts."""
        return (self.begins is None or self.begins <= moment) and (
            self.ends is None or moment < self.ends
        )


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The keys of all logs that somebody knows.

    Attributes:
        keys: Each server's.
        source: Where they come from, in words.
    """

    keys: tuple[LogKey, ...] = ()
    source: str = ""

    def of(self, origin: str) -> tuple[LogKey, ...]:
        """The keys of one log."""
        return tuple(key for key in self.keys if key.origin in ("", origin))


def read_logs(file: Path | Traversable) -> LogKeys:
    """The keys that a file says: the register of a registry, or a single verifier key of a note.

    Raises:
        TableError: It cannot be gone by.
    """
    return keys_in(read_text(file), str(file))


def keys_in(text: str, name: str) -> LogKeys:
    """The keys that the text of such a file says.

    Args:
        text: A register, or verifier keys, each on a line.
        name: What messages call it.

    Raises:
        TableError: It cannot be gone by.
    """
    if "," in text.partition("\n")[0] or not text.strip():
        return logs_of(text, name)
    keys = (_single(line.strip(), f"{name}:{at}") for at, line in _lines(text))
    return LogKeys(tuple(keys), name)


def logs_of(text: str, name: str = LOGS_FILE) -> LogKeys:
    """The keys that the text of a register says.

    Args:
        text: The register.
        name: What messages call it.

    Raises:
        TableError: It cannot be gone by.
    """
    found: dict[str, LogKey] = {}
    for row in read_table(name, text, COLUMNS):
        key = _key(row)
        if row.cells["note_key"] in found:
            raise row.fault("note_key", "is there already", "keep one row for each key")
        found[row.cells["note_key"]] = key
    return LogKeys(tuple(found.values()), name)


def _lines(text: str) -> Iterable[tuple[int, str]]:
    return ((at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip())


def _single(text: str, place: str) -> LogKey:
    """The key of a line that holds nothing else."""
    try:
        note = NoteVerifier.of(text)
    except NoteError as fault:
        mend = "name the `logs.csv` of the registry, or a file with the log's verifier key"
        raise TableError(f"{place}: is no key of a log: {fault}; {mend}") from fault
    return LogKey("", note.name, note)


def _key(row: Row) -> LogKey:
    begins, ends = _moment(row, "from"), _moment(row, "until")
    if begins is not None and ends is not None and ends <= begins:
        raise row.fault("until", "is not after `from`", "write a later day")
    return LogKey(row.needed("origin"), row.needed("server"), _note(row), _dsse(row), begins, ends)


def _moment(row: Row, column: str) -> datetime.datetime | None:
    return row.moment(column) if row.cells[column] else None


def _note(row: Row) -> NoteVerifier:
    try:
        return NoteVerifier.of(row.needed("note_key"))
    except NoteError as fault:
        mend = "write it as the server prints it: name+id+key (C2SP signed-note)"
        raise row.fault("note_key", f"is no verifier key: {fault}", mend) from fault


def _dsse(row: Row) -> Key:
    """The key of envelopes: PEM, or the hexadecimal digits of the same bytes."""
    cell = row.needed("dsse_key")
    try:
        return public_key(cell if cell.startswith(_PEM) else _pem(cell))
    except ValueError as fault:
        raise row.fault("dsse_key", "is no public key", str(fault)) from fault


def _pem(digits: str) -> str:
    try:
        key = load_der_public_key(bytes.fromhex(digits))
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise ValueError("write PEM, or the bytes between its lines in hexadecimal") from fault
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
