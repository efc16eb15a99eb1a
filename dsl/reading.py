"""What a name in a condition stands for: one place that checks and evaluators share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import syntax as tree
from .model import Fact, Vocabulary

# Facts of an agency are declared once, as facts of a recipient, and read of any agency.
ATTRIBUTE = "recipient"
REQUESTER, OWNER, RECIPIENT, RECIPIENTS, DATE = (
    "requester",
    "owner",
    "recipient",
    "recipients",
    "date",
)
AGENCIES = frozenset({REQUESTER, OWNER, RECIPIENT})
PLAINLY, POSSIBLY = "reason.plainly", "reason.possibly"
REASON_SETS = frozenset({PLAINLY, POSSIBLY})
KIND_OF_AGENCY = f"{ATTRIBUTE}.kind"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a reference reads: its type, and where the value comes from."""

    type: str
    is_set: bool = False
    words: tuple[str, ...] = ()
    fact: Fact | None = None
    agency: str = ""  # requester, owner, recipient or a variable


def subject_of(
    reference: tree.Reference, vocabulary: Vocabulary, variables: Mapping[str, str]
) -> Subject | None:
    """What ``reference`` reads, or None if nothing is called so.

    Args:
        reference: The name as written.
        vocabulary: The words it may use.
        variables: The variables of the quantifiers around it, each with its type.
    """
    head, tail = reference.head, reference.tail
    holds_agency = head in AGENCIES or variables.get(head) == "agency"
    if not tail:
        return _bare(head, variables)
    if holds_agency:
        fact = vocabulary.facts.get(f"{ATTRIBUTE}.{tail}")
        return _of_fact(fact, agency=head) if fact else None
    if reference.text in REASON_SETS:
        return Subject("kind", is_set=True)
    declared = vocabulary.facts.get(reference.text)
    return _of_fact(declared) if declared else None


def _bare(head: str, variables: Mapping[str, str]) -> Subject | None:
    if head in AGENCIES:
        return Subject("agency", agency=head)
    if head in variables:
        type_ = variables[head]
        return Subject(type_, agency=head if type_ == "agency" else "")
    if head == RECIPIENTS:
        return Subject("agency", is_set=True)
    if head == DATE:
        return Subject("date")
    return None


def _of_fact(fact: Fact, agency: str = "") -> Subject:
    words = tuple(word.text for word in fact.type.words)
    return Subject(fact.type.word, fact.type.is_set, words, fact, agency)
