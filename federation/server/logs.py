"""Lines for the operator on standard error: JSON, or words on a terminal.

Who asked for what is in nobody's operational log. So a line holds known fields only: what is not
known is left out and named, whoever logs it. Words of libraries are left out too, since they may
quote what a caller sent; their place is told.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from .config import LogFormat, Logging
from .gate import Log

# No field of a question, an answer or a person is among them.
FIELDS = frozenset(
    {
        *("event", "level", "timestamp", "worker", "pid", "file", "address", "port"),
        *("method", "status", "caller", "count", "seconds"),
        *("incident", "error", "frames", "cause", "cause_frames", "code"),
        *("check", "why", "digest", "issued", "version"),
        *("logger", "place"),
        *("origin", "size"),  # of a log
    }
)


def logger(settings: Logging, stream: TextIO | None = None, **bound: Any) -> Log:
    """A logger; what is bound stands in each of its lines."""
    out = stream or sys.stderr
    is_console = settings.format is LogFormat.CONSOLE or (not settings.format and out.isatty())
    render: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if is_console
        else structlog.processors.JSONRenderer()
    )
    log: Log = structlog.wrap_logger(
        structlog.WriteLogger(out),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.level.value),
        **bound,
    )
    return log


def only_known(logger: Any, name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line without the fields that are not known, and their names."""
    del logger, name
    if line.keys() <= FIELDS:
        return line
    left_out = sorted(line.keys() - FIELDS)
    return {**{key: line[key] for key in line.keys() & FIELDS}, "left_out": left_out}


class LibraryLines(logging.Handler):
    """Tells that a library logged something, and where."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it."""
        tell = self._log.error if record.levelno >= logging.ERROR else self._log.warning
        tell("a library warns", logger=record.name, place=f"{record.filename}:{record.lineno}")


def hear_libraries(log: Log) -> None:
    """Let what libraries log come to a logger, and nowhere else."""
    root = logging.getLogger()
    root.handlers[:] = [LibraryLines(log)]
    root.setLevel(logging.WARNING)
