"""The files of a new policy repository, from the templates of its government."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from ..engine.library import shipped
from ..engine.registry import Body
from .writing import write_folder

# The rows that the repository adds to the registry.
REGISTRY = "registry.csv"
# Where each template of every repository goes.
_OF_ALL = {
    "README.md.in": "README.md",
    "tox.ini.in": "tox.ini",
    "ci.yml.in": ".github/workflows/policy.yml",
    "pre-commit.yaml.in": ".pre-commit-config.yaml",
}
_OF_A_GOVERNMENT = {
    "agency.policy.in": "policies/{slug}.policy",
    "agency-examples.policy.in": "policies/{slug}-examples.policy",
}


class ScaffoldError(Exception):
    """A repository that cannot be made; the message says why."""


def starters() -> list[str]:
    """The governments for whose agencies there are templates."""
    return sorted(
        folder.name
        for folder in shipped().joinpath("starter").iterdir()
        if folder.joinpath("agency.policy.in").is_file()
    )


def slug_of(body: Body) -> str:
    """The last part of a key, which names the policy and its files."""
    return body.key.rpartition("/")[2]


def files_of(body: Body, start: str, added: str = "") -> dict[str, str]:
    """The files of a repository by their path in it.

    Args:
        body: The agency.
        start: The day on which its policy begins, as it is written.
        added: The rows of a file that are added to the shipped registry, if there is one.
    """
    slug = slug_of(body)
    words = {"name": body.name.replace('"', "'"), "key": body.key, "slug": slug, "start": start}
    words["registry"] = f" --registry {REGISTRY}" if added else ""
    rows = {REGISTRY: added} if added else {}
    starter = shipped().joinpath("starter")
    own = _filled(starter.joinpath(body.sovereign), _OF_A_GOVERNMENT, words)
    return {**own, **rows, **_filled(starter.joinpath("repository"), _OF_ALL, words)}


def _filled(folder: Traversable, places: dict[str, str], words: dict[str, str]) -> dict[str, str]:
    return {
        place.format(slug=words["slug"]): Template(
            folder.joinpath(name).read_text("utf-8")
        ).substitute(words)
        for name, place in places.items()
    }


def must_be_new(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        ScaffoldError: It does, or is no folder.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise ScaffoldError(f"{folder} is there already; nothing was written")


def write_repository(folder: Path, files: dict[str, str]) -> None:
    """Write a folder that is not there yet, or is empty: whole, or not at all.

    Raises:
        ScaffoldError: It holds something, or cannot be written.
    """
    must_be_new(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_folder(folder, files)
    except OSError as fault:
        raise ScaffoldError(f"{folder}: cannot be written: {fault.strerror}") from fault
