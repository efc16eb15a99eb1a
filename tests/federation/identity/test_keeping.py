"""Files are written whole or not at all, and private ones for nobody else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.federation.identity.keeping import KeepingError, Kept, keep


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.usefixtures("open_umask")
def test_a_private_file_is_for_its_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    keep([Kept(tmp_path / "key", b"k", is_private=True), Kept(tmp_path / "pem", b"p")])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"key": 0o600, "pem": 0o644}


def test_a_file_that_is_there_is_kept_and_so_nothing_else_is_written(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"old")
    with pytest.raises(
        KeepingError, match=r"key: is there already; name another place, or say --f"
    ):
        keep([Kept(tmp_path / "pem", b"p"), Kept(tmp_path / "key", b"k", is_private=True)])
    assert files_of(tmp_path) == {"key": b"old"}


def test_a_file_is_replaced_when_asked_and_becomes_private(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"old")
    keep([Kept(tmp_path / "key", b"k", is_private=True)], replace=True)
    assert files_of(tmp_path) == {"key": b"k"}
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("replace", [False, True])
def test_where_one_file_cannot_be_written_none_is(tmp_path: Path, replace: bool) -> None:
    files = [Kept(tmp_path / "pem", b"p"), Kept(tmp_path / "absent" / "key", b"k", is_private=True)]
    with pytest.raises(
        KeepingError, match=r"key: cannot be written: No such file or directory; ch"
    ):
        keep(files, replace=replace)
    assert files_of(tmp_path) == {}


def test_whoever_was_faster_keeps_his_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link, rival = os.link, tmp_path / "key"

    def slower(source: str | Path, target: str | Path) -> None:
        if Path(target) == rival:
            rival.write_bytes(b"rival")
        link(source, target)

    monkeypatch.setattr(os, "link", slower)
    with pytest.raises(KeepingError, match="is there already"):
        keep([Kept(tmp_path / "pem", b"p"), Kept(rival, b"k", is_private=True)])
    assert files_of(tmp_path) == {"key": b"rival"}
