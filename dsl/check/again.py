"""A library of which some files changed, checked again without the rules of the others.

The outcome is that of a whole check. There is none, and the library must be checked whole, where a
change may turn what was found in other files: where it is of a vocabulary, of a policy that another
file adopts, of a parameter, or takes away a rule for which another file's examples ask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from .. import syntax as tree
from ..diagnostics import Diagnostic
from ..later import Later
from ..model import Example, Invariant, Library
from ..parsed import Parse
from ..source import Source, Span
from .checked import Beside, Checked
from .faults import Faults
from .heads import defines_of
from .outline import Outline, rule_names
from .sections import Sections, gather
from .whole import check_beside

_Outlines = Mapping[str, Outline]


def recheck(
    before: Checked,
    changed: Iterable[Parse],
    unchanged: Mapping[str, Source],
    agencies: Collection[str] | None = None,
    *,
    sound: Mapping[str, Collection[str]] | None = None,
) -> Checked | None:
    """The outcome of a check of all files, or None if that takes a whole check.

    Args:
        before: The outcome of a check by the same agencies that gave a library.
        changed: The files that are new or read otherwise than before.
        unchanged: The texts of the others by name; files that are in neither are gone.
        agencies: The keys of the registry, if agency names are to be looked up.
        sound: The ``sound_texts`` of ``before``, if every rule of it was read from the text that
            it quotes: not if its files are read again when asked for, nor if it was made from a
            tree. A rule whose text stands as it stood is not checked again then.
    """
    files = list(changed)
    others = {name: before.outlines[name] for name in unchanged}
    gone = {name: outline for name, outline in before.outlines.items() if name not in others}
    sections = gather((parse.document for parse in files), Faults())
    if _reaches_others(gone, sections, others):
        return None
    assert before.library is not None
    beside = _beside(before.library, others, tuple(unchanged.values()))
    if sound:
        beside = replace(beside, settled=_settled(before.library, gone, sections, sound))
    outcome = check_beside(files, agencies, beside)
    asked = {name for outline in others.values() for name in outline.asked}
    needed = asked & (rule_names(gone.values()) - rule_names(others.values()) if asked else set())
    if needed - rule_names(outcome.outlines.values()):
        return None
    return outcome


def faults_within(
    before: Checked,
    changed: Iterable[Parse],
    unchanged: Mapping[str, Source],
    agencies: Collection[str] | None = None,
) -> tuple[Diagnostic, ...] | None:
    """What is wrong in the changed files beside the others as they were, whatever these reach.

    It is soon known, and not the last word: what the change does to other files may do something
    to these again. None if they give a policy that another file gives.

    Args:
        before: As of ``recheck``.
        changed: The files that are new or read otherwise; if one has a vocabulary, or had one,
            also every other file that has one.
        unchanged: As of ``recheck``.
        agencies: As of ``recheck``.
    """
    files = list(changed)
    others = {name: before.outlines[name] for name in unchanged}
    sections = gather((parse.document for parse in files), Faults())
    if _given_twice(sections, others):
        return None
    assert before.library is not None
    beside = _beside(before.library, others, tuple(unchanged.values()))
    found = check_beside(files, agencies, beside).diagnostics
    names = {parse.document.span.source.name for parse in files}
    return tuple(fault for fault in found if fault.span.source.name in names)


def _reaches_others(gone: _Outlines, sections: Sections, others: _Outlines) -> bool:
    """Whether a change may turn what is found in other files."""
    if sections.words or any(outline.words for outline in gone.values()):
        return True
    if _numbers_before(gone) != _numbers_now(sections):
        return True
    now = [section.head.name.text for section in sections.policies]
    names = {*now, *(policy.name for outline in gone.values() for policy in outline.policies)}
    theirs = [policy for outline in others.values() for policy in outline.policies]
    adopted = {p.head.adopts.edition.name for p in theirs if p.head.adopts is not None}
    return _given_twice(sections, others) or not names.isdisjoint(adopted)


def _given_twice(sections: Sections, others: _Outlines) -> bool:
    """Whether some policy has two heads."""
    now = [section.head.name.text for section in sections.policies]
    theirs = {policy.name for outline in others.values() for policy in outline.policies}
    return len(set(now)) < len(now) or not theirs.isdisjoint(now)


_Numbers = dict[str, tuple[tree.Policy, tuple[tree.Parameter, ...]]]


def _numbers_before(gone: _Outlines) -> _Numbers:
    """The policies that have parameters, if any has: each head and its parameters."""
    policies = [policy for outline in gone.values() for policy in outline.policies]
    found = {policy.name: (policy.head, policy.parameters) for policy in policies}
    return found if any(policy.parameters for policy in policies) else {}


def _numbers_now(sections: Sections) -> _Numbers:
    policies = sections.policies
    found = {s.head.name.text: (_bare(s.head), tuple(s.parameters)) for s in policies}
    return found if any(section.parameters for section in policies) else {}


def _bare(head: tree.Policy) -> tree.Policy:
    return replace(head, defines=())


def sound_texts(checked: Checked) -> dict[str, frozenset[str]]:
    """The texts of the rules in which a check found nothing, not even advice, by policy."""
    assert checked.library is not None
    told = [fault.span for outline in checked.outlines.values() for fault in outline.found]
    told += [fault.span for outline in checked.outlines.values() for fault in outline.advice]
    return {
        policy.name: frozenset(
            rule.node.span.text for rule in policy.rules if not _any_within(told, rule.node.span)
        )
        for policy in checked.library.policies
    }


def _settled(
    library: Library, gone: _Outlines, sections: Sections, sound: Mapping[str, Collection[str]]
) -> dict[str, Collection[str]]:
    """The sound texts of policies whose heads are as they were.

    All else on which a rule depends is as it was, or the library would be checked whole.
    """
    heads = {policy.name: policy.head for outline in gone.values() for policy in outline.policies}
    found: dict[str, Collection[str]] = {}
    for section in sections.policies:
        name = section.head.name.text
        if section.head.adopts is None and heads.get(name) == _bare(section.head):
            [policy] = [each for each in library.policies if each.name == name]
            if policy.defines == defines_of(section.head):
                found[name] = sound[name]
    return found


def _any_within(told: list[Span], span: Span) -> bool:
    return any(
        span.start <= place.start < span.end and place.source.name == span.source.name
        for place in told
    )


def _beside(library: Library, others: _Outlines, sources: tuple[Source, ...]) -> Beside:
    """What of a library stands in other files."""
    kept = {policy.name for outline in others.values() for policy in outline.policies}
    versions = {
        name: tuple(version for version in several if version.policy in kept)
        for name, several in library.parameters.items()
    }

    def examples() -> list[Example]:
        return [e for e in library.examples if e.node.span.source.name in others]

    stated = sum(len(p.invariants) for outline in others.values() for p in outline.policies)

    def invariants() -> list[Invariant]:
        return [each for each in library.invariants if each.policy in kept]

    return Beside(
        library.vocabularies,
        {policy.name: policy for policy in library.policies if policy.name in kept},
        {name: several for name, several in versions.items() if several},
        others,
        Later(sum(outline.examples for outline in others.values()), examples),
        sources,
        Later(stated, invariants),
    )
