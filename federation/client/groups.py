"""The groups of a search: which owner has which answer, each owner exactly one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..v1 import decision_pb2, question_pb2
from .answers import OwnerGroup, SearchAnswer
from .questions import digest_of
from .reading import Asking


def read_groups(
    response: decision_pb2.DecideSearchResponse,
    asking: Asking,
    question: question_pb2.Question,
    listed: Sequence[str],
    *,
    by_digest: bool,
) -> SearchAnswer:
    """The answers of a search.

    Args:
        response: As it came.
        asking: What it is read against.
        question: What was asked; its owner is empty.
        listed: The owners asked about, as they were named.
        by_digest: Whether the list was named by its digest; then the answer tells places in it.

    Raises:
        UnreadableAnswerError: An owner has no answer or two, or an answer is about something else.
    """
    about = {digest_of(question)}  # a group has many owners: its answer names the question without
    groups: list[OwnerGroup] = []
    answered: set[str] = set()
    for raw in response.groups:
        owners = (
            [listed[at] for at in _places(raw, len(listed), asking)] if by_digest else raw.owners
        )
        if not owners or len(owners) != raw.count:
            raise asking.no_answer("a group of owners does not say which owners it has")
        before = len(answered)
        answered.update(owners)
        if len(answered) != before + len(owners):
            raise asking.no_answer("an owner has two answers")
        groups.append(asking.group(raw, owners, about))
    _check_owners(answered, listed, asking)
    return SearchAnswer(tuple(groups), response.list_digest)


def is_plain(listed: Sequence[str], answer: SearchAnswer) -> bool:
    """Whether the owners of an answer are those of the list, by the same names, each once."""
    answered = {owner for group in answer.groups for owner in group.owners}
    return len(answered) == len(listed) and answered.issuperset(listed)


def _check_owners(answered: set[str], listed: Sequence[str], asking: Asking) -> None:
    """Every key that was listed has its answer, and nobody else but who was listed by an ORI."""
    missing = set(listed) - answered
    keys = sorted(name for name in missing if "/" in name)
    if keys:
        raise asking.no_answer(f"{len(keys)} owners have no answer, such as {keys[0]}")
    if len(answered - set(listed)) > len(missing):
        raise asking.no_answer("an owner has an answer whom nobody named")


def _places(raw: decision_pb2.OwnerGroup, size: int, asking: Asking) -> Iterator[int]:
    """The places in the list of owners, from runs of first place and length."""
    if len(raw.runs) % 2:
        raise asking.no_answer("a run of owners has no end")
    total = 0
    for first, length in zip(raw.runs[::2], raw.runs[1::2], strict=True):
        total += length
        if not length or first + length > size or total > size:
            raise asking.no_answer("a run of owners goes beyond the list")
        yield from range(first, first + length)
