"""Random small libraries: policies of every layer, rules of every effect."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from .choice import pick
from .conditions import CLOSED_PURPOSES, EITHER, MILDER, PURPOSES, STRICTER, Place, conditions
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
LOWERED = 'parameter longest_age is 14 days\n  cites "Law" status verified\n  in force from 2024-06-16\n'


@st.composite
def rules(
    draw: st.DrawFn, name: str, effect: str, place: Place, *, scoped: bool = True
) -> RuleText:
    """A rule of one effect."""
    opening = effect in ("permit", "leave open")
    each = effect in ("forbid", "limit", "refer") and draw(st.integers(0, 2)) == 0
    scope = pick(draw, SCOPES) if scoped else SCOPES[0]
    keeping = not opening and draw(st.integers(0, 19)) == 0
    asked = EITHER if effect == "require" else MILDER if opening else STRICTER
    here = replace(place, each=each, sign=asked, keeping=keeping)
    other = replace(here, sign=STRICTER if opening else MILDER)
    condition = draw(conditions(here)) if draw(st.integers(0, 4)) else None
    return RuleText(
        name,
        effect,
        *(KEEPING if keeping else scope),
        each=each,
        status=pick(draw, STATUSES),
        in_force=pick(draw, IN_FORCE),
        enjoined=pick(draw, ENJOINED),
        binds=pick(draw, RULE_BINDS),
        condition=condition,
        grounds=draw(branches("g", other, 1, 3)) if effect == "limit" else (),
        exceptions=() if effect == "require" else draw(branches("e", other, 0, 2)),
        musts=draw(musts(effect, keeping=keeping)),
    )


@st.composite
def branches(
    draw: st.DrawFn, letter: str, place: Place, least: int, most: int
) -> tuple[tuple[str, Clause], ...]:
    """Labelled conditions."""
    count = draw(st.integers(least, most))
    return tuple((f"{letter}{at}", draw(conditions(place, 1))) for at in range(count))


@st.composite
def musts(draw: st.DrawFn, effect: str, *, keeping: bool) -> tuple[str, ...]:
    """Duties before the act, and now and then one after it."""
    if effect == "leave open":
        return ()
    often = 1 if effect == "require" else 7
    if draw(st.integers(0, often)):
        return ()
    act = "keep" if keeping else "search"
    duty = pick(draw, ("train", "file"))
    return (pick(draw, (f"must {duty} before {act}", f"must {duty} within 2 days of {act}")),)


@st.composite
def _policy(
    draw: st.DrawFn, name: str, layer: str, words: str, binds: tuple[str, ...], effects: tuple[str, ...]
) -> PolicyText:
    """A policy with one to three rules, each of one of these effects."""
    purposes = CLOSED_PURPOSES if words != "ag" else PURPOSES
    place = Place(purposes=purposes, words=words)
    defined = Place(purposes=purposes, words=words)
    defines = (("defined", draw(conditions(defined, 1))),) if draw(st.booleans()) else ()
    place = replace(place, defines=tuple(name for name, _ in defines))
    count = draw(st.integers(1, 3))
    made = tuple(
        draw(rules(f"{layer}-{at}", pick(draw, effects), place)) for at in range(count)
    )
    zone = "America/New_York" if layer != "federal" else draw(
        st.sampled_from(("America/New_York", "Pacific/Auckland"))
    )
    return PolicyText(
        name, layer, VOCABULARY[words], pick(draw, binds), zone, defines=defines, rules=made
    )


RESTRICTING = ("forbid", "forbid", "limit", "refer", "require")
OPENING = ("permit", "permit", "permit", "forbid", "limit", "refer")


@st.composite
def owners(draw: st.DrawFn) -> PolicyText:
    """The owner's policy; its first rule is a permit, mostly a plain one."""
    policy = draw(_policy(OWNER_POLICY, "owner", "ag", ("owner is agency:AA/pd",), OPENING))
    first = draw(rules("ground", "permit", Place(words="ag"), scoped=False))
    if draw(st.integers(0, 3)):
        first = replace(first, condition=None, exceptions=(), musts=(), binds="", enjoined="",
                        in_force="in force from 2020-01-01")  # fmt: skip
    more = LOWERED if draw(st.integers(0, 3)) == 0 else ""
    rests = pick(draw, ("open", "open", "secondary"))
    return replace(policy, rules=(first, *policy.rules), more=more, rests=rests)


@st.composite
def libraries(draw: st.DrawFn) -> LibraryText:
    """A library: a state and the owner always, the other layers now and then."""
    bound_state = ("owner.sovereign is AA or requester.sovereign is AA", "owner.sovereign is AA")
    found = [
        draw(_policy("aa/act", "state", "st", bound_state, RESTRICTING)),
        draw(owners()),
    ]
    found[0] = replace(found[0], more=BOUNDS)
    if draw(st.integers(0, 1)):
        effects = (*RESTRICTING, "leave open")
        found.append(draw(_policy("us/act", "federal", "core", ("any request",), effects)))
    if draw(st.integers(0, 3)) == 0:
        binds = ("owner is agency:AA/pd and requester.sovereign is BB", "owner.sovereign is AA")
        found.append(draw(_policy("deal/one", "agreement", "st", binds, OPENING)))
    if draw(st.integers(0, 3)) == 0:
        found.append(draw(_policy("agency/asker", "requester", "ag", ("any request",), RESTRICTING)))
    if draw(st.integers(0, 3)) == 0:
        binds = ("requester.sovereign is BB", "user.deputy_of includes agency:US/bureau")
        found.append(draw(_policy("bb/act", "state", "st", binds, RESTRICTING)))
    return LibraryText(tuple(found))
