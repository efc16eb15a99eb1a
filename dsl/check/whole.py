"""All checks in their order: of each file, then across files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ..diagnostics import in_order
from ..later import Later
from ..model import Example, Invariant, Library
from ..parsed import Parse
from .checked import Beside, Checked, digest_of
from .dates import check_dates
from .dead import check_dead
from .duties import check_duties
from .echoes import without_echoes
from .examples import check_examples
from .faults import Faults
from .layers import check_closed, check_layers
from .outline import outlines_of, rule_names
from .policies import PolicyCheck
from .sections import PolicySection, gather
from .style import check_style, check_words
from .words import check_vocabularies
from .zones import check_zones

_NOTHING = Beside()


def check_beside(
    parses: Iterable[Parse], agencies: Collection[str] | None, beside: Beside = _NOTHING
) -> Checked:
    """Check files as part of a library.

    Args:
        parses: The files, read; their order does not matter.
        agencies: The keys of the registry, if agency names are to be looked up.
        beside: The rest of the library, which was checked before.
    """
    files = sorted(parses, key=lambda parse: parse.document.span.source.name)
    faults = Faults([fault for parse in files for fault in parse.diagnostics])
    sections = gather((parse.document for parse in files), faults)
    vocabularies = {**beside.vocabularies, **check_vocabularies(sections.words, faults)}
    policies = PolicyCheck(
        vocabularies,
        agencies,
        faults,
        dict(beside.policies),
        {name: list(versions) for name, versions in beside.parameters.items()},
        beside.settled,
    )
    policies.check(sections.policies)
    own = {name: policy for name, policy in policies.done.items() if name not in beside.policies}
    check_zones((section.head for section in sections.policies), faults)
    check_duties(sections.words, vocabularies, policies.parameters, agencies, faults)
    check_dates(sections.policies, faults)
    check_layers(sections, policies.done, policies.parameters, faults)
    names = [parse.document.span.source.name for parse in files]
    outlines = {**beside.outlines, **outlines_of(names, sections, own)}
    examples = check_examples(
        sections,
        vocabularies,
        policies.done,
        rule_names(outlines.values()) if sections.examples or sections.requests else set(),
        agencies,
        faults,
    )
    across, advice = Faults(), Faults()
    check_closed(outlines, vocabularies, across)
    if not any(fault.is_error for fault in (*faults.found, *across.found)):
        check_dead(own.values(), beside.settled, faults)
        check_style(files, sections, policies.done, beside.settled, advice)
        check_words(outlines, vocabularies, across)
        advice.found += [f for outline in beside.outlines.values() for f in outline.advice]
    found = [f for outline in beside.outlines.values() for f in outline.found]
    found += [*faults.found, *across.found, *advice.found]
    diagnostics = in_order(without_echoes(found, files))
    if any(fault.is_error for fault in diagnostics):
        return Checked(None, diagnostics, outlines)
    for name in names:
        outlines[name] = outlines[name].with_findings(name, faults.found, advice.found)
    library = Library(
        vocabularies,
        tuple(policies.done[name] for name in sorted(policies.done)),
        {name: tuple(versions) for name, versions in sorted(policies.parameters.items())},
        _in_order(examples, beside.examples),
        digest_of([*beside.sources, *(parse.document.span.source for parse in files)]),
        _invariants(sections.policies, beside.invariants),
    )
    return Checked(library, diagnostics, dict(sorted(outlines.items())))


def _invariants(
    sections: Iterable[PolicySection], beside: Sequence[Invariant]
) -> Sequence[Invariant]:
    """What must hold of every answer, in the order of the policies' names."""
    own = [Invariant(node, s.head.name.text) for s in sections for node in s.invariants]

    def merged() -> list[Invariant]:
        return sorted([*own, *beside], key=lambda invariant: invariant.policy)

    return Later(len(own) + len(beside), merged) if beside else tuple(merged())


def _in_order(own: Sequence[Example], beside: Sequence[Example]) -> Sequence[Example]:
    """The examples in the order of their files."""
    if not beside:
        return tuple(own)

    def merged() -> list[Example]:
        return sorted([*own, *beside], key=lambda example: example.node.span.source.name)

    return Later(len(own) + len(beside), merged)
