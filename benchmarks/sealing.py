"""What it costs to commit to the free texts of an entry and to seal them, and to open them again.

Run `python benchmarks/sealing.py`. Microseconds of CPU a call, the least of fifteen rounds, beside
one HMAC of the standard library in the same rounds. Nothing is asserted.
"""

from __future__ import annotations

import datetime
import hmac
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.sealing import check, commit, is_text, opened, seal

NOW = datetime.datetime(2026, 11, 26, 17, 0, tzinfo=datetime.UTC)
OWNER = "bench/pd"
TEXTS = {
    "reason": "stolen vehicle, seen leaving the lot",
    "user": "user-1234",
    "subject": "ab" * 32,
    "fact case.number": "26-1234",
}
ROUNDS, TIMES = 15, 2000


def least(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Microseconds of CPU of the fastest round of each, taken in turns."""
    found = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            started = time.process_time()
            for _ in range(TIMES):
                work()
            spent = (time.process_time() - started) / TIMES * 1e6
            found[name] = min(found[name], spent)
    return found


def main() -> None:
    """Print what each costs."""
    with tempfile.TemporaryDirectory() as folder:
        ring = KeyRing.open(Path(folder) / "keys")
        key, entry = ring.key_for(OWNER, NOW), os.urandom(16)
        sealed, commitments, block = seal(key, entry, TEXTS), commit(key, entry, TEXTS), bytes(60)
        costs = least(
            {
                "one HMAC-SHA-256 of 60 bytes": lambda: hmac.digest(block, block, "sha256"),
                "the key that is in use, found": lambda: ring.key_for(OWNER, NOW),
                "four texts committed to": lambda: commit(key, entry, TEXTS),
                "four texts sealed": lambda: seal(key, entry, TEXTS),
                "four texts opened and checked": lambda: check(
                    key, entry, opened(key, entry, sealed), commitments
                ),
                "one text looked for": lambda: is_text(key, entry, "user", "x", commitments),
            }
        )
    for name, microseconds in costs.items():
        print(f"{name:<32} {microseconds:6.1f}")
    print(f"sealed texts: {len(sealed)} bytes, of {sum(map(len, TEXTS.values()))} typed")


if __name__ == "__main__":
    main()
