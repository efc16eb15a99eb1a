"""``platelaw doc``: the written policy of an agency, made from the rules that are enforced."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import click

from ..dsl import syntax as tree
from ..dsl.diagnostics import suggestion
from ..dsl.model import Library, Policy
from ..engine import written as pages
from ..engine.cache import Cache
from .bodies import body_from
from .caching import cache_options
from .common import engine_from, policy_option, registry_from, registry_option, stop
from .day import Day
from .printing import PrintingError, pdf_of
from .writing import write_file

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("doc")
@click.argument("agency")
@click.option("--on", "day", type=Day(), metavar="DATE", help="The day [default: today].")
@click.option("--compare", "model", metavar="MODEL", help="Compare with this policy instead.")
@click.option("--markdown", type=_FILE, metavar="FILE", help="Write Markdown to this file.")
@click.option("--html", type=_FILE, metavar="FILE", help="Write one HTML page to this file.")
@click.option("--pdf", type=_FILE, metavar="FILE", help="Write a PDF, printed by Chromium.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON instead of Markdown.")
@policy_option
@cache_options
@registry_option
def doc_command(
    agency: str,
    day: datetime.datetime | None,
    model: str | None,
    markdown: Path | None,
    html: Path | None,
    pdf: Path | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Write the policy that an agency publishes, from its rules.

    Every rule of every layer that binds its data on the day stands there once, in plain words.

    AGENCY is a key of the registry. Its own policy is among those shipped or named by --policies.
    Without a file to write, Markdown is printed. The same policies and day give the same Markdown,
    HTML and JSON. With --compare the agency's own clauses are set beside those of a model: changed,
    missing, added, unchanged. Exit code 0 if it was written, 2 if not.

    \b
    Examples:
      platelaw doc CT/strictford-pd
      platelaw doc CT/strictford-pd --on 2026-11-03 --html policy.html --pdf policy.pdf
      platelaw doc CT/strictford-pd --compare ct/model-example
      platelaw doc CT/example-village-pd --policies policies --html policy.html
    """  # noqa: D301
    registry = registry_from(registry_folder)
    body = body_from(registry, agency)
    library = engine_from(places, registry, cache).library
    on = day.date() if day else datetime.date.today()
    bound = pages.bound_rules(library, registry, body.key, on)
    _has_own(bound)
    if model is None:
        page = pages.written(library, registry, bound, phrases_from(places))
    else:
        named = _model(library, model)
        page = pages.compared(library, registry, bound, named, phrases_from(places))
    _write(page, markdown=markdown, html=html, pdf=pdf)
    if as_json:
        click.echo(json.dumps(pages.as_json(page), indent=2, ensure_ascii=False))
    elif not (markdown or html or pdf):
        click.echo(pages.markdown(page), nl=False)


def phrases_from(places: tuple[Path, ...]) -> pages.Phrases:
    """The plain words of the shipped library and of folders, or the end of the command."""
    folders = dict.fromkeys(place if place.is_dir() else place.parent for place in places)
    try:
        return pages.phrases_in([*pages.shipped_folders(), *folders])
    except pages.PhrasesError as fault:
        stop(str(fault), 'write `NAME = "its words"` below a table such as `[facts]`')


def _has_own(bound: pages.Bound) -> None:
    """End the command if the agency has no policy of its own in force."""
    if any(policy.layer is tree.Layer.OWNER for policy, _ in bound.rules):
        return
    starts = sorted(
        rule.node.in_force.start
        for policy in bound.policies
        if policy.layer is tree.Layer.OWNER
        for rule in policy.rules
        if rule.node.in_force is not None
    )
    stop(
        f"no policy of `{bound.agency}` is in force on {bound.day}",
        f"its policy begins on {starts[0]}: `--on {starts[0]}`"
        if starts
        else "name its folder, as in `--policies policies`, or make one with `platelaw new`",
    )


def _model(library: Library, name: str) -> Policy:
    wanted = name.split()[0] if name.strip() else name
    found = next((policy for policy in library.policies if policy.name == wanted), None)
    if found is None or found.layer is not tree.Layer.OWNER:
        names = [p.name for p in library.policies if p.layer is tree.Layer.OWNER]
        told = "is no agency's policy" if found else "is not in the library"
        stop(f"the model `{name}` {told}", suggestion(wanted, names) or "name a policy, as it "
             "stands after `policy`")  # fmt: skip
    return found


def _write(
    page: pages.Written, *, markdown: Path | None, html: Path | None, pdf: Path | None
) -> None:
    """Make everything, then write each file whole."""
    made: list[tuple[Path, bytes]] = []
    if markdown:
        made.append((markdown, pages.markdown(page).encode()))
    text = pages.html(page) if html or pdf else ""
    if html:
        made.append((html, text.encode()))
    if pdf:
        try:
            made.append((pdf, pdf_of(text)))
        except PrintingError as fault:
            stop(str(fault), fault.help)
    for place, content in made:
        write_file(place, content)
        click.echo(f"wrote {place}", err=True)
