"""``platelaw findings``: what review found in the results of an audit, and what became of it."""

from __future__ import annotations

import click

from .findings_act import (
    assign_command,
    clear_command,
    escalate_command,
    note_command,
    outcome_command,
    reopen_command,
    uphold_command,
)
from .findings_due import due_command, suspensions_command
from .findings_hold import (
    hold_command,
    holds_command,
    incident_command,
    notice_command,
    release_command,
)
from .findings_review import review_command
from .findings_show import list_command, show_command, verify_command


@click.group("findings")
def findings_command() -> None:
    """Review the results of an audit, and keep what becomes of each finding.

    FILE is a results database that `platelaw audit` made. Findings are kept in it: nothing of them
    is changed, only added, and each entry holds the digest of the one before it.

    \b
    Examples:
      platelaw findings review year.results
      platelaw findings list year.results --severity deny
      platelaw findings show year.results 3f2a
    """  # noqa: D301


for command in (
    review_command,
    list_command,
    show_command,
    assign_command,
    clear_command,
    uphold_command,
    escalate_command,
    reopen_command,
    note_command,
    outcome_command,
    due_command,
    suspensions_command,
    hold_command,
    release_command,
    holds_command,
    incident_command,
    notice_command,
    verify_command,
):
    findings_command.add_command(command)
