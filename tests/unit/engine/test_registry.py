"""The registry: entries by key and by ORI, and files that cannot be gone by."""

from __future__ import annotations

from pathlib import Path

import pytest

from platelaw.engine.registry import Registry, RegistryError, read_registry

HEADER = "key,name,ori,sovereign,kind,standing,also_written,source\n"
ROWS = (
    "AA/pd, The police ,AA0000100,AA,police,on_file,PD|Police,list\n"
    "AA/court,The court,,AA,court,,,\n"
)


def registry(folder: Path, text: str = HEADER + ROWS, more: str = "") -> Registry:
    (folder / "bodies.csv").write_text(text)
    if more:
        (folder / "more.csv").write_text(more)
    return read_registry(folder)


def test_an_entry_holds_what_is_on_file_without_blanks_around_it(tmp_path: Path) -> None:
    body = registry(tmp_path).get("AA/pd")
    assert body is not None
    assert (body.name, body.ori, body.also_written) == (
        "The police",
        "AA0000100",
        ("PD", "Police"),
    )
    assert body.attributes == {"sovereign": "AA", "kind": "police", "standing": "on_file"}
    assert (body.policy, body.desk, body.source) == ("", "", "list")


def test_an_entry_is_found_by_its_ori_and_nothing_by_none(tmp_path: Path) -> None:
    found = registry(tmp_path)
    assert found.get("AA0000100") is found.get("AA/pd") is found.get("AA0000100")
    assert [found.get(key) for key in ("", "AA0000101", "AA/none", "AA/")] == [None] * 4


def test_entries_are_counted_and_listed_in_the_order_of_files(tmp_path: Path) -> None:
    found = registry(tmp_path, more="key,name,sovereign,kind\nBB/pd,Other,BB,police\n").bodies
    assert list(found) == ["AA/pd", "AA/court", "BB/pd"]
    assert len(found) == 3
    assert "BB/pd" in found
    assert "CC/pd" not in found
    assert [body.key for body in found.values()] == list(found)


def test_changed_facts_are_those_of_the_changed_registry_alone(tmp_path: Path) -> None:
    found = registry(tmp_path)
    assert found.get("AA/pd") is not None
    other = found.with_attributes({"AA/pd": {"standing": "suspended", "more": "yes"}}, {"x.y": "1"})
    changed, same = other.get("AA0000100"), found.get("AA/pd")
    assert changed is not None
    assert same is not None
    assert changed.attributes == {**same.attributes, "standing": "suspended", "more": "yes"}
    assert other.get("AA/pd") == changed
    assert same.attributes["standing"] == "on_file"
    assert other.get("AA/court") is found.get("AA/court")
    assert (list(other.bodies), len(other.bodies)) == (list(found.bodies), 2)
    assert (other.things, found.things) == ({"x.y": "1"}, {})


REFUSED: dict[str, tuple[str, str, str]] = {
    "a key twice": (HEADER + ROWS, "key,name,sovereign,kind\nAA/pd,X,AA,police\n",
                    "more.csv: `AA/pd` is on file twice; keep one entry"),
    "an ORI twice": (HEADER + ROWS, "key,name,sovereign,kind,ori\nAA/x,X,AA,police,AA0000100\n",
                     "more.csv: ORI AA0000100 of `AA/x` is that of `AA/pd`"),
    "no column": ("key,name,kind\n", "",
                  "bodies.csv: the header has no column `sovereign`; add it"),
    "a column twice": (HEADER.replace("ori", "kind"), "",
                       "bodies.csv: the header names `kind` twice; remove one"),
    "a short row": (HEADER + "AA/pd,X\n", "",
                    "bodies.csv:2: the row and the header differ in length"),
    "a long row": (HEADER + ROWS.strip() + ",x\n", "",
                   "bodies.csv:3: the row and the header differ in length"),
    "a blank cell": (HEADER + "AA/pd,  ,,AA,police,,,\n", "",
                     "bodies.csv:2: `name` is blank; fill it in"),
    "an open quote": (HEADER + '"AA/pd,X\n', "",
                      "bodies.csv:2: unexpected end of data; mend the quoting"),
    "an empty file": ("", "", "bodies.csv: the header has no column `key`; add it"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_gone_by_is_refused_with_its_place(tmp_path: Path, case: str) -> None:
    text, more, message = REFUSED[case]
    with pytest.raises(RegistryError) as refused:
        registry(tmp_path, text, more)
    assert str(refused.value) == message


def test_a_folder_without_a_registry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"holds no \.csv file"):
        read_registry(tmp_path)
