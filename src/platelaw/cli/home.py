"""Where a development service keeps what it makes, and how a command finds an identity there."""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..federation.client.credentials import TlsFiles
from ..federation.identity import credentials as identity
from ..federation.proof import Vouching
from .common import stop

CLIENT_FILE = "client.toml"
_KEYS = ("server", "certificate", "key", "authority")


def default_home() -> Path | None:
    """``$XDG_STATE_HOME/platelaw`` or ``~/.local/state/platelaw``; None if the user has no home."""
    base = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(base):
        return Path(base) / "platelaw" / "development"
    try:
        return Path.home() / ".local" / "state" / "platelaw" / "development"
    except RuntimeError:
        return None


def home_from(home: Path | None) -> Path:
    """The folder named, or the default one."""
    found = home or default_home()
    if found is None:
        stop("the user has no home folder", "name a folder with --home")
    return found


home_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the development service "
    "[default: platelaw/development in the user's state folder].",
)


def _a_number(context: click.Context, parameter: click.Parameter, seconds: float) -> float:
    del context, parameter
    if math.isnan(seconds):
        raise click.BadParameter("nan is no number of seconds.")
    return seconds


timeout_option = click.option(
    "--timeout", type=click.FloatRange(0.05, 600), default=5.0, show_default=True,
    callback=_a_number, help="The seconds to wait for an answer.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calling:
    """Whom to call, and as whom.

    Attributes:
        server: Host and port.
        tls: The files of the identity.
        signer: The key that signs statements, if the identity has one.
        voucher: Who vouches with that key.
        development: Whether the service is a development one, whose answers are for trying only.
    """

    server: str
    tls: TlsFiles
    signer: Path | None
    voucher: Vouching | None
    development: bool


def calling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say whom to call, and as whom (``calling_from``)."""
    for option in reversed(
        (
            home_option,
            click.option(
                "--as",
                "name",
                help="An identity of the development service: a folder below identities/ there.",
            ),
            click.option("--server", metavar="HOST:PORT", help="A service elsewhere."),
            click.option(
                "--cert",
                "certificate",
                type=click.Path(path_type=Path),
                help="The caller's certificate in PEM, for --server.",
            ),
            click.option(
                "--key",
                type=click.Path(path_type=Path),
                help="Its private key in PEM, for --server.",
            ),
            click.option(
                "--authority",
                type=click.Path(path_type=Path),
                help="The authorities that may vouch for the service, in PEM, for --server.",
            ),
        )
    ):
        command = option(command)
    return command


def calling_from(
    home: Path | None,
    name: str | None,
    server: str | None,
    certificate: Path | None,
    key: Path | None,
    authority: Path | None,
    *,
    default: str,
) -> Calling:
    """Whom to call, and as whom, by the options of ``calling_options``.

    Args:
        home: The folder of the development service.
        name: The identity there.
        server: A service elsewhere.
        certificate: The caller's certificate.
        key: Its private key.
        authority: Who may vouch for the service.
        default: The identity if none is named.
    """
    files = (certificate, key, authority)
    if server is None:
        if any(files):
            stop("--cert, --key and --authority need --server", "add --server HOST:PORT")
        called = _at_home(home_from(home), default if name is None else name)
    else:
        _check_address(server)
        if certificate is None or key is None or authority is None:
            stop("--server needs an identity", "add --cert, --key and --authority")
        tls = TlsFiles(certificate, key, authority)
        called = Calling(server, tls, None, None, development=False)
    _check_files(called.tls)
    return called


def _check_address(server: str) -> None:
    host, _, port = server.rpartition(":")
    is_port = port.isascii() and port.isdecimal() and len(port) <= 5 and 0 < int(port) < 65536
    if not host or not is_port:
        stop(f"--server {server}: not HOST:PORT", "write one such as pd.example:8443")


def _check_files(tls: TlsFiles) -> None:
    """Refuse files that make no identity, before anything is sent."""
    try:
        identity.read_pair(
            identity.TlsFiles(tls.certificate, tls.key, tls.authorities, trust_domains=None)
        )
    except identity.CredentialsError as fault:
        stop(str(fault))


def _at_home(home: Path, name: str) -> Calling:
    known = _names(home)
    if not known:
        stop(
            f"{home}: no development service has listened from there",
            "start one with `platelaw serve`, or name a service with --server",
        )
    if name not in known:
        stop(f"no identity `{name}` in {home}", f"there are {', '.join(known)}")
    file = home / "identities" / name / CLIENT_FILE
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as fault:
        stop(f"{file}: cannot be read: {fault}", "start `platelaw serve` again, which writes it")
    missing = [each for each in _KEYS if not isinstance(raw.get(each), str)]
    if missing:
        stop(f"{file}: `{missing[0]}` is missing", "start `platelaw serve` again")
    signer = raw.get("signer")
    voucher = [str(raw.get(each, "")) for each in ("agency", "role", "user")]
    tls = TlsFiles(Path(raw["certificate"]), Path(raw["key"]), Path(raw["authority"]))
    if not signer:
        return Calling(raw["server"], tls, None, None, development=True)
    return Calling(raw["server"], tls, Path(signer), Vouching(*voucher), development=True)


def identities_of(home: Path) -> dict[str, TlsFiles]:
    """Every identity of a development service, by name."""
    return {name: _at_home(home, name).tls for name in _names(home)}


def _names(home: Path) -> list[str]:
    return sorted(place.parent.name for place in home.glob(f"identities/*/{CLIENT_FILE}"))
