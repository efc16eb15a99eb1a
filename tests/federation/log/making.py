"""Groups of entries as a log process would append them, without any of their meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from platelaw.federation.log.store import Group, RecordedCall, Store
from platelaw.federation.log.tree import Edge, leaf_hash

CALLER = "spiffe://one.example/agency/gateway"
MINUTE = 60_000_000


def entries(*words: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in words)


def group(first: int, given: Sequence[bytes], at: int, sealed: bytes = b"") -> Group:
    leaves = tuple(leaf_hash(entry) for entry in given)
    return Group(first, tuple(given), leaves, (sealed,) * len(given), at)


def call(nonce: bytes, first: int, *, caller: str = CALLER, until: int = MINUTE) -> RecordedCall:
    return RecordedCall(caller, nonce, sha256(nonce).digest(), first, 1, until)


def append(
    store: Store,
    given: Sequence[bytes],
    *,
    nonces: Sequence[bytes] = (),
    sealed: bytes = b"",
    circumstances: Mapping[bytes, bytes] | None = None,
    tiles: Mapping[tuple[int, int], bytes] | None = None,
    until: int = MINUTE,
) -> Edge:
    """Append one group, of which each nonce is the call of one entry."""
    with store.appending() as appending:
        head = appending.head
        first = head.edge.size
        added = group(first, given, head.at + 1, sealed)
        after = head.edge.extended(added.leaves).after
        calls = [call(nonce, first + place, until=until) for place, nonce in enumerate(nonces)]
        appending.calls([(one.caller, one.nonce) for one in calls])
        appending.write(added, after, calls, circumstances or {}, tiles or {})
    return after
