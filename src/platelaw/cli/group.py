"""The ``platelaw`` command and its help, grouped by the three users."""

from __future__ import annotations

import click

from .agencies import agencies_command
from .audit import audit_command
from .check import check_command
from .decide import decide_command, explain_command
from .demo import demo_command
from .fmt import fmt_command
from .schema import completion_command, schema_command

SECTIONS: dict[str, tuple[str, ...]] = {
    "Starting": ("demo",),
    "Deciding and auditing (agencies, vendors, regulators)": (
        "decide",
        "explain",
        "audit",
        "agencies",
    ),
    "Writing policy (authors)": ("check", "fmt"),
    "Integrating": ("schema", "completion"),
}


class Sections(click.Group):
    """A group whose help lists commands by user."""

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


for _command in (
    demo_command,
    decide_command,
    explain_command,
    audit_command,
    agencies_command,
    check_command,
    fmt_command,
    schema_command,
    completion_command,
):
    platelaw.add_command(_command)
