"""Mutual TLS: whom the client believes, and how it follows its files."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from platelaw.federation.client import Client, CredentialsError, SilenceError, TlsFiles
from platelaw.federation.conformance.identities import Identities, make_identities
from platelaw.federation.conformance.scripted import Context, ScriptedServer
from platelaw.federation.identity import credentials as identity
from platelaw.federation.identity.credentials import ServerTls

from .playing import NOW, REQUEST, Service


@pytest.fixture
def made(tmp_path: Path) -> Identities:
    return make_identities(tmp_path, "XX/a-pd", datetime.datetime.now(datetime.UTC))


def serving(
    files: identity.TlsFiles, script: Callable[[str, bytes, Context], bytes] | None = None
) -> ScriptedServer:
    tls = ServerTls(files, print)
    return ScriptedServer(script or Service(), tls.credentials())


def client_of(server: ScriptedServer, files: TlsFiles, timeout: float = 5.0) -> Client:
    return Client(server.target, files, timeout=timeout, clock=lambda: NOW)


def serial(context: Context) -> bytes:
    proved: Mapping[str, Iterable[bytes]] = cast(Any, context.auth_context())
    return b"".join(proved["x509_pem_cert"])


def test_both_ends_prove_themselves(made: Identities) -> None:
    proved: list[bytes] = []

    def script(method: str, data: bytes, context: Context) -> bytes:
        proved.append(serial(context))
        return Service()(method, data, context)

    with serving(made.service, script) as server, client_of(server, made.caller) as client:
        assert client.decide(REQUEST).permits(NOW)
    assert proved == [made.caller.certificate.read_bytes()]


@pytest.mark.parametrize("name", ["stranger", "elsewhere"])
def test_another_server_is_not_asked(made: Identities, name: str) -> None:
    with (
        serving(getattr(made, name)) as server,
        client_of(server, made.caller, 0.5) as client,
        pytest.raises(SilenceError),
    ):
        client.decide(REQUEST)
    assert not server.calls


def test_a_certificate_for_another_name_is_believed_where_that_name_was_given(
    made: Identities,
) -> None:
    with serving(made.elsewhere) as server:
        client = Client(
            server.target,
            made.caller,
            server_name="elsewhere.example",
            clock=lambda: NOW,
            timeout=5,
        )
        with client:
            assert client.decide(REQUEST).permits(NOW)


def test_a_new_certificate_is_used_from_the_next_call_on_and_cuts_no_call_off(
    made: Identities, tmp_path: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    proved: list[bytes] = []

    def script(method: str, data: bytes, context: Context) -> bytes:
        proved.append(serial(context))
        if len(proved) == 1:
            begun.set()
            go_on.wait(10)
        return Service()(method, data, context)

    first = made.caller.certificate.read_bytes()
    with serving(made.service, script) as server, client_of(server, made.caller, 20) as client:
        answers: list[bool] = []
        waiting = threading.Thread(
            target=lambda: answers.append(client.decide(REQUEST).permits(NOW))
        )
        waiting.start()
        assert begun.wait(10)
        replace_identity(made, tmp_path)
        assert client.decide(REQUEST).permits(NOW)
        go_on.set()
        waiting.join(10)
    assert answers == [True]
    second = made.caller.certificate.read_bytes()
    assert second != first
    assert proved == [first, second]


def replace_identity(made: Identities, tmp_path: Path) -> None:
    """Put another caller's certificate, by another authority, in the place of the first."""
    folder = tmp_path / "new"
    folder.mkdir()
    new = make_identities(folder, "XX/a-pd", datetime.datetime.now(datetime.UTC))
    # the service believes both authorities from now on
    both = made.service.authorities.read_bytes() + new.service.authorities.read_bytes()
    write(made.service.authorities, both)
    write(made.caller.certificate, new.caller.certificate.read_bytes())
    write(made.caller.key, new.caller.key.read_bytes())


def write(file: Path, content: bytes) -> None:
    beside = file.with_suffix(".new")
    beside.write_bytes(content)
    os.replace(beside, file)


def test_files_in_the_middle_of_a_change_leave_the_last_good_ones_in_use(
    made: Identities, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(made.service) as server, client_of(server, made.caller) as client:
        assert client.decide(REQUEST).permits(NOW)
        write(made.caller.key, made.service.key.read_bytes())
        assert client.decide(REQUEST).permits(NOW)
    assert "the certificates in use stay" in caplog.text


def test_files_that_make_no_identity_make_no_client(made: Identities, tmp_path: Path) -> None:
    missing = replace(made.caller, key=tmp_path / "nothing.key")
    with pytest.raises(CredentialsError, match=r"nothing\.key"):
        Client("127.0.0.1:1", missing)
