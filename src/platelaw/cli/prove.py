"""``platelaw prove``: what must never, or always, be the answer, and faults."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..dsl.model import Invariant, Rule
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.known import SURVIVOR, Known, left_over, reason
from ..engine.proving.checks.checking import Checked, Checks
from ..engine.proving.checks.render import (
    checked_json,
    checked_text,
    doubt_text,
    finding_text,
)
from ..engine.proving.proving import Proof, Prover, Verdict
from ..engine.proving.render import proof_json, proof_text
from ..engine.testing.selection import of_files
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    EXIT_NOTHING,
    engine_from,
    files_in,
    registry_from,
    registry_option,
)
from .knowing import known_in
from .prove_crew import Crew
from .solving import end_without_solver, need_solver, within_option


@click.command("prove")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--only", metavar="TEXT", help="Only statements and rules whose name holds this text."
)
@click.option("--no-checks", is_flag=True, help="Only the statements.")
@within_option
@click.option(
    "--if-installed",
    is_flag=True,
    help="Without the solver prove nothing, say so, and end with exit code 0: for hooks.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    help="Work in so many processes, of which more than two have nothing to do; the answer is the "
    "same [default: two for a large library, where there are two processors].",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@cache_options
@registry_option
def prove_command(
    places: tuple[Path, ...],
    only: str | None,
    no_checks: bool,
    seconds: float,
    if_installed: bool,
    workers: int | None,
    as_json: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Prove what must never, or always, be the answer, and check rules.

    PLACES are files or folders on top of the shipped library; their statements are proved and
    their rules checked, or those of the shipped library if there are none. PROVED holds for every
    request that names bodies on file and can be read, on every date. REFUTED and FOUND come with
    a request, decided anew before it is shown, or with a proof. Everything else is UNKNOWN, and
    never PROVED. A `known.toml` beside the policies says which findings stay, and why. Needs the
    extra `solver`.

    Exit code 0 if all are proved and nothing is found, 5 if one is refuted or something is found
    that is not known, 1 if something is unknown or there is nothing to prove or check, 2 if a
    place cannot be read.

    \b
    Examples:
      platelaw prove
      platelaw prove my-agency.policy
      platelaw prove my-agency/ --only immigration --json
      platelaw prove my-agency/ --no-checks
      platelaw prove my-agency/ --if-installed
    """  # noqa: D301
    if if_installed:
        end_without_solver("nothing is proved")
    need_solver()
    own = files_in(places)
    known = [each for each in known_in(places) if each.check != SURVIVOR]
    engine = engine_from(places, registry_from(registry_folder), cache)
    checks = None if no_checks else Checks(engine, seconds, _chosen(own, only))
    crew = Crew(Prover(engine, seconds), _asked(engine, own, only), checks, workers)
    proofs: list[Proof] = []
    with ExitStack() as stack:
        crew.begin(stack)
        for proof in crew.proofs():
            proofs.append(proof)
            if not as_json:
                click.echo(proof_text(proof))
        found = crew.checked()
    needless: tuple[Known, ...] = ()
    if found is not None:
        names = [(one.place.check.value, one.place.name) for one in found.findings]
        found = _explained(found, known)
        needless = left_over(known, names) if only is None else ()
    if as_json:
        told: dict[str, Any] = {"version": 1, "digest": engine.library.digest,
                                "statements": [proof_json(proof) for proof in proofs]}  # fmt: skip
        if found is not None:
            told["checks"] = checked_json(found, needless)
        click.echo(json.dumps(told, indent=2))
    else:
        _show(proofs, found, needless)
    raise SystemExit(_exit_code(proofs, found))


def _show(proofs: list[Proof], found: Checked | None, needless: Iterable[Known]) -> None:
    """What was found, and how much of everything; the proofs were shown as they came."""
    if found is not None:
        for finding in found.findings:
            click.echo(finding_text(finding))
        for doubt in found.doubts:
            click.echo(doubt_text(doubt))
        for known in needless:
            click.echo(known.needless, err=True)
    click.echo(_summary(proofs))
    if found is not None and found.rules:
        click.echo(checked_text(found))


def _explained(found: Checked, known: Iterable[Known]) -> Checked:
    """What was found, with why it stays."""
    findings = tuple(
        replace(one, because=reason(one.place.check.value, one.place.name, known))
        for one in found.findings
    )
    return replace(found, findings=findings)


def _chosen(own: set[str], only: str | None) -> Callable[[Rule], bool]:
    """Which rules are checked."""

    def chosen(rule: Rule) -> bool:
        mine = not own or rule.node.span.source.name in own
        return mine and (only is None or only in rule.id)

    return chosen


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


def _exit_code(proofs: list[Proof], found: Checked | None) -> int:
    verdicts = {proof.verdict for proof in proofs}
    findings = found.findings if found else ()
    if Verdict.REFUTED in verdicts or any(not finding.because for finding in findings):
        return EXIT_FAULTS
    unsure = Verdict.UNKNOWN in verdicts or (found is not None and found.doubts)
    nothing = not proofs and (found is None or not found.rules)
    return EXIT_NOTHING if unsure or nothing else 0
