"""Syntax trees to a checked library, or every reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..diagnostics import Diagnostic, in_order
from ..model import Library
from ..parser import Parse
from .dates import check_dates
from .dead import check_dead
from .duties import check_duties
from .echoes import without_echoes
from .examples import check_examples
from .faults import Faults
from .layers import check_layers
from .policies import PolicyCheck
from .sections import gather
from .style import check_style
from .words import check_vocabularies
from .zones import check_zones


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: a library only if nothing is wrong with it."""

    library: Library | None
    diagnostics: tuple[Diagnostic, ...]


def check(parses: Iterable[Parse], agencies: Collection[str] | None = None) -> Checked:
    """Check files as one library.

    Args:
        parses: The files, read; their order does not matter.
        agencies: The keys of the registry, if agency names are to be looked up.
    """
    files = sorted(parses, key=lambda parse: parse.document.span.source.name)
    faults = Faults([fault for parse in files for fault in parse.diagnostics])
    sections = gather((parse.document for parse in files), faults)
    vocabularies = check_vocabularies(sections.words, faults)
    policies = PolicyCheck(vocabularies, agencies, faults)
    policies.check(sections.policies)
    check_zones((section.head for section in sections.policies), faults)
    check_duties(sections.words, vocabularies, policies.parameters, agencies, faults)
    check_dates(sections.policies, faults)
    check_layers(sections, policies.done, policies.parameters, vocabularies, faults)
    examples = check_examples(sections.examples, vocabularies, policies.done, agencies, faults)
    if not any(fault.is_error for fault in faults.found):
        check_dead(policies.done.values(), faults)
        check_style(sections, policies.done, faults)
    diagnostics = in_order(without_echoes(faults.found, files))
    if any(fault.is_error for fault in diagnostics):
        return Checked(None, diagnostics)
    library = Library(
        vocabularies,
        tuple(policies.done[name] for name in sorted(policies.done)),
        {name: tuple(versions) for name, versions in sorted(policies.parameters.items())},
        tuple(examples),
        _digest(files),
    )
    return Checked(library, diagnostics)


def _digest(files: list[Parse]) -> str:
    """SHA-256 over names and texts, in the order of names."""
    digest = hashlib.sha256()
    for parse in files:
        source = parse.document.span.source
        for part in (source.name, source.text):
            data = part.encode()
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
