"""Which library a document belongs to.

Every folder of a workspace is a library of its own. A file outside all of them belongs to a library
of the open files beside it; a draft that was never saved, to the first folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .project import Project, Shipped

_ANYWHERE = Path("/")


@dataclass(slots=True)
class Workspace:
    """The libraries that an editor has open.

    Attributes:
        shipped: What all of them stand on.
        places: Files and folders that make up the one library, instead of what folders hold.
    """

    shipped: Shipped
    places: tuple[Path, ...] = ()
    _folders: dict[Path, Project] = field(default_factory=dict[Path, Project], init=False)
    _loose: dict[str, Project] = field(default_factory=dict[str, Project], init=False)
    _of: dict[str, Project] = field(default_factory=dict[str, Project], init=False)
    _open: dict[str, str] = field(default_factory=dict[str, str], init=False)

    def __post_init__(self) -> None:
        """Take in the places."""
        if self.places:
            self._folders[_ANYWHERE] = Project(self.shipped, self.places)

    def change_folders(self, added: list[Path], removed: list[Path]) -> list[Project]:
        """Take folders in and out; the libraries that are no more."""
        if self.places:
            return []
        gone = [project for folder in removed if (project := self._folders.pop(folder, None))]
        for folder in added:
            self._folders.setdefault(folder, Project(self.shipped, (folder,)))
        for project in self._folders.values():
            project.close_all()
        gone += self._loose.values()
        self._loose, self._of = {}, {}
        for name, text in self._open.items():
            self.project_of(name).open(name, text)
        return gone

    def projects(self) -> list[Project]:
        """Every library."""
        return [*self._folders.values(), *self._loose.values()]

    def project_of(self, name: str) -> Project:
        """The library of a document."""
        found = self._of.get(name)
        if found is None:
            found = self._of[name] = self._find(name)
        return found

    def open(self, name: str, text: str) -> Project:
        """Take the text of a document from an editor; its library."""
        self._open[name] = text
        project = self.project_of(name)
        project.open(name, text)
        return project

    def is_open(self, name: str) -> bool:
        """Whether an editor has a document open."""
        return name in self._open

    def close(self, name: str) -> Project:
        """Go back to the file of a document, if there is one; its library, as it is then."""
        del self._open[name]
        project = self._of.pop(name)
        project.close(name)
        if not project.places and not project.own:
            self._loose = {key: one for key, one in self._loose.items() if one is not project}
        return project

    def holding(self, name: str) -> Iterator[Project]:
        """The libraries whose places hold a file."""
        path = Path(name)
        for project in self._folders.values():
            if any(path.is_relative_to(place) for place in project.places):
                yield project

    def _find(self, name: str) -> Project:
        path = Path(name)
        if path.is_absolute():
            holding = [folder for folder in self._folders if path.is_relative_to(folder)]
            if holding:
                return self._folders[max(holding, key=lambda folder: len(folder.parts))]
            return self._loose.setdefault(str(path.parent), Project(self.shipped))
        if self._folders:
            return next(iter(self._folders.values()))
        return self._loose.setdefault(name, Project(self.shipped))
