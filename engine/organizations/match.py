"""The bodies that a name may mean, each with its score: every rule is a factor of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from math import prod

from ..registry import Body
from .index import Entry, Index, without_tag_words
from .naming import Naming, naming_of
from .parts import Parts
from .resolution import Candidate
from .words import Phrase, Words

# A finding that leaves a doubt: the factor, and the finding in words.
Doubt = tuple[float, str]
_FEWEST_WORDS = 3  # of a name that is likely one of its kind
_LEAST = 0.2  # a candidate that is less likely is none


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the name: its words, and what was left aside for it."""

    words: Phrase
    doubts: tuple[Doubt, ...] = ()


class Matcher:
    """Finds candidates for names that were taken apart."""

    def __init__(self, index: Index, words: Words) -> None:
        """Of one index."""
        self._index = index
        self._words = words

    def candidates(self, parts: Parts) -> list[Candidate]:
        """The bodies that the name may mean, the likeliest first, each once."""
        found: dict[str, Candidate] = {}
        for candidate in self._all(parts):
            known = found.get(candidate.body.key)
            if known is None or candidate.score > known.score:
                found[candidate.body.key] = candidate
        listed = [each for each in found.values() if each.score >= _LEAST]
        return sorted(listed, key=lambda each: (-each.score, each.body.key))

    def says_tagged(self, parts: Parts) -> bool:
        """Whether the name is of the tagged government by tag, or by words that say so."""
        if parts.is_tagged:
            return True
        signs, name = self._words.signs, parts.written
        places = (at for at, word in enumerate(name) if at == 0 or word not in _LEADING)
        return any(signs.at(name, at) for at in places)

    def _all(self, parts: Parts) -> Iterator[Candidate]:
        yield from self._written(parts)
        if self.says_tagged(parts):
            yield from self._tagged(parts)
        if not parts.is_tagged:
            for reading in self._readings(parts):
                yield from self._matched(reading, parts)

    # Ways of writing that are on file, and the tagged government -----------------------------

    def _written(self, parts: Parts) -> Iterator[Candidate]:
        whole, first = " ".join(parts.written), " ".join(parts.segments[0] if parts.segments else ())
        for text in dict.fromkeys((whole, first)):
            for body in self._index.written.get(text, ()):
                is_tagged = body.sovereign == self._words.tagged_government
                if is_tagged or (text == whole and not parts.is_tagged):
                    doubts = [self._doubt("written", f"the registry has `{text}` for it")]
                    if text != whole:
                        doubts.append(self._doubt("unit", "the rest of the name was left aside"))
                    yield self._candidate(body, [*doubts, *self._asides(parts)])

    def _tagged(self, parts: Parts) -> Iterator[Candidate]:
        """Bodies of the tagged government by their full name, or by the name before an office."""
        named = tuple(word for segment in parts.segments for word in segment)
        name = without_tag_words(named, self._words)
        why = "the tag" if parts.is_tagged else "the words of the name"
        for length in range(len(name), 0, -1):
            bodies = self._index.tagged.get(name[:length], ())
            if not bodies:
                continue
            doubts = [self._doubt(
                "tagged", f"`{' '.join(name[:length])}` is its name; its government by {why}"
            )]  # fmt: skip
            if rest := name[length:]:
                doubts.append(self._doubt("office", f"`{' '.join(rest)}` was left aside"))
            for body in bodies:
                yield self._candidate(body, [*doubts, *self._asides(parts)])
            return

    # Bodies of states, tribes and compacts ---------------------------------------------------

    def _readings(self, parts: Parts) -> Iterator[_Reading]:
        """The name as a whole, and without what stands behind a dash."""
        segments = parts.segments
        asides = tuple(self._asides(parts))
        yield _Reading(tuple(word for segment in segments for word in segment), asides)
        for end in range(len(segments) - 1, 0, -1):
            rest = " ".join(word for segment in segments[end:] for word in segment)
            doubt = self._doubt("unit", f"`{rest}` behind the dash was left aside")
            kept = tuple(word for segment in segments[:end] for word in segment)
            yield _Reading(kept, (*asides, doubt))

    def _matched(self, reading: _Reading, parts: Parts) -> Iterator[Candidate]:
        states = [(parts.state, [self._state_said(parts)])] if parts.state else [("", [])]
        if parts.other_states:
            both = "`, `".join((parts.state, *parts.other_states))
            doubt = self._doubt("states_differ", f"it may be in any of `{both}`")
            states = [(code, [doubt]) for code in (parts.state, *parts.other_states)]
        for state, doubts in states:
            said = naming_of(reading.words, state, self._words)
            yield from self._in_state(said, state, [*doubts, *reading.doubts], parts)
            for there, core, doubt in () if state else self._written_out(said):
                shorter = naming_of((*core, *said.kind_words), there, self._words)
                yield from self._in_state(shorter, there, [doubt, *reading.doubts], parts)

    def _state_said(self, parts: Parts) -> Doubt:
        return 1.0, f"`{parts.state_word}` is the state {parts.state}"

    def _written_out(self, said: Naming) -> Iterator[tuple[str, Phrase, Doubt]]:
        """The state's full name: behind a place, or before a name that says no kind."""
        names, core = self._words.state_names, said.core
        for start in range(1, len(core)):
            if code := names.whole(core[start:]):
                yield code, core[:start], self._doubt(
                    "state_written_out", f"`{' '.join(core[start:])}` is the state {code}"
                )  # fmt: skip
        first = None if said.kind or not core else names.at(core, 0)
        if first is not None:
            yield first[1], core, self._doubt("state_by_name", f"the name begins with {first[1]}")

    def _in_state(
        self, said: Naming, state: str, doubts: Sequence[Doubt], parts: Parts
    ) -> Iterator[Candidate]:
        """Candidates of one core, in a state or in none that the name tells."""
        if not said.core:
            return
        matched: list[tuple[Entry, list[Doubt]]] = []
        for entry in self._index.entries(state, said.together):
            compared = self._compared(said, entry, parts.county)
            if compared is not None:
                matched.append((entry, compared))
        called = {entry.naming.designation for entry, _ in matched}
        for entry, compared in matched:
            found = [*compared, *self._beside(said, entry.naming, called), *doubts]
            if not state:
                found.append(self._stateless(said, entry, alone=len(matched) == 1))
            yield self._candidate(entry.body, found)

    def _compared(self, said: Naming, entry: Entry, county: Phrase) -> list[Doubt] | None:
        """What speaks for and against one body; None if it is another kind of body."""
        filed = entry.naming
        kinds = self._kinds(said, filed)
        if kinds is None:
            return None
        return [
            self._doubt("name", f"`{' '.join(said.core)}` is its name or place"),
            kinds,
            *self._shape(said, filed),
            *self._designation(said, filed),
            *self._county(county, entry),
        ]

    def _kinds(self, said: Naming, filed: Naming) -> Doubt | None:
        text = " ".join(said.kind_words)
        if said.kind == filed.kind:
            if said.kind:
                return 1.0, f"`{text}` is its kind, {said.kind}"
            if len(said.core) == 1:
                return self._doubt("short", "one word that says no kind of body")
            return 1.0, "neither name says a kind of body"
        if not said.kind:
            return self._doubt("no_kind", f"the name says no kind of body; on file: {filed.kind}")
        factor = self._words.kinds_agree.get((said.kind, filed.kind))
        if factor is None:
            return None
        return factor, f"`{text}` says {said.kind}; on file: {filed.kind or 'no kind in its name'}"

    def _shape(self, said: Naming, filed: Naming) -> Iterator[Doubt]:
        if said.core != filed.core:
            yield self._doubt("run_together", f"on file it is `{' '.join(filed.core)}`")
        if said.dropped != filed.dropped and (words := (*said.dropped, *filed.dropped)):
            yield self._doubt("words_dropped", f"`{' '.join(words)}` was left aside")

    def _designation(self, said: Naming, filed: Naming) -> Iterator[Doubt]:
        one, other = said.designation, filed.designation
        if one == other:
            return
        if filed.kind in self._words.county_kinds:
            yield self._doubt("county_word", f"it says `{one or 'no county'}`, "
                              f"on file: {other or 'no county'}")  # fmt: skip
            return
        yield self._calls(one, other), (
            f"it says `{one or 'no city or township'}`, on file: {other or 'none'}"
        )

    def _beside(self, said: Naming, filed: Naming, called: Set[str]) -> Iterator[Doubt]:
        """The doubt that a place of the same name leaves, whatever the two are called."""
        exact = {each for each in called if self._calls(said.designation, each) == 1.0}
        if exact and filed.designation not in exact:
            text = " or ".join(sorted(filter(None, exact))) or "the place itself"
            yield self._doubt("better_called", f"{text} of this name is on file")
        elif not said.designation and (beside := self._words.beside & called - exact):
            text = " and ".join(sorted(beside))
            yield self._doubt("one_beside", f"a {text} of this name is on file too")

    def _calls(self, said: str, filed: str) -> float:
        """How well two words for what a place is agree."""
        return 1.0 if said == filed else self._words.designations_agree.get((said, filed), 0.1)

    def _county(self, county: Phrase, entry: Entry) -> Iterator[Doubt]:
        filed = " ".join(entry.county)
        if not filed:
            return
        if not county:
            yield self._doubt("county_untold", f"on file it is that of {filed.title()}")
        elif county == entry.county:
            yield self._doubt("county_agrees", f"`{filed}` is its county")
        else:
            yield self._doubt("county_differs", f"its county is {filed.title()}")

    def _stateless(self, said: Naming, entry: Entry, *, alone: bool) -> Doubt:
        """The doubt that no state leaves."""
        words = self._words
        own = words.spelled.get(entry.state, ())
        is_place = said.kind in words.county_kinds or words.schools.isdisjoint(said.core)
        if own and _holds(said.core, own) and (said.kind in words.state_level or not is_place):
            return self._doubt("state_by_name", f"the name holds the state {entry.state}")
        if not alone:
            return self._doubt("one_of_several", "no state, and several states have such a body")
        if said.kind in (*words.county_kinds, words.tribe_kind):
            return self._doubt("state_missing_known", "no state; the only such body on file")
        if len(said.core) >= _FEWEST_WORDS:
            return self._doubt("state_missing_name", "no state; the only body of this name on file")
        return self._doubt("state_missing", "no state; the only such body on file")

    # Scores ----------------------------------------------------------------------------------

    def _asides(self, parts: Parts) -> Iterable[Doubt]:
        for text in parts.asides:
            yield self._doubt("aside", f"`{text}` in brackets was left aside")

    def _doubt(self, name: str, text: str) -> Doubt:
        return self._words.factors[name], text

    def _candidate(self, body: Body, doubts: Sequence[Doubt]) -> Candidate:
        score = round(prod(factor for factor, _ in doubts), 3)
        return Candidate(body, score, tuple(text for _, text in doubts))


_LEADING = frozenset({"us", "u"})  # signs only where they begin a name


def _holds(core: Phrase, words: Phrase) -> bool:
    """Whether some words stand together among others."""
    size = len(words)
    return any(core[at : at + size] == words for at in range(len(core) - size + 1))
