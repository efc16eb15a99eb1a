"""A process of its own that fetches policies: ``python -m platelaw.federation.server.syncing``.

It fetches, verifies, parses and keeps what was parsed, so that a worker has only to load it. What
does so is given by its place, ``module:function``: a function of the configuration that returns
what is there now. How it went is said in one line. It gives way to workers on its core.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

import msgspec

from .config import Config, ConfigError, read_config
from .faults import traced
from .reports import Synced
from .served import PolicyInUse, RefusedPoliciesError

_GIVES_WAY = 10  # as nice(1) counts

Sync: TypeAlias = Callable[[Config], PolicyInUse]
"""Fetches policies; raises ``RefusedPoliciesError`` if they are not taken over."""


def main() -> None:
    """Fetch, and say how it went."""
    entry, file = sys.argv[1:]
    os.nice(_GIVES_WAY)
    sys.stdout.write(msgspec.json.encode(synced(entry, Path(file))).decode() + "\n")


def synced(entry: str, file: Path) -> Synced:
    """Fetch what a configuration names."""
    module, _, name = entry.partition(":")
    try:
        sync: Sync = getattr(import_module(module), name)
        found = sync(read_config(file))
        issued = found.issued.isoformat() if found.issued else ""
        return Synced(found.digest, issued, alarms=found.alarms)
    except (ConfigError, RefusedPoliciesError) as refusal:
        return Synced(why_not=str(refusal))
    except Exception as fault:
        told = traced(fault)
        return Synced(why_not=f"policies cannot be fetched ({told['error']}, {told['frames']})")


if __name__ == "__main__":
    main()
