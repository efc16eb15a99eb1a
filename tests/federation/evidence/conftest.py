from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped_registry
from platelaw.federation.evidence.store import EvidenceStore

from .people import OWNER, Person, Register, store_at


@pytest.fixture
def supervisor() -> Person:
    return Person(OWNER, "owner_supervisor", "sergeant-1")


@pytest.fixture
def register(supervisor: Person) -> Register:
    return Register([supervisor])


@pytest.fixture
def store(tmp_path: Path, register: Register) -> Iterator[EvidenceStore]:
    opened = store_at(tmp_path, register)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def engine() -> Engine:
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    return Engine(library, registry)
