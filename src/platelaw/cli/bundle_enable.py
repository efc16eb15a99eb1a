"""``platelaw bundle enable``: standing access, decided before it is turned on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..dsl import syntax as tree
from ..engine.cache import Cache
from ..engine.decision import Decision
from ..engine.flow.example import REAL
from ..engine.render_json import decision_json
from ..engine.render_text import decision_text
from ..federation.bundles.client import utc_now
from ..federation.bundles.contents import Contents, contents_of
from ..federation.bundles.doors import Opened, grounds_of, opened_by
from ..federation.bundles.drafting import Draft
from ..federation.bundles.enabling import Access, NotAskedError, decide, expiry, question_of
from ..federation.bundles.layout import POLICY, RECORD, Place, PlaceError, agency, agreement
from ..federation.bundles.publishing import apply, files_at
from ..federation.bundles.records import Record, digest_of_answer
from ..federation.bundles.repository import Repository
from ..federation.bundles.texts import Memory
from ..federation.deciding.questions import digest_of
from ..federation.v1.question_pb2 import Question
from .bundle_common import (
    faults_told,
    finish,
    keys_option,
    online_from,
    online_option,
    repository_argument,
    signers_from,
)
from .caching import cache_options
from .common import EXIT_DENY, EXIT_HOLD, stop
from .flow_common import map_from, map_option, zones_from

_SHOWN = 10


@click.command("enable")
@repository_argument
@click.option("--owner", required=True, metavar="KEY", help="Whose data it is.")
@click.option("--partner", required=True, metavar="KEY", help="Who gets access.")
@click.option("--purpose", required=True, help="For what: a kind of purpose.")
@click.option("--data", multiple=True, default=("alpr_data",), show_default=True,
              help="On which kinds of data; may be repeated.")  # fmt: skip
@click.option("--lasts", required=True, type=click.IntRange(1, 366), metavar="DAYS",
              help="For how many days: a year at most.")  # fmt: skip
@click.option("--user", required=True, metavar="NAME",
              help="Who asks, by an opaque name; nobody vouches for himself.")  # fmt: skip
@click.option("--reason", default="", help="Why, in words.")
@click.option("--fact", "facts", multiple=True, metavar="NAME=yes",
              help="What the owner claims besides, yes or no; may be repeated.")  # fmt: skip
@click.option("--statement", "statements", multiple=True, metavar="FILE",
              type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="A signed statement that proves a fact (DSSE); may be repeated.")  # fmt: skip
@click.option("--agreement", "agreed", multiple=True, metavar="FILE",
              type=click.Path(path_type=Path, exists=True),
              help="The agreement's policy, published with the record; may be repeated. Without "
              "it the record alone is published, in the owner's folder.")  # fmt: skip
@click.option("--zone", default="immigration", show_default=True,
              help="The recipients that doors are looked for to.")  # fmt: skip
@click.option("--zones", "zones_file", type=click.Path(path_type=Path),
              help="A file of zones of one's own instead of those that are shipped.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Decide and show, and write nothing.")
@map_option
@keys_option
@online_option
@cache_options
def enable_command(
    folder: Path,
    owner: str,
    partner: str,
    purpose: str,
    data: tuple[str, ...],
    lasts: int,
    user: str,
    reason: str,
    facts: tuple[str, ...],
    statements: tuple[Path, ...],
    agreed: tuple[Path, ...],
    zone: str,
    zones_file: Path | None,
    dry_run: bool,
    place: Path | None,
    example: str | None,
    keys: tuple[Path, ...],
    online: Path | None,
    cache: Cache | None,
) -> None:
    """Decide whether standing access may be turned on, and record it if it may.

    The act `enable` is asked of the repository's own policies, and the doors that the access would
    open are looked for on a map of who shares with whom. Only a PERMIT is recorded: signed with
    the owner's key, with the digest of the answer and an end within a year. Exit code 3 for HOLD
    and 4 for DENY, and then nothing is written.

    \b
    Examples:
      platelaw bundle enable policies.d --owner CT/example-pd --partner CT/state-police
          --purpose criminal_investigation --lasts 90 --user u-17 --dry-run
      platelaw bundle enable policies.d map.zip --owner CT/example-pd --partner CT/openbridge-pd
          --purpose stolen_vehicle --lasts 365 --user u-17 --agreement sharing.policy
          --key example.pem
    """  # noqa: D301
    access = Access(owner, partner, purpose, data, lasts, user, reason, tuple(map(_fact, facts)))
    proof = tuple(each.read_text("utf-8").strip() for each in statements)
    flow_map = map_from(place, example=example if place or example else REAL)
    zones = zones_from(zones_file)
    store = cache if cache is not None else Memory()
    now = utc_now().replace(microsecond=0)
    with faults_told():
        draft = Draft.of(Repository(folder), now)
        published = draft.part(()).all_files()
        asking = _Asking(access, proof, contents_of(published, store), now)
        decision = asking.decide()
        click.echo(decision_text(decision), nl=False)
        click.echo(f"request digest: {digest_of(asking.question).hex()}")
        policies = {path: text for path, text in published.items() if path.endswith(POLICY)}
        grounds = grounds_of(policies, asking.contents.engine, store)
        opened = opened_by(grounds, flow_map, zones, zone, owner, partner, now.date())
        _show(opened)
        if decision.outcome is not tree.Outcome.PERMIT:
            click.echo("nothing is turned on: only a PERMIT is recorded", err=True)
            raise SystemExit(EXIT_HOLD if decision.outcome is tree.Outcome.HOLD else EXIT_DENY)
        if dry_run:
            return
        record = asking.record(decision, opened.as_json(flow_map))
        where = _place(access, agreed)
        made = {f"{where.folder}/{_name(access, now)}": record.as_bytes()}
        apply(draft, made | files_at(agreed, where))
        click.echo(f"turned on until {record.expires:%Y-%m-%d %H:%M} UTC")
        finish(draft, [where.role], signers_from(keys), online_from(online), cache)


def _fact(text: str) -> tuple[str, bool]:
    name, _, value = text.partition("=")
    if value not in ("yes", "no"):
        stop(f"--fact {text}: neither yes nor no", "write NAME=yes or NAME=no")
    return name, value == "yes"


def _place(access: Access, agreed: tuple[Path, ...]) -> Place:
    try:
        return agreement(access.owner, access.partner) if agreed else agency(access.owner)
    except PlaceError as fault:
        stop(str(fault))


def _name(access: Access, now: datetime.datetime) -> str:
    partner = access.partner.replace("/", "-").lower()
    return f"{partner}-{access.purpose}-{now:%Y%m%d}{RECORD}"


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question of standing access under the contents of a repository."""

    access: Access
    proof: tuple[str, ...]
    contents: Contents
    now: datetime.datetime

    @property
    def question(self) -> Question:
        """The question in protobuf form."""
        return question_of(self.access)

    def decide(self) -> Decision:
        """The answer."""
        lasts = datetime.timedelta(days=self.access.days)
        engine, signers = self.contents.engine, self.contents.signers
        try:
            return decide(self.question, lasts, self.proof, engine, signers, self.now)
        except NotAskedError as fault:
            stop(str(fault))

    def record(self, decision: Decision, doors: Mapping[str, Any]) -> Record:
        """What is published of it."""
        return Record(
            self.question,
            self.access.partner,
            self.now,
            expiry(decision, self.now, self.access.days),
            self.proof,
            decision.outcome.value,
            digest_of_answer(decision_json(decision)),
            decision.known_as_of,
            doors,
        )


def _show(opened: Opened) -> None:
    """The doors that it would open."""
    if opened.doors is None:
        click.echo(f"doors to {opened.zone}: cannot be told: {opened.why_not}")
        return
    click.echo(f"doors to {opened.zone} that it would open: {len(opened.doors)}")
    for door in opened.doors[:_SHOWN]:
        way = " > ".join((door.source, *(hop.target for hop in door.hops)))
        click.echo(f"  class {door.klass.value}: {way}")
