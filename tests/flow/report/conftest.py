"""The pages of made reports, open in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from platelaw.engine.flow.report import write_page
from platelaw.engine.flow.report.view import ReportData

from ...browsers import Opened
from . import made

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
