from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine

from ..deciding import asking
from . import world
from .home import Left, left_in
from .postgres_server import Server
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One PostgreSQL for all tests of a worker that do not kill it."""
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def left(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Left:
    """The folder of a development service that has ended; to be read only."""
    return left_in(tmp_path_factory.mktemp("left") / "home", cache)


@pytest.fixture
def torn(left: Left, tmp_path: Path) -> Left:
    """A copy of it, to be tampered with."""
    return left.copy(tmp_path / "home")
