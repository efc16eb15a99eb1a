"""The shipped library, read once for all tests of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from platelaw.cli import common
from platelaw.dsl.check import Checked
from platelaw.dsl.model import Library
from platelaw.engine.cache import Cache
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.registry import Registry


@pytest.fixture(scope="session")
def checked() -> Checked:
    return load((), shipped_registry().bodies.keys())


@pytest.fixture(scope="session")
def library(checked: Checked) -> Library:
    assert checked.library is not None
    return checked.library


@pytest.fixture
def quick_library(monkeypatch: pytest.MonkeyPatch, checked: Checked) -> None:
    """What is tested are the commands, not the reading of policies."""

    def read(places: Iterable[Path], registry: Registry, cache: Cache | None) -> Checked:
        del places, registry, cache
        return checked

    monkeypatch.setattr(common, "library_from", read)
