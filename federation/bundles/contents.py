"""What the files of a version mean together: library and registry, or why they cannot serve.

The same is asked before a version is published and whenever one is taken over, so that a key alone
does not make law.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from ...dsl.check import Checked
from ...dsl.diagnostics import Diagnostic
from ...dsl.model import Library
from ...engine.library import LibraryError
from ...engine.loading import Loader, Store
from ...engine.registry import Registry, RegistryError, read_registry
from .errors import ContentsError
from .fitting import misplaced
from .layout import POLICY, Part
from .texts import Folder

CALLERS = "callers.csv"
SIGNERS = "signers.csv"
SWITCHES = "switches.csv"
FOLDER = "policies/"  # stands before the paths in the names of the library's files
_TOLD = 5


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What decides.

    Attributes:
        library: The policies.
        registry: The bodies on file.
        checked: The library's diagnostics and outlines.
    """

    library: Library
    registry: Registry
    checked: Checked


def contents_of(files: Mapping[str, bytes], store: Store) -> Contents:
    """What files mean together.

    Args:
        files: The files by path.
        store: What was read of policy texts before.

    Raises:
        ContentsError: They cannot serve.
    """
    registry = _registry(files)
    checked = _library(files, registry, store)
    if checked.library is None:
        faults = [fault for fault in checked.diagnostics if fault.is_error]
        raise ContentsError(
            f"{len(faults)} faults in the policies: {'; '.join(_first(map(told, faults)))}",
            "a version is taken over whole or not at all",
            faults,
        )
    wrong = list(misplaced(checked, FOLDER, registry))
    if wrong:
        raise ContentsError(
            "; ".join(_first(wrong)),
            "a policy lies where its layer and issuer have their place: see docs/bundles.md",
        )
    return Contents(checked.library, registry, checked)


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the paths and digests of files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return digest.hexdigest()


def registry_tables(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The tables of bodies on file, by name."""
    inside = f"{Part.REGISTRY.value}/"
    tables = {path.removeprefix(inside): data for path, data in files.items()
              if path.startswith(inside)}  # fmt: skip
    return {name: data for name, data in tables.items() if name not in (CALLERS, SIGNERS)}


def _registry(files: Mapping[str, bytes]) -> Registry:
    tables = registry_tables(files)
    if SWITCHES in tables:
        raise ContentsError(
            f"registry/{SWITCHES}: a sharing switch is its owner's act and nobody else's",
            "publish the record of a decided `enable` as the owner: `platelaw bundle enable`",
        )
    try:
        return read_registry(Folder(tables, Part.REGISTRY.value))
    except RegistryError as fault:
        raise ContentsError(f"registry/{fault}", "mend the table") from fault


def _library(files: Mapping[str, bytes], registry: Registry, store: Store) -> Checked:
    policies = {path: data for path, data in files.items() if path.endswith(POLICY)}
    if not any(path.startswith(f"{Part.CORE.value}/") for path in policies):
        raise ContentsError("core holds no vocabulary", "publish core first")
    try:
        loaded = Loader(store).load([Folder(policies)], registry.bodies.keys())
    except LibraryError as fault:
        raise ContentsError(str(fault)) from fault
    if loaded.files != len(policies):  # the shipped library went beneath
        raise ContentsError(
            "core declares no vocabulary that extends nothing", "publish core's vocabulary"
        )
    return loaded.checked


def told(fault: Diagnostic) -> str:
    """A fault of a policy in one line."""
    return f"{str(fault.span).removeprefix(FOLDER)}: {fault.message}"


def _first(said: Iterable[str]) -> list[str]:
    return list(islice(said, _TOLD))
