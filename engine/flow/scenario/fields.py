"""The fields of one table of a scenario file, each read once and by its type."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar, cast

from .errors import ScenarioError, nearest

E = TypeVar("E", bound=Enum)


class Fields:
    """The fields of a table; ``where`` says in messages which table it is."""

    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        self._table = table
        self._where = where
        self._read: set[str] = set()

    def text(self, name: str, default: str | None = None) -> str:
        """A text.

        Raises:
            ScenarioError: It is missing and has no default, or is no text.
        """
        found = self._get(name, default)
        if not isinstance(found, str):
            raise self._fault(name, "must be a text", f'write `{name} = "..."`')
        return found

    def texts(self, name: str, *, needed: bool = True) -> tuple[str, ...]:
        """A list of texts; one text is a list of one.

        Raises:
            ScenarioError: It is missing but needed, empty, or holds something else.
        """
        found = self._get(name, None if needed else [])
        if isinstance(found, str):
            return (found,)
        each_one = cast("list[object]", found) if isinstance(found, list) else [None]
        texts = tuple(each for each in each_one if isinstance(each, str))
        if len(texts) < len(each_one):
            raise self._fault(name, "must be a list of texts", f'write `{name} = ["..."]`')
        if not texts and name in self._table:
            raise self._fault(name, "is empty", "name at least one")
        return texts

    def cells(self, name: str) -> dict[str, str] | None:
        """A table of texts, if there is one.

        Raises:
            ScenarioError: It is something else.
        """
        found = self._get(name, {})
        table = cast("dict[str, object]", found) if isinstance(found, dict) else {"": None}
        cells = {key: cell for key, cell in table.items() if isinstance(cell, str)}
        if len(cells) < len(table):
            raise self._fault(name, "must be a table of texts", f'write `{name} = {{ x = "..." }}`')
        return cells or None

    def whether(self, name: str, *, default: bool) -> bool:
        """True or false.

        Raises:
            ScenarioError: It is neither.
        """
        found = self._get(name, default)
        if not isinstance(found, bool):
            raise self._fault(name, "must be true or false", f"write `{name} = true`")
        return found

    def count(self, name: str) -> int | None:
        """A whole number, or None where the word ``unknown`` stands.

        Raises:
            ScenarioError: It is missing, negative or something else.
        """
        found = self._get(name, None)
        if found == "unknown":
            return None
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise self._fault(name, "must be a whole number from 0", f"write `{name} = 30`")
        return found

    def day(self, name: str) -> datetime.date | None:
        """A date, if there is one.

        Raises:
            ScenarioError: It is something else.
        """
        if name not in self._table:
            return None
        found = self._get(name, None)
        if not isinstance(found, datetime.date) or isinstance(found, datetime.datetime):
            raise self._fault(name, "must be a date", f"write `{name} = 2026-10-01`, unquoted")
        return found

    def word(self, name: str, words: type[E], default: E | None = None) -> E:
        """A word of an enumeration.

        Raises:
            ScenarioError: It is missing and has no default, or is none of the words.
        """
        found = self.text(name, default.value if default else None)
        for each in words:
            if found == each.value:
                return each
        raise self._fault(name, f"cannot be `{found}`", _choices(found, (w.value for w in words)))

    def has(self, name: str) -> bool:
        """Whether a field is there; one that may be, even if it is not."""
        self._read.add(name)
        return name in self._table

    def finish(self) -> None:
        """Refuse fields that nobody read.

        Raises:
            ScenarioError: There is one.
        """
        for name in self._table:
            if name not in self._read:
                raise ScenarioError(f"{self._where}: nothing reads the field `{name}`",
                                    _choices(name, sorted(self._read)))  # fmt: skip

    def _get(self, name: str, default: Any) -> Any:
        self._read.add(name)
        found = self._table.get(name, default)
        if found is None:
            raise self._fault(name, "is missing", "docs/scenarios.md tells what each change needs")
        return found

    def _fault(self, name: str, what: str, help: str) -> ScenarioError:
        return ScenarioError(f"{self._where}: `{name}` {what}", help)


def _choices(word: str, known: Iterable[str]) -> str:
    """What may be written instead."""
    words = list(known)
    near = nearest(word, words)
    return f"did you mean {near}?" if near else f"it can be {', '.join(words)}"
