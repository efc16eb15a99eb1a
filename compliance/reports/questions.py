"""Questions asked of results, each with how its answer comes about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HEAD = re.compile(r"^-- name: (\w+)\n-- title: (.+)\n-- method: (.+)\n", re.MULTILINE)
_PLACE = __name__.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Question:
    """How numbers of a report come about.

    Attributes:
        name: What the numbers point to.
        title: What is asked, in a few words.
        method: How the answer comes about, in words.
        sql: The statement that was run, as it was run.
    """

    name: str
    title: str
    method: str
    sql: str


def questions(place: str = _PLACE, **values: str) -> Mapping[str, Question]:
    """The questions in ``questions.sql`` of a package, by name.

    Args:
        place: The package.
        values: What stands for the names in the statements, such as the ``unit`` of time.
    """
    text = resources.files(place).joinpath("questions.sql").read_text("utf-8")
    parts = _HEAD.split(Template(text.partition("\n\n")[2]).substitute(values))
    return {
        name: Question(name, title, method, sql.strip())
        for name, title, method, sql in zip(*(parts[at::4] for at in range(1, 5)), strict=True)
    }


def answer(results: DuckDBPyConnection, question: Question) -> list[dict[str, Any]]:
    """The rows that answer a question, by the names of their columns."""
    found = results.execute(question.sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
