"""An enforcement point as it should be, in the form of a hook: the kit passes on it.

Whoever writes a hook of their own may read how this one does it; the client does most.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..client import Answer, Client, ClientError, TlsFiles

RELEASE, NO_RELEASE = "release", "no release"


def enforce(task: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Ask everything that a task names, and say what was done."""
    files = TlsFiles(*(Path(task[name]) for name in ("certificate", "key", "authorities")))
    with Client(task["server"], files, timeout=task["timeout_seconds"]) as client:
        point = EnforcementPoint(client)
        return {"results": [point.asked(ask) for ask in task["asks"]]}


class EnforcementPoint:
    """Releases data on a PERMIT that counts, and on nothing else."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._last_id = ""

    def asked(self, ask: Mapping[str, Any]) -> dict[str, Any]:
        """Ask once; silence of any kind releases nothing."""
        kind = ask["kind"]
        try:
            if kind == "decide_many":
                return self._many(ask["requests"])
            if kind == "decide_search":
                return self._search(ask["request"], ask["owners"])
            if kind == "resume":
                answer = self._client.resume(self._last_id, ask["request"])
            else:
                answer = self._client.decide(ask["request"])
        except ClientError:
            if kind == "decide_many":
                return {"decisions": [NO_RELEASE] * len(ask["requests"])}
            return {"decision": NO_RELEASE}
        self._last_id = answer.request_id
        return self._done(answer)

    def _many(self, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        answers = self._client.decide_many(requests)
        return {"decisions": [self._done(answer)["decision"] for answer in answers]}

    def _search(self, request: Mapping[str, Any], owners: Sequence[str]) -> dict[str, Any]:
        found = self._client.decide_search(request, owners)
        allowed = sorted(owner for owner, _ in found.permitting(_now()))
        return {"decision": RELEASE if allowed else NO_RELEASE, "owners": allowed}

    def _done(self, answer: Answer) -> dict[str, Any]:
        """What is done on an answer, with the duties and terms that go with the data."""
        if not answer.permits(_now()):
            return {"decision": NO_RELEASE}
        return {
            "decision": RELEASE,
            "duties": [duty.duty for duty in answer.explanation.duties],
            "onward": [onward.to for onward in answer.explanation.onward],
        }


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
