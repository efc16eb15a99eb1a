from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine

from ..deciding import asking
from ..deciding.asking import Point


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return asking.engine(tmp_path_factory.getbasetemp() / "deciding-cache")


@pytest.fixture
def point(engine: Engine, tmp_path: Path) -> Iterator[Point]:
    made = Point(engine, tmp_path)
    yield made
    made.store.close()
