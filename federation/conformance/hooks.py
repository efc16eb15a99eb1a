"""How the side of a vendor is driven: one JSON document in, one out (docs/conformance.md)."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

_MOST = 1_000_000  # bytes of what a hook says


class _Said(msgspec.Struct):
    """What a hook says."""

    results: list[dict[str, Any]]


class HookError(Exception):
    """The hook did not say what it did; the message says why."""


class Hook(Protocol):
    """The enforcement point of a vendor, as far as the kit sees it."""

    def run(self, task: Mapping[str, Any], seconds: float) -> Sequence[Mapping[str, Any]]:
        """Let it ask, and tell what it did with each ask.

        Raises:
            HookError: It did not say so in time, or not in the agreed form.
        """
        ...


@dataclass(frozen=True, slots=True)
class CommandHook:
    """A command that reads the task from standard input and prints the results."""

    command: Sequence[str]

    def run(self, task: Mapping[str, Any], seconds: float) -> Sequence[Mapping[str, Any]]:
        """Run the command.

        Raises:
            HookError: It cannot be run, or did not print its results in time.
        """
        try:
            ran = subprocess.run(
                self.command,
                input=json.dumps(task).encode(),
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise HookError(f"the hook did not end within {seconds:g} seconds") from None
        except OSError as fault:
            raise HookError(f"{self.command[0]}: {fault.strerror or fault}") from None
        if ran.returncode:
            told = ran.stderr.decode("utf-8", "replace").strip().splitlines()
            last = f": {told[-1][:200]}" if told else ""
            raise HookError(f"the hook ended with exit code {ran.returncode}{last}")
        return results_of(ran.stdout)


@dataclass(frozen=True, slots=True)
class HttpHook:
    """An address that takes the task by POST and answers with the results."""

    url: str

    def run(self, task: Mapping[str, Any], seconds: float) -> Sequence[Mapping[str, Any]]:
        """Send the task.

        Raises:
            HookError: The address did not answer in time, or not with results.
        """
        request = urllib.request.Request(
            self.url,
            json.dumps(task).encode(),
            {"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=seconds) as answered:
                return results_of(answered.read(_MOST + 1))
        except (OSError, urllib.error.URLError) as fault:
            raise HookError(f"{self.url}: {fault}") from None


def results_of(said: bytes) -> Sequence[Mapping[str, Any]]:
    """The results that a hook said.

    Raises:
        HookError: They are not of the agreed form.
    """
    form = 'say {"results": [{"decision": "release" or "no release", ...}, ...]}'
    if len(said) > _MOST:
        raise HookError(f"the hook said more than {_MOST:,} bytes; {form}")
    try:
        return msgspec.json.decode(said, type=_Said).results
    except (msgspec.DecodeError, RecursionError) as fault:
        raise HookError(f"the hook did not say its results as JSON: {fault}; {form}") from None
