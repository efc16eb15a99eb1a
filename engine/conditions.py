"""Conditions over facts, in three truth values: docs/semantics.md, section 3, line by line."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ..dsl import reading as names
from ..dsl import syntax as tree
from ..dsl.model import Fact, Policy, Vocabulary
from ..dsl.printer import condition_text, paper_text
from ..dsl.reading import Subject, subject_of
from ..dsl.source import Source
from ..dsl.source import Span as Place
from ..dsl.truth import Truth, all_of, any_of
from .comparisons import compare
from .explanation import Need, NeedKind, Node
from .facts import Facts
from .names import INSTRUMENTS, ON_BEHALF_OF
from .showing import shown_value
from .values import Age, Cause, Members, Paper, Span, State, TextState, Value, unproven

# A leaf of a tree: the test and the recipient it was asked for.
Leaf = tuple[str, str]


class Words(Protocol):
    """What a lexicon sees in the reason, asked once per vocabulary and day."""

    def seen(self, vocabulary: Vocabulary, name: str, day: datetime.date) -> State:
        """The kinds that ``reason.plainly`` or ``reason.possibly`` holds."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """Where a condition is evaluated.

    Attributes:
        facts: The facts of the request.
        words: What the lexicons see in its reason.
        policy: The policy that the condition stands in.
        parameters: The value of each parameter, two if the request may fall on either side of a
            change of it.
        days: The first and last civil day, in the policy's zone, that the request may fall on.
        zone: The policy's time zone.
        recipient: The recipient that ``for every recipient`` has reached.
        variables: What quantifiers have bound.
        readings: Answers of readings to go by instead of the library's (what-if).
        assumed: Truth values of leaves to go by instead of the facts (settling).
    """

    facts: Facts
    words: Words
    policy: Policy
    parameters: Mapping[str, tuple[tree.Value, ...]]
    days: tuple[datetime.date, datetime.date]
    zone: datetime.tzinfo
    recipient: str | None = None
    variables: Mapping[str, str | Paper] = field(default_factory=dict[str, str | Paper])
    readings: Mapping[str, bool] = field(default_factory=dict[str, bool])
    assumed: Mapping[Leaf, Truth] = field(default_factory=dict[Leaf, Truth])

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the policy's layer."""
        return self.policy.vocabulary


def evaluate(condition: tree.Condition, context: Context) -> Node:
    """The value of a condition and how it came about."""
    match condition:
        case tree.And():
            children = tuple(evaluate(item, context) for item in condition.items)
            return _joined("and", condition, children, all_of(c.truth for c in children))
        case tree.Or():
            children = tuple(evaluate(item, context) for item in condition.items)
            return _joined("or", condition, children, any_of(c.truth for c in children))
        case tree.Not():
            child = evaluate(condition.item, context)
            return _joined("not", condition, (child,), ~child.truth)
        case tree.Named():
            return _named(condition, context)
        case tree.Quantified():
            return _quantified(condition, context)
        case tree.Paper():
            raise AssertionError("an instrument is tested inside its quantifier")
        case _:
            return _test(condition, context)


def _joined(
    operator: str, condition: tree.Condition, children: tuple[Node, ...], truth: Truth
) -> Node:
    return Node(operator, condition_text(condition), truth, children)


def _named(condition: tree.Named, context: Context) -> Node:
    """A definition is its condition; a reading is its answer."""
    name = condition.name
    if name in context.policy.defines:
        child = evaluate(context.policy.defines[name], context)
        return Node("definition", name, child.truth, (child,))
    reading = context.vocabulary.readings[name]
    answer = context.readings.get(name, reading.answer)
    assumed = context.assumed.get((name, ""))
    truth = Truth.of(answer) if assumed is None else assumed
    need = None
    if truth is Truth.UNPROVEN:
        office = (reading.office,) if reading.office else ()
        need = Need(NeedKind.READING, name, roles=office)
    return Node(
        "reading",
        name,
        truth,
        shown=reading.stance.value,
        source=reading.of,
        need=need,
        test=condition,
    )


# Quantifiers --------------------------------------------------------------------------------


def _quantified(condition: tree.Quantified, context: Context) -> Node:
    """``some``: one member; ``every``: all; an open set leaves the others unproven."""
    state = _collection(condition.collection, context)
    some = condition.quantifier is tree.Quantifier.SOME
    children = [
        _member(condition, member, at, context)
        for at, member in enumerate(state.value.known if isinstance(state.value, Members) else ())
    ]
    if not isinstance(state.value, Members) or not state.value.complete:
        children += _others(condition.collection, context, some=some)
    join = any_of if some else all_of
    return _joined(
        condition.quantifier.value, condition, tuple(children), join(c.truth for c in children)
    )


def _collection(reference: tree.Reference, context: Context) -> State:
    if reference.text == names.RECIPIENTS:
        return State(context.facts.recipients(), source="request")
    fact = context.vocabulary.facts[reference.text]
    if fact.type.word == "instrument" and fact.type.is_set:
        return context.facts.papers(context.recipient)
    return context.facts.state(reference.text, context.recipient)


def _member(condition: tree.Quantified, member: str | Paper, at: int, context: Context) -> Node:
    body = condition.body
    if isinstance(body, tree.Paper):
        assert isinstance(member, Paper)
        return _paper(body, member, at, context)
    inner = replace(context, variables={**context.variables, condition.variable: member})
    if condition.collection.text == names.RECIPIENTS:
        inner = replace(inner, recipient=str(member))  # papers and matches count for him alone
    child = evaluate(body, inner)
    shown = member if isinstance(member, str) else member.kind
    return Node("member", f"{condition.variable} = {shown}", child.truth, (child,))


def another_member(name: str) -> Leaf:
    """The leaf that asks whether an open set has a further member that counts."""
    return f"another member of {name}", ""


def others_of(context: Context) -> list[Node]:
    """A leaf for each set of recipients that is not known whole."""
    here = Place(Source("", ""), 0, 0)
    return _others(tree.Reference(here, names.RECIPIENTS), context, some=True)


def _others(reference: tree.Reference, context: Context, *, some: bool) -> list[Node]:
    """The members that an open set may still have: one leaf for each set that is open.

    The leaf asks whether a further member turns the quantifier; none would make it false.
    """
    whole = reference.text == names.RECIPIENTS
    open_sets = context.facts.open_recipient_sets() if whole else [reference.text]
    if reference.text == INSTRUMENTS and context.facts.request.papers is not None:
        open_sets = [ON_BEHALF_OF]  # whom a paper counts for is what is not known
    nodes: list[Node] = []
    for name in open_sets:
        leaf = another_member(name)
        truth = context.assumed.get(leaf, Truth.UNPROVEN)
        need = _need(context.vocabulary.facts[name], context.facts.state(name), "", context)
        waits = need if truth is Truth.UNPROVEN else None
        test = tree.Not(reference.span, tree.Empty(reference.span, reference))
        node = Node("member", leaf[0], truth, need=waits, test=test)
        nodes.append(node if some else Node("not", f"no {leaf[0]}", ~truth, (node,)))
    return nodes


# Instruments --------------------------------------------------------------------------------


def _paper(test: tree.Paper, paper: Paper, at: int, context: Context) -> Node:
    """An instrument is at most what it says: what it does not say it is, it is not."""
    parts = [
        context.vocabulary.kinds.lies_under(frozenset({paper.kind}), test.kind.text, exact=True)
        if paper.kind in context.vocabulary.kinds
        else Truth.FALSE
    ]
    if test.issuer is not None:
        parts.append(_issued_by(test, paper, context))
    if test.probable_cause:
        parts.append(Truth.of(paper.probable_cause))
    if test.covering:
        parts += [Truth.of(paper.covers), _covers_recipients(paper, context)]
    if test.unexpired:
        parts.append(_unexpired(paper, context))
    stated = all_of(parts)
    truth = stated if paper.verified or stated is Truth.FALSE else Truth.UNPROVEN
    text = f"instrument {at + 1} ({paper.kind}) {paper_text(test)}"
    truth = context.assumed.get((text, context.recipient or ""), truth)
    need = None
    if truth is Truth.UNPROVEN:
        fact = context.vocabulary.facts[INSTRUMENTS]
        need = Need(
            NeedKind.INSTRUMENT,
            f"{at + 1} ({paper.kind})",
            paper.issued_to,
            Cause.NOT_STATED if paper.verified else paper.cause,
            fact.level,
            None,
            fact.vouchers,
        )
    shown = "verified" if paper.verified else "presented, not verified"
    return Node("instrument", text, truth, shown=shown, need=need, test=test,
                about=context.recipient or "")  # fmt: skip


def _issued_by(test: tree.Paper, paper: Paper, context: Context) -> Truth:
    assert test.issuer is not None
    if paper.issuer is None:
        return Truth.UNPROVEN
    body = context.facts.registry.get(paper.issuer)
    kinds = context.vocabulary.kinds
    if body is None or body.kind not in kinds:
        return Truth.UNPROVEN
    right_kind = kinds.lies_under(frozenset({body.kind}), test.issuer.text, exact=True)
    listed = {sovereign.key for sovereign in test.sovereigns}
    return all_of((right_kind, Truth.of(not listed or body.sovereign in listed)))


def _covers_recipients(paper: Paper, context: Context) -> Truth:
    """Inside a loop the recipient is the holder already; outside, all recipients must be."""
    if context.recipient is not None:
        return Truth.TRUE
    facts = context.facts
    recipients = facts.receiving()
    mine = all(paper in _counting(facts, str(key)) for key in recipients.known)
    if not mine:
        return Truth.FALSE
    return Truth.TRUE if recipients.complete else Truth.UNPROVEN


def _counting(facts: Facts, recipient: str) -> tuple[object, ...]:
    value = facts.papers(recipient).value
    return value.known if isinstance(value, Members) else ()


def _unexpired(paper: Paper, context: Context) -> Truth:
    """An expiry date lasts to the end of its day."""
    if paper.expires is None:
        return Truth.UNPROVEN
    first, last = context.days
    if last <= paper.expires:
        return Truth.TRUE
    return Truth.FALSE if first > paper.expires else Truth.UNPROVEN


# Tests of one fact --------------------------------------------------------------------------


def _test(condition: tree.Condition, context: Context) -> Node:
    """A leaf: the fact's state and the test's value on it."""
    assert isinstance(
        condition,
        tree.KindTest | tree.Equals | tree.OneOf | tree.Compare | tree.Within | tree.Includes
        | tree.Stated | tree.Empty,
    )  # fmt: skip
    reference = condition.subject
    subject = subject_of(reference, context.vocabulary, types_of(context))
    assert subject is not None, f"`{reference.text}` was checked"
    per_each = subject.fact is not None and subject.fact.per_recipient
    if per_each and context.recipient is None:
        return _for_all_recipients(condition, context)
    about = _about(subject, context)
    state = state_of(reference, subject, context, about)
    text = condition_text(condition)
    if subject.agency:
        text = text.replace(reference.head, agency_of(subject.agency, context), 1)
    truth = value_of(condition, subject, state, context)
    truth = context.assumed.get((text, about or ""), truth)
    need = None
    if truth is Truth.UNPROVEN and not _is_nobody_known(subject, context):
        need = _need(subject.fact, state, about or "", context, reference)
    return Node(
        "test",
        text,
        truth,
        (),
        shown_value(subject, state),
        state.source,
        need,
        condition,
        about or "",
    )


def _is_nobody_known(subject: Subject, context: Context) -> bool:
    """Whether the fact is one of a recipient not known: then the set is what is missing."""
    return bool(subject.agency) and agency_of(subject.agency, context) == ""


def types_of(context: Context) -> dict[str, str]:
    """The type of each bound variable."""
    return {
        name: "instrument" if isinstance(value, Paper) else _variable_type(value, context)
        for name, value in context.variables.items()
    }


def _variable_type(value: str, context: Context) -> str:
    """A bound word is a kind if the vocabulary has it, else an agency."""
    return "kind" if value in context.vocabulary.kinds else "agency"


def _for_all_recipients(condition: tree.Condition, context: Context) -> Node:
    """Outside a loop, what counts for one recipient counts only if it counts for all."""
    recipients = context.facts.receiving()
    children = [
        evaluate(condition, replace(context, recipient=str(key))) for key in recipients.known
    ]
    if not recipients.complete:
        recipients_set = tree.Reference(condition.span, names.RECIPIENTS)
        children += _others(recipients_set, context, some=False)
    return _joined("every", condition, tuple(children), all_of(c.truth for c in children))


def _about(subject: Subject, context: Context) -> str | None:
    """The recipient that a leaf is about, the empty name for somebody unknown; None for nobody."""
    fact = subject.fact
    matters = fact is not None and (fact.per_recipient or fact.name == INSTRUMENTS)
    return context.recipient if matters else None


def agency_of(head: str, context: Context) -> str:
    """The agency that a word of a condition stands for."""
    request = context.facts.request
    match head:
        case names.REQUESTER:
            return request.requester
        case names.OWNER:
            return request.owner
        case names.RECIPIENT:
            assert context.recipient is not None
            return context.recipient
        case _:
            return str(context.variables[head])


def state_of(
    reference: tree.Reference, subject: Subject, context: Context, about: str | None
) -> State:
    """The state of what a reference reads."""
    if subject.agency:
        agency = agency_of(subject.agency, context)
        if reference.tail:
            return context.facts.attribute(agency, reference.tail)
        return State(agency) if agency else unproven(Cause.NOT_STATED)
    if not reference.tail and reference.head in context.variables:
        return State(str(context.variables[reference.head]))
    if reference.text == names.RECIPIENTS:
        return State(context.facts.recipients())
    if reference.text in names.REASON_SETS:
        return _words_seen(reference.text, context)
    if reference.text == names.DATE:
        return State(True)
    return context.facts.state(reference.text, about)


def _words_seen(name: str, context: Context) -> State:
    """What the reason shows on any day that the request may fall on."""
    first, last = context.days
    states = [context.words.seen(context.vocabulary, name, day) for day in {first, last}]
    return states[0] if all(state == states[0] for state in states) else unproven(Cause.NOT_STATED)


def value_of(condition: tree.Condition, subject: Subject, state: State, context: Context) -> Truth:
    """What a test is on a state; unproven facts make unproven tests."""
    if isinstance(condition, tree.Compare) and condition.subject.text == names.DATE:
        return _date(condition, context)
    value = state.value
    if value is None:
        return Truth.UNPROVEN
    match condition:
        case tree.KindTest():
            return _kind(condition, subject, value, context)
        case tree.Equals():
            return _equal(value, condition.value, context)
        case tree.OneOf():
            return any_of(_equal(value, item, context) for item in condition.values)
        case tree.Compare():
            return _against(condition.relation, value, condition.bound, context)
        case tree.Within():
            return _within(condition, value, context)
        case tree.Includes():
            return _includes(condition.value, value, context)
        case tree.Stated():
            return Truth.of(value is TextState.STATED or isinstance(value, str))
        case tree.Empty():
            return _empty(value)
        case _:
            raise AssertionError(f"{type(condition).__name__} is no test")


def _date(condition: tree.Compare, context: Context) -> Truth:
    """``date is from D``: on the civil days that the request may fall on."""
    assert isinstance(condition.bound, tree.Date)
    first, last = (day >= condition.bound.day for day in context.days)
    since = Truth.TRUE if first else Truth.UNPROVEN if last else Truth.FALSE
    return since if condition.relation is tree.Relation.FROM else ~since


def _kind(condition: tree.KindTest, subject: Subject, value: Value, context: Context) -> Truth:
    """``x is a kind of K``: false only if no kind lies under both."""
    kinds = context.vocabulary.kinds
    word = str(value)
    if subject.type == "agency" and not subject.is_set:
        filed = context.facts.attribute(word, "kind").value
        if filed is None:
            return Truth.UNPROVEN
        return _registered(str(filed), condition.kind.text, context)
    if subject.fact is not None and subject.fact.level is tree.Level.REGISTRY:
        return _registered(word, condition.kind.text, context)
    nearest = context.facts.vocabulary.kinds.nearest(word, kinds)
    if not nearest:
        return Truth.UNPROVEN
    return kinds.lies_under(nearest, condition.kind.text)


def _registered(word: str, kind: str, context: Context) -> Truth:
    """A kind from the registry is exact; one that no vocabulary knows is unproven."""
    kinds = context.vocabulary.kinds
    if word not in kinds:
        return Truth.UNPROVEN
    return kinds.lies_under(frozenset({word}), kind, exact=True)


def _equal(value: Value, wanted: tree.Value, context: Context) -> Truth:
    match wanted:
        case tree.YesNo():
            return Truth.of(value is wanted.value)
        case tree.Agency() | tree.Sovereign():
            return Truth.of(value == wanted.key)
        case tree.Name():
            return Truth.of(value == wanted.text)
        case tree.Reference():
            subject = subject_of(wanted, context.vocabulary, types_of(context))
            assert subject is not None
            other = state_of(wanted, subject, context, _about(subject, context)).value
            return Truth.UNPROVEN if other is None else Truth.of(value == other)
        case _:
            raise AssertionError(f"{type(wanted).__name__} is not compared with `is`")


def _includes(wanted: tree.Value, value: Value, context: Context) -> Truth:
    """True if a member certainly is; false only if the set is whole and no member can be."""
    assert isinstance(value, Members)
    if isinstance(wanted, tree.Agency):
        found = any_of(Truth.of(member == wanted.key) for member in value.known)
    else:
        assert isinstance(wanted, tree.Name)
        kinds, sent = context.vocabulary.kinds, context.facts.vocabulary.kinds
        found = any_of(
            kinds.lies_under(nearest, wanted.text) if nearest else Truth.UNPROVEN
            for member in value.known
            for nearest in [sent.nearest(str(member), kinds)]
        )
    return found if value.complete else max(found, Truth.UNPROVEN)


def _empty(value: Value) -> Truth:
    assert isinstance(value, Members)
    if value.known:
        return Truth.FALSE
    return Truth.TRUE if value.complete else Truth.UNPROVEN


def _against(relation: tree.Relation, value: Value, bound: tree.Value, context: Context) -> Truth:
    """A comparison with a bound; with each value of a parameter, unproven where they differ."""
    bounds = context.parameters[bound.text] if isinstance(bound, tree.Name) else (bound,)
    found = {compare(relation, value, each, context.zone) for each in bounds}
    return found.pop() if len(found) == 1 else Truth.UNPROVEN


def _within(condition: tree.Within, value: Value, context: Context) -> Truth:
    """From ``after`` up to the end of the last civil day of the bound, or the last hour."""
    subject = subject_of(condition.after, context.vocabulary, types_of(context))
    assert subject is not None
    start = state_of(condition.after, subject, context, None).value
    if not isinstance(value, Span) or not isinstance(start, Span):
        return Truth.UNPROVEN
    if value.latest < start.earliest:
        return Truth.FALSE
    over = _against(tree.Relation.OVER, Age(start, value), condition.bound, context)
    begun = Truth.TRUE if value.earliest >= start.latest else Truth.UNPROVEN
    return all_of((begun, ~over))


# What is missing


def _need(
    fact: Fact | None,
    state: State,
    about: str,
    context: Context,
    reference: tree.Reference | None = None,
) -> Need:
    """What would settle a leaf."""
    if fact is None:
        name = reference.text if reference else ""
        kind = NeedKind.DATE if name == names.DATE else NeedKind.FACT
        if name in names.REASON_SETS:
            return Need(NeedKind.FACT, "request.reason", "", state.cause, tree.Level.ASSERTION)
        return Need(kind, name, about, state.cause)
    cause = state.cause or (Cause.NOT_STATED if state.value is None else Cause.TOO_BROAD)
    return Need(NeedKind.FACT, fact.name, about, cause, fact.level, state.had, fact.vouchers)
