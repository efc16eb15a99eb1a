"""Each class of needles beside what was found of it, and what was found that is none."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from platelaw.compliance.findings.book import read_book

from .looking import Found

# The classes that each check is to find. Every check of the catalog stands here: a test says so.
BY_CHECK: Mapping[str, tuple[str, ...]] = {
    "use-plainly-stated": ("immigration reason", "immigration category", "disguised reason"),
    "use-possibly-stated": ("for a person to read",),
    "outside-government": ("body of another government",),
    "requester-unknown": ("name of no body",),
    "random-sample": ("sample drawn by hand",),
    "reason-missing": ("missing reason",),
    "reason-vague": ("vague reason",),
    "reason-repeated": ("repeated reason",),
    "case-number-missing": ("missing case number",),
    "case-number-malformed": ("malformed case number",),
    "organization-idle": ("idle account",),
    "account-not-listed": ("account on no roster",),
    "account-inactive": ("inactive account",),
    "training-lapsed": ("lapsed training",),
    "look-back": ("look back",),
    "on-behalf": ("for somebody else",),
    "declaration-missing": ("search without a declaration",),
    "declaration-contradicted": ("at odds with a declaration",),
    "approved-by-requester": ("approved by the requester",),
    "sessions-overlap": ("two devices at once",),
    "searches-in-bursts": ("burst",),
    "bulk-export": ("large export", "export of no told size"),
    "hot-list-watched": (
        "entry that states the use", "entry of a barred file", "entry for a person to read",
    ),
    "reviews-in-seconds": ("audit archived in seconds",),
    "cleared-in-seconds": ("cleared in seconds",),
    "always-cleared": ("always cleared",),
}  # fmt: skip
# What needs the logs of other agencies: `tests/compliance/reconciling` takes searches out of them.
ELSEWHERE = frozenset({"export-incomplete"})
_STATED = BY_CHECK["use-plainly-stated"]
_MAY_STATE = (*_STATED, "for a person to read")
# What results tell of rows: the class, the question, and what else the answer may hold.
_BY_QUESTION = (
    ("immigration reason", "indicated plainly", _MAY_STATE),
    ("immigration category", "indicated plainly", _MAY_STATE),
    ("disguised reason", "indicated", _MAY_STATE),
    ("for a person to read", "indicated", _MAY_STATE),
    ("partial plate", "partial", ()),
    ("federal", "federal", ()),
    ("copy of a row", "copy", ()),
    ("id given twice", "same id", ()),
    ("search of an earlier file", "elsewhere", ()),
    ("in shifted columns", "second file", ("in an export below another",)),
    ("in an export below another", "second file", ("in shifted columns",)),
)
# Rows that look like needles and are none, and the question that they must not answer.
_NONE = (
    ("look-alike", "indicated"), ("federal look-alike", "federal"),
    ("name of another state", "this state"), ("in columns that no one can tell", "second file"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One class of needles.

    Attributes:
        by: What is to find it.
        planted: How many there are.
        found: How many of them were found.
        false: How much else was found: searches, records, actors.
        findings: How many findings hold no needle at all; None for what is no check.
    """

    name: str
    by: str
    planted: int
    found: int
    false: int
    findings: int | None = None

    @property
    def is_none(self) -> bool:
        """Whether it is a class of which nothing is to be found."""
        return not self.found and self.name.startswith("none: ")


Truth = Mapping[str, Sequence[str]]


def compared(truth: Truth, found: Found) -> Iterator[Line]:
    """Each class, by what is to find it."""
    planted = {name: set(things) for name, things in truth.items()}
    yield from _by_question(planted, found)
    left = found.unread - len(planted["in columns that no one can tell"])
    yield Line("cut row", "unread records", 1, min(1, left), max(0, left - 1))
    for check, names in BY_CHECK.items():
        wanted = _all(planted, names)
        others = wanted
        if check == "use-plainly-stated":
            wanted -= _not_plain(planted, found.told)
        if check.startswith("use-"):
            others = _all(planted, _MAY_STATE)
        findings = found.by_check[check]
        told = set[str]().union(*findings)
        without = sum(not each & others for each in findings)
        yield Line(" + ".join(names), check, len(wanted), len(wanted & told), len(told - others),
                   without)  # fmt: skip


def _by_question(planted: Mapping[str, Set[str]], found: Found) -> Iterator[Line]:
    for name, question, also in _BY_QUESTION:
        wanted, told = planted[name], found.told[question]
        false = told - wanted - _all(planted, also)
        yield Line(name, question, len(wanted), len(wanted & told), len(false))
    for name, question in _NONE:
        taken = planted[name] & found.told[question]
        yield Line(f"none: {name}", question, len(planted[name]), 0, len(taken))


def _all(planted: Mapping[str, Set[str]], names: Sequence[str]) -> set[str]:
    return set[str]().union(*(planted[name] for name in names))


def _not_plain(planted: Mapping[str, Set[str]], told: Mapping[str, Set[str]]) -> Set[str]:
    """Disguised reasons that are for a person to read, which is another finding."""
    return planted["disguised reason"] & (told["indicated"] - told["indicated plainly"])


def drawn_by_hand(truth: Truth, logs: Sequence[Path]) -> Iterator[str]:
    """The random sample as the book describes it, drawn from the files alone."""
    book, counted = read_book(), truth["counted, in order"]
    digests = sorted(hashlib.sha256(log.read_bytes()).hexdigest() for log in logs)
    seed = hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]
    wrong = math.ceil(book.number("sample_share") * len(counted))
    size, all_right = 0, 1.0  # the chance that no wrong one is among those drawn
    while all_right > 1 - book.number("sample_confidence"):
        all_right *= 1 - wrong / (len(counted) - size)
        size += 1
    numbers, turn = set[int](), 0
    while len(numbers) < size:
        turn += 1
        drawn = hashlib.sha256(f"{seed},{turn}".encode()).hexdigest()
        numbers.add(int(drawn, 16) % len(counted))
    yield from (counted[number] for number in sorted(numbers))
