"""A page that an agency publishes of its system: what it says, beside what is set and was done."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...dsl.lexicon import Level, Matcher, Phrase
from ...dsl.model import Library, Vocabulary
from ...engine.audit.cells import CellState
from ...engine.audit.layouts import Field
from ...engine.audit.log_row import LogRow
from ...engine.audit.rows import Written, said_of
from ...engine.audit.shared_networks import listed
from ...engine.flow.importing.pages import Page
from ...engine.flow.importing.portal_words import PortalWords, lexicons_of, portal_words
from ...engine.library import shipped
from ...engine.organizations.resolver import Resolver
from ...engine.values import Members, Range
from ..own_days import OwnDays
from .said import (
    HOTLISTS_AGREE,
    PARTNERS,
    RETENTION_AGREES,
    SEARCHES_AGREE,
    Said,
    Told,
    partners_said,
)

PERIOD = datetime.timedelta(days=30)  # of which a page counts the searches
_DAY = 86400.0
_SEEN = (CellState.VALUE, CellState.BLANK)  # of a reason that the log shows


def hotlist_words() -> Matcher:
    """The words that pages use for hot lists, by the kind of list."""
    text = shipped().joinpath("flow", "portal_words.toml").read_text("utf-8")
    table = tomllib.loads(text)
    return Matcher(
        [
            Phrase(phrase, Level.PLAINLY, each["kind"])
            for each in table["hotlist"]
            for phrase in each["phrases"]
        ]
    )


def told_by_page(told: Told, page: Page, place: str, resolver: Resolver) -> None:
    """Take what a page says of the settings, as the weakest evidence of them.

    Args:
        told: What is known so far; what it states already stays.
        page: The page.
        place: The name of its file.
        resolver: Finds the bodies that its partners are.
    """
    here = f"{place}, as published"
    days = page.number("keeps_days")
    if days is not None:
        said = Said(Range.exactly(days * _DAY), f"{days} days", here)
        told.settings.setdefault("retention.reads", said)
    sources = tuple(sorted(hotlist_words().read(page.text("hotlists")).plainly))
    if sources:
        said = Said(Members(sources), ", ".join(sources), here)
        told.settings.setdefault("hotlists.sources", said)
    names = tuple(name for line in page.text("out").splitlines() for name in listed(line))
    if names and PARTNERS not in told.settings:
        told.settings[PARTNERS] = partners_said(told, names, here, resolver)


def compare_page(told: Told, page: Page, place: str, vocabulary: Vocabulary) -> None:
    """Add whether the settings, said elsewhere, agree with a page."""
    reads, days = told.settings.get("retention.reads"), page.number("keeps_days")
    if reads is not None and days is not None and not reads.place.startswith(place):
        agrees = reads.value == Range.exactly(days * _DAY)
        words = f"published are {days} days, set are {reads.shown}"
        told.settings[RETENTION_AGREES] = Said(
            agrees,
            words,
            place,
            ("retention.reads", f"the {days} days of the page, or mend the page"),
        )
    lists = told.settings.get("hotlists.sources")
    published = hotlist_words().read(page.text("hotlists")).plainly
    if lists is not None and published and not lists.place.startswith(place):
        assert isinstance(lists.value, Members)
        hidden = [
            str(each)
            for each in lists.value.known
            if not published & vocabulary.kinds.above(str(each))
        ]
        words = f"set and not published: {', '.join(hidden)}" if hidden else "all are published"
        told.settings[HOTLISTS_AGREE] = Said(
            not hidden, words, place,
            ("hotlists.sources", f"without {', '.join(hidden)}, or name them on the page"),
        )  # fmt: skip


@dataclass(slots=True)
class Searches:
    """The searches of logs beside a page: how many in its days, how many for what it bars.

    Attributes:
        agency: The agency of the page, whose searches count.
        page: The page.
        resolver: Finds the bodies that searched.
        words: Reads what pages call off limits.
        written: Reads the categories of searches.
        own: The days of the agency, in which a page counts too.
        counted: The searches of the last thirty days of the page.
        barred: Those of them that state a purpose which the page bars, by purpose.
        unseen: How many searches show no reason because it was not exported, redacted or withheld.
        first: The earliest search of a log.
        last: The latest.
    """

    agency: str
    page: Page
    resolver: Resolver
    words: PortalWords
    written: Written
    own: OwnDays
    counted: int = 0
    barred: dict[str, int] = field(default_factory=dict[str, int])
    unseen: int = 0
    first: datetime.date | None = None
    last: datetime.date | None = None

    def see(self, rows: Iterable[object]) -> None:
        """Count the rows of a log."""
        off_limits = frozenset(self.words.bars(self.page.text("barred")))
        for row in rows:
            if not isinstance(row, LogRow) or row.again or row.moment is None:
                continue
            if not self._is_own(row):
                continue
            day = self.own.day(row.moment.earliest)
            self.first = min(self.first or day, day)
            self.last = max(self.last or day, day)
            if self._is_counted(day):
                self.counted += 1
            self.unseen += row.cell(Field.REASON).state not in _SEEN
            for purpose in self._stated(row) & off_limits:
                self.barred[purpose] = self.barred.get(purpose, 0) + 1

    def _is_own(self, row: LogRow) -> bool:
        """Whether the agency searched, as far as the log names who did."""
        name = row.cell(Field.ORGANIZATION)
        if name.state is not CellState.VALUE:
            return True
        body = self.resolver.resolve(name.value).body
        return body is not None and body.key == self.agency

    def _is_counted(self, day: datetime.date) -> bool:
        until = self.page.day
        return until is None or until - PERIOD <= day <= until

    def _stated(self, row: LogRow) -> frozenset[str]:
        """The purposes that a row states: its category with all above it, its plain words."""
        facts = said_of(row.cell(Field.CATEGORY), row.cell(Field.REASON), self.written)
        kinds = self.written.vocabulary.kinds
        above = frozenset(word for purpose in facts.purposes for word in kinds.above(purpose))
        plainly = self.words.barred.read(facts.reason.text or "").plainly
        return above | plainly

    def compare(self, told: Told, place: str) -> None:
        """Add whether the searches agree with the page."""
        published = self.page.number("searches")
        parts: list[str] = []
        if published is not None and published != self.counted:
            parts.append(f"published are {published} searches, the logs have {self.counted}")
        parts += [f"{count} searches state {name}, which the page bars"
                  for name, count in sorted(self.barred.items())]  # fmt: skip
        if self.unseen and self.page.text("barred") and not parts:
            told.notes.append(
                f"{place}: {self.counted} searches, as the page counts; but {self.unseen} of the "
                "log show no reason, so whether any is for what the page bars cannot be told: ask "
                "the vendor for an export with reasons"
            )
            return
        words = "; ".join(parts) or f"{self.counted} searches, none for what the page bars"
        told.settings[SEARCHES_AGREE] = Said(
            not parts, words, place,
            ("the page, and the searches", "a page that tells what was done, or no such searches"),
        )  # fmt: skip


def words_for(library: Library) -> PortalWords:
    """What pages call off limits, by the lexicons of a library and words of their own."""
    return portal_words(lexicons_of(library))
