"""The command line: one module a command, grouped by who uses it."""

from __future__ import annotations

import os

from .group import platelaw


def main() -> None:
    """Run the command line.

    What grpc writes to standard error by itself is left out, unless ``GRPC_VERBOSITY`` asks for it:
    faults come as errors, and log lines are JSON.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    platelaw(prog_name="platelaw")


__all__ = ["main", "platelaw"]
