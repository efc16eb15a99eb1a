"""A rule as a clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...dsl import syntax as tree
from ...dsl.diagnostics import enumerated
from ...dsl.model import Policy, Rule
from ...dsl.units import in_words
from ..registry import Registry
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

_LAW = (tree.Layer.FEDERAL, tree.Layer.STATE)
BARE = Wording(Registry({}), {}, frozenset())  # names as they are written

MAY_CHANGE = Point("An agency that takes this policy over may change this clause")


def clause_of(policy: Policy, rule: Rule, wording: Wording, *, uncertain: bool) -> Clause:
    """The clause of a rule."""
    node = rule.node
    origin = f"{LAYERS[policy.layer]}, {policy.name}"
    if rule.adopted_from:
        origin = f"{LAYERS[policy.layer]}, taken over from {policy.adopted}"
    wording = replace(wording, policy=_stated_by(policy, rule))
    return Clause(
        rule.id,
        node.title,
        lead_of(node, wording),
        tuple(_points(policy, node, wording)),
        node.because,
        source_of(node.citation, wording.policy),
        dates_of(node.in_force),
        origin,
        _note(node, uncertain=uncertain),
    )


def _stated_by(policy: Policy, rule: Rule) -> str:
    """The policy whose own word the status of a rule is; blank of law."""
    if policy.layer in _LAW:
        return ""
    return f"the model {policy.adopted}" if rule.adopted_from else policy.name


def source_of(citation: tree.Citation | None, policy: str = "") -> Source | None:
    """A citation with its status in words; of what is no law, with the policy that says so."""
    if citation is None:
        return None
    status = citation.status.value
    return Source(citation.text, status, STATUS_WORDS[status], policy)


def dates_of(period: tree.InForce | None) -> str:
    """From when until when, in words."""
    if period is None:
        return ""
    text = f"in force from {period.start}"
    if period.latest is not None:
        text = f"in force from a day between {period.start} and {period.latest}"
    return text + (f" up to, not including, {period.end}" if period.end else "")


def lead_of(node: tree.Rule, wording: Wording) -> str:
    """What a rule does, in one sentence."""
    joiner = "or" if node.effect in (tree.Effect.FORBID, tree.Effect.LEAVE_OPEN) else "and"
    acts, data = ([name.text for name in names] for names in (node.acts, node.data))
    what = wording.doing(acts, data, joiner)
    each = ", judged for each recipient by itself" if node.per_recipient else ""
    match node.effect:
        case tree.Effect.PERMIT:
            return f"Permitted: {what}{each}."
        case tree.Effect.FORBID:
            return f"Prohibited: {what}{each}."
        case tree.Effect.LIMIT:
            return f"Only on one of the grounds below: {what}{each}."
        case tree.Effect.REFER:
            role = wording.role(node.refer_to.text) if node.refer_to else "reviewer"
            within = f", within {in_words(node.refer_within)}" if node.refer_within else ""
            return f"Only after approval by the {role}{within}: {what}{each}."
        case tree.Effect.REQUIRE:
            return f"Duties that come with {what}{each}:"
        case _:
            return f"No lower law or policy may bar: {what}{each}."


def _points(policy: Policy, node: tree.Rule, wording: Wording) -> Iterator[Point]:
    if node.binds is not None:
        yield _led("Where", wording.point(node.binds))
    if node.condition is not None:
        yield _led("If", wording.point(node.condition))
    for ground in node.grounds:
        yield _branch("Ground", ground, wording)
    for exception in node.exceptions:
        yield _branch("Exception", exception, wording)
    for urgent in node.urgent:
        purposes = enumerated((wording.purpose(name.text) for name in urgent.purposes), "or")
        yield Point(
            f"Urgent, for {purposes}: the {wording.role(urgent.role.text)} answers within "
            f"{in_words(urgent.within)}"
        )
    yield from _duties("Duty", policy, node.musts, wording)
    yield from _duties("Duty after a refusal", policy, node.on_refusal, wording)
    if node.onward is not None:
        yield Point(_onward(node.onward, wording))
    for breach in node.breaches:
        cited = source_of(breach.citation, wording.policy)
        source = f"; {cited.text} ({cited.told})" if cited else ""
        yield Point(
            f"The {wording.role(breach.by.text)} may pursue a breach against the "
            f"{wording.role(breach.against.text)}{source}"
        )
    if node.adopters_may_change:
        yield MAY_CHANGE


def _led(word: str, point: Point) -> Point:
    return Point(f"{word} {point.text}", point.under)


def _branch(word: str, branch: tree.Branch, wording: Wording) -> Point:
    inner = wording.point(branch.condition)
    cited = source_of(branch.citation, wording.policy)
    source = (Point(f"Source: {cited.text} ({cited.told})"),) if cited else ()
    label = branch.label.text.replace("-", " ")
    return Point(f"{word} “{words(label)}”: {inner.text}", (*inner.under, *source))


def _duties(
    word: str, policy: Policy, musts: Iterable[tree.Must], wording: Wording
) -> Iterator[Point]:
    """The duties; those that differ only in the act after which they come due are one line."""
    alike: dict[tree.Must, list[str]] = {}
    for must in musts:
        alike.setdefault(replace(must, of=None), []).extend([must.of.text] if must.of else [])
    for must, acts in alike.items():
        duty = policy.vocabulary.duties[must.duty.text]
        told = f"{word}: {must_text(must, wording, acts)}"
        if duty.done_by is not None:
            yield Point(told, (_led("Done when", wording.point(duty.done_by)),))
        elif duty.attested_by and not (must.by and must.by.text == duty.attested_by):
            yield Point(f"{told} (attested by the {wording.role(duty.attested_by)})")
        else:
            yield Point(told)


def must_text(must: tree.Must, wording: Wording = BARE, of: Iterable[str] = ()) -> str:
    """A duty with its time and who does it.

    Args:
        must: The duty.
        wording: The words for it.
        of: The acts after which it comes due, if they are more than the one that it names.
    """
    text = wording.phrases.of("duties", must.duty.text)
    if must.before:
        text += f" before {enumerated((wording.act(name.text) for name in must.before), 'and')}"
    text += f", within {in_words(must.within)}" if must.within else ""
    acts = list(of) or ([must.of.text] if must.of else [])
    text += f" of {enumerated(map(wording.act, acts), 'or')}" if acts else ""
    text += f", every {in_words(must.every)}" if must.every else ""
    text += f", by {must.by_date}" if must.by_date else ""
    return text + (f", by the {wording.role(must.by.text)}" if must.by else "")


def _onward(onward: tree.Onward, wording: Wording) -> str:
    text = f"What is released may go on to {words(onward.to)}"
    if onward.to == "nobody":
        text = "What is released may go on to nobody"
    if onward.purposes:
        text += (
            f", for {enumerated((wording.purpose(name.text) for name in onward.purposes), 'or')}"
        )
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
