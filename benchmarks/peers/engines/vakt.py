"""vakt: the rules as its policy objects. It joins tests by `and` alone, so one rule may be two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ..attributes import Attributes
from ..world import World
from .base import Engine, Loaded, library

Test: TypeAlias = tuple[Any, ...]  # the name of one of its rules, and what it is made of
Policy: TypeAlias = tuple[str, str, str, tuple[str, ...], Mapping[str, Test]]

ANY = ("search", "share", "export")
OUT = ("share", "export")
YES, NO = ("Truthy",), ("Falsy",)
PARTNER, STRANGER = ("Eq", "on_file"), ("NotEq", "on_file")
FORCES = ("In", "joint", "federal")


def _in(kind: str) -> Test:
    return ("AnyIn", kind)


def _out(kind: str) -> Test:
    return ("Not", _in(kind))  # AllNotIn means that some are not in


# The name, effect, acts and tests of each policy; the tests of one must all be met.
TABLE: tuple[tuple[str, str, tuple[str, ...], Mapping[str, Test]], ...] = (
    ("barred-uses", "deny", ANY, {"purposes": _in("barred_use")}),
    ("removals", "deny", ANY, {"purposes": _in("removal"), "warrant": NO}),
    ("public-bodies", "deny", OUT, {"kinds": _out("public_agency"), "warrant": NO}),
    ("other-governments", "deny", ANY, {
        "sovereign": ("NotEq", "NN"), "agreement": STRANGER, "warrant": NO,
        "purposes": _out("rescue"),
    }),
    ("old-reads", "deny", ANY, {
        "age": ("Greater", 30), "warrant": NO, "purposes": _out("rescue"),
    }),
    ("bulk", "deny", ("export",), {"rows": ("Greater", 1000), "role": ("NotEq", "supervisor")}),
    ("flagged-reasons", "deny", ANY, {"flagged": YES, "warrant": NO}),
    ("training", "deny", ANY, {"trained": NO, "purposes": _out("rescue")}),
    ("contractors", "deny", ANY, {"role": ("Eq", "contractor")}),
    ("task-forces", "deny", ANY, {"task_force": FORCES, "agreement": STRANGER}),
    ("task-forces", "deny", ANY, {"task_force": FORCES, "kinds": _out("law_enforcement")}),
    ("case-numbers", "deny", OUT, {"case_number": ("Eq", ""), "purposes": _out("rescue")}),
    ("stale-traffic", "deny", ANY, {"purposes": _in("traffic"), "age": ("Greater", 7)}),
    ("exporters", "deny", ("export",), {"role": ("NotIn", "analyst", "supervisor")}),
    ("violent-crimes", "allow", ANY, {"purposes": _in("violent_crime")}),
    ("property-searches", "allow", ("search",), {
        "purposes": _in("property_crime"), "sovereign": ("Eq", "NN"),
    }),
    ("property-shares", "allow", ("share",), {
        "purposes": _in("property_crime"), "agreement": PARTNER,
    }),
    ("rescues", "allow", ANY, {"purposes": _in("rescue")}),
    ("warrants", "allow", ANY, {"purposes": _in("investigation"), "warrant": YES}),
    ("patrol-traffic", "allow", ("search",), {
        "purposes": _in("traffic"), "role": ("Eq", "patrol"),
    }),
    ("regional-work", "allow", ("search", "share"), {
        "task_force": ("Eq", "regional"), "purposes": _in("investigation"), "agreement": PARTNER,
    }),
)  # fmt: skip


def _rules(world: World) -> Iterator[Policy]:
    return ((owner, *row) for owner in world.owners for row in TABLE)


def _test(words: Test) -> Any:
    name, *parts = words
    if name == "Not":
        parts = [_test(part) for part in parts]
    return getattr(library("vakt.rules"), name)(*parts)


def _start(rules: Iterable[Policy]) -> Loaded:
    vakt, tests = library("vakt"), library("vakt.rules")
    storage = vakt.MemoryStorage()
    for number, (owner, name, effect, acts, context) in enumerate(rules):
        storage.add(vakt.Policy(
            f"{owner} {number} {name}",
            subjects=[tests.Any()],
            resources=[tests.Eq(owner)],
            actions=[tests.In(*acts)],
            effect=effect,
            context={key: _test(words) for key, words in context.items()},
        ))  # fmt: skip
    guard = vakt.Guard(storage, vakt.RulesChecker())
    return Loaded(guard.is_allowed, convert=_inquiry)


def _inquiry(asked: Attributes) -> Any:
    return library("vakt").Inquiry(
        subject="asking", action=asked["act"], resource=asked["owner"], context=asked
    )


VAKT = Engine("vakt", "vakt", "vakt", "vakt", _rules, _start, by_agency=True)
