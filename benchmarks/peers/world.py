"""The rules, the bodies on file and how many agencies there are: what every engine is given.

The rules stand in ``texts``, once for each language, and speak of one agency. More agencies have
the same rules under their own names, or, where platelaw is measured alone, rules of their own.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from platelaw.dsl.check import check
from platelaw.dsl.model import Library
from platelaw.dsl.parser import Parser
from platelaw.dsl.source import Source
from platelaw.engine.registry import Body, Registry, read_registry

TEXTS = Path(__file__).with_name("texts")
RULES = 20
MODEL = "NN/pd-0"
WORDS = "neutral 1"

# Tests that an agency of its own may add to a condition or a closed list.
ADDED = (
    "requester.agreement is suspended",
    "requester.kind is a kind of sheriff",
    "requester.kind is a kind of housing_office",
    "request.purpose is a kind of homicide",
    "request.purpose is a kind of welfare_check",
    "task_force.role is joint",
    "task_force.role is federal and requester.sovereign is not US",
    "export.rows is over {number}",
)
SEED = 82


class RefusedTextError(Exception):
    """The rules do not check; the message holds the diagnostics."""


def text_of(name: str) -> str:
    """One file of rules."""
    return TEXTS.joinpath(name).read_text("utf-8")


@dataclass(frozen=True)
class World:
    """So many agencies, each with twenty rules.

    Attributes:
        agencies: How many.
        own: Whether each has numbers and conditions of its own.
        first: The number of the first.
    """

    agencies: int = 1
    own: bool = False
    first: int = 0

    @property
    def numbers(self) -> range:
        """The numbers of the agencies."""
        return range(self.first, self.first + self.agencies)

    @property
    def rules(self) -> int:
        """How many rules there are."""
        return self.agencies * RULES

    @property
    def owners(self) -> tuple[str, ...]:
        """The keys of the agencies."""
        return tuple(f"NN/pd-{number}" for number in self.numbers)

    @cached_property
    def registry(self) -> Registry:
        """Who asks, and who owns data."""
        asking = read_registry(TEXTS)
        owning = {key: _agency(key) for key in self.owners}
        return Registry({**asking.bodies, **owning})

    def sources(self) -> Iterator[Source]:
        """The rules in platelaw's language: the words, then a file for each agency."""
        words, _, rules = text_of("rules.policy").partition("\npolicy ")
        yield Source("words.policy", words)
        for number in self.numbers:
            text = "policy " + rules.replace("pd-0", f"pd-{number}")
            if self.own:
                text = _own(random.Random(f"{SEED} {number}"), text)
            yield Source(f"pd-{number}.policy", text)

    def library(self) -> Library:
        """The rules, read and checked.

        Raises:
            RefusedTextError: They do not check.
        """
        parser = Parser()
        parses = [parser.parse(source) for source in self.sources()]
        checked = check(parses, self.registry.bodies.keys())
        if checked.library is None:
            raise RefusedTextError("\n".join(str(d) for d in checked.diagnostics if d.is_error))
        return checked.library

    def repeated(self, text: str) -> Iterator[str]:
        """The rules of another language, once for each agency."""
        for owner in self.owners:
            yield text.replace(MODEL, owner)


@cache
def ancestors() -> Mapping[str, tuple[str, ...]]:
    """Every kind with all that it lies under, for engines that know no kinds."""
    kinds = World().library().vocabularies[WORDS].kinds
    found = (*kinds.below("purpose"), *kinds.below("body"))
    return {kind: tuple(sorted(kinds.above(kind))) for kind in found}


def _agency(key: str) -> Body:
    attributes = {"sovereign": "NN", "kind": "police", "agreement": "on_file", "trained": "yes"}
    return Body(key, f"Agency {key} (invented)", "", "", "", (), attributes)


def _own(chance: random.Random, text: str) -> str:
    """Other numbers, and here and there another test, so that hardly two agencies are alike."""
    text = re.sub(r"\b(30|7) days\b", lambda _: f"{chance.randrange(5, 60)} days", text)
    text = re.sub(r"\bover 1000\b", lambda _: f"over {chance.randrange(100, 3000)}", text)
    text = re.sub(r"(?m)^  if (.+)$", lambda found: _widened(chance, found), text)
    return re.sub(r"(?m)^    (home|office|trained): .+$", lambda found: _also(chance, found), text)


def _widened(chance: random.Random, found: re.Match[str]) -> str:
    if chance.random() < 0.6:
        return found[0]
    return f"  if ({found[1]}) or ({_added(chance)})"


def _also(chance: random.Random, found: re.Match[str]) -> str:
    return found[0] if chance.random() < 0.5 else f"{found[0]}\n    others: {_added(chance)}"


def _added(chance: random.Random) -> str:
    return chance.choice(ADDED).format(number=chance.randrange(3000, 9000))
