"""The shipped library and results with findings, made once for all tests of evidence."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path

import pytest

from platelaw.cli import common
from platelaw.compliance.findings.book import read_book
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.results.store import open_results
from platelaw.dsl.check import Checked
from platelaw.dsl.model import Library
from platelaw.engine.cache import Cache
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.registry import Registry

from ..findings.building import FAR, Log

REASON = "take him"


@pytest.fixture(scope="session")
def checked() -> Checked:
    return load((), shipped_registry().bodies.keys())


@pytest.fixture(scope="session")
def library(checked: Checked) -> Library:
    assert checked.library is not None
    return checked.library


@pytest.fixture
def quick_library(monkeypatch: pytest.MonkeyPatch, checked: Checked) -> None:
    """What is tested are the commands, not the reading of policies."""

    def read(places: Iterable[Path], registry: Registry, cache: Cache | None) -> Checked:
        del places, registry, cache
        return checked

    monkeypatch.setattr(common, "library_from", read)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = Log({REASON: ("example_use", True)})
    log.search(30, account="own", reason="")
    log.search(2, organization=FAR, account="far", reason=REASON, verdict="shown unlawful")
    made = log.make(tmp_path_factory.mktemp("results") / "year.results")
    with open_results(made, read_only=False) as opened:
        opened.execute(
            "INSERT INTO rule VALUES (7, 'ct/alpr-act/barred-words', '2026-10-01', NULL, 'A', "
            "'Public Act 26-14, section 13(c)', 'secondary')"
        )
        opened.execute("INSERT INTO judgment_rule SELECT id, 7, 'bites' FROM judgment "
                       "WHERE verdict = 'shown unlawful'")  # fmt: skip
        for moment in (datetime.datetime(2026, 11, 27, 8), datetime.datetime(2026, 11, 28, 8)):
            review(
                Reviewing(
                    Context(opened, read_book(), "CT"), {}, moment,
                    ("use-plainly-stated", "reason-missing"),
                )
            )  # fmt: skip
    return made
