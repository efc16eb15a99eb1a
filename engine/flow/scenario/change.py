"""What all changes of a scenario have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from .assuming import assume, following
from .patch import Patch
from .setting import Setting


class Change(ABC):
    """One change of a setting."""

    __slots__ = ()

    @abstractmethod
    def patch(self, setting: Setting) -> Patch:
        """What it does to a setting by itself.

        Raises:
            ScenarioError: It names what is not there.
        """

    @property
    @abstractmethod
    def words(self) -> str:
        """What it is, in words."""

    def patches(self, setting: Setting) -> tuple[Patch, ...]:
        """What it does, and what is assumed because of it.

        Raises:
            ScenarioError: It names what is not there.
        """
        own = self.patch(setting)
        after = following(setting, own, own.apply(setting)) if own.bears_on_assumptions else Patch()
        return tuple(patch for patch in (own, after) if not patch.is_empty)

    def apply(self, setting: Setting) -> Setting:
        """The setting after it.

        Raises:
            ScenarioError: It names what is not there.
        """
        return applied(self.patches(setting), setting)

    def inverse(self, setting: Setting) -> Change:
        """The change that leads from the setting after it back to ``setting``.

        Raises:
            ScenarioError: It names what is not there.
        """
        return self.taken_back(self.patches(setting))

    def taken_back(self, patches: Iterable[Patch]) -> Change:
        """What takes back that which this change did."""
        undone = tuple(patch.reversed() for patch in reversed(tuple(patches)))
        return TakingBack(undone, f"take back: {self.words}")


def applied(patches: Iterable[Patch], setting: Setting) -> Setting:
    """The setting with patches applied one after the other.

    Raises:
        ScenarioError: A part is not what it was when its patch was made.
    """
    for patch in patches:
        setting = patch.apply(setting)
    return setting


@dataclass(frozen=True, slots=True)
class TakingBack(Change):
    """Another change, undone with all that followed from it."""

    undone: tuple[Patch, ...]
    said: str

    def patch(self, setting: Setting) -> Patch:
        """Nothing of its own."""
        return Patch()

    def patches(self, setting: Setting) -> tuple[Patch, ...]:
        """What was there before."""
        return self.undone

    @property
    def words(self) -> str:
        """What it is, in words."""
        return self.said


@dataclass(frozen=True, slots=True)
class Assume(Change):
    """An assumption is made, or made no more."""

    name: str
    is_on: bool

    def patch(self, setting: Setting) -> Patch:
        """The assumptions with it, or without."""
        return assume(setting, self.name, is_on=self.is_on)

    @property
    def words(self) -> str:
        """What it is, in words."""
        return f"{'assume' if self.is_on else 'do not assume'} {self.name}"
