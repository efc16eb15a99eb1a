"""The language, the engine and the service name no state, no agency and no purpose.

Such words live in policies/ alone: whoever adds a state adds text and no code. The words looked for
are read from the policies themselves, so that a word added there is looked for at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import pytest

from platelaw.dsl.model import Vocabulary
from platelaw.engine.library import load, shipped_registry

PARTS = ("compliance", "dsl", "engine", "federation")
READ = (".py", ".toml", ".json", ".tsv")

# A vendor may be named where the layout of its export is described, and nowhere else.
VENDORS = ("flock", "motorola", "vigilant", "axon", "genetec", "rekor")
OF_VENDORS = re.compile(r"engine/audit/layouts/[a-z_]+\.toml")

# Numbers of characters, written in hexadecimal: `CA` and `DE` are no states there.
HEXADECIMAL = frozenset({"dsl/lookalikes.tsv"})

# Codes of states that are also words, and the word for no government at all.
ALSO_WORDS = frozenset({"HI", "ID", "IN", "ME", "OH", "OK", "OR", "NONE"})

# Kinds of bodies that every law knows, and that the engine's own words speak of: the registry is
# of bodies, an instrument comes from a court, a layout belongs to a vendor, one view is a
# regulator's, a fusion center is a node of a map.
EVERYDAY_BODIES = frozenset(
    {"body", "court", "fusion_center", "law_enforcement", "regulator", "vendor"}
)  # witnesses outside law enforcement are a thing of the log

# Slugs that are English words: a layer is the state's, the language has examples.
EVERYDAY_SLUGS = frozenset({"example", "state"})
ENDINGS = re.compile(r"-(pd|so|police|school-police|state-police)$")

# A time zone is named after a city and stands in help texts; it is no state.
TIME_ZONE = re.compile(r"America/[A-Za-z_]+")

# The system call that locks a file has the name of a vendor.
LOCKING = "fcntl.flock("

RUN = re.compile("[a-z]+")

STATE_NAMES = """
    Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Guam
    Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts
    Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada New_Hampshire New_Jersey
    New_Mexico New_York North_Carolina North_Dakota Ohio Oklahoma Oregon Pennsylvania Puerto_Rico
    Rhode_Island South_Carolina South_Dakota Tennessee Texas Utah Vermont Virginia Washington
    West_Virginia Wisconsin Wyoming
"""


def files(folder: Traversable, place: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        name = f"{place}/{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            yield from files(entry, name)
        elif entry.name.endswith(READ):
            yield name, TIME_ZONE.sub("", entry.read_text("utf-8").replace(LOCKING, ""))


@cache
def texts() -> list[tuple[str, str, frozenset[str]]]:
    """Every file with its text, and the runs of letters in it."""
    root = resources.files("platelaw")
    return [
        (name, text, frozenset(RUN.findall(text.lower())))
        for part in PARTS
        for name, text in files(root.joinpath(part), part)
        if name not in HEXADECIMAL
    ]


def found(words: Iterable[str], *, case: bool = False) -> list[str]:
    """Where one of the words stands as a word of its own; `_` and blanks are one."""
    runs = {word: frozenset(RUN.findall(word.lower())) for word in words}
    return [
        f"{name}: {match[0]}"
        for name, text, there in texts()
        if (some := [word for word, needed in runs.items() if needed <= there])
        for match in spelled(some, case=case).finditer(text)
    ]


def spelled(words: Iterable[str], *, case: bool) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    either = "|".join(re.sub("[_-]", "[_ -]", re.escape(word)) for word in longest)
    return re.compile(f"(?<![A-Za-z])({either})(?![A-Za-z])", 0 if case else re.IGNORECASE)


@pytest.fixture(scope="module")
def vocabularies() -> list[Vocabulary]:
    library = load().library
    assert library is not None
    return list(library.vocabularies.values())


def below(vocabularies: list[Vocabulary], root: str) -> set[str]:
    return {word for words in vocabularies for word in words.kinds.below(root)} - {root}


def test_every_kind_of_file_is_read() -> None:
    root = resources.files("platelaw")
    read = [name for part in PARTS for name, _ in files(root.joinpath(part), part)]
    assert {name.rpartition(".")[2] for name in read} == {ending[1:] for ending in READ}
    assert len(read) > 60


def test_a_word_is_found_however_it_is_joined() -> None:
    assert "engine/audit/layouts/flock_portal.toml: time_frame" in found(
        ["time frame", "time_frame"]
    )
    assert not found(["tim"])


def test_no_purpose_is_named(vocabularies: list[Vocabulary]) -> None:
    purposes = below(vocabularies, "purpose")
    assert {"immigration_enforcement", "stolen_vehicle", "missing_person"} <= purposes
    assert found(purposes | {"immigration", "abortion", "deportation"}) == []


def test_no_kind_of_body_is_named(vocabularies: list[Vocabulary]) -> None:
    bodies = below(vocabularies, "body") - EVERYDAY_BODIES
    assert {"fbi", "ice", "hsi", "dea", "cbp"} <= bodies
    assert found(bodies) == []


def test_no_government_is_named(vocabularies: list[Vocabulary]) -> None:
    keys = {key for words in vocabularies for key in words.sovereigns}
    codes = {key for key in keys if "/" not in key} - ALSO_WORDS
    assert len(codes) > 45
    assert found(codes, case=True) == []
    assert found(key.partition("/")[2] for key in keys if "/" in key) == []
    assert found(re.findall(r"\w+", STATE_NAMES)) == []


def test_no_agency_is_named() -> None:
    keys = [key for key in shipped_registry().bodies if key.startswith(("CT/", "US/"))]
    slugs = {ENDINGS.sub("", key.partition("/")[2]) for key in keys}
    assert {"darien", "hartford", "fbi"} <= slugs
    assert found(slugs - EVERYDAY_SLUGS) == []
    assert found(f"{code}/" for code in ("CT", "US", "MA", "NY", "RI", "TX", "TRIBE")) == []


def test_vendors_are_named_in_their_layouts_only() -> None:
    places = {line.partition(":")[0] for line in found(VENDORS)}
    assert places
    assert [place for place in places if not OF_VENDORS.fullmatch(place)] == []
