"""``platelaw prove``: what policies say must never, or always, be the answer."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from ..dsl.model import Invariant
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.proving.proving import Proof, Prover, Verdict
from ..engine.proving.render import proof_json, proof_text
from ..engine.proving.solver import SolverMissingError, load
from ..engine.testing.selection import of_files
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    EXIT_NOTHING,
    engine_from,
    files_in,
    registry_from,
    registry_option,
    stop,
)


@click.command("prove")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option("--only", metavar="TEXT", help="Only statements whose name holds this text.")
@click.option(
    "--within",
    "seconds",
    type=click.FloatRange(min=0.001),
    default=20.0,
    show_default=True,
    help="Seconds for one question; a statement that needs longer is unknown.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@cache_options
@registry_option
def prove_command(
    places: tuple[Path, ...],
    only: str | None,
    seconds: float,
    as_json: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Prove what policies say must never, or always, be the answer.

    PLACES are files or folders on top of the shipped library; their statements are proved, or
    those of the shipped library if there are none. PROVED holds for every request that names
    bodies on file and can be read, on every date. REFUTED comes with a request that breaks the
    statement, decided anew before it is shown. Everything else is UNKNOWN, and never PROVED.
    Needs the extra `solver`.

    Exit code 0 if all are proved, 5 if one is refuted, 1 if one is unknown or there is none,
    2 if a place cannot be read.

    \b
    Examples:
      platelaw prove
      platelaw prove my-agency.policy
      platelaw prove my-agency/ --only immigration --json
    """  # noqa: D301
    try:
        load()
    except SolverMissingError:
        stop("the solver is not installed", "pip install 'platelaw[solver]'")
    own = files_in(places)
    engine = engine_from(places, registry_from(registry_folder), cache)
    prover = Prover(engine, seconds)
    proofs: list[Proof] = []
    for invariant in _asked(engine, own, only):
        proofs.append(prover.prove(invariant))
        if not as_json:
            click.echo(proof_text(proofs[-1]))
    if as_json:
        found = {"version": 1, "digest": engine.library.digest,
                 "statements": [proof_json(proof) for proof in proofs]}  # fmt: skip
        click.echo(json.dumps(found, indent=2))
    else:
        click.echo(_summary(proofs))
    raise SystemExit(_exit_code(proofs))


def _asked(engine: Engine, own: set[str], only: str | None) -> list[Invariant]:
    """The statements that are asked for."""
    return [
        invariant
        for invariant in of_files(engine.library.invariants, own)
        if only is None or only in invariant.id
    ]


def _summary(proofs: list[Proof]) -> str:
    counts = Counter(proof.verdict for proof in proofs)
    if not proofs:
        return "no `never` or `always` stands in these files"
    return ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)


def _exit_code(proofs: list[Proof]) -> int:
    verdicts = {proof.verdict for proof in proofs}
    if Verdict.REFUTED in verdicts:
        return EXIT_FAULTS
    return 0 if verdicts == {Verdict.PROVED} else EXIT_NOTHING
