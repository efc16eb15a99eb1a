"""The pytest plugin: examples of policy files as test items.

It collects nothing until asked: by ``platelaw_policies`` in the configuration of pytest, which
names the files and folders of one library, or by a policy file that is named on the command line.
Everything that it needs is imported then.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .dsl.model import Example
    from .engine.decision import Engine

_PLACES = "platelaw_policies"
_REGISTRY = "platelaw_registry"
_ENGINE = pytest.StashKey["Engine"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the settings."""
    parser.addini(
        _PLACES,
        "policy files and folders, together one library (on top of the shipped one, or alone with "
        "a root vocabulary), whose examples are collected",
        type="paths",
        default=[],
    )
    parser.addini(
        _REGISTRY,
        "a folder of registry CSV files to use instead of the shipped registry",
        default="",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a place that is not there: examples that nobody finds would seem to pass.

    Raises:
        UsageError: A configured place does not exist.
    """
    for place in _places(config):
        if not place.exists():
            raise pytest.UsageError(f"{_PLACES}: {place}: no such file or folder")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a policy file of the library, or one that is named."""
    if file_path.suffix != ".policy":
        return None
    places = _places(parent.config)
    mine = any(file_path.is_relative_to(place) for place in places)
    if not mine and not parent.session.isinitpath(file_path):
        return None
    collected: PolicyFile = PolicyFile.from_parent(parent, path=file_path)
    collected.places = tuple(places) if mine else (file_path,)
    return collected


def _places(config: pytest.Config) -> list[Path]:
    places: list[Path] = config.getini(_PLACES)
    return [place.resolve() for place in places]


class PolicyFile(pytest.File):
    """A policy file: an item for each of its examples."""

    places: tuple[Path, ...] = ()

    def collect(self) -> Iterator[pytest.Item]:
        """The examples of the file.

        Raises:
            CollectError: The library is refused, or a place cannot be read.
        """
        engine = self._engine()
        for example in engine.library.examples:
            if Path(example.node.span.source.name) == self.path:
                item: ExampleItem = ExampleItem.from_parent(self, name=example.node.title)
                item.example, item.engine = example, engine
                yield item

    def _engine(self) -> Engine:
        """The engine of the file's library, made once for all files of the configured library."""
        configured = self.places != (self.path,)
        if configured and _ENGINE in self.session.stash:
            return self.session.stash[_ENGINE]
        folder = self.config.getini(_REGISTRY)
        engine = _engine_of(self.places, self.config.rootpath / folder if folder else None)
        if configured:
            self.session.stash[_ENGINE] = engine
        return engine


def _engine_of(places: tuple[Path, ...], registry_place: Path | None) -> Engine:
    from .engine.decision import Engine
    from .engine.library import LibraryError, load, registry_at, shipped_registry
    from .engine.registry import RegistryError

    try:
        registry = registry_at(registry_place) if registry_place else shipped_registry()
        checked = load(places, registry.bodies.keys())
    except (LibraryError, RegistryError) as fault:
        raise pytest.Collector.CollectError(str(fault)) from fault
    if checked.library is None:
        faults = [str(fault) for fault in checked.diagnostics if fault.is_error]
        raise pytest.Collector.CollectError("\n\n".join(faults))
    return Engine(checked.library, registry)


class ExampleFailedError(Exception):
    """An example that does not get its answer; its text shows both answers."""


class ExampleItem(pytest.Item):
    """One example."""

    example: Example
    engine: Engine

    def runtest(self) -> None:
        """Decide the example.

        Raises:
            ExampleFailedError: It does not get its answer.
        """
        from .engine.examples import run_example
        from .engine.testing.render_text import failure_text

        result = run_example(self.engine, self.example)
        if result.faults:
            raise ExampleFailedError(failure_text(result))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """Both answers side by side, without a traceback."""
        if isinstance(excinfo.value, ExampleFailedError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the example; pytest counts lines from 0."""
        span = self.example.node.span
        return self.path, span.source.line_and_column(span.start)[0] - 1, self.name
