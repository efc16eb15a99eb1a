"""A package of evidence says what was found and how, shows nobody, and tells what was touched."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.compliance.evidence.errors import PackageError
from platelaw.compliance.evidence.package import packed, read_package, sealed, sha256, zipped
from platelaw.compliance.evidence.verifying import made_by, verified
from platelaw.compliance.findings.showing import listed
from platelaw.compliance.results.store import open_results
from platelaw.dsl.model import Library

from .conftest import REASON

TODAY = datetime.date(2026, 11, 27)


@pytest.fixture(scope="module")
def files(results: Path, library: Library) -> dict[str, bytes]:
    with open_results(results) as opened:
        key = next(one.id for one in listed(opened) if one.check == "use-plainly-stated")
        return packed(opened, key, library=library, tool="0.1.0", made_on=TODAY,
                      explanations={}, proofs={})  # fmt: skip


def again(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    """A package of which a file was changed by one who mends the manifest too."""
    text = files[name].decode()
    assert old in text
    changed = {**files, name: text.replace(old, new, 1).encode()}
    manifest = json.loads(changed["manifest.json"])
    manifest["sha256"][name] = sha256(changed[name])
    del manifest["digest"]
    return {**changed, "manifest.json": sealed(manifest)}


def faults(files: dict[str, bytes]) -> list[str]:
    return [fault for check in verified(files, tool="0.1.0") for fault in check.faults]


def test_a_package_as_it_was_packed_holds_in_every_respect(files: dict[str, bytes]) -> None:
    assert len(verified(files, tool="0.1.0")) == 7
    assert faults(files) == []
    assert "found on 2026-11-27:" in files["README.md"].decode().replace("\n", " ")
    assert made_by(files, "0.1.0") == "made by platelaw 0.1.0 on 2026-11-27"


def test_a_package_that_another_version_made_is_said_to_be_and_its_words_are_not_checked(
    files: dict[str, bytes],
) -> None:
    assert "this is platelaw 0.2.0. Digests" in made_by(files, "0.2.0")
    assert verified(files, tool="0.2.0") == verified(files, tool="0.1.0")  # the same words
    other = again(files, "README.md", ": 2 searches in", ": 9 searches in")
    *rest, words = verified(other, tool="0.2.0")
    assert not any(each.faults or each.unchecked for each in rest)
    assert words.faults == ()
    assert words.unchecked.startswith("2 lines are not as this one would write them, the first: ")
    assert "9 searches" in words.unchecked
    assert "only platelaw 0.1.0 tells" in words.unchecked
    older = of_manifest(files, statement=1)
    assert "a later or earlier build of it" in made_by(older, "0.1.0")
    later = of_manifest({**files, "map.json": b"{}"}, platelaw="0.9.0")
    *_, unknown = verified(later, tool="0.1.0")
    assert (unknown.what, unknown.faults) == (
        "files that this platelaw does not know: map.json", (),
    )  # fmt: skip
    bare = {name: file for name, file in files.items() if name != "accuracy.json"}
    (unread,) = verified(of_manifest(bare, platelaw="0.9.0", version=2), tool="0.1.0")
    assert "platelaw 0.9.0 made it, form 2 of packages, this one reads 1" in unread.faults[0]


def of_manifest(files: dict[str, bytes], **said: str | int) -> dict[str, bytes]:
    """The same files under a manifest that says something else."""
    manifest = json.loads(files["manifest.json"]) | said
    del manifest["digest"]
    held = {name: sha256(file) for name, file in files.items() if name != "manifest.json"}
    return {**files, "manifest.json": sealed(manifest | {"sha256": held})}


def test_no_reason_and_no_name_of_a_user_stands_in_a_package(files: dict[str, bytes]) -> None:
    whole = b"\n".join(files.values()).decode()
    assert REASON not in whole
    (first, *_) = csv.DictReader(io.StringIO(files["searches.csv"].decode()))
    assert first["reason"] == "(masked)"
    assert first["lexicons_see"] == "example use plainly".replace(" use", "_use")


def test_the_statement_tells_method_accuracy_limits_and_how_to_verify(
    files: dict[str, bytes],
) -> None:
    told = files["README.md"].decode()
    for words in (
        "judged under the law of its own day", "40 of 42", "exact binomial", "not proof of its",
        "platelaw evidence verify PACKAGE", "No proof of a decision log", "it is not legal advice",
    ):  # fmt: skip
        assert words in told


def test_a_package_of_a_foreign_log_says_that_it_is_simulated(
    results: Path, library: Library, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign.results"
    shutil.copy(results, foreign)
    with open_results(foreign, read_only=False) as opened:
        opened.execute("INSERT OR REPLACE INTO about VALUES ('simulated', 'yes')")
        key = next(one.id for one in listed(opened))
        made = packed(opened, key, library=library, tool="0.1.0", made_on=TODAY,
                      explanations={}, proofs={})  # fmt: skip
    assert "SIMULATED: the log is another agency's" in made["README.md"].decode()
    assert faults(made) == []


def test_a_file_that_was_changed_added_or_taken_is_named(files: dict[str, bytes]) -> None:
    assert faults({**files, "law.json": b"[]"}) == ["law.json was changed"]
    assert faults({**files, "more.txt": b""}) == ["more.txt is not of the package"]
    assert faults({k: v for k, v in files.items() if k != "law.json"}) == ["law.json is missing"]
    other = files["manifest.json"].replace(b"2026-11-27", b"2026-11-26")
    assert faults({**files, "manifest.json": other}) == ["manifest.json was changed"]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("finding.json", '"searches": 2', '"searches": 3', "names other contents"),
        ("finding.json", '"use-plainly-stated"', '"reason-missing"', "the id is not that of"),
        ("register.json", '"act": "found"', '"act": "cleared"', "was changed after it was"),
        ("register.json", '"entry": 2', '"entry": 9', "does not follow the one before it"),
        ("searches.csv", ",1,32,", ",1,31,", "names other contents"),
        ("searches.csv", "shown unlawful", "cannot be told", "its verdict is not that of"),
        ("README.md", ": 2 searches in", ": 9 searches in", "README.md says something else"),
        ("accuracy.json", '"right": 40', '"right": 39', "another interval"),
    ],
)
def test_one_who_mends_the_manifest_is_found_out_by_the_rest(
    files: dict[str, bytes], name: str, old: str, new: str, said: str
) -> None:
    assert [fault for fault in faults(again(files, name, old, new)) if said in fault]


def test_the_law_is_there_in_the_words_that_were_read_with_its_status(
    files: dict[str, bytes],
) -> None:
    law = json.loads(files["law.json"])["rules"]
    (rule,) = [each for each in law if each["rule"] == "ct/alpr-act/barred-words"]
    assert rule["text"].startswith("rule barred-words")
    assert "section 13(c)" in rule["text"]
    assert rule["status_means"].startswith("as a secondary source reports it")
    assert rule["in_force_from"] == "2026-10-01"


def run(*words: str) -> Result:
    return CliRunner().invoke(platelaw, ["evidence", *words])


@pytest.mark.usefixtures("quick_library")
def test_a_finding_is_packed_and_verified_by_one_command_each(
    results: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    key, place = json.loads(files["finding.json"])["id"], tmp_path / "finding.zip"
    ran = run(key[:8], "--results", str(results), "--to", str(place), "--on", "2026-11-27")
    assert ran.exit_code == 0, ran.output
    ran = run("verify", str(place))
    assert (ran.exit_code, ran.output.count("holds: ")) == (0, 7)
    noted = ran.output.splitlines()[0].removeprefix("package ")
    assert noted == json.loads(files["manifest.json"])["digest"]
    folder = tmp_path / "folder"
    assert run(key, "--results", str(results), "--to", str(folder)).exit_code == 0
    (folder / "law.json").write_text("{}", "utf-8")
    ran = run("verify", str(folder), "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["checks"][0]["faults"] == ["law.json was changed"]


@pytest.mark.usefixtures("quick_library")
def test_what_is_no_package_and_what_is_no_finding_is_said(results: Path, tmp_path: Path) -> None:
    ran = run("feedface", "--results", str(results), "--to", str(tmp_path / "x.zip"))
    assert ran.exit_code == 2
    assert "no finding has the id `feedface`" in ran.stderr
    (tmp_path / "letter.zip").write_text("a letter", "utf-8")
    assert "cannot be read as a package" in run("verify", str(tmp_path / "letter.zip")).stderr
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    assert "it has no manifest.json" in run("verify", str(tmp_path / "empty.zip")).stderr


def test_any_byte_of_an_archive_that_was_changed_is_found(
    files: dict[str, bytes], tmp_path: Path
) -> None:
    small = {name: files[name] for name in ("finding.json", "manifest.json", "searches.csv")}
    whole, place = zipped(small), tmp_path / "changed.zip"
    place.write_bytes(whole)
    assert read_package(place) == small
    for at in range(0, len(whole), 7):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(PackageError):
            read_package(place)


def test_the_same_package_is_the_same_bytes(files: dict[str, bytes]) -> None:
    assert zipped(files) == zipped(dict(reversed(files.items())))
