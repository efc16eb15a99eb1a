"""``platelaw test --mutate``: the mutants of a library, and which of them its examples notice."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from ..dsl import syntax as tree
from ..dsl.check import check
from ..dsl.model import Library
from ..dsl.parsed import Parse
from ..engine.cache import Cache
from ..engine.known import SURVIVOR, left_over
from ..engine.library import LibraryError, read_library
from ..engine.loading import Loader
from ..engine.mutation.examining import Examiner
from ..engine.mutation.kept import Basis, digests
from ..engine.mutation.making import Mutant
from ..engine.mutation.render import report_json, result_text, shown, summary_text
from ..engine.mutation.results import Fate, Report, Result, explained
from ..engine.proving.solver import SolverMissingError
from ..engine.registry import Registry
from .common import EXIT_FAULTS, EXIT_NOTHING, EXIT_OK, files_in, show_diagnostics, stop
from .knowing import known_in
from .mutation_crew import tested
from .mutation_kept import KeptFile, KeptInCache
from .progress import moving
from .solving import stop_without_solver


@dataclass(frozen=True, slots=True)
class MutationOrder:
    """What the command line asks for.

    Attributes:
        places: The files and folders whose statements are changed; none for the shipped library.
        words: Only mutants with one of these in their name or file; all without.
        sample: How many mutants are drawn; all without.
        seed: What the draw depends on.
        workers: How many processes.
        seconds: How long one question to the solver may take; 0 asks none.
        resume: A file of results to go on from and to add to.
        as_json: Whether to print JSON.
        fail_under: The least share that must be killed.
    """

    places: tuple[Path, ...]
    words: tuple[str, ...]
    sample: int | None
    seed: int
    workers: int
    seconds: float
    resume: Path | None
    as_json: bool
    fail_under: float | None


def mutate(order: MutationOrder, registry: Registry, cache: Cache | None) -> int:
    """Test the mutants and say what became of them; the exit code."""
    own = files_in(order.places)
    known = [each for each in known_in(order.places) if each.check == SURVIVOR]
    parses = _parses(order.places, cache)
    library = _library(parses, registry)
    examples = tuple(library.examples)
    examiner = Examiner(parses, library, registry, examples, order.seconds or None, known)
    failing = examiner.failing()
    if failing:
        stop(f'the example "{failing[0]}" fails', "mend it first; `platelaw test` shows why")
    mutants = _chosen(examiner.mutants(own), order)
    if not mutants:
        click.echo("note: nothing is said in these files that could be changed", err=True)
        return EXIT_NOTHING
    found = _results(order, examiner, mutants, _basis(parses, library, registry), cache)
    report = Report(explained(found, known), library.digest)
    names = [(SURVIVOR, one.key) for one in report.results if one.fate is Fate.KNOWN]
    whole = order.sample is None and not order.words
    for needless in left_over(known, names) if whole else ():
        click.echo(needless.needless, err=True)
    _show(report, as_json=order.as_json)
    return _exit_code(report, order.fail_under)


def _parses(places: Sequence[Path], cache: Cache | None) -> list[Parse]:
    try:
        return Loader(cache).parses(places) if cache else read_library(places)
    except LibraryError as fault:
        stop(str(fault))


def _library(parses: Sequence[Parse], registry: Registry) -> Library:
    checked = check(parses, registry.bodies.keys())
    if checked.library is None:
        show_diagnostics([fault for fault in checked.diagnostics if fault.is_error], err=True)
        stop("the library is refused", "mend the faults above; `platelaw check` shows them again")
    return checked.library


def _chosen(mutants: Sequence[Mutant], order: MutationOrder) -> list[Mutant]:
    """The mutants asked for, in the order of the texts."""
    words = [word.casefold() for word in order.words]
    able = [m for m in mutants if not words or any(word in _text(m) for word in words)]
    if order.sample is None or order.sample >= len(able):
        return able
    drawn = random.Random(order.seed).sample(range(len(able)), order.sample)
    return [able[at] for at in sorted(drawn)]


def _text(mutant: Mutant) -> str:
    return f"{mutant.key}\n{'/'.join(Path(mutant.file).parts[-2:])}".casefold()


def _results(
    order: MutationOrder,
    examiner: Examiner,
    mutants: Sequence[Mutant],
    basis: Basis,
    cache: Cache | None,
) -> list[Result]:
    """The result of each, those kept and those worked out now."""
    keeper = KeptFile(order.resume) if order.resume else KeptInCache(cache, basis.law)
    known = keeper.known(basis)
    missing = [mutant for mutant in mutants if mutant.key not in known]
    with moving(len(mutants), "mutants") as forward:
        forward(len(mutants) - len(missing))
        try:
            for result in tested(examiner, missing, order.workers):
                known[result.key] = result
                if result.fate is not Fate.KNOWN:  # it was not looked at further
                    keeper.keep(result, basis)
                forward(1)
        except SolverMissingError:
            stop_without_solver(", or --within 0")
        finally:
            keeper.close()
    return [_placed(known[mutant.key], mutant) for mutant in mutants]


def _placed(result: Result, mutant: Mutant) -> Result:
    """A result at the line where its mutant now stands."""
    line, _ = mutant.change.span.source.line_and_column(mutant.change.span.start)
    return replace(result, file=mutant.file, line=line)


# What results rest on ----------------------------------------------------------------------------


def _basis(parses: Iterable[Parse], library: Library, registry: Registry) -> Basis:
    digest = hashlib.sha256(_program())
    for parse in parses:
        for node in parse.document.statements:
            if not isinstance(node, tree.Example | tree.NamedRequest):
                digest.update(f"{parse.document.span.source.name}\0{node.span.text}\0".encode())
    for key in registry.bodies:
        digest.update(repr(registry.bodies[key]).encode())
    return Basis(digest.hexdigest(), digests(library.examples))


def _program() -> bytes:
    """The digest of the sources that results depend on."""
    digest = hashlib.sha256()
    package = resources.files("platelaw")
    for part in ("dsl", "engine"):
        for name, file in sorted(_sources(package.joinpath(part), part)):
            digest.update(name.encode() + file.read_bytes())
    return digest.digest()


def _sources(folder: Traversable, prefix: str) -> Iterable[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sources(entry, f"{prefix}/{entry.name}")
        elif entry.name.endswith(".py"):
            yield f"{prefix}/{entry.name}", entry


# What is shown -----------------------------------------------------------------------------------


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report_json(report), indent=2, ensure_ascii=False))
        return
    for result in report.open():
        head, _, rest = result_text(result).partition("\n")
        click.echo(f"{click.style(head, fg='red', bold=True)}\n{rest}\n")
    click.echo(summary_text(report))


def _exit_code(report: Report, least: float | None) -> int:
    if least is None:
        return EXIT_OK if not report.open() else EXIT_FAULTS
    if report.percent >= least:
        return EXIT_OK
    click.echo(f"{shown(report.percent)} is killed, less than --fail-under {least:g}", err=True)
    return EXIT_FAULTS
