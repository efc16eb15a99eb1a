"""The scenarios that come with platelaw, for the shipped illustration. A reading edge."""

from __future__ import annotations

from pathlib import Path

from ...library import shipped
from .errors import not_there
from .form import EXTENSION, read_scenario
from .scenario import Scenario


def _folder() -> Path:
    folder = shipped().joinpath("flow", "scenarios")
    assert isinstance(folder, Path), "an installed package lies in a folder"
    return folder


def shipped_names() -> tuple[str, ...]:
    """What the shipped scenarios are called."""
    return tuple(sorted(file.stem for file in _folder().iterdir() if file.suffix == EXTENSION))


def shipped_scenario(name: str) -> Scenario:
    """A shipped scenario.

    Raises:
        ScenarioError: None is called so.
    """
    if name not in shipped_names():
        raise not_there("scenario", name, shipped_names(), "platelaw")
    return read_scenario(_folder() / f"{name}{EXTENSION}")
