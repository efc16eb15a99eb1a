"""A file read again after an edit: a statement whose text is as it was is taken over as it is.

What is read is always what a parser without memory reads. A statement in which something is not
understood is read anew each time, since what is said of it may name the text behind it.

The places of what is taken over move with it (``moving``): of two readings of one file, only the
newer one is to be asked where something stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import syntax as tree
from .diagnostics import Diagnostic, in_order
from .moving import Anchor, hung
from .parsed import Misplaced, Parse
from .parser import Parser, misplaced_in
from .scan import Comment, Scan, blocks, scan
from .source import Source, Span


@dataclass(frozen=True, slots=True)
class _Block:
    """A statement and the comments behind it, as they were read.

    Attributes:
        anchor: Where it starts; its places hang on it.
        plain: Its text, with every comment blanked.
        statements: Its statement; what stands before the first statement of a file has none.
        comments: Its comments.
        misplaced: The first clause that stands in an unusual order.
    """

    anchor: Anchor
    plain: str
    statements: tuple[tree.Statement, ...]
    comments: tuple[Comment, ...]
    misplaced: tuple[Misplaced, ...] = ()

    def moved(self, source: Source, start: int) -> _Block:
        """This block, which stands there now."""
        self.anchor.source, self.anchor.start = source, start
        return self

    def copied(self, source: Source, start: int) -> _Block:
        """Another block with the same text, which stands there."""
        return self.hung_on(Anchor(source, start), self.anchor.start)

    def hung_on(self, anchor: Anchor, base: int) -> _Block:
        """The same block on another anchor, which stands at ``base`` among its places now."""
        return _Block(
            anchor,
            self.plain,
            hung(self.statements, anchor, base),
            hung(self.comments, anchor, base),
            hung(self.misplaced, anchor, base),
        )


@dataclass(slots=True)
class _Reading:
    """One reading of a file.

    Attributes:
        source: Its text.
        repeated: The texts of blocks that stand in it more than once.
        blocks: Its blocks.
        faults: What was not understood.
        known: The blocks that were understood, by their texts.
    """

    source: Source
    repeated: frozenset[str] = frozenset()
    blocks: list[_Block] = field(default_factory=list[_Block])
    faults: list[Diagnostic] = field(default_factory=list[Diagnostic])
    known: dict[str, _Block] = field(default_factory=dict[str, _Block])


class Rereader(Parser):
    """A parser that remembers the last reading of every file, by its name."""

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, _Reading] = {}

    def parse(self, source: Source) -> Parse:
        """Read one file."""
        before = self._files.get(source.name, _Reading(source))
        text = source.text
        found = [
            (text[start:end], start, before.known.get(text[start:end]) or scan(source, start, end))
            for start, end in blocks(text)
        ]
        plain = "".join(block.plain for _, _, block in found)
        reading = _Reading(source, _repeated(own for own, _, _ in found))
        several = before.repeated | reading.repeated
        for own, start, block in found:
            if isinstance(block, Scan):
                self._read(plain, own, start, block, reading)
            else:
                # One tree stands in one place: who holds an earlier reading has both of two copies.
                place = block.copied if own in several else block.moved
                reading.blocks.append(place(source, start))
                reading.known[own] = reading.blocks[-1]
        self._files[source.name] = reading
        return _parse_of(reading)

    def forget(self, name: str) -> None:
        """Keep nothing more of a file."""
        self._files.pop(name, None)

    def _read(self, plain: str, text: str, start: int, found: Scan, reading: _Reading) -> None:
        """Read a block that is not known; it is, from now on, if all of it is understood."""
        nodes, faults = self._statements(plain, found, start + len(text))
        misplaced = tuple(place for raw in found.statements if (place := misplaced_in(raw)))
        anchor = Anchor(reading.source, start)
        read = _Block(anchor, found.plain, tuple(nodes), found.comments, misplaced)
        block = read.hung_on(anchor, start)
        reading.blocks.append(block)
        reading.faults += faults
        if not faults:
            reading.known[text] = block


def _repeated(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(text for text, number in Counter(texts).items() if number > 1)


def _parse_of(reading: _Reading) -> Parse:
    """The whole file of its blocks."""
    document = tree.Document(
        Span(reading.source, 0, len(reading.source.text)),
        tuple(node for block in reading.blocks for node in block.statements),
    )
    return Parse(
        document,
        tuple(comment for block in reading.blocks for comment in block.comments),
        in_order(reading.faults),
        tuple(place for block in reading.blocks for place in block.misplaced),
    )
