"""Verified files as folders in memory, so that what is read is what was verified."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import IO, TYPE_CHECKING, Any

from ...engine.loading import Store

if TYPE_CHECKING:
    from _typeshed import StrPath


class Folder(Traversable):
    """A folder of verified files."""

    def __init__(self, files: Mapping[str, bytes], name: str = "") -> None:
        self._name = name
        self._entries: dict[str, Folder | File] = {}
        inside: dict[str, dict[str, bytes]] = {}
        for path, data in files.items():
            first, _, rest = path.partition("/")
            if rest:
                inside.setdefault(first, {})[rest] = data
            else:
                self._entries[first] = File(first, data)
        self._entries |= {first: Folder(held, first) for first, held in inside.items()}

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    def __str__(self) -> str:
        """The same for every version, so that a cache knows it again."""
        return f"bundle/{self._name}"

    def joinpath(self, *descendants: StrPath) -> Traversable:
        """What it holds by that name.

        Raises:
            FileNotFoundError: Nothing.
        """
        found: Traversable = self
        for name in "/".join(map(str, descendants)).split("/"):
            held = found._entries.get(name) if isinstance(found, Folder) else None
            if held is None:
                raise FileNotFoundError(name)
            found = held
        return found

    def iterdir(self) -> Iterator[Traversable]:
        """What it holds."""
        return iter(self._entries.values())

    def is_dir(self) -> bool:
        """It is one."""
        return True

    def is_file(self) -> bool:
        """It is none."""
        return False

    def read_bytes(self) -> bytes:
        """Nothing to read.

        Raises:
            IsADirectoryError: Always.
        """
        raise IsADirectoryError(self._name)

    def read_text(self, encoding: str | None = None) -> str:
        """Nothing to read.

        Raises:
            IsADirectoryError: Always.
        """
        raise IsADirectoryError(self._name)

    def open(self, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        """Nothing to open.

        Raises:
            IsADirectoryError: Always.
        """
        raise IsADirectoryError(self._name)


class File(Traversable):
    """A verified file."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._data = data

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    def joinpath(self, *descendants: StrPath) -> Traversable:
        """It holds no others.

        Raises:
            NotADirectoryError: Always.
        """
        raise NotADirectoryError(self._name)

    def iterdir(self) -> Iterator[Traversable]:
        """It holds no others."""
        return iter(())

    def is_dir(self) -> bool:
        """It is none."""
        return False

    def is_file(self) -> bool:
        """It is one."""
        return True

    def read_bytes(self) -> bytes:
        """Its content."""
        return self._data

    def read_text(self, encoding: str | None = None) -> str:
        """Its content, as text."""
        return self._data.decode(encoding or "utf-8")

    def open(self, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        """Its content, as bytes or text."""
        opened = io.BytesIO(self._data)
        return opened if "b" in mode else io.TextIOWrapper(opened, *args, **kwargs)


@dataclass(slots=True)
class Memory(Store):
    """A cache that lasts as long as its process."""

    kept: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def get(self, key: str) -> bytes | None:
        """What was kept."""
        return self.kept.get(key)

    def put(self, key: str, payload: bytes) -> None:
        """Keep something."""
        self.kept[key] = payload
