"""How a command ends that got no answer from a service."""

from __future__ import annotations

from typing import NoReturn

import click

from ..federation.client import ClientError, RefusedError, SilenceError
from .common import EXIT_BAD_INPUT

EXIT_SILENCE = 6


def end_without_answer(fault: ClientError) -> NoReturn:
    """End a command: 2 if the call was refused or never sent, 6 if no answer came."""
    click.echo(f"{click.style('error:', fg='red', bold=True)} {fault}", err=True)
    is_silent = isinstance(fault, SilenceError) and not isinstance(fault, RefusedError)
    raise SystemExit(EXIT_SILENCE if is_silent else EXIT_BAD_INPUT)
