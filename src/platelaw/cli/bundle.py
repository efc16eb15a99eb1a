"""``platelaw bundle``: signed policies, registry and agreements, published and taken over."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from ..engine.cache import Cache
from ..federation.bundles import ceremony
from ..federation.bundles.authoring import renew
from ..federation.bundles.charter import charter_of
from ..federation.bundles.client import VerifiedBundle, stored, sync, utc_now
from ..federation.bundles.drafting import Draft
from ..federation.bundles.repository import Repository
from ..federation.bundles.updating import is_root, issued_at
from ..federation.snapshot import EXPIRED_AFTER, STALE_AFTER
from .bundle_author import (
    enroll_command,
    init_command,
    publish_command,
    rotate_command,
    sign_command,
    sign_root_command,
)
from .bundle_common import faults_told, json_option, online_from, repository_argument
from .bundle_enable import enable_command
from .caching import cache_options
from .common import EXIT_FAULTS, stop


@click.group("bundle")
def bundle_command() -> None:
    """Publish signed policies, registry and agreements, and take them over.

    Policies travel as text in a repository of The Update Framework: whoever serves them verifies
    every signature, and nobody's key reaches beyond his own folder. docs/bundles.md is for those
    who publish.

    \b
    Examples:
      platelaw bundle init --help
      platelaw bundle status policies.d
      platelaw bundle sync --help
    """  # noqa: D301


for _command in (
    init_command,
    sign_root_command,
    rotate_command,
    enroll_command,
    publish_command,
    sign_command,
    enable_command,
):
    bundle_command.add_command(_command)


@bundle_command.command("timestamp")
@repository_argument
@click.option("--online", required=True, metavar="DIR",
              type=click.Path(path_type=Path, file_okay=False),
              help="The folder of the online keys, snapshot.pem and timestamp.pem.")  # fmt: skip
def timestamp_command(folder: Path, online: Path) -> None:
    """Sign the timestamp anew: hourly, on the publisher's host.

    The age of every policy is counted from it: after a day answers are marked stale and nobody
    outside gets any, after seven days nobody does.

    \b
    Example:
      platelaw bundle timestamp policies.d --online online
    """  # noqa: D301
    with faults_told():
        keys = online_from(online)
        assert keys is not None
        expires = renew(Repository(folder), keys, utc_now())
    click.echo(f"signed: the timestamp, which expires {_told(expires)}")


_mirror_option = click.option(
    "--mirror", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="The folder that keeps what was verified.",
)  # fmt: skip
_root_option = click.option(
    "--root", "root", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="The root that is trusted from the beginning: 1.root.json, from a hand that you trust.",
)  # fmt: skip


@bundle_command.command("sync")
@click.argument("source")
@_mirror_option
@_root_option
@json_option
@cache_options
def sync_command(
    source: str, mirror: Path | None, root: Path | None, as_json: bool, cache: Cache | None
) -> None:
    """Take over the newest version of a repository, verified, into a mirror.

    SOURCE is a folder or an address that begins with http. A version that is not signed as it must
    be, is older than one that was seen, or cannot serve is refused whole: exit code 5, and the
    last good one goes on serving until it is too old.

    \b
    Example:
      platelaw bundle sync https://policies.example.gov/ --mirror mirror --root 1.root.json
    """  # noqa: D301
    if mirror is None or root is None:
        stop("whose root is trusted, and where is the mirror?", "name --root and --mirror")
    with faults_told():
        bundle = sync(source, mirror, _root(root), store=cache)
    if cache is not None:
        cache.prune()
    _show(bundle, as_json=as_json)
    raise SystemExit(EXIT_FAULTS if bundle.fault or bundle.alarms else 0)


@bundle_command.command("status")
@click.argument("folder", required=False, metavar="[REPOSITORY]",
                type=click.Path(path_type=Path, file_okay=False))  # fmt: skip
@_mirror_option
@_root_option
@json_option
@cache_options
def status_command(
    folder: Path | None,
    mirror: Path | None,
    root: Path | None,
    as_json: bool,
    cache: Cache | None,
) -> None:
    """Tell what a repository publishes and what waits, or what a mirror serves.

    \b
    Examples:
      platelaw bundle status policies.d
      platelaw bundle status --mirror mirror --root 1.root.json --json
    """  # noqa: D301
    if folder is not None:
        if not folder.is_dir():
            stop(f"{folder}: no such folder", "name a repository, or begin one: `bundle init`")
        with faults_told():
            found = _published(Repository(folder))
        click.echo(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found)))
        return
    if mirror is None or root is None:
        stop("status of what?", "name a repository, or --mirror and --root")
    with faults_told():
        _show(stored(mirror, _root(root), store=cache), as_json=as_json)


def _root(file: Path) -> bytes:
    """The root that is trusted from the beginning."""
    try:
        data = file.read_bytes()
    except OSError as fault:
        stop(f"{file}: cannot be read: {fault.strerror}", "name 1.root.json")
    if not is_root(data):
        stop(f"{file}: not the root of a repository", "name 1.root.json as it was handed over")
    return data


# A repository -----------------------------------------------------------------------------------


def _published(repository: Repository) -> dict[str, Any]:
    """What a repository publishes, and what waits."""
    waiting = ceremony.root_status(repository)
    found: dict[str, Any] = {"root": repository.root_version(), "keys": _keys_of(repository)}
    if waiting is not None:
        found["root_waits"] = {"version": waiting.version, "missing": list(waiting.missing)}
    if not repository.root_version():
        return found
    draft = Draft.of(repository, utc_now())
    found["waits"] = {
        each.role: {"missing": each.missing, "may_sign": [key.keyid for key in each.keys]}
        for each in draft.wanted()
    }
    found["complete"] = sorted(draft.roles.keys() - found["waits"].keys())
    if draft.state.timestamp is None:
        return found
    timestamp = draft.state.timestamp.signed
    return {
        **found,
        **_age(issued_at(timestamp)),
        "expires": timestamp.expires.isoformat(),
        "roles": {
            role: {
                "version": each.signed.version,
                "expires": each.signed.expires.isoformat(),
                "files": len(each.signed.targets),
                "signers": list(each.signatures),
            }
            for role, each in sorted(draft.state.roles.items())
        },
    }


def _keys_of(repository: Repository) -> dict[str, Any]:
    """Whose keys the newest root names, signed or waiting, by role."""
    root = ceremony.pending_root(repository) or repository.root()
    if root is None:
        return {}
    charter = charter_of(root.signed).quorums
    quorums = [(name, role.threshold, role.keyids) for name, role in root.signed.roles.items()]
    quorums += [(name, quorum.threshold, quorum.keyids) for name, quorum in charter.items()]
    return {name: {"threshold": threshold, "keys": list(keys)} for name, threshold, keys in quorums}


def _lines(found: Mapping[str, Any]) -> Iterable[str]:
    yield f"root {found['root']}" if found["root"] else "no signed root yet"
    if waits := found.get("root_waits"):
        yield f"waits: root {waits['version']} for {waits['missing'][0]} signatures"
    for name, role in found["keys"].items():
        yield f"{name}: {role['threshold']} of {', '.join(id_[:8] for id_ in role['keys'])}"
    for role, waits in found.get("waits", {}).items():
        yield f"waits: {role} for {waits['missing']} more of its signatures"
    for role in found.get("complete", ()):
        yield f"waits: {role} for the publisher's host"
    if "age_hours" in found:
        yield f"signed {found['age_hours']} hours ago{_how_old(found)}, expires {found['expires']}"
    for role, each in found.get("roles", {}).items():
        signers = ", ".join(id_[:8] for id_ in each["signers"])
        yield f"{role} {each['version']}: {each['files']} files, signed by {signers}"


# A version --------------------------------------------------------------------------------------


def _show(bundle: VerifiedBundle, *, as_json: bool) -> None:
    found = _served(bundle)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    if bundle.fault is not None:
        click.echo(f"{click.style('refused:', fg='red', bold=True)} {bundle.fault.message}")
        click.echo("the last good version goes on serving")
    for alarm in bundle.alarms:
        click.echo(f"{click.style('ALARM:', fg='red', bold=True)} {alarm}")
    for path, why in bundle.contents.void.items():
        click.echo(f"turns on nothing any more: {path}: {why}")
    click.echo(f"{len(bundle.files)} files, digest {bundle.digest}")
    click.echo(
        f"signed {found['age_hours']} hours ago{_how_old(found)}, expires {found['expires']}"
    )
    for role, each in found["roles"].items():
        signers = ", ".join(id_[:8] for id_ in each["signers"])
        click.echo(f"{role} {each['version']}: {each['threshold']} of {signers}")
    if bundle.development:
        click.echo("DEVELOPMENT: the keys of this repository are good for trying only")


def _served(bundle: VerifiedBundle) -> dict[str, Any]:
    """A version as plain values."""
    fault = bundle.fault
    return {
        "digest": bundle.digest,
        "files": len(bundle.files),
        "development": bundle.development,
        **_age(bundle.issued_at),
        "expires": bundle.expires.isoformat(),
        "fault": None if fault is None else {"message": fault.message, "help": fault.help},
        "alarms": list(bundle.alarms),
        "void": dict(bundle.contents.void),
        "left_out": list(bundle.contents.left_out),
        "enabled": {
            path: {"owner": each.owner, "partner": each.partner,
                   "expires": each.expires.isoformat()}
            for path, each in bundle.contents.records.items()
        },
        "versions": dict(sorted(bundle.versions.items())),
        "roles": {
            role: {
                "version": bundle.versions.get(role, 0),
                "threshold": quorum.threshold,
                "signers": quorum.keyids,
            }
            for role, quorum in sorted(bundle.quorums.items())
        },
    }  # fmt: skip


def _age(issued: datetime.datetime) -> dict[str, Any]:
    """How old a version is, by its signed time of issue."""
    age = utc_now() - issued
    return {
        "issued_at": issued.isoformat(),
        "age_hours": round(age.total_seconds() / 3600, 1),
        "stale": age > STALE_AFTER,
        "expired": age > EXPIRED_AFTER,
    }


def _how_old(found: Mapping[str, Any]) -> str:
    if found["expired"]:
        return ", EXPIRED"
    return ", STALE" if found["stale"] else ""


def _told(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
