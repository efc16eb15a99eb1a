"""``platelaw generate-log``: invented search logs of any length."""

from __future__ import annotations

from pathlib import Path

import click

from ..engine.calibrated import CalibrationError
from .common import registry_from, registry_option, stop
from .search_logs import owner_of


@click.command("generate-log")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path),
              help="The new file (CSV).")  # fmt: skip
@click.option("--owner", required=True, help="The agency whose log it is: its registry key or ORI.")
@click.option("--rows", type=click.IntRange(1), default=100_000, show_default=True,
              metavar="NUMBER", help="How many searches; 200 bytes each.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="NUMBER",
              help="The same seed gives the same log.")  # fmt: skip
@click.option("--calibration", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="A file of shares and words to use instead of the shipped one.")  # fmt: skip
@registry_option
def generate_log_command(
    output: Path,
    owner: str,
    rows: int,
    seed: int,
    calibration: Path | None,
    registry_folder: Path | None,
) -> None:
    """Make an invented search log, with the statistics of released ones.

    It is what a vendor exports as a network audit: who searched, when, why, how many networks. No
    row is a search that anybody made. A longer log begins with the rows of a shorter one.

    Exit code 0; 2 if the log cannot be made or written, and then nothing is left.

    \b
    Examples:
      platelaw generate-log --owner CT/darien-pd -o log.csv
      platelaw generate-log --owner CT/darien-pd --rows 10000000 --seed 7 -o year.csv
    """  # noqa: D301
    from ..engine.audit.generating.calibration import read_calibration
    from ..engine.audit.generating.generator import Generator
    from ..engine.audit.generating.writing import write_log  # numpy is not loaded for a help text

    if output.exists():
        stop(f"{output} is there already", "name a new file, or remove it")
    registry = registry_from(registry_folder)
    body = owner_of(registry, (), owner, None)
    try:
        write_log(Generator(read_calibration(calibration), registry, body.key, seed), output, rows)
    except CalibrationError as fault:
        stop(str(fault))
    except OSError as fault:
        stop(
            f"{output} cannot be written: {fault.strerror or fault}", "check path, space and rights"
        )
    click.echo(f"{rows:,} invented searches\nwritten: {output}")
