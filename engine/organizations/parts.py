"""A name as an export writes it, taken apart: statuses, tag, state, county, brackets, segments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .folding import Word, words_of
from .words import Phrase, Words

_SURE = 3  # the best of the ranks of a word that may be the state
_BRACKETS = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_DASH = re.compile(r"\s+[-\u2013\u2014]+\s*|\s*[-\u2013\u2014]+\s+|\s*[|;]\s*|[()\[\]]")


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands in a name beside the name proper.

    Attributes:
        segments: The name proper, cut at its dashes, without the state.
        written: All its words, the state among them.
        state: The state that it names, or nothing.
        state_word: How it names the state.
        other_states: Codes of other states that stand in places as good.
        statuses: What it says of the account.
        is_tagged: Whether it bears the tag of the tagged government.
        county: The county that stands in brackets.
        asides: What else stands in brackets.
    """

    segments: tuple[Phrase, ...]
    written: Phrase
    state: str = ""
    state_word: str = ""
    other_states: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    is_tagged: bool = False
    county: Phrase = ()
    asides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """A word that may be the state: where it stands, and how good that place is."""

    at: int
    code: str
    rank: int


class _Splitter:
    """Takes one name apart."""

    def __init__(self, text: str, words: Words) -> None:
        self._words = words
        self._statuses: list[str] = []
        self._states: list[tuple[str, str]] = []
        self._asides: list[str] = []
        self._county: Phrase = ()
        self._is_tagged = False
        rest = _BRACKETS.sub(self._bracket, text)
        cut = [words_of(segment, words) for segment in _DASH.split(rest)]
        self._segments = [segment for each in cut if (segment := self._named(each))]

    def parts(self) -> Parts:
        """The parts."""
        flat = [word for segment in self._segments for word in segment]
        ends = _ends(self._segments)
        places = self._without_counties(list(self._places(flat, ends)), flat)
        state, state_word, others = self._state(flat, places)
        taken = next((place.at for place in places if place.code == state), -1)
        named = list(self._proper(flat, ends, state, taken))
        return Parts(
            tuple(segment for segment in named if segment),
            tuple(word.text for word in flat),
            state,
            state_word,
            others,
            tuple(dict.fromkeys(self._statuses)),
            self._is_tagged,
            self._county,
            tuple(self._asides),
        )

    # Brackets, statuses and tags -------------------------------------------------------------

    def _bracket(self, match: re.Match[str]) -> str:
        inside = words_of(match[1], self._words)
        phrase = _texts(inside)
        code = phrase[0].upper() if len(phrase) == 1 else ""
        name = self._words.state_names.whole(phrase)
        if status := self._words.statuses.whole(phrase):
            self._statuses.append(status)
        elif self._words.tags.whole(phrase):
            self._is_tagged = True
        elif code in self._words.states or name:
            self._states.append((name or code, match[1].strip()))
        elif len(phrase) > 1 and phrase[-1] in self._words.counties:
            self._county = phrase[:-1]
        elif phrase:
            self._asides.append(" ".join(match[1].split()))
        return " "

    def _named(self, segment: list[Word]) -> list[Word]:
        """A segment without status words and tag; empty if it has nothing else."""
        phrase = _texts(segment)
        if status := self._words.statuses.whole(phrase):
            self._statuses.append(status)
            return []
        if self._words.tags.whole(phrase):
            self._is_tagged = True
            return []
        segment = segment[self._at_start(phrase) :]
        return segment[: len(segment) - self._at_end(_texts(segment))]

    def _at_start(self, phrase: Phrase) -> int:
        found = self._words.anywhere.at(phrase, 0) if phrase else None
        if found is None:
            return 0
        self._statuses.append(found[1])
        return found[0]

    def _at_end(self, phrase: Phrase) -> int:
        for start in range(len(phrase)):
            if found := self._words.anywhere.whole(phrase[start:]):
                self._statuses.append(found)
                return len(phrase) - start
        return 0

    # The state -------------------------------------------------------------------------------

    def _state(
        self, flat: Sequence[Word], places: Sequence[_Place]
    ) -> tuple[str, str, tuple[str, ...]]:
        """The state, how it is written, and others in places as good."""
        if self._states:
            first = self._states[0]
            return *first, tuple(code for code, _ in self._states[1:] if code != first[0])
        if not places:
            return "", "", ()
        best = places[0]
        rivals = tuple(
            dict.fromkeys(p.code for p in places if p.rank == best.rank and p.code != best.code)
        )
        return best.code, flat[best.at].raw, rivals

    def _places(self, flat: Sequence[Word], ends: Sequence[int]) -> Iterator[_Place]:
        """The words that may be the state, and how good their places are."""
        phrase = _texts(flat)
        kinds = list(_kind_spans(phrase, self._words))
        covered = {at for start, end in kinds for at in range(start, end)}
        codes = {at for at, text in enumerate(phrase) if text.upper() in self._words.states}
        sure = codes - covered
        if not sure and len(kinds) > 1:  # a state's code that is also short for a kind of body
            sure = {at for at in codes if (at, at + 1) in kinds}
            kinds = [span for span in kinds if span[0] not in sure]
        starts = {start for start, _ in kinds}
        stops = {end for _, end in kinds}
        for at in sure:
            alone = at in (0, *ends) and at + 1 in ends
            if alone or at + 1 in starts or at in stops:
                rank = _SURE
            elif not flat[at].raw.isupper():
                continue
            else:
                rank = 2 if at + 1 == len(flat) else 1
            yield _Place(at, phrase[at].upper(), rank)

    def _without_counties(self, places: list[_Place], flat: Sequence[Word]) -> list[_Place]:
        """The best place first; `Co` is a county where another word is surely the state."""
        best = {place.code for place in places if place.rank == _SURE}
        short = {place.code for place in places if flat[place.at].text in self._words.short_county}
        kept = [place for place in places if place.code not in short or not best - short]
        return sorted(kept, key=lambda place: (-place.rank, -place.at))

    def _proper(
        self, flat: Sequence[Word], ends: Sequence[int], state: str, taken: int
    ) -> Iterator[Phrase]:
        """The segments without the word that is the state."""
        start = 0
        for end in ends:
            segment: list[str] = []
            for at in range(start, end):
                text = flat[at].text
                if at == taken:
                    continue
                if text in self._words.short_county and state:
                    segment.append("county")
                elif text.upper() == state:
                    segment += self._words.spelled[state]
                else:
                    segment.append(text)
            yield tuple(segment)
            start = end


def split(text: str, words: Words) -> Parts:
    """A name taken apart."""
    return _Splitter(text, words).parts()


def _texts(segment: Sequence[Word]) -> Phrase:
    return tuple(word.text for word in segment)


def _ends(segments: Sequence[Sequence[Word]]) -> list[int]:
    """Where each segment ends in all words together."""
    found: list[int] = []
    for segment in segments:
        found.append((found[-1] if found else 0) + len(segment))
    return found


def _kind_spans(phrase: Phrase, words: Words) -> Iterator[tuple[int, int]]:
    """Where the name says a kind of body."""
    place = 0
    while place < len(phrase):
        found = words.kinds.at(phrase, place)
        if found:
            yield place, place + found[0]
        place += found[0] if found else 1
