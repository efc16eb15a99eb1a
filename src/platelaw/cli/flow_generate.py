"""``platelaw flow generate``: invented maps as large as a state or the nation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import stop

if TYPE_CHECKING:
    from ..engine.flow.generating.generator import Generated

_ENDINGS = (".zip", ".json", ".json.gz", ".graphml", ".dot")


@click.command("generate")
@click.option("-o", "--output", "output", required=True, type=click.Path(path_type=Path),
              help="Where to write: a new folder for a snapshot of any size; a name that ends in "
              ".zip, .json, .json.gz or .graphml for a map to be traced.")  # fmt: skip
@click.option("--bodies", type=int, default=500, show_default=True, metavar="NUMBER",
              help="How many agencies; up to 20,000.")  # fmt: skip
@click.option("--relations", type=int, default=5000, show_default=True, metavar="NUMBER",
              help="About how many relations between them; up to 20,000,000.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="NUMBER",
              help="The same seed gives the same map.")  # fmt: skip
@click.option("--government", default="", metavar="KEY",
              help="All agencies belong to this government; else to all, in their real shares.",
              )  # fmt: skip
@click.option("--calibration", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="A file of numbers to use instead of the shipped one.")  # fmt: skip
@click.option("--registry-to", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Write the agencies as a registry here too; a snapshot's folder has one within.",
              )  # fmt: skip
def generate_command(
    output: Path,
    bodies: int,
    relations: int,
    seed: int,
    government: str,
    calibration: Path | None,
    registry_to: Path | None,
) -> None:
    """Make an invented map, calibrated on the published ones.

    Every node's name and key say that it is generated. A folder has its bodies within and is
    traced as it is. The bodies of any other form are on file only in a registry that has them:
    put the file of --registry-to beside the tables of the registry that you name with --registry.

    Exit code 0; 2 if the map cannot be made or written.

    \b
    Examples:
      platelaw flow generate -o state.zip --registry-to bodies
      platelaw flow generate -o national --bodies 20000 --relations 20000000
    """  # noqa: D301
    from ..engine.calibrated import CalibrationError
    from ..engine.flow.arrays.snapshot import SnapshotError  # numpy is not loaded for a help text
    from ..engine.flow.generating.calibration import read_calibration
    from ..engine.flow.generating.folder import registry_table
    from ..engine.flow.generating.generator import GeneratorError, generate

    if output.exists():
        stop(f"{output} is there already", "name a new place, or remove it")
    try:
        made = generate(
            read_calibration(calibration), seed=seed, bodies=bodies, relations=relations,
            government=government,
        )  # fmt: skip
        written = _write(made, output)
        if registry_to:
            registry_to.mkdir(parents=True, exist_ok=True)
            (registry_to / "generated.csv").write_bytes(registry_table(made))
    except (GeneratorError, CalibrationError, SnapshotError) as fault:
        stop(str(fault))
    except OSError as fault:
        stop(
            f"{output} cannot be written: {fault.strerror or fault}", "check path, space and rights"
        )
    snapshot = made.snapshot
    click.echo(f"{snapshot.nodes:,} invented nodes and {snapshot.relations:,} relations, "
               f"{snapshot.nbytes / snapshot.relations:.2f} bytes each")  # fmt: skip
    click.echo(f"written: {output}{written}")


def _write(made: Generated, output: Path) -> str:
    """Write the map; its digest in words if it is a snapshot."""
    from ..engine.flow.files.reading import write_map
    from ..engine.flow.generating.as_map import as_map
    from ..engine.flow.generating.folder import write_folder

    if output.name.endswith(_ENDINGS):
        write_map(as_map(made), output)
        return ""
    return f" (digest {write_folder(made, output)[:16]})"
