"""``platelaw log`` on what a development service left: whole, tampered with, exported, mended."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw
from platelaw.federation.log import rows
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.opening import LogError, open_log
from platelaw.federation.log.policies import PolicyArchive
from platelaw.federation.log.sealing import Month
from platelaw.federation.log.store import Group
from platelaw.federation.log.tiles import entries_of as entries_of_bundle
from platelaw.federation.log.tree import Edge, hashes_of, leaf_hash, root_by_inclusion
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import log_pb2 as log

from ..deciding.asking import NOW, PD
from .home import Home, Left

SIZE = 8  # permit, hold, deny, two of a batch, two of a search, last
_FIRST = "first = (SELECT min(first) FROM groups)"
_HEX = re.compile(r"[0-9a-f]{32,64}|[0-9a-f]{12}(?=…)")


def plain(told: str, left: Left) -> str:
    """What was printed, without what is random."""
    return _HEX.sub("HEX", told.replace(str(left.folder), "HOME"))


def read(told: str) -> Any:
    return json.loads(told)


# Verify ----------------------------------------------------------------------------------------


def test_a_whole_log_is_told_to_be_whole(left: Left) -> None:
    found = left.log("verify")
    assert found.exit_code == 0
    assert plain(found.stdout, left) == (
        "log          HOME/log.sqlite\n"
        "origin       development.platelaw.internal/log\n"
        "entries      8: 8 answers, 0 acts; decided from 4 different circumstances\n"
        "written      2026-11-26 17:12:30 to 2026-11-26 17:12:30 UTC\n"
        "root         HEX\n"
        "holds        the signed checkpoint, of 8 entries\n"
        "holds        the high-water mark, of 8 entries\n"
        "keys         the registry (logs.csv)\n"
        "WHOLE: every entry is what was written.\n"
    )


PLACES = [  # where one bit is changed, and what is said then
    ("groups", "entries", "the leaf hash on file is not that of its bytes"),
    ("groups", "leaves", "the leaf hash on file is not that of its bytes"),
    ("circumstances", "content", "what it was decided from was changed"),
    ("head", "edge", "the tree up to it is not that of the head on file"),
]


@pytest.mark.parametrize(("table", "column", "words"), PLACES)
def test_one_changed_bit_is_named_wherever_it_is(
    torn: Left, table: str, column: str, words: str
) -> None:
    where = _FIRST if table == "groups" else "rowid = (SELECT max(rowid) FROM " + table + ")"
    if table == "circumstances":
        where = "length(content) = (SELECT max(length(content)) FROM circumstances)"
    torn.flip(table, column, where)
    found = torn.log("verify")
    assert found.exit_code == 1, found.output
    assert words in found.stdout
    assert re.search(r"BROKEN: entry \d is the first that is not what was written", found.stdout)


def test_every_single_byte_of_an_entry_counts(torn: Left) -> None:
    kept = torn.value(f"SELECT entries FROM groups WHERE {_FIRST}")
    for at in range(4, len(kept), 61):
        changed = bytearray(kept)
        changed[at] ^= 0x40
        torn.change(f"UPDATE groups SET entries = ? WHERE {_FIRST}", bytes(changed))
        assert torn.log("verify").exit_code == 1, at


def test_a_byte_anywhere_in_the_file_is_noticed_or_changes_nothing_of_the_log(torn: Left) -> None:
    with closing(sqlite3.connect(torn.folder / "log.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    file = torn.folder / "log.sqlite"
    whole, said = file.read_bytes(), logged(torn)
    noticed = 0
    for at in range(7, len(whole), len(whole) // 60):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        found = torn.log("verify")
        assert found.exit_code in (0, 1), found.output
        assert "BROKEN" in found.output or logged(torn) == said, at
        noticed += found.exit_code
    assert noticed > 3


def logged(left: Left) -> list[object]:
    """All that a log says, without what is sealed beside it and the calls that are remembered."""
    queries = (
        "SELECT first, entries, leaves FROM groups ORDER BY first",
        "SELECT size, edge FROM head",
        "SELECT digest, content FROM circumstances ORDER BY digest",
    )
    with closing(sqlite3.connect(left.folder / "log.sqlite")) as connection:
        return [row for query in queries for row in connection.execute(query)]


def test_an_entry_whose_leaf_was_changed_with_it_is_found_by_the_root(torn: Left) -> None:
    with changed_group(torn, 7) as entry:
        entry.answer.request_id = "request-other"
    found = torn.log("verify", "--json")
    told = read(found.stdout)
    assert not told["whole"]
    assert {each["words"] for each in told["findings"]} >= {
        "the tree up to it is not that of the head on file",
        "the tree up to it is not that of the signed checkpoint",
    }


def test_circumstances_that_are_gone_are_named(torn: Left) -> None:
    torn.change("DELETE FROM circumstances WHERE length(content) > 0")
    found = torn.log("verify")
    assert "entry 0: what it was decided from is not on file" in found.stdout


def test_a_lost_end_is_found_by_the_mark(torn: Left) -> None:
    cut(torn, 5)
    found = torn.log("verify")
    assert found.exit_code == 1
    assert (
        "entry 5: is missing: the high-water mark is of 8 entries, the last 3 are not here"
        in found.stdout
    )


def test_a_checkpoint_that_somebody_kept_is_held_against_the_log(
    left: Left, torn: Left, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(str(torn.value("SELECT note FROM checkpoint")))
    assert "holds        the checkpoint in" in left.log("verify", "--checkpoint", kept).stdout
    kept.write_text(kept.read_text().replace("\n8\n", "\n7\n"))
    found = left.log("verify", "--checkpoint", kept)
    assert found.exit_code == 1
    assert "does not hold" in found.stdout


def test_a_checkpoint_by_another_key_is_told(left: Left, torn: Left, tmp_path: Path) -> None:
    other = Left(tmp_path / "other", {})
    shutil.copytree(left.folder, other.folder)
    shutil.rmtree(other.folder / "log-signing")
    open_log(Home(other.folder).log.__class__(
        "development.platelaw.internal/log", other.folder / "new" / "log.sqlite",
        other.folder / "log-signing", other.folder / "new-mark" / "mark")).close()  # fmt: skip
    note = (other.folder / "new-mark" / "mark").read_text()
    torn.change("UPDATE checkpoint SET note = ?", note)
    found = torn.log("verify")
    assert found.exit_code == 1
    assert "none of the keys" in found.stdout or "not signed" in found.stdout


def test_two_calls_with_one_nonce_are_told(torn: Left) -> None:
    with changed_group(torn, 7) as entry:
        entry.answer.request = entries_of(torn)[0].answer.request
    found = torn.log("verify")
    assert "entry 7: has the nonce and question of another call, as entry 0" in found.stdout


def test_an_entry_that_stands_twice_is_told(torn: Left) -> None:
    with changed_group(torn, 7) as entry:
        entry.CopyFrom(entries_of(torn)[2])
    assert "entry 7: has the id of entry 2" in torn.log("verify").stdout


def test_a_moment_that_no_clock_shows_is_no_entry(torn: Left) -> None:
    with changed_group(torn, 7) as entry:
        entry.at.seconds = 1 << 60
    assert "entry 7: is no entry of a log" in torn.log("verify").stdout
    assert torn.log("replay").exit_code == 1


def test_times_that_fall_are_told(torn: Left) -> None:
    with changed_group(torn, 7) as entry:
        entry.at.seconds -= 61
    found = torn.log("verify")
    assert "entry 7: is 61 seconds older than one before it" in found.stdout


def test_a_log_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    found = Left(tmp_path, {}).log("verify")
    assert found.exit_code == 2
    assert "there is no log" in found.stderr


# Replay ----------------------------------------------------------------------------------------


def test_a_log_is_replayed_clean(left: Left) -> None:
    found = left.log("replay")
    assert found.exit_code == 0
    assert found.stdout == (
        "answers 8, acts 0\n"
        "          8  recomputed\n"
        "worked out 4 times; all others share circumstances, policies and hour\n"
        "chain: the tree of all entries is that of the head\n"
        "CLEAN: every answer is the one that its policies give.\n"
    )


def test_the_keys_beside_a_log_make_the_second_grade(left: Left, tmp_path: Path) -> None:
    told = read(left.log("replay", "--from-source", "--json").stdout)
    assert told["grades"]["recomputed from source"] == SIZE
    empty = tmp_path / "no-keys"
    empty.mkdir(mode=0o700)
    told = read(left.log("replay", "--text-keys", empty, "--json").stdout)
    assert told["grades"]["recomputed"] == SIZE
    assert told["clean"]


def test_after_a_key_is_deleted_the_log_still_replays(torn: Left) -> None:
    ring = KeyRing.open(torn.folder / "log-keys")
    ring.delete(PD, Month.of(NOW), at=NOW, by="spiffe://test")
    told = read(torn.log("replay", "--from-source", "--json").stdout)
    assert told["clean"]
    assert told["grades"]["recomputed"] > 0


def test_an_outcome_forced_into_the_log_is_explained(torn: Left) -> None:
    with changed_group(torn, 2) as entry:
        entry.answer.outcome, entry.answer.reason = a.OUTCOME_PERMIT, "permitted"
        entry.answer.valid_until.seconds = entry.at.seconds + 300
    found = torn.log("replay")
    assert found.exit_code == 1
    told = plain(found.stdout, torn)
    assert (
        "entry 2, 2026-11-26 17:12:30 UTC: PERMIT (permitted) is recorded, DENY (forbidden) "
        "recomputed\n" in told
    )
    assert "  by ct/alpr-act/recipients of the state layer [" in told
    assert "chain: the tree of these entries is not that of the head" in told


def test_sealed_texts_that_were_changed_are_told_with_the_keys(torn: Left) -> None:
    torn.flip("groups", "sealed", _FIRST)
    assert torn.log("replay").exit_code == 0
    found = torn.log("replay", "--from-source")
    assert found.exit_code == 1
    assert "other texts: the sealed texts of the entry" in found.stdout


def test_a_part_of_a_log_is_replayed(left: Left) -> None:
    told = read(left.log("replay", "--from", "2", "--to", "4", "--json").stdout)
    assert told["grades"]["recomputed"] == 3
    assert told["chain"] == {"checked": False, "fault": ""}


def test_policies_that_are_gone_are_named_by_their_digest(torn: Left) -> None:
    (kept,) = (torn.folder / "policies").glob("*.zip")
    kept.unlink()
    found = torn.log("replay")
    assert found.exit_code == 1
    assert f"policies {kept.stem[:12]}…: no such version is at hand" in found.stdout


def test_policies_that_were_changed_are_not_believed(torn: Left) -> None:
    (kept,) = (torn.folder / "policies").glob("*.zip")
    data = bytearray(kept.read_bytes())
    data[len(data) // 2] ^= 1
    kept.write_bytes(data)
    found = torn.log("replay")
    assert found.exit_code == 1
    assert "put back the file of another copy" in found.stdout


def test_old_answers_are_judged_by_the_law_as_it_is_known_now(left: Left, tmp_path: Path) -> None:
    assert "8 answers would be the same" in left.log("replay", "--as-known", "2026-11-27").stdout
    found = left.log("replay", "--as-known", "2020-01-01")
    assert found.exit_code == 2
    assert "no policies were known then" in found.stderr
    library = corrected(left, tmp_path / "library")
    found = left.log("replay", "--library", library)
    assert found.exit_code == 0
    assert "would be DENY (forbidden), by ct/alpr-act/nothing-at-all" in found.stdout
    assert "No answer in the log was changed." in found.stdout
    told = read(left.log("replay", "--library", library, "--json").stdout)
    assert told["changed"] == len(told["changes"]) == 6
    assert {rule["status"] for each in told["changes"] for rule in each["rules"]} == {"verified"}


def corrected(left: Left, folder: Path) -> Path:
    """The policies of a log with a rule more, in a folder."""
    archive = PolicyArchive(left.folder / "policies")
    (digest,) = archive.digests()
    for path, data in (archive.files(digest) or {}).items():
        place = folder.joinpath(*path.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("alpr_act.policy"):
            data += (
                b'\nrule nothing-at-all "Nobody searches"\n'
                b'  cites "A correction" status verified\n  in force from 2026-01-01\n'
                b"  forbid search of alpr_data\n"
            )
        place.write_bytes(data)
    return folder


# Show ------------------------------------------------------------------------------------------


def test_an_entry_is_shown_with_the_status_of_what_it_cites(left: Left) -> None:
    found = left.log("show", "1")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[:4] == [
        "entry     1, 2026-11-26T17:12:30.250000+00:00",
        "answer    HOLD (referred)",
        "caller    spiffe://ct.example/agency/CT/darien-pd/role/officer-platform",
        "request   request-hold",
    ]
    assert any(
        line.startswith("rule      ct/alpr-act/reason-text of the state layer, referred [")
        and line.endswith(": secondary]")
        for line in lines
    )
    assert "HSI" not in found.stdout


def test_the_proof_that_is_shown_leads_to_the_root(left: Left) -> None:
    (told,) = read(left.log("show", "last", "--json").stdout)["entries"]
    assert told["index"] == SIZE - 1
    proof = hashes_of(bytes.fromhex(told["proof"]["hashes"]))
    root = root_by_inclusion(bytes.fromhex(told["leaf"]), 7, told["proof"]["size"], proof)
    assert root.hex() == read(left.log("verify", "--json").stdout)["root"]


def test_entries_are_found_by_the_id_of_their_request(left: Left) -> None:
    told = read(left.log("show", "--request-id", "request-batch", "--json").stdout)
    assert [each["answer"]["request_id"] for each in told["entries"]] == [
        "request-batch.0",
        "request-batch.1",
    ]
    assert left.log("show", "--request-id", "request-nobody").exit_code == 1
    assert left.log("show", "8").exit_code == 1
    assert left.log("show", "first").exit_code == 2


# Export ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["copy", "copy.zip"])
def test_an_export_verifies_and_replays_by_itself(left: Left, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    assert left.log("export", target).exit_code == 0
    bare = Left(tmp_path, {})
    found = on_export(bare, "verify", target)
    assert found.exit_code == 0
    assert "WHOLE" in found.stdout
    assert "keys         the export itself; name yours with --key" in found.stdout
    assert "CLEAN" in on_export(bare, "replay", target).stdout
    shown = on_export(bare, "show", target, "last").stdout
    assert "request   request-last" in shown


def test_an_export_is_served_as_tiles(left: Left, tmp_path: Path) -> None:
    left.log("export", tmp_path / "copy")
    bundled = (tmp_path / "copy" / "tile" / "entries" / "000.p" / "8").read_bytes()
    hashes = (tmp_path / "copy" / "tile" / "0" / "000.p" / "8").read_bytes()
    assert b"".join(map(leaf_hash, entries_of_bundle(bundled))) == hashes


def test_an_export_of_one_owner_has_its_entries_alone(left: Left, tmp_path: Path) -> None:
    target = tmp_path / "darien.zip"
    told = read(left.log("export", target, "--owner", PD, "--json").stdout)
    assert (told["entries"], told["size"]) == (7, SIZE)
    found = on_export(left, "verify", target)
    assert "entries      7 of 8: those about CT/darien-pd" in found.stdout
    assert found.exit_code == 0
    assert on_export(left, "replay", target).exit_code == 0


def test_a_byte_of_an_export_that_was_changed_is_named(left: Left, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    left.log("export", target)
    for path in ("tile/entries/000.p/8", "tile/0/000.p/8"):
        file = target / path
        kept = file.read_bytes()
        file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        found = on_export(left, "verify", target)
        assert found.exit_code == 1
        assert "BROKEN" in found.stdout
        file.write_bytes(kept)
    left.log("export", tmp_path / "part", "--owner", PD)
    file = tmp_path / "part" / "entries"
    kept = file.read_bytes()
    file.write_bytes(kept[:80] + bytes([kept[80] ^ 1]) + kept[81:])
    found = on_export(left, "verify", tmp_path / "part")
    assert "entry 0: does not lead to the root of the checkpoint: it was changed" in found.stdout


def test_an_export_is_gone_on_with_and_brought_up_to_date(left: Left, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    left.log("export", target)
    shutil.rmtree(target / "circumstances")
    (target / "manifest.json").unlink()
    assert left.log("export", target).exit_code == 0
    assert on_export(left, "replay", target).exit_code == 0
    found = left.log("export", target, "--owner", PD)
    assert found.exit_code == 2
    assert "holds another export" in found.stderr
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "notes.txt").write_text("mine")
    assert left.log("export", tmp_path / "own").exit_code == 2


def on_export(left: Left, command: str, target: Path, *more: str) -> Any:
    return CliRunner().invoke(platelaw, ["log", command, *more, "--export", str(target)])


# Repair ----------------------------------------------------------------------------------------


def test_nothing_is_mended_in_a_whole_log(left: Left) -> None:
    found = left.log("repair", "--yes")
    assert found.exit_code == 0
    assert "Nothing is wrong" in found.stdout


def test_a_lost_end_is_entered_in_the_log_and_the_service_starts_again(torn: Left) -> None:
    cut(torn, 5)
    place = Home(torn.folder).log
    with pytest.raises(LogError, match="the last 3 are lost"):
        open_log(place)
    assert torn.log("repair").exit_code == 2  # nobody is there to say yes
    found = torn.log("repair", "--yes")
    assert found.exit_code == 0, found.output
    assert "the high-water mark" in found.stderr
    assert "Mended: 3 entries are lost, 0 were given back by the copy." in found.stdout
    open_log(place).close()
    assert torn.log("verify").exit_code == 0, torn.log("verify").output
    assert torn.log("replay").exit_code == 0
    (told,) = read(torn.log("show", "last", "--json").stdout)["entries"]
    assert told["act"]["kind"] == "repaired"
    details = told["act"]["details"]
    assert (details["old"]["size"], details["new"]["size"], details["lost"]) == (8, 5, 3)
    assert (torn.folder / "log-mark" / "mark.set-aside-1").exists()


def test_a_torn_store_is_set_aside_and_written_anew_up_to_what_is_torn(torn: Left) -> None:
    torn.flip("groups", "entries", "first = 2")
    found = torn.log("repair", "--yes")
    assert "Mended: 6 entries are lost" in found.stdout
    assert (torn.folder / "log.sqlite.set-aside-1").exists()
    assert torn.log("verify").exit_code == 0, torn.log("verify").output
    open_log(Home(torn.folder).log).close()


def test_a_copy_gives_back_what_is_torn_and_what_is_lost(
    left: Left, torn: Left, tmp_path: Path
) -> None:
    left.log("export", tmp_path / "copy.zip")
    cut(torn, 5)
    torn.flip("groups", "entries", "first = 1")
    found = torn.log("repair", "--yes", "--copy", tmp_path / "copy.zip")
    assert found.exit_code == 0, found.output
    assert "Mended: 0 entries are lost, 4 were given back by the copy." in found.stdout
    assert torn.log("verify").exit_code == 0, torn.log("verify").output
    told = read(torn.log("replay", "--from-source", "--json").stdout)
    assert told["grades"]["recomputed from source"] == SIZE


def test_a_leaf_hash_that_is_torn_costs_no_entry(torn: Left) -> None:
    torn.flip("groups", "leaves", "first = 2")
    assert "Mended: 0 entries are lost" in torn.log("repair", "--yes").stdout
    assert torn.log("verify").exit_code == 0, torn.log("verify").output


def test_a_running_service_is_not_mended(torn: Left) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom platelaw.federation.embedded import Home\n"
        "Home(Path(sys.argv[1])).take()\nprint('taken', flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(torn.folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holding:
        assert holding.stdout is not None
        assert holding.stdout.readline() == "taken\n"
        found = torn.log("repair", "--yes")
        assert found.exit_code == 2
        assert "the service runs" in found.stderr
        holding.communicate("")


# Tampering -------------------------------------------------------------------------------------


def entries_of(left: Left) -> list[log.LogEntry]:
    return [log.LogEntry.FromString(each) for group in groups_of(left) for each in group.entries]


def groups_of(left: Left) -> list[Group]:
    query = "SELECT first, at, entries, leaves, sealed FROM groups ORDER BY first"
    with closing(sqlite3.connect(left.folder / "log.sqlite")) as connection:
        return [rows.group(*row) for row in connection.execute(query)]


@contextmanager
def changed_group(left: Left, index: int) -> Generator[log.LogEntry]:
    """An entry to be changed, with its leaf hash, as a forger with the disk would."""
    (group,) = [g for g in groups_of(left) if g.first <= index < g.first + len(g.entries)]
    entries = list(group.entries)
    entry = log.LogEntry.FromString(entries[index - group.first])
    yield entry
    entries[index - group.first] = entry.SerializeToString()
    left.change(
        "UPDATE groups SET entries = ?, leaves = ? WHERE first = ?",
        rows.packed(entries),
        b"".join(map(leaf_hash, entries)),
        group.first,
    )


def cut(left: Left, size: int) -> None:
    """Take the end of a log away, and let its head and checkpoint say so."""
    leaves = [leaf for group in groups_of(left) for leaf in group.leaves][:size]
    edge = Edge(0, ()).extended(leaves).after
    left.change("DELETE FROM groups WHERE first >= ?", size)
    left.change("UPDATE head SET size = ?, edge = ?", size, b"".join(edge.hashes))
    left.change("UPDATE checkpoint SET note = '', size = 0")


# A configured service --------------------------------------------------------------------------


@pytest.fixture
def configured(torn: Left, tmp_path: Path) -> Path:
    """The configuration of a service whose state is what the development service left."""
    home, file = torn.folder, tmp_path / "service.toml"
    shutil.copy(next((home / "repository" / "metadata").glob("1.root.json")), tmp_path)
    tls = home / "identities" / "service"
    file.write_text(
        f'listen = "127.0.0.1:0"\ntrust_domain = "development.platelaw.internal"\n'
        f'operator = "CT/example-pd"\nstate = "{home}"\n[tls]\n'
        f'certificate = "{tls / "certificate.pem"}"\nkey = "{tls / "key.pem"}"\n'
        f'authorities = "{home / "authority.pem"}"\n[repository]\n'
        f'folder = "{home / "repository"}"\nroot = "{tmp_path / "1.root.json"}"\n'
        f'[log]\nsocket = "{tmp_path / "log.sock"}"\n'
    )
    return file


def test_the_log_of_a_configuration_is_read_and_mended(torn: Left, configured: Path) -> None:
    def run(*arguments: str) -> Any:
        command = ["log", *arguments, "--config", str(configured)]
        return CliRunner().invoke(platelaw, command)

    assert "WHOLE" in run("verify").stdout
    assert "CLEAN" in run("replay", "--from-source").stdout
    cut(torn, 5)
    assert "Mended: 3 entries are lost" in run("repair", "--yes").stdout
    (told,) = read(run("show", "last", "--json").stdout)["entries"]
    assert told["act"]["by"].endswith("/agency/CT/example-pd/role/service")
    both = CliRunner().invoke(
        platelaw, ["log", "verify", "--config", str(configured), "--home", str(torn.folder)]
    )
    assert both.exit_code == 2
    assert "two logs are named" in both.stderr


def test_a_configured_service_that_runs_is_not_mended(torn: Left, configured: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as listening:
        listening.bind(str(configured.with_name("log.sock")))
        listening.listen()
        found = CliRunner().invoke(
            platelaw, ["log", "repair", "--yes", "--config", str(configured)]
        )
    assert found.exit_code == 2
    assert "the service runs" in found.stderr
    assert torn.log("verify").exit_code == 0
