"""The bodies that a name may mean, each with its score and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

from ..registry import Body
from .index import Entry, Index, district_of, without_tag_words
from .naming import Naming, kind_of, naming_of
from .parts import Parts
from .resolution import Candidate
from .weighing import Doubt, Weighing
from .words import Phrase, Words

_LEAST = 0.2  # a candidate that is less likely is none


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a name: its words, and what was left aside for it."""

    words: Phrase
    doubts: tuple[Doubt, ...] = ()


class Matcher:
    """Finds candidates for names that were taken apart."""

    def __init__(self, index: Index, words: Words) -> None:
        """Of one index."""
        self._index = index
        self._words = words
        self._weighing = Weighing(words)
        self._doubt = self._weighing.doubt

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
        name = parts.written
        if parts.is_tagged or (name and self._words.signs_first.at(name, 0)):
            return True
        return any(self._words.signs.at(name, at) for at in range(len(name)))

    def _all(self, parts: Parts) -> Iterator[Candidate]:
        written = list(self._written(parts))
        if written:  # what is on file as written needs no rule
            yield from written
            return
        if self.says_tagged(parts):
            yield from self._tagged(parts)
        if not parts.is_tagged:
            for reading in self._readings(parts):
                yield from self._matched(reading, parts)

    # Ways of writing that are on file, and the tagged government -----------------------------

    def _written(self, parts: Parts) -> Iterator[Candidate]:
        """The bodies of which the registry has this way of writing, by itself or with a kind."""
        text = " ".join(parts.written)
        for body in self._index.written.get(text, ()):
            if body.sovereign == self._words.tagged_government or not parts.is_tagged:
                yield self._candidate(body, [self._has(text), *self._asides(parts)])
        for reading in self._readings(parts) if parts.state and not parts.is_tagged else ():
            text = " ".join(reading.words)
            for body in self._index.written.get(text, ()):
                if body.sovereign == parts.state:
                    yield self._candidate(body, [self._has(text), *reading.doubts])
        if not parts.state:
            yield from self._written_with_kind(parts)

    def _written_with_kind(self, parts: Parts) -> Iterator[Candidate]:
        """The bodies of a name on file that says no kind, where this name adds one."""
        kind, kind_words, rest = kind_of(parts.written, self._words)
        factor = self._words.kinds_agree.get((kind, ""))
        if factor is None or len(rest) < self._words.fewest_words:
            return
        added = factor, f"`{' '.join(kind_words)}` says {kind}; on file: no kind in its name"
        text = " ".join(rest)
        for body in self._index.written.get(text, ()):
            yield self._candidate(body, [self._has(text), added, *self._asides(parts)])

    def _has(self, text: str) -> Doubt:
        return self._doubt("written", f"the registry has `{text}` for it")

    def _tagged(self, parts: Parts) -> Iterator[Candidate]:
        """Bodies of the tagged government by their full name, or by the name before an office."""
        named = tuple(word for segment in parts.segments for word in segment)
        name = without_tag_words(named, self._words)
        for length in range(len(name), 0, -1):
            bodies = self._index.tagged.get(name[:length], ())
            if bodies:
                doubts = [*self._tagged_doubts(name, length, parts), *self._asides(parts)]
                yield from (self._candidate(body, doubts) for body in bodies)
                return

    def _tagged_doubts(self, name: Phrase, length: int, parts: Parts) -> Iterator[Doubt]:
        text, rest = " ".join(name[:length]), name[length:]
        why = "the tag" if parts.is_tagged else "the words of the name"
        yield self._doubt("tagged", f"`{text}` is its name; its government by {why}")
        if not rest:
            return
        yield self._doubt("office", f"`{' '.join(rest)}` was left aside")
        if any(rest[at:] in self._index.tagged for at in range(len(rest))):
            yield self._doubt("one_of_several", "the words left aside name another such body")

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
        for state, doubts in self._states(parts):
            said = naming_of(reading.words, state, self._words)
            yield from self._in_state(said, state, [*doubts, *reading.doubts], parts)
            yield from self._campuses(said, state, [*doubts, *reading.doubts])
            for there, core, doubt in () if state else self._written_out(said):
                shorter = naming_of((*core, *said.kind_words), there, self._words)
                yield from self._in_state(shorter, there, [doubt, *reading.doubts], parts)

    def _states(self, parts: Parts) -> Iterator[tuple[str, list[Doubt]]]:
        """The states that the name may give; an empty one if it gives none."""
        if not parts.state:
            yield "", []
        elif not parts.other_states:
            yield parts.state, [(1.0, f"`{parts.state_word}` is the state {parts.state}")]
        else:
            codes = (parts.state, *parts.other_states)
            doubt = self._doubt("states_differ", f"it may be in any of {', '.join(codes)}")
            yield from ((code, [doubt]) for code in codes)

    def _written_out(self, said: Naming) -> Iterator[tuple[str, Phrase, Doubt]]:
        """The state's full name: behind a place, or before a name that says no kind."""
        names, core = self._words.state_names, said.core
        for start in range(1, len(core)):
            if code := names.whole(core[start:]):
                text = " ".join(core[start:])
                doubt = self._doubt("state_written_out", f"`{text}` is the state {code}")
                yield code, core[:start], doubt
        first = None if said.kind or not core else names.at(core, 0)
        if first is not None:
            yield first[1], core, self._doubt("state_by_name", f"the name begins with {first[1]}")

    def _in_state(
        self, said: Naming, state: str, doubts: Sequence[Doubt], parts: Parts
    ) -> Iterator[Candidate]:
        """Candidates of one core, in a state or in none that the name tells."""
        if not said.core:
            return
        weighing = self._weighing
        matched: list[tuple[Entry, list[Doubt]]] = []
        for entry in self._index.entries(state, said.together):
            compared = weighing.compared(said, entry, parts.county)
            if compared is not None:
                matched.append((entry, compared))
        called = {entry.naming.designation for entry, _ in matched}
        for entry, compared in matched:
            found = [*compared, *weighing.beside(said, entry.naming, called), *doubts]
            if not state:
                found.append(weighing.stateless(said, entry, alone=len(matched) == 1))
            yield self._candidate(entry.body, found)

    def _campuses(self, said: Naming, state: str, doubts: Sequence[Doubt]) -> Iterator[Candidate]:
        """Candidates of a school whose name adds the place of a campus."""
        if not state or self._words.schools.isdisjoint(said.core):
            return
        for cut in range(1, len(said.core)):
            school = replace(said, core=said.core[:cut])
            place = "".join(said.core[cut:])
            entries = self._index.entries(state, school.together)
            districts = self._index.districts.get((state, place), set())
            for entry in entries if len(entries) > 1 else ():
                compared = self._weighing.compared(school, entry, entry.county)
                if entry.county and compared and district_of(entry.body) in districts:
                    text = f"`{' '.join(said.core[cut:])}` lies in its county, by their ORIs"
                    found = [*compared, self._doubt("campus", text), *doubts]
                    yield self._candidate(entry.body, found)

    # Scores ----------------------------------------------------------------------------------

    def _asides(self, parts: Parts) -> Iterable[Doubt]:
        for text in parts.asides:
            yield self._doubt("aside", f"`{text}` in brackets was left aside")

    def _candidate(self, body: Body, doubts: Sequence[Doubt]) -> Candidate:
        score = round(prod(factor for factor, _ in doubts), 3)
        return Candidate(body, score, tuple(text for _, text in doubts))
