"""``platelaw keys``: certificates of callers, revocation, and keys that sign statements."""

from __future__ import annotations

import datetime
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from ..dsl.syntax import Level
from ..federation.bundles.keys import public_bytes
from ..federation.caller import CallerRole
from ..federation.identity.authority import (
    AUTHORITY_DAYS,
    CERTIFICATE_DAYS,
    AuthorityError,
    Holding,
    issue,
    new_authority,
    new_request,
)
from ..federation.identity.certificates import Shown, read_certificate, shown
from ..federation.identity.entering import table_text, with_caller, with_revoked, with_signer
from ..federation.identity.keeping import KeepingError, Kept, keep
from ..federation.identity.signers import COLUMNS, P256, SCHEMES, new_signer, signers_of
from ..federation.identity.spiffe import SpiffeError, SpiffeId, parse_spiffe
from ..federation.identity.tables import State, TableError
from .common import stop

AUTHORITY, AUTHORITY_KEY = "authority.pem", "authority.key"
CERTIFICATE, KEY, REQUEST = "tls.pem", "tls.key", "tls.csr"
SIGNER_KEY, SIGNER_PUBLIC = "signer.key", "signer.pub"
_LEVELS = (Level.ATTESTATION.value, Level.VERIFICATION.value)

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_folder_argument = click.argument("folder", type=_FOLDER)
_force_option = click.option("--force", is_flag=True, help="Replace what is there already.")
_trust_domain_option = click.option(
    "--trust-domain",
    required=True,
    metavar="NAME",
    help="The domain that the authority vouches for.",
)
_agency_option = click.option(
    "--agency", required=True, metavar="KEY", help="The registry key of the body."
)
_callers_option = click.option(
    "--callers", type=_FILE, metavar="FILE", help="Enter the caller in this register if it is new."
)


@click.group("keys")
def keys_command() -> None:
    """Certificates of callers, and keys that sign.

    A private key never leaves the folder in which it was made; nobody but its user may read it,
    and none is overwritten without --force.

    \b
    Examples:
      platelaw keys issue ca desk/tls.csr
      platelaw keys show desk/tls.pem
    """  # noqa: D301


@keys_command.command("authority")
@_folder_argument
@_trust_domain_option
@click.option("--days", type=click.IntRange(1, 36500), default=AUTHORITY_DAYS, show_default=True,
              metavar="NUMBER", help="How long it counts.")  # fmt: skip
@_force_option
def authority_command(folder: Path, trust_domain: str, days: int, force: bool) -> None:
    """Make an authority for tests and small deployments.

    Writes authority.pem, which everyone may have, and authority.key. It can vouch for its own
    trust domain and for no other.

    \b
    Example:
      platelaw keys authority ca --trust-domain agency.example
    """  # noqa: D301
    with _mends():
        made = new_authority(trust_domain, now=_now(), days=days)
        _folder(folder)
        _keep(
            Kept(folder / AUTHORITY, made.certificate),
            Kept(folder / AUTHORITY_KEY, made.key, is_private=True),
            force=force,
        )


@keys_command.command("request")
@_folder_argument
@_trust_domain_option
@_agency_option
@click.option("--role", required=True, type=click.Choice([role.value for role in CallerRole]),
              help="In which role it calls; `service` for a service itself.")  # fmt: skip
@click.option("--host", "hosts", multiple=True, metavar="NAME",
              help="Where a service answers, a name or an address; may be repeated.")  # fmt: skip
@_force_option
def request_command(
    folder: Path, trust_domain: str, agency: str, role: str, hosts: tuple[str, ...], force: bool
) -> None:
    """Make a private key and a request for its certificate.

    Writes tls.key, which stays here, and tls.csr, which any authority can sign.

    \b
    Examples:
      platelaw keys request desk --trust-domain agency.example --agency CT/example-pd \\
        --role officer-platform
      platelaw keys request here --trust-domain agency.example --agency CT/example-pd \\
        --role service --host decide.agency.example
    """  # noqa: D301
    with _mends():
        asked = new_request(SpiffeId(trust_domain, agency, CallerRole(role)), hosts)
        _folder(folder)
        _keep(
            Kept(folder / REQUEST, asked.request),
            Kept(folder / KEY, asked.key, is_private=True),
            force=force,
        )


@keys_command.command("issue")
@click.argument("authority", type=_FOLDER)
@click.argument("request", type=_FILE)
@click.option("--days", type=click.IntRange(1, 825), default=CERTIFICATE_DAYS, show_default=True,
              metavar="NUMBER", help="How long it counts.")  # fmt: skip
@click.option("-o", "--output", type=_FILE, metavar="FILE",
              help="Where to write; tls.pem beside the request if not said.")  # fmt: skip
@_callers_option
@_force_option
def issue_command(
    authority: Path,
    request: Path,
    days: int,
    output: Path | None,
    callers: Path | None,
    force: bool,
) -> None:
    """Sign a request by an authority that `keys authority` made.

    \b
    Example:
      platelaw keys issue ca desk/tls.csr --callers registry/callers.csv
    """  # noqa: D301
    output = output or request.parent / CERTIFICATE
    with _mends():
        holding = Holding(_read(authority / AUTHORITY), _read(authority / AUTHORITY_KEY))
        asked = _read(request)
        try:
            made = issue(holding, asked, now=_now(), days=days)
        except AuthorityError as fault:
            stop(f"{request}, by {authority}: {fault}")
        found = shown(read_certificate(made))
        who = parse_spiffe(found.uris[0])
        register = with_caller(callers, who, "platelaw keys issue") if callers else None
        _keep(Kept(output, made), register, force=force)
    click.echo("\n".join(_lines(found)))


@keys_command.command("show")
@click.argument("certificate", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show_command(certificate: Path, as_json: bool) -> None:
    """Tell whom a certificate names, its serial number and until when."""
    with _mends():
        found = _shown(certificate)
    if as_json:
        click.echo(json.dumps(_plain(found), indent=2))
    else:
        click.echo("\n".join(_lines(found)))


@keys_command.command("revoke")
@click.argument("certificate", type=_FILE)
@click.option("--callers", required=True, type=_FILE, metavar="FILE",
              help="The register of callers to enter it in.")  # fmt: skip
def revoke_command(certificate: Path, callers: Path) -> None:
    """Enter a certificate as revoked in a register of callers.

    A service refuses it from the moment at which it goes by that register, on connections that are
    open too. Other certificates of the same caller count on.

    \b
    Example:
      platelaw keys revoke desk/tls.pem --callers registry/callers.csv
    """  # noqa: D301
    with _mends():
        found = _shown(certificate)
        if len(found.uris) != 1:
            stop(f"{certificate}: names no caller", "name the certificate of a caller")
        register = with_revoked(callers, parse_spiffe(found.uris[0]), found.serial)
        _keep(register)
    said = "revoked" if register else "was revoked before"
    click.echo(f"{found.serial} of {found.uris[0]} {said}")


@keys_command.command("signer")
@_folder_argument
@_agency_option
@click.option("--role", required=True, metavar="WORD",
              help="The role of the vocabulary in which it signs, such as owner_custodian."
              )  # fmt: skip
@click.option("--user", required=True, metavar="NAME",
              help="An opaque name of the person or office that holds it.")  # fmt: skip
@click.option("--level", type=click.Choice(_LEVELS), default=_LEVELS[0], show_default=True,
              help="The highest proof that it may give.")  # fmt: skip
@click.option("--scheme", type=click.Choice(SCHEMES), default=P256, show_default=True,
              help="How it signs.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True,
              metavar="NUMBER", help="How long it counts.")  # fmt: skip
@click.option("--signers", type=_FILE, metavar="FILE", help="Enter the key in this register.")
@_force_option
def signer_command(
    folder: Path,
    agency: str,
    role: str,
    user: str,
    level: str,
    scheme: str,
    days: int,
    signers: Path | None,
    force: bool,
) -> None:
    """Make a key that signs statements or policies.

    Writes signer.key and signer.pub, and prints the key's row for a register of signers.

    \b
    Example:
      platelaw keys signer clerk --agency CT/example-pd --role owner_custodian --user desk-1
    """  # noqa: D301
    signer, now = new_signer(scheme), _now()
    public = public_bytes(signer.public_key)
    row = {
        "key_id": signer.public_key.keyid,
        "public_key": public.decode().strip(),
        "scheme": scheme,
        "agency": agency,
        "role": role,
        "user": user,
        "highest": level,
        "standing": State.GOOD.value,
        "valid_from": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "valid_until": f"{now + datetime.timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}",
        "source": "platelaw keys signer",
    }
    with _mends():
        signers_of(table_text(COLUMNS, [row]), "the row")
        _folder(folder)
        _keep(
            Kept(folder / SIGNER_PUBLIC, public),
            Kept(folder / SIGNER_KEY, signer.private_bytes, is_private=True),
            with_signer(signers, row) if signers else None,
            force=force,
        )
    click.echo(table_text(COLUMNS, [row]), nl=False)


# What the commands share ----------------------------------------------------------------------


@contextmanager
def _mends() -> Generator[None]:
    """A fault of the user's ends the command with its mend."""
    try:
        yield
    except (AuthorityError, KeepingError, SpiffeError, TableError) as fault:
        stop(str(fault))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _folder(folder: Path) -> None:
    """Make a folder if it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        stop(f"{folder}: cannot be made: {fault.strerror or fault}", "name another folder")


def _keep(*files: Kept | None, force: bool = False) -> None:
    """Write files, all of them or none, and say so."""
    written = [file for file in files if file is not None]
    keep(written, replace=force)
    for file in written:
        click.echo(f"wrote {file.path}" + (" (private)" if file.is_private else ""), err=True)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        stop(f"{file}: cannot be read: {fault.strerror or fault}", "name a file that is there")


def _shown(file: Path) -> Shown:
    try:
        return shown(read_certificate(_read(file)))
    except ValueError:
        stop(f"{file}: not a certificate in PEM or DER", "`platelaw keys issue` makes one")


def _plain(found: Shown) -> dict[str, int | str | list[str]]:
    return {
        "version": 1,
        "spiffe_ids": list(found.uris),
        "hosts": list(found.hosts),
        "serial": found.serial,
        "valid_from": f"{found.begins:%Y-%m-%dT%H:%M:%SZ}",
        "valid_until": f"{found.ends:%Y-%m-%dT%H:%M:%SZ}",
        "issuer": found.issuer,
        "vouches_for": list(found.vouches_for),
        "sha256": found.fingerprint,
    }


def _lines(found: Shown) -> list[str]:
    """What a certificate says, a line each; what it does not say is left out."""
    return [
        f"{name.replace('_', ' '):<12} {', '.join(value) if isinstance(value, list) else value}"
        for name, value in _plain(found).items()
        if value and name != "version"
    ]
