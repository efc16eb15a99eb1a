"""Whether a statement speaks in words that the policies know, and from a role that may.

What is asked here is asked again when a question is decided, under the words of that question:
this is so that whoever vouches learns of a slip at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from ...dsl.diagnostics import listed, suggestion
from ...dsl.model import Duty, Fact, Policy, Rule, Vocabulary
from ...engine import names
from ...engine.decision import Engine
from ...engine.facts import Facts
from ...engine.json_values import JsonValues, near_key
from ...engine.request import Request, Voucher
from ...engine.request_json import read_paper
from ...engine.values import Span
from ..proof import Held
from ..refusal import RefusedCallError, Status
from .concern import question_of
from .fields import refuse
from .statements import OfCase, Recalled, SaidDuty, SaidFact, SaidInstrument, SaidReview, Statement
from .weighing import Weighed

_HOLDERS = frozenset({"anyone", "owner", "requester"})  # who holds a role, if not a kind of body


def check_words(weighed: Weighed, engine: Engine, waiting: Sequence[Held]) -> None:
    """Refuse a statement in words that nobody knows, or from a role that may not give it.

    Args:
        weighed: The statement.
        engine: The library and the registry in use.
        waiting: The HOLDs on file about the same request.

    Raises:
        RefusedCallError: It is refused; the nearest word is told.
    """
    statement = weighed.statement
    vocabularies = sorted(
        engine.library.vocabularies.values(), key=lambda words: words.depth, reverse=True
    )  # what does not fit is told in the words of the one that knows most
    _check_bodies(statement, engine)
    _check_holder(weighed, engine, vocabularies)
    match statement.said:
        case SaidFact():
            _check_fact(weighed, statement.said, engine, vocabularies)
        case SaidInstrument():
            _check_paper(weighed, statement.said, engine, vocabularies)
        case SaidReview(rule):
            _check_review(weighed, _rules(rule, engine.library.policies), rule, engine)
        case SaidDuty(duty):
            _check_duty(weighed, duty, vocabularies)
        case _:
            pass
    for held in waiting:
        _check_party(weighed, held, engine, vocabularies)


# Who -------------------------------------------------------------------------------------------


def _check_bodies(statement: Statement, engine: Engine) -> None:
    """Registry keys alone, so that one body has one name."""
    named = {"payload/voucher/agency": statement.by.agency}
    if isinstance(statement.subject, OfCase):
        named["payload/subject/case/agency"] = statement.subject.agency
    if isinstance(statement.said, SaidFact) and statement.said.about:
        named["payload/about"] = statement.said.about
    if isinstance(statement.said, Recalled):
        named |= {f"payload/holders/{at}": key for at, key in enumerate(statement.said.holders)}
    for where, key in named.items():
        body = engine.registry.get(key)
        if body is None:
            mend = near_key(key, engine.registry) or "find its key with `platelaw agencies NAME`"
            refuse(where, f"no body of the registry has the key `{key[:60]}`", mend)
        if body.key != key:
            refuse(where, f"`{key}` is the ORI of `{body.key}`", "write the key")


def _check_holder(weighed: Weighed, engine: Engine, vocabularies: Iterable[Vocabulary]) -> None:
    """Whether a body of this kind can have people in the role at all."""
    role, body = weighed.by.role, engine.registry.get(weighed.by.agency)
    known = [words for words in vocabularies if role in words.roles]
    if not known:
        every = {name for words in vocabularies for name in words.roles}
        refuse("payload/voucher/role", f"no role is called `{role[:60]}`", suggestion(role, every))
    assert body is not None
    holders = {words.roles[role].holder for words in known}
    if not holders & _HOLDERS and not any(
        body.kind in words.kinds and words.roles[role].holder in words.kinds.above(body.kind)
        for words in known
    ):
        _deny(f"the role `{role}` is held by {listed(sorted(holders), 'or')}, and `{body.key}` "
              "is none", "let whoever holds the role sign")  # fmt: skip


def _check_party(
    weighed: Weighed, held: Held, engine: Engine, vocabularies: Iterable[Vocabulary]
) -> None:
    """Nobody proves his own case."""
    by, user = weighed.by, question_of(held).user
    request = Request(
        held.requester, held.owner, held.act, held.data, Span.at(held.asked_at), user=user
    )
    voucher = Voucher(by.agency, by.role, by.user)
    if not any(Facts(request, engine.registry, words).may_speak(voucher) for words in vocabularies):
        _deny(
            "for this request the voucher may not speak: nobody proves his own case, and a role "
            "counts where it is held",
            "let somebody sign who is not the requester and holds the role there",
        )


# What ------------------------------------------------------------------------------------------


def _check_fact(
    weighed: Weighed, said: SaidFact, engine: Engine, vocabularies: Iterable[Vocabulary]
) -> None:
    known = [(words, fact) for words in vocabularies if (fact := words.facts.get(said.fact))]
    facts = [fact for _, fact in known]
    if not known:
        every = {name for w in vocabularies for name, fact in w.facts.items() if fact.is_sent}
        refuse(
            "payload/fact", f"no fact is called `{said.fact[:60]}`", suggestion(said.fact, every)
        )
    if said.fact == names.INSTRUMENTS:
        refuse("payload/fact", "instruments are stated one by one", "make it of kind `instrument`")
    if not any(fact.is_sent for fact in facts):
        refuse("payload/fact", f"`{said.fact}` comes from the registry or the platform",
               "leave it to them; nobody can vouch for it")  # fmt: skip
    if said.about and not any(fact.per_recipient for fact in facts):
        refuse("payload/about", f"`{said.fact}` is the same for every recipient", "leave it out")
    _check_voucher(weighed, f"`{said.fact}`", facts)
    _check_value(said, engine, known)


def _check_value(said: SaidFact, engine: Engine, known: Iterable[tuple[Vocabulary, Fact]]) -> None:
    """Whether the value fits the fact in one vocabulary."""
    readings: list[JsonValues] = []
    for words, fact in known:
        values = JsonValues(engine.registry)
        if values.value(fact, said.value, "/value", words) is not None and not values.faults:
            return
        readings.append(values)
    fault = readings[0].faults[0]
    refuse(f"payload{fault.where}", fault.message, fault.help)


def _check_voucher(weighed: Weighed, what: str, facts: Iterable[Fact]) -> None:
    """Whether a role may vouch for a fact; one that names no roles takes any."""
    wanted = [fact.vouchers for fact in facts]
    if all(wanted) and not any(weighed.by.role in roles for roles in wanted):
        roles = sorted({role for each in wanted for role in each})
        _deny(f"the role `{weighed.by.role}` may not vouch for {what}",
              f"let {listed(roles, 'or')} sign")  # fmt: skip


def _check_paper(
    weighed: Weighed, said: SaidInstrument, engine: Engine, vocabularies: Iterable[Vocabulary]
) -> None:
    known = [words for words in vocabularies if names.INSTRUMENTS in words.facts]
    _check_voucher(weighed, "an instrument", [words.facts[names.INSTRUMENTS] for words in known])
    readings: list[JsonValues] = []
    for words in known:
        values = JsonValues(engine.registry)
        paper = read_paper(values, said.fields, "/instrument", words, verified=True)
        if paper is not None and not values.faults:
            return
        readings.append(values)
    for values in readings:
        fault = values.faults[0]
        refuse(f"payload{fault.where}", fault.message, fault.help)
    refuse("payload/kind", "no policy in use knows instruments", "leave it out")


def _rules(rule: str, policies: Iterable[Policy]) -> list[Rule]:
    """Every version of a rule, by its full name."""
    head, _, name = rule.rpartition("/")
    return [
        each
        for policy in policies
        if policy.name == head and name in policy.rule_names()
        for each in policy.rules
        if each.id == rule
    ]


def _near(rule: str, engine: Engine) -> str:
    """The rules nearly like one that is none, of its policy; else the policies."""
    head = rule.rpartition("/")[0]
    policies = engine.library.policies
    mine = {f"{head}/{name}" for p in policies if p.name == head for name in p.rule_names()}
    near = suggestion(rule, mine) if mine else suggestion(head, {p.name for p in policies})
    return near or "write POLICY/NAME, as the answer has it"


def _check_review(weighed: Weighed, found: Sequence[Rule], rule: str, engine: Engine) -> None:
    if not found:
        refuse("payload/rule", f"no rule is called `{rule[:100]}`", _near(rule, engine))
    readers = {each.node.refer_to.text for each in found if each.node.refer_to is not None}
    if not readers:
        refuse("payload/rule", f"`{rule}` refers to nobody", "only a rule that refers is reviewed")
    if weighed.by.role not in readers:
        _deny(f"`{rule}` refers to {listed(sorted(readers), 'or')}, not to "
              f"`{weighed.by.role}`", "let whoever it refers to sign")  # fmt: skip


def _check_duty(weighed: Weighed, duty: str, vocabularies: Iterable[Vocabulary]) -> None:
    found: list[Duty] = [words.duties[duty] for words in vocabularies if duty in words.duties]
    if not found:
        every = {name for words in vocabularies for name in words.duties}
        refuse("payload/duty", f"no duty is called `{duty[:60]}`", suggestion(duty, every))
    roles = {each.attested_by for each in found if each.attested_by}
    if not roles:
        refuse("payload/duty", f"`{duty}` shows by itself that it is done", "state no more")
    if weighed.by.role not in roles:
        _deny(f"the role `{weighed.by.role}` may not say that `{duty}` is done",
              f"let {listed(sorted(roles), 'or')} sign")  # fmt: skip


def _deny(what: str, mend: str) -> NoReturn:
    raise RefusedCallError(Status.PERMISSION_DENIED, f"{what}; {mend}")
