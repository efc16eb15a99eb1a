"""A model of a formula as a request that anyone can ask: JSON, read and decided like any other.

What a request says is more than what formulas ask of it, so a model may be of no request that
could be written. Therefore nothing is shown that was not decided again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ...dsl import reading as names
from ...dsl import syntax as tree
from ...dsl.model import Fact
from ...dsl.truth import Truth
from .. import names as facts
from ..conditions import evaluate
from ..reasons import ReasonWords
from ..reference import Case
from ..request import Reason
from ..values import Members, Range, Span, TextState
from .domains import ANOTHER
from .solver import NOBODY, OWNER, Model
from .sources import Choice, Free, OfDuty, OfFact, OfReview, Source, Whole

_DAY, _HOUR, _MINUTE = 86400, 3600, 60
_NEVER_EXPIRES = "2099-12-31"
ORDINARY_REASON = "routine"  # typed where no rule cares
# A condition about some body of a set, and what it is to come out as.
_AskedOfBodies = tuple[Free, tree.Quantified, Truth]


@dataclass(slots=True)
class Drafting:
    """Drafts the JSON of one model."""

    case: Case
    model: Model
    sources: Mapping[object, Source]
    keys: dict[int, str] = field(default_factory=dict[int, str])
    stated: dict[str, Any] = field(default_factory=dict[str, Any])
    claims: list[str] = field(default_factory=list[str])
    papers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    system: dict[str, Any] = field(default_factory=dict[str, Any])
    filed: dict[str, Any] = field(default_factory=dict[str, Any])
    reviews: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    duties: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    shown: list[tuple[OfFact, Choice]] = field(default_factory=list[tuple[OfFact, Choice]])
    bodies_of: dict[str, list[_AskedOfBodies]] = field(
        default_factory=dict[str, "list[_AskedOfBodies]"]
    )
    reason: str = ORDINARY_REASON

    def request(self) -> dict[str, Any]:
        """The request."""
        self._bodies()
        for (key, at), choice in self.model.chosen.items():
            source = self.sources.get(key)
            if source is not None:
                self._say(source, at, choice)
        self._reason()
        for name, asked in self.bodies_of.items():
            members = self._members(asked)
            if members is not None:
                self.system[name] = members
        others = [self.keys[at] for at in self.model.recipients if at]
        whole = self.model.chosen.get(("whole", NOBODY))
        recipients: object = others
        if whole is not None and whole.signature[0] is Truth.FALSE:
            recipients = {"members": others, "complete": False}
        words = self.case.facts.vocabulary.facts
        if facts.RECIPIENTS in words:
            self.stated[facts.RECIPIENTS] = recipients
        for name in (facts.ON_BEHALF_OF, facts.DIRECTED_BY):
            if name in words:
                self.stated[name] = []
        if facts.CLAIMS in words:
            self.stated[facts.CLAIMS] = sorted(set(self.claims))
        return {
            "version": 1,
            "requester": self.keys[0],
            "owner": self.keys[OWNER],
            "act": self.case.request.act,
            "data": self.case.data,
            "at": self._at(),
            "reason": self.reason,
            "user": "user",
            "facts": dict(sorted(self.stated.items())),
            "instruments": self.papers,
            **({"reviews": self.reviews} if self.reviews else {}),
            **({"duties": self.duties} if self.duties else {}),
            "simulate": {
                name: said
                for name, said in (("system", self.system), ("registry", self.filed))
                if said
            },
        }

    def _at(self) -> str:
        at = self.case.request.at
        return at.day.isoformat() if at.day else at.latest.isoformat()

    def _bodies(self) -> None:
        """A body for each: recipients are different ones, and the owner only where he is one."""
        owner = self.model.chosen["bodies", OWNER]
        self.keys[OWNER] = _keys(owner)[0]
        for at in self.model.recipients:
            is_owner = self.model.chosen.get(("owner", at))
            if is_owner is not None and is_owner.signature[0] is Truth.TRUE:
                self.keys[at] = self.keys[OWNER]
                continue
            able = _keys(self.model.chosen["bodies", at])
            taken = set(self.keys.values())
            self.keys[at] = next((key for key in able if key not in taken), able[0])

    def _say(self, source: Source, at: int, choice: Choice) -> None:
        match source:
            case OfFact():
                self._fact(source, at, choice)
            case Free():
                truth = choice.signature[0]
                if not self._asks_bodies(source, truth):
                    self._free(source, at, truth)
            case OfDuty() if choice.witness:
                self.duties.append({"duty": choice.witness})
            case OfReview() if choice.witness is not None:
                decision = "cleared" if choice.witness else "refused"
                self.reviews.append({"rule": source.rule.id, "decision": decision})
            case _:
                pass

    # Facts -----------------------------------------------------------------------------------

    def _fact(self, source: OfFact, at: int, choice: Choice) -> None:
        test = next(iter(source.tests.values()))
        name, fact, value = test.reference.text, test.subject.fact, choice.witness
        if name == facts.REASON and value is TextState.BLANK:
            self.reason = ""
        elif name in names.REASON_SETS or name == facts.REASON:
            self.shown.append((source, choice))
        elif fact is not None and at in self.keys | {NOBODY: ""}:
            raw = _raw(value)
            if isinstance(raw, Range):
                raw = int(raw.high) if fact.type.word == "count" else _duration(raw.high)
            if fact.level is tree.Level.SYSTEM:
                self._put(self.system, name, raw)
            elif fact.level is tree.Level.REGISTRY:
                self._put(self.filed, name, raw)
            elif name not in (facts.CLAIMS, *facts.RECIPIENT_SETS, facts.USER):
                self._state(fact, raw, at)

    def _put(self, where: dict[str, Any], name: str, raw: Any) -> None:
        if raw is not None:
            where[name] = raw

    def _state(self, fact: Fact, raw: Any, at: int) -> None:
        if fact.claimed and raw is not False:
            self.claims.append(fact.name)
        if raw is None or (fact.claimed and raw is False):
            return
        said: dict[str, Any] = {"value": raw, "level": fact.level.value}
        if at != NOBODY:
            said["about"] = self.keys[at]
            self.stated.setdefault(fact.name, []).append(said)
        elif fact.level is tree.Level.ASSERTION:
            self.stated[fact.name] = raw
        else:
            self.stated[fact.name] = said

    def _reason(self) -> None:
        """A phrase of a lexicon in which all layers see what they are to see, if there is one."""
        sets = [
            (source, choice)
            for source, choice in self.shown
            if isinstance(choice.witness, Members) and choice.witness.known
        ]
        if not sets:
            return
        context = next(iter(sets[0][0].tests.values())).context
        texts = [phrase.text for x in context.vocabulary.lexicons for phrase in x.phrases]
        self.reason = max(texts, key=lambda text: self._agreeing(text), default=self.reason)

    def _agreeing(self, text: str) -> int:
        """In how many sets of what was seen a text shows what it is to show."""
        words = ReasonWords(Reason(text), self.case.words.matchers)
        return sum(self._shows(words, source, choice) for source, choice in self.shown)

    def _shows(self, words: ReasonWords, source: OfFact, choice: Choice) -> bool:
        tests = list(source.tests.values())
        name, context = tests[0].reference.text, tests[0].context
        if name not in names.REASON_SETS:
            return False
        seen = words.seen(context.vocabulary, name, context.days[0]).value
        return choice.signature == tuple(test.of(seen, self.case.facts) for test in tests)

    # Conditions that are asked whole ---------------------------------------------------------

    def _asks_bodies(self, source: Free, truth: Truth) -> bool:
        """Whether a condition asks for a body in a set that the platform tells, noted if so."""
        node = source.condition
        if not isinstance(node, tree.Quantified) or node.quantifier is not tree.Quantifier.SOME:
            return False
        name = node.collection.text
        fact = self.case.facts.vocabulary.facts.get(name)
        if fact is None or fact.level is not tree.Level.SYSTEM or fact.type.word != "agency":
            return False
        self.bodies_of.setdefault(name, []).append((source, node, truth))
        return True

    def _members(self, asked: list[_AskedOfBodies]) -> list[str] | None:
        """Bodies that make each condition what it is to be; None if one is to be open."""
        if any(truth is Truth.UNPROVEN for _, _, truth in asked):
            return None
        alike: dict[object, str] = {}
        for body in self.case.registry.bodies.values():
            standing = body.sovereign, body.kind, *sorted(body.attributes.items())
            alike.setdefault(standing, body.key)
        barred = [(source, node) for source, node, truth in asked if truth is Truth.FALSE]
        free = [
            key
            for key in alike.values()
            if all(self._of_member(*each, key) is Truth.FALSE for each in barred)
        ]
        wanted = [(source, node) for source, node, truth in asked if truth is Truth.TRUE]
        found = (
            next((key for key in free if self._of_member(*each, key) is Truth.TRUE), None)
            for each in wanted
        )
        return sorted({key for key in found if key is not None})

    def _of_member(self, source: Free, node: tree.Quantified, key: str) -> Truth:
        here = replace(
            self.case.context(source.policy),
            parameters=source.context.parameters,
            variables={node.variable: key},
        )
        return evaluate(node.body, here).truth

    def _free(self, source: Free, at: int, truth: Truth) -> None:
        """An instrument that makes a condition true, or that nobody verified."""
        node = source.condition
        if truth is Truth.FALSE or not isinstance(node, tree.Quantified):
            return
        if isinstance(node.body, tree.Paper) and node.quantifier is tree.Quantifier.SOME:
            paper: dict[str, Any] = {
                "kind": node.body.kind.text,
                "probable_cause": True,
                "covers": True,
                "expires": _NEVER_EXPIRES,
            }
            issuer = issuer_for(node.body, self.case)
            if issuer:
                paper["from"] = issuer
            if truth is Truth.TRUE:
                paper["level"] = "verification"
            for key in [self.keys[at]] if at in self.keys else self.keys.values():
                self.papers.append({**paper, "issued_to": key})


def issuer_for(paper: tree.Paper, case: Case) -> str:
    """A body on file that may have issued an instrument; empty if it need not say, or none may."""
    kinds = case.facts.vocabulary.kinds
    wanted = {sovereign.key for sovereign in paper.sovereigns}
    for body in case.registry.bodies.values():
        if paper.issuer is None or body.kind not in kinds:
            continue
        right_kind = paper.issuer.text in kinds.above(body.kind)
        if right_kind and (not wanted or body.sovereign in wanted):
            return body.key
    return ""


def _keys(choice: Choice) -> tuple[str, ...]:
    assert isinstance(choice.witness, tuple)
    return cast("tuple[str, ...]", choice.witness)


def _raw(value: object) -> Any:
    """A value as JSON has it; None if it cannot be written."""
    match value:
        case bool():
            return value
        case TextState():
            return "stated" if value is TextState.STATED else ""
        case str():
            return value if value not in (ANOTHER, "") else None
        case Members():
            known = [member for member in value.known if member != ANOTHER]
            return known if value.complete else {"members": known, "complete": False}
        case Range():
            return value
        case Span():
            return value.latest.isoformat()
        case _:
            return None


def _duration(seconds: float) -> str:
    """A length of time as a request writes it, at least so long."""
    minutes = int(-(-seconds // _MINUTE))
    for size, word in ((_DAY, "days"), (_HOUR, "hours")):
        if minutes * _MINUTE % size == 0:
            return f"{minutes * _MINUTE // size} {word}"
    return f"{minutes} minutes"


def _is_default(fact: Fact | None, value: object) -> bool:
    """Whether a fact has the value that it has in a request that does not speak of it."""
    if fact is None:
        return value is None
    if fact.name == facts.RETRIES:
        return value == Range(0, 0)
    if fact.level is tree.Level.REGISTRY:
        return value in (False, Members(()), "none", "")
    return value is (False if fact.claimed else None)


def is_usual(source: Source, choice: Choice) -> bool:
    """Whether a choice adds nothing to a request."""
    match source:
        case OfFact():
            test = next(iter(source.tests.values()))
            if test.reference.text in names.REASON_SETS:
                return choice.witness == Members(())
            return _is_default(test.subject.fact, choice.witness)
        case Free():
            node = source.condition
            absent = isinstance(node, tree.Quantified) and node.collection.text == facts.INSTRUMENTS
            return choice.signature[0] is (Truth.FALSE if absent else Truth.UNPROVEN)
        case OfDuty() | OfReview():
            return choice.witness is None
        case Whole():
            return choice.signature[0] is Truth.TRUE
        case _:
            return False


def is_writable(source: Source, choice: Choice) -> bool:
    """Whether a request can say a choice: only in a log are reason and what is on file unknown."""
    if not isinstance(source, OfFact):
        return True
    test = next(iter(source.tests.values()))
    fact = test.subject.fact
    on_file = fact is not None and fact.level is tree.Level.REGISTRY
    if on_file or test.reference.text in names.REASON_SETS:
        open_set = isinstance(choice.witness, Members) and not choice.witness.complete
        return choice.witness is not None and not open_set
    return choice.witness is None or _raw(choice.witness) is not None
