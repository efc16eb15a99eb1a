"""The command: `python -m benchmarks.peers`, in the repository's root."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from . import pages
from .results import keep
from .run import everything
from .speed import Options
from .tables import page

EXAMPLES = """
examples:
  python -m benchmarks.peers           everything that is installed; seven CPU minutes
  python -m benchmarks.peers --quick   20 rules alone, fewer requests; a quarter of a minute
  python -m benchmarks.peers --keep    keep the run, and renew the tables made from it

The peers are installed by `pip install -e ".[bench]"`. What is not installed is left out.
"""
QUICK = Options(sizes=(20,), count=200, passes=3, cap=1.5)


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and keep what was found if that is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers",
        description="platelaw beside other policy engines: the same rules, the same requests.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="20 rules, fewer requests and passes")
    parser.add_argument(
        "--keep", action="store_true",
        help="keep the run under benchmarks/results and renew the tables there and in README.md",
    )  # fmt: skip
    parser.add_argument(
        "--tables", action="store_true", help="only renew the tables, from the runs that are kept"
    )
    asked = parser.parse_args(words)
    if asked.tables:
        pages.renew()
        return 0
    found = everything(replace(QUICK if asked.quick else Options(), tell=_tell))
    print(page(found), end="")
    if asked.keep:
        _tell(f"kept as {keep(found)}")
        pages.renew()
    return 0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
