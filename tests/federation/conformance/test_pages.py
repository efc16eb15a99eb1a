"""The pages for vendors: their code runs, and what they send is what the service takes."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from platelaw.federation.authzen.app import BODY_SECONDS, MOST_BYTES
from platelaw.federation.authzen.mapping import MOST_EVALUATIONS, Semantic, evaluation
from platelaw.federation.client import Answer, question_of
from platelaw.federation.conformance.exchanges import exchanges
from platelaw.federation.conformance.hooks import results_of

from .conftest import Development, utc_now

DOCS = Path(__file__).resolve().parents[3] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = DOCS.joinpath(page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def question() -> dict[str, Any]:
    (block,) = blocks("vendors.md", "jsonc")
    asked: dict[str, Any] = json.loads(block)
    asked["period"] = {"from": (utc_now().date() - datetime.timedelta(days=2)).isoformat()}
    return asked


def run(code: str, asked: dict[str, Any]) -> Any:
    names: dict[str, Any] = {"question": asked}
    exec(compile(code, "vendors.md", "exec"), names)
    return names["permit"]


@pytest.fixture
def code(development: Development, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (block,) = blocks("vendors.md", "python")
    tmp_path.joinpath("development").symlink_to(development.made.home.folder)
    monkeypatch.chdir(tmp_path)
    return block


def test_the_quick_start_gets_a_permit(
    development: Development, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with development.served() as target:
        permit = run(code.replace("127.0.0.1:8443", target), question())
    assert isinstance(permit, Answer)
    assert permit.development
    assert capsys.readouterr().out.startswith("PERMIT permitted [")


def test_the_quick_start_releases_nothing_on_a_hold_and_on_silence(
    development: Development, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {**question(), "reason": "HSI child exploitation", "subject": "another"}
    with development.served() as target:
        held = run(code.replace("127.0.0.1:8443", target), other)
    silent = run(code.replace("127.0.0.1:8443", target), question())
    assert (held, silent) == (None, None)
    said = capsys.readouterr().out
    assert "HOLD referred" in said
    assert "nothing is released" in said


def test_the_quick_start_is_twenty_lines() -> None:
    (block,) = blocks("vendors.md", "python")
    assert len([line for line in block.splitlines() if line.strip()]) <= 20


def test_the_evaluation_of_the_page_is_the_question_of_the_quick_start() -> None:
    (block,) = blocks("authzen.md", "jsonc")
    (asked,) = blocks("vendors.md", "jsonc")
    assert evaluation(json.loads(block)) == question_of(json.loads(asked))


def test_the_page_of_the_http_face_says_its_limits() -> None:
    text = DOCS.joinpath("authzen.md").read_text("utf-8")
    assert [size // 1024 for size in MOST_BYTES.values()] == [64, 1024]
    assert "more than 64 KiB; 1 MiB for several" in text
    assert f"up to {MOST_EVALUATIONS}" in text
    assert BODY_SECONDS == 5
    assert "within five seconds" in text
    assert all(f"`{semantic.value}`" in text for semantic in Semantic)


def test_the_results_on_the_page_of_the_kit_are_of_the_agreed_form() -> None:
    _, block = blocks("conformance.md", "jsonc")
    assert [one["decision"] for one in results_of(block.encode())] == ["no release", "release"]


def test_the_page_of_the_kit_names_every_step_and_every_key() -> None:
    text = DOCS.joinpath("conformance.md").read_text("utf-8")
    keys: set[str] = set()
    for exchange in exchanges("integration", utc_now().date()):
        keys |= exchange.content.keys() | {key for step in exchange.content["play"] for key in step}
    assert not [key for key in sorted(keys) if f"`{key}`" not in text and f'"{key}"' not in text]
