"""Conditions: every name declared, every test fitting the type of its fact."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from .. import reading as names
from .. import syntax as tree
from ..codes import Code
from ..diagnostics import listed
from ..mends import CLEARANCES, NO_CLEARANCE
from ..model import Vocabulary
from ..reading import Subject, subject_of
from .faults import Faults
from .words import BUILT_IN_TYPES

INSTRUMENT = "instrument"
_COMPARED = {"count": tree.Count, "duration": tree.Duration, "date": tree.Date, "time": tree.Date}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a condition stands and what it may name."""

    vocabulary: Vocabulary
    defines: Collection[str] = ()
    later_defines: Collection[str] = ()
    parameters: Mapping[str, tree.Value] = field(default_factory=dict[str, tree.Value])
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    acts: frozenset[str] = frozenset()
    per_recipient: bool = False
    agencies: Collection[str] | None = None

    def bind(self, variable: str, type_: str) -> Scope:
        """The scope inside a quantifier."""
        return replace(self, variables={**self.variables, variable: type_})


class ConditionCheck:
    """Checks conditions in one scope."""

    def __init__(self, scope: Scope, faults: Faults) -> None:
        self.scope = scope
        self.faults = faults

    def check(self, condition: tree.Condition) -> None:
        """Note every fault of a condition."""
        match condition:
            case tree.And() | tree.Or():
                for item in condition.items:
                    self.check(item)
            case tree.Not():
                self.check(condition.item)
            case tree.Named():
                self._named(condition)
            case tree.Quantified():
                self._quantified(condition)
            case tree.Paper():
                self._paper(condition)
            case _:
                self._test(condition)

    def subject(self, reference: tree.Reference) -> Subject | None:
        """What a reference reads; unknown names are noted."""
        scope = self.scope
        if reference.head == names.RECIPIENT and not scope.per_recipient:
            self.faults.add(
                Code.UNKNOWN_NAME,
                reference.span,
                "`recipient` is known only where a rule says `for every recipient`",
                "add `, for every recipient` after the data, or write `some r in recipients "
                "has (...)`",
            )
            return None
        found = subject_of(reference, scope.vocabulary, scope.variables)
        if found is None:
            known = {
                *scope.vocabulary.facts,
                *scope.variables,
                *names.AGENCIES,
                *names.REASON_SETS,
                names.RECIPIENTS,
                names.DATE,
            }
            self.faults.unknown(reference.span, "fact", reference.text, known)
            return None
        self._fits_acts(reference, found)
        return found

    def _fits_acts(self, reference: tree.Reference, found: Subject) -> None:
        if found.fact is None or not found.fact.acts:
            return
        strangers = sorted(self.scope.acts - found.fact.acts)
        if strangers:
            self.faults.add(
                Code.WRONG_ACT,
                reference.span,
                f"`{reference.text}` does not exist for {listed(strangers)}",
                f"it is declared for {listed(sorted(found.fact.acts))}; split the rule",
            )

    def _named(self, node: tree.Named) -> None:
        scope = self.scope
        if node.name in scope.defines or node.name in scope.vocabulary.readings:
            return
        if node.name in scope.later_defines:
            self.faults.add(
                Code.DEFINE_ORDER,
                node.span,
                f"`{node.name}` is defined later, or by itself",
                "a definition reads only earlier ones; move it up",
            )
            return
        known = {*scope.defines, *scope.vocabulary.readings}
        self.faults.unknown(node.span, "definition or reading", node.name, known)

    # Quantifiers and papers ------------------------------------------------------------------

    def _quantified(self, node: tree.Quantified) -> None:
        collection = self.subject(node.collection)
        if collection is None:
            return
        if not collection.is_set:
            self._type_fault(
                node.collection, "is one value, not a set", "name a set, such as `recipients`"
            )
            return
        if (
            subject_of(tree.Reference(node.span, node.variable), self.scope.vocabulary, {})
            is not None
        ):
            self._type_fault(
                node.collection,
                f"cannot be ranged over as `{node.variable}`, a fact's name",
                "choose another variable",
            )
        inner = ConditionCheck(self.scope.bind(node.variable, collection.type), self.faults)
        if isinstance(node.body, tree.Paper) and collection.type != INSTRUMENT:
            kind = node.body.kind.text
            self.faults.add(
                Code.WRONG_TYPE,
                node.body.span,
                f"`{node.collection.text}` holds no instruments",
                f"for a kind, write `is a kind of {kind}`",
            )
            return
        inner.check(node.body)

    def _paper(self, node: tree.Paper) -> None:
        self._kind_under(node.kind, INSTRUMENT)
        if node.issuer is not None:
            root = self.scope.vocabulary.facts.get(names.KIND_OF_AGENCY)
            self._kind_under(node.issuer, root.type.word if root else "")
        for sovereign in node.sovereigns:
            self._sovereign(sovereign)

    # Tests of one fact -----------------------------------------------------------------------

    def _test(self, node: tree.Condition) -> None:
        assert not isinstance(node, tree.And | tree.Or | tree.Not | tree.Named)
        assert not isinstance(node, tree.Quantified | tree.Paper)
        if self._asks_clearance(node):
            return
        subject = self.subject(node.subject)
        if subject is None:
            return
        match node:
            case tree.KindTest():
                self._kind_test(node, subject)
            case tree.Equals():
                self._equals(node.subject, subject, node.value)
            case tree.OneOf():
                for value in node.values:
                    self._equals(node.subject, subject, value)
            case tree.Compare():
                self._compare(node, subject)
            case tree.Within():
                self._within(node, subject)
            case tree.Includes():
                self._includes(node, subject)
            case tree.Stated():
                if subject.is_set or subject.type not in ("text", "user", "role"):
                    self._type_fault(
                        node.subject,
                        f"is {_a_type(subject)}; only text is stated or blank",
                        "a set is `empty` or not; other facts are compared with a value",
                    )
            case tree.Empty():
                if not subject.is_set:
                    self._type_fault(
                        node.subject,
                        f"is {_a_type(subject)}, not a set",
                        "only a set is empty; text is `stated` or `blank`",
                    )

    def _kind_test(self, node: tree.KindTest, subject: Subject) -> None:
        type_ = subject.type
        if type_ == "agency" and not subject.is_set:
            fact = self.scope.vocabulary.facts.get(names.KIND_OF_AGENCY)
            type_ = fact.type.word if fact else ""
        elif subject.is_set or type_ in BUILT_IN_TYPES or type_ == "one of":
            self._type_fault(
                node.subject,
                f"is {_a_type(subject)}, which has no kind",
                "`is a kind of` asks of a fact whose type is a kind",
            )
            return
        self._kind_under(node.kind, type_)

    def _kind_under(self, kind: tree.Name, root: str) -> None:
        kinds = self.scope.vocabulary.kinds
        if kind.text not in kinds:
            self.faults.unknown(kind.span, "kind", kind.text, kinds.names)
        elif root and root in kinds and root != "kind" and root not in kinds.above(kind.text):
            self.faults.add(
                Code.WRONG_WORD,
                kind.span,
                f"`{kind.text}` is no kind of {root}",
                f"name a kind under `{root}`",
            )

    def _equals(self, reference: tree.Reference, subject: Subject, value: tree.Value) -> None:
        if subject.is_set:
            self._type_fault(
                reference, "is a set", "write `includes`, `is empty` or `some x in ...`"
            )
        elif isinstance(value, tree.Reference):
            self._same_type(reference, subject, value)
        elif subject.type == "one of":
            if not isinstance(value, tree.Name) or value.text not in subject.words:
                self._wrong_word(value, reference, subject.words)
        elif subject.type in self.scope.vocabulary.kinds:
            self._type_fault(
                reference, f"is a kind of {subject.type}", f"write `is a kind of {value.span.text}`"
            )
        elif isinstance(value, tree.Agency):
            self._agency(value, reference, subject)
        elif isinstance(value, tree.Sovereign):
            self._sovereign_value(value, reference, subject)
        elif subject.type != "yes/no" or not isinstance(value, tree.YesNo):
            self._no_fit(reference, subject, value)

    def _same_type(
        self, reference: tree.Reference, subject: Subject, value: tree.Reference
    ) -> None:
        other = self.subject(value)
        if other is not None and (other.type, other.is_set) != (subject.type, subject.is_set):
            self._type_fault(
                reference,
                f"is {_a_type(subject)} and `{value.text}` {_a_type(other)}",
                "compare facts of one type",
            )

    def _agency(self, value: tree.Agency, reference: tree.Reference, subject: Subject) -> None:
        if subject.type != "agency":
            self._no_fit(reference, subject, value)
        known = self.scope.agencies
        if known is not None and value.key not in known:
            self.faults.unknown(value.span, "agency of the registry", value.key, known)

    def _sovereign_value(
        self, value: tree.Sovereign, reference: tree.Reference, subject: Subject
    ) -> None:
        if subject.type != "sovereign":
            self._no_fit(reference, subject, value)
        else:
            self._sovereign(value)

    def _sovereign(self, value: tree.Sovereign) -> None:
        known = self.scope.vocabulary.sovereigns
        if value.key not in known:
            self.faults.unknown(value.span, "sovereign", value.key, known)

    def _compare(self, node: tree.Compare, subject: Subject) -> None:
        wanted = _COMPARED.get(subject.type)
        if wanted is None or subject.is_set:
            self._type_fault(
                node.subject,
                f"is {_a_type(subject)} and has no order",
                "only counts, durations and dates are compared",
            )
            return
        dated = node.relation in (tree.Relation.FROM, tree.Relation.BEFORE)
        if dated != (wanted is tree.Date):
            self._type_fault(
                node.subject,
                f"is {_a_type(subject)}",
                "dates are `from` or `before`; numbers `over`, `under`, `at least`, `at most`",
            )
            return
        bound = self._parameter(node.bound)
        if bound is not None and not isinstance(bound, wanted):
            self._no_fit(node.subject, subject, node.bound)

    def _parameter(self, bound: tree.Value) -> tree.Value | None:
        """The value of a bound; a parameter's name stands for its value."""
        if not isinstance(bound, tree.Name):
            return bound
        if bound.text not in self.scope.parameters:
            self.faults.unknown(bound.span, "parameter", bound.text, self.scope.parameters)
            return None
        return self.scope.parameters[bound.text]

    def _within(self, node: tree.Within, subject: Subject) -> None:
        after = self.subject(node.after)
        for reference, found in ((node.subject, subject), (node.after, after)):
            if found is not None and (found.is_set or found.type not in ("time", "date")):
                self._type_fault(
                    reference, f"is {_a_type(found)}, not a time", "`within` compares two times"
                )
        bound = self._parameter(node.bound)
        if bound is not None and not isinstance(bound, tree.Duration):
            self._no_fit(node.subject, Subject("duration"), node.bound)

    def _includes(self, node: tree.Includes, subject: Subject) -> None:
        if not subject.is_set:
            self._type_fault(
                node.subject, f"is {_a_type(subject)}, not a set", "write `is`, or name a set"
            )
        elif isinstance(node.value, tree.Name) and subject.type in (
            *self.scope.vocabulary.kinds.names,
            "kind",
        ):
            self._kind_under(node.value, subject.type)
        elif isinstance(node.value, tree.Agency) and subject.type == "agency":
            self._agency(node.value, node.subject, subject)
        else:
            self._no_fit(node.subject, subject, node.value)

    # Faults ----------------------------------------------------------------------------------

    def _asks_clearance(self, node: tree.Condition) -> bool:
        """Whether a test asks if a rule is cleared, which none can; that is noted."""
        match node:
            case tree.Equals(subject=reference, value=tree.Name(text=answer)) if (
                answer in CLEARANCES
                and subject_of(reference, self.scope.vocabulary, self.scope.variables) is None
            ):
                text = f"no fact is called `{reference.text}`"
                self.faults.add(Code.UNKNOWN_NAME, node.span, text, NO_CLEARANCE)
                return True
            case _:
                return False

    def _type_fault(self, reference: tree.Reference, what: str, help_: str) -> None:
        self.faults.add(Code.WRONG_TYPE, reference.span, f"`{reference.text}` {what}", help_)

    def _no_fit(self, reference: tree.Reference, subject: Subject, value: tree.Value) -> None:
        if isinstance(value, tree.Name) and subject.type == "agency":
            help_ = "an agency is written `agency:ST/name`"
        elif isinstance(value, tree.Name) and subject.type == "sovereign":
            help_ = "a sovereign is written in capitals"
        else:
            help_ = _EXPECTS.get(subject.type, "look up the fact's type in its vocabulary")
        self.faults.add(
            Code.WRONG_TYPE,
            value.span,
            f"`{reference.text}` is {_a_type(subject)} and cannot be compared with "
            f"`{value.span.text}`",
            help_,
        )

    def _wrong_word(
        self, value: tree.Value, reference: tree.Reference, words: tuple[str, ...]
    ) -> None:
        self.faults.add(
            Code.WRONG_WORD,
            value.span,
            f"`{value.span.text}` is no word of `{reference.text}`",
            f"write {listed(words, 'or')}",
        )


def _a_type(subject: Subject) -> str:
    """The type in words."""
    article = "an" if subject.type[0] in "aeiou" and not subject.type.startswith("one") else "a"
    return f"a set of {subject.type}" if subject.is_set else f"{article} {subject.type}"


_EXPECTS = {
    "yes/no": "write `is yes` or `is no`",
    "count": "write a whole number, or a parameter that holds one",
    "duration": "write a duration such as `21 days`, or a parameter that holds one",
    "date": "write a date such as 2026-10-01",
    "time": "write a date such as 2026-10-01",
    "text": "text can only be `stated` or `blank`",
    "user": "compare it with another user, such as `request.user`",
}
