"""``platelaw schema`` and ``platelaw completion``: for whoever integrates platelaw."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ..engine.schemas import NAMES, sample_text, schema_text


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES))
@click.option("--sample", is_flag=True, help="Print a full sample instead of the schema.")
def schema_command(name: str, sample: bool) -> None:
    """Print the JSON Schema of requests or of answers.

    \b
    Examples:
      platelaw schema request > request.schema.json
      platelaw schema request --sample | platelaw decide --simulate -
    """  # noqa: D301
    click.echo(sample_text(name) if sample else schema_text(name), nl=False)


@click.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    \b
    Examples:
      platelaw completion bash >> ~/.bashrc
      platelaw completion zsh > "${fpath[1]}/_platelaw"
      platelaw completion fish > ~/.config/fish/completions/platelaw.fish
    """  # noqa: D301
    found = get_completion_class(shell)
    assert found is not None, "click completes the shells that the choice names"
    completion = found(ctx.find_root().command, {}, "platelaw", "_PLATELAW_COMPLETE")
    click.echo(completion.source())
