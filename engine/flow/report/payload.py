"""The data of a report as JSON that is safe inside a page."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..model import Level
from . import words
from .layout import Layout
from .view import CitationView, HopView, ReportData
from .words import CLASSES, NAMES, SHORT_CLASSES


class _Texts:
    """Texts, each kept once and named by its place."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))

    def all(self, texts: Iterable[str]) -> list[int]:
        return [self(text) for text in texts]


def payload(data: ReportData, layout: Layout) -> dict[str, object]:
    """What the scripts of a report read: columns, and texts by their place."""
    texts = _Texts()
    return {
        "size": [layout.width, layout.height],
        "groups": [
            [group.name, group.column.value, disc.x, disc.y, disc.radius]
            for group, disc in zip(data.groups, layout.groups, strict=True)
        ],
        "keys": [body.key for body in data.bodies],
        "names": [body.name for body in data.bodies],
        "bodies": [
            [body.group, texts(body.kind), body.is_owner + 2 * body.is_recipient, *place,
             texts.all(body.notes)]
            for body, place in zip(data.bodies, layout.bodies, strict=True)
        ],
        "links": [number for link in data.links for number in link],
        "kinds": data.kinds,
        "hops": [_hop(hop, texts) for hop in data.hops],
        "doors": [
            [door.hops, door.name.value, door.klass.value, door.wrongs, int(door.is_filter_only),
             door.since, door.volume]
            for door in data.doors
        ],
        "classes": [[each.value, CLASSES[each], SHORT_CLASSES[each]] for each in CLASSES],
        "doorNames": [[each.value, NAMES[each]] for each in NAMES],
        "levels": [[each.value, words.LEVELS[each]] for each in Level],
        "known": known(data),
        "texts": list(texts.places),
    }  # fmt: skip


def _hop(hop: HopView, texts: _Texts) -> list[object]:
    return [
        hop.source, hop.target, hop.level,
        *texts.all((hop.words, hop.answer, hop.switch, hop.closing, hop.guard, hop.custody,
                    hop.purpose, hop.evidence)),
        [_cited(each, texts) for each in hop.citations], texts.all(hop.wrongs),
        texts.all(hop.opens_if),
    ]  # fmt: skip


def _cited(citation: CitationView, texts: _Texts) -> list[int]:
    return texts.all((citation.title, citation.source, citation.status))


def known(data: ReportData) -> str:
    """How much of the map is known, in the few words that stand beside every number."""
    whole = data.completeness
    every = words.counted(whole.nodes, "body", "bodies")
    return f"settings of {whole.settings_known:,} of {every} known"


def as_json(value: object) -> str:
    """JSON that ends no element of a page, whatever a name holds.

    The less-than and greater-than signs, ampersands and the two line separators that are no
    ends of lines in JSON are written as escapes.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
