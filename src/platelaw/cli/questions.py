"""``platelaw questions``: what hangs on each open question of law."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

import click

from ..dsl.diagnostics import listed
from ..dsl.model import Policy
from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.review import Reviewer
from ..engine.cache import Cache
from ..engine.counsel.asking import Counsel
from ..engine.counsel.render import questions_json, questions_markdown, questions_text
from ..engine.decision import Engine
from ..engine.registry import Body
from .bodies import body_from
from .caching import cache_options
from .common import (
    EXIT_NOTHING,
    EXIT_OK,
    engine_from,
    files_in,
    registry_from,
    registry_option,
    stop,
)
from .doc import phrases_from
from .search_logs import (
    as_if_option,
    judge_all,
    open_log,
    own_searches_option,
    owner_of,
    owner_option,
    reviewer_of,
)


@click.command("questions")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="LOG",
    help="Also count the searches of this log that turn; may be repeated, of one agency.",
)
@owner_option
@as_if_option
@own_searches_option
@click.option(
    "--agency", metavar="KEY", help="Only questions of the law that its policy speaks of."
)
@click.option(
    "--state",
    "states",
    multiple=True,
    metavar="CODE",
    help="Only questions of this government's law, as CT; may be repeated.",
)
@click.option(
    "--only", default="", metavar="TEXT", help="Only readings whose name or source has it."
)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@cache_options
@registry_option
def questions_command(
    places: tuple[Path, ...],
    logs: tuple[Path, ...],
    owner: str | None,
    as_if: str | None,
    own_searches: bool,
    agency: str | None,
    states: tuple[str, ...],
    only: str,
    as_markdown: bool,
    as_json: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Rank the open questions of law by how many decisions hang on each.

    Each reading that nobody has adopted is answered yes and answered no, and every example and
    every search of the logs is decided again. PLACES are files or folders on top of the shipped
    library. Each question comes with its source, the rules that read it, what turns either way, how
    many decisions are milder and stricter, and an example.

    Asked are the questions of the law that --agency, --state, the owner of the logs or the policies
    of PLACES speak of; with none of these, those of every law in the library.

    Exit code 0, 1 if there is no open question, 2 if a place or a log cannot be read.

    \b
    Examples:
      platelaw questions
      platelaw questions --state VA
      platelaw questions --only 'Public Act 26-14' --markdown
      platelaw questions --log search_audit.csv --owner CT/darien-pd
    """  # noqa: D301
    if as_json and as_markdown:
        stop("--json and --markdown exclude each other", "keep one")
    if not logs and (owner or as_if or own_searches):
        stop("whose log it is matters only with a log", "add --log LOG")
    if agency and states:
        stop("--agency and --state exclude each other", "keep one")
    engine = engine_from(places, registry_from(registry_folder), cache)
    reviewer = _reviewer(engine, logs, owner, as_if, own_searches=own_searches)
    body = None if states else _body(engine, agency, reviewer)
    spoken = _spoken(engine, body, states, () if states else files_in(places))
    counsel = Counsel(engine, reviewer, phrases_from(places).questions)
    found = counsel.questions(only, spoken)
    if spoken is not None and not (agency or states):
        note = "note: only questions of the law that these policies, or the owner's, speak of"
        click.echo(f"{note}; `--state CODE` asks others", err=True)
    if only and not found:
        note = f"note: no open question's name or source has `{only}`; without --only all are asked"
        click.echo(note, err=True)
    if as_json:
        click.echo(json.dumps(questions_json(counsel, found), indent=2, ensure_ascii=False))
    elif as_markdown:
        click.echo(questions_markdown(counsel, found), nl=False)
    else:
        click.echo(questions_text(counsel, found), nl=False)
    raise SystemExit(EXIT_OK if found else EXIT_NOTHING)


def _body(engine: Engine, agency: str | None, reviewer: Reviewer | None) -> Body | None:
    """Whose law is asked: an agency that is named, or the owner of logs if a policy is on file."""
    if agency:
        return body_from(engine.registry, agency)
    return reviewer.owner if reviewer is not None and reviewer.owner.policy else None


def _spoken(
    engine: Engine, body: Body | None, states: Iterable[str], files: Collection[str]
) -> frozenset[str] | None:
    """The readings in the words of an agency's policy, of a state's, or of files; None for all."""
    policies = [each for each in engine.library.policies if _stands_in(each, files)]
    if body is not None:
        policies = _own(engine, body.sovereign, body.policy)
    for state in states:
        policies += _own(engine, state.upper())
    names = {name for policy in policies for name in policy.vocabulary.readings}
    return frozenset(names) if policies else None


def _stands_in(policy: Policy, files: Collection[str]) -> bool:
    return any(rule.node.span.source.name in files for rule in policy.rules)


def _own(engine: Engine, sovereign: str, policy: str = "") -> list[Policy]:
    """The policy of an agency, or without one those of every agency of its government."""
    known: dict[str, set[str]] = {}
    for body in engine.registry.bodies.values():
        if body.policy:
            known.setdefault(body.sovereign, set()).add(body.policy)
    named = {policy} if policy else known.get(sovereign, set())
    found = [each for each in engine.library.policies if each.name in named]
    if not found:
        mend = f"known are {listed(sorted(known))}; `--only` chooses by name or source"
        stop(f"no agency of `{sovereign}` on file has a policy here", mend)
    return found


def _reviewer(
    engine: Engine,
    logs: tuple[Path, ...],
    owner: str | None,
    as_if: str | None,
    *,
    own_searches: bool,
) -> Reviewer | None:
    """What has judged the logs; None if there are none."""
    if not logs:
        return None
    opened = [open_log(path, shipped_layouts()) for path in logs]
    searches = [log for found in opened for log in found.logs]
    if not searches:
        stop("no search log is among the files", "name one with --log")
    body = owner_of(engine.registry, logs, owner, as_if)
    reviewer = reviewer_of(engine, body, simulated=as_if is not None, own_searches=own_searches)
    judge_all(reviewer, searches)
    return reviewer
