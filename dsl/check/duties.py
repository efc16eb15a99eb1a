"""Duties: what shows that one is done must be a condition that can be asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from .. import syntax as tree
from ..model import Parameter, Vocabulary
from .conditions import ConditionCheck, Scope
from .faults import Faults
from .polarity import MILDER, check_signs
from .words import Section, edition_text


def check_duties(
    sections: Iterable[Section],
    vocabularies: Mapping[str, Vocabulary],
    parameters: Mapping[str, list[Parameter]],
    agencies: Collection[str] | None,
    faults: Faults,
) -> None:
    """Note every fault in the conditions under which duties count as done."""
    values = {name: versions[0].value for name, versions in parameters.items()}
    for section in sections:
        vocabulary = vocabularies.get(edition_text(section.head.edition))
        if vocabulary is None:
            continue
        check = ConditionCheck(Scope(vocabulary, parameters=values, agencies=agencies), faults)
        for node in section.declarations:
            if isinstance(node, tree.DutyDeclaration) and node.done_by is not None:
                check.check(node.done_by)
                check_signs(node.done_by, MILDER, {}, vocabulary, faults)
