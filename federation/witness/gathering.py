"""Gathering cosignatures in the background, round after round, from all witnesses at once.

An answer never waits for a witness: what was cosigned is told after it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

from ..log.notes import Note, Signature
from .client import Prove, WitnessClient
from .errors import WitnessError

EVERY = 10.0  # seconds from one round to the next
_UNTIL_BEGUN = 1.0  # likewise, while the log has no entry


@dataclass(frozen=True, slots=True)
class Round:
    """What came of asking every witness once.

    Attributes:
        note: The checkpoint, with the cosignatures that came.
        faults: Why others did not cosign, by their names.
    """

    note: Note
    faults: Mapping[str, WitnessError]


def ask_all(note: Note, clients: Sequence[WitnessClient], prove: Prove) -> Round:
    """Ask every witness for its cosignature on one checkpoint, all at once.

    Raises:
        NoteError: The note is no checkpoint.
    """

    def ask(client: WitnessClient) -> Signature | WitnessError:
        try:
            return client.cosign(note, prove)
        except WitnessError as fault:
            return fault

    with ThreadPoolExecutor(max(len(clients), 1), thread_name_prefix="witnesses") as threads:
        names = [client.name for client in clients]
        answers = dict(zip(names, threads.map(ask, clients), strict=True))
    faults = {name: one for name, one in answers.items() if isinstance(one, WitnessError)}
    signatures = [one for one in answers.values() if isinstance(one, Signature)]
    return Round(note.with_signatures(*signatures), MappingProxyType(faults))


class Gatherer:
    """Asks the witnesses of a log for cosignatures on its newest checkpoint, again and again.

    Args:
        clients: The witnesses.
        newest: The newest checkpoint, signed by its log; None if there is none yet.
        prove: Proves growth up to it.
        keep: Takes what came of every round.
        report: Told in words when a witness stops cosigning, and when it does again.
        every: Seconds from one round to the next.
    """

    def __init__(
        self,
        clients: Sequence[WitnessClient],
        newest: Callable[[], Note | None],
        prove: Prove,
        keep: Callable[[Round], None],
        report: Callable[[str], None],
        *,
        every: float = EVERY,
    ) -> None:
        self._clients, self._newest, self._prove = tuple(clients), newest, prove
        self._keep, self._report, self._every = keep, report, every
        self._told = dict[str, str]()
        self._woken, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="gatherer", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def wake(self) -> None:
        """Begin the next round now."""
        self._woken.set()

    def stop(self, patience: float = 1.0) -> None:
        """Begin no more rounds; one that is under way is waited for so many seconds."""
        self._ended.set()
        self._woken.set()
        self._thread.join(patience)

    def ask_once(self) -> bool:
        """One round: ask every witness, keep what came, report what changed.

        Returns:
            Whether there was a checkpoint to ask about.
        """
        note = self._newest()
        if note is None:
            return False
        asked = ask_all(note, self._clients, self._prove)
        for client in self._clients:
            self._tell(client.name, asked.faults.get(client.name))
        self._keep(asked)
        return True

    def _run(self) -> None:
        while not self._ended.is_set():
            has_begun = True
            try:
                has_begun = self.ask_once()
            except Exception as fault:  # witnesses are asked again, whatever failed
                self._tell_failure(f"asking the witnesses failed: {type(fault).__name__}: {fault}")
            self._woken.wait(self._every if has_begun else min(self._every, _UNTIL_BEGUN))
            self._woken.clear()

    def _tell_failure(self, failure: str) -> None:
        if self._told.get("", "") != failure:
            self._report(failure)
        self._told[""] = failure

    def _tell(self, name: str, fault: WitnessError | None) -> None:
        """Report what is new; what goes on is not reported again."""
        kind = type(fault).__name__ if fault else ""
        if self._told.get(name, "") != kind:
            self._report(str(fault) if fault else f"witness {name}: cosigns again")
        self._told[name] = kind
