"""Names to words that can be compared: small letters, no accents, apostrophes or full stops."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from .words import Phrase, Words

_WORD = re.compile(r"[^\W_][^\W_'\u2019.`\u00b4]*(?:['\u2019.`\u00b4]+[^\W_]+)*|&")
_MARKS = re.compile(r"['\u2019.`\u00b4]")


class Word(NamedTuple):
    """One word as it is compared, and as it is written."""

    text: str
    raw: str


def words_of(text: str, words: Words) -> list[Word]:
    """The words of a text; one for which the table has others stands as those."""
    found: list[Word] = []
    for raw in _WORD.findall(text):
        plain = fold(raw)
        longer = words.same.get(plain)
        if longer is None:
            found.append(Word(plain, raw))
        else:
            found += [Word(each, raw) for each in longer]
    return found


def phrase_of(text: str, words: Words) -> Phrase:
    """The words of a text as they are compared."""
    found: list[str] = []
    same = words.same
    for raw in _WORD.findall(text):
        plain = fold(raw)
        if plain in same:
            found += same[plain]
        else:
            found.append(plain)
    return tuple(found)


def fold(raw: str) -> str:
    """One word in plain form."""
    if raw.isascii() and raw.isalnum():
        return raw.lower()
    if raw == "&":
        return "and"
    plain = _MARKS.sub("", raw)
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain)
        plain = "".join(each for each in apart if not unicodedata.combining(each))
    return plain.casefold()


def is_readable(text: str, most: int) -> bool:
    """Whether a text may be a name: not blank nor too long, in Latin letters, nothing hidden."""
    if not text.strip() or len(text) > most:
        return False
    return (text.isascii() and text.isprintable()) or all(map(_is_shown, text))


def _is_shown(char: str) -> bool:
    if not char.isprintable():
        return unicodedata.category(char) == "Zs"  # blanks of other widths
    if char == "\ufffd":
        return False  # stands for what could not be read
    return not char.isalpha() or unicodedata.name(char, "").startswith("LATIN")
