"""Whose files lie where in a repository: places, and the signing role of each.

A place is a folder, ``state/AA`` or ``agency/AA/pd``, and everything in it is signed by one
role. Roles are named like folders, with dots: a name with a slash would make trouble in the paths
of web servers. ``*`` in the path of a delegation does not cross a slash, so a place has no folders.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Part(Enum):
    """The parts of a repository, and the first folder of each."""

    CORE = "core"
    FEDERAL = "federal"
    STATE = "state"
    REGISTRY = "registry"
    AGENCY = "agency"
    AGREEMENT = "agreement"


LAW = (Part.CORE, Part.FEDERAL, Part.STATE)
POLICY = ".policy"
TABLE = ".csv"
RECORD = ".enable.json"

_KEY = r"[A-Z]+/[A-Za-z0-9-]+"
_FOLDERS = {
    Part.CORE: re.compile("core"),
    Part.FEDERAL: re.compile("federal"),
    Part.STATE: re.compile(r"state/([A-Z]+)"),
    Part.REGISTRY: re.compile("registry"),
    Part.AGENCY: re.compile(f"agency/({_KEY})"),
    Part.AGREEMENT: re.compile(rf"agreement/({_KEY})\+({_KEY})"),
}
_EXTENSIONS = {
    Part.REGISTRY: (TABLE,),
    Part.AGENCY: (POLICY, RECORD),
    Part.AGREEMENT: (POLICY, RECORD),
}
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}((?:\.[a-z]+)+)")


class PlaceError(ValueError):
    """A folder, file or role that has no place in a repository."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder whose files one role signs.

    Attributes:
        part: The part that it belongs to.
        parties: Whose it is: the code of a state, the registry key of an agency, the two of an
            agreement in the order of the alphabet; none for the other parts.
    """

    part: Part
    parties: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder, such as ``agency/AA/pd``."""
        return "/".join(filter(None, (self.part.value, "+".join(self.parties))))

    @property
    def role(self) -> str:
        """The role that signs it, such as ``agency.AA.pd``."""
        return self.folder.replace("/", ".").replace("+", "~")

    @property
    def pattern(self) -> str:
        """The path of its delegation."""
        return f"{self.folder}/*"

    @property
    def extensions(self) -> tuple[str, ...]:
        """How files may end here."""
        return _EXTENSIONS.get(self.part, (POLICY,))

    def holds(self, path: str) -> bool:
        """Whether a file of this path may lie here."""
        folder, _, name = path.rpartition("/")
        found = _FILE.fullmatch(name)
        return folder == self.folder and found is not None and found[1] in self.extensions


def place_of(folder: str) -> Place:
    """The place of a folder.

    Raises:
        PlaceError: There is no such place.
    """
    for part, form in _FOLDERS.items():
        found = form.fullmatch(folder)
        if found is None:
            continue
        parties = found.groups()
        if part is Part.AGREEMENT and sorted(set(parties)) != list(parties):
            raise PlaceError(
                f"`{folder}`: the parties of an agreement are two, in the order of the alphabet"
            )
        return Place(part, parties)
    raise PlaceError(
        f"`{folder}` is no place of a repository; there are core, federal, state/CODE, registry, "
        "agency/KEY and agreement/KEY+KEY"
    )


def place_of_role(role: str) -> Place:
    """The place that a role signs.

    Raises:
        PlaceError: There is no such place.
    """
    place = place_of(role.replace(".", "/").replace("~", "+"))
    if place.role != role:
        raise PlaceError(f"`{role}` is no role of a repository")
    return place


def place_of_file(path: str) -> Place:
    """The place of a file.

    Raises:
        PlaceError: No file of this path may lie in a repository.
    """
    place = place_of(path.rpartition("/")[0])
    if not place.holds(path):
        endings = " or ".join(place.extensions)
        raise PlaceError(
            f"`{path}`: a file in {place.folder} is called by letters, digits, - and _, and ends "
            f"in {endings}"
        )
    return place


def agency(key: str) -> Place:
    """The place of an agency.

    Raises:
        PlaceError: It is no registry key.
    """
    return place_of(f"{Part.AGENCY.value}/{key}")


def agreement(one: str, other: str) -> Place:
    """The place of an agreement.

    Raises:
        PlaceError: One of them is no registry key, or both are the same.
    """
    return place_of(f"{Part.AGREEMENT.value}/{'+'.join(sorted((one, other)))}")
