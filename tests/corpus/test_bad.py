from pathlib import Path

import pytest

from platelaw.dsl.codes import Code

from .helpers import cases, code_of, compare, diagnostics_of_case, printed


@pytest.mark.parametrize("folder", cases(), ids=lambda folder: folder.name)
def test_a_faulty_policy_gets_its_diagnostic_and_the_mend(folder: Path, update: bool) -> None:
    found = diagnostics_of_case(folder)
    compare(folder / "expected.txt", printed(found), update=update)
    assert code_of(folder) in {diagnostic.code for diagnostic in found}
    assert all(diagnostic.help for diagnostic in found)


def test_every_code_has_a_case() -> None:
    assert {code_of(folder) for folder in cases()} == set(Code)


@pytest.mark.parametrize("code", Code, ids=lambda code: code.number)
def test_a_code_says_what_it_means_and_numbers_tell_its_group(code: Code) -> None:
    assert code.number.startswith("PL")
    assert code.number[2] in "12345"
    assert code.title
    assert code.title[0].islower()


def test_no_two_codes_share_a_number_or_a_title() -> None:
    assert len({code.number for code in Code}) == len({code.title for code in Code}) == len(Code)
