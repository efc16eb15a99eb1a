"""Pages of portals that were saved as text: what an agency says of itself, and its partners."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...audit.shared_networks import listed
from ..model import Guard
from .context import Context
from .forms import PageForm
from .opening import Listed
from .readers import partners

_TITLE_WITHIN = 10  # lines
_LARGEST = 4 * 1024**2  # bytes; a page is far smaller
_DAY = "%a %b %d %Y"


@dataclass(slots=True)
class Page:
    """A page: whose it is, its day, and what stands below each heading that is known."""

    agency: str
    day: datetime.date | None = None
    sections: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def text(self, name: str) -> str:
        """All that stands below the headings of a field."""
        return "\n".join(self.sections.get(name, ()))

    def number(self, name: str) -> int | None:
        """The first number below the headings of a field."""
        found = re.search(r"\d[\d,]*", self.text(name))
        return int(found[0].replace(",", "")) if found else None


def page_of(path: Path, form: PageForm) -> Page | None:
    """The page in a file; None if it is none."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    lines = [line.strip() for line in text.splitlines()]
    titles = [at for at, line in enumerate(lines[:_TITLE_WITHIN]) if line == form.title]
    if not titles or not (agency := next(filter(None, reversed(lines[: titles[-1]])), "")):
        return None
    page = Page(agency, _day_of(lines, form))
    for name, value in _sections(text, form):
        page.sections.setdefault(name, []).append(value)
    return page


def _day_of(lines: list[str], form: PageForm) -> datetime.date | None:
    for line in lines:
        if line.startswith(form.updated):
            try:
                told = line.removeprefix(form.updated).strip()
                return datetime.datetime.strptime(told, _DAY).date()
            except ValueError:
                return None
    return None


def _sections(text: str, form: PageForm) -> Iterator[tuple[str, str]]:
    """What stands below each heading: the first paragraph that explains nothing."""
    headings = {word.casefold(): name for name, words in form.headings.items() for word in words}
    explained = [(word.casefold(), name) for name, words in form.explained.items()
                 for word in words]  # fmt: skip
    current = ""
    for paragraph in re.split(r"\n\s*\n", text):
        plain = " ".join(paragraph.split()).casefold()
        begins = next((name for word, name in explained if plain.startswith(word)), "")
        if plain in headings:
            current = headings[plain]
        elif begins:
            current = begins if begins in form.headings else current
        elif current:
            yield current, paragraph.strip()
            current = ""


def read_page(context: Context, file: Listed, page: Page) -> int:
    """Take in a page, and tell how many partners it names."""
    key = context.names.key(page.agency)
    context.builder.tell(
        key,
        bars=context.words.bars(page.text("barred")),
        keeps_days=page.number("keeps_days"),
        cameras=page.number("cameras"),
    )
    guard = context.words.guard(f"{page.text('barred')}\n{page.text('said')}")
    if guard is not Guard.NONE:
        context.guards[key] = guard
    count = 0
    for way in context.lists.page.explained:
        names = [name for line in page.text(way).splitlines() for name in listed(line)
                 if not context.is_passed_over(name)]  # fmt: skip
        if names:
            partners(context, key, way, names, context.evidence(file, page.day))
            count += len(names)
    return count
