"""A group of commands with one that is meant where none is named."""

from __future__ import annotations

from typing import Any

import click


class WithDefault(click.Group):
    """A group whose first argument may be what its main command is given.

    ``platelaw report RESULTS`` is ``platelaw report audit RESULTS``.
    """

    def __init__(self, *args: Any, default: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, with the name of the main command before them if none is there."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default, *args]
        return super().parse_args(ctx, args)
