"""The maps that come with platelaw."""

from __future__ import annotations

from importlib.resources.abc import Traversable

from ..collecting import collector_paused
from ..library import shipped
from .files.reading import read_map
from .model import FlowMap

REAL = "portals"
EXAMPLES = {
    REAL: "example.zip",  # real published lists (``policies/flow/PROVENANCE.md``)
    "worked": "worked",  # invented relations that show each kind of door
}


def example_place(name: str = REAL) -> Traversable:
    """Where a shipped map lies.

    Args:
        name: One of ``EXAMPLES``.
    """
    return shipped().joinpath("flow", EXAMPLES[name])


def example_map(name: str = REAL) -> FlowMap:
    """A shipped map.

    Args:
        name: One of ``EXAMPLES``.
    """
    with collector_paused():
        return read_map(example_place(name))
