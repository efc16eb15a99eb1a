"""The documented forms of requests and answers (JSON Schema 2020-12), and a full sample of each.

The samples name bodies and purposes, so they lie with the policies.
"""

from __future__ import annotations

from importlib import resources

from ..library import shipped

NAMES = ("request", "decision")


def schema_text(name: str) -> str:
    """The schema of ``request`` or ``decision`` as JSON text."""
    return resources.files(__name__).joinpath(f"{name}.json").read_text("utf-8")


def sample_text(name: str) -> str:
    """A full sample of ``request``, or the ``decision`` on it in simulation, as JSON text."""
    return shipped().joinpath("examples", f"{name}.sample.json").read_text("utf-8")
