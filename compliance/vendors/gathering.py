"""Reading the files of one agency: descriptions, pages, exports and logs. A reading edge."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...dsl.model import Vocabulary
from ...engine.audit.errors import LogError
from ...engine.audit.others import Other
from ...engine.audit.reader import SearchLog, open_logs
from ...engine.audit.repeats import Repeats
from ...engine.audit.rows import Written
from ...engine.decision import Engine
from ...engine.fault import Fault
from ...engine.flow.importing.forms import shipped_lists
from ...engine.flow.importing.pages import Page, page_of
from ...engine.organizations.resolver import Resolver
from ...engine.request import Request
from ...engine.values import Span
from ..own_days import OwnDays, days_of_agency
from .portal import Searches, compare_page, told_by_page, words_for
from .reading import Description, VendorError, read_description
from .said import Told, told_by
from .shares import told_by_export

DESCRIBED = ".toml"


@dataclass(slots=True)
class Files:
    """What the files are, each under its kind."""

    descriptions: list[Description] = field(default_factory=list[Description])
    pages: list[tuple[str, Page]] = field(default_factory=list[tuple[str, Page]])
    exports: list[Other] = field(default_factory=list[Other])
    logs: list[SearchLog] = field(default_factory=list[SearchLog])


def read_files(paths: Sequence[Path]) -> Files:
    """Tell each file by what is in it.

    Raises:
        VendorError: Some cannot be gone by; every fault of all files is named.
    """
    files, faults = Files(), list[Fault]()
    for path in paths:
        try:
            _read(path, files)
        except VendorError as fault:
            faults += fault.faults
        except LogError as fault:
            faults.append(Fault(str(path), fault.message, fault.help or _KNOWN))
    if faults:
        raise VendorError(faults)
    return files


_KNOWN = (
    "give a description (.toml), a portal page saved as text, a Shared Networks export, an Event "
    "Log, or a search log"
)


def _read(path: Path, files: Files) -> None:
    if path.suffix == DESCRIBED:
        files.descriptions.append(read_description(path))
        return
    page = page_of(path, shipped_lists().page)
    if page is not None:
        files.pages.append((path.name, page))
        return
    opened = open_logs(path)
    files.exports += opened.others
    files.logs += opened.logs


def told_of(
    files: Files, engine: Engine, resolver: Resolver, on: datetime.date, agency: str = ""
) -> Told:
    """Everything that files say of one agency.

    Args:
        files: The files.
        engine: Its registry and words.
        resolver: Finds the bodies that names mean.
        on: The day on which the rules will be asked.
        agency: The registry key of the agency; blank if the files name it.

    Raises:
        VendorError: The files are of no agency on file, or of several, or contradict each other.
    """
    told = Told(agency_of(files, engine, resolver, agency))
    for read in files.descriptions:
        _check_once(told, read)
        told_by(told, read, resolver)
    own = days_of_agency(engine.library, engine.registry, told.agency)
    for export in files.exports:
        _exported(told, export, resolver, own)
    if not files.pages:
        return told
    if len(files.pages) > 1:
        names = ", ".join(name for name, _ in files.pages)
        raise VendorError([Fault(names, "two pages of one agency", "give the newest")])
    name, page = files.pages[0]
    vocabulary = _vocabulary(engine, told.agency, on)
    told_by_page(told, page, name, resolver)
    compare_page(told, page, name, vocabulary)
    if files.logs:
        searches = Searches(
            told.agency, page, resolver, words_for(engine.library), Written(vocabulary), own
        )
        repeats = Repeats()
        for log in files.logs:
            _seen(searches, log, repeats)
        searches.compare(told, name)
    return told


def _exported(told: Told, export: Other, resolver: Resolver, own: OwnDays) -> None:
    try:
        told_by_export(told, export, resolver, own)
    except LogError as fault:
        raise VendorError([Fault(export.source.name, fault.message, fault.help)]) from fault


def _seen(searches: Searches, log: SearchLog, repeats: Repeats) -> None:
    try:
        searches.see(log.rows(repeats))
    except LogError as fault:
        raise VendorError([Fault(log.name, fault.message, fault.help)]) from fault


def _check_once(told: Told, read: Description) -> None:
    """Refuse two descriptions that state one table."""
    if read.says.form in told.read:
        message = f"a second file of the form `{read.says.form}`"
        raise VendorError([Fault(read.name, message, "give one of each form")])
    told.read.append(read.says.form)


def agency_of(files: Files, engine: Engine, resolver: Resolver, agency: str = "") -> str:
    """The one agency that is meant, on file.

    Raises:
        VendorError: The files are of none, or of several.
    """
    named = [(read.place("agency"), read.says.agency) for read in files.descriptions]
    if agency:
        named.append(("--agency", agency))
    keys: dict[str, str] = {}
    for place, name in named:
        body = engine.registry.get(name)
        if body is None:
            help = "find its key with `platelaw agencies NAME`"
            raise VendorError(
                [Fault(place, f"no agency of the registry has the key `{name}`", help)]
            )
        keys.setdefault(body.key, place)
    for name, page in files.pages:
        body = resolver.resolve(page.agency).body
        if body is not None:
            keys.setdefault(body.key, name)
    if len(keys) > 1:
        told = ", ".join(f"{key} ({place})" for key, place in keys.items())
        raise VendorError(
            [Fault("the files", f"are of several agencies: {told}", "check one at a time")]
        )
    if not keys:
        raise VendorError(
            [Fault("the files", "do not name their agency", "say so with --agency KEY")]
        )
    return next(iter(keys))


def _vocabulary(engine: Engine, agency: str, on: datetime.date) -> Vocabulary:
    probe = Request(agency, agency, "", ("data",), Span.of_day(on))
    return engine.vocabulary_for(probe, engine.registry)
