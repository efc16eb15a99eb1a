from __future__ import annotations

from pathlib import Path

import pytest

from platelaw.federation.server.config import (
    Address,
    Config,
    ConfigError,
    LogFormat,
    LogLevel,
    Repository,
    read_config,
)
from platelaw.federation.server.limits import Limits, Pace

LEAST = """
listen = "0.0.0.0:7443"
trust_domain = "state.example"
operator = "XX/center"
state = "state"

[tls]
certificate = "service.pem"
key = "service.key"
authorities = "authorities.pem"

[repository]
url = "https://policies.example/"
root = "root.json"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("service.pem", "service.key", "authorities.pem", "root.json"):
        (tmp_path / name).write_text("x")
    (tmp_path / "service.key").chmod(0o600)
    return tmp_path


def read(folder: Path, text: str) -> Config:
    file = folder / "platelaw.toml"
    file.write_text(text, "utf-8")
    return read_config(file)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        read(folder, text)
    return [fault.removeprefix(f"{folder}/platelaw.toml: ") for fault in error.value.faults]


def test_the_least_that_must_be_said_is_enough(folder: Path) -> None:
    config = read(folder, LEAST)
    assert config.listen == Address("0.0.0.0", 7443)
    assert config.tls.key == folder / "service.key"
    assert config.repository == Repository("https://policies.example/", folder / "root.json")
    assert config.state == folder / "state"
    assert config.limits == Limits()
    assert config.workers >= 1
    assert (config.http_listen, config.metrics_listen, config.telemetry) == (None, None, None)


def test_everything_can_be_said(folder: Path) -> None:
    more = """
http_listen = "[::1]:7444"
metrics_listen = "127.0.0.1:9464"
workers = 3
drain_seconds = 5
"""
    tables = """
[limits]
threads = 2
open_calls = 100
connections = 50
calls_per_second = 10.5
calls_at_once = 20
holds_per_second = 1
holds_at_once = 5
connection_age_seconds = 60
silence_seconds = 2

[logging]
level = "warning"
format = "console"

[telemetry]
endpoint = "http://127.0.0.1:4317"
"""
    config = read(folder, more + LEAST + tables)
    assert str(config.http_listen) == "[::1]:7444"
    assert config.metrics_listen is not None
    assert config.metrics_listen.is_loopback
    assert (config.workers, config.drain) == (3, 5)
    assert config.limits == Limits(
        threads=2,
        waiting=100,
        connections=50,
        calls=Pace(10.5, 20),
        holds=Pace(1, 5),
        connection_age=60,
        silence=2,
    )
    assert (config.logging.level, config.logging.format) == (LogLevel.WARNING, LogFormat.CONSOLE)
    assert config.telemetry == "http://127.0.0.1:4317"


def test_every_fault_is_told_at_once_with_its_key_and_its_mend(folder: Path) -> None:
    text = LEAST.replace('"0.0.0.0:7443"', '"everywhere"').replace('"root.json"', '"rot.json"')
    assert faults(folder, "workers = 0\nhttp_listen = 3\n" + text) == [
        'listen: `everywhere` is no address; write it as "0.0.0.0:7443" or "[::]:7443"',
        f"repository.root: there is no file {folder}/rot.json; "
        "the root metadata that was handed over at enrollment",
        "http_listen: is no text, or an empty one; write it in quotes",
        "workers: `0` is no number that fits; from 1 to 256",
    ]


def test_an_empty_file_is_told_what_it_lacks(folder: Path) -> None:
    keys = [fault.partition(":")[0] for fault in faults(folder, "")]
    assert keys == [
        "listen",
        "trust_domain",
        "operator",
        "state",
        "tls.certificate",
        "tls.key",
        "tls.authorities",
        "repository.url",
        "repository.root",
    ]


def test_a_key_that_is_not_known_is_a_fault(folder: Path) -> None:
    [fault] = faults(folder, LEAST + "[limits]\nthread = 2\n")
    assert fault.startswith("limits.thread: is not known; remove it, or mend its name; known are")


@pytest.mark.parametrize("key", ["development", "insecure", "verify"])
def test_no_key_turns_a_check_off(folder: Path, key: str) -> None:
    [fault] = faults(folder, f"{key} = true\n{LEAST}")
    assert fault.startswith(f"{key}: is not known")


def test_a_key_that_others_can_read_is_a_fault(folder: Path) -> None:
    (folder / "service.key").chmod(0o640)
    [fault] = faults(folder, LEAST)
    assert fault == (
        f"tls.key: {folder}/service.key can be read by others; chmod 600 {folder}/service.key"
    )


def test_a_repository_is_a_url_or_a_folder(folder: Path) -> None:
    [fault] = faults(folder, LEAST + 'folder = "here"\n')
    assert fault == "repository.url: exactly one of url and folder is needed; keep one of them"
    text = LEAST.replace('url = "https://policies.example/"', 'folder = "here"')
    assert read(folder, text).repository.source == str(folder / "here")


@pytest.mark.parametrize("url", ["http://policies.example/", "ftp://x", "policies.example"])
def test_policies_come_over_https(folder: Path, url: str) -> None:
    [fault, *_] = faults(folder, LEAST.replace("https://policies.example/", url))
    assert fault.startswith(f"repository.url: `{url}` is no https URL")


def test_what_is_no_toml_is_told_with_its_line(folder: Path) -> None:
    [fault] = faults(folder, "listen =\n")
    assert fault.startswith("is not TOML: ")
    assert "line 1" in fault


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"other\.toml: cannot be read"):
        read_config(folder / "other.toml")


def test_who_witnesses_the_log_is_said_by_files_and_names(folder: Path) -> None:
    for name in ("w.policy", "roots.pem"):
        folder.joinpath(name).write_text("x")
    log = read(
        folder,
        LEAST + '[log]\nwitnesses = "w.policy"\noutside = ["library"]\n'
        'witness_authorities = "roots.pem"\n',
    ).log
    assert (log.witnesses, log.witness_authorities) == (folder / "w.policy", folder / "roots.pem")
    assert log.outside == ("library",)
    none = read(folder, LEAST).log
    assert (none.witnesses, none.outside, none.witness_authorities) == (None, (), None)
    told = faults(folder, LEAST + '[log]\nwitnesses = "x.policy"\noutside = "library"\n')
    assert told[0].startswith("log.outside: is no list of texts; the witnesses outside law enf")
    assert told[1].startswith("log.witnesses: there is no file")
