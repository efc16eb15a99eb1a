"""A process of its own that fetches policies: ``python -m platelaw.federation.server.syncing``.

It fetches, verifies, parses and keeps what was parsed, so that a worker has only to load it. What
it does is given by its place, ``module:function``: a function of the configuration that returns the
digest of what is there now. It says how it went in one line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from .config import Config, ConfigError, read_config
from .faults import traced
from .reports import Synced
from .served import RefusedPoliciesError

Sync: TypeAlias = Callable[[Config], str]


def main() -> None:
    """Fetch, and say how it went."""
    entry, file = sys.argv[1:]
    sys.stdout.write(msgspec.json.encode(synced(entry, Path(file))).decode() + "\n")


def synced(entry: str, file: Path) -> Synced:
    """Fetch what a configuration names."""
    module, _, name = entry.partition(":")
    try:
        sync: Any = getattr(import_module(module), name)
        return Synced(digest=sync(read_config(file)))
    except (ConfigError, RefusedPoliciesError) as refusal:
        return Synced(why_not=str(refusal))
    except Exception as fault:
        told = traced(fault)
        return Synced(why_not=f"policies cannot be fetched ({told['error']}, {told['frames']})")


if __name__ == "__main__":
    main()
