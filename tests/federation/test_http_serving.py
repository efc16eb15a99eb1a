from __future__ import annotations

import socket
import threading
from typing import Any

from platelaw.federation.http_serving import HttpServer


async def hello(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


class Late(HttpServer):
    """One whose thread comes to run late, as on a machine with much to do."""

    may_run = threading.Event()

    def _run(self) -> None:
        self.may_run.wait(20)
        super()._run()


def test_who_connects_before_the_thread_runs_is_answered_when_it_does() -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    with (
        Late(hello, None, listening, name="late"),
        socket.create_connection(listening.getsockname(), timeout=20) as early,
    ):
        early.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        Late.may_run.set()
        answer = b"".join(iter(lambda: early.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"hello" in answer
