"""The outcome of a check, and what of it stands beside files that are checked alone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..diagnostics import Diagnostic
from ..model import Example, Invariant, Library, Parameter, Policy, Vocabulary
from ..source import Source
from .outline import Outline


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: a library only if nothing is wrong with it.

    ``outlines`` are those of its files by name, as far as they were understood.
    """

    library: Library | None
    diagnostics: tuple[Diagnostic, ...]
    outlines: Mapping[str, Outline] = field(
        default_factory=dict[str, Outline], compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """What of a library stands beside the files to check: nothing of it depends on them.

    ``settled`` are the texts of rules, by policy, in which nothing was wrong and nothing can be
    if they still stand there.
    """

    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict[str, Vocabulary])
    policies: Mapping[str, Policy] = field(default_factory=dict[str, Policy])
    parameters: Mapping[str, tuple[Parameter, ...]] = field(
        default_factory=dict[str, tuple[Parameter, ...]]
    )
    outlines: Mapping[str, Outline] = field(default_factory=dict[str, Outline])
    examples: Sequence[Example] = ()
    sources: tuple[Source, ...] = ()
    invariants: Sequence[Invariant] = ()
    settled: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])


def digest_of(sources: Iterable[Source]) -> str:
    """SHA-256 over the texts, in their own order: where a file lies changes no rule."""
    digest = hashlib.sha256()
    for data in sorted(source.text.encode() for source in sources):
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
