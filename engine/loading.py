"""Loading a library through a cache: what did not change is not read again.

The cache keeps the tree of every file by the digest of its bytes, and for every set of places the
outlines of the library that was last found without fault there. A file counts as unchanged by its
bytes alone, never by its date. The outcome is always that of ``library.load``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from ..dsl import stored
from ..dsl.check import Checked, check, recheck, restored
from ..dsl.check.outline import Outline
from ..dsl.parsed import Parse
from ..dsl.source import Source
from ..dsl.syntax import Document
from .collecting import collector_paused
from .library import (
    has_root,
    new_parser,
    parse_bytes,
    policy_files,
    read_bytes,
    shipped,
    text_of,
)

if TYPE_CHECKING:
    from ..dsl.parser import Parser


class Store(Protocol):
    """Where bytes are kept under keys; what it returns is what was put there, or None."""

    def get(self, key: str) -> bytes | None:
        """What was kept."""
        ...

    def put(self, key: str, payload: bytes) -> None:
        """Keep something."""
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """A library as loaded, and the work that it took.

    Attributes:
        checked: The outcome.
        files: How many files it has.
        parsed: The files whose text was parsed.
        rechecked: The files that were checked; none if nothing had changed.
    """

    checked: Checked
    files: int
    parsed: tuple[str, ...]
    rechecked: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    """A file as it is now."""

    name: str
    data: bytes
    digest: str

    @cached_property
    def source(self) -> Source:
        """Its text; only of a file that was UTF-8 when it was kept."""
        return Source(self.name, text_of(self.data))


class _Kept(msgspec.Struct, array_like=True):
    """One file of a library that was found without fault: its outline, still as bytes."""

    digest: str
    has_words: bool
    is_root: bool
    outline: bytes


class _Manifest(msgspec.Struct, array_like=True):
    """A library that was found without fault."""

    digest: str
    diagnostics: bytes
    files: dict[str, _Kept]


@dataclass
class Trees:
    """The trees of files by their bytes: as they were kept in a store, or parsed.

    Attributes:
        store: Where they are kept, if they are.
        parsed: The files that were parsed.
    """

    store: Store | None
    parsed: list[str] = field(default_factory=list[str], init=False)
    _parsing: Lock = field(default_factory=Lock, init=False, repr=False)

    def read(self, files: Iterable[tuple[str, Path | Traversable]]) -> dict[str, Parse]:
        """Files by their names.

        Raises:
            LibraryError: A file cannot be opened.
        """
        with collector_paused():
            return {file.name: self.of(file) for file in _read(files)}

    def of(self, file: _File) -> Parse:
        """The tree of a file."""
        key = f"tree-{file.digest}"
        kept = self.store.get(key) if self.store is not None else None
        if kept is not None:
            found = _value(kept, file.source, {})
            if isinstance(found, Parse):
                return found
        with self._parsing:
            self.parsed.append(file.name)
            parse = parse_bytes(self._parser, file.name, file.data)
        if not parse.diagnostics and self.store is not None:
            self.store.put(key, msgspec.msgpack.encode(stored.plain(parse, file.name)))
        return parse

    @cached_property
    def _parser(self) -> Parser:
        return new_parser()


@dataclass
class Loader:
    """Loads libraries through a store; keep one for many loads."""

    store: Store
    _trees: Trees = field(init=False)

    def __post_init__(self) -> None:
        """Read trees through the same store."""
        self._trees = Trees(self.store)

    def load(
        self, places: Iterable[Path | Traversable] = (), agencies: Collection[str] | None = None
    ) -> Loaded:
        """What ``library.load`` returns.

        Raises:
            LibraryError: A place cannot be read.
        """
        with collector_paused():
            return self._load(tuple(places), agencies)

    def parses(self, places: Iterable[Path | Traversable] = ()) -> list[Parse]:
        """What ``library.read_library`` returns.

        Raises:
            LibraryError: A place cannot be read.
        """
        with collector_paused():
            own = [self._trees.of(file) for file in _read(policy_files(places))]
            if any(map(has_root, own)):
                return own
            return [*(self._trees.of(file) for file in _read(policy_files([shipped()]))), *own]

    def _load(
        self, places: tuple[Path | Traversable, ...], agencies: Collection[str] | None
    ) -> Loaded:
        self._trees.parsed.clear()
        own = _read(policy_files(places))
        key = _key(places, agencies)
        manifest = self._manifest(key)
        changed = self._changed(own, manifest)
        if not _any_root(own, manifest, changed):
            beneath = _read(policy_files([shipped()]))
            changed |= self._changed(beneath, manifest)
            own = [*beneath, *own]
        return self._loaded(own, key, manifest, changed, agencies)

    def _changed(self, files: Iterable[_File], manifest: _Manifest) -> dict[str, Parse]:
        """The files that are not as they were, parsed."""
        return {
            file.name: self._trees.of(file)
            for file in files
            if file.name not in manifest.files or manifest.files[file.name].digest != file.digest
        }

    def _loaded(
        self,
        files: list[_File],
        key: str,
        manifest: _Manifest,
        changed: dict[str, Parse],
        agencies: Collection[str] | None,
    ) -> Loaded:
        by_name = {file.name: file for file in files}
        if len(by_name) < len(files):  # one file, named by two places
            checked = check([self._trees.of(file) for file in files], agencies)
            return self._outcome(checked, files, [file.name for file in files])
        before = self._before(manifest, by_name)
        if before is not None and before.outlines.keys() == by_name.keys() and not changed:
            return self._outcome(before, files, [])
        checked, names = self._checked(before, by_name, changed, agencies)
        if checked.library is not None:
            self._keep(key, manifest, checked, by_name)
        return self._outcome(checked, files, names)

    def _checked(
        self,
        before: Checked | None,
        files: Mapping[str, _File],
        changed: dict[str, Parse],
        agencies: Collection[str] | None,
    ) -> tuple[Checked, Iterable[str]]:
        """The outcome for files of which some changed, and which were checked for it."""
        if before is not None:
            unchanged = {n: file.source for n, file in files.items() if n not in changed}
            outcome = recheck(before, changed.values(), unchanged, agencies)
            if outcome is not None:
                return outcome, changed
        parses = [changed.get(name) or self._trees.of(file) for name, file in files.items()]
        return check(parses, agencies), files

    def _outcome(self, checked: Checked, files: list[_File], rechecked: Iterable[str]) -> Loaded:
        return Loaded(checked, len(files), tuple(self._trees.parsed), tuple(rechecked))

    # Manifests -------------------------------------------------------------------------------

    def _manifest(self, key: str) -> _Manifest:
        kept = self.store.get(key)
        if kept is not None:
            with suppress(msgspec.MsgspecError):
                return msgspec.msgpack.decode(kept, type=_Manifest)
        return _Manifest("", b"", {})

    def _before(self, manifest: _Manifest, files: Mapping[str, _File]) -> Checked | None:
        """The library of a manifest, of which only what is still as it was may be asked for.

        There is none if that would not tell what the words are.
        """
        same = {n for n, kept in manifest.files.items() if n in files and _same(kept, files[n])}
        if not same or any(f.has_words for n, f in manifest.files.items() if n not in same):
            return None
        sources = {n: files[n].source if n in same else Source(n, "") for n in manifest.files}
        outlines = {
            name: _value(kept.outline, sources[name], sources)
            for name, kept in manifest.files.items()
        }
        diagnostics = _value(manifest.diagnostics, Source("", ""), sources)
        if diagnostics is None or None in outlines.values():
            return None

        def document(name: str) -> Document:
            return self._trees.of(files[name]).document

        changed = manifest.files.keys() - same
        return restored(outlines, diagnostics, manifest.digest, document, changed)

    def _keep(
        self, key: str, manifest: _Manifest, checked: Checked, files: Mapping[str, _File]
    ) -> None:
        """Keep what was found, in the place of what was found before."""
        assert checked.library is not None
        kept = {
            name: _same(manifest.files.get(name), files[name]) or _kept(files[name], outline)
            for name, outline in checked.outlines.items()
        }
        diagnostics = msgspec.msgpack.encode(stored.plain(checked.diagnostics, ""))
        found = _Manifest(checked.library.digest, diagnostics, kept)
        self.store.put(key, msgspec.msgpack.encode(found))


def _same(kept: _Kept | None, file: _File) -> _Kept | None:
    """What was kept of a file, if it is as it was."""
    return kept if kept is not None and kept.digest == file.digest else None


def _kept(file: _File, outline: Outline) -> _Kept:
    is_root = any(words.is_root for words in outline.words)
    plain = stored.plain(outline, file.name)
    return _Kept(file.digest, bool(outline.words), is_root, msgspec.msgpack.encode(plain))


def _value(kept: bytes, own: Source, sources: Mapping[str, Source]) -> Any:
    """A value as it was kept, or None if it cannot be read."""
    try:
        return stored.Reading(own, sources).read(msgspec.msgpack.decode(kept))
    except (msgspec.MsgspecError, stored.UnreadableError):
        return None


def _read(files: Iterable[tuple[str, Path | Traversable]]) -> list[_File]:
    found: list[_File] = []
    for name, file in files:
        data = read_bytes(name, file)
        found.append(_File(name, data, hashlib.sha256(data).hexdigest()))
    return found


def _any_root(own: Iterable[_File], manifest: _Manifest, changed: Mapping[str, Parse]) -> bool:
    """Whether a file declares a vocabulary that extends nothing."""
    return any(
        has_root(changed[file.name]) if file.name in changed else manifest.files[file.name].is_root
        for file in own
    )


def _key(places: Iterable[Path | Traversable], agencies: Collection[str] | None) -> str:
    """The key of what was found at some places, agencies being on file."""
    digest = hashlib.sha256()
    for place in places:
        at = place.resolve() if isinstance(place, Path) else place
        digest.update(f"{place}\0{at}\0".encode())
    if agencies is not None:
        digest.update("\n".join(sorted(agencies)).encode())
    return f"library-{digest.hexdigest()}"
