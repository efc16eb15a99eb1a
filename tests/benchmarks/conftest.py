"""The benchmarks are no part of the package: they are read from the folder they stand in."""

import sys
from pathlib import Path
from types import ModuleType

# Not the repository's root on the path: the parts of platelaw would be found there a second time.
folder = ModuleType("benchmarks")
folder.__path__ = [str(Path(__file__).resolve().parents[2] / "benchmarks")]
sys.modules["benchmarks"] = folder
