"""The groups of a search: which owner has which answer, each owner exactly one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..v1 import decision_pb2, question_pb2
from .answers import OwnerGroup, SearchAnswer
from .questions import digest_of
from .reading import Asking


@dataclass(frozen=True, slots=True)
class Remembered:
    """A list of owners that a service has seen: its digest there, and the owners by place."""

    digest: bytes
    owners: tuple[str, ...]


def read_groups(
    response: decision_pb2.DecideSearchResponse,
    asking: Asking,
    question: question_pb2.Question,
    size: int,
    known: Remembered | None,
) -> tuple[SearchAnswer, Remembered]:
    """The answers of a search, and what to remember of its list of owners.

    Args:
        response: As it came.
        asking: What it is read against.
        question: What was asked; its owner is empty.
        size: How many owners were listed.
        known: The list, if it was named by its digest.

    Raises:
        UnreadableAnswerError: An owner has no answer or two, or an answer is about something else.
    """
    about = {digest_of(question)}  # a group has many owners: its answer names the question without
    by_place: list[str | None] = [None] * size
    groups: list[OwnerGroup] = []
    for raw in response.groups:
        places = list(_places(raw, size, asking))
        owners = list(raw.owners) if known is None else [known.owners[at] for at in places]
        if not places or not len(places) == len(owners) == raw.count:
            raise asking.no_answer("a group of owners does not say which owners it has")
        for at, owner in zip(places, owners, strict=True):
            if by_place[at] is not None:
                raise asking.no_answer("an owner has two answers")
            by_place[at] = owner
        groups.append(asking.group(raw, owners, about))
    found = tuple(owner for owner in by_place if owner)
    if len(found) != size:
        raise asking.no_answer(f"{size - len(found)} of {size} owners have no answer")
    digest = response.list_digest
    return SearchAnswer(tuple(groups), digest), Remembered(digest, found)


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
