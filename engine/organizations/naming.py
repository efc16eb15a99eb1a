"""What a name calls a body: its kind, its place or proper name, what the place is called.

A name of the registry and a name of a log are read by the same rules, so that what is written
alike is read alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from .words import Phrase, Words


@dataclass(frozen=True, slots=True)
class Naming:
    """One reading of a name.

    Attributes:
        kind: What it says of the kind of body, a word of the table or nothing.
        kind_words: The words by which it says so.
        core: The words that tell it from others of its kind.
        designation: What its place is called: a city, a county, or nothing.
        dropped: Words that were left aside.
    """

    kind: str
    kind_words: Phrase
    core: Phrase
    designation: str = ""
    dropped: Phrase = ()

    @property
    def together(self) -> str:
        """The core without spaces: `la fayette` and `lafayette` are alike."""
        return "".join(self.core)


def naming_of(name: Phrase, state: str, words: Words, kind: str = "") -> Naming:
    """The reading of a name without its state.

    Args:
        name: The name's words.
        state: The state it lies in, if that is known.
        words: The table.
        kind: The kind, where the name need not say it.
    """
    said, kind_words, rest = kind_of(_long(name, state, words), words)
    kind, designation = kind or said, ""
    dropped: Phrase = ()
    if kind == words.tribe_kind:
        core, dropped = _of_tribe(rest, words)
    elif kind in words.county_kinds:
        core, designation = _of_county(rest, words)
    else:
        core, designation = _of_place(rest, words)
    core = _with_state(_without_small(core, words), kind, state, words)
    return Naming(kind, kind_words, core, designation, dropped)


def _with_state(core: Phrase, kind: str, state: str, words: Words) -> Phrase:
    """The core of a body of the state: the state alone, or what stands behind its name."""
    spelled = words.spelled.get(state, ())
    if not core and kind in words.state_level:
        return spelled
    rest = core[len(spelled) :]
    if not kind and spelled and core[: len(spelled)] == spelled:
        return rest if len(rest) >= words.fewest_words else core
    return core


def kind_of(name: Phrase, words: Words) -> tuple[str, Phrase, Phrase]:
    """The most telling kind that a name says, the words for it, and the other words."""
    kind = ""
    kind_words: Phrase = ()
    rest: list[str] = []
    place = 0
    while place < len(name):
        found = words.kinds.at(name, place)
        if found is None:
            rest.append(name[place])
            place += 1
            continue
        length, meaning = found
        if not kind or words.ranks.index(meaning) < words.ranks.index(kind):
            kind, kind_words = meaning, name[place : place + length]
        place += length
    return kind, kind_words, tuple(rest)


def _long(name: Phrase, state: str, words: Words) -> Phrase:
    """The name with what the state's agencies shorten written out."""
    short = words.short.get(state)
    if short is None:
        return name
    found: list[str] = []
    place = 0
    while place < len(name):
        match = short.at(name, place)
        found += match[1].split() if match else [name[place]]
        place += match[0] if match else 1
    return tuple(found)


def _of_tribe(name: Phrase, words: Words) -> tuple[Phrase, Phrase]:
    """The tribe's own name, and the words of its style."""
    end = next((at for at, word in enumerate(name) if word in words.tribe_ends and at), len(name))
    core = tuple(word for word in name[:end] if word not in words.tribe_dropped)
    dropped = tuple(word for word in name[:end] if word in words.tribe_dropped) + name[end:]
    return (core, dropped) if core else (name, ())


def _of_county(core: Phrase, words: Words) -> tuple[Phrase, str]:
    """A county without the word for it, and that word."""
    if len(core) > 1 and core[-1] in words.counties:
        return core[:-1], core[-1]
    return core, ""


def _of_place(core: Phrase, words: Words) -> tuple[Phrase, str]:
    """A place without the word for what it is, and that word."""
    before = words.before.at(core, 0) if core else None
    if before is not None and len(core) > before[0]:
        return core[before[0] :], before[1]
    for length in (2, 1):
        if len(core) > length and (behind := words.behind.whole(core[-length:])):
            return core[:-length], behind
    return core, ""


def _without_small(core: Phrase, words: Words) -> Phrase:
    dropped = words.small
    if not words.schools.isdisjoint(core):
        dropped = dropped | words.small_with_schools
    if dropped.isdisjoint(core):
        return core
    return tuple(word for word in core if word not in dropped)
