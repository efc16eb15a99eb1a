"""The texts of entries, opened with the keys of their owners, as what entries were decided from.

The commitments bind the texts to the entry; the lexicons then read them as they did when it was
decided. Where a key is not at hand, or was deleted, nothing can be said, and nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..deciding.entries import FACT, REASON, SUBJECT, USER
from ..v1 import log_pb2 as log
from .judging import Judge, seen_by
from .replaying import OtherTextError
from .sealing import MonthKey, SealingError, check, opened, sealed_under

KeyOf = Callable[[bytes], MonthKey | None]
"""The key of an id; None if it is not at hand."""

_DAY = 86_400
_STATED = "stated"


@dataclass(slots=True)
class OpenedTexts:
    """Opens texts and compares them with what entries say (``replaying.Source``).

    Attributes:
        key_of: The keys.
    """

    key_of: KeyOf
    _read: dict[tuple[str, str, int], tuple[bytes, ...]] = field(
        default_factory=dict[tuple[str, str, int], tuple[bytes, ...]]
    )

    def check(
        self, judge: Judge, entry: log.LogEntry, circumstances: log.Circumstances, sealed: bytes
    ) -> bool:
        """Whether the texts of an entry are at hand, and are what it was decided from.

        Raises:
            OtherTextError: They are at hand, and are others.
        """
        commitments = committed(entry.answer.commitments)
        if not commitments:
            texts: Mapping[str, str] = {}
        else:
            key = self.key_of(sealed_under(sealed)) if sealed else None
            if key is None:
                return False
            try:
                texts = opened(key, entry.id, sealed)
                check(key, entry.id, texts, commitments)
            except SealingError as fault:
                raise OtherTextError(str(fault)) from fault
        if circumstances.HasField("question"):  # else it was not understood, and nothing was read
            self._compare(judge, entry, circumstances, texts)
        return True

    def _compare(
        self,
        judge: Judge,
        entry: log.LogEntry,
        circumstances: log.Circumstances,
        texts: Mapping[str, str],
    ) -> None:
        if (USER in texts) != circumstances.user:
            raise OtherTextError("whether the person was named is recorded otherwise than it was")
        reason = texts.get(REASON)
        if (reason is not None) != (circumstances.reason == log.STATED_TEXT):
            raise OtherTextError("whether a reason was typed is recorded otherwise than it was")
        stated = {FACT + fact.name for fact in circumstances.question.facts if fact.word == _STATED}
        texted = {name for name in texts if name.startswith(FACT)}
        if not texted <= stated:
            name = min(texted - stated).removeprefix(FACT)
            raise OtherTextError(f"`{name}` was stated, and is not in what it was decided from")
        if reason is not None:
            self._compare_seen(judge, entry, circumstances, reason)

    def _compare_seen(
        self, judge: Judge, entry: log.LogEntry, circumstances: log.Circumstances, reason: str
    ) -> None:
        day = entry.at.seconds // _DAY
        key = judge.engine.library.digest, reason, day
        seen = self._read.get(key)
        if seen is None:
            if len(self._read) >= _MOST:
                self._read.clear()
            seen = self._read[key] = _as_bytes(seen_by(judge, reason, day))
        if seen != _as_bytes(circumstances.seen):
            raise OtherTextError("the lexicons read the reason otherwise than is recorded")


_MOST = 20_000


def committed(commitments: log.Commitments) -> dict[str, bytes]:
    """Commitments by the name under which a text is bound."""
    names = (REASON, USER, SUBJECT)
    found = {name: value for name in names if (value := getattr(commitments, name))}
    return found | {FACT + fact.name: fact.value for fact in commitments.facts}


def _as_bytes(seen: Iterable[log.Seen]) -> tuple[bytes, ...]:
    return tuple(sorted(each.SerializeToString(deterministic=True) for each in seen))
