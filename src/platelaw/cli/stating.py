"""What the options of ``platelaw attest`` state, and what that is in words."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import click

from ..dsl.syntax import Level
from ..engine.json_text import Json
from ..federation.evidence.statements import (
    Deleted,
    Recalled,
    Said,
    SaidDuty,
    SaidFact,
    SaidInstrument,
    SaidReview,
    TakenBack,
)
from .common import stop

_OPTIONS = (
    click.option(
        "--fact", "facts", metavar="NAME=VALUE", multiple=True,
        help="State a fact, such as case.active=yes; may be repeated.",
    ),
    click.option(
        "--for", "recipient", metavar="KEY", default="",
        help="The recipient for whom the facts count [default: the requester].",
    ),
    click.option(
        "--instrument", metavar="ID", default="",
        help="State what an instrument says that you have read.",
    ),
    click.option("--kind", help="The kind of the instrument."),
    click.option("--from", "issuer", metavar="KEY", help="Who signed the instrument."),
    click.option("--issued-to", metavar="KEY", help="The agency that may use it."),
    click.option(
        "--probable-cause/--no-probable-cause", default=None,
        help="Whether it rests on probable cause.",
    ),
    click.option(
        "--covers/--no-covers", default=None, help="Whether it covers what this request asks for.",
    ),
    click.option("--expires", metavar="DAY", help="The last day of the instrument."),
    click.option(
        "--clear", "cleared", metavar="RULE", multiple=True,
        help="Clear a rule that was referred to you; may be repeated.",
    ),
    click.option(
        "--refuse", "refused", metavar="RULE", multiple=True,
        help="Refuse on such a rule; may be repeated.",
    ),
    click.option(
        "--duty", "duties", metavar="NAME", multiple=True,
        help="Say that a duty is done; may be repeated.",
    ),
    click.option(
        "--withdraw", "withdrawn", metavar="STATEMENT", multiple=True,
        help="Take back a statement by its id; may be repeated.",
    ),
)  # fmt: skip
_PAPER = {
    "kind": "kind",
    "issuer": "from",
    "issued_to": "issued_to",
    "probable_cause": "probable_cause",
    "covers": "covers",
    "expires": "expires",
}
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Stated:
    """What is to be signed.

    Attributes:
        facts: Facts as ``NAME=VALUE``.
        recipient: The recipient for whom they count; the requester if empty.
        instrument: The id of an instrument, empty if none.
        paper: What the instrument says; None where it is not said.
        cleared: Rules that are cleared.
        refused: Rules that are refused.
        duties: Duties that are done.
        withdrawn: Statements that are taken back, by their ids.
    """

    facts: tuple[str, ...]
    recipient: str
    instrument: str
    paper: Mapping[str, Json]
    cleared: tuple[str, ...]
    refused: tuple[str, ...]
    duties: tuple[str, ...]
    withdrawn: tuple[str, ...]

    def said(self) -> tuple[Said, ...]:
        """One saying for each statement to be signed; ends the command if there is none."""
        found = tuple(self._said())
        if not found and not self.withdrawn:
            stop("nothing to sign", "add --fact, --instrument, --clear, --refuse, --duty or "
                 "--withdraw")  # fmt: skip
        return found

    def _said(self) -> Iterator[Said]:
        for text in self.facts:
            name, sign, value = text.partition("=")
            if not sign or not name.strip() or not value.strip():
                stop(f"--fact {text}: not NAME=VALUE", "write case.active=yes")
            yield SaidFact(name.strip(), value_of(value.strip()), self.recipient)
        if self.instrument:
            fields: dict[str, Json] = {
                key: value for key, value in self.paper.items() if value is not None
            }
            if "kind" not in fields:
                stop("--instrument needs --kind", "write its kind, a word of the vocabulary")
            yield SaidInstrument(self.instrument, fields)
        elif any(value is not None for value in self.paper.values()):
            stop("what a paper says needs the paper", "add --instrument with its id")
        for rule in self.cleared:
            yield SaidReview(rule, True)
        for rule in self.refused:
            yield SaidReview(rule, False)
        for duty in self.duties:
            yield SaidDuty(duty)


def stating_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what is to be signed (``stated_from``)."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def stated_from(options: dict[str, Any]) -> Stated:
    """Take from the options of a command those of ``stating_options``."""
    paper = {name: options.pop(option) for option, name in _PAPER.items()}
    names = ("facts", "recipient", "instrument", "cleared", "refused", "duties", "withdrawn")
    return Stated(paper=paper, **{name: options.pop(name) for name in names})


def value_of(text: str) -> Json:
    """The value that a text on the command line means.

    ``yes`` and ``no``, whole numbers, and JSON where it begins with ``"``, ``[`` or ``{``; any
    other text is the word itself.
    """
    if text in _YES_NO:
        return _YES_NO[text]
    if text.isascii() and text.isdigit():
        return int(text)
    if text[0] not in '"[{':
        return text
    try:
        return cast("Json", json.loads(text))
    except ValueError as fault:
        stop(f"{text}: not JSON: {fault}", 'write a list as ["a", "b"], or a plain word')


def level_of(said: Said, level: Level) -> Level | None:
    """The level of proof that a statement claims."""
    match said:
        case SaidFact():
            return level
        case SaidInstrument():
            return Level.VERIFICATION
        case _:
            return None


def told(said: Said) -> str:
    """What is stated, in words."""
    match said:
        case SaidFact(fact, value, about):
            shown = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else None
            return f"{fact} is {shown or json.dumps(value)}{f', for {about}' if about else ''}"
        case SaidInstrument(id_, fields):
            says = ", ".join(f"{key} {json.dumps(value)}" for key, value in fields.items())
            return f"you have read the instrument {id_}, and it says: {says}"
        case SaidReview(rule, cleared):
            return f"{'you clear' if cleared else 'you refuse'} {rule} for this request"
        case SaidDuty(duty):
            return f"{duty} is done"
        case TakenBack():
            return "you take back an earlier statement"
        case Recalled(why, counts_from, holders, answer_by):
            return (
                f"you recall the release from {_moment(counts_from)} on: {why}. "
                f"{', '.join(holders)} is to answer by {_moment(answer_by)}"
            )
        case Deleted(at, kept, retention):
            rest = f"; kept is {kept}, under {retention}" if kept else "; nothing is kept"
            return f"the copy was deleted at {_moment(at)}{rest}"


def _moment(moment: datetime.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
