"""Build the extension of Visual Studio Code and test its highlighting; skipped without npm."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

EXTENSION = Path(__file__).parent / "vscode"
STEPS = (("ci",), ("run", "types"), ("run", "build"), ("test",))


def main() -> int:
    """Every step in its order, up to the first that fails; its exit code."""
    npm = shutil.which("npm")
    if npm is None:
        print("SKIPPED: npm is not installed, so the extension is neither built nor tested")
        return 0
    for step in STEPS:
        print(f"+ npm {' '.join(step)}", flush=True)
        done = subprocess.run([npm, *step], cwd=EXTENSION, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
