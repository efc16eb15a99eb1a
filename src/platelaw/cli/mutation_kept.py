"""Results of mutants that are kept while they come: in a file of one's own, or in the cache.

A run that was killed goes on where it was. An edge that writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click

from ..engine.cache import Cache
from ..engine.mutation.kept import Basis, is_line, line_of, read_lines
from ..engine.mutation.results import Result
from .common import stop

_OFTEN = 100  # results after which the cache is written


@dataclass(slots=True)
class KeptFile:
    """A file to which each result is added when it is there."""

    place: Path
    _file: IO[str] | None = None

    def known(self, basis: Basis) -> dict[str, Result]:
        """The results that still hold."""
        try:
            text = self.place.read_text("utf-8", "replace") if self.place.exists() else ""
            lines = text.splitlines()
            if len(lines) > 1 and not any(map(is_line, lines)):
                stop(f"{self.place}: it holds no results of mutants; nothing was added to it",
                     "name the file of an earlier run, or a new one")  # fmt: skip
            self._file = self.place.open("a", encoding="utf-8")
            if text and not text.endswith("\n"):
                self._file.write("\n")
        except OSError as fault:
            stop(f"{self.place}: cannot be written: {fault.strerror or fault}",
                 "name a file in a folder of yours")  # fmt: skip
        found, torn = read_lines(lines, basis)
        if torn:
            told = "1 line is torn" if torn == 1 else f"{torn} lines are torn"
            click.echo(f"note: {self.place}: {told}; what it held is tested anew", err=True)
        return found

    def keep(self, result: Result, basis: Basis) -> None:
        """Add one result."""
        assert self._file is not None
        self._file.write(line_of(result, basis) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


@dataclass(slots=True)
class KeptInCache:
    """An entry of the cache, written now and then; nothing is kept without a cache."""

    cache: Cache | None
    law: str
    _lines: list[str] = field(default_factory=list[str])
    _new: int = 0

    def known(self, basis: Basis) -> dict[str, Result]:
        """The results that still hold."""
        kept = self.cache.get(self._key) if self.cache else None
        if kept is None:
            return {}
        found, _ = read_lines(kept.decode().splitlines(), basis)
        self._lines = [line_of(result, basis) for result in found.values()]
        return found

    def keep(self, result: Result, basis: Basis) -> None:
        """Add one result."""
        self._lines.append(line_of(result, basis))
        self._new += 1
        if self._new % _OFTEN == 0:
            self._write()

    def close(self) -> None:
        """Write what is not written yet."""
        if self._new % _OFTEN:
            self._write()

    def _write(self) -> None:
        if self.cache is not None:
            self.cache.put(self._key, "\n".join(self._lines).encode())

    @property
    def _key(self) -> str:
        return f"mutants-{self.law}"
