"""The documented forms of requests and answers (JSON Schema 2020-12), and a full sample of each."""

from __future__ import annotations

from importlib import resources

NAMES = ("request", "decision")


def schema_text(name: str) -> str:
    """The schema of ``request`` or ``decision`` as JSON text."""
    return _text(f"{name}.json")


def sample_text(name: str) -> str:
    """A full sample of ``request`` or ``decision`` as JSON text."""
    return _text(f"{name}.sample.json")


def _text(file: str) -> str:
    return resources.files(__name__).joinpath(file).read_text("utf-8")
