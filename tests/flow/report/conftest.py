"""A real browser for the tests of the page.

Without one the tests are skipped, and fail where ``CI`` is set. ``PLATELAW_CHROMIUM`` names another
than the ``chromium`` of the path.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from platelaw.engine.flow.report import write_page
from platelaw.engine.flow.report.view import ReportData

from . import made

# What chromium does of its own accord is switched off; --no-sandbox lets root start it.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = (os.environ.get("PLATELAW_CHROMIUM", ""), "chromium", "chromium-browser")
    place = next((found for name in names if name and (found := shutil.which(name))), None)
    if place is None:
        told = "no chromium is on the path; PLATELAW_CHROMIUM may name one"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=place, args=[*FLAGS])
        yield browser
        browser.close()


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


Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[ReportData], Path]:
    """Writes a page once, however many tests open it."""
    folder = tmp_path_factory.mktemp("reports")
    pages: dict[int, Path] = {}

    def write(data: ReportData) -> Path:
        if id(data) not in pages:
            pages[id(data)] = folder / f"{len(pages)}.html"
            write_page(pages[id(data)], data)
        return pages[id(data)]

    return write


@pytest.fixture
def open_page(browser: Browser, written: Callable[[ReportData], Path]) -> Iterator[Opener]:
    """Opens the page of a report; afterwards it must have asked for nothing and not complained."""
    opened: list[Opened] = []

    def open_(
        data: ReportData,
        width: int = 1440,
        height: int = 900,
        scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme,
            reduced_motion="reduce",
        )  # fmt: skip
        mine = Opened(page, written(data))
        opened.append(mine)
        page.on("request", mine.on_request)
        page.on("console", mine.on_console)
        page.on("pageerror", mine.on_error)
        page.goto(mine.path.as_uri())
        page.wait_for_selector("html[data-ready]")
        return page

    yield open_
    for each in opened:
        each.page.close()
    assert [(each.requests, each.complaints) for each in opened] == [([], [])] * len(opened)


@pytest.fixture(scope="session")
def small() -> ReportData:
    return made.whole()


@pytest.fixture(scope="session")
def large() -> ReportData:
    return made.large()
