"""Phrases of a lexicon found in free text, by token and never by substring.

Text and phrases are folded alike (see ``folding``). A phrase is met where its words stand in
sequence, whatever separates them, or written together as one token: "alpha beta", "ALPHA-BETA",
"alphabeta", "a.l.p.h.a b.e.t.a". A word that merely contains a phrase does not meet it.
"""

import enum
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .folding import Token, fold, is_digit, next_starts, outline, plain_words, tokens

_GAP = " "  # between the words of a phrase; never a character of a word
# Shorter parts would make a lucky split of an unrelated word too easy.
_SHORTEST_WORD = 2
_SHORTEST_PHRASE = 3
# A number that stands by itself, of more digits than one: single ones may be letters spelled out.
_BEFORE, _AFTER = r"(?<![^\s#/,;:()-])", r"(?![^\s#/,;:()-])"
_DIGITS = re.compile(r"[0-9]+")
_NO_NUMBER = "00000000"  # stands for every number that no phrase has; no phrase has it
_APART = "\x1e"  # between texts that are looked through together; white space to every pattern


class Level(enum.Enum):
    """How firmly a phrase states what it indicates."""

    PLAINLY = "plainly"
    POSSIBLY = "possibly"
    NEVER = "never"


_RANK: Mapping[Level, int] = {Level.NEVER: 0, Level.PLAINLY: 1, Level.POSSIBLY: 2}


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a lexicon, how firmly they speak, and the kind of thing they indicate."""

    text: str
    level: Level
    indicates: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A phrase met in a text, and the characters it was met at."""

    phrase: Phrase
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text plainly and possibly indicates, and the sightings that say so."""

    plainly: frozenset[str]
    possibly: frozenset[str]
    sightings: tuple[Sighting, ...]


_NOTHING = Reading(frozenset(), frozenset(), ())


def fold_phrase(text: str) -> tuple[str, ...]:
    """The tokens a phrase stands for; phrases with the same tokens are the same phrase.

    Letters and digits part ("a9" is "a", "9"), and letters set apart join ("a.b." is "ab").
    """
    return plain_words(text)


@dataclass(slots=True)
class _Node:
    """A place in a tree of characters."""

    after: dict[str, "_Node"] = field(default_factory=dict[str, "_Node"])
    phrases: tuple[Phrase, ...] = ()
    words: int = 0  # of the phrases that end here
    ends: bool = False

    def grow(self, characters: str) -> "_Node":
        node = self
        for char in characters:
            node = node.after.setdefault(char, _Node())
        return node


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase, or several with the same words, that may take the glyphs from start to end."""

    node: _Node
    start: int
    end: int

    def precedence(self) -> tuple[int, int, int, int]:
        rank = min(_RANK[phrase.level] for phrase in self.node.phrases)
        return -self.node.words, rank, self.start, -self.end


@dataclass(frozen=True, slots=True)
class _Lattice:
    """The tokens of a text by the glyph and place a match may enter them at."""

    entries: Mapping[int, Sequence[tuple[Token, int]]]
    starts: Sequence[Sequence[int]]

    def onward(self, glyph: int) -> Iterator[tuple[Token, int]]:
        """The tokens that come next after a word that ended before this glyph."""
        for start in dict.fromkeys(view[glyph] for view in self.starts):
            yield from self.entries.get(start, ())


class Matcher:
    """Phrases made ready for reading texts.

    Of phrases that overlap, the one with the most words takes them, and each word counts once;
    at equal length one that never counts goes before one that plainly does, and that before one
    that possibly does, then the earlier goes first. Phrases with the same words count for each
    kind they indicate, and by the same sequence of levels within a kind.

    Args:
        phrases: The lexicon, in any sequence.

    Raises:
        ValueError: If a phrase holds no letter or digit, so no text could ever meet it, or eight
            zeros.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        equal: dict[tuple[str, ...], list[Phrase]] = defaultdict(list)
        for phrase in phrases:
            equal[fold_phrase(phrase.text)].append(phrase)
        if () in equal:
            raise ValueError(f"phrase without letters or digits: {equal[()][0].text!r}")
        if any(_NO_NUMBER in "".join(words) for words in equal):
            raise ValueError(f"a phrase holds {_NO_NUMBER}, which stands for any number")
        self._phrases, self._spelled, self._joined = _Node(), _Node(), _Node()
        for words, same in equal.items():
            node = self._phrases.grow(_GAP.join(words))
            node.phrases, node.words = _strictest(same), len(words)
            whole = "".join(words)
            self._joined.grow(whole).ends |= len(whole) >= _SHORTEST_PHRASE
            for word in (whole, *words):
                self._spelled.grow(word).ends |= len(word) >= _SHORTEST_WORD

        kept = {run for words in equal for run in _DIGITS.findall(_GAP.join(words))}
        but = f"(?!(?:{'|'.join(sorted(kept))})(?![0-9]))" if kept else ""
        self._numbers = re.compile(f"{_BEFORE}{but}[0-9]{{2,}}{_AFTER}")
        outlines = {outline("".join(words)) or "" for words in equal}
        self._outlines = re.compile("|".join(map(re.escape, sorted(outlines))) or "(?!)")

    def alike(self, text: str) -> str:
        """A text of the same kinds as this one, the same for texts that differ in numbers alone.

        A number that stands by itself is never read as letters, and it is part of a phrase only if
        the phrase has it; so another in its place is read alike.
        """
        return self._numbers.sub(_NO_NUMBER, text)

    def alike_each(self, texts: Sequence[str]) -> Sequence[str]:
        """The same for many texts, which are looked through at once."""
        together = _APART.join(texts)
        if together.count(_APART) + 1 != len(texts):
            return [self.alike(text) for text in texts]  # one of them holds the character itself
        return self._numbers.sub(_NO_NUMBER, together).split(_APART)

    def may_hold(self, text: str) -> bool:
        """Whether a phrase may be in a text: a quick look, which is sure only of a no."""
        found = outline(text)
        return found is None or self._outlines.search(found) is not None

    def read(self, text: str) -> Reading:
        """What a text indicates; any string can be read."""
        if not self.may_hold(text):
            return _NOTHING
        glyphs = fold(text)
        entries: dict[int, list[tuple[Token, int]]] = defaultdict(list)
        for token in tokens(glyphs):
            for part in (token, *self._pieces(token)):
                for place in sorted(part.heads | part.cuts):
                    entries[part.spots[place]].append((part, place))
        lattice = _Lattice(entries, next_starts(glyphs))
        candidates = {
            (start, end, id(node)): _Candidate(node, start, end)
            for start in sorted(entries)
            for token, place in entries[start]
            for node, end in self._matches(lattice, token, place)
        }
        sightings = tuple(
            Sighting(phrase, glyphs[taken.start].at, glyphs[taken.end - 1].at + 1)
            for taken in _longest(candidates.values(), len(glyphs))
            for phrase in taken.node.phrases
            if phrase.level is not Level.NEVER
        )
        return Reading(
            _kinds(sightings, Level.PLAINLY), _kinds(sightings, Level.POSSIBLY), sightings
        )

    def _matches(self, lattice: _Lattice, token: Token, place: int) -> Iterator[tuple[_Node, int]]:
        """Phrases that begin at this place of the token, each with the glyph it ends before."""
        # `recast`: the last character was a digit read as a letter or the reverse, so what
        # looks like the edge of a number is not one.
        pending = [(self._phrases, token, place, False)]
        while pending:
            node, token, place, recast = pending.pop()
            ended = place in token.tails
            if node.phrases and (ended or (place in token.cuts and not recast)):
                yield node, token.spots[place - 1] + 1
            if ended and _GAP in node.after:
                pending += (
                    (node.after[_GAP], onward, head, False)
                    for onward, head in lattice.onward(token.spots[place - 1] + 1)
                )
            if place < len(token.spots):
                # The digits of one number are all taken as digits or all as letters.
                entered = node is self._phrases and place in token.cuts
                fixed = entered or token.inside_number(place)
                pending += (
                    (child, token, place + 1, changed)
                    for child, changed in _steps(node, token.reads[place])
                    if not fixed or changed == recast
                )

    def _pieces(self, token: Token) -> Iterator[Token]:
        """The parts of a token that falls wholly into phrases, or into words if spelled out."""
        root = self._spelled if token.spelled else self._joined
        size = len(token.spots)
        reached, pieces = {0}, list[tuple[int, int]]()
        for start in range(size):
            if start in reached:
                found = _prefixes(root, token, start)
                pieces += ((start, end) for end in found)
                reached |= found
        useful = {size} if size in reached else set[int]()
        for start, end in reversed(pieces):
            if end in useful:
                useful.add(start)
                if (start, end) != (0, size):
                    yield token.piece(start, end)


def _steps(node: _Node, reads: str) -> Iterator[tuple[_Node, bool]]:
    """Where a character leads, and whether it was recast; words may be written together."""
    bases = [node, node.after[_GAP]] if _GAP in node.after else [node]
    for char in reads:
        for base in bases:
            if char in base.after:
                yield base.after[char], is_digit(char) != is_digit(reads[0])


def _prefixes(root: _Node, token: Token, start: int) -> set[int]:
    """The places where a word that begins at this place of the token may end."""
    ends: set[int] = set()
    nodes, place = [root], start
    while nodes and place < len(token.reads):
        nodes = [
            node.after[char] for node in nodes for char in token.reads[place] if char in node.after
        ]
        place += 1
        if any(node.ends for node in nodes):
            ends.add(place)
    return ends


def _strictest(same: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """One phrase for each kind indicated, whatever sequence they came in."""
    by_kind: dict[str, Phrase] = {}
    for phrase in sorted(same, key=lambda one: (one.indicates, _RANK[one.level], one.text)):
        by_kind.setdefault(phrase.indicates, phrase)
    return tuple(by_kind.values())


def _longest(candidates: Iterable[_Candidate], size: int) -> list[_Candidate]:
    """The candidates that get their glyphs, in the sequence of the text."""
    taken = bytearray(size)
    chosen: list[_Candidate] = []
    for candidate in sorted(candidates, key=_Candidate.precedence):
        if not any(taken[candidate.start : candidate.end]):
            taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
            chosen.append(candidate)
    return sorted(chosen, key=lambda one: one.start)


def _kinds(sightings: Iterable[Sighting], level: Level) -> frozenset[str]:
    return frozenset(one.phrase.indicates for one in sightings if one.phrase.level is level)
