"""A rule as a clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...dsl import syntax as tree
from ...dsl.diagnostics import enumerated
from ...dsl.model import Policy, Rule
from ...dsl.units import in_words
from ..render_text import STATUS_WORDS, words
from .pieces import Clause, Point, Source
from .wording import Wording

LAYERS = {
    tree.Layer.FEDERAL: "federal law",
    tree.Layer.STATE: "state law",
    tree.Layer.AGREEMENT: "an agreement",
    tree.Layer.OWNER: "the agency's own policy",
    tree.Layer.REQUESTER: "the agency's own policy for its own requests",
}

MAY_CHANGE = Point("An agency that takes this policy over may change this clause")


def clause_of(policy: Policy, rule: Rule, wording: Wording, *, uncertain: bool) -> Clause:
    """The clause of a rule."""
    node = rule.node
    origin = f"{LAYERS[policy.layer]}, {policy.name}"
    if rule.adopted_from:
        origin = f"{LAYERS[policy.layer]}, taken over from {policy.adopted}"
    return Clause(
        rule.id,
        node.title,
        lead_of(node),
        tuple(_points(policy, node, wording)),
        node.because,
        source_of(node.citation),
        dates_of(node.in_force),
        origin,
        _note(node, uncertain=uncertain),
    )


def source_of(citation: tree.Citation | None) -> Source | None:
    """A citation with its status in words."""
    if citation is None:
        return None
    status = citation.status.value
    return Source(citation.text, status, STATUS_WORDS[status])


def dates_of(period: tree.InForce | None) -> str:
    """From when until when, in words."""
    if period is None:
        return ""
    text = f"in force from {period.start}"
    if period.latest is not None:
        text = f"in force from a day between {period.start} and {period.latest}"
    return text + (f" up to, not including, {period.end}" if period.end else "")


def lead_of(node: tree.Rule) -> str:
    """What a rule does, in one sentence."""
    acts = enumerated((words(name.text) for name in node.acts), "and")
    what = f"{acts} of {enumerated((words(name.text) for name in node.data), 'and')}"
    each = ", asked for every recipient by itself" if node.per_recipient else ""
    match node.effect:
        case tree.Effect.PERMIT:
            return f"Permitted: {what}{each}."
        case tree.Effect.FORBID:
            return f"Prohibited: {what}{each}."
        case tree.Effect.LIMIT:
            return f"Only on one of the grounds below: {what}{each}."
        case tree.Effect.REFER:
            role = words(node.refer_to.text) if node.refer_to else "reviewer"
            within = f", within {in_words(node.refer_within)}" if node.refer_within else ""
            return f"Approval of the {role} is needed first{within}: {what}{each}."
        case tree.Effect.REQUIRE:
            return f"Duties that come with: {what}{each}."
        case _:
            return f"No lower law or policy may stand in the way of: {what}{each}."


def _points(policy: Policy, node: tree.Rule, wording: Wording) -> Iterator[Point]:
    if node.binds is not None:
        yield _led("Where", wording.point(node.binds))
    if node.condition is not None:
        yield _led("If", wording.point(node.condition))
    for ground in node.grounds:
        yield _branch("Ground", ground, wording)
    for exception in node.exceptions:
        yield _branch("Unless", exception, wording)
    for urgent in node.urgent:
        purposes = enumerated((words(name.text) for name in urgent.purposes), "or")
        yield Point(
            f"Urgent, for {purposes}: the {words(urgent.role.text)} answers within "
            f"{in_words(urgent.within)}"
        )
    yield from _duties("Duty", policy, node.musts, wording)
    yield from _duties("Duty after a refusal", policy, node.on_refusal, wording)
    if node.onward is not None:
        yield Point(_onward(node.onward))
    for breach in node.breaches:
        cited = source_of(breach.citation)
        source = f"; {cited.text} ({cited.status}: {cited.meaning})" if cited else ""
        yield Point(
            f"A breach may be pursued by the {words(breach.by.text)} against the "
            f"{words(breach.against.text)}{source}"
        )
    if node.adopters_may_change:
        yield MAY_CHANGE


def _led(word: str, point: Point) -> Point:
    return Point(f"{word} {point.text}", point.under)


def _branch(word: str, branch: tree.Branch, wording: Wording) -> Point:
    inner = wording.point(branch.condition)
    cited = source_of(branch.citation)
    source = (Point(f"Source: {cited.text} ({cited.status}: {cited.meaning})"),) if cited else ()
    label = branch.label.text.replace("-", " ")
    return Point(f"{word} “{words(label)}”: {inner.text}", (*inner.under, *source))


def _duties(
    word: str, policy: Policy, musts: Iterable[tree.Must], wording: Wording
) -> Iterator[Point]:
    for must in musts:
        duty = policy.vocabulary.duties[must.duty.text]
        shown: tuple[Point, ...] = ()
        if duty.done_by is not None:
            shown = (_led("Done when", wording.point(duty.done_by)),)
        elif duty.attested_by:
            shown = (Point(f"Attested by the {words(duty.attested_by)}"),)
        yield Point(f"{word}: {must_text(must)}", shown)


def must_text(must: tree.Must) -> str:
    """A duty with its time and who does it."""
    text = words(must.duty.text)
    if must.before:
        text += f" before {enumerated((words(name.text) for name in must.before), 'and')}"
    text += f", within {in_words(must.within)}" if must.within else ""
    text += f" of {words(must.of.text)}" if must.of else ""
    text += f", every {in_words(must.every)}" if must.every else ""
    text += f", by {must.by_date}" if must.by_date else ""
    return text + (f", by the {words(must.by.text)}" if must.by else "")


def _onward(onward: tree.Onward) -> str:
    text = f"What is released may go on to {words(onward.to)}"
    if onward.to == "nobody":
        text = "What is released may go on to nobody"
    if onward.purposes:
        text += f", for {enumerated((words(name.text) for name in onward.purposes), 'or')}"
    return text + (f", until {in_words(onward.until)} after release" if onward.until else "")


def _note(node: tree.Rule, *, uncertain: bool) -> str:
    notes: list[str] = []
    if uncertain:
        notes.append("whether it binds depends on who asks, or on the day on which it took effect")
    if node.enjoined is not None:
        order = node.enjoined
        until = f" until {order.end}" if order.end else ""
        notes.append(f"not applied from {order.start}{until} by order of a court: {order.case}")
    return "; ".join(notes)
