"""``platelaw attack``: the cheapest lies and broken promises that would get a PERMIT."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from textwrap import fill

import click

from ..dsl import syntax as tree
from ..dsl.diagnostics import suggestion
from ..dsl.kinds import DATA
from ..dsl.model import Vocabulary
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.proving.attack.attacking import Aim, Attack, Attacker, owners_of
from ..engine.proving.attack.costs import costs_in_words
from ..engine.proving.attack.render import attack_json, attack_text
from ..engine.written import bound_rules
from .bodies import body_from
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    EXIT_NOTHING,
    EXIT_OK,
    engine_from,
    registry_from,
    registry_option,
    stop,
)
from .day import Day
from .solving import need_solver, within_option

PURPOSE = "purpose"  # the root of every purpose


@click.command("attack")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option("--recipient", required=True, metavar="KEY", help="Who is to have the data.")
@click.option("--requester", metavar="KEY", help="Who asks; without, the recipient.")
@click.option(
    "--owner",
    "owners",
    metavar="KEY",
    multiple=True,
    help="Whose data; may be repeated. Without, all whose entry in the registry names a policy.",
)
@click.option("--purpose", required=True, metavar="WORD", help="For what they are wanted in truth.")
@click.option("--data", required=True, metavar="KIND", help="The kind of data.")
@click.option(
    "--act",
    "acts",
    metavar="ACT",
    multiple=True,
    help="By which act; may be repeated. Without, search and share.",
)
@click.option(
    "--on",
    "day",
    type=Day(),
    required=True,
    metavar="DATE",
    help="The day whose law counts, at noon UTC.",
)
@click.option("--proposed", is_flag=True, help="Count bills, too.")
@within_option
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@cache_options
@registry_option
def attack_command(
    places: tuple[Path, ...],
    recipient: str,
    requester: str | None,
    owners: tuple[str, ...],
    purpose: str,
    data: str,
    acts: tuple[str, ...],
    day: datetime.datetime,
    proposed: bool,
    seconds: float,
    as_json: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Find the cheapest lies and broken promises that would get a PERMIT.

    PLACES are files or folders on top of the shipped library, a draft bill for one (--proposed).
    For each owner and act: who must say falsely what, with the request, decided anew; or PROVED
    that no lie gets a PERMIT. Needs the extra `solver`.

    Exit code 0 if it is proved that none does, 5 if one does, 1 if something is unknown, 2 if the
    question cannot be asked.

    \b
    Examples:
      platelaw attack --recipient US/ice --purpose civil_removal --data alpr_data --on 2026-11-03
      platelaw attack --recipient US/ice --purpose civil_removal --data hit --on 2026-11-03 --json
    """  # noqa: D301
    need_solver()
    engine = engine_from(places, registry_from(registry_folder), cache, proposed=proposed)
    acts = acts or ("search", "share")
    owners = tuple(body_from(engine.registry, owner).key for owner in owners)
    owners = owners or tuple(owners_of(engine))
    recipient = body_from(engine.registry, recipient).key
    asks = body_from(engine.registry, requester).key if requester else recipient
    _check_words(engine.library.vocabularies.values(), purpose, data, acts)
    _note_lawless(engine, owners, day.date())
    attacker = Attacker(engine, seconds)
    at = day.replace(hour=12, tzinfo=datetime.UTC)
    attacks: list[Attack] = []
    for owner in owners:
        for act in acts:
            attacks.append(attacker.attack(Aim(owner, asks, recipient, purpose, act, data), at))
            if not as_json:
                click.echo(attack_text(attacks[-1]))
    if not as_json and any(attack.story and attack.story.wrongs for attack in attacks):
        click.echo(f"\n{fill(costs_in_words(), 100, break_on_hyphens=False)}")
    if as_json:
        told = {"version": 1, "digest": engine.library.digest,
                "attacks": [attack_json(attack) for attack in attacks]}  # fmt: skip
        click.echo(json.dumps(told, indent=2))
    raise SystemExit(_exit_code(attacks))


def _check_words(
    vocabularies: Collection[Vocabulary], purpose: str, data: str, acts: Iterable[str]
) -> None:
    """Stop at a word that nothing knows, or that is a word of something else.

    Of a purpose that is none it would be proved that nobody gets the data for it.
    """
    for what, root, word in (("purpose", PURPOSE, purpose), ("kind of data", DATA, data)):
        speaking = [words.kinds for words in vocabularies if root in words.kinds]
        _check_word(what, word, {kind for kinds in speaking for kind in kinds.below(root)})
    for act in acts:
        _check_word("act", act, {known for words in vocabularies for known in words.acts})


def _check_word(what: str, word: str, known: Collection[str]) -> None:
    if word not in known:
        near = suggestion(word, known)
        stop(f"no {what} is called `{word}`", near or "use a word of a vocabulary")


def _note_lawless(engine: Engine, owners: Iterable[str], day: datetime.date) -> None:
    """Say of whose data nothing is permitted on the day whoever asks, and be it the truth."""
    for owner in owners:
        bound = bound_rules(engine.library, engine.registry, owner, day)
        if not any(rule.effect is tree.Effect.PERMIT for _, rule in bound.rules):
            note = f"note: no rule that permits anything of {owner} is in force on {day}"
            click.echo(note, err=True)


def _exit_code(attacks: list[Attack]) -> int:
    if any(attack.story for attack in attacks):
        return EXIT_FAULTS
    return EXIT_OK if attacks and all(a.impossible for a in attacks) else EXIT_NOTHING
