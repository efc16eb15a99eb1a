"""The flag that writes the corpus anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-corpus",
        action="store_true",
        help="Write the expected texts of tests/corpus and the examples in docs/diagnostics anew.",
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-corpus", default=False))
