"""What the files of a version mean together: library and registry, or why they cannot serve.

The same is asked before a version is published and whenever one is taken over, so that a key alone
does not make law.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from ...dsl.check import Checked
from ...dsl.diagnostics import Diagnostic
from ...dsl.model import Library, Policy
from ...engine.alike import Alike
from ...engine.decision import Engine
from ...engine.library import LibraryError
from ...engine.loading import Loader, Store
from ...engine.registry import Registry, RegistryError, read_registry
from ..identity.signers import Signers, signers_of
from ..identity.standing import Standing, standing_of
from ..identity.tables import TableError
from ..log.keys import LOGS_FILE, LogKeys, logs_of
from .agreements import left_out, uncovered
from .enabling import still_holds
from .errors import ContentsError
from .fitting import misplaced
from .layout import POLICY, Part
from .records import Record, RecordError, records_of
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
        engine: The policies and the bodies on file, ready to decide.
        checked: The policies' diagnostics and outlines.
        standing: The callers on file.
        signers: The signers on file.
        records: What is turned on, by path; records that turn on nothing any more are among them.
        void: Why records turn on nothing any more, by path.
        left_out: The agreements that rest on those, and so are not among the policies.
        alike: What the policies may ask of a body; None if nobody found out yet.
        logs: The keys of the logs that are known.
    """

    engine: Engine
    checked: Checked
    standing: Standing
    signers: Signers
    records: Mapping[str, Record] = field(default_factory=dict[str, Record])
    void: Mapping[str, str] = field(default_factory=dict[str, str])
    left_out: tuple[str, ...] = ()
    alike: Alike | None = None
    logs: LogKeys = field(default_factory=LogKeys)

    @property
    def library(self) -> Library:
        """The policies."""
        return self.engine.library

    @property
    def registry(self) -> Registry:
        """The bodies on file."""
        return self.engine.registry


def contents_of(files: Mapping[str, bytes], store: Store) -> Contents:
    """What files mean together.

    Args:
        files: The files by path.
        store: What was read of policy texts before.

    Raises:
        ContentsError: They cannot serve.
    """
    try:
        return _contents(files, store)
    except ContentsError:
        raise
    except Exception as fault:  # a fault of ours must not let one file stop the last good version
        raise ContentsError(f"cannot be read: {fault!r}", "report these files") from fault


def _contents(files: Mapping[str, bytes], store: Store) -> Contents:
    registry, (standing, signers, logs) = _registry(files), _registers(files)
    policies = {path: data for path, data in files.items() if path.endswith(POLICY)}
    checked, engine = _engine(policies, registry, store)
    _refuse(misplaced(checked, FOLDER, registry), "a policy lies where its layer and issuer have "
            "their place")  # fmt: skip
    try:
        records = records_of(files)
    except RecordError as fault:
        raise ContentsError(str(fault), "`platelaw bundle enable` decides and records") from fault
    by_path = _by_path(checked)
    _refuse(uncovered(by_path, records), "standing access is decided first")
    void = {
        path: why
        for path, record in records.items()
        if (why := still_holds(record, engine, signers))
    }
    without = left_out(void, by_path)
    if without:
        kept = {path: data for path, data in policies.items() if path not in without}
        checked, engine = _engine(kept, registry, store)
    alike = Alike.kept(engine.library, store)
    return Contents(
        engine, checked, standing, signers, records, void, tuple(sorted(without)), alike, logs
    )


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the paths and digests of files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{hashlib.sha256(files[path]).hexdigest()}\n".encode())
    return digest.hexdigest()


def counted(number: int, what: str) -> str:
    """So many of something."""
    return f"{number} {what}{'s' * (number != 1)}"


def told(fault: Diagnostic) -> str:
    """A fault of a policy in one line."""
    return f"{str(fault.span).removeprefix(FOLDER)}: {fault.message}"


def _refuse(wrong: Iterable[str], mend: str) -> None:
    found = list(islice(wrong, _TOLD))
    if found:
        raise ContentsError("; ".join(found), f"{mend}: see docs/bundles.md")


# The registry -----------------------------------------------------------------------------------


def _registry(files: Mapping[str, bytes]) -> Registry:
    inside = f"{Part.REGISTRY.value}/"
    tables = {
        name: data
        for path, data in files.items()
        if path.startswith(inside) and (name := path.removeprefix(inside)) not in _REGISTERS
    }
    if SWITCHES in tables:
        raise ContentsError(
            f"registry/{SWITCHES}: a sharing switch is its owner's act and nobody else's",
            "publish the record of a decided `enable` as the owner: `platelaw bundle enable`",
        )
    try:
        return read_registry(Folder(tables, Part.REGISTRY.value))
    except RegistryError as fault:
        raise ContentsError(f"registry/{fault}", "mend the table") from fault


_REGISTERS = (CALLERS, SIGNERS, LOGS_FILE)


def _registers(files: Mapping[str, bytes]) -> tuple[Standing, Signers, LogKeys]:
    """Who may call, whose statements count, which logs are known; none if a register is away."""
    callers, signers, logs = (files.get(f"{Part.REGISTRY.value}/{name}") for name in _REGISTERS)
    try:
        return (
            standing_of(callers.decode("utf-8-sig")) if callers is not None else Standing(),
            signers_of(signers.decode("utf-8-sig")) if signers is not None else Signers(),
            logs_of(logs.decode("utf-8-sig")) if logs is not None else LogKeys(),
        )
    except (TableError, UnicodeDecodeError) as fault:
        raise ContentsError(f"registry: {fault}", "mend the table") from fault


# The policies -----------------------------------------------------------------------------------


def _engine(
    policies: Mapping[str, bytes], registry: Registry, store: Store
) -> tuple[Checked, Engine]:
    checked = _library(policies, registry, store)
    if checked.library is None:
        faults = [fault for fault in checked.diagnostics if fault.is_error]
        raise ContentsError(
            f"{counted(len(faults), 'fault')} in the policies: "
            f"{'; '.join(map(told, faults[:_TOLD]))}",
            "mend the texts; a version serves whole or not at all",
            faults,
        )
    return checked, Engine(checked.library, registry)


def _library(policies: Mapping[str, bytes], registry: Registry, store: Store) -> Checked:
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


def _by_path(checked: Checked) -> dict[str, list[Policy]]:
    """The policies of each file."""
    assert checked.library is not None
    by_name = {policy.name: policy for policy in checked.library.policies}
    return {
        name.removeprefix(FOLDER): [by_name[each.name] for each in outline.policies]
        for name, outline in checked.outlines.items()
    }
