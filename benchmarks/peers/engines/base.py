"""What an engine is to this benchmark: rules in, then requests in, then answers."""

from __future__ import annotations

import importlib
import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..attributes import Attributes, Filing
from ..world import World

PERMIT, HOLD, DENY = "PERMIT", "HOLD", "DENY"


class CannotLoadError(Exception):
    """An engine that refuses these rules; the message is its own."""


def two_valued(allowed: object) -> str:
    """The outcome of an engine that knows yes and no."""
    return PERMIT if allowed else DENY


def _unready(_: bytes) -> Any:
    raise AssertionError("an engine without a filing")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An engine that has read its rules.

    Attributes:
        decide: Own input to the engine's own answer.
        outcome: Its answer as PERMIT, HOLD or DENY.
        rules: The names of the deciding rules, where the answer holds them all.
        convert: Attributes to own input; None if they are that already.
        together: Many own inputs to their answers, where the engine offers that.
        said: Its answer in words.
        prepare: JSON text of a request to own input.
        shapes: How many functions were generated so far.
        at_once: JSON text to answer, where the engine offers that in one step.
    """

    decide: Callable[[Any], Any]
    outcome: Callable[[Any], str] = two_valued
    rules: Callable[[Any], tuple[str, ...]] | None = None
    convert: Callable[[Attributes], Any] | None = None
    together: Callable[[Sequence[Any]], object] | None = None
    said: Callable[[Any], str] = str
    prepare: Callable[[bytes], Any] = _unready
    shapes: Callable[[], int] | None = None
    at_once: Callable[[bytes], Any] | None = None

    def with_filing(self, filing: Filing) -> Loaded:
        """The same, its requests prepared by way of attributes if it has no way of its own."""
        if self.prepare is not _unready:
            return self
        attributes, convert = filing.attributes, self.convert
        if convert is None:
            return replace(self, prepare=attributes)

        def prepare(text: bytes) -> Any:
            return convert(attributes(text))

        return replace(self, prepare=prepare)

    def answer(self, text: bytes) -> Any:
        """JSON text to the engine's own answer."""
        return self.at_once(text) if self.at_once else self.decide(self.prepare(text))

    def ask(self, text: bytes) -> tuple[str, frozenset[str]]:
        """The outcome of a request, and the names of the deciding rules if they are told."""
        answer = self.answer(text)
        return self.outcome(answer), frozenset(self.rules(answer) if self.rules else ())


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine.

    Attributes:
        key: Its name for `--engines`.
        title: Its name in tables.
        package: The distribution that it comes in; blank for what is part of this repository.
        module: The module that it is imported as.
        rules: The rules of a world in its language.
        start: Reads rules in its language.
        by_agency: Whether to show, too, one engine for each agency, picked by its author's code.
        of_one: Whether its rules are those of a single agency.
        is_compared: Whether it has a column in the table of what engines can say.
    """

    key: str
    title: str
    package: str
    module: str
    rules: Callable[[World], Any]
    start: Callable[[Any], Loaded]
    by_agency: bool = False
    of_one: bool = False
    is_compared: bool = True

    @property
    def is_peer(self) -> bool:
        """Whether it is something that a user may pick in place of platelaw."""
        return bool(self.package)

    @property
    def label(self) -> str:
        """Title and installed version."""
        version = importlib.metadata.version(self.package) if self.package else ""
        return f"{self.title} {version}".rstrip()

    def missing(self) -> str:
        """Why it cannot be measured; blank if it can."""
        try:
            library(self.module)
        except ImportError as fault:
            return f"not installed ({fault})"
        return ""

    def load(self, world: World) -> Loaded:
        """The engine with the rules of a world.

        Raises:
            CannotLoadError: It refuses them.
        """
        return self.start(self.rules(world)).with_filing(Filing.of(world))

    def load_each(self, world: World) -> Loaded:
        """One for every agency, picked by its author's own code: what saves it from growing.

        Raises:
            CannotLoadError: It refuses the rules.
        """
        each = {
            owner: self.start(self.rules(World(first=at))) for at, owner in enumerate(world.owners)
        }
        first = each[world.owners[0]]

        def convert(asked: Attributes) -> tuple[Callable[[Any], Any], Any]:
            own_input = first.convert(asked) if first.convert is not None else asked
            return each[asked["owner"]].decide, own_input

        def decide(prepared: tuple[Callable[[Any], Any], Any]) -> Any:
            return prepared[0](prepared[1])

        return Loaded(decide, first.outcome, first.rules, convert).with_filing(Filing.of(world))

    def attempt(self, rules: Any, asked: Attributes) -> tuple[str, str]:
        """Ask a few rules in its own language: the outcome, and all that is said."""
        loaded = self.start(rules)
        attributes = {"owner": "NN/pd-0", "act": "search", **asked}
        answer = loaded.decide(loaded.convert(attributes) if loaded.convert else attributes)
        return loaded.outcome(answer), loaded.said(answer)


def library(name: str) -> Any:
    """A module of a peer, without types; the peers are optional.

    Raises:
        ImportError: It is not installed.
    """
    return importlib.import_module(name)
