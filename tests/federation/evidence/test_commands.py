"""``platelaw pending`` and ``platelaw attest`` against a real development service."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw
from platelaw.cli.example import example_request
from platelaw.cli.stating import value_of

from ..development import Run, against, served

RULE = "ct/alpr-act/reason-text"
CLEAR = ("--clear", RULE)

PERMIT, HOLD, DENY = 0, 3, 4


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """The folder of a development service that runs."""
    with served(tmp_path_factory.mktemp("service") / "home") as folder:
        yield folder


@pytest.fixture
def run(home: Path) -> Run:
    return against(home)


@dataclass(frozen=True)
class Asking:
    """A question of somebody's own, asked again and again under one id."""

    id: str
    file: Path
    run: Run

    def again(self) -> int:
        """The exit code of its answer."""
        asking = ("ask", str(self.file), "--as", "darien-platform", "--request-id", self.id)
        return self.run(*asking).exit_code


@pytest.fixture
def asked(run: Run, tmp_path: Path, request: pytest.FixtureRequest) -> Asking:
    """A question that is held."""
    question = json.loads(example_request("hold"))
    del question["at"]
    name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]
    today = datetime.datetime.now(datetime.UTC).date()
    question |= {"user": name, "period": {"from": today.isoformat()}}
    file = tmp_path / "request.json"
    file.write_text(json.dumps(question))
    asking = Asking(f"search-{name}", file, run)
    assert asking.again() == HOLD
    return asking


def waits(run: Run, request_id: str, *options: str) -> dict[str, Any] | None:
    listed = json.loads(run("pending", "--json", *options).stdout)["pending"]
    return next((each for each in listed if each["request_id"] == request_id), None)


def test_a_hold_is_settled_by_its_reviewer_and_the_same_request_is_permitted(
    run: Run, asked: Asking
) -> None:
    shown = run("pending").stdout
    assert f"request {asked.id}" in shown
    assert f"review {RULE} by the records supervisor" in shown
    taken = json.loads(run("attest", asked.id, *CLEAR, "--yes", "--json").stdout)["taken"]
    assert [each["kind"] for each in taken] == ["review"]
    assert asked.again() == PERMIT
    assert waits(run, asked.id) is None
    back = run("attest", "--withdraw", taken[0]["statement"], "--yes")
    assert back.stdout.startswith("Taken: ")
    assert asked.again() == HOLD


def test_a_refused_review_denies(run: Run, asked: Asking) -> None:
    assert run("attest", asked.id, "--refuse", RULE, "--yes").exit_code == 0
    assert asked.again() == DENY


def test_pending_as_json_says_what_would_settle_it(run: Run, asked: Asking) -> None:
    found = waits(run, asked.id)
    assert found is not None
    assert found["mine_to_settle"]
    assert found["settling"] == [
        {"needs": [{"kind": "review", "name": RULE, "about": "", "level": "",
                    "roles": ["records_supervisor"]}]}
    ]  # fmt: skip
    assert waits(run, asked.id, "--as", "auditor") is None
    assert "Nothing waits." in run("pending", "--as", "auditor", "--mine").stdout


def test_a_hold_is_named_by_its_own_id_too(run: Run, asked: Asking) -> None:
    found = waits(run, asked.id)
    assert found is not None
    printed = run("attest", found["hold"], *CLEAR, "--dry-run").stdout
    assert json.loads(printed)["subject"] == {"request": found["request_digest"]}
    assert waits(run, asked.id) is not None


def test_a_dry_run_prints_what_would_be_signed_and_sends_nothing(run: Run, asked: Asking) -> None:
    result = run("attest", asked.id, "--fact", "case.active=yes", "--fact", "approval.given=no",
                 "--as", "darien-supervisor", "--dry-run")  # fmt: skip
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["fact"], first["value"], first["level"]) == ("case.active", True, "attestation")
    assert (second["fact"], second["value"]) == ("approval.given", False)
    assert first["voucher"] == {
        "agency": "CT/darien-pd", "role": "owner_supervisor", "user": "sergeant-2"
    }  # fmt: skip
    assert "Taken" not in result.output


def test_nothing_is_signed_unless_somebody_confirms(
    run: Run, asked: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("attest", asked.id, *CLEAR)
    assert result.exit_code == 2
    assert "add --yes to sign without being asked" in result.output
    monkeypatch.setattr("platelaw.cli.signing.is_terminal", lambda: True)
    result = run("attest", asked.id, *CLEAR, text="n\n")
    assert result.exit_code == 1
    assert f"you clear {RULE} for this request" in result.output
    assert waits(run, asked.id) is not None
    assert "Taken: " in run("attest", asked.id, *CLEAR, text="y\n").output


def test_an_instrument_is_stated_about_a_request_or_by_itself(run: Run, asked: Asking) -> None:
    paper = ("--instrument", "W-1", "--kind", "judicial_search_warrant", "--from", "US/d-conn",
             "--probable-cause", "--expires", "2099-01-01")  # fmt: skip
    printed = run("attest", *paper, "--as", "court", "--dry-run").stdout
    assert json.loads(printed)["subject"] == {"instrument": "W-1"}
    assert run("attest", *paper, "--as", "court", "--yes").exit_code == 0
    printed = run("attest", asked.id, *paper, "--covers", "--dry-run").stdout
    assert json.loads(printed)["instrument"]["covers"] is True


def test_a_level_that_the_key_cannot_give_is_told(run: Run, asked: Asking) -> None:
    result = run("attest", asked.id, "--fact", "case.active=yes", "--level", "verification",
                 "--as", "darien-supervisor", "--yes")  # fmt: skip
    assert "It counts as attestation: your key gives no verification." in result.stdout


def test_a_fact_about_a_case_needs_no_request(run: Run) -> None:
    result = run("attest", "--case", "CT/darien-pd:26-1", "--fact", "case.active=yes",
                 "--as", "darien-supervisor", "--yes")  # fmt: skip
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["search-none", *CLEAR], "no HOLD that you see is called `search-none`"),
        ([], "nothing to sign"),
        (["--fact", "case.active=yes"], "it is not said about which request"),
        (["--fact", "case.active"], "--fact case.active: not NAME=VALUE"),
        (["--fact", "case.active=[1"], "[1: not JSON"),
        (["--case", "26-1", "--fact", "case.active=yes"], "--case 26-1: not AGENCY:NUMBER"),
        (["--kind", "court_order"], "what a paper says needs the paper"),
        (["--instrument", "W-1"], "--instrument needs --kind"),
        (["--instrument", "W-1", "--kind", "court_order", "--covers"], "depends on what is asked"),
        (["--withdraw", "00"], "payload/subject/statement: no digest"),
        (["--withdraw", "0" * 64, "--voucher", "me"], "--voucher me: not AGENCY:ROLE:USER"),
        (["--withdraw", "0" * 64, "--yes"], "no statement of yours has this id"),
        (["--withdraw", "0" * 64, "--as", "darien-platform"], "it is not said who signs"),
        (
            ["--withdraw", "0" * 64, "--yes", "--as", "darien-platform", "--voucher", "a:b:c"],
            "no key to sign with",
        ),
        (["--withdraw", "0" * 64, "--yes", "--signer", "none.pem"], "none.pem: cannot be read"),
        (["0" * 64, "--clear", f"{RULE}x", "--yes"], f"did you mean `{RULE}`"),
    ],
)
def test_what_cannot_be_gone_by_ends_with_the_mend(
    run: Run, arguments: list[str], told: str
) -> None:
    result = run("attest", *arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_a_service_that_is_away_is_no_answer(home: Path) -> None:
    identity = home / "identities" / "darien-records"
    options = ("--cert", identity / "certificate.pem", "--key", identity / "key.pem",
               "--authority", home / "authority.pem", "--timeout", "0.3")  # fmt: skip
    command = ["pending", "--server", "127.0.0.1:1", *map(str, options)]
    assert CliRunner().invoke(platelaw, command).exit_code == 6


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("no", False),
        ("3", 3),
        ('"3"', "3"),
        ('["a", "b"]', ["a", "b"]),
        ("21 days", "21 days"),
        ("2026-11-26", "2026-11-26"),
    ],
)
def test_a_value_is_read_as_it_is_meant(text: str, value: object) -> None:
    assert value_of(text) == value
