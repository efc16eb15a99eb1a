"""A log as a configuration names it: its store, its keys, its marks; opened and looked over.

One of the edges that read and write.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .high_water import HighWater, LostTailError
from .checking import check_start
from .sequencer import Sequencer
from .signing import LogKeyError, log_signer
from .sqlite_store import SqliteStore
from .store import Store, StoreError, StoreUnavailableError
