"""The register of callers: who may call at all, which certificates are revoked, for whom one asks.

It is the file ``callers.csv`` of a registry. Whoever is not in it is refused.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

from .spiffe import SpiffeError, SpiffeId, parse_spiffe
from .tables import Row, State, read_table, read_text

CALLERS_FILE = "callers.csv"
COLUMNS = ("spiffe_id", "standing", "revoked_serials", "acts_for", "source")
EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class CallerOnFile:
    """One caller of the register.

    Attributes:
        spiffe_id: Whom its certificates name.
        state: How it stands.
        revoked: The serial numbers of certificates that no longer count, in hexadecimal.
        acts_for: The registry keys for whom it may ask besides itself; ``*`` is everyone.
        source: Where the entry comes from.
    """

    spiffe_id: SpiffeId
    state: State
    revoked: frozenset[str] = frozenset()
    acts_for: frozenset[str] = frozenset()
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Every caller on file, by SPIFFE id."""

    callers: Mapping[str, CallerOnFile] = field(default_factory=dict[str, CallerOnFile])

    def find(self, spiffe_id: str) -> CallerOnFile | None:
        """The entry of an id, or None if it is not on file."""
        return self.callers.get(spiffe_id)


class Standings:
    """The standing in use. Replacing it is one assignment: the next call is held against it."""

    def __init__(self, first: Standing) -> None:
        self._current = first

    @property
    def current(self) -> Standing:
        """The standing for a call that comes in now."""
        return self._current

    def replace(self, standing: Standing) -> None:
        """Let another standing count from the next call on."""
        self._current = standing


def read_standing(folder: Path | Traversable) -> Standing:
    """The standing of a registry folder.

    Raises:
        TableError: Its register cannot be gone by.
    """
    file = folder.joinpath(CALLERS_FILE)
    return standing_of(read_text(file), str(file))


def standing_of(text: str, name: str = CALLERS_FILE) -> Standing:
    """The standing that the text of a register says.

    Raises:
        TableError: It cannot be gone by.
    """
    callers: dict[str, CallerOnFile] = {}
    for row in read_table(name, text, COLUMNS):
        caller = _caller(row)
        key = str(caller.spiffe_id)
        if key in callers:
            raise row.fault("spiffe_id", f"names `{key}` again", "keep one row for each caller")
        callers[key] = caller
    return Standing(callers)


def serial_text(serial: int) -> str:
    """A serial number as the register writes it."""
    return f"{serial:x}"


def _caller(row: Row) -> CallerOnFile:
    try:
        spiffe_id = parse_spiffe(row.needed("spiffe_id"))
    except SpiffeError as fault:
        raise row.fault("spiffe_id", "cannot be read", str(fault)) from fault
    return CallerOnFile(
        spiffe_id,
        row.choice("standing", State),
        frozenset(_serial(row, word) for word in row.cells["revoked_serials"].split()),
        _acts_for(row),
        row.cells["source"],
    )


def _serial(row: Row, word: str) -> str:
    if not set(word) <= set(string.hexdigits):
        mend = "write serial numbers in hexadecimal, as `platelaw keys show` prints them"
        raise row.fault("revoked_serials", f"says `{word}`", mend)
    return serial_text(int(word, 16))


def _acts_for(row: Row) -> frozenset[str]:
    keys = frozenset(row.cells["acts_for"].split())
    if EVERYONE in keys and len(keys) > 1:
        raise row.fault("acts_for", f"names `{EVERYONE}` and more", f"write `{EVERYONE}` alone")
    return keys
