"""Which rules bind an agency's data on a day, whoever asks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.kinds import DATA
from ...dsl.model import Library, Policy, Rule
from ...dsl.truth import Truth
from ..binding import nearest_zone, parameters_for
from ..conditions import evaluate
from ..dates import applied
from ..facts import Facts
from ..reasons import Matchers, ReasonWords
from ..reference import Case
from ..registry import Registry
from ..request import Request
from ..values import Span


@dataclass(frozen=True, slots=True)
class Bound:
    """What binds an agency's data on a day.

    Attributes:
        agency: Its key.
        day: The day.
        policies: The policies that bind, or may, the highest layer first.
        rules: Each rule with its policy, in the order of policies and rules.
        uncertain: The ids of rules of which it is not certain that they bind: it depends on who
            asks, or on the day on which the law took effect.
        parameters: The value of each parameter, the strictest that counts.
    """

    agency: str
    day: datetime.date
    policies: tuple[Policy, ...]
    rules: tuple[tuple[Policy, Rule], ...]
    uncertain: frozenset[str]
    parameters: Mapping[str, tuple[tree.Value, ...]]


def bound_rules(library: Library, registry: Registry, agency: str, day: datetime.date) -> Bound:
    """The rules of all layers that bind an agency's data on a day.

    Nothing is known of who asks: a rule that binds for some of them is there. Of the layer of
    requesters the agency's own rules are there. A proposed bill is not.
    """
    asked, own = (_case(library, registry, agency, day, who) for who in ("", agency))
    policies: list[Policy] = []
    rules: list[tuple[Policy, Rule]] = []
    uncertain: set[str] = set()
    for layer in tree.Layer:
        case = own if layer is tree.Layer.REQUESTER else asked
        for policy in case.may_bind():
            if policy.layer is layer:
                policies.append(policy)
                for rule, truth in _live(case, policy):
                    rules.append((policy, rule))
                    uncertain |= {rule.id} if truth is Truth.UNPROVEN else set()
    values = parameters_for(library.parameters, policies, (day, day))
    return Bound(agency, day, tuple(policies), tuple(rules), frozenset(uncertain), values)


def zone_of(library: Library, registry: Registry, agency: str) -> str:
    """The time zone in which an agency counts days, by the policies that bind it."""
    case = _long_ago(library, registry, agency)
    return nearest_zone(case.bound() or case.policies())


def has_law(library: Library, registry: Registry, agency: str) -> bool:
    """Whether the law of a state binds an agency's data: else its audit would say nothing."""
    bound = _long_ago(library, registry, agency).bound()
    return any(policy.layer is tree.Layer.STATE for policy in bound)


def _long_ago(library: Library, registry: Registry, agency: str) -> Case:
    """A request of the agency itself: whom a policy binds does not hang on the day."""
    return _case(library, registry, agency, datetime.date(2000, 1, 1), agency)


def _case(library: Library, registry: Registry, agency: str, day: datetime.date, who: str) -> Case:
    request = Request(who, agency, "", (DATA,), Span.of_day(day))
    facts = Facts(request, registry, library.deepest_vocabulary)
    return Case(library, registry, request, DATA, facts, ReasonWords(request.reason, Matchers()))


def _live(case: Case, policy: Policy) -> Iterator[tuple[Rule, Truth]]:
    """The rules of a policy that bind on the day, or may."""
    context = case.bare(policy)
    for rule in policy.rules:
        live = applied(rule.node, context.days)
        if live is not Truth.FALSE and rule.node.binds is not None:
            live = min(live, evaluate(rule.node.binds, context).truth)
        if live is not Truth.FALSE:
            yield rule, live
