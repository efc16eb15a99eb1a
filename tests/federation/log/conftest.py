"""What the tests of the log share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .postgres_server import Server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One PostgreSQL for all tests of a worker that do not kill it."""
    server = Server()
    yield server
    server.close()
