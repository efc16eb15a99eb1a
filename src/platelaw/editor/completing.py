"""What an author may write at a caret, from the grammar and the words of the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ..dsl import syntax as tree
from ..dsl.mends import STATUSES
from ..dsl.reading import AGENCIES, ATTRIBUTE, DATE, REASON_SETS, RECIPIENTS
from ..dsl.scan import CLAUSES
from ..dsl.source import Source, Span
from ..engine.registry import Registry
from .contexts import Context
from .describing import detail_of, form_of
from .index import Index, Symbol
from .symbols import Scope, Use, What


class Sort(Enum):
    """What an offered word is, for its icon."""

    KEYWORD = "keyword"
    KIND = "kind"
    ACT = "act"
    FACT = "fact"
    ROLE = "role"
    DUTY = "duty"
    READING = "reading"
    DEFINITION = "definition"
    PARAMETER = "parameter"
    RULE = "rule"
    AGENCY = "agency"
    VALUE = "value"
    EDITION = "edition"


@dataclass(frozen=True, slots=True)
class Offer:
    """One word that may stand at the caret.

    Attributes:
        text: The word.
        sort: What it is.
        detail: One line about it.
        more: More about it, in Markdown.
    """

    text: str
    sort: Sort
    detail: str = ""
    more: str = ""


_MOST_AGENCIES = 200  # of a registry with thousands; typing on narrows them
_QUOTED = re.compile(r"`([^`]+)`")
_VALUES = ("a kind", "a bound")  # what a fact's type tells more of
_CITING = frozenset({"cites", "head"})
_CONDITIONS = frozenset({"if", "unless", "ground", "define", "binds"})
_NODES: dict[Sort, tuple[type[tree.Node], ...]] = {
    Sort.KIND: (tree.KindDeclaration, tree.DataDeclaration),
    Sort.ACT: (tree.ActDeclaration,),
    Sort.ROLE: (tree.RoleDeclaration,),
    Sort.DUTY: (tree.DutyDeclaration,),
    Sort.READING: (tree.ReadingDeclaration,),
}


@dataclass(frozen=True, slots=True)
class Completing:
    """Offers words in one library.

    Attributes:
        index: Its words.
        registry: The agencies on file.
    """

    index: Index
    registry: Registry

    def offers(self, context: Context, scope: Scope, typed: str) -> list[Offer]:
        """What may stand at a caret, what fits best first.

        Args:
            context: Where it stands in the text.
            scope: Under which head.
            typed: The word so far.
        """
        found: dict[str, Offer] = {}
        for offer in (*self._expected(context, scope, typed), *_keywords(context)):
            found.setdefault(offer.text, offer)
        return list(found.values())

    def _expected(self, context: Context, scope: Scope, typed: str) -> Iterator[Offer]:
        expected = context.expected
        if expected is None:
            yield from self._guessed(context, scope)
            return
        keywords = _QUOTED.findall(expected)
        named = _QUOTED.sub("", expected)
        values: list[Offer] = []
        if context.subject and ("a value" in named or "a kind" in named or not expected):
            values = list(self._values(context, scope, typed))
        yield from values
        for phrase, offer in self._providers(scope, typed).items():
            if re.search(rf"\b{phrase}\b", named) and not (values and phrase in _VALUES):
                yield from offer()
        yield from (Offer(w, Sort.KEYWORD) for w in keywords if re.fullmatch(r"[\w/ ]+", w))

    def _guessed(self, context: Context, scope: Scope) -> Iterator[Offer]:
        """What may stand in a clause that is not understood before the caret."""
        if context.clause in _CITING:
            before = "" if context.word_before == "status" else "status "
            yield from (Offer(f"{before}{word}", Sort.KEYWORD) for word in STATUSES)
        elif context.clause in _CONDITIONS:
            yield from self._condition(scope)
            yield from self._words(scope, Sort.KIND)

    def _providers(self, scope: Scope, typed: str) -> dict[str, Callable[[], Iterable[Offer]]]:
        """What to offer, by the words of the grammar's messages."""
        kinds = lambda: self._words(scope, Sort.KIND)  # noqa: E731
        return {
            "a kind": kinds,
            "a data kind": lambda: self._below(scope, "data"),
            "a purpose": kinds,
            "an act": lambda: self._words(scope, Sort.ACT),
            "a role": lambda: self._words(scope, Sort.ROLE),
            "a duty": lambda: self._words(scope, Sort.DUTY),
            "a condition": lambda: self._condition(scope),
            "a fact": lambda: self._facts(scope),
            "a set": lambda: self._facts(scope, sets=True),
            "a bound": self._parameters,
            "a parameter": self._parameters,
            "a rule": self._rules,
            "a request": lambda: self._named(What.REQUEST, Sort.DEFINITION, scope.file),
            "a vocabulary": lambda: self._named(What.VOCABULARY, Sort.EDITION),
            "a policy and": self._policies,
            "an agency": lambda: self._agencies(typed),
        }

    # Words of the vocabulary ------------------------------------------------------------------

    def _words(self, scope: Scope, *sorts: Sort) -> Iterator[Offer]:
        """Words of these sorts."""
        for symbol, use in self.index.words(self.index.edition_of(scope)):
            node = use.scope.statement
            for sort in sorts:
                if isinstance(node, _NODES[sort]):
                    yield Offer(symbol.name, sort, detail_of(use))

    def _below(self, scope: Scope, kind: str) -> Iterator[Offer]:
        """The kinds under a kind, itself left out; all kinds if nobody knows it."""
        under = self._parents(scope)
        offers = [o for o in self._words(scope, Sort.KIND) if kind in _above(o.text, under)]
        yield from offers or self._words(scope, Sort.KIND)

    def _parents(self, scope: Scope) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for symbol, use in self.index.words(self.index.edition_of(scope)):
            node = use.scope.statement
            if isinstance(node, tree.KindDeclaration):
                found[symbol.name] = tuple(name.text for name in node.under)
            elif isinstance(node, tree.DataDeclaration):
                over = next((over for name, over in node.items if name.text == symbol.name), None)
                found[symbol.name] = (over.text if over else "data",)
        return found

    def _facts(self, scope: Scope, *, sets: bool = False) -> Iterator[Offer]:
        """Facts as conditions read them; facts of an agency as those of the requester too."""
        for symbol, use in self.index.words(self.index.edition_of(scope), What.FACT):
            node = use.scope.statement
            if sets and not (isinstance(node, tree.FactDeclaration) and node.type.is_set):
                continue
            head, _, tail = symbol.name.partition(".")
            names = [f"{agency}.{tail}" for agency in sorted(AGENCIES)] if head == ATTRIBUTE else []
            for name in names or [symbol.name]:
                yield Offer(name, Sort.FACT, detail_of(use))
        known = (RECIPIENTS, *sorted(REASON_SETS)) if sets else (*sorted(AGENCIES), DATE)
        yield from (Offer(name, Sort.FACT) for name in known)

    def _condition(self, scope: Scope) -> Iterator[Offer]:
        head = scope.head
        for policy in self.index.lineage_of(head) if isinstance(head, tree.Policy) else ():
            for item in policy.defines:
                yield Offer(item.name.text, Sort.DEFINITION, f"definition of {policy.name.text}")
        yield from self._words(scope, Sort.READING)
        yield from self._facts(scope)
        yield from (Offer(word, Sort.KEYWORD) for word in ("not", "some", "every"))

    def _values(self, context: Context, scope: Scope, typed: str) -> Iterator[Offer]:
        """The values that a fact may have."""
        subject = context.subject
        if subject in ("act", "data"):
            yield from (
                self._words(scope, Sort.ACT) if subject == "act" else self._below(scope, "data")
            )
            return
        type_ = self._type_of(subject, scope)
        if type_ is None:
            yield from self._agencies(typed) if subject in AGENCIES else ()
            yield from self._words(scope, Sort.KIND) if subject in REASON_SETS else ()
            return
        in_example = context.clause == "given"
        match type_.word:
            case "yes/no":
                yield from (Offer(word, Sort.VALUE) for word in ("yes", "no"))
            case "one of":
                yield from (Offer(name.text, Sort.VALUE) for name in type_.words)
            case "agency":
                yield from self._agencies(typed)
            case "sovereign":
                yield from self._named(What.SOVEREIGN, Sort.VALUE)
            case "count" | "duration" | "date" | "time":
                yield from () if in_example else self._parameters()
            case "text":
                yield from (Offer(word, Sort.KEYWORD) for word in ("stated", "blank"))
            case kind:
                if in_example or context.word_before in ("of", "includes"):
                    yield from self._below(scope, kind)
                else:
                    yield Offer("a kind of", Sort.KEYWORD)

    def _type_of(self, subject: str, scope: Scope) -> tree.TypeName | None:
        nowhere = Span(Source(scope.file, ""), 0, 0)
        head, _, tail = subject.partition(".")
        for name in (subject, f"{ATTRIBUTE}.{tail or head}"):
            for symbol in self.index.resolve(Use(What.FACT, name, nowhere, scope)):
                node = self.index.declared[symbol][0].scope.statement
                if isinstance(node, tree.FactDeclaration):
                    return node.type
        return None

    # Other names ------------------------------------------------------------------------------

    def _parameters(self) -> Iterator[Offer]:
        yield from self._named(What.PARAMETER, Sort.PARAMETER)

    def _rules(self) -> Iterator[Offer]:
        for policy, rules in self.index.rules.items():
            for name, use in rules.items():
                yield Offer(name, Sort.RULE, f"{policy}: {detail_of(use)}")

    def _policies(self) -> Iterator[Offer]:
        for name, head in self.index.policies.items():
            number = f" {head.number}" if head.number is not None else ""
            yield Offer(f"{name}{number}", Sort.EDITION, head.title)

    def _named(self, what: What, sort: Sort, owner: str = "") -> Iterator[Offer]:
        """Everything of a sort that belongs to nobody, or to a file."""
        for symbol, uses in self.index.declared.items():
            if symbol == Symbol(what, owner, symbol.name):
                yield Offer(symbol.name, sort, detail_of(uses[0]))

    def _agencies(self, typed: str) -> Iterator[Offer]:
        """Agencies on file whose key or name holds what was typed."""
        word = typed.partition(":")[2].lower()
        left = _MOST_AGENCIES
        for key in self.registry.bodies:
            if word in key.lower():
                body = self.registry.bodies[key]
                yield Offer(f"agency:{key}", Sort.AGENCY, body.name)
                left -= 1
                if not left:
                    return


def _above(name: str, parents: dict[str, tuple[str, ...]]) -> set[str]:
    """Every kind that a kind lies under."""
    found: set[str] = set()
    waiting = list(parents.get(name, ()))
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting.extend(parents.get(kind, ()))
    return found


def _keywords(context: Context) -> Iterator[Offer]:
    """The statements that may start, or the clauses of the one at the caret."""
    if not context.statement:
        for keyword in CLAUSES:
            yield Offer(keyword, Sort.KEYWORD, more=form_of(keyword, "head"))
        return
    may_end = not context.expected
    if may_end and context.clause in _CONDITIONS:
        yield from (Offer(word, Sort.KEYWORD) for word in ("and", "or"))
    if context.at_line_start or may_end:
        for clause, follower in CLAUSES[context.statement].items():
            word = f"{clause} {follower}" if follower else clause
            yield Offer(word, Sort.KEYWORD, more=form_of(context.statement, clause))
