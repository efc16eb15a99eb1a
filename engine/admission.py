"""Before any rule is asked: who is on file, whether facts contradict, which words may be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..dsl.model import Library, Policy, Vocabulary
from ..dsl.truth import Truth
from . import names
from .binding import binds
from .facts import Facts
from .fault import Fault
from .reasons import Matchers, ReasonWords
from .reference import Case
from .registry import Registry
from .request import Request


def unknown_bodies(request: Request, registry: Registry) -> tuple[Fault, ...]:
    """The agencies named that are not on file: such a request is DENY.

    A search of a log may be by somebody of whom nothing is known: that is supposed, never asked.
    """
    named = [("owner", request.owner)]
    if request.requester or not request.simulated:
        named.insert(0, (names.REQUESTER, request.requester))
    for statement in request.statements:
        if statement.fact in names.RECIPIENT_SETS:
            known = getattr(statement.value, "known", ())
            named += [(statement.fact, str(key)) for key in known]
    return tuple(
        Fault(where, f"no body of the registry has the key or ORI `{key}`",
              "find its key with `platelaw agencies NAME`; a body that is not on file gets nothing")
        for where, key in named
        if registry.get(key) is None
    )  # fmt: skip


def with_keys(request: Request, registry: Registry) -> Request:
    """The request with ORIs replaced by registry keys."""
    requester, owner = registry.get(request.requester), registry.get(request.owner)
    assert owner is not None
    key = requester.key if requester else request.requester
    if key == request.requester and owner.key == request.owner:
        return request
    return replace(request, requester=key, owner=owner.key)


def contradictions(facts: Facts) -> tuple[Fault, ...]:
    """The facts for which two values are stated: such a request is DENY."""
    return tuple(
        Fault(name, f"two values are stated for `{name}`", "state each fact once")
        for name in facts.contradictions()
    )


def lowest_vocabulary(
    library: Library,
    policies: Iterable[Policy],
    request: Request,
    registry: Registry,
    matchers: Matchers,
) -> Vocabulary:
    """The words that a request may use: the lowest vocabulary of a policy that binds it.

    Agencies with words of their own extend their state's; of several the longest lineage
    counts, and the names of editions break a tie, so that the choice is always the same.

    Args:
        library: The library.
        policies: Those of its policies that may bind the request.
        request: The request.
        registry: The registry that counts.
        matchers: Matchers to share.
    """

    def bound(policy: Policy) -> bool:
        facts = Facts(request, registry, policy.vocabulary)
        words = ReasonWords(request.reason, matchers)
        case = Case(library, registry, request, request.data[0], facts, words)
        return binds(policy, case.bare(policy)) is Truth.TRUE

    found = [policy.vocabulary for policy in policies if bound(policy)]
    return max(found, key=lambda each: each.depth, default=library.deepest_vocabulary)
