"""Every command says what it does, with examples that are its own."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import click
import pytest
from jsonschema import Draft202012Validator

from platelaw.cli import platelaw
from platelaw.cli.group import SECTIONS

from .conftest import Run

CONTEXT = click.Context(platelaw)
COMMANDS = tuple(platelaw.list_commands(CONTEXT))


def command_of(name: str) -> click.Command:
    found = platelaw.get_command(CONTEXT, name)
    assert found is not None
    return found


def test_every_command_stands_in_one_section_of_the_help(run: Run) -> None:
    listed = [name for names in SECTIONS.values() for name in names]
    assert sorted(listed) == sorted(COMMANDS)
    output = run("--help").output
    for title, names in SECTIONS.items():
        assert f"{title}:" in output
        for name in names:
            assert f"\n  {name} " in output


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_a_block_of_examples(run: Run, command: str, option: str) -> None:
    result = run(command, option)
    assert result.exit_code == 0
    _, _, block = result.stdout.partition("\n  Examples:\n")
    examples = block.partition("\n\n")[0].splitlines()
    assert examples
    assert all(line.lstrip().startswith(f"platelaw {command}") for line in examples)


def options_of(command: click.Command) -> set[str]:
    """The options of a command, and of those below it."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {name for param in command.params for name in param.opts}
    return own.union(*map(options_of, below))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_use_options_that_the_command_has(command: str) -> None:
    found = command_of(command)
    known = options_of(found) | {"--help"}
    for line in (found.help or "").splitlines():
        if line.strip().startswith("platelaw "):
            words = shlex.split(line.split("|")[0].split(">")[0])
            assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_explained(command: str) -> None:
    options = [p for p in command_of(command).params if isinstance(p, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout.startswith("platelaw, version ")


@pytest.mark.parametrize("name", ["request", "decision"])
def test_the_schema_is_a_json_schema_and_its_sample_fits(run: Run, name: str) -> None:
    schema = json.loads(run("schema", name).stdout)
    Draft202012Validator.check_schema(schema)
    sample = json.loads(run("schema", name, "--sample").stdout)
    Draft202012Validator(schema).validate(sample)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_a_shell_calls_platelaw(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_PLATELAW_COMPLETE" in result.stdout
    assert f"{shell}_complete" in result.stdout


@pytest.mark.parametrize(
    "arguments", [("nope",), ("decide",), ("schema", "x"), ("completion", "x")]
)
def test_a_wrong_call_ends_with_2_and_a_hint_on_standard_error(
    run: Run, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--help" in result.stderr


_WITHOUT_EXTRAS = """
import importlib.metadata as metadata, re, sys
wanted, extra = set(), set()
for line in metadata.requires("platelaw"):
    name = re.match("[A-Za-z0-9_.-]+", line)[0]
    (extra if "extra ==" in line else wanted).add(name)
for module, brought_by in metadata.packages_distributions().items():
    if not wanted & set(brought_by) and extra & set(brought_by):
        sys.modules[module] = None  # as if it were not installed
assert sys.modules["duckdb"] is None and sys.modules["z3"] is None
import click
from platelaw.cli import platelaw

def helped(command, words):
    command.main([*words, "--help"], standalone_mode=False)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            helped(command.get_command(context, name), words)

helped(platelaw, [])
"""


def test_all_help_is_there_without_any_extra() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT_EXTRAS], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("Usage: ") > len(COMMANDS)
