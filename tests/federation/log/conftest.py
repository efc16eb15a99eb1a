from __future__ import annotations

from pathlib import Path

import pytest

from platelaw.engine.decision import Engine

from ..deciding import asking
from . import world
from .world import Told


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "log-cache"


@pytest.fixture(scope="session")
def engine(cache: Path) -> Engine:
    return asking.engine(cache)


@pytest.fixture(scope="session")
def told(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A log of every kind of answer, closed; to be read only."""
    return world.made_in(engine, tmp_path_factory.mktemp("told") / "log")
