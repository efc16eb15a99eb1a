"""The real log and the sample requests that come with platelaw."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

EXAMPLE_OWNER = "CT/darien-pd"


def _examples() -> Traversable:
    return resources.files("platelaw").joinpath("policies", "examples")


def example_log() -> Path:
    """The shipped log of Darien, Connecticut; PROVENANCE.md beside it says whence."""
    place = _examples().joinpath("darien_ct_pd_portal_search_audit_2026-09.csv")
    assert isinstance(place, Path), "an installed package lies in a folder"
    return place


def example_request(name: str) -> str:
    """One of the shipped requests, ``permit``, ``hold`` or ``deny``, as JSON text."""
    return _examples().joinpath("requests", f"{name}.json").read_text("utf-8")


def example_vendor() -> tuple[Path, ...]:
    """The shipped description of an invented department's settings, and of its agreement."""
    places = [_examples().joinpath("vendor", f"{name}.toml") for name in ("settings", "agreement")]
    return tuple(place for place in places if isinstance(place, Path))
