"""An instrument that meets a test: one that is presented already, or a new one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace

from ...dsl import syntax as tree
from ..proving.witness import issuer_for
from ..reference import Case
from ..values import Paper
from .suppositions import Presented, Verified

_NEVER = datetime.date(2099, 12, 31)


def meeting(test: tree.Paper, case: Case, holder: str) -> Iterator[Verified | Presented]:
    """Suppositions that may make a test of an instrument true, the least first.

    Args:
        test: What is asked of it.
        case: The request.
        holder: The recipient for whom it must count.
    """
    for at, item in enumerate(case.request.papers or ()):
        yield Verified(at, _filled(item.paper, test, case))
    blank = Paper(test.kind.text, None, holder, None, None, None, verified=False)
    yield Presented(_filled(blank, test, case))


def _filled(paper: Paper, test: tree.Paper, case: Case) -> Paper:
    """A paper that says what a test asks for, where it says nothing of it yet."""
    return replace(
        paper,
        issuer=paper.issuer or issuer_for(test, case) or None,
        probable_cause=_said(paper.probable_cause, asked=test.probable_cause),
        covers=_said(paper.covers, asked=test.covering),
        expires=_NEVER if paper.expires is None and test.unexpired else paper.expires,
        verified=True,
    )


def _said(value: bool | None, *, asked: bool) -> bool | None:
    return True if value is None and asked else value
