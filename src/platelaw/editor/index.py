"""Which declaration every word of a library means, whatever is wrong with the library."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..dsl import syntax as tree
from ..dsl.check.words import edition_text
from ..dsl.reading import ATTRIBUTE
from .symbols import Scope, Use, What, is_of_agency


class Symbol(NamedTuple):
    """A thing that words stand for: its sort, to whom it belongs, its name."""

    what: What
    owner: str
    name: str


@dataclass(slots=True)
class Index:
    """The uses of all files of a library, by file.

    Attributes:
        uses: The uses of each file in the order of their places.
        declared: Where each thing is declared; an adopter that replaces a rule declares it too.
        vocabularies: The heads of vocabularies by edition.
        policies: The heads of policies by name.
        rules: The rules of each policy by name.
    """

    uses: Mapping[str, tuple[Use, ...]]
    declared: dict[Symbol, list[Use]] = field(default_factory=dict[Symbol, "list[Use]"], init=False)
    vocabularies: dict[str, tree.Vocabulary] = field(
        default_factory=dict[str, tree.Vocabulary], init=False
    )
    policies: dict[str, tree.Policy] = field(default_factory=dict[str, tree.Policy], init=False)
    rules: dict[str, dict[str, Use]] = field(
        default_factory=dict[str, "dict[str, Use]"], init=False
    )
    _declaring: list[Use] = field(default_factory=list[Use], init=False)

    def __post_init__(self) -> None:
        """Gather what is declared."""
        self._declaring = [use for uses in self.uses.values() for use in uses if use.declares]
        for use in self._declaring:
            head = use.scope.head
            if use.what is What.VOCABULARY and isinstance(head, tree.Vocabulary):
                self.vocabularies.setdefault(use.name, head)
            elif use.what is What.POLICY and isinstance(head, tree.Policy):
                self.policies.setdefault(use.name, head)
            elif use.what is What.RULE:
                self.rules.setdefault(use.scope.policy, {}).setdefault(use.name, use)
        for use in self._declaring:
            for symbol in self._declares(use):
                self.declared.setdefault(symbol, []).append(use)

    # Where something stands ------------------------------------------------------------------

    def at(self, file: str, offset: int) -> Use | None:
        """The use at a place: the narrowest if several lie over one another."""
        uses = self.uses.get(file, ())
        last = bisect_right(uses, offset, key=lambda use: use.span.start)
        found = [use for use in uses[max(0, last - 200) : last] if offset <= use.span.end]
        return min(found, key=lambda use: use.span.end - use.span.start, default=None)

    def references(self, symbol: Symbol) -> Iterator[Use]:
        """Every use of a thing, its declarations included, in the order of files and places."""
        tail = symbol.name.rpartition(".")[2] if symbol.what is What.FACT else symbol.name
        for file in sorted(self.uses):
            for use in self.uses[file]:
                if tail in use.name and symbol in self.resolve(use):
                    yield use

    # What something means --------------------------------------------------------------------

    def resolve(self, use: Use) -> tuple[Symbol, ...]:
        """What a use stands for; several things if it says too little, none if nobody knows."""
        if use.declares:
            return tuple(self._declares(use))
        name, scope = use.name, use.scope
        match use.what:
            case What.WORD:
                return self._known(What.WORD, name, scope)
            case What.FACT:
                return self._fact(use)
            case What.VALUE:
                return self._choice(use) or self._known(What.WORD, name, scope)
            case What.NAMED:
                return self._definition(name, scope.policy) or self._known(What.WORD, name, scope)
            case What.GIVEN:
                return (
                    self._fact(use)
                    or self._known(What.FACT, f"{ATTRIBUTE}.{name}", scope)
                    or self._known(What.WORD, name, scope)
                    or self._rule(name, scope)
                )
            case What.RULE:
                return self._rule(name, scope)
            case What.REQUEST:
                return (Symbol(What.REQUEST, scope.file, name),)
            case _:
                return (Symbol(use.what, "", name),)

    def edition_of(self, scope: Scope) -> str:
        """The vocabulary whose words are spoken there."""
        head = scope.head
        if isinstance(head, tree.Vocabulary):
            return edition_text(head.edition)
        if isinstance(head, tree.Policy):
            spoken = (policy.uses for policy in self.lineage_of(head) if policy.uses is not None)
            edition = next(spoken, None)
            return edition_text(edition) if edition else ""
        return edition_text(head.uses) if head and head.uses else ""

    def editions_above(self, edition: str) -> Iterator[str]:
        """A vocabulary and all that it extends."""
        seen: set[str] = set()
        while edition in self.vocabularies and edition not in seen:
            yield edition
            seen.add(edition)
            extends = self.vocabularies[edition].extends
            edition = edition_text(extends) if extends else ""

    def lineage_of(self, head: tree.Policy) -> Iterator[tree.Policy]:
        """A policy and those that it adopts."""
        seen: set[str] = set()
        policy: tree.Policy | None = head
        while policy is not None and policy.name.text not in seen:
            yield policy
            seen.add(policy.name.text)
            adopts = policy.adopts
            policy = self.policies.get(adopts.edition.name) if adopts else None

    def words(self, edition: str, what: What = What.WORD) -> Iterator[tuple[Symbol, Use]]:
        """The words of a vocabulary and of all that it extends, or its facts."""
        above = set(self.editions_above(edition))
        for symbol, uses in self.declared.items():
            if symbol.what is what and symbol.owner in above:
                yield symbol, uses[0]

    def _declares(self, use: Use) -> Iterable[Symbol]:
        name, scope = use.name, use.scope
        match use.what:
            case What.WORD | What.FACT:
                yield Symbol(use.what, self.edition_of(scope), name)
            case What.CHOICE if isinstance(scope.statement, tree.FactDeclaration):
                fact = scope.statement.name.text
                yield Symbol(use.what, f"{self.edition_of(scope)} {fact}", name)
            case What.RULE | What.DEFINITION:
                yield Symbol(use.what, self._first_policy(use), name)
            case What.BRANCH:
                statement = scope.statement
                rule = getattr(getattr(statement, "name", None), "text", "")
                yield Symbol(use.what, f"{scope.policy}/{rule}", name)
            case What.PROMISE:
                yield Symbol(use.what, scope.policy, name)
            case What.REQUEST:
                yield Symbol(use.what, scope.file, name)
            case _:
                yield Symbol(use.what, "", name)

    def _first_policy(self, use: Use) -> str:
        """The policy that first has a rule or definition: the adopted one, if it has it."""
        head = use.scope.head
        if not isinstance(head, tree.Policy):
            return ""
        having = [policy.name.text for policy in self.lineage_of(head) if self._has(policy, use)]
        return having[-1] if having else use.scope.policy

    def _has(self, policy: tree.Policy, use: Use) -> bool:
        if use.what is What.RULE:
            return use.name in self.rules.get(policy.name.text, {})
        return any(item.name.text == use.name for item in policy.defines)

    def _known(self, what: What, name: str, scope: Scope) -> tuple[Symbol, ...]:
        """A word or fact of the vocabulary that is spoken there."""
        for edition in self.editions_above(self.edition_of(scope)):
            symbol = Symbol(what, edition, name)
            if symbol in self.declared:
                return (symbol,)
        return ()

    def _fact(self, use: Use) -> tuple[Symbol, ...]:
        name = use.name
        if is_of_agency(use):
            name = f"{ATTRIBUTE}.{name.partition('.')[2]}"
        return self._known(What.FACT, name, use.scope)

    def _choice(self, use: Use) -> tuple[Symbol, ...]:
        """A value of a fact that lists its values."""
        subject = use.scope.subject
        if subject is None:
            return ()
        read = Use(What.GIVEN, subject.text, subject.span, use.scope)
        for fact in self._fact(read) or self._known(
            What.FACT, f"{ATTRIBUTE}.{subject.text}", use.scope
        ):
            symbol = Symbol(What.CHOICE, f"{fact.owner} {fact.name}", use.name)
            if symbol in self.declared:
                return (symbol,)
        return ()

    def _definition(self, name: str, policy: str) -> tuple[Symbol, ...]:
        head = self.policies.get(policy)
        for each in self.lineage_of(head) if head else ():
            for item in each.defines:
                if item.name.text == name:
                    return (Symbol(What.DEFINITION, each.name.text, name),)
        return ()

    def _rule(self, name: str, scope: Scope) -> tuple[Symbol, ...]:
        """The rules that a name may mean: one of the own policy first, then any."""
        owner, _, last = name.rpartition("/")
        if isinstance(scope.head, tree.Policy) and not owner:
            for policy in self.lineage_of(scope.head):
                if last in self.rules.get(policy.name.text, {}):
                    return self._declared_rule(policy.name.text, last)
        found = [
            symbol
            for name_of, head in sorted(self.policies.items())
            if f"/{name_of}".endswith(f"/{owner}" if owner else "")
            for policy in self.lineage_of(head)
            if last in self.rules.get(policy.name.text, {})
            for symbol in self._declared_rule(policy.name.text, last)
        ]
        return tuple(dict.fromkeys(found))

    def _declared_rule(self, policy: str, name: str) -> tuple[Symbol, ...]:
        return tuple(self._declares(self.rules[policy][name]))
