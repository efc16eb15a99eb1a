"""Policies: heads complete, adoption resolved, every rule's names found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note, suggestion
from ..kinds import DATA
from ..model import Parameter, Policy, Vocabulary
from ..source import Span
from .conditions import ConditionCheck, Scope
from .faults import Faults
from .heads import adopting_policy, defines_of, own_policy, parameters_of, rules_of
from .polarity import check_polarity
from .sections import PolicySection
from .sizes import check_sizes, sizes_of, sound_defines
from .words import edition_text


@dataclass(slots=True)
class PolicyCheck:
    """Builds the checked policies of a library.

    ``done`` and ``parameters`` may hold those of files that are not checked again, and
    ``settled`` the texts of rules, by policy, that need no check.
    """

    vocabularies: Mapping[str, Vocabulary]
    agencies: Collection[str] | None
    faults: Faults
    done: dict[str, Policy] = field(default_factory=dict[str, Policy])
    parameters: dict[str, list[Parameter]] = field(default_factory=dict[str, list[Parameter]])
    settled: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])

    def check(self, sections: list[PolicySection]) -> None:
        """Build every policy; adopters after the policies they adopt."""
        sections = self._unique(sections)
        plain = [section for section in sections if section.head.adopts is None]
        waiting = [section for section in sections if section.head.adopts is not None]
        for section in plain:
            self._build(section)
        while waiting:
            ready = [section for section in waiting if self._adopted(section) is not None]
            for section in ready:
                self._build_adopter(section)
                waiting.remove(section)
            if not ready:
                break
        for section in waiting:
            self._report_unadopted(section)
        for section in sections:
            self._collect_parameters(section)
        for versions in self.parameters.values():
            versions.sort(key=lambda version: version.policy)
        values = {name: versions[0].value for name, versions in self.parameters.items()}
        for section in sections:
            if section.head.name.text in self.done:
                self._check_conditions(section, values)

    def _unique(self, sections: list[PolicySection]) -> list[PolicySection]:
        seen: dict[str, Span] = {}
        kept: list[PolicySection] = []
        for section in sorted(sections, key=lambda s: (s.head.name.text, s.head.span.source.name)):
            name = section.head.name
            if name.text in seen:
                self.faults.add(
                    Code.DECLARED_TWICE,
                    name.span,
                    f"policy `{name.text}` is given twice",
                    "put all its rules under one head, or give it another name",
                    Note(seen[name.text], "first given here"),
                )
                continue
            seen[name.text] = name.span
            kept.append(section)
        return kept

    # Heads -----------------------------------------------------------------------------------

    def _vocabulary(self, edition: tree.Edition | None) -> Vocabulary | None:
        if edition is None:
            return None
        text = edition_text(edition)
        found = self.vocabularies.get(text)
        if found is None:
            self.faults.add(
                Code.UNKNOWN_EDITION,
                edition.span,
                f"no vocabulary `{text}` is loaded",
                suggestion(text, self.vocabularies) or "load the file that declares it",
            )
        return found

    def _build(self, section: PolicySection) -> None:
        head = section.head
        vocabulary = self._vocabulary(head.uses)
        if vocabulary is None or head.layer is None:
            return
        defines, rules = defines_of(head), rules_of(head, section.rules)
        self.done[head.name.text] = own_policy(head, vocabulary, defines, rules)

    def _collect_parameters(self, section: PolicySection) -> None:
        policy = self.done.get(section.head.name.text)
        if policy is None:
            return
        for parameter in parameters_of(section.head, policy, section.parameters):
            self.parameters.setdefault(parameter.name, []).append(parameter)

    # Adoption --------------------------------------------------------------------------------

    def _adopted(self, section: PolicySection) -> Policy | None:
        adoption = section.head.adopts
        assert adoption is not None
        found = self.done.get(adoption.edition.name)
        return found if found is not None and found.number == adoption.edition.number else None

    def _report_unadopted(self, section: PolicySection) -> None:
        adoption = section.head.adopts
        assert adoption is not None
        wanted = edition_text(adoption.edition)
        known = [f"{p.name} {p.number}" for p in self.done.values() if p.number is not None]
        self.faults.add(
            Code.UNKNOWN_EDITION,
            adoption.edition.span,
            f"no policy `{wanted}` is loaded that could be adopted",
            suggestion(wanted, known)
            or "load the file that holds it; an adopted policy has a number",
        )

    def _build_adopter(self, section: PolicySection) -> None:
        head, model = section.head, self._adopted(section)
        assert model is not None
        assert head.adopts is not None
        vocabulary = self._vocabulary(head.uses) if head.uses else model.vocabulary
        if vocabulary is None or not self._speaks(vocabulary, model, head):
            return
        rules = rules_of(head, section.rules, model)
        self._check_differences(section, model)
        self.done[head.name.text] = adopting_policy(
            head, model, vocabulary, defines_of(head, model), rules
        )

    def _speaks(self, vocabulary: Vocabulary, model: Policy, head: tree.Policy) -> bool:
        """Whether an adopter's words include those of the adopted policy."""
        if model.vocabulary.edition in [known.edition for known in vocabulary.lineage()]:
            return True
        assert head.uses is not None
        self.faults.add(
            Code.FOREIGN_WORDS,
            head.uses.span,
            f"vocabulary `{vocabulary.edition}` does not hold the words of `{model.name}`",
            f"leave out `uses`, or let `{vocabulary.edition}` extend `{model.vocabulary.edition}`",
        )
        return False

    def _check_differences(self, section: PolicySection, model: Policy) -> None:
        assert section.head.adopts is not None
        theirs = {rule.node.name.text: rule.node for rule in model.rules}
        for node in section.rules:
            changed = theirs.get(node.name.text)
            if changed is not None and not changed.adopters_may_change:
                self._refuse(
                    node.name, f"rule `{node.name.text}` of `{model.name}` may not be replaced"
                )
            elif changed is None and node.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN):
                self._refuse(node.name, f"`{node.name.text}` adds an opening to an adopted policy")
        for name in section.head.adopts.without:
            if name.text not in theirs:
                self.faults.unknown(name.span, f"rule of `{model.name}`", name.text, theirs)
            elif not theirs[name.text].adopters_may_change:
                self._refuse(name, f"rule `{name.text}` of `{model.name}` may not be left out")
        self._check_resting(section.head, model)
        if section.head.layer not in (None, model.layer):
            self._refuse(section.head.name, f"the layer of `{model.name}` is {model.layer.value}")
        model_defines = set(model.defines)
        for item in section.head.defines:
            if item.name.text in model_defines:
                self._refuse(item.name, f"`{item.name.text}` is defined by `{model.name}`")

    def _check_resting(self, head: tree.Policy, model: Policy) -> None:
        """A permit of an adopter rests on wording no less sure than the adopted policy asks for."""
        if head.rests_on and SURENESS[head.rests_on] < SURENESS[model.rests_on or "verified"]:
            asked = model.rests_on or "verified"
            self._refuse(
                head.name,
                f"`permit may rest on {head.rests_on}` is less than `{asked}`, "
                f"which `{model.name}` asks for",
            )

    def _refuse(self, name: tree.Name, message: str) -> None:
        self.faults.add(
            Code.ADOPTION_LOOSENS,
            name.span,
            message,
            "an adopter may add a forbid, limit, refer or require, or tighten a parameter; else "
            "the adopted rule must say `adopters may change`, or the policy must stand on its own",
        )

    # Conditions ------------------------------------------------------------------------------

    def _check_conditions(self, section: PolicySection, values: Mapping[str, tree.Value]) -> None:
        policy = self.done[section.head.name.text]
        base = Scope(policy.vocabulary, parameters=values, agencies=self.agencies)
        self._check_binds(section, base)
        self._check_defines(section, policy, base)
        scope = replace(base, defines=policy.defines.keys())
        policy = replace(policy, defines=sound_defines(policy, self.faults))
        self.done[policy.name] = policy
        sizes, settled = sizes_of(policy), self.settled.get(policy.name, ())
        for node in section.rules:
            if node.effect is not None and not (settled and node.span.text in settled):
                self._check_rule(node, policy, scope)
                check_sizes(node, sizes, self.faults)
                check_polarity(node, policy, self.faults)
        self._check_invariants(section, policy, scope)

    def _check_binds(self, section: PolicySection, scope: Scope) -> None:
        binds = [section.head.binds, *(node.binds for node in section.rules)]
        for condition in binds:
            if condition is not None:
                ConditionCheck(scope, self.faults).check(condition)
                for subject in subjects_in(condition):
                    self._check_bound(subject, scope)

    def _check_bound(self, subject: tree.Reference, scope: Scope) -> None:
        fact = scope.vocabulary.facts.get(subject.text)
        if fact is not None and fact.is_sent:
            self.faults.add(
                Code.BINDS_ON_REQUEST,
                subject.span,
                f"`binds` cannot read `{subject.text}`, which the requester sends",
                "read only registry and system facts there; put the rest after `if`",
            )

    def _check_defines(self, section: PolicySection, policy: Policy, scope: Scope) -> None:
        own = [item.name.text for item in section.head.defines]
        inherited = [name for name in policy.defines if name not in own]
        seen: dict[str, Span] = {}
        for at, item in enumerate(section.head.defines):
            name = item.name.text
            if name in seen:
                self.faults.add(
                    Code.DECLARED_TWICE,
                    item.name.span,
                    f"`{name}` is defined twice",
                    "keep one",
                    Note(seen[name], "first defined here"),
                )
            elif name in policy.vocabulary.readings:
                self.faults.add(
                    Code.REDEFINED,
                    item.name.span,
                    f"`{name}` is a reading of the vocabulary",
                    "choose another name",
                )
            seen[name] = item.name.span
            here = replace(scope, defines=(*inherited, *own[:at]), later_defines=own[at:])
            ConditionCheck(here, self.faults).check(item.condition)

    def _check_rule(self, node: tree.Rule, policy: Policy, scope: Scope) -> None:
        vocabulary = policy.vocabulary
        for act in (*node.acts, *(a for must in node.musts for a in must.before)):
            if act.text not in vocabulary.acts:
                self.faults.unknown(act.span, "act", act.text, vocabulary.acts)
        for data in node.data:
            self._check_data(data, vocabulary)
        acts = frozenset(name.text for name in node.acts)
        inner = replace(scope, acts=acts, per_recipient=node.per_recipient)
        check = ConditionCheck(inner, self.faults)
        labels: dict[str, Span] = {}
        for branch in (*node.grounds, *node.exceptions):
            check.check(branch.condition)
            if branch.label.text in labels:
                self.faults.add(
                    Code.DECLARED_TWICE,
                    branch.label.span,
                    f"`{branch.label.text}` labels two branches of one rule",
                    "give each its own label",
                    Note(labels[branch.label.text], "here"),
                )
            labels[branch.label.text] = branch.label.span
        if node.condition is not None:
            check.check(node.condition)
        self._check_parts(node, vocabulary)
        self._check_fitting(node)

    def _check_invariants(self, section: PolicySection, policy: Policy, scope: Scope) -> None:
        """What must hold of every answer reads names as rules do."""
        seen: dict[str, Span] = {}
        for node in section.invariants:
            name = node.name
            if name.text in seen:
                self.faults.add(
                    Code.DECLARED_TWICE,
                    name.span,
                    f"`{name.text}` is said twice",
                    "give it another name",
                    Note(seen[name.text], "first said here"),
                )
            seen[name.text] = name.span
            rule = node.as_rule()
            self._check_rule(rule, policy, scope)
            check_sizes(rule, sizes_of(policy), self.faults)

    def _check_data(self, data: tree.Name, vocabulary: Vocabulary) -> None:
        kinds = vocabulary.kinds
        if data.text not in kinds or DATA not in kinds.above(data.text):
            known = [name for name in kinds.names if DATA in kinds.above(name) and name != DATA]
            self.faults.unknown(data.span, "kind of data", data.text, known)

    def _check_parts(self, node: tree.Rule, vocabulary: Vocabulary) -> None:
        """Duties, roles and purposes that the clauses name."""
        for must in (*node.musts, *node.on_refusal):
            if must.duty.text not in vocabulary.duties:
                self.faults.unknown(must.duty.span, "duty", must.duty.text, vocabulary.duties)
            self._check_role(must.by, vocabulary)
            self._check_must_act(must, node)
        for urgent in node.urgent:
            self._check_role(urgent.role, vocabulary)
        for breach in node.breaches:
            self._check_role(breach.by, vocabulary)
            self._check_role(breach.against, vocabulary)
        self._check_role(node.refer_to, vocabulary)
        purposes = [
            *(name for urgent in node.urgent for name in urgent.purposes),
            *(node.onward.purposes if node.onward else ()),
        ]
        for name in purposes:
            if name.text not in vocabulary.kinds:
                self.faults.unknown(name.span, "kind", name.text, vocabulary.kinds.names)

    def _check_role(self, name: tree.Name | None, vocabulary: Vocabulary) -> None:
        if name is not None and name.text not in vocabulary.roles:
            self.faults.unknown(name.span, "role", name.text, vocabulary.roles)

    def _check_must_act(self, must: tree.Must, node: tree.Rule) -> None:
        acts = {name.text for name in node.acts}
        if must.within and must.of is None and len(acts) > 1 and must in node.musts:
            self.faults.add(
                Code.CLAUSE_MISSING,
                must.span,
                "`within` counts from an act, and this rule has several",
                "write `within DURATION of ACT`",
            )
        for name in (*must.before, *((must.of,) if must.of else ())):
            if name.text not in acts:
                self.faults.add(
                    Code.WRONG_ACT,
                    name.span,
                    f"this rule does not govern `{name.text}`",
                    "name an act of the rule",
                )

    def _check_fitting(self, node: tree.Rule) -> None:
        """Clauses that mean nothing with the rule's effect."""
        effect = node.effect
        assert effect is not None
        if effect is tree.Effect.LIMIT and not node.grounds:
            self.faults.add(
                Code.CLAUSE_MISSING,
                node.name.span,
                f"limit `{node.name.text}` lists no ground",
                "write `LABEL: CONDITION` lines after `to`",
            )
        unfit: list[tuple[bool, tree.Node | None, str]] = [
            (effect is tree.Effect.REQUIRE, next(iter(node.exceptions), None), "unless"),
            (effect in _OPENING, next(iter(node.on_refusal), None), "on refusal"),
            (effect in _OPENING, node.urgent[0] if node.urgent else None, "urgent"),
            (effect is tree.Effect.LEAVE_OPEN, next(iter(node.musts), None), "must"),
            (effect in _OPENING, node.name if node.per_recipient else None, "for every recipient"),
        ]
        for applies, clause, written in unfit:
            if applies and clause is not None:
                self.faults.add(
                    Code.CLAUSE_WITHOUT_EFFECT,
                    clause.span,
                    f"`{written}` means nothing in a rule whose effect is `{effect.value}`",
                    "remove it, or put it in the rule that it is about",
                )


# How sure wording and readings are, on one scale.
SURENESS = {
    word: rank
    for rank, words in enumerate(
        (("unverified", "open"), ("secondary", "provisional"), ("verified", "adopted"))
    )
    for word in words
}
_OPENING = (tree.Effect.PERMIT, tree.Effect.REQUIRE, tree.Effect.LEAVE_OPEN)


def subjects_in(condition: tree.Condition) -> list[tree.Reference]:
    """Every fact that a condition reads, definitions not expanded."""
    match condition:
        case tree.And() | tree.Or():
            return [found for item in condition.items for found in subjects_in(item)]
        case tree.Not():
            return subjects_in(condition.item)
        case tree.Quantified():
            return [condition.collection, *subjects_in(condition.body)]
        case tree.Named() | tree.Paper():
            return []
        case tree.Within():
            return [condition.subject, condition.after]
        case tree.Equals() if isinstance(condition.value, tree.Reference):
            return [condition.subject, condition.value]
        case _:
            return [condition.subject]
