"""Groups of entries as a log process would append them, without any of their meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from platelaw.federation.log.notes import Checkpoint, Note, NoteSigner, Signature
from platelaw.federation.log.store import Group, RecordedCall, Store
from platelaw.federation.log.tiles import WIDTH, Pending
from platelaw.federation.log.tree import Edge, leaf_hash

CALLER = "spiffe://one.example/agency/gateway"
MINUTE = 60_000_000
ORIGIN = "one.example/log"


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


class Writing:
    """A log that is written as it is in earnest: with its tiles."""

    def __init__(self, store: Store) -> None:
        self.store = store
        head = store.head()
        start = head.edge.size // WIDTH * WIDTH
        leaves = [leaf for one in store.groups(start, head.edge.size) for leaf in one.leaves]
        kept = leaves[len(leaves) - head.edge.size % WIDTH :]
        self.pending = Pending.read(head.edge.size, kept, store.tile)

    def append(self, given: Sequence[bytes], nonces: Sequence[bytes] = ()) -> Edge:
        """Append one group."""
        with self.store.appending() as appending:
            head = appending.head
            first = head.edge.size
            added = group(first, given, head.at + 1)
            growth = head.edge.extended(added.leaves)
            pending, tiles = self.pending.grown(growth)
            calls = [call(nonce, first + place) for place, nonce in enumerate(nonces)]
            appending.write(added, growth.after, calls, {}, tiles)
        self.pending = pending
        return growth.after

    def fill(self, size: int, group_size: int = 32) -> None:
        """Append groups until the log has so many entries."""
        while (now := self.pending.size) < size:
            count = min(group_size, size - now)
            self.append([b"entry %d" % (now + place) for place in range(count)])


def note(edge: Edge, signer: NoteSigner) -> str:
    text = Checkpoint(ORIGIN, edge.size, edge.root).text
    return str(Note(text, (signer.sign(text),)))


def note_of(edge: Edge) -> str:
    """A checkpoint that nobody signed in earnest."""
    text = Checkpoint(ORIGIN, edge.size, edge.root).text
    return str(Note(text, (Signature(ORIGIN, bytes(4), bytes(64)),)))
