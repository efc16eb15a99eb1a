"""The map that comes with platelaw, of real published lists (``policies/flow/PROVENANCE.md``)."""

from __future__ import annotations

from ..collecting import collector_paused
from ..library import shipped
from .files.reading import read_map
from .model import FlowMap


def example_map() -> FlowMap:
    """The shipped map."""
    with collector_paused():
        return read_map(shipped().joinpath("flow", "example.zip"))
