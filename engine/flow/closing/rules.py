"""Rules that owners could adopt: whom their data must not reach, as draft policies.

A rule closes a door at no switch's loss where the rules are asked and the answer is enforced;
elsewhere it makes lawful sharing a breach, which is worth less. Which of both, tracing tells.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass

from ....dsl.formatter import format_parse
from ....dsl.model import Library, Policy
from ....dsl.source import Source
from ... import names
from ...library import new_parser
from ...registry import Registry
from ..hops import ALERT, SHARE
from ..model import FlowMap
from ..product import Product
from .plan import Exposure


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A draft policy of one owner.

    Attributes:
        owner: The registry key of the owner.
        recipients: The registry keys of those whom it bars.
        file: What its file is called.
        text: The policy.
    """

    owner: str
    recipients: tuple[str, ...]
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class RulesInstead:
    """What the drafts would do without any switch.

    Attributes:
        drafts: One for each owner that is on file.
        without: How many exposed owners are not on file and cannot have one.
        after: The doors that are then left.
    """

    drafts: tuple[RuleDraft, ...]
    without: int
    after: Exposure


def drafts_for(
    map_: FlowMap, product: Product, library: Library, registry: Registry, ground: str,
    day: datetime.date,
) -> tuple[tuple[RuleDraft, ...], int]:  # fmt: skip
    """A draft for every owner with doors, and how many owners are not on file.

    Args:
        map_: The map.
        product: The doors.
        library: What words and time zones are taken from.
        registry: Only who is on file can be named by a rule.
        ground: The policy to take them from where the owner has none of its own.
        day: From when the drafts are to be in force.
    """
    reached: dict[str, dict[str, None]] = {}
    for end in product.ends:
        state = product.states[end]
        owner, recipient = map_.nodes[state.owner].body, map_.nodes[state.node].body
        if registry.get(recipient) is not None:
            reached.setdefault(owner, {})[recipient] = None
    policies = {policy.name: policy for policy in library.policies}
    drafts: list[RuleDraft] = []
    for owner, recipients in sorted(reached.items()):
        body = registry.get(owner)
        if body is None:
            continue
        like = policies.get(body.policy) or policies[ground]
        drafts.append(_draft(owner, body.name, sorted(recipients), like, day))
    return tuple(drafts), len(reached) - len(drafts)


def _draft(
    owner: str, name: str, recipients: Collection[str], like: Policy, day: datetime.date
) -> RuleDraft:
    slug = re.sub(r"[^a-z0-9]+", "-", owner.casefold()).strip("-")
    acts = ", ".join((names.SEARCH, SHARE, ALERT))
    barred = ", ".join(f"agency:{key}" for key in recipients)
    rests = f"permit may rest on {like.rests_on}" if like.rests_on else ""
    text = f"""
# A draft made by `platelaw close` from a map of relations. Nobody has adopted it; counsel should
# read it first. It bars these bodies for every purpose, lawful ones too.
policy draft/{slug}
  title "Draft: bodies that the data must not reach"
  layer owner
  issued by "{_plain(name)}"
  time zone {like.zone}
  uses {like.vocabulary.edition}
  binds owner is agency:{owner}
  {rests}
rule barred-recipients "Bodies that the data must not reach"
  cites "Draft of {day.isoformat()}" status unverified
  in force from {day.isoformat()}
  forbid {acts} of {names.SEARCHED_DATA}
  if some r in recipients has (r is one of {{{barred}}})
"""
    parse = new_parser().parse(Source(f"{slug}.policy", text))
    return RuleDraft(owner, tuple(recipients), f"{slug}.policy", format_parse(parse))


def _plain(text: str) -> str:
    """A name without what would end a text of the language."""
    return text.replace('"', "'").replace("\n", " ")
