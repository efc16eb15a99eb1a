"""One word less in a shipped policy: the author is told where and what."""

import re
from pathlib import Path

import pytest

from platelaw.dsl.check import check
from platelaw.dsl.codes import Code

from .helpers import compare, parse
from .make_deleted import FOLDER, RULE, Deletion, diagnostics, shipped_files

CASES = sorted(FOLDER.glob("*.txt"))
SHIPPED = shipped_files()
PARSED = {name: parse(name, text) for name, text in SHIPPED.items()}
AGAIN = "the shipped policies have changed: run `python tests/corpus/make_deleted.py`"
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)


def stored(case: Path) -> tuple[Deletion, str]:
    """A case, and the head of its file up to the diagnostics."""
    text = case.read_text("utf-8")
    head, statement, _, _ = text.split(f"\n{RULE}\n")
    match = re.fullmatch(r"(.+)\n`(.+)` at (\d+)", head)
    assert match is not None
    return Deletion(match[1], statement, int(match[3]), match[2]), text.rpartition(f"{RULE}\n")[0]


def test_there_are_thirty_cases() -> None:
    assert len(CASES) == 30


@each_case
def test_what_the_author_is_told_is_what_was_reviewed(case: Path, update: bool) -> None:
    deletion, head = stored(case)
    assert deletion.statement in SHIPPED.get(deletion.file, ""), AGAIN
    assert deletion.statement[deletion.start :].startswith(deletion.token)
    compare(case, f"{head}{RULE}\n{diagnostics(deletion)}", update=update)


def lines_that_may_be_named(text: str, at: int) -> set[int]:
    """The line of a place, and the next one that holds text."""
    line = text.count("\n", 0, at) + 1
    rest = text.split("\n")[line:]
    further = next(
        (n for n, below in enumerate(rest, line + 1) if below.split("#")[0].strip()), line
    )
    return {line, further}


@each_case
def test_only_the_deletion_is_reported_at_its_line_and_with_the_mend(case: Path) -> None:
    deletion, _ = stored(case)
    text = SHIPPED[deletion.file]
    assert deletion.statement in text, AGAIN
    at = text.index(deletion.statement)
    mangled = text[:at] + deletion.mangled + text[at + len(deletion.statement) :]
    files = {**PARSED, deletion.file: parse(deletion.file, mangled)}
    [fault] = check(files.values()).diagnostics
    place = fault.span.source.line_and_column(fault.span.start)[0]
    assert place in lines_that_may_be_named(mangled, at + deletion.start)
    assert fault.code in (Code.NOT_UNDERSTOOD, Code.UNKNOWN_STATEMENT, Code.NO_STATUS)
    assert fault.help
