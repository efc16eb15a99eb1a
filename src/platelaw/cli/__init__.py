"""The command line: one module a command, grouped by who uses it."""

from __future__ import annotations

from .group import platelaw


def main() -> None:
    """Run the command line."""
    platelaw(prog_name="platelaw")


__all__ = ["main", "platelaw"]
