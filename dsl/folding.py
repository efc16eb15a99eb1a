"""Text folded to plain letters and digits, and the tokens it may be read as.

Folding follows Unicode Standard Annex #15 (NFKC and NFKD), the case folding of the Unicode
Standard, and the look-alikes of Unicode Technical Standard #39, kept in ``lookalikes.tsv``.

A stretch of text can be read as tokens in more than one way: a ``$`` parts two words or stands
for a letter, and ``a.l.p.h.a`` is five tokens or one. Every such reading is offered here; the
lexicon says which of them mean something.
"""

import functools
import importlib.resources
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

_DIGITS = frozenset("0123456789")
_SYMBOLS = frozenset("@$|!")
# What a digit or symbol may stand for where its token has letters too, and the reverse.
_AS_LETTERS: Mapping[str, str] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "bg", "7": "t", "8": "b",
    "9": "g", "@": "a", "$": "s", "|": "il", "!": "i",
}  # fmt: skip
_AS_DIGIT: Mapping[str, str] = {"o": "0", "i": "1", "l": "1"}
# Letters by category that show nothing (Default_Ignorable_Code_Point, DerivedCoreProperties.txt).
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
# A group of fewer digits between letters is more likely letters in disguise than a number.
_NUMBER_LENGTH = 3


class Glyph(NamedTuple):
    """One folded character: lower case, whether it was a capital, and its place in the text."""

    char: str
    upper: bool
    at: int


@dataclass(frozen=True, slots=True)
class Token:
    """Glyphs read as one token.

    Attributes:
        spots: The glyphs' positions, in sequence; not adjacent in a spelled-out word.
        reads: For each glyph the characters it may stand for, itself first.
        heads: Places among the spots where a word may begin: 0, or after leading symbols.
        tails: Places where a word may end: the length, or before trailing symbols.
        cuts: Places between a letter and a number where the token may be split.
        spelled: Whether it was spelled out, one character at a time.
    """

    spots: tuple[int, ...]
    reads: tuple[str, ...]
    heads: frozenset[int]
    tails: frozenset[int]
    cuts: frozenset[int]
    spelled: bool

    def inside_number(self, place: int) -> bool:
        """Whether the place lies between two digits."""
        return place > 0 and all(is_digit(read[0]) for read in self.reads[place - 1 : place + 1])

    def piece(self, start: int, end: int) -> "Token":
        """The part between two places, its characters read as they are in the whole."""
        return Token(
            self.spots[start:end],
            self.reads[start:end],
            heads=frozenset({0}),
            tails=frozenset({end - start}),
            cuts=frozenset(),
            spelled=self.spelled,
        )


@functools.cache
def lookalikes() -> Mapping[str, str]:
    """The letters and digits each look-alike character is read as, case kept (UTS #39)."""
    lines = (
        (importlib.resources.files(__package__ or "") / "lookalikes.tsv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    table: dict[str, str] = {}
    for line in lines:
        if line and not line.startswith("#"):
            letter, _, codes = line.partition("\t")
            for code in codes.split():
                first, _, last = code.partition("-")
                for point in range(int(first, 16), int(last or first, 16) + 1):
                    table[chr(point)] = letter
    return MappingProxyType(table)


def is_digit(char: str) -> bool:
    """Whether a folded character is a digit."""
    return char in _DIGITS


def fold(text: str) -> tuple[Glyph, ...]:
    """The text character by character in plain form; marks and invisible characters are gone.

    Each character is folded by itself, so every glyph knows where it came from.
    """
    if text.isascii():
        return tuple(Glyph(char.lower(), char.isupper(), at) for at, char in enumerate(text))
    return tuple(
        Glyph(folded, upper, at) for at, char in enumerate(text) for folded, upper in _folded(char)
    )


@functools.lru_cache(maxsize=4_096)  # characters repeat; what one folds to never changes
def _folded(char: str) -> tuple[tuple[str, bool], ...]:
    return tuple(_fold_char(char, lookalikes()))


def _fold_char(char: str, table: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    for part in table.get(char) or unicodedata.normalize("NFKD", char):
        category = unicodedata.category(part)
        if category.startswith("M") or category == "Cf" or part in _BLANK_LETTERS:
            continue
        if category == "Nd":
            yield str(unicodedata.decimal(part)), False
            continue
        # Look-alikes come before case folding: a capital and its small letter differ in shape.
        shown = table.get(part, part)
        for folded in unicodedata.normalize("NFKD", shown.casefold()):
            if not unicodedata.category(folded).startswith("M"):
                yield table.get(folded, folded).casefold(), shown.isupper()


def tokens(glyphs: Sequence[Glyph]) -> tuple[Token, ...]:
    """Every token the glyphs may be read as: plain ones, with symbols as letters, spelled out."""
    found: dict[tuple[int, ...], Token] = {}
    for members in _views(glyphs):
        plain = list(_stretches(members))
        for stretch in plain:
            spots = tuple(range(*stretch))
            found.setdefault(spots, _token(glyphs, spots, spelled=False))
        for run in _runs(plain):
            for spots in _spellings(glyphs, run):
                found.setdefault(spots, _token(glyphs, spots, spelled=True))
    return tuple(found.values())


def next_starts(glyphs: Sequence[Glyph]) -> tuple[tuple[int, ...], ...]:
    """For each view of the glyphs, where the next token starts at or after each position."""
    answers: list[tuple[int, ...]] = []
    for members in _views(glyphs):
        after = [len(glyphs)] * (len(glyphs) + 1)
        for position in reversed(range(len(glyphs))):
            after[position] = position if members[position] else after[position + 1]
        answers.append(tuple(after))
    return tuple(answers)


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text taken at face value, letters and digits apart, spelled words joined."""
    words: list[str] = []
    letters = 0  # how many single letters in a row the last word joins
    for token in _alphanumeric(text):
        single = len(token) == 1 and not is_digit(token)
        if single and letters:
            words[-1] += token
        else:
            words.extend("".join(part) for _, part in itertools.groupby(token, is_digit))
        letters = letters + 1 if single else 0
    return tuple(words)


def _alphanumeric(text: str) -> Iterator[str]:
    """The stretches of letters and digits of a text in plain form."""
    if text.isascii():
        yield from _ASCII_STRETCH.findall(text.lower())
        return
    glyphs = fold(text)
    for start, end in _stretches([glyph.char.isalnum() for glyph in glyphs]):
        yield "".join(glyph.char for glyph in glyphs[start:end])


_ASCII_STRETCH = re.compile("[a-z0-9]+")


def outline(text: str) -> str | None:
    """All letters and digits of a text, those that pose as one another made the same.

    Whatever characters a token of the text may be read as, their outline is part of this one. None
    if symbols stand in the text that may be letters.
    """
    plain = text.lower() if text.isascii() else "".join(glyph.char for glyph in fold(text))
    if not _SYMBOLS.isdisjoint(plain):
        return None
    return "".join(filter(str.isalnum, plain)).translate(_OUTLINE)


def _same_outline() -> Mapping[int, str]:
    """For each character that may be another, the first of all that may be one another."""
    groups: list[set[str]] = []
    for char, others in itertools.chain(_AS_LETTERS.items(), _AS_DIGIT.items(), [("i", "l")]):
        new = {char, *others}
        for group in [group for group in groups if group & new]:
            groups.remove(group)
            new |= group
        groups.append(new)
    return {ord(char): min(group) for group in groups for char in group}


_OUTLINE = _same_outline()


def _views(glyphs: Sequence[Glyph]) -> Iterator[Sequence[bool]]:
    """Which glyphs belong to tokens: letters and digits; then symbols too, if there are any."""
    plain = [glyph.char.isalnum() for glyph in glyphs]
    yield plain
    if any(glyph.char in _SYMBOLS for glyph in glyphs):
        yield [known or glyph.char in _SYMBOLS for known, glyph in zip(plain, glyphs, strict=True)]


def _stretches(members: Iterable[bool]) -> Iterator[tuple[int, int]]:
    position = 0
    for inside, group in itertools.groupby(members):
        start, position = position, position + sum(1 for _ in group)
        if inside:
            yield start, position


def _runs(stretches: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Positions of two or more tokens of a single character with no longer one between."""
    for single, group in itertools.groupby(stretches, lambda span: span[1] - span[0] == 1):
        run = [start for start, _ in group] if single else []
        if len(run) > 1:
            yield run


def _spellings(glyphs: Sequence[Glyph], run: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The words a run may spell: the whole, parted at wider gaps, parted at unusual gaps."""
    gaps = [
        "".join(glyph.char for glyph in glyphs[left + 1 : right])
        for left, right in itertools.pairwise(run)
    ]
    # White space parts more than a dot or dash does, then the longer gap parts more.
    widths = [(any(char.isspace() for char in gap), len(gap)) for gap in gaps]
    tightest = min(widths)
    usual, _ = Counter(gaps).most_common(1)[0]
    yield tuple(run)
    yield from _parted(run, [width > tightest for width in widths])
    yield from _parted(run, [gap != usual for gap in gaps])


def _parted(run: Sequence[int], parts: Sequence[bool]) -> Iterator[tuple[int, ...]]:
    start = 0
    for place, part in enumerate([*parts, True], start=1):
        if part:
            if place - start > 1:
                yield tuple(run[start:place])
            start = place


def _token(glyphs: Sequence[Glyph], spots: tuple[int, ...], *, spelled: bool) -> Token:
    chosen = [glyphs[spot] for spot in spots]
    solid = [place for place, glyph in enumerate(chosen) if glyph.char not in _SYMBOLS]
    first, last = (solid[0], solid[-1] + 1) if solid else (0, len(chosen))
    return Token(
        spots,
        _reads(chosen),
        heads=frozenset({0, first}),
        tails=frozenset({last, len(chosen)}),
        cuts=_cuts(chosen),
        spelled=spelled,
    )


def _reads(chosen: Sequence[Glyph]) -> tuple[str, ...]:
    letters = [glyph for glyph in chosen if glyph.char.isalpha()]
    if not letters:
        return tuple(glyph.char for glyph in chosen)
    # A small l poses as I only beside capitals, a capital I as l only beside small letters:
    # the two are never simply interchanged, or whole words would collide.
    rest = [glyph.upper for glyph in letters if glyph.upper or glyph.char != "l"]
    small_l = not rest or (len(rest) > 1 and all(rest))
    capital_i = not all(glyph.upper for glyph in letters)
    numeric = any(is_digit(glyph.char) for glyph in chosen)

    def read(glyph: Glyph) -> str:
        also = _AS_LETTERS.get(glyph.char, "")
        if glyph.char == "l" and not glyph.upper and small_l:
            also += "i"
        if glyph.char == "i" and glyph.upper and capital_i:
            also += "l"
        return glyph.char + also + (_AS_DIGIT.get(glyph.char, "") if numeric else "")

    return tuple(read(glyph) for glyph in chosen)


def _cuts(chosen: Sequence[Glyph]) -> frozenset[int]:
    cuts: set[int] = set()
    for start, end in _stretches(is_digit(glyph.char) for glyph in chosen):
        if start == 0 or end == len(chosen) or end - start >= _NUMBER_LENGTH:
            cuts |= {start, end}
    return frozenset(cuts - {0, len(chosen)})
