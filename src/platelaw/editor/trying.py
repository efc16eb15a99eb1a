"""Running the examples of a file while it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..dsl.model import Library
from ..engine.decision import Engine
from ..engine.examples import ExampleResult, run_examples
from ..engine.registry import Registry
from ..engine.testing.render_text import failure_text


@dataclass(frozen=True, slots=True)
class Tried:
    """How an example came out.

    Attributes:
        library: The library that gave it.
        result: Its answer, and what is wrong with it.
        line: That in one line.
        text: That at length.
    """

    library: Library
    result: ExampleResult
    line: str
    text: str

    @property
    def passed(self) -> bool:
        """Whether it got the answer that it expects."""
        return not self.result.faults


def tried(
    library: Library, registry: Registry, file: str, titles: Iterable[str] | None = None
) -> list[Tried]:
    """The examples of a file, run: those of some titles, or all."""
    wanted = None if titles is None else set(titles)
    mine = [
        example
        for example in library.examples
        if example.node.span.source.name == file
        and (wanted is None or example.node.title in wanted)
    ]
    return [_tried(library, result) for result in run_examples(Engine(library, registry), mine)]


def _tried(library: Library, result: ExampleResult) -> Tried:
    node, decision = result.example.node, result.decision
    answer = f"{decision.outcome.value} ({decision.reason})"
    if result.faults:
        return Tried(library, result, f"fails: {result.faults[0]}", failure_text(result))
    return Tried(library, result, f"passes: {answer}", f'"{node.title}" passes: {answer}')
