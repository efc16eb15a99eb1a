"""The pages of docs/diagnostics: one a code, with the example of the corpus and a mended one."""

import re
from pathlib import Path

import pytest

from platelaw.dsl.codes import Code, Severity

from .helpers import (
    BY_NUMBER,
    PAGES,
    cases,
    code_of,
    compare,
    diagnostics,
    diagnostics_of_case,
    parse,
    printed,
    words,
)

each_code = pytest.mark.parametrize("code", Code, ids=lambda code: code.number)
GROUPS = {
    "1": "Syntax",
    "2": "Names and types",
    "3": "Layers",
    "4": "Dates and status",
    "5": "Style",
}


def first_case(code: Code) -> Path:
    return next(folder for folder in cases() if code_of(folder) is code)


def example(code: Code) -> str:
    """The first case of a code as its page shows it."""
    folder = first_case(code)
    [file] = folder.glob("*.policy")
    text = file.read_text("utf-8", errors="replace").strip("\n")
    said = printed(tuple(f for f in diagnostics_of_case(folder) if f.code is code)).strip("\n")
    shown = f"## Example\n\n```\n{text}\n```\n\nThe check says:\n\n```\n{said}\n```"
    return f"<!-- example -->\n{shown}\n<!-- end -->"


@each_code
def test_a_code_has_a_page_with_its_title_and_the_example_of_the_corpus(
    code: Code, update: bool
) -> None:
    file = PAGES / f"{code.number}.md"
    text = file.read_text("utf-8")
    assert text.startswith(f"# {code.number}: {code.title}\n")
    shown = re.compile(r"<!-- example -->\n.*?<!-- end -->", re.DOTALL)
    assert len(shown.findall(text)) == 1
    compare(file, shown.sub(lambda _: example(code), text), update=update)
    assert "\n## Why it matters\n" in text
    assert "\n## How to mend it\n" in text


@each_code
def test_the_mended_example_of_a_page_has_no_such_fault_and_no_error(code: Code) -> None:
    text = (PAGES / f"{code.number}.md").read_text("utf-8")
    mended = re.findall(r"```\n(.*?)```", text, re.DOTALL)[-1]
    found = diagnostics(words(), parse("mended.policy", mended))
    assert [str(fault) for fault in found if fault.is_error or fault.code is code] == []


def test_no_page_is_left_over() -> None:
    assert {file.stem for file in PAGES.glob("PL*.md")} == set(BY_NUMBER)


def test_the_index_lists_every_page_in_its_group(update: bool) -> None:
    lines = ["# Diagnostics", "", INTRODUCTION]
    for digit, group in GROUPS.items():
        lines += ["", f"## {group}", "", "| code | what it says |", "|---|---|"]
        lines += [
            f"| [{code.number}]({code.number}.md) | {code.title}{ADVICE[code.severity]} |"
            for code in sorted(Code, key=lambda code: code.number)
            if code.number[2] == digit
        ]
    compare(PAGES / "index.md", "\n".join([*lines, ""]), update=update)


ADVICE = {Severity.ERROR: "", Severity.WARNING: " (warning)"}
INTRODUCTION = """\
What `platelaw check` can say. An error refuses the library: nothing is decided by a text that is
not understood whole. A warning advises. Each page has an example of an invented harbor, its
diagnostic, and the example mended; the vocabulary that the examples speak is
`tests/corpus/good/words.policy`."""
