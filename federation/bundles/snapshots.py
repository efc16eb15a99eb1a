"""What decides, made of a verified version."""

from __future__ import annotations

from ..snapshot import PolicySnapshot
from .client import Clock, VerifiedBundle, utc_now
from .layout import POLICY


def snapshot_of(bundle: VerifiedBundle, clock: Clock = utc_now) -> PolicySnapshot:
    """The snapshot of a version, which begins to decide now."""
    return PolicySnapshot(
        bundle.contents.engine,
        bundle.digest,
        bundle.issued_at,
        clock(),
        {path: data.decode("utf-8-sig") for path, data in bundle.files.items()
         if path.endswith(POLICY)},
        bundle.development,
        bundle.contents.alike,
        bundle.contents.logs,
    )  # fmt: skip
