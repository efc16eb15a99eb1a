"""What evidence on file costs a question, and what it costs to file some.

Run `python benchmarks/evidence.py`. Microseconds of CPU a call: the least of five rounds where
nothing changes, the mean where each call files something else. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.statements import OfRequest, SaidFact, Statement
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.evidence.weighing import weigh
from platelaw.federation.identity.signers import Signer, Signers
from platelaw.federation.identity.tables import State
from platelaw.federation.proof import Attempt, Held, Subject, Vouching

NOW = datetime.datetime(2026, 11, 26, 17, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
BY = Vouching("bench/pd", "owner_supervisor", "somebody")
KEY = CryptoSigner.generate_ecdsa()
SIGNERS = Signers(
    {
        KEY.public_key.keyid: Signer(
            KEY.public_key, BY.agency, BY.role, BY.user, Level.VERIFICATION, State.GOOD,
            NOW - DAY, NOW + 30 * DAY,
        )
    }
)  # fmt: skip
ROUNDS = 5


def least(work: Callable[[], object], times: int) -> float:
    """Microseconds of CPU of the fastest round."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - started) / times * 1e6)
    return min(rounds)


def mean(calls: Iterable[Callable[[], object]]) -> float:
    """Microseconds of CPU of calls of which each does something else."""
    calls = list(calls)
    started = time.process_time()
    for call in calls:
        call()
    return (time.process_time() - started) / len(calls) * 1e6


def digest(number: int) -> bytes:
    """The digest of some question."""
    return hashlib.sha256(str(number).encode()).digest()


def subject(number: int, *, case: str = "") -> Subject:
    """Some question."""
    return Subject(digest(number), "bench/asker", "bench/pd", case)


def attempt(number: int, said: bytes = b"one") -> Attempt:
    """Some question as a retry would be seen."""
    return Attempt("bench/asker", "u", "search", f"thing {number}", frozenset([said]), NOW)


def envelope(number: int) -> bytes:
    """A statement about some question."""
    about, said = OfRequest(digest(number).hex()), SaidFact("case.active", True)
    return envelopes.signed(Statement(about, said, BY, NOW, NOW + DAY, Level.ATTESTATION), KEY)


def held(number: int) -> Held:
    """A HOLD of some question."""
    return Held(
        f"hold-{number}", f"request-{number}", "bench/asker", "bench/asker", "bench/pd", "search",
        ("alpr_data",), "", digest(number), b"", b"", NOW, NOW + DAY,
    )  # fmt: skip


def of_questions(store: EvidenceStore, times: int) -> dict[str, float]:
    """What every question pays."""
    none, stated = subject(-1), subject(-1, case="26-1")
    return {
        "proof": least(lambda: store.proofs.about(none, NOW), times),
        "proof, a case stated": least(lambda: store.proofs.about(stated, NOW), times),
        "HOLDs of a request id": least(lambda: store.holds.find("bench/asker", "none"), times),
        "anything alike refused": least(
            lambda: store.refusals.any_like("bench/other", "u", "search", "thing"), times
        ),
    }


def keep(store: EvidenceStore, sent: bytes) -> None:
    """Take a statement in."""
    store.proofs.keep(weigh(envelopes.opened(sent), SIGNERS), sent, NOW)


def filed(store: EvidenceStore, count: int) -> dict[str, float]:
    """What it costs to file."""
    sent = [envelope(number) for number in range(count)]
    return {
        "statement opened, verified, on the disk": mean(
            (lambda one=one: keep(store, one)) for one in sent
        ),
        "HOLD on the disk": mean(
            (lambda n=n: store.holds.file(held(n))) for n in range(count // 10)
        ),
        "refusal noted": mean(
            (lambda n=n: store.refusals.note(attempt(n))) for n in range(count // 10)
        ),
    }


def then(store: EvidenceStore, path: Path, count: int, times: int) -> dict[str, float]:
    """What questions pay about which something is on file, and a worker that starts."""
    other = EvidenceStore(path, SIGNERS)
    started = time.process_time()
    other.proofs.about(subject(-1), NOW)
    loaded = (time.process_time() - started) * 1e6
    found = {
        "proof where there is a statement": least(
            lambda: store.proofs.about(subject(1), NOW), times // 10
        ),
        "the same met first, its signature verified": mean(
            (lambda n=n: other.proofs.about(subject(n), NOW)) for n in range(count // 10)
        ),
        "retries of a thing refused": least(
            lambda: store.refusals.retries(attempt(1, b"other")), times // 10
        ),
        "a refusal noted again": least(lambda: store.refusals.note(attempt(1)), times // 10),
        "all statements read by a worker that starts": loaded,
    }
    other.close()
    return found


def main() -> None:
    """Measure with an empty store and a full one, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50_000, help="calls in a round")
    parser.add_argument("--statements", type=int, default=10_000, help="statements on file")
    chosen = parser.parse_args()
    times, count = int(chosen.times), int(chosen.statements)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.sqlite"
        store = EvidenceStore(path, SIGNERS)
        show("a question, nothing on file", of_questions(store, times))
        show("filing", filed(store, count))
        show(f"a question, {count:,} statements on file", of_questions(store, times))
        show("a question about which something is on file", then(store, path, count, times))
        store.close()


def show(title: str, found: dict[str, float]) -> None:
    """Print one table."""
    print(title)
    for name, microseconds in found.items():
        print(f"  {name:<45}{microseconds:>10.2f} us")


if __name__ == "__main__":
    main()
