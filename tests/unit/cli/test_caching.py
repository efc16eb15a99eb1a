"""The cache of the command line: where it is, and what is told when it is not believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Desk, Run


def entries(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in folder.iterdir())


def test_policies_are_kept_in_the_folder_named_and_used_the_second_time(
    run: Run, desk: Desk
) -> None:
    cache = desk.folder / "cache"
    told = [
        run(
            "decide", str(desk.folder / "request.json"), *desk.options, "--cache", str(cache), *more
        )
        for more in ((), (), ("--no-cache",))
    ]
    assert entries(cache) == ["library", "tree", "tree", "tree"]
    assert [result.exit_code for result in told] == [0, 0, 0]
    assert [result.stderr for result in told] == ["", "", ""]
    assert "PERMIT" in told[0].stdout


def test_check_tells_the_same_from_the_cache(run: Run, desk: Desk) -> None:
    named = ("check", str(desk.library), "--registry", str(desk.registry), "--json")
    cache = ("--cache", str(desk.folder / "cache"))
    first, second, without = run(*named, *cache), run(*named, *cache), run(*named, "--no-cache")
    assert first.stdout == second.stdout == without.stdout
    assert '"ok": true' in first.stdout


def test_without_a_cache_nothing_is_kept(run: Run, desk: Desk) -> None:
    cache = desk.folder / "cache"
    run("check", str(desk.library), "--registry", str(desk.registry), "--cache", str(cache),
        "--no-cache")  # fmt: skip
    assert not cache.exists()


def test_the_folder_of_the_user_is_the_default(
    run: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(desk.folder / "xdg"))
    run("check", str(desk.library), "--registry", str(desk.registry))
    assert "library" in entries(desk.folder / "xdg" / "platelaw")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # not absolute, so not to be gone by
    monkeypatch.setenv("HOME", str(desk.folder))
    run("check", str(desk.library), "--registry", str(desk.registry))
    assert "library" in entries(desk.folder / ".cache" / "platelaw")


def test_a_folder_that_is_not_believed_is_told_and_the_answer_is_the_same(
    run: Run, desk: Desk
) -> None:
    cache = desk.folder / "cache"
    named = ("check", str(desk.library), "--registry", str(desk.registry), "--cache", str(cache))
    good = run(*named)
    cache.chmod(0o777)
    found = run(*named)
    assert f"note: {cache}: the folder is writable by others (chmod go-w)" in found.stderr
    assert (found.stdout, found.exit_code) == (good.stdout, 0)


def test_torn_entries_are_told_and_the_answer_is_the_same(run: Run, desk: Desk) -> None:
    cache = desk.folder / "cache"
    named = ("check", str(desk.library), "--registry", str(desk.registry), "--cache", str(cache))
    good = run(*named)
    for entry in cache.iterdir():
        entry.write_bytes(entry.read_bytes()[:-9])
    found = run(*named)
    assert found.stderr == f"note: {cache}: an entry is torn; what it holds is made anew\n"
    assert (found.stdout, found.exit_code) == (good.stdout, 0)
    assert run(*named).stderr == ""


def test_a_mended_file_is_read_though_its_date_is_the_same(run: Run, desk: Desk) -> None:
    named = ("check", str(desk.library), "--registry", str(desk.registry))
    file = desk.library / "law.policy"
    good = file.read_text()
    file.write_text(good.replace("kind of barred", "kind of narred"))
    assert run(*named).exit_code == 5
    file.write_text(good)
    assert run(*named).exit_code == 0
