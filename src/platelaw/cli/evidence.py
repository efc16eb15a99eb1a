"""``platelaw evidence``: a finding as one package, and whether such a package holds."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from ..compliance.evidence.contents import about_of, searches_of, sources_of
from ..compliance.evidence.errors import PackageError
from ..compliance.evidence.package import MANIFEST, packed, read_package, seal_in, zipped
from ..compliance.evidence.proofs import Given, proof_files
from ..compliance.evidence.rereading import Rereading, reread
from ..compliance.evidence.verifying import Check, made_by, verified
from ..compliance.findings.acting import RegisterError, resolved_id
from ..compliance.own_days import days_of_results
from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.reader import SearchLog
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..federation.identity.tables import TableError
from ..federation.log.keys import LogKeys, read_logs
from .caching import cache_options
from .common import (
    EXIT_NOTHING,
    engine_from,
    policy_option,
    registry_from,
    registry_option,
    stop,
)
from .day import Day
from .findings_common import today
from .report_common import FILE, opened
from .search_logs import layout_option, open_log, own_layouts, owner_of, reviewer_of
from .with_default import WithDefault
from .writing import write_bytes, write_file

_PATH = click.Path(path_type=Path)
_logs_option = click.option(
    "--logs",
    multiple=True,
    type=_PATH,
    metavar="FILE",
    help="An original export, read again; repeat it for each.",
)
_key_option = click.option(
    "--key",
    "key_file",
    type=FILE,
    metavar="FILE",
    help="The public keys of the decision log: the registry's logs.csv, or a verifier key (C2SP).",
)


@click.group("evidence", cls=WithDefault, default="pack")
def evidence_command() -> None:
    """Pack a finding as evidence, or verify such a package.

    `platelaw evidence FINDING --results FILE --to PLACE` packs one.

    A package holds the masked searches with file and line, digests, column maps, the rules with
    their wording and status, what each rule did, the register's entries, how often the reading is
    right, and a statement of the method in plain words. It is verified without a network.

    \b
    Examples:
      platelaw evidence 3f2a9c0011223344 --results year.results --to finding.zip
      platelaw evidence verify finding.zip
    """  # noqa: D301


@evidence_command.command("pack")
@click.argument("finding")
@click.option("--results", type=FILE, required=True, metavar="FILE", help="The results.")
@click.option("--to", "place", type=_PATH, required=True, metavar="PLACE",
              help="Where to write: a .zip, else a folder that is not there yet.")  # fmt: skip
@_logs_option
@click.option("--proof", "proofs", multiple=True, type=FILE, metavar="FILE",
              help="An answer that `platelaw ask --save` wrote, or a response of the decision "
              "service: it is proven by --key and put in; repeat it for each.")  # fmt: skip
@_key_option
@click.option(
    "--on", "day", type=Day(), metavar="DATE", help="The day of packing [default: today]."
)
@layout_option
@policy_option
@cache_options
@registry_option
def pack_command(
    finding: str,
    results: Path,
    place: Path,
    logs: tuple[Path, ...],
    proofs: tuple[Path, ...],
    key_file: Path | None,
    day: datetime.datetime | None,
    maps: tuple[Path, ...],
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Pack a finding.

    With --logs the searches are read again in the original exports, and the decision tree of one
    search of each judgment is put in. With --proof an answer of the decision service is, if its
    log answers for it.

    \b
    Examples:
      platelaw evidence pack 3f2a9c0011223344 --results year.results --to finding.zip
      platelaw evidence 3f2a --results year.results --to f.zip --proof answer.pb --key logs.csv
    """  # noqa: D301
    if proofs and key_file is None:
        stop("--proof needs the public keys of the log", "name the registry's logs.csv with --key")
    registry = registry_from(registry_folder)
    engine = engine_from(places, registry, cache)
    with opened(results) as connection:
        try:
            finding = resolved_id(connection, finding)
        except RegisterError as fault:
            stop(fault.message, fault.help)
        again = Rereading()
        if logs:
            rows = list(csv.DictReader(io.StringIO(searches_of(connection, finding))))
            about, sources = about_of(connection), sources_of(connection, finding)
            again = _again(engine, about, _open(logs, maps), sources, rows)
            _stop_at(again)
        try:
            proven = _proven(proofs, key_file)
            files = packed(
                connection,
                finding,
                library=engine.library,
                tool=version("platelaw"),
                made_on=day.date() if day else today(days_of_results(connection)),
                explanations=again.trees,
                proofs=proven,
            )
        except PackageError as fault:
            stop(fault.message, fault.help)
    _write(place, files)
    click.echo(
        f"wrote {place}: {len(files)} files; verify it with `platelaw evidence verify {place}`"
    )
    click.echo(f"its digest, to be noted apart from it: {seal_in(files[MANIFEST])}")


@evidence_command.command("verify")
@click.argument("package", type=_PATH)
@_logs_option
@_key_option
@click.option("--json", "as_json", is_flag=True, help="Print what was looked at as JSON.")
@layout_option
@policy_option
@cache_options
@registry_option
def verify_command(
    package: Path,
    logs: tuple[Path, ...],
    key_file: Path | None,
    as_json: bool,
    maps: tuple[Path, ...],
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Verify a package, without a network.

    With --logs the original exports are compared by their digests, and every search is read and
    judged again. With --key answers of the decision service are proven by keys of your own, else by
    those in the package. Exit code 0 if all holds, 1 if not.

    \b
    Examples:
      platelaw evidence verify finding.zip
      platelaw evidence verify finding.zip --logs network_audit.csv
    """  # noqa: D301
    try:
        files = read_package(package)
    except PackageError as fault:
        stop(fault.message, fault.help)
    checks = list(verified(files, _keys(key_file) if key_file else None, tool=version("platelaw")))
    if logs and not checks[0].faults:
        engine = engine_from(places, registry_from(registry_folder), cache)
        about, sources = (json.loads(files[name]) for name in ("audit.json", "sources.json"))
        rows = list(csv.DictReader(io.StringIO(files["searches.csv"].decode())))
        again = _again(engine, about, _open(logs, maps), sources, rows)
        faults = (*again.faults, *(f"{name} is not among the logs" for name in again.missing))
        checks.append(Check(f"{again.read:,} searches read and judged again are as packed", faults))
    _tell(checks, seal_in(files[MANIFEST]), made_by(files, version("platelaw")), as_json=as_json)
    raise SystemExit(EXIT_NOTHING if any(check.faults for check in checks) else 0)


def _tell(checks: Sequence[Check], digest: str | None, made: str, *, as_json: bool) -> None:
    if as_json:
        looked = [
            {"what": each.what, "faults": list(each.faults), "unchecked": each.unchecked}
            for each in checks
        ]
        told = {"version": 1, "digest": digest, "made": made, "checks": looked}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if digest:
        click.echo(f"package {digest}")
    if made:
        click.echo(made)
    for check in checks:
        holds = "not checked" if check.unchecked else "holds"
        click.echo(f"{'not so' if check.faults else holds}: {check.what}")
        if check.unchecked:
            click.echo(f"    {check.unchecked}")
        for fault in check.faults[:20]:
            click.echo(f"    {fault}")
        if len(check.faults) > 20:
            click.echo(f"    and {len(check.faults) - 20:,} more; --json tells all")


def _open(logs: Sequence[Path], maps: Sequence[Path]) -> list[SearchLog]:
    layouts = (*(layout for path in maps for layout in own_layouts(path)), *shipped_layouts())
    return [log for path in logs for log in open_log(path, layouts).logs]


def _again(
    engine: Engine,
    about: dict[str, str],
    logs: Sequence[SearchLog],
    sources: list[dict[str, Any]],
    rows: list[dict[str, str]],
) -> Rereading:
    owner = owner_of(engine.registry, (), about["owner"], None)
    said = {name: about.get(name) == "yes" for name in ("simulated", "own_searches")}
    return reread(reviewer_of(engine, owner, **said), logs, sources, rows)


def _stop_at(again: Rereading) -> None:
    """End the command where the originals do not bear the finding out."""
    if again.missing:
        stop(f"not among the logs: {', '.join(again.missing)}",
             "name every file of the finding, or leave --logs out")  # fmt: skip
    if again.faults:
        more = f" (and {len(again.faults) - 1:,} more)" if len(again.faults) > 1 else ""
        stop(again.faults[0] + more, "judge the logs again before anything is handed out")


def _keys(file: Path) -> LogKeys:
    try:
        return read_logs(file)
    except TableError as fault:
        stop(str(fault), "name the `logs.csv` of the registry, or a file with a verifier key")


def _proven(proofs: Sequence[Path], key_file: Path | None) -> dict[str, bytes]:
    """The answers that are to be put in, proven."""
    if key_file is None:
        return {}
    given = [Given(str(proof), _read(proof)) for proof in proofs]
    return proof_files(given, _read(key_file).decode("utf-8-sig", "replace"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        stop(f"{file}: cannot be read: {fault.strerror}", "name a file that can be read")


def _write(place: Path, files: dict[str, bytes]) -> None:
    if place.suffix == ".zip":
        write_file(place, zipped(files))
        return
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        stop(f"{place}: there is something already", "name a folder that is not there yet")
    try:
        write_bytes(place, files)
    except OSError as fault:
        stop(f"{place}: cannot be written: {fault.strerror or fault}", "name a folder of yours")
