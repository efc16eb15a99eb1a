"""A request: what a caller sends, typed, before anything is proven."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..dsl import syntax as tree
from .values import Cause, Paper, Span, Value


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who stands behind a statement: an agency, the role held there, and the person."""

    agency: str
    role: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One stated value of one fact.

    ``voucher`` is None for what the requester says himself; ``about`` is the recipient for
    whom it counts, the requester if not said.
    """

    fact: str
    value: Value
    level: tree.Level = tree.Level.ASSERTION
    voucher: Voucher | None = None
    about: str = ""
    issued: datetime.datetime | None = None
    expires: datetime.datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class PaperStatement:
    """An instrument presented, and who verified it."""

    paper: Paper
    level: tree.Level = tree.Level.ASSERTION
    voucher: Voucher | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewer's word on one rule for this request."""

    rule: str
    cleared: bool
    voucher: Voucher | None = None


@dataclass(frozen=True, slots=True)
class DutyDone:
    """A duty said to be done before the act, and by whom."""

    duty: str
    voucher: Voucher | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason typed: its text, or why there is none to read."""

    text: str | None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """May this act on this data proceed?

    Attributes:
        requester: The registry key of who asks.
        owner: The registry key of whose data it is.
        act: The act asked for.
        data: The kinds of data asked for, as the caller names them.
        at: When: an instant, or a civil day where only that is known.
        reason: The reason typed.
        user: An opaque name of the person asking.
        statements: The facts stated, in any order.
        papers: The instruments presented; None if the request does not say which there are.
        reviews: What reviewers said.
        duties: The duties done before the act.
        system: Facts that the platform measured; never part of what a caller sends.
        absent: Why a fact that is not stated is not there, where that is known (logs).
        simulated: Whether stated levels of proof count although nobody signed them.
    """

    requester: str
    owner: str
    act: str
    data: tuple[str, ...]
    at: Span
    reason: Reason = Reason("")
    user: str = ""
    statements: tuple[Statement, ...] = ()
    papers: tuple[PaperStatement, ...] | None = None
    reviews: tuple[Review, ...] = ()
    duties: tuple[DutyDone, ...] = ()
    system: Mapping[str, Value] = field(default_factory=dict[str, Value])
    absent: Mapping[str, Cause] = field(default_factory=dict[str, Cause])
    simulated: bool = False
