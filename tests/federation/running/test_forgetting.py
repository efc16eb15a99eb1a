"""What is over is forgotten whenever policies are renewed."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from platelaw.federation import running
from platelaw.federation.bundles.errors import UnreachableError
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.identity.signers import Signers, SignersInUse
from platelaw.federation.proof import Held
from platelaw.federation.server.config import Config
from platelaw.federation.server.served import RefusedPoliciesError
from platelaw.federation.service import Service

NOW = datetime.datetime(2026, 11, 26, 17, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
OWNER = "CT/example-pd"
NOTHING: Any = None


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service of which only the evidence is looked at."""
    monkeypatch.setattr("platelaw.federation.evidence.database._PATIENCE", 0.05)
    signers = SignersInUse(Signers())
    store = EvidenceStore(tmp_path / "evidence.sqlite", signers)
    made = Service(NOTHING, NOTHING, signers, store, NOTHING, NOTHING, NOTHING, lambda: NOW)
    held = Held(
        "h1", "request-0001", OWNER, OWNER, OWNER, "search", ("alpr_data",), "",
        b"d" * 32, b"", b"", NOW - 100 * DAY, NOW - 99 * DAY,
    )  # fmt: skip
    store.holds.close(store.holds.file(held), NOW - 91 * DAY)
    yield made
    store.close()


def test_policies_that_come_anew_take_evidence_with_them_that_is_over(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_there(config: Config, clock: object) -> None:
        raise UnreachableError("no version is there")

    monkeypatch.setattr(running, "_stored", nothing_there)
    assert service.store.holds.find(OWNER, "request-0001")
    with pytest.raises(RefusedPoliciesError):
        running.renew(cast("Config", NOTHING), service)
    assert not service.store.holds.find(OWNER, "request-0001")


def test_a_store_that_is_locked_keeps_what_is_over_and_fails_nothing(
    service: Service, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "evidence.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    service.store.tidy(NOW)
    other.execute("ROLLBACK")
    other.close()
    assert service.store.holds.find(OWNER, "request-0001")
