"""``platelaw demo``: a real log judged, and three requests answered."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace

import click

from ..engine.audit.reader import open_log
from ..engine.audit.report import review_text
from ..engine.audit.review import Reviewer
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.render_json import View
from ..engine.request_json import read_request
from .audit import policy_notes
from .caching import cache_options
from .common import engine_from, registry_from
from .decide import show
from .example import EXAMPLE_OWNER, example_log, example_request

QUESTIONS = (
    ("permit", "A Darien officer looks for a stolen car."),
    ("hold", "The same officer, with a reason that a person must read first."),
    ("deny", "A Texas department, with the reason `ICE-assist` and neither case nor offense."),
)


@click.command("demo")
@cache_options
def demo_command(cache: Cache | None) -> None:
    """Judge a real search log, then answer three requests.

    The log is the public one of the police of Darien, Connecticut, as its transparency portal
    published it in October 2026. Nothing is sent anywhere.

    \b
    Examples:
      platelaw demo
    """  # noqa: D301
    engine = engine_from((), registry_from(None), cache)
    _heading("1. The public search log of Darien, Connecticut, judged row by row")
    _audit(engine)
    for at, (name, words) in enumerate(QUESTIONS, start=2):
        _heading(f"{at}. May this search proceed? {words}")
        _ask(engine, name)
    click.echo(
        "Next: `platelaw explain` shows every condition; `platelaw schema request` the form."
    )


def _heading(text: str) -> None:
    click.echo()
    click.echo(click.style(text, bold=True))
    click.echo("=" * len(text))


def _audit(engine: Engine) -> None:
    owner = engine.registry.get(EXAMPLE_OWNER)
    assert owner is not None, "the shipped registry has the agency of the shipped log"
    reviewer = Reviewer(engine, owner)
    for _ in reviewer.read(open_log(example_log())):
        pass
    reviewer.review.notes += policy_notes(engine, reviewer.review)
    click.echo(review_text(reviewer.review), nl=False)


def _ask(engine: Engine, name: str) -> None:
    text = example_request(name)
    asked = json.loads(text)
    facts = asked["facts"]
    click.echo(f"  requester {asked['requester']}, owner {asked['owner']}, at {asked['at']}")
    click.echo(
        f"  {asked['act']} of {asked['data']} for {facts['request.purpose']}, reason "
        f'"{asked["reason"]}", case "{facts["case.number"]}", offense "{facts["case.offense"]}"'
    )
    click.echo()
    now = datetime.datetime.now(datetime.UTC)
    reading = read_request(text, engine, now=now)
    assert reading.request is not None, "the shipped requests are read whole"
    decision = engine.decide(reading.request, decided_at=now)
    show(replace(decision, notes=(*decision.notes, *reading.notes)), View.OWNER)
