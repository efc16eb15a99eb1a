"""What a review of kept results takes, check by check; then a second one, and the register's check.

    platelaw generate-log --owner CT/darien-pd --rows 10000000 --seed 7 -o year.csv
    platelaw audit --owner CT/darien-pd --no-review --results year.results year.csv
    python benchmarks/findings.py year.results

A copy is reviewed, beside the file; the file itself is not changed. Times are CPU seconds of this
process, all threads together, memory the most that it ever had. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from pathlib import Path

from platelaw.cli.caching import default_cache
from platelaw.cli.common import engine_from, registry_from
from platelaw.cli.findings_review import checked
from platelaw.compliance.findings.catalog import CHECKS
from platelaw.compliance.findings.verifying import verify
from platelaw.compliance.results.store import open_results


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a review takes.")
    options.add_argument("results", type=Path)
    given = options.parse_args()
    registry = registry_from(None)
    engine = engine_from((), registry, default_cache())
    with tempfile.TemporaryDirectory(dir=given.results.parent) as folder:
        copy = Path(shutil.copy(given.results, folder))
        with open_results(copy, read_only=False) as results:
            told = results.execute("SELECT value FROM about WHERE name = 'owner'").fetchone()
            body = registry.get(told[0]) if told else None
            assert body is not None, "results of an agency that the shipped registry has"
            begun = time.process_time()
            for name in CHECKS:
                started = time.process_time()
                (run,) = checked(results, copy, engine, body, (name,))
                if not run.why_not:
                    print(f"{time.process_time() - started:8.2f}  {name}: {run.found:,} findings")
            print(f"{time.process_time() - begun:8.2f}  all checks")
            started = time.process_time()
            runs = checked(results, copy, engine, body, tuple(CHECKS))
            assert not any(run.new or run.again for run in runs), "nothing is found twice"
            print(f"{time.process_time() - started:8.2f}  all checks again, which add nothing")
            started = time.process_time()
            print(f"{verify(results).entries:,} entries")
            counted = results.execute("SELECT count(*) FROM finding_search").fetchall()
            print(f"{counted[0][0]:,} searches among the findings")
            print(f"{time.process_time() - started:8.2f}  whether the register is whole")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{most:8,}  MiB at most")


if __name__ == "__main__":
    main()
