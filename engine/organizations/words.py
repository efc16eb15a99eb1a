"""The words by which names of organizations are read, and the doubt that each finding leaves.

They are data (``policies/organizations/words.toml``): the engine knows no state, no kind of
agency and no tag of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from ..library import shipped

Phrase: TypeAlias = tuple[str, ...]


class WordsError(ValueError):
    """A table of words that lacks an entry or cannot be read."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one or more words, each standing for something, found longest first."""

    by_first: Mapping[str, tuple[tuple[Phrase, str], ...]]

    def at(self, words: Phrase, place: int) -> tuple[int, str] | None:
        """The longest phrase that begins at a place: how many words it has, what it stands for."""
        for phrase, meaning in self.by_first.get(words[place], ()):
            if words[place : place + len(phrase)] == phrase:
                return len(phrase), meaning
        return None

    def whole(self, words: Phrase) -> str | None:
        """What the words stand for, all of them together."""
        found = self.at(words, 0) if words else None
        return found[1] if found and found[0] == len(words) else None


def phrases_of(meanings: Iterable[tuple[str, str]]) -> Phrases:
    """Phrases from pairs of a text and what it stands for."""
    listed: dict[str, list[tuple[Phrase, str]]] = {}
    for text, meaning in meanings:
        words = tuple(text.split())
        listed.setdefault(words[0], []).append((words, meaning))
    return Phrases(
        {
            first: tuple(sorted(found, key=lambda item: -len(item[0])))
            for first, found in listed.items()
        }
    )


@dataclass(frozen=True, slots=True)
class Words:
    """All of the table; each field is told there.

    ``ranks`` are the kinds of body, the more telling first; ``designations`` tell for words
    before and behind a place what the place is called.
    """

    threshold: float
    margin: float
    most_characters: int
    most_words: int
    tagged_government: str
    no_governments: frozenset[str]
    tags: Phrases
    tag_words: frozenset[str]
    signs_first: Phrases
    signs: Phrases
    factors: Mapping[str, float]
    kinds_agree: Mapping[tuple[str, str], float]
    designations_agree: Mapping[tuple[str, str], float]
    before: Phrases
    behind: Phrases
    beside: frozenset[str]
    county_kinds: frozenset[str]
    counties: frozenset[str]
    statuses: Phrases
    anywhere: Phrases
    nobody: frozenset[str]
    idle: frozenset[str]
    kinds: Phrases
    ranks: tuple[str, ...]
    bodies: Mapping[str, str]
    state_level: frozenset[str]
    fewest_words: int
    telling_words: int
    tribe_kind: str
    tribe_ends: frozenset[str]
    tribe_dropped: frozenset[str]
    same: Mapping[str, Phrase]
    small: frozenset[str]
    small_with_schools: frozenset[str]
    schools: frozenset[str]
    place_kind: str
    short_county: frozenset[str]
    short: Mapping[str, Phrases]
    states: frozenset[str]
    state_names: Phrases
    spelled: Mapping[str, Phrase]
    state_codes: Mapping[str, str]


def parse_words(text: str) -> Words:
    """Read the table.

    Raises:
        WordsError: It is no TOML, or lacks an entry.
    """
    try:
        return _words(tomllib.loads(text))
    except KeyError as error:
        raise WordsError(f"no entry {error}") from None
    except (TypeError, ValueError, IndexError) as error:
        raise WordsError(str(error)) from None


@cache  # package data, the same for the life of the process
def shipped_words() -> Words:
    """The words that come with platelaw."""
    table = shipped().joinpath("organizations", "words.toml")
    return parse_words(table.read_text("utf-8"))


def _words(table: Mapping[str, Any]) -> Words:
    named = table["designations"]
    same: Mapping[str, str] = named["same"]
    statuses = [(text, status) for status, texts in table["statuses"].items() for text in texts]
    rules = table["status_rules"]
    states: Mapping[str, list[str]] = table["states"]
    return Words(
        threshold=table["threshold"],
        margin=table["margin"],
        most_characters=table["most_characters"],
        most_words=table["most_words"],
        tagged_government=table["tagged_government"],
        no_governments=frozenset(table["no_governments"]),
        tags=_alike(table["tags"]),
        tag_words=frozenset(table["tag_words"]),
        signs_first=_alike(table["signs_first"]),
        signs=_alike(table["signs"]),
        factors=table["factors"],
        kinds_agree=_pairs(table["kinds_agree"]),
        designations_agree=_pairs(table["designations_agree"]),
        before=phrases_of((text, same.get(text, text)) for text in named["before"]),
        behind=phrases_of((text, same.get(text, text)) for text in named["behind"]),
        beside=frozenset(named["beside"]),
        county_kinds=frozenset(named["county_kinds"]),
        counties=frozenset(named["counties"]),
        statuses=phrases_of(statuses),
        anywhere=phrases_of(pair for pair in statuses if pair[0] in rules["anywhere"]),
        nobody=frozenset(rules["nobody"]),
        idle=frozenset(rules["idle"]),
        kinds=phrases_of(
            (text, each["kind"]) for each in table["kind"] for text in each["phrases"]
        ),
        ranks=tuple(each["kind"] for each in table["kind"]),
        bodies=table["bodies"],
        state_level=frozenset(table["state_level"]["kinds"]),
        fewest_words=table["state_level"]["fewest_words"],
        telling_words=table["telling_words"],
        tribe_kind=table["tribe"]["kind"],
        tribe_ends=frozenset(table["tribe"]["ends"]),
        tribe_dropped=frozenset(table["tribe"]["dropped"]),
        same={word: tuple(text.split()) for word, text in table["same"].items()},
        small=frozenset(table["small"]["words"]),
        small_with_schools=frozenset(table["small"]["with_schools"]),
        schools=frozenset(table["small"]["schools"]),
        place_kind=table["campus"]["place_kind"],
        short_county=frozenset(table["county"]["short"]),
        short={code: phrases_of(texts.items()) for code, texts in table["short"].items()},
        states=frozenset(states),
        state_names=phrases_of((name, code) for code, names in states.items() for name in names),
        spelled={code: tuple(names[0].split()) for code, names in states.items()},
        state_codes=table["state_codes"],
    )


def _alike(texts: Iterable[str]) -> Phrases:
    """Phrases that all stand for the same."""
    return phrases_of((text, text) for text in texts)


def _pairs(table: Mapping[str, float]) -> Mapping[tuple[str, str], float]:
    """Factors by what a name says and what is on file, `-` for nothing."""
    found: dict[tuple[str, str], float] = {}
    for key, factor in table.items():
        said, filed = (part.strip().strip("-") for part in key.split(","))
        found[said, filed] = factor
    return found
