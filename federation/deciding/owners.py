"""Many owners at once: which of them no rule can tell apart, worked out once for a list."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from ...engine.alike import Alike
from ...engine.registry import Registry
from ..v1 import decision_pb2 as d

MAX_LISTS = 64  # lists of owners that are remembered
MAX_UNKNOWN = 100  # names that are not on file, in a list that is remembered
MAX_NAMES = 200_000  # names in all of these; each takes some hundred bytes


@dataclass(frozen=True)
class OwnerGroup:
    """Owners whom no rule can tell apart.

    Attributes:
        places: Their places in the list.
        keys: Their registry keys, in the order of the list.
    """

    places: tuple[int, ...]
    keys: tuple[str, ...]

    @cached_property
    def runs(self) -> tuple[int, ...]:
        """The places as pairs of a first place and a length."""
        runs: list[int] = []
        for place in self.places:
            if runs and runs[-2] + runs[-1] == place:
                runs[-1] += 1
            else:
                runs += (place, 1)
        return tuple(runs)

    @cached_property
    def listed(self) -> bytes:
        """The group as a message that names its owners, without its answer, serialized."""
        return d.OwnerGroup(count=len(self.keys), owners=self.keys).SerializeToString()

    @cached_property
    def numbered(self) -> bytes:
        """The group as a message that tells their places, without its answer, serialized."""
        return d.OwnerGroup(count=len(self.keys), runs=self.runs).SerializeToString()

    def without(self, keys: frozenset[str]) -> OwnerGroup:
        """The group without some of its owners."""
        left = [(at, key) for at, key in zip(self.places, self.keys, strict=True)
                if key not in keys]  # fmt: skip
        return OwnerGroup(tuple(at for at, _ in left), tuple(key for _, key in left))


@dataclass(frozen=True, slots=True)
class Grouped:
    """A list of owners, grouped.

    Attributes:
        digest: SHA-256 of the list as a message, 32 bytes.
        groups: The groups, most owners first.
        at: The group of each registry key.
        unknown: The places and names that are not on file.
    """

    digest: bytes
    groups: tuple[OwnerGroup, ...]
    at: dict[str, int]
    unknown: tuple[tuple[int, str], ...]

    @property
    def names(self) -> int:
        """How many names it holds."""
        return len(self.at) + len(self.unknown)


@dataclass(slots=True)
class OwnerLists:
    """The lists of owners met lately, for one registry and library."""

    registry: Registry
    alike: Alike
    _kept: OrderedDict[bytes, Grouped] = field(default_factory=OrderedDict[bytes, Grouped])
    _names: int = 0
    _keeping: Lock = field(default_factory=Lock)

    def of(self, digest: bytes) -> Grouped | None:
        """A list that was met, by its digest."""
        return self._kept.get(digest)

    def grouped(self, owners: d.OwnerList) -> Grouped:
        """A list, grouped; met or not."""
        digest = hashlib.sha256(owners.SerializeToString(deterministic=True)).digest()
        found = self._kept.get(digest)
        if found is None:
            found = self._group(digest, owners.keys)
            if len(found.unknown) <= MAX_UNKNOWN:
                with self._keeping:
                    self._keep(found)
        return found

    def _keep(self, grouped: Grouped) -> None:
        """Remember a list, and forget those met first while there are too many."""
        if grouped.digest in self._kept:
            return
        self._kept[grouped.digest] = grouped
        self._names += grouped.names
        while len(self._kept) > MAX_LISTS or self._names > MAX_NAMES:
            _, gone = self._kept.popitem(last=False)
            self._names -= gone.names

    def _group(self, digest: bytes, names: Sequence[str]) -> Grouped:
        met: dict[Hashable, dict[str, int]] = {}
        unknown: list[tuple[int, str]] = []
        for place, name in enumerate(names):
            body = self.registry.get(name)
            if body is None:
                unknown.append((place, name))
            else:
                met.setdefault(self.alike.seen_as_owner(body), {}).setdefault(body.key, place)
        groups = sorted(
            (OwnerGroup(tuple(keys.values()), tuple(keys)) for keys in met.values()),
            key=lambda group: (-len(group.keys), group.places[0]),
        )
        at = {key: number for number, group in enumerate(groups) for key in group.keys}
        return Grouped(digest, tuple(groups), at, tuple(unknown))
