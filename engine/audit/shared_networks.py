"""The vendor's Shared Networks export: which organization shares which of its networks.

``Organization Name``, ``Networks Shared With Me`` and, in some, ``Networks I'm Sharing``; the
last two hold lists of network names between commas. One organization may own many networks.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from .errors import FaultKind, LogFault
from .layouts import plain
from .others import Other
from .table import table_of

_NAME = plain("Organization Name")
_IN = plain("Networks Shared With Me")
_OUT = plain("Networks I'm Sharing")


@dataclass(frozen=True, slots=True)
class SharedNetworks:
    """One organization: the networks that it shares with the exporting agency, and gets from it.

    ``shared_by_me`` is None where the export has no column for it.
    """

    line: int
    organization: str
    shared_with_me: tuple[str, ...]
    shared_by_me: tuple[str, ...] | None


def shared_networks(other: Other) -> Iterator[SharedNetworks | LogFault]:
    """The rows of a Shared Networks export, in order.

    Raises:
        LogError: It cannot be read to its end.
    """
    with closing(table_of(other)) as rows:
        for row in rows:
            if isinstance(row, LogFault):
                yield row
                continue
            name = row.texts[_NAME].strip()
            lists = listed(row.texts[_IN])
            out = listed(row.texts[_OUT]) if _OUT in row.texts else None
            if name:
                yield SharedNetworks(row.line, name, lists, out)
            else:
                yield LogFault(
                    row.line, "Organization Name", "networks without an organization",
                    "compare the row with the original", FaultKind.UNREAD, row.last_line,
                )  # fmt: skip


def listed(cell: str) -> tuple[str, ...]:
    """The names between the commas of a cell, each once.

    A comma inside brackets or before ``LLC`` and the like belongs to a name.
    """
    names: list[str] = []
    depth, start = 0, 0
    for at, letter in enumerate(f"{cell},"):
        depth += (letter == "(") - (letter == ")" and depth > 0)
        if letter == "," and (depth == 0 or at == len(cell)):
            name = " ".join(cell[start:at].split())
            if names and name.rstrip(".") in _ENDINGS:
                names[-1] = f"{names[-1]}, {name}"
            elif name:
                names.append(name)
            start = at + 1
    return tuple(dict.fromkeys(names))


_ENDINGS = frozenset({"LLC", "Inc", "Ltd", "LLP", "LP", "Co", "Corp"})
