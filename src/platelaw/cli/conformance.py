"""``platelaw conformance``: recorded exchanges for trying a service, or whoever asks one."""

from __future__ import annotations

import datetime
import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from ..federation.client import TlsFiles
from ..federation.conformance.enforcing import enforce
from ..federation.conformance.exchanges import Direction, Exchange, exchanges
from ..federation.conformance.hooks import CommandHook, Hook, HttpHook
from ..federation.conformance.integration import Result, try_integration
from ..federation.conformance.service import ServiceTrial
from .common import EXIT_FAULTS, EXIT_OK, stop
from .home import Calling, calling_from, calling_options, home_from, identities_of

VERSION = 1
ASKER = "darien-platform"  # as whom most exchanges ask a service
AGENCY = "CT/example-pd"  # for whom integrations ask


@click.group("conformance")
def conformance_command() -> None:
    """Try a service, or an integration, on recorded exchanges.

    docs/conformance.md says what they are, and how an integration is driven.

    \b
    Examples:
      platelaw conformance run --help
      platelaw conformance list
    """  # noqa: D301


@conformance_command.command("run")
@click.option(
    "--integration", metavar="COMMAND",
    help="Try this enforcement point: a command that reads a task and prints its results as JSON.",
)  # fmt: skip
@click.option(
    "--integration-url", metavar="URL",
    help="Try the enforcement point behind this address, which takes tasks by POST.",
)  # fmt: skip
@click.option(
    "--only", multiple=True, metavar="NAME",
    help="Only this exchange, by its name or the beginning of it; may be repeated.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@calling_options
def run_command(
    integration: str | None,
    integration_url: str | None,
    only: tuple[str, ...],
    as_json: bool,
    **calling: Any,
) -> None:
    """Play the exchanges and tell what is not right.

    Without --integration a service on the development library is tried: that of `platelaw serve`
    on this machine, or the one of --server, where only the exchanges of the identity at hand
    (--as, darien-platform if not said) are tried. Exit code: 0 all is right, 5 something is not, 2
    the options cannot be gone by.

    \b
    Examples:
      platelaw conformance run
      platelaw conformance run --integration "platelaw conformance hook"
      platelaw conformance run --integration-url http://127.0.0.1:8080/try --only hold
    """  # noqa: D301
    hook = _hook(integration, integration_url)
    found = _chosen("service" if hook is None else "integration", only)
    if hook is None:
        results = _try_service(found, calling)
    else:
        results = try_integration(hook, found, AGENCY, _now)
    tried = list(_told(results, as_json=as_json))
    wrong = sum(bool(result.wrong) for result in tried)
    if as_json:
        click.echo(json.dumps(_plain(tried), indent=2, ensure_ascii=False))
    else:
        skipped = len(found) - len(tried)
        more = f", {skipped} not tried for want of an identity" if skipped else ""
        click.echo(f"{len(tried) - wrong} of {len(tried)} right{more}.")
    raise SystemExit(EXIT_FAULTS if wrong or not tried else EXIT_OK)


@conformance_command.command("list")
def list_command() -> None:
    """List the exchanges: their names, and what is right in each.

    \b
    Example:
      platelaw conformance list
    """  # noqa: D301
    directions: tuple[Direction, ...] = ("service", "integration")
    for direction in directions:
        click.echo(click.style(f"Of {direction}s", bold=True))
        for exchange in exchanges(direction, _now().date()):
            click.echo(f"  {exchange.name:34} {exchange.title}")


@conformance_command.command("hook")
def hook_command() -> None:
    """Do one task as an enforcement point should: for comparing your own with it.

    Reads a task as JSON from standard input and prints its results; `platelaw conformance run
    --integration` sends such tasks.

    \b
    Example:
      platelaw conformance run --integration "platelaw conformance hook"
    """  # noqa: D301
    try:
        task = json.load(sys.stdin)
        results = enforce(task)
    except (ValueError, KeyError, TypeError) as fault:
        stop(f"standard input holds no task: {fault}", "see docs/conformance.md")
    click.echo(json.dumps(results))


def _hook(command: str | None, url: str | None) -> Hook | None:
    if command is not None and url is not None:
        stop("two integrations", "name either --integration or --integration-url")
    if url is not None:
        if not url.startswith(("http://", "https://")):
            stop(f"{url}: no address", "write one such as http://127.0.0.1:8080/try")
        return HttpHook(url)
    if command is None:
        return None
    try:
        words = shlex.split(command)
    except ValueError as fault:
        stop(f"{command}: {fault}", "write the command as in a shell")
    if not words:
        stop("--integration is empty", "write the command as in a shell")
    return CommandHook(words)


def _chosen(direction: Direction, only: Sequence[str]) -> tuple[Exchange, ...]:
    """The exchanges of some names, all of them if none is given."""
    every = exchanges(direction, _now().date())
    unknown = [name for name in only if not any(_is_named(one, name) for one in every)]
    if unknown:
        stop(f"no exchange `{unknown[0]}`", "`platelaw conformance list` names them all")
    return tuple(one for one in every if not only or any(_is_named(one, name) for name in only))


def _is_named(exchange: Exchange, name: str) -> bool:
    return exchange.name.startswith(name) or exchange.name.partition("-")[2].startswith(name)


def _try_service(found: Sequence[Exchange], calling: dict[str, Any]) -> Iterator[Result]:
    called = calling_from(**calling, default=ASKER)
    trial = ServiceTrial(called.server, _identities(called, calling), _now)
    return trial.run([exchange for exchange in found if trial.can(exchange)])


def _identities(called: Calling, calling: dict[str, Any]) -> dict[str, TlsFiles]:
    """As whom the trial can ask."""
    if calling["server"] is None and calling["name"] is None:
        return identities_of(home_from(calling["home"]))
    return {calling["name"] or ASKER: called.tls}


def _told(results: Iterable[Result], *, as_json: bool) -> Iterator[Result]:
    """The results, each told as it comes."""
    for result in results:
        if not as_json:
            mark = click.style("wrong", fg="red") if result.wrong else click.style("ok", fg="green")
            click.echo(f"{mark:5}  {result.exchange.name}  {result.exchange.title}")
            for wrong in result.wrong:
                click.echo(f"         {wrong}")
        yield result


def _plain(results: Iterable[Result]) -> dict[str, Any]:
    exchanges_tried = [
        {
            "name": result.exchange.name,
            "title": result.exchange.title,
            "wrong": list(result.wrong),
        }
        for result in results
    ]
    return {"version": VERSION, "exchanges": exchanges_tried}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
