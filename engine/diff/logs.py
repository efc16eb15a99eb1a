"""How many searches of a log would be judged otherwise: each row under both sides.

Between two days each row is judged as if it were made on each; between two laws on its own day.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..audit.errors import LogFault
from ..audit.findings import Judgment
from ..audit.reader import SearchLog
from ..audit.repeats import Repeats
from ..audit.review import Reviewer
from ..reference import RuleState

NOBODY = "(not known)"
IDLE = "does not decide"
_DECIDING = frozenset(
    {
        RuleState.BITES,
        RuleState.REFUSED,
        RuleState.UNPROVEN,
        RuleState.REFERRED,
        RuleState.DUTY_FIRST,
    }
)


@dataclass(slots=True)
class Turns:
    """What became of the searches of a log.

    Attributes:
        rows: How many searches were judged on both sides.
        untimed: How many tell no time, where a row is judged on its own day.
        unread: How many rows could not be read.
        turned: How many are judged otherwise, by the old and the new verdict.
        agencies: The same by who searched.
        moved: How many have the same verdict for another rule.
        rules: By rule, the rows in which it bites or holds on one side and does something else
            on the other, and what it does on either.
    """

    rows: int = 0
    untimed: int = 0
    unread: int = 0
    turned: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    agencies: Counter[str] = field(default_factory=Counter[str])
    moved: int = 0
    rules: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])


@dataclass(slots=True)
class Judging:
    """Judges logs on both sides.

    Attributes:
        old: The reviewer of the old side.
        new: The reviewer of the new side.
        days: The days that rows are moved to, where two days are compared.
    """

    old: Reviewer
    new: Reviewer
    days: tuple[datetime.date | None, datetime.date | None] = (None, None)

    def turns(self, logs: Iterable[SearchLog]) -> Turns:
        """What becomes of the searches of some logs; a search that is listed again counts once.

        Raises:
            LogError: A log cannot be read.
        """
        found, repeats = Turns(), Repeats()
        for log in logs:
            for item in log.rows(repeats):
                if isinstance(item, LogFault):
                    found.unread += 1
                elif not item.again:
                    before = self.old.judged(item, self.days[0])
                    after = self.new.judged(item, self.days[1])
                    if before is None or after is None:
                        found.untimed += 1
                    else:
                        _count(found, before[0], after[0], before[1].key)
        return found


def _count(found: Turns, old: Judgment, new: Judgment, agency: str) -> None:
    found.rows += 1
    before, after = _deciding(old), _deciding(new)
    for rule in before.keys() | after.keys():
        if before.get(rule) is not after.get(rule):
            found.rules[rule, _state(before, rule), _state(after, rule)] += 1
    if _verdict(old) != _verdict(new):
        found.turned[_verdict(old), _verdict(new)] += 1
        found.agencies[agency or NOBODY] += 1
    elif before != after:
        found.moved += 1


def _verdict(judgment: Judgment) -> str:
    """What is said of a row; of nobody known nothing is shown, and yet a rule may bite."""
    barred = ", barred whoever searched" if judgment.is_barred else ""
    return f"{judgment.verdict.value}{barred}"


def _deciding(judgment: Judgment) -> dict[str, RuleState]:
    """The rules that bite or hold, and which of them; a rule has one version on a day."""
    return {rule: state for (rule, _), state in judgment.states if state in _DECIDING}


def _state(deciding: Mapping[str, RuleState], rule: str) -> str:
    return deciding[rule].value if rule in deciding else IDLE
