"""The vendor's Shared Networks export: which organization shares which of its networks.

``Organization Name``, ``Networks Shared With Me`` and, in some, ``Networks I'm Sharing``; the
last two hold lists of network names between commas. One organization may own many networks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import FaultKind, LogError, LogFault
from .layouts import plain
from .sources import sources_in

_NAME = plain("Organization Name")
_IN = plain("Networks Shared With Me")
_OUT = plain("Networks I'm Sharing")


@dataclass(frozen=True, slots=True)
class SharedNetworks:
    """One organization: the networks that it shares with the exporting agency, and gets from it."""

    line: int
    organization: str
    shared_with_me: tuple[str, ...]
    shared_by_me: tuple[str, ...] | None


def read_shared_networks(path: Path) -> Iterator[SharedNetworks | LogFault]:
    """The rows of a Shared Networks export, in order.

    Raises:
        LogError: It is no such export, or cannot be read.
    """
    for source in sources_in(path)[0]:
        records = source.records()
        header = next(records, None)
        columns = {plain(name): at for at, name in enumerate(header.cells)} if header else {}
        if _NAME not in columns or _IN not in columns:
            raise LogError(
                f"{source.name}: no Shared Networks export: the header lacks `Organization Name` "
                "or `Networks Shared With Me`",
                "export the page again, with its header",
            )
        for record in records:
            if record.problem or len(record.cells) != len(columns):
                message, help = record.problem or (
                    f"the row has {len(record.cells)} cells, the header {len(columns)}",
                    "put quotation marks around a list",
                )
                yield LogFault(record.line, "", message, help, FaultKind.UNREAD, record.last_line)
                continue
            name = record.cells[columns[_NAME]].strip()
            if plain(name) == _NAME or not name:
                continue  # the header of another page
            out = listed(record.cells[columns[_OUT]]) if _OUT in columns else None
            yield SharedNetworks(record.line, name, listed(record.cells[columns[_IN]]), out)


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
