"""``platelaw ask``: what it refuses before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw


def ask(*arguments: str | Path) -> Result:
    return CliRunner().invoke(platelaw, ["ask", *map(str, arguments)])


def elsewhere(server: str, file: Path) -> tuple[str | Path, ...]:
    files = ("--cert", file, "--key", file, "--authority", file)
    return ("--server", server, *files, "--example", "permit")


@pytest.mark.parametrize("held", [b"", b"\x00\xff\x80 nothing of the kind"])
def test_files_that_make_no_identity_are_named(tmp_path: Path, held: bytes) -> None:
    file = tmp_path / "some.pem"
    file.write_bytes(held)
    refused = ask(*elsewhere("pd.example:8443", file))
    assert refused.exit_code == 2
    assert f"{file}: holds no certificate in PEM; write one" in refused.stderr


@pytest.mark.parametrize(
    "server", ["pd.example", "pd.example:", ":8443", "pd.example:99999", "pd.example:0", "a:٤٤٣"]
)
def test_an_address_that_is_none_is_refused(tmp_path: Path, server: str) -> None:
    refused = ask(*elsewhere(server, tmp_path / "some.pem"))
    assert refused.exit_code == 2
    assert f"--server {server}: not HOST:PORT" in refused.stderr


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300", "0"])
def test_a_time_that_is_no_time_is_refused(tmp_path: Path, seconds: str) -> None:
    refused = ask("--home", tmp_path, "--example", "permit", "--timeout", seconds)
    assert refused.exit_code == 2
    assert "--timeout" in refused.stderr


def test_a_certificate_counts_for_a_named_service_only(tmp_path: Path) -> None:
    refused = ask("--cert", tmp_path / "some.pem", "--example", "permit")
    assert refused.exit_code == 2
    assert "add --server HOST:PORT" in refused.stderr


@pytest.mark.parametrize("name", ["", "..", "../identities/me", "other"])
def test_an_identity_is_one_of_those_that_are_there(tmp_path: Path, name: str) -> None:
    place = tmp_path / "identities" / "me"
    place.mkdir(parents=True)
    (place / "client.toml").write_text("", "utf-8")
    refused = ask("--home", tmp_path, "--as", name, "--example", "permit")
    assert refused.exit_code == 2
    assert f"no identity `{name}`" in refused.stderr
    assert "there are me" in refused.stderr


def test_a_file_and_an_example_are_two_requests(tmp_path: Path) -> None:
    refused = ask(tmp_path / "request.json", "--example", "permit")
    assert (refused.exit_code, "two requests" in refused.stderr) == (2, True)
