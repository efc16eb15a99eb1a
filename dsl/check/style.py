"""Advice: what is allowed and yet a reader, or the people who ask, may stumble over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note
from ..model import Policy, Vocabulary
from ..parsed import Parse
from ..source import Span
from ..truth import Truth
from .faults import Faults
from .outline import Outline, PolicyOutline, by_name
from .polarity import branches
from .policies import subjects_in
from .sections import Sections


def check_style(
    files: Iterable[Parse],
    sections: Sections,
    policies: Mapping[str, Policy],
    settled: Mapping[str, Collection[str]],
    faults: Faults,
) -> None:
    """Note what an author may want to write otherwise; nothing in texts that are settled."""
    for parse in files:
        _check_order(parse, faults)
    for section in sections.policies:
        name = section.head.name.text
        texts = settled.get(name, ())
        rules = [node for node in section.rules if not (texts and node.span.text in texts)]
        for node in rules:
            for condition, _ in branches(node):
                _check_mixing(condition, faults)
        policy = policies.get(name)
        if policy is not None:
            _check_openings(rules, policy, faults)
            _check_holding(rules, policy, faults)


def _check_order(parse: Parse, faults: Faults) -> None:
    """Rules whose clauses stand in another order than the formatter's."""
    for place in parse.misplaced:
        word, before = place.clause.text.split()[0], place.after.text.split()[0]
        start = place.clause.start
        faults.add(
            Code.CLAUSE_ORDER,
            Span(place.clause.source, start, start + len(word)),
            f"`{word}` stands after `{before}`",
            "`platelaw fmt` puts the clauses of a rule in the order that readers expect",
        )


def _check_mixing(condition: tree.Condition, faults: Faults) -> None:
    """``a or b and c`` on one line, without brackets."""
    match condition:
        case tree.Or():
            for item in condition.items:
                if isinstance(item, tree.And) and _beside(condition, item):
                    faults.add(
                        Code.MIXED_OPERATORS,
                        item.span,
                        "`and` and `or` stand on one line; `and` binds tighter",
                        "put each alternative on its own line, or write brackets",
                    )
                    break
            for item in condition.items:
                _check_mixing(item, faults)
        case tree.And():
            for item in condition.items:
                _check_mixing(item, faults)
        case tree.Not():
            _check_mixing(condition.item, faults)
        case tree.Quantified():
            _check_mixing(condition.body, faults)
        case _:
            pass


def _beside(whole: tree.Or, item: tree.And) -> bool:
    """Whether an ``and`` without brackets shares its line with an ``or``."""
    text = whole.span.source.text
    before = text[: item.span.start].rstrip()
    if before.endswith("("):
        return False
    line = text[text.rfind("\n", 0, item.span.start) + 1 : item.span.start]
    after = text[item.span.end :].split("\n", 1)[0]
    starts_on_own_line = line.strip() in ("", "or")
    return (" or " in f" {line} " and not starts_on_own_line) or after.strip().startswith("or ")


def _check_openings(rules: Iterable[tree.Rule], policy: Policy, faults: Faults) -> None:
    """An exception of a forbid that a bare assertion opens."""
    for node in rules:
        for branch in node.exceptions if node.effect is tree.Effect.FORBID else ():
            facts = [policy.vocabulary.facts.get(ref.text) for ref in subjects_in(branch.condition)]
            sent = [fact for fact in facts if fact is not None]
            simple = isinstance(branch.condition, tree.KindTest | tree.Equals | tree.Stated)
            if simple and sent and all(f.level is tree.Level.ASSERTION for f in sent):
                faults.add(
                    Code.ASSERTION_OPENS,
                    branch.label.span,
                    f"exception `{branch.label.text}` opens on the requester's word alone",
                    "read a fact that somebody else attests or verifies, or say why not in a "
                    "comment",
                )


def _check_holding(rules: Iterable[tree.Rule], policy: Policy, faults: Faults) -> None:
    """A forbid on a fact that the caller must prove each time, though most have no cause to."""
    for node in rules:
        if node.effect is not tree.Effect.FORBID or node.condition is None:
            continue
        for reference in subjects_in(node.condition):
            fact = policy.vocabulary.facts.get(reference.text)
            if fact is not None and fact.is_sent and not fact.complete and fact.level in _PROVEN:
                faults.add(
                    Code.HOLDS_EVERYTHING,
                    reference.span,
                    f"every request that does not prove `{reference.text}` would be held",
                    "make it a claimed fact in an exception, or lower the proof it needs",
                )


_PROVEN = (tree.Level.ATTESTATION, tree.Level.VERIFICATION)


def check_words(
    outlines: Mapping[str, Outline], vocabularies: Mapping[str, Vocabulary], faults: Faults
) -> None:
    """Words that officers pick from a list and that a forbid can never settle."""
    tests: dict[tuple[str, str], tuple[PolicyOutline, int]] = {}  # by edition and kind, the first
    for policy in by_name(outlines):
        for at, kind in enumerate(policy.forbidden.kinds):
            tests.setdefault((policy.vocabulary, kind), (policy, at))
    for outline in outlines.values():
        for words in outline.words:
            for name in words.offered:
                _check_word(name, tests, vocabularies, faults)


def _check_word(
    name: tree.Name,
    tests: Mapping[tuple[str, str], tuple[PolicyOutline, int]],
    vocabularies: Mapping[str, Vocabulary],
    faults: Faults,
) -> None:
    for (edition, kind), (policy, at) in tests.items():
        kinds = vocabularies[edition].kinds
        if name.text not in kinds or kind not in kinds:
            continue
        if kinds.lies_under(frozenset({name.text}), kind) is Truth.UNPROVEN:
            test = policy.forbidden.first[at]
            faults.add(
                Code.BROAD_WORD,
                name.span,
                f"`{name.text}` covers both what `{test.rule}` forbids and what it does not: "
                "whoever uses the word is held",
                "offer a narrower word, or mark this one `final` if it never means that",
                Note(test.span, f"`{kind}` is asked for here"),
            )
            return
