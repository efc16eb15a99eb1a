"""The values of a settings file, taken one by one: each has a kind, a place and a mend."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, cast

E = TypeVar("E", bound=Enum)
_ABSENT = "\0"  # no text of a file
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file."""

    file: Path
    key: str
    says: str
    mend: str

    def __str__(self) -> str:
        """File, key, what is wrong, how to mend it."""
        return f"{self.file}: {self.key}: {self.says}; {self.mend}"


@dataclass(slots=True)
class Settings:
    """One table of a file. What is wrong is kept, and the usual value goes on.

    Attributes:
        file: The file.
        values: The table as TOML gives it.
        prefix: The keys that lead to it.
        faults: What is wrong so far, in the whole file.
    """

    file: Path
    values: Mapping[str, Any]
    prefix: str = ""
    faults: list[Fault] = field(default_factory=list[Fault])
    _asked: set[str] = field(default_factory=set[str], init=False)
    _tables: list[Settings] = field(default_factory=list["Settings"], init=False)

    def fault(self, key: str, says: str, mend: str) -> None:
        """Something is wrong with a key."""
        self.faults.append(Fault(self.file, f"{self.prefix}{key}", says, mend))

    def has(self, key: str) -> bool:
        """Whether a key is there."""
        return key in self.values

    def table(self, key: str) -> Settings:
        """A table within; an empty one if there is none."""
        found = self._value(key, {})
        if not isinstance(found, dict):
            self.fault(key, "is no table", f"write [{self.prefix}{key}] above its keys")
            found = {}
        values = cast("dict[str, Any]", found)
        table = Settings(self.file, values, f"{self.prefix}{key}.", self.faults)
        self._tables.append(table)
        return table

    def text(self, key: str, usual: str = _ABSENT, *, mend: str = "") -> str:
        """A text; without ``usual`` it is needed."""
        found = self._value(key, usual)
        if isinstance(found, str) and found not in ("", _ABSENT):
            return found
        if found == usual != _ABSENT:
            return usual
        says = "is missing" if found == _ABSENT else "is no text, or an empty one"
        self.fault(key, says, mend or "write it in quotes")
        return ""

    def texts(self, key: str, *, mend: str) -> list[str]:
        """A list of texts, at least one."""
        found = self._value(key, None)
        items = cast("list[object]", found) if isinstance(found, list) else []
        texts = [item for item in items if isinstance(item, str) and item]
        if texts and len(texts) == len(items):
            return texts
        self.fault(key, "is missing" if found is None else "is no list of texts", mend)
        return []

    def path(self, key: str, *, mend: str) -> Path:
        """A path, from the folder of the file."""
        return self.file.parent / self.text(key, mend=mend)

    def file_at(self, key: str, *, mend: str) -> Path:
        """The path of a file that must be there."""
        path = self.path(key, mend=mend)
        if self.has(key) and not path.is_file():
            self.fault(key, f"there is no file {path}", mend)
        return path

    def private_file_at(self, key: str, *, mend: str) -> Path:
        """The path of a file that must be there, and that nobody else may read."""
        path = self.file_at(key, mend=mend)
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            self.fault(key, f"{path} can be read by others", f"chmod 600 {path}")
        return path

    def number(self, key: str, usual: float, least: float, most: float) -> float:
        """A number within bounds."""
        found = self._value(key, usual)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        if is_number and least <= found <= most:
            return float(found)
        self.fault(key, f"`{found}` is no number that fits", f"from {least:g} to {most:g}")
        return usual

    def whole(self, key: str, usual: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        found = self.number(key, usual, least, most)
        if found != int(found):
            self.fault(key, f"`{found}` is no whole number", f"from {least} to {most}")
        return int(found)

    def one_of(self, key: str, words: type[E]) -> E | None:
        """One of some words; None if it is not there."""
        found = self.text(key, "")
        if not found:
            return None
        try:
            return words(found)
        except ValueError:
            known = ", ".join(str(word.value) for word in words)
            self.fault(key, f"`{found}` is not known", f"one of {known}")
            return None

    def check_all_known(self) -> None:
        """Every key of the file has been asked for; others are faults."""
        for key in sorted(self.values.keys() - self._asked):
            known = ", ".join(sorted(self._asked))
            self.fault(key, "is not known", f"remove it, or mend its name; known are {known}")
        for table in self._tables:
            table.check_all_known()

    def _value(self, key: str, usual: Any) -> Any:
        self._asked.add(key)
        return self.values.get(key, usual)
