"""``platelaw conformance``: exit codes, names, and what is said of what is wrong."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw

HOOK = shlex.join([sys.executable, "-m", "platelaw", "conformance", "hook"])
CARELESS = """
import json, sys
from platelaw.federation.conformance.enforcing import enforce
results = enforce(json.load(sys.stdin))["results"]
print(json.dumps({"results": [{**one, "decision": "release"} for one in results]}))
"""


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(platelaw, ["conformance", *words], input=given)


def test_every_exchange_is_listed_with_what_is_right() -> None:
    listed = run("list").output
    assert "Of services" in listed
    assert "05-hold" in listed
    assert "A HOLD releases nothing." in listed
    assert len([line for line in listed.splitlines() if line.startswith("  ")]) >= 100


def test_the_hook_of_the_kit_passes() -> None:
    ran = run("run", "--integration", HOOK, "--only", "hold", "--only", "many-swapped")
    assert ran.exit_code == 0, ran.output
    assert "4 of 4 right." in ran.output


def test_a_careless_hook_does_not_and_is_told_why(tmp_path: Path) -> None:
    tmp_path.joinpath("careless.py").write_text(CARELESS, "utf-8")
    command = shlex.join([sys.executable, str(tmp_path / "careless.py")])
    ran = run("run", "--integration", command, "--only", "05-hold", "--only", "01-permit")
    assert ran.exit_code == 5
    assert "ask 1: decision is 'release', not 'no release'" in ran.output
    assert "1 of 2 right." in ran.output
    told = run("run", "--integration", command, "--only", "05-hold", "--json")
    (found,) = json.loads(told.output)["exchanges"]
    assert found["name"] == "05-hold"
    assert found["wrong"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--only", "no-such"), "no exchange `no-such`"),
        (("--integration", "a", "--integration-url", "http://b/"), "two integrations"),
        (("--integration", "'"), "write the command as in a shell"),
        (("--integration", " "), "--integration is empty"),
        (("--integration-url", "ftp://b/"), "write one such as"),
        (("--server", "127.0.0.1:1"), "--server needs an identity"),
    ],
)
def test_options_that_cannot_be_gone_by_are_refused(words: tuple[str, ...], told: str) -> None:
    ran = run("run", *words)
    assert ran.exit_code == 2
    assert told in ran.output


@pytest.mark.parametrize("given", ["", "{", "[]", "{}", '{"asks": 1}'])
def test_what_is_no_task_is_refused_by_the_hook(given: str) -> None:
    ran = run("hook", given=given)
    assert ran.exit_code == 2
    assert "holds no task" in ran.output
