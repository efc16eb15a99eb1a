"""Policies as a git revision has them, read through the git program."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..engine.library import EXTENSION
from .common import stop


def looks_like_revision(written: str) -> bool:
    """Whether git knows a revision, with or without a path after a colon."""
    revision = written.partition(":")[0]
    if revision.startswith("-") or not revision:
        return False
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return found is not None


def checked_out(written: str, folder: Path) -> Path:
    """The policy files of ``REV`` or ``REV:path``, written into a folder.

    Args:
        written: The revision, and the path of a file or folder from the top of the repository.
        folder: An empty folder.
    """
    revision, _, path = written.partition(":")
    listed = _git("ls-tree", "-r", "-z", "--name-only", "--full-tree", revision, "--", path or ".")
    names = [name for name in (listed or b"").decode("utf-8", "replace").split("\0") if name]
    names = [name for name in names if name.endswith(EXTENSION)]
    if not names:
        where = f" under `{path}`" if path else ""
        stop(
            f"revision `{revision}` has no {EXTENSION} file{where}",
            "name a file or folder from the top of the repository, as `REV:policies`",
        )
    for name in names:
        text = _git("cat-file", "blob", f"{revision}:{name}")
        place = folder / name
        if text is None or folder not in place.resolve().parents:
            stop(f"{revision}:{name}: cannot be read")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text)
    return folder


def _git(*arguments: str) -> bytes | None:
    """What git says of the repository one stands in; none if it fails."""
    try:
        done = subprocess.run(  # a fixed program, no shell
            ["git", *arguments],  # whichever git the user has
            capture_output=True,
            check=False,
        )
    except OSError:
        stop("git is not installed", "install git, or name files and folders")
    return done.stdout if done.returncode == 0 else None
