"""A scenario: changes with a name, made one after the other."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from .change import Change
from .errors import ScenarioError
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
        for number, change in enumerate(self.changes, 1):
            setting = self._step(number, change, setting)[1]
        return setting

    def inverse(self, setting: Setting) -> Scenario:
        """The scenario that leads from the setting after this one back to ``setting``.

        Raises:
            ScenarioError: A change names what is not there.
        """
        undone: list[Change] = []
        for number, change in enumerate(self.changes, 1):
            back, setting = self._step(number, change, setting)
            undone.append(back)
        return Scenario(f"take back {self.name}", tuple(reversed(undone)), day=self.day)

    def idle(self, setting: Setting) -> tuple[str, ...]:
        """The changes that change nothing, because it is so already, in words.

        Raises:
            ScenarioError: A change names what is not there.
        """
        found: list[str] = []
        for number, change in enumerate(self.changes, 1):
            after = self._step(number, change, setting)[1]
            if not change.patches(setting):
                found.append(f"change {number}, {change.words}")
            setting = after
        return tuple(found)

    def _step(self, number: int, change: Change, setting: Setting) -> tuple[Change, Setting]:
        """One change taken back, and the setting after it."""
        try:
            return change.inverse(setting), change.apply(setting)
        except ScenarioError as fault:
            raise ScenarioError(
                f"{self.name}: change {number}: {fault.message}", fault.help
            ) from fault
