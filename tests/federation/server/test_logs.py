from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from platelaw.federation.server.config import LogFormat, Logging, LogLevel
from platelaw.federation.server.logs import hear_libraries, logger


def test_lines_are_json_with_a_time_in_utc() -> None:
    out = io.StringIO()
    logger(Logging(), out, worker=3).info("serving", port=7443)
    line = json.loads(out.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "serving", "level": "info", "port": 7443, "worker": 3}


def test_a_field_that_is_not_known_is_left_out_and_named() -> None:
    out = io.StringIO()
    logger(Logging(), out).error("call failed", plate="PLATE 1", reason="a reason", code=1)
    line = json.loads(out.getvalue())
    assert line["left_out"] == ["plate", "reason"]
    assert line["code"] == 1
    assert "PLATE" not in out.getvalue()
    assert "a reason" not in out.getvalue()


def test_what_is_below_the_level_is_not_logged() -> None:
    out = io.StringIO()
    log = logger(Logging(level=LogLevel.WARNING), out)
    log.info("call refused")
    assert out.getvalue() == ""
    log.warning("worker slow")
    assert "worker slow" in out.getvalue()


def test_on_request_lines_are_words() -> None:
    out = io.StringIO()
    logger(Logging(format=LogFormat.CONSOLE), out).info("serving", port=7443)
    assert "port=7443" in out.getvalue()
    assert not out.getvalue().startswith("{")


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    found = logging.getLogger()
    handlers, level = list(found.handlers), found.level
    yield found
    found.handlers[:] = handlers
    found.setLevel(level)


def test_of_what_libraries_log_the_place_is_told_and_not_the_words(root: logging.Logger) -> None:
    out = io.StringIO()
    hear_libraries(logger(Logging(), out))
    logging.getLogger("grpc._server").error("Exception calling application: %s", "PLATE 1")
    line = json.loads(out.getvalue())
    assert (line["level"], line["logger"]) == ("error", "grpc._server")
    assert str(line["place"]).startswith("test_logs.py:")
    assert "PLATE" not in out.getvalue()
    assert root.handlers
