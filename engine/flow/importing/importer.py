"""Several lists made one map, with what there is to know about how."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from ....dsl.lexicon import Phrase
from ...organizations.resolution import Resolution
from ...organizations.resolver import Resolver
from ..files.faults import FileFault
from ..files.reading import is_map, read_map
from ..model import FlowMap, Source
from .agreements import read_agreements
from .assuming import shipped_assumptions
from .building import MapBuilder
from .context import Context
from .forms import shipped_lists
from .naming import Names
from .opening import Listed, Opened, open_list
from .pages import Page, page_of, read_page
from .portal_words import portal_words
from .readers import RELATION_READERS

_AGREEMENTS = "agreements"
# What tells names goes first, and what looks for agencies in the map last.
_ORDER = (*RELATION_READERS, _AGREEMENTS)


@dataclass(frozen=True, slots=True)
class ListRead:
    """One list: what it was recognized as, its rows, and what there is to say of it."""

    name: str
    form: str
    title: str
    rows: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A map made of lists.

    Attributes:
        map: The map.
        lists: What was read, in order.
        names: Every name met, with what came of it.
        unresolved: By the key of its node, each name that is no body on file.
        to_itself: How many rows told of an agency that shares with itself.
        nobody: How many rows told of accounts that are nobody's, which are left out.
        faults: Rows that could not be read; they are not in the map.
    """

    map: FlowMap
    lists: tuple[ListRead, ...]
    names: Mapping[str, Resolution]
    unresolved: Mapping[str, Resolution]
    to_itself: int
    nobody: int
    faults: tuple[FileFault, ...]

    @property
    def findings(self) -> dict[str, int]:
        """How many names came to what."""
        return dict(Counter(found.finding.value for found in self.names.values()))


def import_lists(
    listed: Iterable[Listed],
    resolver: Resolver,
    *,
    as_of: datetime.date | None = None,
    lexicons: Collection[Phrase] = (),
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """The map of lists.

    A map may stand among the lists: what they tell is then added to it.

    Args:
        listed: The lists, and maps.
        resolver: Reads names.
        as_of: The day of the map and of lists that tell none; the day of the newest evidence if
            it is not said.
        lexicons: Phrases by which published policies are read, beside those that are shipped.
        progress: Told the rows read so far, now and then.

    Raises:
        MapError: A file cannot be read, or is no list that is known.
    """
    lists = shipped_lists()
    context = Context(
        lists, Names(resolver, lists), portal_words(lexicons), MapBuilder(), resolver.registry,
        as_of, progress=progress,
    )  # fmt: skip
    taken, opened = list[ListRead](), list[Opened]()
    for file in listed:
        if is_map(file.path):
            taken.append(_taken(context, file))
        elif page := page_of(file.path, lists.page):
            taken.append(_page_read(context, file, page))
        else:
            opened += open_list(file, lists)
    for each in sorted(opened, key=lambda found: _ORDER.index(found.form.reader)):
        _read(context, each)
    return _imported(context, taken, opened, as_of)


def _taken(context: Context, file: Listed) -> ListRead:
    """A map among the lists, which is taken in whole."""
    flow_map = read_map(file.path)
    context.builder.take(flow_map)
    return ListRead(file.called, "map", "A map", len(flow_map.relations), ())


def _read(context: Context, opened: Opened) -> None:
    if opened.form.reader == _AGREEMENTS:
        for assumption in shipped_assumptions():
            if assumption.attribute:
                read_agreements(context, opened, assumption)
    else:
        RELATION_READERS[opened.form.reader](context, opened)
    context.builder.sources.append(
        Source(opened.listed.called, opened.listed.origin, opened.listed.day, opened.form.title)
    )


def _page_read(context: Context, file: Listed, page: Page) -> ListRead:
    """A page among the lists; pages of one name are told apart by the agency."""
    named = file if file.source else replace(file, source=f"{file.called}, {page.agency}")
    rows = read_page(context, named, page)
    form = context.lists.page.form
    context.builder.sources.append(Source(named.called, file.origin, page.day or file.day, form))
    return ListRead(named.called, "page", form, rows, ())


def _imported(
    context: Context, taken: list[ListRead], opened: list[Opened], as_of: datetime.date | None
) -> Imported:
    used = context.builder.sources_of() | context.builder.targets_of() | set(context.builder.told)
    nodes = [node for node in context.names.nodes() if node.key in used]
    flow_map = context.builder.built(nodes, as_of, context.guards)
    read = tuple(
        ListRead(
            each.listed.called, each.form.name, each.form.title,
            context.counts.get(each.listed.called, 0),
            tuple(context.notes.get(each.listed.called, ())),
        )
        for each in opened
    )  # fmt: skip
    kept = flow_map.nodes
    return Imported(
        flow_map,
        (*taken, *read),
        context.names.written,
        {key: found for key, found in context.names.unresolved.items() if key in kept},
        context.builder.to_itself,
        context.nobody,
        tuple(context.faults),
    )
