"""The shipped library, read once for all tests of findings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platelaw.cli import common
from platelaw.dsl.check import Checked
from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped_registry


@pytest.fixture(scope="session")
def checked() -> Checked:
    return load((), shipped_registry().bodies.keys())


@pytest.fixture(scope="session")
def engine(checked: Checked) -> Engine:
    assert checked.library is not None
    return Engine(checked.library, shipped_registry())


@pytest.fixture(scope="module")
def quick_library(checked: Checked) -> Iterator[None]:
    """Commands take the library that was read."""

    def read(*_: object) -> Checked:
        return checked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "library_from", read)
        yield
