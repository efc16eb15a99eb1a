"""What cells mean: whom the name of an organization names, what the lexicons see in a text."""

from __future__ import annotations

from collections.abc import Mapping

from ...dsl.lexicon import Level, Sighting
from ...engine.audit.cells import Cell, CellState
from ...engine.audit.layouts import Field
from ...engine.audit.review import Reviewer
from ...engine.audit.rows import Written
from ...engine.organizations.words import shipped_words
from ...engine.registry import Body
from .cells import cell_of
from .tables import Pending

_TOLD = (Field.ORGANIZATION, Field.REASON, Field.CATEGORY)
_Seen = tuple[tuple[str, bool, str], ...]  # purpose, whether plainly, phrase


class Meanings:
    """Tells what new cells mean."""

    def __init__(self, reviewer: Reviewer, pending: Pending) -> None:
        """Take the words of each layer of the law.

        Args:
            reviewer: By whose words.
            pending: Where what was told goes to be written.
        """
        self._reviewer = reviewer
        self._pending = pending
        judge = reviewer.judge
        vocabulary = judge.vocabulary
        self._matchers = [
            judge.engine.matchers.of(
                tuple(each for each in vocabulary.lexicons if each.origin == words.edition)
            )
            for words in vocabulary.lineage()
        ]
        self._written = Written(vocabulary)
        self._seen: dict[str, _Seen] = {"": ()}
        self._federal = shipped_words().tagged_government

    def tell(self, field: Field, cells: Mapping[int, str]) -> None:
        """Keep what cells of a field mean, by their numbers."""
        for number, text in cells.items():
            if field not in _TOLD:
                break
            cell = cell_of(text)
            if field is Field.ORGANIZATION:
                self._tell_requester(number, cell)
            else:
                seen = self._seen_in(cell.value or cell.visible)
                self._pending.add_all("indicated", [(number, *each) for each in seen])
            if field is Field.CATEGORY and self._is_unmapped(cell):
                self._pending.add("unmapped", number)

    def _is_unmapped(self, category: Cell) -> bool:
        return bool(category.value) and not self._written.kinds(category.value)

    def _seen_in(self, text: str) -> _Seen:
        words = self._reviewer.judge.hints.words_in(text)
        found = self._seen.get(words)
        if found is None:
            sightings = [
                each for matcher in self._matchers for each in matcher.read(words).sightings
            ]
            found = self._seen[words] = tuple(dict.fromkeys(map(_told, sightings)))
        return found

    def _tell_requester(self, number: int, cell: Cell) -> None:
        requesters, registry = self._reviewer.requesters, self._reviewer.engine.registry
        requester = requesters.of(cell)
        body = registry.get(requester.key) if requester.is_known else None
        is_named = cell.state is CellState.VALUE
        statuses = requesters.resolution(cell.value).statuses if is_named else ()
        self._pending.add(
            "requester", number, body.key if body else None, body.sovereign if body else None,
            [body.kind] if body and body.kind else [], self._relation(body), requester.cause,
            list(statuses),
        )  # fmt: skip

    def _relation(self, body: Body | None) -> str:
        """What a body is to the owner of the data."""
        owner = self._reviewer.owner
        if body is None:
            return "not known"
        if body.key == owner.key:
            return "own"
        if body.sovereign == owner.sovereign:
            return "same state"
        if body.sovereign == self._federal:
            return "federal"
        return "other state" if _is_state(body.sovereign) else "other"


def _is_state(government: str) -> bool:
    """Whether the code of a government is that of a state: two letters."""
    return len(government) == 2 and government.isalpha()


def _told(sighting: Sighting) -> tuple[str, bool, str]:
    phrase = sighting.phrase
    return phrase.indicates, phrase.level is Level.PLAINLY, phrase.text
