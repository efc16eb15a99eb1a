"""Names of organizations to nodes of a map, by the resolver that reads search logs."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...audit.sources import shown
from ...organizations.naming import kind_of
from ...organizations.resolution import Finding, Resolution
from ...organizations.resolver import Resolver
from ...registry import Body
from ..model import Node, NodeKind
from .forms import Lists

OWN = "map/"  # begins the keys of nodes that are no body on file
_CHARACTERS = 80
_DIGEST = 8  # characters, which tell names apart that are no Latin words


@dataclass(slots=True)
class Names:
    """The nodes of all names met, each body once.

    Attributes:
        resolver: Reads the names.
        lists: What kinds of nodes bodies and names are.
    """

    resolver: Resolver
    lists: Lists
    _keys: dict[str, str] = field(default_factory=dict[str, str])
    _written: dict[str, Counter[str]] = field(default_factory=dict[str, "Counter[str]"])
    _found: dict[str, list[Resolution]] = field(default_factory=dict[str, list[Resolution]])

    def key(self, name: str) -> str:
        """The key of the node that a name means, which is then in the map."""
        key = self._keys.get(name)
        if key is None and (plain := shown(" ".join(name.split()))) != name:
            return self.key(plain)
        if key is None:
            found = self.resolver.resolve(name)
            key = self._keys[name] = found.body.key if found.body else OWN + slug_of(found)
            self._found.setdefault(key, []).append(found)
        self._written.setdefault(key, Counter())[name] += 1
        return key

    def alias(self, words: str, written: str) -> str:
        """The node of the words of an address, where ``written`` is what its page is called.

        What is on file decides, the words first. If neither is, the page's name does where it
        says no other words: lists of partners spell as it does.
        """
        if not written or self.resolver.resolve(words).body is not None:
            return self.key(words)
        found = self.resolver.resolve(written)
        is_alike = set(found.proper.split()) <= set(words.split())
        return self.key(written if found.body is not None or is_alike else words)

    def is_idle(self, name: str) -> bool:
        """Whether by its name the account should search no more."""
        return self.resolver.resolve(name).is_idle

    def is_nobody(self, name: str) -> bool:
        """Whether an account is nobody's: for tests, or called by nothing but a status."""
        found = self.resolver.resolve(name)
        nobody = self.resolver.words.nobody
        return bool(found.statuses) and (not found.proper or not nobody.isdisjoint(found.statuses))

    def nodes(self) -> Iterator[Node]:
        """A node for every name met, in the order of their keys."""
        for key in sorted(self._found):
            found = self._found[key]
            body = found[0].body
            score = min(each.score for each in found) if body else found[0].score
            name = self._called(key, body)
            yield Node(key, self._kind(found, body), name, body.key if body else "", score)

    @property
    def unresolved(self) -> Mapping[str, Resolution]:
        """What came of the names that are no body on file, by the key of their node."""
        return {key: found[0] for key, found in self._found.items() if found[0].body is None}

    @property
    def written(self) -> Mapping[str, Resolution]:
        """Every name met, with what came of it."""
        return {each.name: each for found in self._found.values() for each in found}

    def _called(self, key: str, body: Body | None) -> str:
        """The name that is written most often, without a status if there is one such.

        The words of an address, all in small letters, are the last choice; of a body that is
        only named by its key the name is that on file.
        """
        written = self._written[key]
        names = [name for name in written if name != key]
        if body is not None and not names:
            return body.name
        return min(names, key=lambda name: (
            bool(self.resolver.resolve(name).statuses), name.islower(), -written[name], len(name),
            name,
        ))  # fmt: skip

    def _kind(self, found: list[Resolution], body: Body | None) -> NodeKind:
        words = self.resolver.words
        if body is not None and body.kind in self.lists.kinds:
            return self.lists.kinds[body.kind]
        if any(each.is_tagged for each in found):
            return NodeKind.FEDERAL
        if body is not None:
            return NodeKind.AGENCY
        said, _, _ = kind_of(tuple(found[0].proper.split()), words)
        return self.lists.named_kinds.get(said, NodeKind.AGENCY) if said else NodeKind.UNKNOWN


def slug_of(found: Resolution) -> str:
    """A name as the end of a key: its words without what it says of the account."""
    text = unicodedata.normalize("NFKD", found.proper or found.name).casefold()
    letters = (each if each.isascii() and each.isalnum() else "-" for each in text)
    slug = "-".join(filter(None, "".join(letters).split("-")))[:_CHARACTERS]
    if slug and found.finding is not Finding.UNREADABLE:
        return slug
    digest = hashlib.sha256(found.name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return "-".join(filter(None, (slug, digest)))


def words_of_slug(slug: str) -> str:
    """The words of an address such as ``some-place-st-pd``."""
    return " ".join(filter(None, slug.split("-")))
