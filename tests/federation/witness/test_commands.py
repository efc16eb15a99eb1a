"""``platelaw witness`` as users run it: processes, real sockets, and every fault with its mend."""

from __future__ import annotations

import datetime
import json
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.federation.conformance.identities import make_identities
from platelaw.federation.log.notes import CosignatureVerifier, Note, VerifierKey
from platelaw.federation.server.config import Address, ConfigError
from platelaw.federation.witness.client import WitnessClient
from platelaw.federation.witness.config import LISTEN, WitnessTls, read_witness_config
from platelaw.federation.witness.errors import WitnessRefusedError
from platelaw.federation.witness.policy import KnownWitness, parse_policy

from .world import NAME, ORIGIN, SmallLog, new_folder

LOG_KEY = SmallLog().signer.vkey


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(platelaw, ["witness", *map(str, arguments)])


@contextmanager
def serving(
    *arguments: str | Path, authorities: Path | None = None
) -> Generator[tuple[WitnessClient, list[str]]]:
    """A witness in a process of its own, and afterwards what it said."""
    command = [sys.executable, "-m", "platelaw", "witness", "serve", *map(str, arguments), "--json"]
    said = list[str]()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told: dict[str, Any] = json.loads(process.stdout.readline())
        known = KnownWitness("one", VerifierKey.parse(told["vkey"]), told["url"])
        try:
            yield WitnessClient(known, authorities=authorities), said
        finally:
            process.terminate()
            said += process.stderr.read().splitlines()
    assert process.returncode == 0


def cosigned(log: SmallLog, client: WitnessClient) -> Note:
    note = log.checkpoint()
    return note.with_signatures(client.cosign(note, log.prove))


def test_a_witness_is_made_serves_is_restarted_and_tells_what_it_saw(tmp_path: Path) -> None:
    folder, log = tmp_path / "here", SmallLog().grown(4)
    made = run("keys", folder, "--name", NAME)
    assert made.exit_code == 0
    policy = parse_policy(f"{made.output}quorum {NAME}\n".encode(), "w.policy")
    key = policy.witnesses[NAME].key
    with serving(folder, "--log", LOG_KEY, "--port", "0") as (client, said):
        note = cosigned(log, client)
        CosignatureVerifier(key).check(note)
    assert [json.loads(line)["event"] for line in said] == ["cosigned"]
    with (
        serving(folder, "--log", LOG_KEY, "--port", "0") as (client, said),
        pytest.raises(WitnessRefusedError, match="did not grow"),
    ):
        cosigned(SmallLog().grown(6, "hidden"), client)
    assert [json.loads(line)["event"] for line in said] == [
        "another size was seen",
        "not cosigned",
    ]
    shown = run("show", folder, "--json")
    told = json.loads(shown.output)
    assert told["vkey"] == str(key)
    assert [(one["origin"], one["size"]) for one in told["logs"]] == [(ORIGIN, 4)]
    (refused,) = told["refused"]
    assert Note.parse(refused["checkpoint"]) == SmallLog().grown(6, "hidden").checkpoint()
    words = run("show", folder).output
    assert f"log      {ORIGIN}: 4 entries, cosigned 20" in words
    assert f"REFUSED  {ORIGIN}" in words


def test_a_configuration_is_served(tmp_path: Path) -> None:
    new_folder(tmp_path / "here")
    file = tmp_path / "witness.toml"
    file.write_text(f'folder = "here"\nlisten = "127.0.0.1:0"\nlogs = ["{LOG_KEY}"]\n', "utf-8")
    with serving("--config", file) as (client, _):
        cosigned(SmallLog().grown(1), client)


def test_a_configuration_is_served_over_tls(tmp_path: Path) -> None:
    new_folder(tmp_path / "here")
    made = make_identities(tmp_path, "XX/a-pd", datetime.datetime.now(datetime.UTC))
    tls = made.service
    file = tmp_path / "witness.toml"
    file.write_text(
        f'folder = "here"\nlisten = "127.0.0.1:0"\nlogs = ["{LOG_KEY}"]\n'
        f'[tls]\ncertificate = "{tls.certificate}"\nkey = "{tls.key}"\n',
        "utf-8",
    )
    with serving("--config", file, authorities=made.caller.authorities) as (client, _):
        cosigned(SmallLog().grown(1), client)


def test_what_the_witness_is_and_watches_is_said_in_words(tmp_path: Path) -> None:
    new_folder(tmp_path / "here")
    command = [sys.executable, "-m", "platelaw", "witness", "serve", str(tmp_path / "here")]
    command += ["--log", LOG_KEY, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.terminate()
    assert [line.split()[0] for line in lines] == ["witness", "key", "watches"]
    assert lines[2].endswith(f" {ORIGIN}\n")


# Faults ---------------------------------------------------------------------------------------


def test_faults_of_a_command_line_name_the_mend(tmp_path: Path) -> None:
    here = new_folder(tmp_path / "here").folder
    for arguments, told in (
        (["serve"], "exactly one of FOLDER and --config is needed"),
        (["serve", here, "--config", "x.toml"], "exactly one of FOLDER and --config"),
        (["serve", here], "no log is named"),
        (["serve", here, "--log", "nonsense"], "--log: a key is written NAME+ID+KEY"),
        (["serve", "--config", "x.toml", "--log", LOG_KEY], "--log does not go with --config"),
        (["serve", "--config", tmp_path / "x.toml"], "x.toml: cannot be read"),
        (["serve", tmp_path / "no", "--log", LOG_KEY], "witness.vkey: no key of a witness"),
        (["show", tmp_path / "no"], "`platelaw witness keys` makes one"),
        (["keys", here, "--name", "again"], "is there already"),
        (["keys", tmp_path / "new", "--name", "a b"], "--name: the name of a key"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert told in result.output
        assert "--force" not in result.output


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    here = new_folder(tmp_path / "here").folder
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", here, "--log", LOG_KEY, "--port", str(port))
    assert result.exit_code == 2
    assert f"127.0.0.1:{port}: Address already in use" in result.output


def config_faults(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "witness.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as refusal:
        read_witness_config(file)
    return refusal.value.faults


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    for name in ("tls.pem", "tls.key"):
        tmp_path.joinpath(name).write_text("pem")
        tmp_path.joinpath(name).chmod(0o600)
    file = tmp_path / "witness.toml"
    file.write_text(
        f'folder = "here"\nlisten = "0.0.0.0:443"\nlogs = ["{LOG_KEY}"]\n'
        '[tls]\ncertificate = "tls.pem"\nkey = "tls.key"\n'
    )
    config = read_witness_config(file)
    assert config.listen == Address("0.0.0.0", 443)
    assert config.tls == WitnessTls(tmp_path / "tls.pem", tmp_path / "tls.key")
    assert list(config.logs) == [ORIGIN]
    file.write_text(f'folder = "here"\nlogs = ["{LOG_KEY}"]\n')
    assert read_witness_config(file).listen == LISTEN


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("folder = ", "is not TOML"),
        (f'logs = ["{LOG_KEY}"]', "folder: is missing; the folder that `platelaw witness keys`"),
        ('folder = "h"', "logs: is missing; name the keys of the logs"),
        ('folder = "h"\nlogs = "x"', "logs: is no list of texts"),
        ('folder = "h"\nlogs = []', "logs: is no list of texts"),
        ('folder = "h"\nlogs = ["x", 1]', "logs: is no list of texts"),
        ('folder = "h"\nlogs = ["x"]', "logs: a key is written NAME+ID+KEY"),
        (
            f'folder = "h"\nlogs = ["{LOG_KEY}"]\nlisten = "0.0.0.0:1"',
            "listen: others reach this address; add [tls], or listen on 127.0.0.1",
        ),
        (
            f'folder = "h"\nlogs = ["{LOG_KEY}"]\n[tls]\ncertificate = "c"\nkey = "k"',
            "tls.certificate: there is no file",
        ),
        (f'folder = "h"\nlogs = ["{LOG_KEY}"]\nquorum = 1', "quorum: is not known"),
    ],
)
def test_faults_of_a_configuration_name_the_key_and_the_mend(
    tmp_path: Path, text: str, told: str
) -> None:
    found = config_faults(tmp_path, text)
    assert told in found[0]
    assert "witness.toml: " in found[0]


def test_a_key_of_tls_that_others_can_read_is_a_fault(tmp_path: Path) -> None:
    for name in ("c", "k"):
        tmp_path.joinpath(name).write_text("pem")
        tmp_path.joinpath(name).chmod(0o644)
    text = f'folder = "h"\nlogs = ["{LOG_KEY}"]\n[tls]\ncertificate = "c"\nkey = "k"'
    assert "tls.key" in config_faults(tmp_path, text)[0]


def test_every_fault_of_a_configuration_is_told_by_the_command(tmp_path: Path) -> None:
    file = tmp_path / "witness.toml"
    file.write_text("other = 1\n")
    output = run("serve", "--config", file).output
    assert "folder: is missing" in output
    assert "logs: is missing" in output
    assert "other: is not known" in output
