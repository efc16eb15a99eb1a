"""The forms of lists: how each is recognized and what its columns mean. Data, in ``policies/``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...audit.layouts import plain
from ...library import shipped
from ..model import NodeKind


@dataclass(frozen=True, slots=True)
class ListForm:
    """One form of list: for each field the columns that may hold it, the likeliest first.

    A field of ``joined`` is what all of its columns say, each in a line.
    """

    name: str
    title: str
    reader: str
    needed: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    joined: frozenset[str] = frozenset()

    def columns(self, header: Sequence[str]) -> dict[str, tuple[int, ...]] | None:
        """Where each field stands in a header; None if a needed field does not."""
        names = [plain(name) for name in header]
        found: dict[str, tuple[int, ...]] = {}
        taken: set[int] = set()
        for field, columns in self.fields.items():
            places = [names.index(each) for each in map(plain, columns) if each in names]
            free = [at for at in places if at not in taken]
            if free:
                found[field] = tuple(free) if field in self.joined else (free[0],)
                taken.update(found[field])
        return found if all(field in found for field in self.needed) else None


@dataclass(frozen=True, slots=True)
class PageForm:
    """How a page saved as text is told, and what its headings mean."""

    title: str
    updated: str
    form: str
    headings: Mapping[str, list[str]]
    explained: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Lists:
    """All that ``policies/flow/lists.toml`` says; each field is told there."""

    forms: tuple[ListForm, ...]
    directions: Mapping[str, str]
    access: Mapping[str, str]
    passed_over: frozenset[str]
    kinds: Mapping[str, NodeKind]
    named_kinds: Mapping[str, NodeKind]
    page: PageForm

    def recognize(
        self, header: Sequence[str]
    ) -> tuple[ListForm, dict[str, tuple[int, ...]]] | None:
        """The form of a header and where its fields stand; None if none fits."""
        fitting = [
            (form, columns) for form in self.forms if (columns := form.columns(header)) is not None
        ]
        return max(fitting, key=lambda each: len(each[0].needed), default=None)


@cache  # package data, the same for the life of the process
def shipped_lists() -> Lists:
    """The forms that come with platelaw."""
    return parse_lists(shipped().joinpath("flow", "lists.toml").read_text("utf-8"))


def parse_lists(text: str) -> Lists:
    """Read the forms of lists."""
    table: Mapping[str, Any] = tomllib.loads(text)
    return Lists(
        tuple(_form(each) for each in table["list"]),
        table["directions"],
        table["access"],
        frozenset(name.casefold() for name in table["passed_over"]["names"]),
        {name: NodeKind(kind) for name, kind in table["kinds"].items()},
        {name: NodeKind(kind) for name, kind in table["named_kinds"].items()},
        PageForm(**table["page"]),
    )


def _form(table: Mapping[str, Any]) -> ListForm:
    return ListForm(
        table["name"],
        table["title"],
        table["reader"],
        tuple(table["needed"]),
        {field: tuple(names) for field, names in table["fields"].items()},
        frozenset(table.get("joined", ())),
    )
