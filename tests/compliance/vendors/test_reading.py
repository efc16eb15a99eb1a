"""Descriptions that do not have their form are refused, every fault with its line and its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from platelaw.compliance.vendors.form import SettingsFile
from platelaw.compliance.vendors.gathering import read_files
from platelaw.compliance.vendors.reading import VendorError, line_of, parse_description

HEAD = """form = "vendor settings 1"
agency = "CT/example-pd"
vendor = "VENDOR/flock-safety"
as_of = 2026-11-20
source = "seen"
"""


def faults(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(VendorError) as refused:
        parse_description(text, "a.toml")
    return [(fault.where, fault.message, fault.help) for fault in refused.value.faults]


def test_every_fault_of_a_description_is_told_at_once_with_its_line() -> None:
    text = f"""{HEAD}[sharing]
national_lookup = "on"
partner = []
[retention]
reads = "30"
hits = "1 month"
[accounts]
shared = -1
[[roles]]
name = "one"
actions = ["search"]
[[roles]]
name = 4
actions = ["fly"]
"""
    period = 'write a period such as "21 days" or "72 hours"'
    assert faults(text)[:7] == [
        ("a.toml:7", '`sharing.national_lookup` is `"on"`', "write true or false"),
        ("a.toml:8", "`sharing.partner` is not known here", "did you mean `partners`?"),
        ("a.toml:10", '`retention.reads` is `"30"`', period),
        ("a.toml:11", '`retention.hits` is `"1 month"`', period),
        ("a.toml:13", "`accounts.shared` is `-1`", "write a whole number"),
        ("a.toml:18", "`roles.2.name` is `4`", "write a text"),
        ("a.toml:19", "`roles.2.actions` is `['fly']`", faults(text)[6][2]),
    ]
    assert '"search"' in faults(text)[6][2]


@pytest.mark.parametrize(
    ("value", "mend"),
    [("on", "write `national_lookup = true`"), ("No", "write `national_lookup = false`"),
     ("maybe", 'write `true`, `false`, or "maybe" in quotes')],
)  # fmt: skip
def test_a_switch_that_is_written_in_words_is_told_with_what_is_written(
    value: str, mend: str
) -> None:
    text = f"{HEAD}[sharing]\nnational_lookup = {value}  # seen\n"
    assert faults(text) == [("a.toml:7", f"`{value}` is no value", mend)]


def test_a_head_that_lacks_something_or_a_table_that_is_none_is_told() -> None:
    found = faults('form = "vendor settings 1"\nsharing = 3\n')
    assert ("a.toml:2", "`sharing` is no table", "write `[sharing]` above its settings") in found
    assert [message for _, message, _ in found[1:]] == [
        "`agency` is missing", "`vendor` is missing", "`as_of` is missing", "`source` is missing",
    ]  # fmt: skip


def test_what_is_no_description_at_all_is_told() -> None:
    assert "does not say which form it has" in faults("agency = 'x'\n")[0][1]
    assert faults("form = \n")[0][0] == "a.toml:1"
    assert "mend the TOML" in faults("form = \n")[0][2]


def test_nothing_stated_is_a_description_that_says_nothing() -> None:
    read = parse_description(HEAD, "a.toml")
    assert isinstance(read.says, SettingsFile)
    assert read.place("agency") == "a.toml:2"
    assert read.place("sharing", "partners") == "a.toml:1"


def test_the_line_of_a_setting_is_found_below_its_own_table() -> None:
    text = "a = 1\n[one]\na = 2\n[two]\na = 3\n"
    assert [line_of(text, path) for path in (("a",), ("one", "a"), ("two", "a"))] == [1, 3, 5]
    assert line_of(text, ("two", "b")) == 4
    assert line_of(text, ("three", "b")) is None


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    bad, strange = tmp_path / "bad.toml", tmp_path / "strange.csv"
    bad.write_text("form = 3\n")
    strange.write_text("a,b\n1,2\n")
    missing = tmp_path / "missing.toml"
    with pytest.raises(VendorError) as refused:
        read_files([bad, strange, missing])
    wheres = [fault.where for fault in refused.value.faults]
    assert wheres == ["bad.toml:1", str(strange), str(missing)]
    assert all(fault.help for fault in refused.value.faults)
