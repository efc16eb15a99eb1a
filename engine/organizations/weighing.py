"""What speaks for and against one body: each finding is a factor of the table, in words."""

from __future__ import annotations

from collections.abc import Iterator, Set

from .index import Entry
from .naming import Naming
from .words import Phrase, Words

# A finding that leaves a doubt: the factor, and the finding in words.
Doubt = tuple[float, str]

_STRANGE = 0.1  # two words for a place of which the table does not say that they agree


class Weighing:
    """Weighs readings of a name against readings of names on file."""

    def __init__(self, words: Words) -> None:
        """By one table."""
        self._words = words

    def doubt(self, name: str, text: str) -> Doubt:
        """A finding with its factor."""
        return self._words.factors[name], text

    def compared(self, said: Naming, entry: Entry, county: Phrase) -> list[Doubt] | None:
        """What speaks for and against one body; None if it is another kind of body.

        Args:
            said: What the name says.
            entry: The body, of the same core.
            county: The county that the name gives in brackets.
        """
        kinds = self._kinds(said, entry)
        if kinds is None:
            return None
        return [
            self.doubt("name", f"`{' '.join(said.core)}` is its name or place"),
            kinds,
            *self._shape(said, entry.naming),
            *self._designation(said, entry.naming),
            *self._county(county, entry),
        ]

    def _kinds(self, said: Naming, entry: Entry) -> Doubt | None:
        filed = entry.naming
        text = " ".join(said.kind_words)
        if said.kind == filed.kind:
            if said.kind:
                return 1.0, f"`{text}` is its kind, {said.kind}"
            if len(said.core) == 1:
                return self.doubt("short", "one word that says no kind of body")
            return 1.0, "neither name says a kind of body"
        if not said.kind:
            return self.doubt("no_kind", f"the name says no kind of body; on file: {filed.kind}")
        factor = self._words.kinds_agree.get((said.kind, filed.kind))
        if factor is None or self._is_of_state(entry):
            return None
        return factor, f"`{text}` says {said.kind}; on file: {filed.kind or 'no kind in its name'}"

    def _is_of_state(self, entry: Entry) -> bool:
        """Whether a body is the state's, so that its core is no place."""
        is_whole = entry.naming.core == self._words.spelled.get(entry.state)
        return is_whole and entry.naming.kind in self._words.state_level

    def _shape(self, said: Naming, filed: Naming) -> Iterator[Doubt]:
        if said.core != filed.core:
            yield self.doubt("run_together", f"on file it is `{' '.join(filed.core)}`")
        if said.dropped != filed.dropped:
            words = " ".join((*said.dropped, *filed.dropped))
            yield self.doubt("words_dropped", f"`{words}` was left aside")

    # What a place is called ------------------------------------------------------------------

    def _designation(self, said: Naming, filed: Naming) -> Iterator[Doubt]:
        one, other = said.designation, filed.designation
        if one == other:
            return
        text = f"it says `{one or 'no city or county'}`, on file: {other or 'none'}"
        if filed.kind in self._words.county_kinds:
            yield self.doubt("county_word", text)
        else:
            yield self._calls(one, other), text

    def beside(self, said: Naming, filed: Naming, called: Set[str]) -> Iterator[Doubt]:
        """The doubt that other places of the same name leave.

        Args:
            said: What the name says.
            filed: What is on file of one body.
            called: What the places of all bodies of this core are called.
        """
        exact = {each for each in called if self._calls(said.designation, each) == 1.0}
        if exact and filed.designation not in exact:
            text = " or ".join(sorted(filter(None, exact))) or "the place itself"
            yield self.doubt("better_called", f"{text} of this name is on file")
        elif not said.designation and (others := self._words.beside & called - exact):
            yield self.doubt("one_beside", f"a {' and '.join(sorted(others))} of this name is too")

    def _calls(self, said: str, filed: str) -> float:
        """How well two words for what a place is agree."""
        if said == filed:
            return 1.0
        return self._words.designations_agree.get((said, filed), _STRANGE)

    # County and state ------------------------------------------------------------------------

    def _county(self, county: Phrase, entry: Entry) -> Iterator[Doubt]:
        filed = " ".join(entry.county)
        if not filed:
            return
        if not county:
            yield self.doubt("county_untold", f"on file it is that of {filed.title()}")
        elif county == entry.county:
            yield self.doubt("county_agrees", f"`{filed}` is its county")
        else:
            yield self.doubt("county_differs", f"its county is {filed.title()}")

    def stateless(self, said: Naming, entry: Entry, *, alone: bool) -> Doubt:
        """The doubt that a name without a state leaves.

        Args:
            said: What the name says.
            entry: The body.
            alone: Whether no other body anywhere has this core and kind.
        """
        words = self._words
        if self._names_state(said, entry):
            return self.doubt("state_by_name", f"the name holds the state {entry.state}")
        if not alone:
            return self.doubt("one_of_several", "no state, and several states have such a body")
        if said.kind in (*words.county_kinds, words.tribe_kind):
            return self.doubt("state_missing_known", "no state; the only such body on file")
        if len(said.core) >= words.telling_words:
            return self.doubt("state_missing_name", "no state; the only body of this name on file")
        return self.doubt("state_missing", "no state; the only such body on file")

    def _names_state(self, said: Naming, entry: Entry) -> bool:
        """Whether the name of a school or a body of the state holds the state's name."""
        words = self._words
        own = words.spelled.get(entry.state, ())
        places = range(len(said.core) - len(own) + 1)
        if not own or not any(said.core[at : at + len(own)] == own for at in places):
            return False
        is_school = not words.schools.isdisjoint(said.core)
        return said.kind in words.state_level or (is_school and said.kind not in words.county_kinds)
