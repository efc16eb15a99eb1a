"""Random small libraries: policies of every layer, rules of every effect."""

from __future__ import annotations

import random
from dataclasses import replace

from .conditions import CLOSED_PURPOSES, EITHER, MILDER, PURPOSES, STRICTER, Place, condition
from .texts import Clause, LibraryText, PolicyText, RuleText
from .world import VOCABULARY

OWNER_POLICY = "agency/pd"
IN_FORCE = (
    *("in force from 2020-01-01",) * 9,
    "in force from 2024-06-16",
    "in force from 2020-01-01 until 2024-06-16",
    "in force from 2024-03-01 at the earliest, 2024-09-01 at the latest",
)
ENJOINED = (
    *("",) * 14,
    'enjoined from 2024-06-01 until 2024-06-16 by "A v. B"',
    'enjoined from 2024-06-16 by "A v. B"',
)
RULE_BINDS = (
    *("",) * 9,
    "requester.sovereign is AA",
    "account.shared is no",
    "not requester is a kind of person",
)
SCOPES = (
    *((("search",), ("reads",)),) * 9,
    (("search", "share"), ("reads", "bills")),
    (("search", "share", "keep"), ("hits",)),
    (("search",), ("hits", "faces")),
)
KEEPING = (("keep",), ("reads",))
STATUSES = ("verified", "verified", "secondary", "unverified")
BOUNDS = (
    "parameter most_victims is 2\n  agencies may lower\n"
    '  cites "Law" status verified\n  in force from 2020-01-01\n'
    "parameter longest_age is 21 days\n  agencies may lower\n"
    '  cites "Law" status verified\n  in force from 2020-01-01\n'
)
LOWERED = (
    'parameter longest_age is 14 days\n  cites "Law" status verified\n  in force from 2024-06-16\n'
)


def rule(
    dice: random.Random, name: str, effect: str, place: Place, *, scoped: bool = True
) -> RuleText:
    """A rule of one effect."""
    opening = effect in ("permit", "leave open")
    each = effect in ("forbid", "limit", "refer") and dice.randint(0, 2) == 0
    scope = dice.choice(SCOPES) if scoped else SCOPES[0]
    keeping = not opening and dice.randint(0, 19) == 0
    acts, data = KEEPING if keeping else scope
    asked = EITHER if effect == "require" else MILDER if opening else STRICTER
    here = replace(place, each=each, sign=asked, keeping=keeping)
    other = replace(here, sign=STRICTER if opening else MILDER)
    asked_when = condition(dice, here) if dice.randint(0, 4) else None
    return RuleText(
        name,
        effect,
        acts,
        data,
        each=each,
        status=dice.choice(STATUSES),
        in_force=dice.choice(IN_FORCE),
        enjoined=dice.choice(ENJOINED),
        binds=dice.choice(RULE_BINDS),
        condition=asked_when,
        grounds=branches(dice, "g", other, 1, 3) if effect == "limit" else (),
        exceptions=() if effect == "require" else branches(dice, "e", other, 0, 2),
        musts=musts(dice, effect, keeping=keeping),
    )


def branches(
    dice: random.Random, letter: str, place: Place, least: int, most: int
) -> tuple[tuple[str, Clause], ...]:
    """Labelled conditions."""
    count = dice.randint(least, most)
    return tuple((f"{letter}{at}", condition(dice, place, 1)) for at in range(count))


def musts(dice: random.Random, effect: str, *, keeping: bool) -> tuple[str, ...]:
    """Duties before the act, and now and then one after it."""
    if effect == "leave open":
        return ()
    often = 1 if effect == "require" else 7
    if dice.randint(0, often):
        return ()
    act = "keep" if keeping else "search"
    duty = dice.choice(("train", "file"))
    return (dice.choice((f"must {duty} before {act}", f"must {duty} within 2 days of {act}")),)


def _policy(
    dice: random.Random,
    name: str,
    layer: str,
    words: str,
    binds: tuple[str, ...],
    effects: tuple[str, ...],
) -> PolicyText:
    """A policy with one to three rules, each of one of these effects."""
    purposes = CLOSED_PURPOSES if words != "ag" else PURPOSES
    place = Place(purposes=purposes, words=words)
    defined = Place(purposes=purposes, words=words)
    defines = (("defined", condition(dice, defined, 1)),) if dice.random() < 0.5 else ()
    place = replace(place, defines=tuple(name for name, _ in defines))
    count = dice.choice((1, 1, 2, 3))
    made = tuple(rule(dice, f"{layer}-{at}", dice.choice(effects), place) for at in range(count))
    zones = ("America/New_York", "Pacific/Auckland")
    zone = dice.choice(zones) if layer == "federal" else zones[0]
    return PolicyText(
        name, layer, VOCABULARY[words], dice.choice(binds), zone, defines=defines, rules=made
    )


RESTRICTING = ("forbid", "forbid", "limit", "refer", "require")
OPENING = ("permit", "permit", "permit", "forbid", "limit", "refer")


def owner(dice: random.Random) -> PolicyText:
    """The owner's policy; its first rule is a permit, mostly a plain one."""
    policy = _policy(dice, OWNER_POLICY, "owner", "ag", ("owner is agency:AA/pd",), OPENING)
    first = rule(dice, "ground", "permit", Place(words="ag"), scoped=False)
    if dice.randint(0, 3):
        first = replace(first, condition=None, exceptions=(), musts=(), binds="", enjoined="",
                        in_force="in force from 2020-01-01")  # fmt: skip
    more = LOWERED if dice.randint(0, 3) == 0 else ""
    rests = dice.choice(("open", "open", "secondary"))
    return replace(policy, rules=(first, *policy.rules), more=more, rests=rests)


def library(dice: random.Random) -> LibraryText:
    """A library: a state and the owner always, the other layers now and then."""
    bound_state = ("owner.sovereign is AA or requester.sovereign is AA", "owner.sovereign is AA")
    found = [
        _policy(dice, "aa/act", "state", "st", bound_state, RESTRICTING),
        owner(dice),
    ]
    found[0] = replace(found[0], more=BOUNDS)
    if dice.randint(0, 1):
        effects = (*RESTRICTING, "leave open")
        found.append(_policy(dice, "us/act", "federal", "core", ("any request",), effects))
    if dice.randint(0, 3) == 0:
        binds = ("owner is agency:AA/pd and requester.sovereign is BB", "owner.sovereign is AA")
        found.append(_policy(dice, "deal/one", "agreement", "st", binds, OPENING))
    if dice.randint(0, 3) == 0:
        found.append(
            _policy(dice, "agency/asker", "requester", "ag", ("any request",), RESTRICTING)
        )
    if dice.randint(0, 3) == 0:
        binds = ("requester.sovereign is BB", "user.deputy_of includes agency:US/bureau")
        found.append(_policy(dice, "bb/act", "state", "st", binds, RESTRICTING))
    return LibraryText(tuple(found))
