"""One library under an author's hands: the files of a folder, and what is open in an editor.

Open texts are read from memory, saved or not. This is the editor's edge that reads policy files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..dsl.check import Checked
from ..dsl.diagnostics import Diagnostic
from ..dsl.parsed import Parse
from ..engine.library import LibraryError, policy_files, read_bytes
from ..engine.registry import Registry
from .checking import Checker, Content
from .index import Index
from .symbols import Known, Use, uses_of

LARGEST = 2_000_000  # characters of a file that is read while somebody types


@dataclass(frozen=True, slots=True)
class Shipped:
    """What comes with platelaw, and what all libraries share.

    Attributes:
        parses: Its policy files, read.
        registry: Who is on file.
        uses: The uses of its files, each with the reading that they are of.
    """

    parses: Mapping[str, Parse]
    registry: Registry
    uses: dict[str, tuple[Parse, tuple[Use, ...]]] = field(
        default_factory=dict[str, "tuple[Parse, tuple[Use, ...]]"], repr=False
    )


@dataclass(slots=True, eq=False)
class Project:
    """One library.

    Attributes:
        shipped: What it stands on.
        places: Its files and folders; none if it is only what is open.
        notes: What could not be read, and why.
    """

    shipped: Shipped
    places: tuple[Path, ...] = ()
    notes: list[str] = field(default_factory=list[str], init=False)
    _disk: dict[str, bytes] = field(default_factory=dict[str, bytes], init=False)
    _open: dict[str, str] = field(default_factory=dict[str, str], init=False)
    _checker: Checker = field(init=False)
    _known: frozenset[str] = field(default=frozenset(), init=False)
    _parses: Mapping[str, Parse] | None = field(default=None, init=False)
    _checked: Checked | None = field(default=None, init=False)
    _index: Index | None = field(default=None, init=False)
    _uses: dict[str, Known] = field(default_factory=dict[str, Known], init=False)

    def __post_init__(self) -> None:
        """Read the places."""
        self._checker = Checker(self.shipped.parses, self.shipped.registry.bodies.keys())
        self.read_places()

    # Contents ---------------------------------------------------------------------------------

    def read_places(self) -> None:
        """Read every file of the places anew."""
        self._disk = {}
        for place in self.places:
            try:
                files = policy_files([place])
            except LibraryError:
                continue  # it holds no policy file yet, or is gone
            for name, file in files:
                self._read(name, Path(str(file)))
        self._changed()

    def read_again(self, name: str) -> None:
        """Read a file of the places anew; it may be gone."""
        self._disk.pop(name, None)
        if Path(name).is_file():
            self._read(name, Path(name))
        self._changed()

    def _read(self, name: str, file: Path) -> None:
        try:
            self._disk[name] = read_bytes(name, file)
        except LibraryError as fault:
            self.notes.append(str(fault))

    def open(self, name: str, text: str) -> None:
        """Take a text from an editor; it goes before that of the file."""
        self._open[name] = text
        self._changed()

    def close(self, name: str) -> None:
        """Go back to the text of the file, if there is one among the places."""
        self._open.pop(name, None)
        if name in self._disk or any(Path(name).is_relative_to(place) for place in self.places):
            self.read_again(name)
        self._changed()

    def close_all(self) -> None:
        """Go back to the texts of the files."""
        self._open = {}
        self._changed()

    def is_open(self, name: str) -> bool:
        """Whether an editor has the file open."""
        return name in self._open

    def _contents(self) -> dict[str, Content]:
        return {name: c for name, c in self._all().items() if len(c) <= LARGEST}

    def _all(self) -> dict[str, Content]:
        return {**self._disk, **self._open}

    @property
    def too_large(self) -> list[str]:
        """The files that are not read."""
        return [name for name, content in self._all().items() if len(content) > LARGEST]

    @property
    def own(self) -> frozenset[str]:
        """The names of its files, the shipped ones beneath left out."""
        return frozenset(self._all())

    def _changed(self) -> None:
        self._parses = self._checked = self._index = None

    # What is known ----------------------------------------------------------------------------

    @property
    def parses(self) -> Mapping[str, Parse]:
        """Its files as read, the shipped ones beneath included."""
        if self._parses is None:
            contents = self._contents()
            if contents.keys() != self._known:
                self._known = frozenset(contents)
                self._checker.beneath = self._beneath(contents)
            self._parses = self._checker.read(contents)
        return self._parses

    @property
    def checked(self) -> Checked:
        """The outcome of its check."""
        if self._checked is None:
            self._checked = self._checker.check(self.parses)
        return self._checked

    @property
    def first(self) -> Mapping[str, list[Diagnostic]] | None:
        """What is wrong in the files that changed, where it takes long to say that of all."""
        return None if self._checked is not None else self._checker.first(self.parses)

    @property
    def index(self) -> Index:
        """Its words and where they stand."""
        if self._index is None:
            uses = self.shipped.uses
            for name, parse in self.parses.items():
                known = uses.get(name)
                if known is None or known[0] is not parse:
                    statements = self._uses.setdefault(name, {})
                    uses[name] = parse, uses_of(parse.document, statements)
            self._index = Index({name: uses[name][1] for name in self.parses})
        return self._index

    def _beneath(self, own: Iterable[str]) -> Mapping[str, Parse]:
        """The shipped files but those that are its own: somebody works on the shipped library."""
        mine = {Path(name).resolve() for name in own if Path(name).is_absolute()}
        shipped = self.shipped.parses
        return {name: p for name, p in shipped.items() if Path(name).resolve() not in mine}
