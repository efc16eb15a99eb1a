"""The handlers of PolicyService: which policies decide here, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from ..call import Call
from ..messages import REVISION, read
from ..refusal import RefusedCallError, Status
from ..snapshot import Snapshots
from ..v1 import policy_pb2 as p


@dataclass(frozen=True, slots=True)
class Policies:
    """GetSnapshot and GetPolicy."""

    snapshots: Snapshots

    def get_snapshot(self, call: Call, data: bytes) -> bytes:
        """Which snapshot decides, and how old it is."""
        read(p.GetSnapshotRequest, data)
        snapshot = self.snapshots.current
        response = p.GetSnapshotResponse(
            digest=snapshot.digest,
            stale=snapshot.is_stale(call.now),
            expired=snapshot.is_expired(call.now),
            development=snapshot.development,
            revision=REVISION,
            files=sorted(snapshot.texts),
        )
        response.issued_at.FromDatetime(snapshot.issued_at)
        response.active_since.FromDatetime(snapshot.active_since)
        return response.SerializeToString()

    def get_policy(self, call: Call, data: bytes) -> bytes:
        """The text of one policy file.

        Raises:
            RefusedCallError: There is none of that path (NOT_FOUND).
        """
        del call
        request = read(p.GetPolicyRequest, data)
        snapshot = self.snapshots.current
        text = snapshot.texts.get(request.path)
        if text is None:
            raise RefusedCallError(
                Status.NOT_FOUND, f"path: no policy file `{request.path}`; GetSnapshot lists them"
            )
        return p.GetPolicyResponse(text=text, digest=snapshot.digest).SerializeToString()
