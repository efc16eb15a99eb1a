"""What all changes of a scenario have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from .patch import Patch
from .setting import Setting


class Change(ABC):
    """One change of a setting."""

    __slots__ = ()

    @abstractmethod
    def patch(self, setting: Setting) -> Patch:
        """What it does to a setting.

        Raises:
            ScenarioError: It names what is not there.
        """

    @property
    @abstractmethod
    def words(self) -> str:
        """What it is, in words."""

    def apply(self, setting: Setting) -> Setting:
        """The setting after it.

        Raises:
            ScenarioError: It names what is not there.
        """
        return self.patch(setting).apply(setting)

    def inverse(self, setting: Setting) -> Change:
        """The change that leads from the setting after it back to ``setting``.

        Raises:
            ScenarioError: It names what is not there.
        """
        return TakingBack(self.patch(setting).reversed(), f"take back: {self.words}")


@dataclass(frozen=True, slots=True)
class TakingBack(Change):
    """Another change, undone."""

    undone: Patch
    said: str

    def patch(self, setting: Setting) -> Patch:
        """What was there before."""
        return self.undone

    @property
    def words(self) -> str:
        """What it is, in words."""
        return self.said
