"""The kit passes on an integration as it should be, and finds every planted fault."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from platelaw.federation.conformance.exchanges import Exchange, exchanges
from platelaw.federation.conformance.hooks import CommandHook, Hook, HookError, HttpHook, results_of
from platelaw.federation.conformance.integration import try_integration

from .hooking import FAULTS, GoodHook, RawHook

AGENCY = "CT/example-pd"

# Where the kit must find each fault.
FOUND = {
    "hold is permit": "hold-like-a-permit",
    "unknown outcome is permit": "outcome-unknown",
    "ignores valid_until": "valid-until-over",
    "ignores the release id": "release-id-missing",
    "ignores the digest": "digest-of-another",
    "accepts simulated": "simulated",
    "accepts development": "development",
    "a timeout is permit": "deadline",
    "an error is permit": "error-internal",
    "caches a permit": "permit-then-deny",
    "retries with a new nonce": "away-once",
    "retries a refusal": "error-invalid-argument",
    "reuses a nonce": "permit-then-deny",
    "resumes with a new id": "hold-resumed",
    "keeps one id for all": "permit-then-deny",
    "accepts another server": "another-authority",
    "accepts another host": "another-host",
    "drops recipients": "recipients-stated",
    "closes open sets": "recipients-open",
    "strips the reason": "reason-as-typed",
    "a missing reason is blank": "reason-missing",
    "no instruments said is none": "instruments-not-said",
    "ignores duties": "permit-duties",
    "drops onward terms": "permit-onward",
    "reads a batch backwards": "many",
    "fills a batch up": "many-too-few",
    "ignores owner groups": "search",
}


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def short(exchange: Exchange) -> str:
    return exchange.name.partition("-")[2]


def recorded(*names: str) -> list[Exchange]:
    every = exchanges("integration", now().date())
    return [one for one in every if short(one) in names] if names else list(every)


def wrong_of(hook: Hook, tried: Sequence[Exchange], grace: float = 20.0) -> dict[str, Any]:
    results = try_integration(hook, tried, AGENCY, now, grace)
    return {short(result.exchange): result.wrong for result in results if result.wrong}


@pytest.mark.parametrize("hook", [GoodHook(), RawHook()], ids=["by the client", "by another hand"])
def test_an_integration_as_it_should_be_passes(hook: Hook) -> None:
    assert wrong_of(hook, recorded()) == {}


def test_there_are_more_faults_planted_than_twelve_and_each_has_its_exchange() -> None:
    assert set(FOUND) == set(FAULTS)
    assert len(FOUND) >= 12


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_where_it_shows(fault: str) -> None:
    assert wrong_of(RawHook(fault), recorded(FOUND[fault])).keys() == {FOUND[fault]}


def test_every_exchange_says_what_is_right_and_has_a_result_for_every_ask() -> None:
    for exchange in recorded():
        content = exchange.content
        assert exchange.title.endswith("."), exchange.name
        assert len(content["right"]) == len(content["asks"]), exchange.name
        assert content["play"], exchange.name


# Hooks -----------------------------------------------------------------------------------------

COMMAND = """
import json, sys
from platelaw.federation.conformance.enforcing import enforce
print(json.dumps(enforce(json.load(sys.stdin))))
"""


def test_a_command_is_driven_by_one_document_in_and_one_out() -> None:
    hook = CommandHook([sys.executable, "-c", COMMAND])
    assert wrong_of(hook, recorded("permit", "many", "search")) == {}


@pytest.fixture
def address() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            task = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = json.dumps({"results": GoodHook().run(task, 1)}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_an_address_is_driven_by_the_same_documents(address: str) -> None:
    assert wrong_of(HttpHook(address), recorded("permit", "hold", "hold-resumed")) == {}


class Says:
    """A hook that says something whatever it is asked."""

    def __init__(self, results: Sequence[Mapping[str, Any]]) -> None:
        self.results = results

    def run(self, task: Mapping[str, Any], seconds: float) -> Sequence[Mapping[str, Any]]:
        return self.results


def test_a_hook_that_says_the_right_thing_without_asking_does_not_pass() -> None:
    wrong = wrong_of(Says([{"decision": "no release"}]), recorded("hold"))
    assert wrong == {"hold": ("0 different requests came to 1 asks",)}


def test_a_hook_that_cannot_be_run_or_takes_too_long_does_not_pass(tmp_path: Path) -> None:
    tried = recorded("hold")
    missing = wrong_of(CommandHook([str(tmp_path / "nothing")]), tried)
    assert "No such file" in missing["hold"][0]
    fails = wrong_of(CommandHook([sys.executable, "-c", "raise SystemExit('lost the key')"]), tried)
    assert fails["hold"] == ("the hook ended with exit code 1: lost the key",)
    slow = CommandHook([sys.executable, "-c", "import time; time.sleep(30)"])
    assert "did not end" in wrong_of(slow, tried, grace=-1.8)["hold"][0]


@pytest.mark.parametrize(
    "said", [b"", b"release", b"[]", b'{"results": 1}', b'{"results": [1]}', b"[" * 100_000]
)
def test_what_is_no_result_is_said_to_be_none(said: bytes) -> None:
    with pytest.raises(HookError, match=r"say \{"):
        results_of(said)
