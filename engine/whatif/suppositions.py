"""What is supposed of a request, one thing at a time, and the request that results.

A supposition is believed: the changed request is simulated, and of the request itself nothing is
believed that was not before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from ...dsl import syntax as tree
from ...dsl.model import Fact
from .. import names
from ..decision import Engine
from ..registry import Registry
from ..request import DutyDone, PaperStatement, Reason, Request, Review, Statement
from ..request_json import cell_of
from ..values import Cause, Members, Paper, Value


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact has a value, at the level of proof that it needs; a claimed one is claimed too.

    ``about`` is the recipient for whom it counts, the requester if it is empty.
    """

    fact: Fact
    value: Value
    about: str = ""


@dataclass(frozen=True, slots=True)
class Proven:
    """What the request states of a fact, or of its instruments, is proven."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Missing:
    """Nobody has proven a fact; ``unclaimed`` if it is not even claimed."""

    fact: Fact
    unclaimed: bool = False


@dataclass(frozen=True, slots=True)
class OnFile:
    """What the registry has under a fact of a body, or of a thing if no body is named."""

    name: str
    cell: str | tuple[str, ...]
    agency: str = ""


def filed(value: Value) -> str | tuple[str, ...]:
    """A value as the registry has it."""
    return tuple(map(str, value.known)) if isinstance(value, Members) else cell_of(value)


@dataclass(frozen=True, slots=True)
class Presented:
    """One more instrument, verified by one who may."""

    paper: Paper


@dataclass(frozen=True, slots=True)
class Verified:
    """An instrument that is presented already is verified, and what it left unsaid is known."""

    at: int
    paper: Paper


@dataclass(frozen=True, slots=True)
class Done:
    """Whether a duty is done."""

    duty: str
    done: bool = True


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A reviewer has cleared a rule for this request, or refused it."""

    rule: str
    cleared: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """Some sets of recipients have no members but those that are known."""

    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Another requester, owner, act, user or kinds of data."""

    part: str
    value: str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """Another reason."""

    reason: Reason


Supposition: TypeAlias = (
    Stated
    | Proven
    | Missing
    | OnFile
    | Presented
    | Verified
    | Done
    | Reviewed
    | Whole
    | Asked
    | Typed
)


def supposed(
    request: Request, registry: Registry, changes: Iterable[Supposition]
) -> tuple[Request, Registry]:
    """A request and registry with all changes made."""
    request = replace(request, simulated=True)
    for change in changes:
        if isinstance(change, OnFile):
            registry = _filed(registry, change)
        else:
            request = _changed(request, change)
    return request, registry


def engine_for(engine: Engine, registry: Registry) -> Engine:
    """An engine that decides by a registry, so that both evaluators answer."""
    if registry is engine.registry:
        return engine
    return Engine(
        engine.library, registry, engine.with_proposed, engine.matchers, engine.by_reference
    )


def _filed(registry: Registry, change: OnFile) -> Registry:
    if change.agency:
        assert isinstance(change.cell, str)
        return registry.with_attributes({change.agency: {change.name: change.cell}})
    return registry.with_attributes({}, {change.name: change.cell})


def _changed(request: Request, change: Supposition) -> Request:
    match change:
        case Stated():
            return _stated(request, change)
        case Proven():
            return _proven(request, change.fact)
        case Missing():
            return _missing(request, change)
        case Presented(paper):
            held = PaperStatement(paper, tree.Level.VERIFICATION)
            return replace(request, papers=(*(request.papers or ()), held))
        case Verified(at, paper):
            papers = list(request.papers or ())
            papers[at] = PaperStatement(paper, tree.Level.VERIFICATION)
            return replace(request, papers=tuple(papers))
        case Done(duty, done):
            kept = tuple(item for item in request.duties if item.duty != duty)
            return replace(request, duties=(*kept, DutyDone(duty)) if done else kept)
        case Reviewed(rule, cleared):
            others = tuple(item for item in request.reviews if item.rule != rule)
            return replace(request, reviews=(*others, Review(rule, cleared)))
        case Whole(sets):
            return _whole(request, sets)
        case Asked(part, value):
            return _asked(request, part, value)
        case Typed(reason):
            return replace(request, reason=reason)
        case OnFile():
            raise AssertionError("what is on file is no part of a request")


def _asked(request: Request, part: str, value: str | tuple[str, ...]) -> Request:
    if isinstance(value, tuple):
        return replace(request, data=value)
    match part:
        case "requester":
            return replace(request, requester=value)
        case "owner":
            return replace(request, owner=value)
        case "act":
            return replace(request, act=value)
        case _:
            return replace(request, user=value)


def _stated(request: Request, change: Stated) -> Request:
    fact = change.fact
    if fact.name == names.INSTRUMENTS:
        return replace(request, papers=())  # one that is there is presented by itself
    if fact.level is tree.Level.SYSTEM:
        return replace(request, system={**request.system, fact.name: change.value})
    kept = tuple(
        said
        for said in request.statements
        if said.fact != fact.name or (change.about and said.about != change.about)
    )
    said = Statement(fact.name, change.value, fact.level, about=change.about)
    return _claiming(replace(request, statements=(*kept, said)), fact, claimed=True)


def _proven(request: Request, fact: Fact) -> Request:
    if fact.name == names.INSTRUMENTS:
        papers = (replace(item.paper, verified=True) for item in request.papers or ())
        held = tuple(PaperStatement(paper, tree.Level.VERIFICATION) for paper in papers)
        return replace(request, papers=held)
    statements = tuple(
        Statement(said.fact, said.value, fact.level, about=said.about)
        if said.fact == fact.name
        else said
        for said in request.statements
    )
    return _claiming(replace(request, statements=statements), fact, claimed=True)


def _missing(request: Request, change: Missing) -> Request:
    fact = change.fact
    if fact.name == names.INSTRUMENTS:
        papers = (replace(item.paper, verified=False) for item in request.papers or ())
        held = tuple(PaperStatement(paper) for paper in papers)
        return replace(request, papers=None if change.unclaimed else held)
    system = {name: value for name, value in request.system.items() if name != fact.name}
    kept = tuple(said for said in request.statements if said.fact != fact.name)
    changed = replace(request, system=system, statements=kept)
    if fact.level is tree.Level.REGISTRY:
        absent = {**request.absent, fact.name: Cause.NOT_STATED}
        changed = replace(changed, absent=absent)
    return _claiming(changed, fact, claimed=False) if change.unclaimed else changed


def _claiming(request: Request, fact: Fact, *, claimed: bool) -> Request:
    """The request with a claimed fact on the list of what it claims, or off it."""
    if not fact.claimed:
        return request
    said = next((s for s in request.statements if s.fact == names.CLAIMS), None)
    if said is None or not isinstance(said.value, Members):
        if not claimed:
            return request  # what it claims is not known, and is not known still
        said = Statement(names.CLAIMS, Members((), complete=False))
    assert isinstance(said.value, Members)
    others = tuple(name for name in said.value.known if name != fact.name)
    listed = Members((*others, fact.name) if claimed else others, said.value.complete)
    kept = tuple(s for s in request.statements if s.fact != names.CLAIMS)
    return replace(request, statements=(*kept, replace(said, value=listed)))


def _whole(request: Request, sets: Iterable[str]) -> Request:
    statements = list(request.statements)
    for name in sets:
        values = [said.value for said in statements if said.fact == name]
        known = tuple(m for v in values if isinstance(v, Members) for m in v.known)
        statements = [said for said in statements if said.fact != name]
        level = tree.Level.VERIFICATION  # enough for a set of any level
        statements.append(Statement(name, Members(tuple(dict.fromkeys(known))), level))
    return replace(request, statements=tuple(statements))
