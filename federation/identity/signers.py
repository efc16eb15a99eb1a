"""The register of signers: whose key vouches for statements, in which role, and how far.

It is the file ``signers.csv`` of a registry. A statement counts as this register says, never as it
says of itself.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.exceptions import UnsupportedAlgorithmError
from securesystemslib.signer import CryptoSigner, Key, SSlibKey

from ...dsl.syntax import Level
from .tables import Row, State, TableError, read_table, read_text

SIGNERS_FILE = "signers.csv"
COLUMNS = (
    "key_id",
    "public_key",
    "scheme",
    "agency",
    "role",
    "user",
    "highest",
    "standing",
    "valid_from",
    "valid_until",
    "source",
)
P256, ED25519 = SCHEMES = ("ecdsa-sha2-nistp256", "ed25519")
_LEVELS = (Level.ATTESTATION, Level.VERIFICATION)
_ROLE = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Signer:
    """One key, and who stands behind it.

    Attributes:
        key: The public key, ready to verify; its ``keyid`` is the id on file.
        agency: The registry key of the body for which it signs.
        role: The one role in which it signs, a word of the vocabulary.
        user: The opaque name of the person or office that holds it.
        highest: The highest level of proof that it may give.
        state: How it stands.
        valid_from: From when its signatures count, in UTC.
        valid_until: Until when, not included, in UTC.
        source: Where the entry comes from.
    """

    key: Key
    agency: str
    role: str
    user: str
    highest: Level
    state: State
    valid_from: datetime.datetime
    valid_until: datetime.datetime
    source: str = ""

    def counts_at(self, moment: datetime.datetime) -> bool:
        """Whether what it signs at a moment counts."""
        return self.state is State.GOOD and self.valid_from <= moment < self.valid_until


@dataclass(frozen=True, slots=True, eq=False)
class Signers:
    """Every signer on file, by key id."""

    signers: Mapping[str, Signer] = field(default_factory=dict[str, Signer])

    def find(self, key_id: str) -> Signer | None:
        """The signer of a key, or None if it is not on file."""
        return self.signers.get(key_id)


class SignersInUse:
    """The signers in use. Replacing them is one assignment."""

    def __init__(self, first: Signers) -> None:
        self._current = first

    @property
    def current(self) -> Signers:
        """The signers for a statement that is weighed now."""
        return self._current

    def find(self, key_id: str) -> Signer | None:
        """The signer of a key, or None if it is not on file."""
        return self._current.find(key_id)

    def replace(self, signers: Signers) -> None:
        """Let others count from the next statement on."""
        self._current = signers


def new_signer(scheme: str = ED25519) -> CryptoSigner:
    """A new key of a scheme, ready to sign envelopes and repositories."""
    if scheme == ED25519:
        return CryptoSigner.generate_ed25519()
    return CryptoSigner.generate_ecdsa()


def read_signers(folder: Path | Traversable) -> Signers:
    """The signers of a registry folder.

    Raises:
        TableError: The register, or a key that it names, cannot be gone by.
    """
    file = folder.joinpath(SIGNERS_FILE)
    return signers_of(read_text(file), str(file), keys_in=folder)


def signers_of(
    text: str, name: str = SIGNERS_FILE, *, keys_in: Path | Traversable | None = None
) -> Signers:
    """The signers that the text of a register says.

    Args:
        text: The register.
        name: What messages call it.
        keys_in: The folder of keys that the register names by path; None if it may name none.

    Raises:
        TableError: It cannot be gone by.
    """
    signers: dict[str, Signer] = {}
    for row in read_table(name, text, COLUMNS):
        signer = _signer(row, keys_in)
        if signer.key.keyid in signers:
            mend = "keep one row for each key; who signs in two roles has two keys"
            raise row.fault("key_id", f"names `{signer.key.keyid}` again", mend)
        signers[signer.key.keyid] = signer
    return Signers(signers)


def _signer(row: Row, keys_in: Path | Traversable | None) -> Signer:
    role = row.needed("role")
    if not _ROLE.fullmatch(role):
        raise row.fault("role", f"says `{role}`", "write a role of the vocabulary")
    begins, ends = row.moment("valid_from"), row.moment("valid_until")
    if ends <= begins:
        raise row.fault("valid_until", "is not after `valid_from`", "write a later day")
    return Signer(
        _key(row, keys_in),
        row.needed("agency"),
        role,
        row.needed("user"),
        row.choice("highest", _LEVELS),
        row.choice("standing", State),
        begins,
        ends,
        row.cells["source"],
    )


def _key(row: Row, keys_in: Path | Traversable | None) -> Key:
    """The public key of a row, which must be the one that its id and scheme say."""
    try:
        key = public_key(_pem(row, keys_in))
    except ValueError as fault:
        raise row.fault("public_key", "is no public key", str(fault)) from fault
    if key.scheme != row.needed("scheme"):
        raise row.fault("scheme", f"says `{row.cells['scheme']}`", f"the key's is {key.scheme}")
    if key.keyid != row.needed("key_id"):
        raise row.fault("key_id", f"says `{row.cells['key_id']}`", f"the key's is {key.keyid}")
    return key


def public_key(pem: str) -> Key:
    """A public key in the form that verifies envelopes and repositories.

    Raises:
        ValueError: It is none that platelaw signs with; the message tells the mend.
    """
    mend = f"write the PEM that `platelaw keys signer` prints, of {' or '.join(SCHEMES)}"
    try:
        key = SSlibKey.from_crypto(load_pem_public_key(pem.encode()))
    except (ValueError, UnsupportedAlgorithm, UnsupportedAlgorithmError) as fault:
        raise ValueError(mend) from fault
    if key.scheme not in SCHEMES:
        raise ValueError(mend)
    return key


def _pem(row: Row, keys_in: Path | Traversable | None) -> str:
    cell = row.needed("public_key")
    if cell.startswith("-----BEGIN"):
        return cell
    path = PurePosixPath(cell)
    if keys_in is None or path.is_absolute() or ".." in path.parts:
        mend = "write the PEM itself, or a path inside the folder of the register"
        raise row.fault("public_key", f"says `{cell}`", mend)
    try:
        return read_text(keys_in.joinpath(*path.parts))
    except TableError as fault:
        raise row.fault("public_key", f"names `{cell}`", str(fault)) from fault
