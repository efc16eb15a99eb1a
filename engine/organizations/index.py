"""The registry, laid out so that a name finds the bodies that it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..registry import Body, Registry
from .folding import phrase_of
from .naming import Naming, naming_of
from .words import Phrase, Words

# `Name, Locality (ORI)`: what the registry puts behind names that would be alike.
_LONGER = re.compile(r"(?P<name>.+?)(?:, (?P<locality>[^,()]+))?(?: \((?P<ori>[A-Z0-9]{9})\))?")

_DISTRICT = 5  # characters of an ORI that tell state and county


@dataclass(frozen=True, slots=True)
class Entry:
    """A body with the reading of its name, its state, and the county that tells it from others."""

    body: Body
    state: str
    naming: Naming
    county: Phrase


@dataclass(slots=True)
class Index:
    """The bodies by state and core, by ways of writing, and those of the tagged government.

    ``everywhere`` holds those of all states by core; ``districts`` the beginning of the ORIs,
    which is a county's, of a place.
    """

    by_state: dict[tuple[str, str], list[Entry]] = field(
        default_factory=dict[tuple[str, str], list[Entry]]
    )
    everywhere: dict[str, list[Entry]] = field(default_factory=dict[str, list[Entry]])
    written: dict[str, list[Body]] = field(default_factory=dict[str, list[Body]])
    tagged: dict[Phrase, list[Body]] = field(default_factory=dict[Phrase, list[Body]])
    numbers: dict[str, Body] = field(default_factory=dict[str, Body])
    districts: dict[tuple[str, str], set[str]] = field(
        default_factory=dict[tuple[str, str], set[str]]
    )

    def entries(self, state: str, together: str) -> Sequence[Entry]:
        """The bodies of that core, in one state or, without one, anywhere."""
        return self.by_state.get((state, together), ()) if state else self.everywhere.get(
            together, ()
        )  # fmt: skip


def index_of(registry: Registry, words: Words) -> Index:
    """The index of a registry."""
    index = Index()
    for body in registry.bodies.values():
        index.numbers[body.key.casefold()] = body
        if body.ori:
            index.numbers[body.ori.casefold()] = body
        if body.sovereign in words.no_governments and not body.also_written:
            continue  # a class of persons
        _add_written(index, body, words)
        if body.sovereign == words.tagged_government:
            _add_tagged(index, body, words)
        elif body.sovereign not in words.no_governments:
            _add_entry(index, body, words)
    return index


def _add_written(index: Index, body: Body, words: Words) -> None:
    ways = body.also_written
    if body.sovereign not in words.states:
        ways = (body.name, *ways)
    if not ways:
        return
    for text in dict.fromkeys(" ".join(_untagged(way, words)) for way in ways):
        bodies = index.written.setdefault(text, [])
        if body not in bodies:
            bodies.append(body)


def _untagged(text: str, words: Words) -> Phrase:
    """The words of a name without tag and status, which brackets mark."""
    if "[" not in text and "(" not in text:
        return phrase_of(text, words)
    kept = re.sub(r"[\[(]([^\[\]()]*)[\])]", lambda match: _kept(match, words), text)
    return phrase_of(kept, words)


def _kept(match: re.Match[str], words: Words) -> str:
    inside = phrase_of(match[1], words)
    is_mark = words.tags.whole(inside) or words.statuses.whole(inside)
    return " " if is_mark else f" {match[1]} "


def _add_tagged(index: Index, body: Body, words: Words) -> None:
    for text in (body.name, *body.also_written):
        proper = without_tag_words(_untagged(text, words), words)
        bodies = index.tagged.setdefault(proper, [])
        if proper and body not in bodies:
            bodies.append(body)


def without_tag_words(name: Phrase, words: Words) -> Phrase:
    """A name without the words that every body of the tagged government may bear."""
    return tuple(word for word in name if word not in words.tag_words)


def _add_entry(index: Index, body: Body, words: Words) -> None:
    state = _state_of(body, words)
    for entry in _entries_of(body, state, words):
        together = entry.naming.together
        if together:
            index.by_state.setdefault((state, together), []).append(entry)
            index.everywhere.setdefault(together, []).append(entry)
        if body.ori and entry.naming.kind == words.place_kind and not entry.naming.designation:
            index.districts.setdefault((state, together), set()).add(district_of(body))


def district_of(body: Body) -> str:
    """The beginning of an ORI: state and county."""
    return body.ori[:_DISTRICT]


def _state_of(body: Body, words: Words) -> str:
    """The state a body lies in, by its government or its ORI."""
    if body.sovereign in words.states:
        return body.sovereign
    code = words.state_codes.get(body.ori[:2], body.ori[:2])
    return code if code in words.states else ""


def _entries_of(body: Body, state: str, words: Words) -> Iterator[Entry]:
    name, county = _apart(body, words)
    kind = words.bodies.get(body.kind, "")
    naming = naming_of(phrase_of(name, words), state, words, kind)
    if not naming.core and county:  # an office of the county, of which the list gives the kind only
        place = Naming(naming.kind, naming.kind_words, county)
        yield Entry(body, state, place, ())
        return
    yield Entry(body, state, naming, county)


def _apart(body: Body, words: Words) -> tuple[str, Phrase]:
    """A name without what the registry puts behind it, and the county or place that it puts."""
    if "," not in body.name and "(" not in body.name:
        return body.name, ()
    match = _LONGER.fullmatch(body.name)
    if match is None or not match["locality"]:
        return (match["name"] if match and match["ori"] == body.ori else body.name), ()
    locality = phrase_of(match["locality"], words)
    is_county = locality[-1] in words.counties
    county = locality[:-1] if is_county else locality
    if not is_county and "-".join(county) not in body.key:
        return body.name, ()  # a comma of the name itself
    return match["name"], county
