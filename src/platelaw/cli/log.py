"""``platelaw log``: what was answered and done, for whoever has to prove it or check it."""

from __future__ import annotations

import click

from .log_export import export_command
from .log_keys import keys_group
from .log_repair import repair_command
from .log_replay import replay_command
from .log_show import show_command
from .log_verify import verify_command


@click.group("log")
def log_command() -> None:
    """Verify, replay, read, export and mend the log of answers.

    No command needs a running service. Those that only read may be run while one writes.

    \b
    Examples:
      platelaw log verify
      platelaw log replay --config /etc/platelaw/platelaw.toml
      platelaw log show last
      platelaw log export a-copy
      platelaw log verify --export a-copy --key logs.csv
    """  # noqa: D301


for command in (
    verify_command,
    replay_command,
    show_command,
    export_command,
    repair_command,
    keys_group,
):
    log_command.add_command(command)
