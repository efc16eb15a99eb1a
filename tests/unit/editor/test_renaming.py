"""Renames that would leave a fault are refused; help texts become mends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from platelaw.dsl.check import check
from platelaw.dsl.parser import Parser
from platelaw.dsl.source import Source
from platelaw.editor.edits import applied, by_file
from platelaw.editor.index import Index
from platelaw.editor.mending import mends_of
from platelaw.editor.renaming import RefusedError, Renaming
from platelaw.editor.symbols import uses_of
from platelaw.engine.registry import Registry

GOOD = Path(__file__).parents[2] / "corpus" / "good"
FILES = {name: (GOOD / name).read_text("utf-8") for name in ("words.policy", "state.policy")}
PARSER = Parser()


def rename(
    files: Mapping[str, str], file: str, word: str, new: str, own: Collection[str] = ()
) -> dict[str, str]:
    """The files after a rename of the word that stands somewhere first."""
    parses = {name: PARSER.parse(Source(name, text)) for name, text in files.items()}
    index = Index({name: uses_of(parse.document) for name, parse in parses.items()})
    renaming = Renaming(
        parses, own or files, check(parses.values(), ()).diagnostics, index, Registry({})
    )
    use = index.at(file, files[file].index(word))
    assert use is not None
    edits = by_file(renaming.edits(use, new))
    return {name: applied(text, edits.get(name, ())) for name, text in files.items()}


def words(kind: str) -> list[str]:
    return [line.split()[1] for line in FILES["words.policy"].splitlines() if line.startswith(kind)]


def test_a_word_is_renamed_in_every_file_and_the_library_says_the_same() -> None:
    kind = next(kind for kind in words("kind ") if f" {kind}\n" in FILES["state.policy"])
    after = rename(FILES, "words.policy", f"{kind}", "another_kind")
    assert "another_kind" in after["words.policy"]
    assert "another_kind" in after["state.policy"]
    back = rename(after, "words.policy", "another_kind", kind)
    assert back == FILES


def test_a_short_name_elsewhere_that_means_another_rule_too_stops_no_rename() -> None:
    names = ("words.policy", "state.policy", "owner.policy", "asked.policy", "bill.policy")
    files = {name: (GOOD / name).read_text("utf-8") for name in names}
    assert "expect HOLD by barred\n" in files["asked.policy"]
    files["bill.policy"] = files["bill.policy"].replace("no-towing", "barred")
    after = rename(files, "bill.policy", "barred", "no-towing", own=("bill.policy",))
    assert after["bill.policy"] == (GOOD / "bill.policy").read_text("utf-8")
    assert after["asked.policy"] == files["asked.policy"]


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("Kind", "is no such name"),
        ("under", "is a word of the language"),
        ("two words", "is no such name"),
    ],
)
def test_a_name_that_is_none_is_refused(new: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        rename(FILES, "words.policy", words("kind ")[-1], new)


def test_a_name_that_is_taken_is_refused() -> None:
    one, *_, other = words("kind ")
    with pytest.raises(RefusedError, match="is declared already"):
        rename(FILES, "words.policy", other, one)


def test_a_rename_that_leaves_a_fault_is_refused_in_its_words() -> None:
    files = {"a": "vocabulary a 1\nkind one\n", "b": "vocabulary b 1 extends a 1\nkind two\n"}
    with pytest.raises(RefusedError, match="with `two` for `one` b:2:6 would say PL301"):
        rename(files, "a", "one", "two")


def mends(text: str, code: str) -> dict[str, str]:
    """What each mend of a fault makes of a text, by its title."""
    parse = PARSER.parse(Source("a.policy", text))
    found = check([parse]).diagnostics
    return {
        mend.title: applied(text, mend.edits)
        for fault in found
        if fault.code.number == code
        for mend in mends_of(fault, parse)
    }


def test_a_near_name_takes_the_place_of_an_unknown_one() -> None:
    made = mends("vocabulary a 1\nkind purpose\nkind theft under purpos\n", "PL201")
    assert made["Write `purpose`"] == "vocabulary a 1\nkind purpose\nkind theft under purpose\n"


def test_typographic_quotation_marks_become_straight_ones() -> None:
    made = mends("vocabulary a 1\nkind theft also written \u201cTheft\u201d\n", "PL104")
    assert made['Write `"Theft"`'] == 'vocabulary a 1\nkind theft also written "Theft"\n'


def test_an_open_quotation_is_closed_before_the_line_ends() -> None:
    made = mends('vocabulary a 1\nkind theft also written "Theft  \n', "PL103")
    assert [*made.values()] == ['vocabulary a 1\nkind theft also written "Theft"  \n']


def test_every_status_is_offered_for_a_citation_that_has_none_the_least_sure_first() -> None:
    made = mends('vocabulary a 1\nkind theft cites "Act, section 1"\n', "PL402")
    assert [*made] == [f"Say `status {word}`" for word in ("unverified", "secondary", "verified")]
    assert made["Say `status secondary`"].endswith('"Act, section 1" status secondary\n')
