"""What a form says, beside what is known without it: the day, and whose searches are counted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from ....engine.organizations.resolver import Resolver
from ....engine.registry import Registry
from .form import LAST, Filled, FormFault, fault_at

AGENCY = "agency"  # the field of a form that says whose report it is


def contradictions(
    text: str, form: Filled, registry: Registry, owner: str | None, made_on: datetime.date
) -> Iterator[FormFault]:
    """What cannot be so.

    Args:
        text: The form as it was written.
        form: The form, read.
        registry: In which agencies are on file.
        owner: The agency whose results are counted; None if nothing is counted in results.
        made_on: Today.
    """
    if form.day(LAST) > made_on:
        yield fault_at(
            text, LAST, f"{form.day(LAST)} is yet to come; today is {made_on}",
            "write the report when the time that it is of is over",
        )  # fmt: skip
    if owner is not None and not _is_meant(str(form.values[AGENCY]), registry, owner):
        body = registry.get(owner)
        name = f"{body.name} ({owner})" if body is not None else owner
        yield fault_at(
            text, AGENCY, f"`{form.values[AGENCY]}` is not the agency of the results, {name}",
            "write its name or key, or name the results of the other agency",
        )  # fmt: skip


def _is_meant(name: str, registry: Registry, owner: str) -> bool:
    """Whether a name or key in a form is that of an agency."""
    if name == owner:
        return True
    body = registry.get(owner)
    if body is not None and name.casefold() == body.name.casefold():
        return True
    found = Resolver(registry).resolve(name).body
    return found is not None and found.key == owner


def less_than_searched(
    form: Filled, answers: Iterable[tuple[str, dict[str, int]]]
) -> Iterator[str]:
    """Rows of a form that count less than the results show, in words.

    Args:
        form: The form.
        answers: What results answer to each question, by label.
    """
    found = dict(answers)
    labels = {field.name: field.label for field in form.definition.fields}
    for held in form.definition.held_against:
        counts = {each: found.get(held.question, {}).get(each, 0) for each in held.labels}
        told = sum(int(str(row[held.column])) for row in form.rows[held.rows])
        if told < sum(counts.values()):
            shown = ", ".join(f"{count:,} ({each})" for each, count in counts.items() if count)
            yield (
                f"The form counts {told:,} under \u201c{labels[held.rows]}\u201d; the results "
                f"hold more searches from there: {shown}. See which is right before it is sent."
            )
