"""The cache folder: what is put is got; what others may have written is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from platelaw.engine.cache import LARGEST_ENTRY, Cache

KEY = "tree-1"
PAYLOAD = b"what was read\n" * 40
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    made = Cache(tmp_path / "cache")
    made.put(KEY, PAYLOAD)
    assert made.notes == []
    return made


def again(cache: Cache) -> Cache:
    return Cache(cache.folder)


def entry(cache: Cache) -> Path:
    return cache.folder / KEY


def test_what_was_put_is_got_by_another_process_as_it_was(cache: Cache) -> None:
    assert again(cache).get(KEY) == PAYLOAD
    assert again(cache).get("tree-2") is None


def test_folder_and_entries_are_their_owners_alone(cache: Cache) -> None:
    assert cache.folder.stat().st_mode & 0o777 == 0o700
    assert entry(cache).stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_beside_an_entry(cache: Cache) -> None:
    assert [path.name for path in cache.folder.iterdir()] == [KEY]


def test_an_entry_cut_anywhere_is_told_and_as_good_as_none(cache: Cache) -> None:
    whole = entry(cache).read_bytes()
    for length in range(len(whole)):
        entry(cache).write_bytes(whole[:length])
        found = again(cache)
        assert found.get(KEY) is None, length
        assert "an entry is torn; what it holds is made anew" in found.notes[0]


def test_an_entry_with_any_byte_changed_is_as_good_as_none(cache: Cache) -> None:
    whole = entry(cache).read_bytes()
    for at in range(len(whole)):
        entry(cache).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert again(cache).get(KEY) is None, at


def test_bytes_after_an_entry_make_it_as_good_as_none(cache: Cache) -> None:
    entry(cache).write_bytes(entry(cache).read_bytes() + b"x")
    assert again(cache).get(KEY) is None


def test_an_entry_of_another_version_is_told_and_as_good_as_none(cache: Cache) -> None:
    other = again(cache)
    other._maker = b"1 another-source cpython-3.11.0"  # pyright: ignore[reportPrivateUsage]
    other.put(KEY, b"made by another version")
    found = again(cache)
    assert found.get(KEY) is None
    assert "was made by another version of platelaw or Python" in found.notes[0]


def test_a_torn_entry_is_replaced_by_what_is_put(cache: Cache) -> None:
    entry(cache).write_bytes(b"")
    cache.put(KEY, PAYLOAD)
    assert again(cache).get(KEY) == PAYLOAD


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_to_is_refused(cache: Cache, mode: int) -> None:
    cache.folder.chmod(mode)
    found = again(cache)
    assert found.get(KEY) is None
    assert "the folder is writable by others (chmod go-w)" in found.notes[0]
    before = entry(cache).read_bytes()
    found.put(KEY, b"other")
    assert entry(cache).read_bytes() == before
    assert "nothing is kept" in found.notes[1]


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_an_entry_that_others_may_write_to_is_refused(cache: Cache, mode: int) -> None:
    entry(cache).chmod(mode)
    found = again(cache)
    assert found.get(KEY) is None
    assert "an entry is writable by others" in found.notes[0]


@as_root
def test_a_folder_of_another_user_is_refused(cache: Cache) -> None:
    os.chown(cache.folder, 12345, 12345)
    found = again(cache)
    assert found.get(KEY) is None
    assert "the folder belongs to another user" in found.notes[0]


@as_root
def test_an_entry_of_another_user_is_refused(cache: Cache) -> None:
    os.chown(entry(cache), 12345, 12345)
    found = again(cache)
    assert found.get(KEY) is None
    assert "an entry belongs to another user" in found.notes[0]


def test_a_symbolic_link_is_no_folder(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(cache.folder)
    found = Cache(tmp_path / "link")
    assert found.get(KEY) is None
    assert "it is no folder, or a symbolic link" in found.notes[0]


def test_a_symbolic_link_is_no_entry(cache: Cache, tmp_path: Path) -> None:
    entry(cache).rename(tmp_path / "elsewhere")
    entry(cache).symlink_to(tmp_path / "elsewhere")
    found = again(cache)
    assert found.get(KEY) is None
    assert "an entry cannot be opened" in found.notes[0]


def test_a_pipe_in_the_place_of_an_entry_is_refused_and_not_waited_for(cache: Cache) -> None:
    entry(cache).unlink()
    os.mkfifo(entry(cache), 0o600)
    found = again(cache)
    assert found.get(KEY) is None
    assert "an entry is no file, or too large" in found.notes[0]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    found = Cache(tmp_path / "cache")
    assert found.get(KEY) is None
    found.put(KEY, PAYLOAD)
    assert len(found.notes) == 2
    assert all(str(tmp_path / "cache") in note for note in found.notes)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = Cache(tmp_path / "file" / "cache")
    found.put(KEY, PAYLOAD)
    assert "cannot be written (" in found.notes[0]


def test_what_is_too_large_is_not_kept(cache: Cache) -> None:
    cache.put("large", bytes(LARGEST_ENTRY + 1))
    assert not (cache.folder / "large").exists()


def test_the_oldest_entries_go_first(cache: Cache) -> None:
    for at in range(5):
        cache.put(f"tree-{at}", PAYLOAD)
        os.utime(cache.folder / f"tree-{at}", ns=(at, at))
    size = entry(cache).stat().st_size
    cache.prune(2 * size)
    assert sorted(path.name for path in cache.folder.iterdir()) == ["tree-3", "tree-4"]


WRITE_OFTEN = f"""
import sys
from pathlib import Path
from platelaw.engine.cache import Cache

cache = Cache(Path(sys.argv[1]))
for _ in range(200):
    cache.put({KEY!r}, sys.argv[2].encode() * 5000)
"""


def test_of_two_processes_that_write_at_once_one_entry_is_whole(cache: Cache) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE_OFTEN, str(cache.folder), letter])
        for letter in ("a", "b")
    ]
    seen: set[bytes | None] = set()
    while any(writer.poll() is None for writer in writers):
        seen.add(cache.get(KEY))
    assert [writer.wait() for writer in writers] == [0, 0]
    assert cache.notes == []
    assert seen <= {PAYLOAD, b"a" * 5000, b"b" * 5000}
    assert cache.get(KEY) in (b"a" * 5000, b"b" * 5000)
    assert [path.name for path in cache.folder.iterdir()] == [KEY]
