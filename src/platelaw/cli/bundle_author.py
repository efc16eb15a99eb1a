"""``platelaw bundle``, for those who publish: the ceremony, enrolment, files, signatures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from securesystemslib.signer import SSlibKey

from ..engine.cache import Cache
from ..federation.bundles import ceremony, charter
from ..federation.bundles.charter import REGISTRY, Charter, Quorum
from ..federation.bundles.client import utc_now
from ..federation.bundles.drafting import Draft
from ..federation.bundles.errors import AuthoringError, UntrustedError
from ..federation.bundles.keys import read_public, read_signer, write_signer
from ..federation.bundles.layout import Part, Place, PlaceError, agency, place_of
from ..federation.bundles.publishing import apply, files_at, files_below
from ..federation.bundles.repository import Repository
from ..federation.identity.signers import new_signer
from .bundle_common import (
    faults_told,
    finish,
    keys_option,
    online_from,
    online_option,
    repository_argument,
    signers_from,
)
from .caching import cache_options
from .common import stop

ONLINE = ("snapshot", "timestamp")


@click.command("init")
@repository_argument
@click.option("--state", "states", multiple=True, required=True, metavar="CODE",
              help="A state whose law is published here; may be repeated.")  # fmt: skip
@click.option("--keys", "folder_of_keys", required=True, metavar="DIR",
              type=click.Path(path_type=Path, file_okay=False),
              help="Where new keys go: a folder for each holder, one for the host.")  # fmt: skip
@click.option("--holders", type=click.IntRange(2, 9), default=3, show_default=True,
              help="How many people hold a key of each role.")  # fmt: skip
@click.option("--threshold", type=click.IntRange(2, 9), default=2, show_default=True,
              help="How many of them must sign.")  # fmt: skip
@click.option("--public", "public", multiple=True, metavar="ROLE=FILE",
              help="A public key made elsewhere, for root, targets, core, federal, state.CODE, "
              "registry, snapshot or timestamp; may be repeated. No keys are made for a role that "
              "has one.")  # fmt: skip
def init_command(
    folder: Path,
    states: tuple[str, ...],
    folder_of_keys: Path,
    holders: int,
    threshold: int,
    public: tuple[str, ...],
) -> None:
    """Begin a repository: write a root that waits for its signatures.

    Offline keys are made for each holder in a folder of its own, readable by its user alone;
    carry them away, and let each holder sign with `platelaw bundle sign-root`. The checklist of
    the ceremony is in docs/bundles.md.

    \b
    Example:
      platelaw bundle init policies.d --state CT --keys ceremony
    """  # noqa: D301
    if threshold > holders:
        stop(f"{threshold} of {holders} can never sign", "name at least as many holders")
    with faults_told():
        repository = Repository(folder)
        if repository.root_version():
            stop(f"{folder}: is a repository already")
        chartered = ["core", "federal", REGISTRY, *(_state(code) for code in states)]
        given = _public(public, ("root", "targets", *ONLINE, *chartered))
        keys = {
            role: given.get(role) or _made(folder_of_keys, role, holders)
            for role in ("root", "targets", *chartered, *ONLINE)
        }
        quorums = {
            role: Quorum(tuple(held), 1 if role in ONLINE else threshold)
            for role, held in keys.items()
        }
        top = {role: quorums[role] for role in ceremony.TOP}
        signed = Charter({role: quorums[role] for role in chartered})
        ceremony.begin(repository, top, signed, utc_now())
    click.echo(f"waits: root 1 for {threshold} signatures (`platelaw bundle sign-root`)")


def _state(code: str) -> str:
    try:
        return place_of(f"{Part.STATE.value}/{code}").role
    except PlaceError as fault:
        stop(str(fault))


def _public(given: Iterable[str], roles: Iterable[str]) -> dict[str, list[SSlibKey]]:
    known, found = list(roles), dict[str, list[SSlibKey]]()
    for each in given:
        role, is_pair, file = each.partition("=")
        if not is_pair or role not in known:
            stop(f"--public {each}: names no role", f"write ROLE=FILE with {', '.join(known)}")
        found.setdefault(role, []).append(read_public(Path(file)))
    return found


def _made(folder: Path, role: str, holders: int) -> list[SSlibKey]:
    """New keys of a role; an online role has one."""
    places = [folder / f"holder-{number}" / f"{role}.pem" for number in range(1, holders + 1)]
    if role in ONLINE:
        places = [folder / "online" / f"{role}.pem"]
    found: list[SSlibKey] = []
    for place in places:
        signer = new_signer()
        write_signer(signer, place)
        found.append(signer.public_key)
    return found


@click.command("sign-root")
@repository_argument
@click.option("--key", required=True, type=click.Path(path_type=Path, dir_okay=False),
              metavar="FILE", help="The private root key of one holder.")  # fmt: skip
def sign_root_command(folder: Path, key: Path) -> None:
    """Add a holder's signature to the root that waits.

    With the last one that it takes the root is put in place.

    \b
    Example:
      platelaw bundle sign-root policies.d --key ceremony/holder-1/root.pem
    """  # noqa: D301
    with faults_told():
        status = ceremony.sign_root(Repository(folder), read_signer(key))
    if status.is_signed:
        click.echo(
            f"signed: root {status.version} is in place (metadata/{status.version}.root.json)"
        )
        return
    new, old = status.missing
    more = f" and {old} of the keys before it" if old else ""
    click.echo(f"waits: root {status.version} for {new} more of its signatures{more}")


@click.command("enroll")
@repository_argument
@click.argument("who", metavar="AGENCY")
@click.option("--public", "public", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
              metavar="FILE", help="The agency's public key; may be repeated, and any of them "
              "signs. An agreement takes none: one key of each party.")  # fmt: skip
@keys_option
@online_option
@cache_options
def enroll_command(
    folder: Path,
    who: str,
    public: tuple[Path, ...],
    keys: tuple[Path, ...],
    online: Path | None,
    cache: Cache | None,
) -> None:
    """Let an agency publish its own policies, or two of them an agreement.

    AGENCY is a registry key, or two of them as KEY+KEY. The registry's signers delegate its folder
    to its keys; --key is one of theirs.

    \b
    Examples:
      platelaw bundle enroll policies.d CT/example-pd --public example.pub
          --key holder-1/registry.pem --key holder-2/registry.pem --online online
      platelaw bundle enroll policies.d CT/example-pd+CT/openbridge-pd --key holder-1/registry.pem
    """  # noqa: D301
    with faults_told():
        draft = Draft.of(Repository(folder), utc_now())
        waiting, place = set(draft.roles), _party(who)
        draft.delegate(place, _keys_of(draft, place, public))
        for other in _agreements_of(draft, place):
            draft.delegate(other, _keys_of(draft, other, ()))
        if draft.state.timestamp is None:
            for role in draft.part([REGISTRY]).sign(signers_from(keys)):
                click.echo(f"signed: {role}")
            draft.save()
            click.echo("waits: for the first version, which `platelaw bundle publish` makes")
            return
        mine = {REGISTRY, *(set(draft.roles) - waiting)}
        finish(draft, mine, signers_from(keys), online_from(online), cache)


def _agreements_of(draft: Draft, party: Place) -> list[Place]:
    """The agreements of an agency, which are signed with its key too."""
    delegated = charter.delegations_of(draft.after()[REGISTRY].signed)
    return [
        place
        for place, _ in delegated.values()
        if place.part is Part.AGREEMENT and set(party.parties) < set(place.parties)
    ]


def _party(who: str) -> Place:
    try:
        part = Part.AGREEMENT if "+" in who else Part.AGENCY
        return place_of(f"{part.value}/{who}")
    except PlaceError as fault:
        stop(str(fault), "find the key with `platelaw agencies NAME`")


def _keys_of(draft: Draft, place: Place, public: Iterable[Path]) -> Quorum:
    found = tuple(read_public(file) for file in public)
    if place.part is Part.AGREEMENT:
        if found:
            stop("an agreement has no keys of its own", "leave out --public")
        parties = [draft.quorum(agency(key).role).keys[0] for key in place.parties]
        return Quorum(tuple(parties), len(parties))
    if not found:
        stop("an agency signs with a key of its own", "name its public key with --public")
    return Quorum(found, 1)


@click.command("publish")
@repository_argument
@click.argument("places", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--as", "place", metavar="PLACE",
              help="Whose files they are: core, federal, state/CODE, registry, agency/KEY or "
              "agreement/KEY+KEY. Without it PLACES are folders like a repository.")  # fmt: skip
@click.option("--remove", "without", multiple=True, metavar="PATH",
              help="A file that is published no more; may be repeated.")  # fmt: skip
@keys_option
@online_option
@cache_options
def publish_command(
    folder: Path,
    places: tuple[Path, ...],
    place: str | None,
    without: tuple[str, ...],
    keys: tuple[Path, ...],
    online: Path | None,
    cache: Cache | None,
) -> None:
    """Publish files: check the whole library with them, sign, and put the version in place.

    Nothing is written unless every check holds: the library and its examples, the places of layers
    and issuers, standing access. What needs more signatures waits for `platelaw bundle sign`.

    \b
    Examples:
      platelaw bundle publish policies.d library/ --key holder-1/core.pem
      platelaw bundle publish policies.d ours.policy --as agency/CT/example-pd
          --key example.pem --online online
    """  # noqa: D301
    with faults_told():
        files = _files(places, place)
        draft = Draft.of(Repository(folder), utc_now())
        try:
            apply(draft, files, without)
            touched = {place_of(path.rpartition("/")[0]).role for path in (*files, *without)}
        except PlaceError as fault:
            stop(str(fault))
        finish(draft, touched, signers_from(keys), online_from(online), cache)


def _files(places: Iterable[Path], place: str | None) -> dict[str, bytes]:
    if place is not None:
        try:
            return files_at(places, place_of(place))
        except PlaceError as fault:
            stop(str(fault))
    found: dict[str, bytes] = {}
    for each in places:
        if not each.is_dir():
            raise AuthoringError(f"{each}: whose file is it?", "name its place with --as")
        found |= files_below(each)
    return found


@click.command("sign")
@repository_argument
@keys_option
@online_option
@cache_options
def sign_command(
    folder: Path, keys: tuple[Path, ...], online: Path | None, cache: Cache | None
) -> None:
    """Sign what waits, and put in place what has all its signatures.

    Every check of `publish` runs again before anything is signed. Without a key, what has all its
    signatures is put in place.

    \b
    Example:
      platelaw bundle sign policies.d --key holder-2/core.pem --online online
    """  # noqa: D301
    with faults_told():
        draft = Draft.of(Repository(folder), utc_now())
        if not draft.roles:
            stop(f"{folder}: nothing waits for a signature")
        signers = signers_from(keys)
        if signers:
            ids = {signer.public_key.keyid for signer in signers}
            mine = {role for role in draft.roles if ids & set(draft.quorum(role).keyids)}
        else:
            mine = set(draft.roles) - {each.role for each in draft.wanted()}
        if not mine:
            stop("none of these keys may sign what waits", "see `platelaw bundle status`")
        finish(draft, mine, signers, online_from(online), cache)


@click.command("rotate")
@repository_argument
@click.argument("role")
@click.option("--public", "public", multiple=True, required=True, metavar="FILE",
              type=click.Path(path_type=Path, dir_okay=False),
              help="A public key that signs from then on; may be repeated.")  # fmt: skip
@click.option("--threshold", type=click.IntRange(1, 9), default=2, show_default=True,
              help="How many of them must sign.")  # fmt: skip
def rotate_command(folder: Path, role: str, public: tuple[Path, ...], threshold: int) -> None:
    """Give a role other keys, or a new state its first: write the next root.

    ROLE is root, targets, snapshot, timestamp, core, federal, state.CODE or registry. The root is
    signed in steps by its holders, old and new; then `targets` and the role itself are signed anew
    with `platelaw bundle sign`.

    \b
    Example:
      platelaw bundle rotate policies.d state.CT --public a.pub --public b.pub --public c.pub
    """  # noqa: D301
    with faults_told():
        repository = Repository(folder)
        state = repository.state()
        quorum = Quorum(tuple(read_public(file) for file in public), threshold)
        root = state.root.signed
        top = {
            name: Quorum(tuple(root.keys[id_] for id_ in each.keyids), each.threshold)
            for name, each in root.roles.items()
        }
        chartered = dict(charter.charter_of(root).quorums)
        if role in top:
            top[role] = quorum
        else:
            try:
                chartered[charter.chartered_role(role)] = quorum
            except UntrustedError as fault:
                stop(fault.message)
        development = state.charter.development
        ceremony.begin(repository, top, Charter(chartered, development), utc_now())
    click.echo("waits: the next root for its signatures (`platelaw bundle sign-root`)")
