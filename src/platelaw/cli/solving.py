"""What the commands that ask the solver share."""

from __future__ import annotations

from typing import NoReturn

import click

from ..engine.proving.solver import SolverMissingError, load
from .common import EXIT_OK, stop

_INSTALL = "in platelaw's folder: pip install '.[solver]'"

within_option = click.option(
    "--within",
    "seconds",
    type=click.FloatRange(min=0.001),
    default=20.0,
    show_default=True,
    help="Seconds for one question; what needs longer is unknown.",
)


def need_solver() -> None:
    """End the command if the solver is not installed."""
    try:
        load()
    except SolverMissingError:
        stop_without_solver()


def end_without_solver(undone: str) -> None:
    """End the command well if the solver is not installed, and say what was not done."""
    try:
        load()
    except SolverMissingError:
        click.echo(f"note: {undone}: the solver is not installed; {_INSTALL}", err=True)
        raise SystemExit(EXIT_OK) from None


def stop_without_solver(instead: str = "") -> NoReturn:
    """End the command, since the solver is not installed; ``instead`` is another way."""
    stop("the solver is not installed", f"{_INSTALL}{instead}")
