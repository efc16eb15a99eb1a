"""Texts of a column as one run of bytes: compared, hashed and told apart without a loop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .coded import Coded, Ints, coded

Bytes = npt.NDArray[np.uint8]
Truths = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]

_WORD = 8  # bytes that are hashed at once
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)
_SHIFT = np.uint64(29)
# What is left of a word of which so many bytes belong to the text.
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], np.uint64)


class Texts:
    """The texts of a column.

    Args:
        data: Their bytes in UTF-8, one text after the other.
        offsets: Where each begins, and where the last one ends.
        arrow: The same as an array of pyarrow, if that is where they are from.
    """

    def __init__(self, data: Bytes, offsets: Ints, arrow: Any = None) -> None:
        """Keep what is given."""
        self.data = data
        self.offsets = offsets
        self._arrow = arrow

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Texts of a list."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        offsets = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(each) for each in encoded], out=offsets[1:])
        found = cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)
        found.coded = coded(texts)
        return found

    @classmethod
    def of_arrow(cls, array: Any) -> Texts:
        """Texts of an array of pyarrow."""
        _, ends, data = array.buffers()
        first = array.offset
        offsets = np.frombuffer(ends, np.int32)[first : first + len(array) + 1]
        found = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
        return cls(found, offsets.astype(np.int64), array)

    def __reduce__(self) -> tuple[type[Texts], tuple[Bytes, Ints]]:
        """The bytes of these texts alone, for another process."""
        first, last = int(self.offsets[0]), int(self.offsets[-1])
        return Texts, (self.data[first:last].copy(), self.offsets - first)

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self.offsets) - 1

    @cached_property
    def lengths(self) -> Ints:
        """How many bytes each has."""
        return self.offsets[1:] - self.offsets[:-1]

    @cached_property
    def coded(self) -> Coded[str]:
        """The distinct texts, and which of them each row has."""
        found = self._arrow.dictionary_encode()
        return Coded(np.asarray(found.indices, dtype=np.int64), found.dictionary.to_pylist())

    def coded_at(self, rows: Ints) -> Coded[str]:
        """The texts of some rows, as ``coded``."""
        if self._arrow is None or "coded" in vars(self):
            return self.coded.where(rows)
        return Texts.of_arrow(self._arrow.take(rows)).coded

    def made_of(self, some: bytes) -> Truths:
        """Whether each is of these bytes and no others, and not empty."""
        if not len(self):
            return np.zeros(0, np.bool_)
        other = np.ones(256, np.bool_)
        other[list(some)] = False
        first = self.offsets[0]
        passed = np.zeros(self.offsets[-1] - first + 1, np.int64)
        np.cumsum(other[self.data[first : self.offsets[-1]]], out=passed[1:])
        places = passed[self.offsets - first]
        found: Truths = (places[1:] == places[:-1]) & (self.lengths > 0)
        return found

    def at(self, row: int) -> str:
        """One text."""
        start, end = self.offsets[row : row + 2].tolist()
        return self.data[start:end].tobytes().decode("utf-8", "surrogatepass")

    def block(self, size: int) -> Bytes | None:
        """The bytes as a table of as many columns, if every text has so many."""
        if not len(self) or (self.lengths != size).any():
            return None
        return self.data[self.offsets[0] : self.offsets[-1]].reshape(len(self), size)

    def hashed(self, start: Hashes, fold: int = 0) -> Hashes:
        """The hash of each text, begun with some number for each.

        Args:
            start: What the hash goes on from.
            fold: A byte whose bits are set in every byte first: 0x20 makes letters small.
        """
        found = start * _MIX
        longest = int(self.lengths.max(initial=0))
        words = self._words() if longest else None
        folded = np.uint64(int.from_bytes(bytes([fold]) * _WORD, "little"))
        for place in range(0, longest, _WORD):
            assert words is not None
            rest = self.lengths - place
            if (rest <= 0).any():
                rows = np.flatnonzero(rest > 0)
                word = words[self.offsets[rows] + place] | folded
                word &= _MASKS[np.minimum(rest[rows], _WORD)]
                found[rows] = mixed(found[rows], word)
            else:
                word = words[self.offsets[:-1] + place] | folded
                if (rest < _WORD).any():
                    word &= _MASKS[np.minimum(rest, _WORD)]
                found = mixed(found, word)
        return found ^ self.lengths.astype(np.uint64)

    def _words(self) -> Hashes:
        """The eight bytes that begin at each byte, as one number each."""
        data = np.concatenate([self.data, np.zeros(_WORD, np.uint8)])
        return np.ndarray((len(self.data) + 1,), np.dtype("<u8"), data.data, strides=(1,))


def mixed(found: Hashes, word: Hashes) -> Hashes:
    """Hashes that go on with a word each."""
    found = (found ^ word) * _MIX
    return found ^ (found >> _SHIFT)
