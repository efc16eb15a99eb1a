"""The real log that comes with platelaw."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

EXAMPLE = "darien_ct_pd_portal_search_audit_2026-09.csv"


def example_log() -> Path:
    """The shipped search log of Darien, Connecticut; policies/examples/PROVENANCE.md says whence."""
    place = resources.files("platelaw").joinpath("policies", "examples", EXAMPLE)
    assert isinstance(place, Path), "an installed package lies in a folder"
    return place
