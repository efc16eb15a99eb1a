"""A scenario: changes with a name, made one after the other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from .change import Change, applied
from .errors import ScenarioError
from .patch import Patch
from .setting import Setting


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes, in their order.

    Attributes:
        name: What it is called.
        changes: What changes.
        words: What it is about.
        day: The day on which it happens; None for the day of the setting. Copies made before that
            day stay (``engine.flow.residual``).
    """

    name: str
    changes: tuple[Change, ...]
    words: str = ""
    day: datetime.date | None = None

    def apply(self, setting: Setting) -> Setting:
        """The setting after all changes.

        Raises:
            ScenarioError: A change names what is not there; the message says which change.
        """
        for _, patches in self._steps(setting):
            setting = applied(patches, setting)
        return setting

    def inverse(self, setting: Setting) -> Scenario:
        """The scenario that leads from the setting after this one back to ``setting``.

        Raises:
            ScenarioError: A change names what is not there.
        """
        undone = [change.taken_back(patches) for change, patches in self._steps(setting)]
        return Scenario(f"take back {self.name}", tuple(reversed(undone)), day=self.day)

    def idle(self, setting: Setting) -> tuple[str, ...]:
        """The changes that change nothing, because it is so already, in words.

        Raises:
            ScenarioError: A change names what is not there.
        """
        return tuple(
            f"change {number}, {change.words}"
            for number, (change, patches) in enumerate(self._steps(setting), 1)
            if not patches
        )

    def _steps(self, setting: Setting) -> Iterator[tuple[Change, tuple[Patch, ...]]]:
        """Each change with what it does to the setting that those before it leave."""
        for number, change in enumerate(self.changes, 1):
            try:
                patches = change.patches(setting)
                setting = applied(patches, setting)
            except ScenarioError as fault:
                raise ScenarioError(
                    f"{self.name}: change {number}: {fault.message}", fault.help
                ) from fault
            yield change, patches
