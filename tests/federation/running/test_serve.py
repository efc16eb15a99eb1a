"""The service as users run it: processes, real certificates, real sockets."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw as commands
from platelaw.compliance.findings.book import read_book
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.findings.showing import listed
from platelaw.compliance.results.store import open_results
from platelaw.dsl.syntax import Outcome
from platelaw.federation.client import Client, RefusedError
from platelaw.federation.embedded import TRUST_DOMAIN, Embedded

from ...compliance.findings.building import FAR, START, Log
from .conftest import Running, client_of, config_of, platelaw

ASKED: dict[str, Any] = {
    "requester": "CT/darien-pd",
    "owner": "CT/darien-pd",
    "user": "user-17",
    "act": "search",
    "data": "alpr_data",
    "reason": "stolen veh",
    "facts": {
        "request.purpose": "stolen_vehicle",
        "request.recipients": [],
        "request.on_behalf_of": [],
        "user.directed_by": [],
        "request.claims": [],
        "case.number": "26-1234",
        "case.offense": "larceny of a motor vehicle",
    },
    "instruments": [],
    "subject": "a-car",
}


def recent(**changes: object) -> dict[str, object]:
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400))
    return {**ASKED, "period": {"from": today}, **changes}


def test_a_second_terminal_gets_all_three_answers_and_a_hold_is_settled(
    development: Running, tmp_path: Path
) -> None:
    development.wait_for('"grpc"')
    home = ("--home", tmp_path / "home")
    assert platelaw("ask", *home, "--example", "permit").returncode == 0
    denied = platelaw("ask", *home, "--example", "deny")
    assert (denied.returncode, "Public Act 26-14" in denied.stdout) == (4, True)
    asked = ("ask", *home, "--example", "hold", "--request-id", "search-0001")
    held = platelaw(*asked)
    assert (held.returncode, "records supervisor" in held.stdout) == (3, True)
    waiting = platelaw("pending", *home, "--as", "darien-records", "--json")
    assert "search-0001" in waiting.stdout
    clears = ("--clear", "ct/alpr-act/reason-text", "--yes")
    attested = platelaw("attest", *home, "--as", "darien-records", "search-0001", *clears)
    assert attested.returncode == 0, attested.stderr
    assert platelaw(*asked).returncode == 0
    assert "search-0001" not in platelaw("pending", *home, "--as", "darien-records").stdout
    assert platelaw("ask", *home, "--example", "permit").returncode == 0  # no retry of the HOLD
    assert development.end() == 0


def test_an_authzen_client_gets_the_same_answer_as_a_grpc_client(
    development: Running, tmp_path: Path
) -> None:
    told = development.wait_for('"grpc"')
    place = tmp_path / "home" / "identities" / "darien-platform"
    context = ssl.create_default_context(cafile=str(tmp_path / "home" / "authority.pem"))
    context.load_cert_chain(place / "certificate.pem", place / "key.pem")
    stated = recent()
    body = {
        "subject": {"type": "agency", "id": "CT/darien-pd", "properties": {"user": "user-17"}},
        "action": {"name": "search"},
        "resource": {"type": "alpr_data", "id": "CT/darien-pd"},
        "context": {
            key: stated[key] for key in ("facts", "reason", "period", "instruments", "subject")
        },
    }
    request = urllib.request.Request(
        f"{told['http']}/access/v1/evaluation",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "X-Request-ID": "authzen-0001"},
    )
    with urllib.request.urlopen(request, context=context, timeout=20) as response:
        answered = json.loads(response.read())
    assert answered["decision"] is True, answered
    assert answered["context"]["outcome"] == "PERMIT"


@pytest.fixture(scope="module")
def configured(made: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A configured service of two workers, which ends well and logs no reason."""
    folder = tmp_path_factory.mktemp("configured")
    running = Running(["--config", str(config_of(made, folder, workers=2))])
    try:
        yield running
    finally:
        assert running.end() == 0
    text = "".join(running.lines)
    assert "Traceback" not in text
    assert _REASON not in text


_REASON = "a car that was stolen"


def server_of(running: Running) -> str:
    port = running.wait_for('"serving"')["port"]
    return f"127.0.0.1:{port}"


def test_a_configured_service_swaps_in_policies_and_outlives_a_killed_worker(
    made: Embedded, configured: Running
) -> None:
    with client_of(made, "darien-platform", server_of(configured)) as client:
        assert client.decide(recent()).outcome is Outcome.PERMIT
        before = client.snapshot().digest
        _kill_one(configured)
        assert client.decide(recent()).outcome is Outcome.PERMIT
        made.repository.publish({"agency/CT/darien-pd/added.policy": _ADDED.encode()})
        _until_digest_changes(client, before)
        answer = client.decide(recent(reason=_REASON))
        assert (answer.outcome, answer.explanation.rules[0].id) == (
            Outcome.DENY,
            "agency/darien-added/no-stolen-cars",
        )


_ADDED = """policy agency/darien-added
  title "What Darien adds in a test"
  layer requester
  issued by "Darien Police Department"
  time zone America/New_York
  uses ct 1
  binds requester is agency:CT/darien-pd

rule no-stolen-cars "No search for a stolen vehicle"
  cites "Invented for a test" status verified
  in force from 2025-01-01
  forbid search of alpr_data
  if request.purpose is a kind of stolen_vehicle
"""


def test_who_is_named_by_a_finding_that_was_upheld_is_refused_once_the_register_is_published(
    made: Embedded, configured: Running, tmp_path: Path
) -> None:
    body = "MA/example-declared-pd"
    results, finding = _reviewed(tmp_path / "year.results", body)
    register = tmp_path / "callers.csv"
    register.write_bytes(made.bundle.files["registry/callers.csv"])
    server, asks = server_of(configured), recent(requester=body)
    with client_of(made, "neighbor", server) as misused, client_of(made, "court", server) as other:
        _findings("uphold", results, finding, "--by", "desk", "--role", "records_supervisor",
                  "--note", "read", "--no-account")  # fmt: skip
        _findings("suspensions", results, "--callers", register, "--enter")
        misused.decide(asks)  # nothing is published yet
        made.repository.publish({"registry/callers.csv": register.read_bytes()})
        with pytest.raises(RefusedError, match="is suspended"):
            _ask_for_a_minute(misused, asks)
        assert other.snapshot().digest


def _reviewed(path: Path, body: str) -> tuple[Path, str]:
    """Results with one finding, about searches by a body."""
    log = Log({"take him": ("immigration_enforcement", True)})
    log.search(2, organization=FAR, reason="take him", verdict="question for counsel")
    with open_results(log.make(path), read_only=False) as results:
        results.execute("UPDATE requester SET body = ? WHERE government = 'TX'", [body])
        context = Context(results, read_book(), "CT")
        review(Reviewing(context, {}, START, ("use-plainly-stated",)))
        (finding,) = listed(results)
    return path, finding.id


def _findings(*words: str | Path) -> None:
    ran = CliRunner().invoke(commands, ["findings", *map(str, words)])
    assert ran.exit_code == 0, ran.output


def _ask_for_a_minute(client: Client, asks: dict[str, object]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        client.decide(asks)
        time.sleep(0.2)


def _kill_one(running: Running) -> None:
    told = running.wait_for("worker serves")
    before = len(running.lines)
    os.kill(int(str(told["pid"])), signal.SIGKILL)
    running.wait_for("worker serves", after=before)


def _until_digest_changes(client: Client, before: str) -> None:
    until = time.monotonic() + 60
    while client.snapshot().digest == before:
        assert time.monotonic() < until, "the policies were not taken up"
        time.sleep(0.2)


def test_a_port_that_is_taken_is_told_without_a_traceback(
    development: Running, tmp_path: Path
) -> None:
    port = str(development.wait_for('"grpc"')["grpc"]).rpartition(":")[2]
    other = platelaw("serve", "--home", tmp_path / "other", "--port", port, "--http-port", "0")
    assert other.returncode == 2
    assert other.stderr.startswith("error: ")  # nothing of grpc's own before it
    assert "cannot listen" in other.stderr
    assert "Traceback" not in other.stderr


def test_two_development_services_never_share_a_folder_or_a_port(
    development: Running, tmp_path: Path
) -> None:
    told = development.wait_for('"grpc"')
    home = tmp_path / "home"
    before = (home / "authority.pem").read_bytes()
    same = platelaw("serve", "--home", home, "--port", "0", "--http-port", "0")
    assert (same.returncode, "uses this folder" in same.stderr) == (2, True)
    assert (home / "authority.pem").read_bytes() == before
    port = str(told["http"]).rpartition(":")[2]
    other = platelaw("serve", "--home", tmp_path / "other", "--port", "0", "--http-port", port)
    assert (other.returncode, "cannot listen" in other.stderr) == (2, True)
    assert platelaw("ask", "--home", home, "--example", "permit").returncode == 0


def test_the_identities_of_a_folder_can_be_used_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    running = Running(["--home", "home", "--port", "0", "--http-port", "0", "--json"])
    running.wait_for('"grpc"')
    monkeypatch.chdir("home")
    asked = platelaw("ask", "--home", ".", "--example", "permit")
    running.end()
    assert asked.returncode == 0, asked.stderr


def test_a_configuration_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    file.write_text('listen = "nowhere"\nworkers = "two"\n', "utf-8")
    refused = platelaw("serve", "--config", file)
    assert refused.returncode == 2
    for key in ("listen", "workers", "trust_domain", "tls", "repository"):
        assert f"{file}: {key}" in refused.stderr


def test_a_check_reads_the_files_that_a_configuration_names(made: Embedded, tmp_path: Path) -> None:
    file = config_of(made, tmp_path)
    assert platelaw("serve", "--check", "--config", file).returncode == 0
    empty = tmp_path / "empty"
    empty.touch()
    text = file.read_text("utf-8")
    text = text.replace(str(made.home.tls().certificate), str(empty))
    text = text.replace(str(tmp_path / "root.json"), str(empty))
    text = text.replace(str(made.home.folder / "repository"), str(tmp_path / "nowhere"))
    text += f'[log]\nwitnesses = "{empty}"\n'
    file.write_text(text.replace(f'"{TRUST_DOMAIN}"', '"Not a domain"'), "utf-8")
    refused = platelaw("serve", "--check", "--config", file)
    assert refused.returncode == 2
    for key in ("trust_domain", "tls", "repository.folder", "repository.root", "log.witnesses"):
        assert f"{file}: {key}: " in refused.stderr


def test_an_http_port_that_is_taken_stops_a_configured_service(
    made: Embedded, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        refused = platelaw(
            "serve", "--config", config_of(made, tmp_path, more=f'http_listen = "{taken}"')
        )
    assert refused.returncode == 2
    assert f"{taken}: cannot listen there" in refused.stderr


@pytest.mark.parametrize("example", ["permit"])
def test_no_service_is_no_permit(tmp_path: Path, example: str) -> None:
    asked = platelaw("ask", "--home", tmp_path, "--example", example)
    assert asked.returncode == 2
    assert "platelaw serve" in asked.stderr
