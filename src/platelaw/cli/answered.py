"""An answer of a service as text: what an officer reads in ten seconds, then why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from ..dsl.syntax import Outcome
from ..engine.render_text import STATUS_WORDS
from ..federation.client import Answer, Need, Rule
from .decide import COLORS

_NO_HOLD = "This HOLD is about the data: it is not a hold on a person or a vehicle."


def show_answer(answer: Answer) -> None:
    """Print an answer, the word in color on a terminal."""
    word = click.style(answer.outcome.value, fg=COLORS[answer.outcome], bold=True)
    click.echo(f"{word}: {answer.reason}")
    for line in _lines(answer):
        click.echo(line)


def _lines(answer: Answer) -> Iterator[str]:
    explanation = answer.explanation
    if answer.outcome is Outcome.HOLD:
        yield _NO_HOLD
    if answer.development:
        yield "DEVELOPMENT: this service is good for trying only; no data may be released on this."
    if answer.stale:
        yield "STALE: the policies of the service are more than a day old."
    yield from _block(
        "What is wrong with the request",
        (f"{f.where}: {f.message}; {f.help}" for f in explanation.faults),
    )
    if answer.outcome is not Outcome.PERMIT:
        urgent = [f"URGENT: {u.role} of {u.desk} answers within {u.answers_within}"
                  for u in explanation.urgent]  # fmt: skip
        yield from _block("What is lawful now", (*urgent, *explanation.routes))
    yield from _block("Why", map(_rule, explanation.rules))
    if explanation.weakest_status:
        status = explanation.weakest_status
        yield f"  The answer rests on: {status} ({STATUS_WORDS.get(status, status)})."
    yield from _block("What would settle it", map(_set, explanation.settling))
    yield from _block(
        "What must be done",
        (
            f"{d.duty.replace('_', ' ')}, by {d.holder}, {d.deadline}{' (done)' if d.done else ''}"
            for d in explanation.duties
        ),
    )
    yield from _block("Notes", explanation.notes)
    yield ""
    yield f"  request {answer.request_id}"
    if answer.hold is not None:
        hold = answer.hold
        yield f"  hold    {hold.id}, for {hold.owner}, by {hold.deadline:%Y-%m-%d %H:%M} UTC"
    if answer.valid_until is not None:
        yield f"  a release may begin until {answer.valid_until:%H:%M:%S} UTC"
    if answer.release_id:
        yield f"  release {answer.release_id.hex()}, which goes with the data"


def _block(title: str, items: Iterable[str]) -> Iterator[str]:
    told = list(items)
    if told:
        yield ""
        yield title
        for item in told:
            yield f"  - {item}"


def _rule(rule: Rule) -> str:
    cited = f" [{rule.cites}: {rule.status}]" if rule.cites else ""
    return f"{rule.title}. ({rule.id}: {rule.state}){cited}"


def _set(needs: tuple[Need, ...]) -> str:
    return "; and ".join(map(need_text, needs))


def need_text(need: Need) -> str:
    """One thing that is needed, and who may give it."""
    about = f" for {need.about}" if need.about else ""
    by = f" by the {' or the '.join(role.replace('_', ' ') for role in need.roles)}"
    return f"{need.kind} {need.name}{about}{by if need.roles else ''}"
