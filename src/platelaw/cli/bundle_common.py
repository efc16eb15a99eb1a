"""What the commands about bundles share: keys, faults, and how a change ends."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from securesystemslib.signer import CryptoSigner

from ..engine.cache import Cache
from ..federation.bundles.authoring import Online, release
from ..federation.bundles.drafting import Draft
from ..federation.bundles.errors import BundleError
from ..federation.bundles.keys import read_signer
from ..federation.bundles.publishing import examine
from ..federation.bundles.texts import Memory
from .common import show_diagnostics, stop

Command = TypeVar("Command", bound=Callable[..., Any])

repository_argument = click.argument(
    "folder", metavar="REPOSITORY", type=click.Path(path_type=Path, file_okay=False)
)
keys_option = click.option(
    "--key", "keys", multiple=True, type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE", help="A private key to sign with; may be repeated.",
)  # fmt: skip
online_option = click.option(
    "--online", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="The folder of the online keys, snapshot.pem and timestamp.pem: put the version in place "
    "once it has its signatures.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@contextmanager
def faults_told() -> Generator[None]:
    """End with the words of a fault."""
    try:
        yield
    except BundleError as fault:
        show_diagnostics(fault.diagnostics, err=True)
        stop(fault.message, fault.help)


def signers_from(files: Iterable[Path]) -> list[CryptoSigner]:
    """The keys of files."""
    return [read_signer(file) for file in files]


def online_from(folder: Path | None) -> Online | None:
    """The online keys of a folder."""
    if folder is None:
        return None
    return Online(read_signer(folder / "snapshot.pem"), read_signer(folder / "timestamp.pem"))


def finish(
    draft: Draft,
    mine: Iterable[str],
    signers: Iterable[CryptoSigner],
    online: Online | None,
    cache: Cache | None,
) -> None:
    """Check a change, sign it, and put in place what has all its signatures.

    Args:
        draft: All that waits, and the change.
        mine: The roles of the change; with the first version, all that wait.
        signers: The keys that sign.
        online: The online keys, if they are here.
        cache: What was read of policy texts before.
    """
    is_first = draft.state.timestamp is None
    change = draft if is_first else draft.part(mine)
    store = cache if cache is not None else Memory()
    examined = examine(change, store)  # before anything is written or signed
    click.echo(f"checked: {len(examined.contents.library.policies)} policies, "
               f"{examined.examples} examples decided")  # fmt: skip
    for role in change.sign(signers):
        click.echo(f"signed: {role}")
    wanted = change.wanted()
    if wanted or online is None:
        change.save()
        for each in wanted:
            click.echo(f"waits: {each.role} for {each.missing} more of its signatures")
        if not wanted:
            click.echo("waits: for the publisher's host (`platelaw bundle sign --online DIR`)")
        return
    release(change, online)
    click.echo(f"published: {', '.join(sorted(change.roles))}")
