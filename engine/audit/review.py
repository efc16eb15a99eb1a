"""A log judged under the law of each day: docs/semantics.md, section 10.

The verdict of a row comes from the layers above the owner; whether the owner's own policy opens
the search stands beside it. No row is called unlawful on less than verified wording.

Rows are taken as columns. Each distinct text and each quarter of an hour gets the number of what
the law sees in it; each distinct key of such numbers is judged once, and its judgment counted for
all rows that have it (docs/decisions/0022-columns.md).
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import numpy as np

from ...dsl import syntax as tree
from ...dsl.truth import Truth
from ..binding import binds
from ..collecting import collector_paused
from ..columns.coded import Classes, Coded, Ints
from ..columns.keys import Answers, combined, grouped
from ..compiled.calendar import Era
from ..decision import Engine
from ..outside import naming_rules
from ..registry import Body
from ..request import Request
from ..values import Span
from .batch import Batch
from .cells import Cell, CellState
from .civil_days import EPOCH_ORDINAL, CivilDays
from .errors import LogFault
from .findings import ABOVE, FileReview, Judgment, LogAbout, Review
from .judging import Judge
from .keeper import JudgedRows, Keeper
from .layouts import Field
from .log_row import LogRow
from .moments import Moments
from .pool import Pool
from .reader import SearchLog
from .repeats import Repeats
from .requesters import MOST_NAMES, REQUESTER, Requester, Requesters
from .saying import Sayings
from .verdicts import ORDER, RowVerdict


class NoLawBindsError(Exception):
    """No policy above the owner binds it, so that a verdict would say nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Searches that the law cannot tell apart: their judgment, how many, and what was asked."""

    judgment: Judgment
    rows: int
    requests: tuple[Request, ...]
    is_known: bool


@dataclass(slots=True)
class Reviewer:
    """Judges logs as searches of one owner's data by the organizations that the rows name.

    Args:
        own_searches: Whether a log that was exported without that column is of the owner's own.
        pool: Other processes that read plain rows of logs, if there are any.

    Attributes:
        repeats: The searches of logs that were read before.
    """

    engine: Engine
    owner: Body
    simulated: bool = False
    own_searches: bool = False
    pool: Pool | None = None
    review: Review = field(init=False)
    requesters: Requesters = field(init=False)
    _judge: Judge = field(init=False)
    _sayings: Sayings = field(init=False)
    _who: Classes[Hashable] = field(default_factory=Classes[Hashable], init=False)
    _some: list[Requester] = field(default_factory=list[Requester], init=False)  # one of each class
    _named: dict[Cell, int] = field(default_factory=dict[Cell, int], init=False)
    _eras: Classes[Era] = field(default_factory=Classes[Era], init=False)
    _zones: tuple[CivilDays, ...] = field(init=False)
    _civil: CivilDays = field(init=False)  # of the zone in which the owner counts days
    _days: dict[tuple[int, ...], int] = field(
        default_factory=dict[tuple[int, ...], int], init=False
    )
    _answers: Answers[Judgment] = field(default_factory=Answers[Judgment], init=False)
    # Of each answer the place of its verdict, and 1 where a rule bars whoever searched.
    _verdicts: Ints = field(default_factory=lambda: np.zeros(0, np.int64), init=False)
    _barred: Ints = field(default_factory=lambda: np.zeros(0, np.int64), init=False)
    # Rows by their answer, the law's last change, and the class of who searched.
    _tally: Counter[tuple[int, int, int]] = field(
        default_factory=Counter[tuple[int, int, int]], init=False
    )
    _counted: Counter[Judgment] = field(default_factory=Counter[Judgment], init=False)
    _changes: Ints = field(init=False)  # the days on which the law above the owner changes
    repeats: Repeats = field(default_factory=Repeats, init=False)

    def __post_init__(self) -> None:
        """Find the words and the law of the owner.

        Raises:
            NoLawBindsError: No policy above the owner binds it.
        """
        self._judge = Judge(self.engine, self.owner)
        probe = self._judge.probe
        if not any(
            policy.layer is tree.Layer.STATE and binds(policy, probe.context(policy)) is Truth.TRUE
            for policy in probe.policies()
        ):
            raise NoLawBindsError(self.owner.key)
        self.requesters = Requesters(self.engine, self.owner, self.own_searches)
        self.review = Review(
            self.owner, self.simulated, rules=self._judge.rules,
            organizations=self.requesters.counts,
        )  # fmt: skip
        self._sayings = Sayings(self._judge)
        self._zones = tuple(map(CivilDays, self._judge.calendar.zones))
        self._civil = CivilDays(ZoneInfo(self._judge.zone))
        self._changes = np.array([day.toordinal() for day in self.days_of_change()], np.int64)

    def days_of_change(self) -> list[datetime.date]:
        """The days on which the law above the owner starts or stops, for the table of periods."""
        days: set[datetime.date] = set()
        probe = self._judge.probe
        for policy, rule in naming_rules(probe):
            if policy.layer in ABOVE and binds(policy, probe.context(policy)) is Truth.TRUE:
                period = rule.node.in_force
                days |= {day for day in (period.start, period.end) if day} if period else set()
        return sorted(days)

    # One log ---------------------------------------------------------------------------------

    def read(self, log: SearchLog, keeper: Keeper | None = None) -> Iterable[int]:
        """Judge every row of a log, yielding the line reached, for progress.

        Args:
            log: The log.
            keeper: Who keeps its rows; those that it has already are not counted again.
        """
        file = FileReview(LogAbout.of(log, sha256=""))
        self.review.files.append(file)
        for item in log.batches(self.repeats, self.pool, all_cells=keeper is not None):
            if isinstance(item, LogFault):
                file.note(item)
                if keeper is not None:
                    keeper.note(item)
                yield item.last_line or item.line
                continue
            if keeper is None or not keeper.has(item):
                again = int(item.again.sum())
                file.rows += len(item)
                file.again += again
                judged = self._judge_rows(item) if again < len(item) else JudgedRows.none()
                if keeper is not None:
                    keeper.keep(item, judged)
            yield int(item.last_lines[-1])
        file.log = replace(file.log, sha256=log.sha256)
        self._settle()

    @property
    def judge(self) -> Judge:
        """What judges single searches."""
        return self._judge

    @property
    def answered(self) -> Sequence[Judgment]:
        """The judgments by their numbers; it grows as logs are read."""
        return self._answers.found

    def _judge_rows(self, batch: Batch) -> JudgedRows:
        """Judge the rows of a batch that were not read before."""
        with collector_paused():  # what is made is kept
            return self._judged_rows(batch)

    def _judged_rows(self, batch: Batch) -> JudgedRows:
        rows = np.flatnonzero(~batch.again)
        timed = rows[batch.moments.known[rows]]
        said = self._sayings.of(batch)
        self._count_words(said[rows])
        self.review.rows += len(rows)
        names = batch.cells(Field.ORGANIZATION)
        who = names.each(self._number_of)
        self._count_untimed(batch, names, rows)
        cases = batch.states(Field.CASE_NUMBER)
        eras, days = self._when(batch.moments, timed)
        key = [said[timed], who[timed], cases[timed], eras]

        def decide(row: int) -> Judgment:
            at = batch.moments.at(int(timed[row]))
            assert at is not None
            what, whose, case, era = (int(column[row]) for column in key)
            facts = replace(self._sayings.facts[what], case_number=Cell(STATES[case]))
            span = Span(at.earliest, at.latest)
            return self._judge.judgment(facts, span, self._eras.things[era], self._some[whose])

        answers = self._answers.of(key, decide)
        self._count(answers, np.searchsorted(self._changes, days, "right"), who[timed])
        self._tell_verdicts(self._answers.found[len(self._verdicts) :])
        self.requesters.count(names.where(timed), self._verdicts[answers], self._barred[answers])
        indicating = np.array([each.is_plain or each.is_possible for each in self._sayings.words])
        return JudgedRows(timed, answers, np.flatnonzero(indicating[said]))

    def _tell_verdicts(self, new: Sequence[Judgment]) -> None:
        """Note the verdicts of answers that were not given before."""
        verdicts = np.array([ORDER.index(one.verdict) for one in new], np.int64)
        barred = np.array([one.is_barred for one in new], np.int64)
        self._verdicts = np.concatenate([self._verdicts, verdicts])
        self._barred = np.concatenate([self._barred, barred])

    def _number_of(self, name: Cell) -> int:
        """The number of all requesters of whom a rule may ask the same."""
        number = self._named.get(name)
        if number is None:
            requester = self.requesters.of(name)
            number = self._who.number((requester.seen, requester.cause))
            if number == len(self._some):
                self._some.append(requester)
            if len(self._named) >= MOST_NAMES:
                self._named.clear()
            self._named[name] = number
        return number

    def _count_untimed(self, batch: Batch, names: Coded[Cell], rows: Ints) -> None:
        """Rows of which it is not known when they were: nothing can be told."""
        rows = rows[~batch.moments.known[rows]]
        if not len(rows):
            return
        self.review.verdicts[RowVerdict.CANNOT_TELL] += len(rows)
        states = batch.states(Field.TIME)[rows]
        for state, count in enumerate(np.bincount(states).tolist()):
            if count:
                self.review.missing[STATES[state].value, "time of search"] += count
        untold = np.full(len(rows), ORDER.index(RowVerdict.CANNOT_TELL), np.int64)
        self.requesters.count(names.where(rows), untold, np.zeros(len(rows), np.int64))

    def _count_words(self, said: Ints) -> None:
        """Whether the texts of rows indicate a use that a lexicon names."""
        for number, count in enumerate(np.bincount(said).tolist()):
            if count:
                words = self._sayings.words[number]
                self.review.unmapped_categories += count * words.is_unmapped
                self.review.plainly += count * words.is_plain
                self.review.possibly += count * words.is_possible

    def _count(self, answers: Ints, since: Ints, who: Ints) -> None:
        """Count rows by judgment, the law's last change, and who searched."""
        columns = answers, since, who
        firsts, groups = grouped(combined(columns))
        counts = np.bincount(groups, minlength=len(firsts)).tolist()
        keys = zip(*(column[firsts].tolist() for column in columns), strict=True)
        for key, count in zip(keys, counts, strict=True):
            self._tally[key] += count

    def judged(
        self, row: LogRow, day: datetime.date | None = None
    ) -> tuple[Judgment, Requester] | None:
        """The judgment of a row by itself, and who searched; nothing is counted.

        Args:
            row: The row.
            day: The day to judge it on, instead of its own.

        Returns:
            None if neither tells when.
        """
        moment = row.moment
        if day is not None:
            at = Span.of_day(day)
        elif moment is not None:
            at = Span(moment.earliest, moment.latest)
        else:
            return None
        requester = self.requesters.of(row.cell(Field.ORGANIZATION))
        facts, era = self._sayings.said(row), self._judge.calendar.era(at)
        return self._judge.judgment(facts, at, era, requester), requester

    def asked(self, judgment: Judgment) -> tuple[Request, ...]:
        """The requests of which a judgment of this reviewer was made, one for each purpose."""
        return self._judge.asked[judgment][0]

    def _settle(self) -> None:
        """Count what was found of rows by how many they are."""
        review = self.review
        found = Counter[Judgment]()
        for (number, since, who), rows in self._tally.items():
            judgment, requester = self._answers.found[number], self._some[who]
            found[judgment] += rows
            review.verdicts[judgment.verdict] += rows
            if judgment.verdict is RowVerdict.CANNOT_TELL and requester.cause:
                review.missing[requester.cause, REQUESTER] += rows
            review.ground[judgment.ground] += rows
            for cause, name in judgment.missing:
                review.missing[cause, name] += rows
            review.periods.setdefault(self._start(since), Counter())[judgment.verdict] += rows
        for judgment, rows in found.items():
            self._counted[judgment] += rows
            for version, state in judgment.states:
                review.rules[version].states[state.value] += rows
        self._tally.clear()
        self.requesters.settle()

    # By another library ----------------------------------------------------------------------

    def judgments(self) -> Iterator[Judged]:
        """All judgments of searches that were read, each with what was asked."""
        for judgment, rows in self._counted.items():
            requests, is_known = self._judge.asked[judgment]
            yield Judged(judgment, rows, requests, is_known)

    # When ------------------------------------------------------------------------------------

    def _when(self, moments: Moments, rows: Ints) -> tuple[Ints, Ints]:
        """The era of each search, and the number of its day.

        All that fall on the same civil days in every zone share both.
        """
        parts = [moments.earliest[rows]]
        if moments.latest is not moments.earliest:
            parts.append(moments.latest[rows])
        days = [zone.of(part) for zone in self._zones for part in parts]
        firsts, groups = grouped(combined([column - column.min(initial=0) for column in days]))
        eras = [self._era(moments, int(rows[row]), days, row) for row in firsts.tolist()]
        civil = self._civil.of(parts[0]) + EPOCH_ORDINAL
        if len(civil):
            first, last = map(datetime.date.fromordinal, (int(civil.min()), int(civil.max())))
            self.review.first = min(self.review.first or first, first)
            self.review.last = max(self.review.last or last, last)
        return np.array(eras, np.int64)[groups], civil

    def _era(self, moments: Moments, row: int, days: Sequence[Ints], place: int) -> int:
        """The era of a search: of all with the same civil days it is the same."""
        key = tuple(int(column[place]) for column in days)
        if key not in self._days:
            at = moments.at(row)
            assert at is not None
            era = self._judge.calendar.era(Span(at.earliest, at.latest))
            self._days[key] = self._eras.number(era)
        return self._days[key]

    def _start(self, changes: int) -> datetime.date:
        """The day since which the law stands as it does after so many changes."""
        if not changes:
            return datetime.date.min
        return datetime.date.fromordinal(int(self._changes[changes - 1]))


STATES = tuple(CellState)
