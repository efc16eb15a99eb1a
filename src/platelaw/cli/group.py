"""The ``platelaw`` command and its help, grouped by the three users."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

SECTIONS: dict[str, tuple[str, ...]] = {
    "Starting": ("demo",),
    "Deciding and auditing (agencies, vendors, regulators)": (
        "decide",
        "explain",
        "audit",
        "generate-log",
        "results",
        "findings",
        "reconcile",
        "report",
        "evidence",
        "unmask",
        "vendor",
        "duties",
        "calendar",
        "agencies",
    ),
    "Running the service (agencies, vendors)": (
        "serve",
        "ask",
        "verify",
        "pending",
        "attest",
        "recall",
        "deleted",
        "keys",
        "bundle",
        "log",
        "witness",
    ),
    "Mapping flows (regulators)": ("trace", "close", "simulate", "flow"),
    "Writing policy (authors)": (
        "new",
        "check",
        "test",
        "fmt",
        "prove",
        "attack",
        "diff",
        "doc",
        "questions",
        "words",
        "lsp",
    ),
    "Integrating": ("schema", "conformance", "completion"),
}


# The module of each command and what it is called there; a command is imported when it is run.
_PLACES = {
    **{name: (name, f"{name}_command") for names in SECTIONS.values() for name in names},
    "generate-log": ("generate_log", "generate_log_command"),
    "deleted": ("recall", "deleted_command"),
    "completion": ("schema", "completion_command"),
}


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_INTERRUPTED = "Query interrupted"  # what DuckDB says where Ctrl-C meets it


def _end_without_room(fault: OSError) -> NoReturn:
    """End a command whose output cannot be written; what is still to be written goes nowhere."""
    from .common import stop

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    stop(f"the output cannot be written: {fault.strerror}", "make room, or send it elsewhere")


class Sections(click.Group):
    """A group whose help lists commands by user."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command."""
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in _PLACES:
            return None
        module, name = _PLACES[cmd_name]
        command: click.Command = getattr(import_module(f".{module}", __package__), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; Ctrl-C and an output without room end it in one way each."""
        try:
            return super().invoke(ctx)
        except OSError as fault:
            if fault.errno not in _NO_ROOM or fault.filename is not None:
                raise
            _end_without_room(fault)
        except RuntimeError as fault:
            if str(fault) != _INTERRUPTED:
                raise
            raise KeyboardInterrupt from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the heading of their user."""
        for title, names in SECTIONS.items():
            rows = [
                (name, command.get_short_help_str(limit=78))
                for name in names
                if (command := self.get_command(ctx, name)) is not None
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


@click.group(cls=Sections, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="platelaw")
def platelaw() -> None:
    """May this search or share of license plate reader data proceed?

    platelaw answers from law written as text: PERMIT, HOLD or DENY, with the rule, its
    citation and what is still missing. It informs counsel; it is not legal advice.
    """
