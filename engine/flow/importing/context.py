"""What the readers of lists share while one map is made."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ...registry import Registry
from ..files.faults import FileFault
from ..files.forms import DATE, WHOLE, Form, FormError
from ..model import Evidence, Grant, Guard
from .building import MapBuilder
from .forms import Lists
from .naming import Names, words_of_slug
from .opening import Entry, Listed, Opened
from .portal_words import PortalWords

_FEWEST, _MOST = 3, 6  # words of an agency at the beginning of a file's name


@dataclass(slots=True)
class Context:
    """One import: what it has made so far.

    Attributes:
        lists: The forms of lists.
        names: The nodes of all names.
        words: The words of published policies.
        builder: The relations.
        registry: The bodies on file.
        day: The day of lists that tell none.
        guards: What stands in the way of searches of a node's data, by key.
        called: What addresses are called, as policies tell.
        counts: The rows taken in of each list, by its name.
        notes: What there is to say of each list, by its name.
        faults: Rows that could not be read.
        nobody: Rows of accounts that are nobody's.
        progress: Told the rows read so far.
    """

    lists: Lists
    names: Names
    words: PortalWords
    builder: MapBuilder
    registry: Registry
    day: datetime.date | None = None
    guards: dict[str, Guard] = field(default_factory=dict[str, Guard])
    called: dict[str, str] = field(default_factory=dict[str, str])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    notes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    faults: list[FileFault] = field(default_factory=list[FileFault])
    nobody: int = 0
    progress: Callable[[int], None] | None = None
    _rows: int = 0

    def rows(self, opened: Opened) -> Iterator[Entry]:
        """The rows of a list, counted."""
        count = 0
        for entry in opened.rows():
            count += 1
            self._rows += 1
            if self.progress is not None and self._rows % 1_000 == 0:
                self.progress(self._rows)
            yield entry
        called = opened.listed.called
        self.counts[called] = self.counts.get(called, 0) + count
        self.faults += opened.faults

    def note(self, opened: Opened, words: str) -> None:
        """Say something of a list."""
        self.notes.setdefault(opened.listed.called, []).append(words)

    def evidence(self, file: Listed, day: datetime.date | None = None) -> Evidence:
        """That a list told of a relation, on its own day if it tells none for the row."""
        return Evidence(file.called, day=day or file.day or self.day)

    def date(self, entry: Entry, field: str) -> datetime.date | None:
        """The day in a field: the first ten characters, as lists put times behind it."""
        found: datetime.date | None = self._value(entry, field, entry.text(field)[:10], DATE)
        return found

    def whole(self, entry: Entry, field: str) -> int | None:
        """The whole number in a field."""
        found: int | None = self._value(entry, field, entry.text(field), WHOLE)
        return found

    def _value(self, entry: Entry, field: str, text: str, form: Form) -> Any:
        if not text:
            return None
        try:
            return form.read(text)
        except FormError as fault:
            self.faults.append(FileFault(entry.place, field, fault.message, fault.help))
            return None

    def blank(self, entry: Entry, *fields: str) -> bool:
        """Whether a field that must be filled is blank, which is then a fault."""
        for each in fields:
            if not entry.text(each):
                self.faults.append(FileFault(entry.place, each, "is blank", "fill it in"))
                return True
        return False

    def is_passed_over(self, name: str) -> bool:
        """Whether a cell is no organization, or an account that is nobody's."""
        if name.casefold() in self.lists.passed_over:
            return True
        is_nobody = self.names.is_nobody(name)
        self.nobody += is_nobody
        return is_nobody

    def holder(self, text: str) -> str:
        """The node of a list's holder, by its name or by the address of its page."""
        if " " in text:
            return self.names.key(text)
        return self.names.alias(words_of_slug(text), self.called.get(text, ""))

    def grant(self, name: str) -> Grant:
        """Who let an account in: one that by its name is no longer used was left over."""
        return Grant.LEFTOVER if self.names.is_idle(name) else Grant.OWNER

    def owner(self, opened: Opened) -> str | None:
        """Whose list it is: as said, else by the first words of the file's name."""
        listed = opened.listed
        if listed.owner:
            return self.names.key(listed.owner)
        words = listed.path.stem.replace("-", " ").replace("_", " ").split()
        for count in range(_FEWEST, min(_MOST, len(words)) + 1):
            found = self.names.resolver.resolve(" ".join(words[:count]))
            if found.body is not None:
                self.note(opened, f"the list is of {found.body.key}, by the file's name")
                return self.names.key(found.body.key)
        self.faults.append(FileFault(
            listed.path.name, "", "does not tell whose list it is",
            "say so with --owner KEY",
        ))  # fmt: skip
        return None


Reader = Callable[[Context, Opened], None]
