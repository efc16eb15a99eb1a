"""A real browser for the tests of pages, and what a page did in it that it must not.

Without one the tests are skipped, and fail where ``CI`` is set. ``PLATELAW_CHROMIUM`` names another
than the ``chromium`` of the path.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

# What chromium does of its own accord is switched off; --no-sandbox lets root start it.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip


def started() -> Iterator[Browser]:
    """The browser, until the tests of a module are over."""
    names = (os.environ.get("PLATELAW_CHROMIUM", ""), "chromium", "chromium-browser")
    place = next((there for name in names if name and (there := shutil.which(name))), None)
    if place is None:
        told = "no chromium is on the path; PLATELAW_CHROMIUM may name one"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=place, args=[*FLAGS])
        yield found
        found.close()


@dataclass
class Opened:
    """A page that is open, and what it did that it must not."""

    page: Page
    path: Path
    requests: list[str] = field(default_factory=list[str])
    complaints: list[str] = field(default_factory=list[str])

    def on_request(self, request: Request) -> None:
        if not request.url.startswith(("data:", self.path.as_uri())):
            self.requests.append(request.url)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def on_error(self, error: Exception) -> None:
        self.complaints.append(str(error))
