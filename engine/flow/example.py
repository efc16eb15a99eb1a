"""The maps that come with platelaw: real published lists, and an illustration."""

from __future__ import annotations

from ..collecting import collector_paused
from ..library import shipped
from .files.reading import read_map
from .model import FlowMap

REAL = "portals"
EXAMPLES = {
    REAL: "example.zip",  # real published lists (``policies/flow/PROVENANCE.md``)
    "worked": "worked",  # invented relations that show each kind of door
}


def example_map(name: str = REAL) -> FlowMap:
    """A shipped map.

    Args:
        name: One of ``EXAMPLES``.
    """
    with collector_paused():
        return read_map(shipped().joinpath("flow", EXAMPLES[name]))
