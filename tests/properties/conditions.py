"""Random conditions in the words of the small world, each fit for the place it stands in."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, product

from .texts import Clause
from .world import BODIES

STRICTER, MILDER, EITHER = 1, -1, 0
PURPOSES = ("p_crime", "p_theft", "p_bad", "p_worse", "p_joint", "p_exact", "p_other", "p_both")
# What a limit of a higher layer may test: no kind that a lower vocabulary adds to.
CLOSED_PURPOSES = ("p_crime", "p_theft", "p_bad", "p_worse", "p_joint", "p_exact")
BODY_KINDS = ("police", "bureau", "tax", "court", "person")
PAPERS = ("instrument", "order", "warrant", "notice")
SOURCES = ("source", "source_a", "source_b", "source_ab")
READINGS = ("r_open", "r_yes", "r_no", "r_set")
RELATIONS = ("over", "under", "at least", "at most")
DATES = ("2024-03-01", "2024-06-15", "2024-06-16", "2024-09-01")


@dataclass(frozen=True)
class Place:
    """Where a condition stands.

    Attributes:
        sign: Which way its truth turns the answer; zero where nobody asks.
        each: Whether the rule says ``for every recipient``.
        purposes: The purposes that it may test.
        words: The vocabulary: ``core``, ``st`` or ``ag``.
        defines: The definitions that it may name.
        variable: The agency that a quantifier has bound.
        keeping: Whether the rule governs keeping alone.
    """

    sign: int = EITHER
    each: bool = False
    purposes: tuple[str, ...] = PURPOSES
    words: str = "core"
    defines: tuple[str, ...] = ()
    variable: str = ""
    keeping: bool = False


def _attributes(head: str) -> tuple[str, ...]:
    return (
        f"{head}.kind is a kind of {{body}}",
        f"{head}.sovereign is {{seat}}",
        f"{head}.listed is {{answer}}",
        f"{head}.standing is one of {{{{on_file, suspended}}}}",
    )


# The tests of one thing; words in braces are filled in at random.
_ABOUT_CASE = (
    "request.purpose is a kind of {purpose}",
    "request.purpose is a kind of {purpose}",
    "request.purpose is a kind of {purpose}",
    "case.number is stated",
    "case.number is blank",
    "case.open is {answer}",
    "case.open is {answer}",
    "case.checked is {answer}",
    "case.sealed is {answer}",
    "case.stage is {stage}",
    "case.stage is one of {{early, closed}}",
    "case.seat is one of {{AA, US}}",
    "case.seat is {seat}",
    "case.lead is agency:{agency}",
    "case.lead is a kind of {body}",
    "case.victims is {relation} {number}",
    "case.victims is {relation} most_victims",
    "consent.given is {answer}",
    "case.sources includes {source}",
    "case.sources is empty",
    "every s in case.sources is a kind of {source}",
)
_ABOUT_DATA = (
    "data.age is {relation} {days} days",
    "data.age is {relation} longest_age",
    "data.age is {relation} 1 month",
    "data.age is {relation} 36 hours",
    "data.captured is {since} {date}",
    "approval.at is within 2 days after data.captured",
    "approval.at is within 36 hours after data.captured",
    "approval.by is request.user",
    "approval.by is stated",
    "date is {since} {date}",
    "account.shared is {answer}",
)
_ABOUT_BODIES = (
    "some r in recipients is a kind of {body}",
    "every r in recipients is a kind of {body}",
    "recipients includes agency:{agency}",
    "request.recipients is empty",
    "requester is a kind of {body}",
    "requester is agency:{agency}",
    "user.deputy_of is empty",
    "user.deputy_of includes agency:{agency}",
    "{reading}",
    *_attributes("requester"),
    *_attributes("owner"),
)
_ABOUT_PAPERS = (
    "some i in request.instruments is a {paper}",
    "some i in request.instruments is a {paper}, unexpired",
    "some i in request.instruments is a {paper} with probable_cause",
    "some i in request.instruments is a {paper} from a court, covering the request, unexpired",
    "some i in request.instruments is a {paper} from a court of {{AA, US}} with probable_cause",
    "some i in request.instruments is a {paper} covering the request",
    "every i in request.instruments is a {paper}",
    "request.instruments is empty",
)
_OF_REASON = (
    "reason.plainly includes {purpose}",
    "reason.possibly includes {purpose}",
    "reason.possibly includes p_bad",
)
_OF_CLAIMS = ("case.urgent is {claimed}", "match.found is {claimed}")
_OPTIONS: dict[str, tuple[str, ...]] = {
    "answer": ("yes", "yes", "no"),
    "stage": ("early", "late", "closed"),
    "seat": ("AA", "BB", "US"),
    "body": BODY_KINDS,
    "agency": BODIES,
    "relation": RELATIONS,
    "number": ("1", "2", "3"),
    "days": ("14", "21", "30"),
    "since": ("from", "before"),
    "date": DATES,
    "source": SOURCES,
    "paper": PAPERS[1:],  # whether a paper is an instrument at all nobody disputes
    "reading": READINGS,
}


def _tests(place: Place) -> tuple[tuple[str, ...], ...]:
    """The groups of tests that may stand in a place; every group is as likely as another."""
    groups: list[tuple[str, ...]] = [
        _ABOUT_CASE,
        _ABOUT_CASE,
        _ABOUT_DATA,
        _ABOUT_BODIES,
        _ABOUT_PAPERS,
    ]
    if place.variable:
        of_each = (
            f"{place.variable} is agency:{{agency}}",
            f"{place.variable} is a kind of {{body}}",
        )
        return (*_attributes(place.variable), *of_each, "case.open is {answer}"), (
            "consent.given is {answer}",
            *(("match.found is {claimed}",) if place.sign else ()),
        )
    if place.each:
        groups += [
            (
                *_attributes("recipient"),
                "recipient is a kind of {body}",
                "recipient is agency:{agency}",
            )
        ] * 2
    if place.sign == STRICTER:
        groups.append(_OF_REASON)
    if place.sign:
        groups.append(_OF_CLAIMS)
    if place.words in ("st", "ag"):
        groups.append(("town.ready is {answer}",))
    if place.words == "ag":
        groups.append(("desk.ready is {answer}", "request.purpose is a kind of p_town"))
    if place.defines:
        groups.append(place.defines)
    if place.keeping:
        groups.append(("kept.until is {since} {date}",))
    return tuple(groups)


@cache
def _expanded(place: Place) -> tuple[tuple[Clause, ...], ...]:
    """Every group of tests with every filling of the words in braces."""
    claimed = "no" if place.sign == STRICTER else "yes"
    options = {**_OPTIONS, "purpose": place.purposes, "claimed": (claimed,)}
    return tuple(tuple(chain.from_iterable(_filled(text, options) for text in group))
                 for group in _tests(place))  # fmt: skip


def _filled(text: str, options: Mapping[str, tuple[str, ...]]) -> Iterator[Clause]:
    """A test with every choice of words; each test comes equally often in its group."""
    used = [name for name in options if f"{{{name}}}" in text]
    found = [dict(zip(used, words, strict=True)) for words in product(*(options[n] for n in used))]
    for at in range(_EACH):
        yield Clause(text.format(**found[at * len(found) // _EACH]))


_EACH = 30


def condition(dice: random.Random, place: Place, depth: int = 2) -> Clause:
    """A condition of at most ``depth`` joins."""
    shape = dice.randint(0, 9) if depth else 0
    if shape <= 4:
        return dice.choice(dice.choice(_expanded(place)))
    if shape == 5:
        inner = replace(place, sign=-place.sign)
        return Clause(join="not", items=(condition(dice, inner, depth - 1),))
    if shape == 6 and not place.variable:
        inner = replace(place, variable="x", each=False, defines=())
        head = dice.choice(("some", "every"))
        return Clause(join=f"{head} x in recipients has", items=(condition(dice, inner, 1),))
    items = tuple(condition(dice, place, depth - 1) for _ in range(dice.randint(2, 3)))
    return Clause(join="and" if shape == 7 else "or", items=items)
