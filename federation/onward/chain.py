"""The chain of answers by which a copy came to whoever has it, read link by link.

Each link stands in a known log and names the one before it. What is missing, forged or of another
copy makes it no chain: it proves nothing, and nothing is released on it. Whether the terms in it
allow what is asked is another matter (``terms``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ...dsl.syntax import Outcome
from ...engine import names
from ...engine.registry import Registry
from ..log.keys import LogKeys
from ..v1 import answer_pb2 as a
from ..v1 import question_pb2 as q
from .links import Link, NoLinkError, read_link

MAX_BYTES = 16_384  # of all links together
PROVENANCE = "provenance"  # the reason of what the chain does not prove
_WHOLE = "show every answer by which the copy came, from the first owner's on, as they were given"
# By these acts nobody gets a copy.
_RELEASES_NOTHING = names.KEEPING | {"delete", "enable"}


@dataclass(frozen=True, slots=True)
class Bar:
    """Why a copy may not go on.

    Attributes:
        outcome: HOLD or DENY.
        reason: Why, in one of the words of the semantics.
        words: Why, in full.
        mend: What to do.
    """

    outcome: Outcome
    reason: str
    words: str
    mend: str


class ChainError(Exception):
    """A chain that proves nothing, or that bars what is asked."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(bar.words)
        self.bar = bar


@dataclass(frozen=True, slots=True)
class Chain:
    """What was shown of where a copy came from.

    Attributes:
        release_id: The release id that the copy carries.
        links: The answers that stand in known logs, the oldest first.
        bar: Why they prove nothing; None if the chain is whole.
    """

    release_id: bytes
    links: tuple[Link, ...] = ()
    bar: Bar | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        """Whose data they are, each once."""
        return tuple(dict.fromkeys(link.owner for link in self.links))

    @property
    def follows(self) -> bytes:
        """The leaf hash of the last link of a whole chain; empty of one that is not."""
        return self.links[-1].leaf if self.links and self.bar is None else b""


def chain_of(
    shown: q.Provenance, keys: LogKeys, registry: Registry, *, is_trial: bool = False
) -> Chain:
    """What a question shows of where a copy came from.

    Args:
        shown: The answers shown.
        keys: The keys of the logs that are known.
        registry: The bodies on file.
        is_trial: Whether the answer to be given is itself good for trying only; then answers of
            development identities count.
    """
    links: list[Link] = []
    try:
        if not shown.links:
            raise _nothing("no answer is shown by which the copy came")
        for number, recorded in enumerate(shown.links, 1):
            links.append(_link(number, recorded, keys, registry))
        for link in links:
            _check_alone(link, is_trial=is_trial)
        _check_order(links)
        if links[-1].entry.release_id != shown.release_id:
            raise _nothing(
                "the copy carries another release id than the last answer: it is another copy's"
            )
    except ChainError as fault:
        return Chain(shown.release_id, tuple(links), fault.bar)
    return Chain(shown.release_id, tuple(links))


def _link(number: int, recorded: a.Recorded, keys: LogKeys, registry: Registry) -> Link:
    try:
        return read_link(number, recorded, keys, registry)
    except NoLinkError as fault:
        raise _nothing(f"answer {number} of the chain: {fault}") from fault


def _check_alone(link: Link, *, is_trial: bool) -> None:
    """That an answer released a copy that may go on.

    Raises:
        ChainError: It did not.
    """
    entry, name = link.entry, f"answer {link.number} of the chain"
    if entry.outcome != a.OUTCOME_PERMIT:
        raise ChainError(
            Bar(
                Outcome.DENY,
                "not released",
                f"{name} is no PERMIT, so nothing was released on it",
                "delete the copy, and tell its owner how it was had",
            )
        )
    why = next(_proves_nothing(link, is_trial=is_trial), "")
    if why:
        raise _nothing(f"{name} {why}")


def _proves_nothing(link: Link, *, is_trial: bool) -> Iterator[str]:
    entry, act = link.entry, link.circumstances.question.act
    if entry.stale:
        yield "was given by stale policies, and proves nothing onward"
    if entry.development and not is_trial:
        yield "is of a development identity, and proves nothing"
    if act in _RELEASES_NOTHING:
        yield f"permits `{act}`, by which nobody gets a copy"
    if link.circumstances.owners:
        yield "is about many owners; ask Decide about the one whose data are kept"


def _check_order(links: list[Link]) -> None:
    """That the first answer follows none, and each other one the one before it.

    Raises:
        ChainError: An answer is missing, or they are of different copies.
    """
    if links[0].entry.follows:
        raise _nothing("the answer before answer 1 of the chain is missing")
    for before, link in pairwise(links):
        name = f"answer {link.number} of the chain"
        if link.entry.follows != before.leaf:
            raise _nothing(f"{name} does not follow the one before it")
        if link.at < before.at:
            raise _nothing(f"{name} is older than the one before it")
        if before.receivers.isdisjoint(link.parties):
            raise _nothing(f"{name} hands on what its parties did not get by the one before it")


def _nothing(words: str) -> ChainError:
    return ChainError(Bar(Outcome.HOLD, PROVENANCE, words, _WHOLE))
