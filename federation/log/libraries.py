"""The policies by which answers are recomputed: versions by digest, read when they are needed.

A version is read as a service reads it, so texts that may not serve are told here too. What is
recomputed then goes by the version without those texts, if it can be told which they are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ...engine.decision import Engine
from ...engine.loading import Store
from ..bundles.contents import FOLDER, Contents, contents_of
from ..bundles.errors import ContentsError
from ..bundles.layout import POLICY, Part
from ..bundles.texts import Memory
from .judging import Judge
from .policies import PolicyArchiveError

MAX_LIBRARIES = 8  # that are held at once; each takes some 50 MB
_MAX_REFUSED = 16  # files that are left out of a version until it may serve
_LOWER = (Part.AGENCY, Part.AGREEMENT)


class Versions(Protocol):
    """Where versions come from."""

    def files(self, digest: str) -> Mapping[str, bytes] | None:
        """The files of a version; None if it is not at hand.

        Raises:
            PolicyArchiveError: What is there is torn, or is another version.
        """
        ...

    def digests(self) -> Iterable[str]:
        """Every version that is at hand."""
        ...


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the policies, as far as it can be read.

    Attributes:
        judge: What recomputes by it; None if nothing can.
        missing: Why nothing can be recomputed by it; empty if something can.
        refused: Why it may not serve as it is; empty if it may.
        without: The files that were left out because it may not.
    """

    judge: Judge | None
    missing: str = ""
    refused: str = ""
    without: tuple[str, ...] = ()


@dataclass(slots=True)
class Libraries:
    """Versions by digest, read once each as long as there are few.

    Attributes:
        versions: Where they come from.
        by_reference: Whether the reference evaluator is asked too.
        store: What was read of policy texts before.
    """

    versions: Versions
    by_reference: bool = False
    store: Store = field(default_factory=Memory)
    _read: OrderedDict[str, Version] = field(default_factory=OrderedDict[str, Version])

    def version(self, digest: str) -> Version:
        """The version of a digest."""
        found = self._read.get(digest)
        if found is None:
            found = self._read[digest] = self._version(digest)
            if len(self._read) > MAX_LIBRARIES:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(digest)
        return found

    def digests(self) -> Iterable[str]:
        """Every version that is at hand."""
        return self.versions.digests()

    def _version(self, digest: str) -> Version:
        try:
            files = self.versions.files(digest)
        except PolicyArchiveError as fault:
            return Version(None, str(fault))
        if files is None:
            return Version(None, "no such version is at hand")
        return version_of(files, self.store, by_reference=self.by_reference)


def version_of(files: Mapping[str, bytes], store: Store, *, by_reference: bool = False) -> Version:
    """The version that some files are."""
    try:
        return Version(_judge(contents_of(files, store), by_reference=by_reference))
    except ContentsError as fault:
        return _without(files, fault, store, by_reference=by_reference)


def _without(
    files: Mapping[str, bytes], first: ContentsError, store: Store, *, by_reference: bool
) -> Version:
    """A version without the texts of lower layers that must not serve."""
    fault, left, without = first, dict(files), list[str]()
    while len(without) < _MAX_REFUSED:
        faulty = _faulty(left, fault)
        if not faulty:
            break
        without += faulty
        for path in faulty:
            del left[path]
        try:
            judge = _judge(contents_of(left, store), by_reference=by_reference)
        except ContentsError as next_one:
            fault = next_one
        else:
            return Version(judge, "", first.message, tuple(sorted(without)))
    return Version(None, f"the version may not serve: {first.message}", first.message)


def _faulty(files: Mapping[str, bytes], fault: ContentsError) -> list[str]:
    """The files of lower layers that a fault names."""
    named = {found.span.source.name.removeprefix(FOLDER) for found in fault.diagnostics}
    return [
        path
        for path in files
        if path.endswith(POLICY)
        and path.partition("/")[0] in {part.value for part in _LOWER}
        and (path in named or path in fault.message)
    ]


def _judge(contents: Contents, *, by_reference: bool) -> Judge:
    return Judge.of(Engine(contents.library, contents.registry), by_reference=by_reference)
