"""Changes of what is on file and of the law, and whether a library knows the words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ....dsl import syntax as tree
from ....dsl.model import Fact, Library, Vocabulary
from ....dsl.reading import ATTRIBUTE
from .change import Change
from .errors import ScenarioError, not_there
from .finding import Whose
from .patch import CellSwap, Patch
from .setting import POLICY, Setting


@dataclass(frozen=True, slots=True)
class SetAttribute(Change):
    """Something else is on file of bodies: a declaration, an agreement, a policy of their own."""

    bodies: Whose
    attribute: str
    value: str

    def patch(self, setting: Setting) -> Patch:
        """The bodies of which something else is on file."""
        swaps = (
            CellSwap(body.key, self.attribute, setting.cell(body, self.attribute), self.value)
            for body in self.bodies.find(setting)
        )
        return Patch(cells=tuple(swap for swap in swaps if swap.before != swap.after))

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"{self.attribute} of {self.bodies.words()} is {self.value or 'not on file'}"


@dataclass(frozen=True, slots=True)
class AdoptBill(Change):
    """More texts of law count: files on top of the library, and proposed bills as if in force."""

    places: tuple[Path, ...] = ()
    with_proposed: bool = True

    def patch(self, setting: Setting) -> Patch:
        """The texts of law with those added."""
        law = setting.law
        for place in self.places:
            if not place.exists():
                raise ScenarioError(f"there is no policy file `{place}`",
                                    "a path is taken from the scenario file's folder")  # fmt: skip
        new = tuple(place for place in self.places if place not in law.places)
        after = replace(
            law,
            places=(*law.places, *new),
            with_proposed=law.with_proposed or self.with_proposed,
        )
        return Patch(law=(law, after))

    @property
    def words(self) -> str:
        """What it is, in words."""
        files = ", ".join(place.name for place in self.places)
        bills = "proposed bills count" if self.with_proposed else ""
        return "; ".join(part for part in (files and f"adopt {files}", bills) if part)


def check_words(setting: Setting, library: Library) -> None:
    """Refuse a policy, an attribute or a value on file that the library does not know.

    Raises:
        ScenarioError: It does not; the message names the nearest.
    """
    policies = {policy.name for policy in library.policies}
    attributes = _attributes(library)
    for column, cell in sorted({
        item for cells in setting.overrides.values() for item in cells.items()
    }):  # fmt: skip
        if column == POLICY:
            if cell and cell not in policies:
                raise not_there("policy", cell, policies, "the library")
        elif column not in attributes:
            raise not_there("attribute of bodies", column, (*attributes, POLICY), "the vocabulary")
        elif cell and (known := attributes[column]) and cell not in known:
            choices = ", ".join(f"`{word}`" for word in sorted(known))
            raise ScenarioError(f"`{column}` cannot be `{cell}`", f"it is one of {choices}")


def _attributes(library: Library) -> dict[str, frozenset[str]]:
    """What the registry can say of a body, with the words for it; none where any will do."""
    found: dict[str, frozenset[str]] = {}
    for vocabulary in library.vocabularies.values():
        for fact in vocabulary.facts.values():
            subject, _, tail = fact.name.partition(".")
            if subject == ATTRIBUTE and fact.level is tree.Level.REGISTRY:
                found[tail] = found.get(tail, frozenset()) | _words(fact, vocabulary)
    return found


def _words(fact: Fact, vocabulary: Vocabulary) -> frozenset[str]:
    """The words that an attribute can have; none if its type is not one of words."""
    match fact.type.word:
        case "yes/no":
            return frozenset({"yes", "no"})
        case "one of":
            return frozenset(name.text for name in fact.type.words)
        case "sovereign":
            return vocabulary.sovereigns
        case kind if kind in vocabulary.kinds:
            return frozenset(vocabulary.kinds.below(kind))
        case _:
            return frozenset()
