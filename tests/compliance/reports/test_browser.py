"""The page of a report in a real browser: read by eye, by keyboard, by screen reader, on paper."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from platelaw.compliance.reports.making import report_of
from platelaw.compliance.reports.page import html

from ...browsers import Opened
from .. import made

# Every text with less contrast to what lies behind it than 4.5, or 3 if it is large.
CONTRAST = """() => {
  const light = (c) => {
    const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = getComputedStyle(at).backgroundColor;
      if (!c.endsWith(", 0)")) return c;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility() || ["SCRIPT", "STYLE", "TITLE"].includes(e.tagName)) continue;
    const style = getComputedStyle(e);
    const ink = e.closest("svg") ? style.fill : style.color;
    const [a, b] = [light(ink), light(behind(e))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.6 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) faint.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return faint;
}"""

# What a screen reader would stumble over.
STRUCTURE = """() => {
  const found = [];
  let level = 0;
  for (const h of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(h.tagName[1]);
    if (own > level + 1) found.push(`heading skips a level: ${h.textContent}`);
    level = own;
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  for (const name of ["header", "nav", "main", "footer"])
    if (document.querySelectorAll(name).length !== 1) found.push(`not one ${name}`);
  for (const th of document.querySelectorAll("th"))
    if (!th.scope) found.push(`th without scope: ${th.textContent}`);
  for (const t of document.querySelectorAll("table"))
    if (!t.caption) found.push("table without caption");
  for (const c of document.querySelectorAll("input, select"))
    if (!c.labels.length) found.push("control without label");
  for (const s of document.querySelectorAll("svg"))
    if (!document.getElementById(s.getAttribute("aria-labelledby"))) found.push("svg without name");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id twice: ${id}`);
  for (const a of document.querySelectorAll("a[href^='#']"))
    if (!document.getElementById(a.hash.slice(1))) found.push(`leads nowhere: ${a.hash}`);
  return found;
}"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    with made.made(folder / "year.results") as results:
        report = report_of(results, owner="Example", made_on=datetime.date(2026, 11, 27))
    page = folder / "report.html"
    page.write_text(html(report), "utf-8")
    return page


def opened(
    browser: Browser, written: Path, scheme: Literal["light", "dark"] = "light", width: int = 1280
) -> Iterator[Page]:
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    mine = Opened(page, written)
    page.on("request", mine.on_request)
    page.on("console", mine.on_console)
    page.on("pageerror", mine.on_error)
    page.goto(written.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    yield page
    page.close()
    assert (mine.requests, mine.complaints) == ([], [])


@pytest.fixture
def page(browser: Browser, written: Path) -> Iterator[Page]:
    yield from opened(browser, written)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_and_a_screen_reader_finds_its_way(
    browser: Browser, written: Path, scheme: Literal["light", "dark"]
) -> None:
    for page in opened(browser, written, scheme):
        page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(STRUCTURE) == []


def test_the_page_fits_a_narrow_screen(browser: Browser, written: Path) -> None:
    for page in opened(browser, written, width=390):
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        days = page.locator("#table-steps td.day").all()
        assert len(days) == 3
        assert all(right_of(day) <= 390 for day in days)
        assert days[0].evaluate("e => getComputedStyle(e, '::before').content") == '"by"'


def right_of(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"]


def test_nothing_of_the_findings_is_cut_and_the_bar_stands_over_the_content(page: Page) -> None:
    scrolled = page.locator("#block-findings .scroll")
    assert scrolled.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    first, summary = page.locator("nav a").first, page.locator("#summary")
    edges = [box["x"] for each in (first, summary) if (box := each.bounding_box())]
    assert abs(edges[0] - edges[1]) < 1


def test_a_table_sorts_by_keyboard_and_says_so(page: Page) -> None:
    head = page.locator("#table-relations thead th").nth(1)
    head.locator("button").focus()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    cells = page.locator("#table-relations tbody td:nth-child(2)")
    down = [int(text.replace(",", "")) for text in cells.all_inner_texts()]
    assert down == sorted(down, reverse=True)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert cells.first.inner_text() == f"{min(down):,}"
    page.keyboard.press("Tab")
    assert page.evaluate(outline) == "solid"


def test_a_long_table_is_filtered_by_word_and_by_choice(page: Page) -> None:
    block = page.locator("#block-organizations")
    rows, told = block.locator("tbody tr:visible"), block.get_by_role("status")
    expect(told).to_have_text("9 of 9 rows")
    block.get_by_label("who that is").select_option("other states")
    expect(rows).to_have_count(5)
    block.get_by_label("Find in this table").fill("houston")
    expect(told).to_have_text("1 of 9 rows")
    assert rows.locator("th").all_inner_texts() == ["Houston TX PD"]


def test_the_way_from_a_number_leads_to_its_statement(page: Page) -> None:
    page.locator(".tile a[href='#how-verdicts']").first.click()
    shown = page.locator("#how-verdicts")
    expect(shown).to_be_in_viewport()
    page.locator("article", has=shown).locator("summary").click()
    expect(page.locator("article", has=shown).locator("pre")).to_contain_text("FROM search")


def test_on_paper_no_tool_stands_and_no_table_is_cut(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("nav:visible, .tools:visible, details:visible").count() == 0
    page.set_viewport_size({"width": 700, "height": 900})
    cut = "[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > 700).length"
    assert page.evaluate(cut) == 0
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
