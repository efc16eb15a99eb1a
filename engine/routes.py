"""What is lawful now: the same need met by other hands, with less, or for fewer.

A route changes only who acts, what is released and how much: never purpose, reason or evidence
(docs/semantics.md, section 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from . import names
from .reference import Case
from .request import Request, Statement
from .values import Members


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a request: what it changes, in words, and the request that results."""

    changes: str
    words: str
    request: Request


def candidates(case: Case) -> Iterator[Change]:
    """The changes worth trying, the nearest first."""
    request = case.request
    yield from _smaller_sets(case)
    yield from _narrower_data(case)
    if request.requester != request.owner:
        owner = case.registry.get(request.owner)
        assert owner is not None
        act = "search" if "search" in case.facts.vocabulary.acts and _moves(case) else request.act
        own = replace(_to_nobody(request), requester=request.owner, act=act)
        yield Change(
            "who acts",
            f"an officer of {owner.name} may {_verb(act)} these data for this case itself and act "
            f"on what it finds; call {owner.desk or 'the records supervisor of ' + owner.name}",
            own,
        )
    elif _has_recipients(request):
        yield Change(
            "recipients",
            f"the same {request.act} with nobody else receiving what it finds",
            _to_nobody(request),
        )


def _moves(case: Case) -> bool:
    """Whether the act gives data to somebody rather than looks at them."""
    return case.request.act in ("share", "export")


def _verb(act: str) -> str:
    return act.replace("_", " ")


def _has_recipients(request: Request) -> bool:
    return any(
        isinstance(s.value, Members) and s.value.known
        for s in request.statements
        if s.fact in names.RECIPIENT_SETS
    )


def _to_nobody(request: Request) -> Request:
    """The request with no recipient but the requester."""
    kept = tuple(s for s in request.statements if s.fact not in names.RECIPIENT_SETS)
    nobody = tuple(Statement(name, Members(())) for name in names.RECIPIENT_SETS)
    return replace(request, statements=(*kept, *nobody), papers=request.papers or ())


def _smaller_sets(case: Case) -> Iterator[Change]:
    """Each measured set of kinds without one of its members."""
    for name, value in case.request.system.items():
        if isinstance(value, Members) and len(value.known) > 1:
            for member in value.known:
                rest = tuple(other for other in value.known if other != member)
                system = {**case.request.system, name: Members(rest, value.complete)}
                yield Change(
                    name,
                    f"the same {case.request.act} without {member} in {name}",
                    replace(case.request, system=system),
                )


def _narrower_data(case: Case) -> Iterator[Change]:
    """Each exact kind of data below a broad one."""
    kinds = case.facts.vocabulary.kinds
    if case.data not in kinds:
        return
    for name in sorted(kinds.below(case.data) - {case.data}):
        yield Change(
            "data",
            f"the same {case.request.act} of {name} alone, if that is what is released",
            replace(case.request, data=(name,)),
        )
