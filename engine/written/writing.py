"""The written policy of an agency: every rule that binds its data, once, under its matter."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from enum import Enum

from ...dsl import syntax as tree
from ...dsl.model import LawReading, Library, Policy, Rule
from ...dsl.printer import value_text
from ..binding import OWNER_LAYERS
from ..dates import changes
from ..names import KEEPING, PURPOSE
from ..registry import Registry
from ..render_text import STATUS_WORDS, words
from .binding_rules import Bound
from .clauses import LAYERS, clause_of
from .nodes import kinds_tested, names_read
from .phrases import NAMES, Phrases
from .pieces import Chapter, Point, Written
from .wording import Wording


class Matter(Enum):
    """What a chapter is about: its title, and a line under it."""

    USE = ("Permitted uses", "What the data may be used for. What no clause permits is not done.")
    BARRED = ("Prohibited uses", "What is not done, whoever asks, save for the exceptions named.")
    SHARING = ("Who may have the data", "Sharing, export and publication, by law and by policy.")
    KEEPING = ("How long data are kept", "Retention, preservation and deletion.")
    VENDOR = ("Vendor", "How a vendor's system is set, and what the agreement with it says.")
    APPROVAL = ("Approvals", "What a person must read and clear first.")
    DUTY = ("Audits and duties", "What must be done, by whom, by when.")
    OPEN = ("What this policy cannot stop", "What a higher law leaves open.")


_HANDING_ON = frozenset({"share", "export", "publish", "sell", "read_log", "tell_release"})
_STORING = KEEPING | {"delete"}
_SETTING_UP = frozenset({"configure", "renew"})


_ANSWERS = {True: ", answered with yes", False: ", answered with no", None: ""}


def matter_of(rule: Rule) -> Matter:
    """The one chapter that a rule stands in."""
    if rule.acts <= _SETTING_UP:
        return Matter.VENDOR
    match rule.effect:
        case tree.Effect.LEAVE_OPEN:
            return Matter.OPEN
        case tree.Effect.REFER:
            return Matter.APPROVAL
        case tree.Effect.REQUIRE:
            return Matter.DUTY
        case tree.Effect.PERMIT:
            if rule.acts <= _STORING:
                return Matter.KEEPING
            return Matter.SHARING if rule.acts <= _HANDING_ON else Matter.USE
        case tree.Effect.FORBID:
            return Matter.KEEPING if rule.acts & _STORING else Matter.BARRED
        case tree.Effect.LIMIT:
            if rule.acts & _STORING:
                return Matter.KEEPING
            return Matter.SHARING if rule.node.per_recipient else Matter.USE


def written(
    library: Library, registry: Registry, bound: Bound, phrases: Phrases = NAMES
) -> Written:
    """What binds an agency's data on a day, in words.

    Args:
        library: The policies.
        registry: The bodies on file; it must hold the agency.
        bound: What binds.
        phrases: Plain English for declared names.
    """
    agency, day = bound.agency, bound.day
    name = registry.bodies[agency].name
    wording = wording_of(bound, registry, phrases)
    own = [policy for policy in bound.policies if policy.layer is tree.Layer.OWNER]
    permitted = _purposes(bound, tree.Effect.PERMIT, wording)
    barred = _purposes(bound, tree.Effect.FORBID, wording)
    return Written(
        own[0].title if len(own) == 1 and own[0].title else f"{name}: plate reader policy",
        f"The rules that bind the data of {name}, as of {day}",
        (
            ("Agency", f"{name} ({agency})"),
            ("As of", day.isoformat()),
            ("Policy digest", library.digest),
            *(("Made from", _policy_text(policy)) for policy in bound.policies),
        ),
        (
            ("Purposes that a permission names", permitted),
            ("Purposes that a prohibition names", barred),
            ("A person approves first", _titles(bound, Matter.APPROVAL)),
            ("Due again and again, or by a day", _titles(bound, Matter.DUTY, timed=True)),
            ("Numbers", tuple(_numbers(library, bound))),
        ),
        chapters_of(bound, wording),
        terms_of(bound, wording),
        _coming(bound),
        day,
        library.digest,
        questions_of(bound, wording),
    )


def wording_of(bound: Bound, registry: Registry, phrases: Phrases) -> Wording:
    """The words for what binds."""
    defined = frozenset(name for policy in bound.policies for name in policy.defines)
    return Wording(registry, bound.parameters, defined, phrases)


def chapters_of(bound: Bound, wording: Wording) -> tuple[Chapter, ...]:
    """Every rule once; a matter of which nothing is said is left out."""
    found: dict[Matter, list[tuple[Policy, Rule]]] = {matter: [] for matter in Matter}
    for policy, rule in bound.rules:
        found[matter_of(rule)].append((policy, rule))
    return tuple(
        Chapter(
            *matter.value,
            tuple(
                clause_of(policy, rule, wording, uncertain=rule.id in bound.uncertain)
                for policy, rule in _own_first(rules)
            ),
        )
        for matter, rules in found.items()
        if rules
    )


def _own_first(rules: Iterable[tuple[Policy, Rule]]) -> list[tuple[Policy, Rule]]:
    """The agency's own rules first, then those above it; each policy in its own order."""
    order = list(tree.Layer)
    return sorted(rules, key=lambda pair: -order.index(pair[0].layer))


def _policy_text(policy: Policy) -> str:
    adopted = f", which takes over {policy.adopted}" if policy.adopted else ""
    return f"{policy.title or policy.name} [{policy.name}; {LAYERS[policy.layer]}{adopted}]"


def _titles(bound: Bound, matter: Matter, *, timed: bool = False) -> tuple[str, ...]:
    """The clauses of a chapter; only those with a day or an interval if asked so."""
    return tuple(
        rule.node.title
        for _, rule in _own_first(bound.rules)
        if matter_of(rule) is matter
        if not timed or any(must.every or must.by_date for must in rule.node.musts)
    )


def _purposes(bound: Bound, effect: tree.Effect, wording: Wording) -> tuple[str, ...]:
    found = {
        wording.purpose(kind)
        for policy, rule in bound.rules
        if rule.effect is effect and rule.node.condition is not None
        for kind in kinds_tested(rule.node.condition, PURPOSE, policy.defines)
    }
    return tuple(sorted(found))


def _numbers(library: Library, bound: Bound) -> Iterator[str]:
    """The parameters that rules read, with where each comes from."""
    read = {name for _, rule in bound.rules for name in names_read(rule.node)}
    policies = {policy.name for policy in bound.policies}
    for name in sorted(read & bound.parameters.keys()):
        values = " or ".join(value_text(value) for value in bound.parameters[name])
        above = [v for v in library.parameters[name] if v.layer not in OWNER_LAYERS]
        stated = [v for v in above if v.policy in policies and v.citation]
        text = f"{words(name)}: {values}"
        if stated and stated[0].citation is not None:
            cited = stated[0].citation
            law = f"the law says {value_text(stated[0].value)}"
            text += f"; {law}: {cited.text} ({cited.status.value})"
        yield text


def terms_of(bound: Bound, wording: Wording) -> tuple[tuple[str, Point], ...]:
    """The definitions that the rules rest on, each with its meaning."""
    terms: dict[str, Point] = {}
    for policy, rule in bound.rules:
        for name in _read_by(policy, rule):
            if name in policy.defines:
                phrase = wording.phrases.of("definitions", name)
                terms[f"{phrase} [{policy.name}]"] = wording.point(policy.defines[name])
    return tuple(sorted(terms.items()))


def questions_of(bound: Bound, wording: Wording) -> tuple[tuple[str, Point], ...]:
    """The questions of law that the rules rest on, each with where it stands."""
    asked: dict[str, Point] = {}
    for policy, rule in bound.rules:
        for name in _read_by(policy, rule):
            if name in policy.vocabulary.readings:
                asked[words(name)] = _stance(policy.vocabulary.readings[name], wording)
    return tuple(sorted(asked.items()))


def _stance(reading: LawReading, wording: Wording) -> Point:
    question = wording.phrases.questions.get(reading.name, "")
    told = f"{STATUS_WORDS[reading.stance.value]}{_ANSWERS[reading.answer]}"
    told += f" by {reading.office}, {reading.day}" if reading.office else ""
    if reading.stance is tree.Stance.OPEN:
        told += "; a request that turns on it is held"
    return Point(f"{question} ({reading.of}: {told})" if question else f"{reading.of}: {told}")


def _read_by(policy: Policy, rule: Rule) -> Iterator[str]:
    """What a rule names, and what its definitions name in turn."""
    wanted, seen = names_read(rule.node), set[str]()
    while wanted:
        name = wanted.pop()
        if name not in seen:
            seen.add(name)
            yield name
            if name in policy.defines:
                wanted += names_read(policy.defines[name])


def _coming(bound: Bound) -> tuple[tuple[datetime.date, tuple[str, ...]], ...]:
    """The days after this one on which a rule of these policies begins or ends."""
    found: dict[datetime.date, dict[str, None]] = {}
    for policy in bound.policies:
        for rule in policy.rules:
            for day in changes(rule.node):
                if day > bound.day:
                    found.setdefault(day, {})[rule.node.title] = None
    return tuple((day, tuple(found[day])) for day in sorted(found))
