"""An answer as text: what an officer reads in ten seconds, then why, then what would settle it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from ..dsl import syntax as tree
from ..dsl.truth import Truth
from ..dsl.units import in_words
from .decision import Decision
from .explanation import Need, NeedKind, Node
from .reference import RuleResult, RuleState
from .render_json import View, reads_reason, shown_rules, shown_sets
from .settling import Settling

WIDTH = 88
STATUS_WORDS = {
    "verified": "the words were seen",
    "secondary": "as a secondary source reports it; the enacted words were not seen",
    "unverified": "from memory; not checked against the enacted words",
    "open": "an open question of law",
    "provisional": "a provisional reading of the library, not settled law",
    "adopted": "a reading adopted by an office",
}
_SENTENCES = {
    "forbidden": "A rule forbids it{rule}.",
    "refused on review": "The person who had to read it refused{rule}.",
    "no ground": "No rule of the owner's policy opens it.",
    "no policy on file": "The owner has no policy on file, so nothing opens it.",
    "outside this law": "None of the law in this library speaks of it; another law may.",
    "no law of that day": "The law in this library was not in force on that day.",
    "unknown agency": "It names a body that is not on file.",
    "contradiction": "It states two values for one fact.",
    "not understood": "The request cannot be gone by as it stands.",
    "unproven": "It is not lawful on what has been proven so far{rule}.",
    "referred": "A person must read it first{rule}.",
    "duty first": "Something must be done first{rule}.",
    "law to confirm": "It rests on wording of the law less sure than the owner accepts.",
    "permitted": "It may proceed.",
}
# What a caller wrote may be repeated in a message; no terminal obeys it.
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NO_HOLD = "This HOLD is about the data: it is not a hold on a person or a vehicle."


def decision_text(decision: Decision, view: View = View.OWNER) -> str:
    """The answer in the order in which it is needed."""
    return _UNPRINTABLE.sub("\ufffd", "\n".join(_blocks(decision, view))) + "\n"


def headline(decision: Decision, view: View = View.OWNER) -> str:
    """The word and one sentence."""
    return f"{decision.outcome.value}: {sentence(decision, view)}"


def sentence(decision: Decision, view: View = View.OWNER) -> str:
    """One sentence that says why, with the title of the first deciding rule."""
    first = next(iter(_by_weight(decision, view)), None)
    rule = f': "{first.rule.node.title}"' if first is not None else ""
    return _SENTENCES[decision.reason].format(rule=rule)


def _by_weight(decision: Decision, view: View) -> list[RuleResult]:
    """The deciding rules in the order in which they are told.

    Proven before unproven, recipients and instruments before words of a reason, higher layers
    first, better supported wording first.
    """
    order = list(tree.Layer)
    ranks = {tree.Status.VERIFIED: 0, tree.Status.SECONDARY: 1, tree.Status.UNVERIFIED: 2}

    def weight(result: RuleResult) -> tuple[bool, bool, int, int, str]:
        cited = result.rule.node.citation
        return (
            result.state is RuleState.UNPROVEN,
            reads_reason(result),
            order.index(result.policy.layer),
            ranks[cited.status] if cited else len(ranks),
            result.rule.id,
        )

    return sorted(shown_rules(decision, view), key=weight)


def _blocks(decision: Decision, view: View) -> Iterator[str]:
    yield headline(decision, view)
    if decision.outcome is tree.Outcome.HOLD:
        yield _NO_HOLD
    if decision.simulated:
        yield "SIMULATED: stated proof was believed; no data may be released on this answer."
    yield from _faults(decision)
    yield from _now(decision)
    yield from _why(decision, view)
    yield from _settle(decision, view)
    yield from _duties(decision)
    yield from _foot(decision)


def _faults(decision: Decision) -> Iterator[str]:
    if decision.faults:
        yield ""
        yield "What is wrong with the request"
    for fault in decision.faults:
        yield from point(f"{fault.where}: {fault.message}" if fault.where else fault.message)
        if fault.help:
            yield f"      help: {fault.help}"


def _now(decision: Decision) -> Iterator[str]:
    """What is lawful now, and whom to call."""
    if decision.outcome is tree.Outcome.PERMIT or decision.faults:
        return
    yield ""
    yield "What is lawful now"
    for lane in decision.urgent:
        yield from point(
            f"URGENT: the {words(lane.role)} of {lane.desk} answers within {lane.within}."
        )
    for route in decision.routes:
        yield from point(f"{route.change.words[0].upper()}{route.change.words[1:]}.")
    for text in dict.fromkeys(reviewers(decision)):
        yield from point(text)
    if not decision.routes and decision.outcome is tree.Outcome.HOLD:
        yield from point("Nothing is released until this is settled; below is who can settle it.")
    elif not decision.routes:
        yield from point("Nothing: no other hands, smaller release or fewer recipients would do.")
    for law in decision.may_apply:
        yield from point(f"Another law may apply: {law}.")


def reviewers(decision: Decision) -> Iterator[str]:
    """Whom to call about a referral."""
    for result in decision.deciding():
        node = result.rule.node
        if result.state is RuleState.REFERRED and node.refer_to is not None:
            within = (
                f" and answers within {in_words(node.refer_within)}" if node.refer_within else ""
            )
            owner = decision.owner_name or decision.request.owner
            role = words(node.refer_to.text)
            yield f"Call the {role} of {owner}, who must read it first{within}."


def _why(decision: Decision, view: View) -> Iterator[str]:
    deciding = _by_weight(decision, view)
    if not deciding:
        return
    yield ""
    yield "Why"
    for result in deciding:
        yield from point(f"{result.rule.node.title}. [{result.rule.id}: {result.state.value}]")
        if result.rule.node.citation:
            yield f"      {citation_text(result.rule.node.citation)}"
        if result.rule.node.because:
            yield from _wrapped(result.rule.node.because, "      ")
    if decision.weakest_status and decision.outcome is not tree.Outcome.HOLD:
        status = decision.weakest_status
        yield f"  The answer rests on: {status} ({STATUS_WORDS[status]})."


def _settle(decision: Decision, view: View) -> Iterator[str]:
    if decision.outcome is not tree.Outcome.HOLD:
        return
    yield ""
    yield "What would settle it"
    own = view is View.REQUESTER
    ways = [_way(item) for item in shown_sets(decision, view)]
    for at, way in enumerate(dict.fromkeys(ways[:5])):
        yield from point(("or " if at else "") + way)
    if decision.not_stated and not own:
        yield from point(f"not stated in the request: {', '.join(decision.not_stated)}")
    if not ways and not decision.not_stated:
        yield from point("no set of at most twelve facts was found that settles it; ask counsel")


def _way(item: Settling) -> str:
    return "; and ".join(need_text(need) for need in item.needs if not need.is_asserted)


def need_text(need: Need) -> str:
    """One thing that is missing, and who can supply it."""
    by = f" (by the {' or the '.join(map(words, need.roles))})" if any(need.roles) else ""
    about = f" for {need.about}" if need.about else ""
    match need.kind:
        case NeedKind.REVIEW:
            return f"a review that clears {need.name}{by}"
        case NeedKind.DUTY:
            return f"the duty `{words(need.name)}` done{by}"
        case NeedKind.READING:
            return f"an answer to the open question of law `{words(need.name)}`{by}"
        case NeedKind.INSTRUMENT:
            return f"instrument {need.name}{about} verified{by}"
        case NeedKind.DATE:
            return need.name
        case NeedKind.FACT:
            cause = f", now {need.cause.value}" if need.cause else ""
            proof = (
                f"proven by {need.level.value}" if need.level and not need.is_asserted else "stated"
            )
            return f"{need.name}{about} {proof}{by}{cause}"


def _duties(decision: Decision) -> Iterator[str]:
    if decision.duties:
        yield ""
        yield "What must be done"
    for duty in decision.duties:
        done = " (done)" if duty.done else ""
        yield from point(f"{words(duty.duty)} {duty.deadline}, by the {words(duty.holder)}{done}")
    for terms in decision.onward if decision.outcome is tree.Outcome.PERMIT else ():
        limits = f", for {', '.join(terms.purposes)}" if terms.purposes else ""
        limits += f", until {terms.until}" if terms.until else ""
        to = "nobody" if terms.to == "nobody" else f"{terms.to}, asked anew each time"
        yield from point(f"onward only to {to}{limits} [{terms.rule}]")


def _foot(decision: Decision) -> Iterator[str]:
    first, last = decision.law_date
    day = first.isoformat() if first == last else f"{first} to {last}"
    yield ""
    for note in decision.notes:
        yield from _wrapped(f"Note: {note}.", "")
    until = f"; the law next changes on {decision.valid_until}" if decision.valid_until else ""
    yield f"Law of {day}{until}. Library {decision.known_as_of[:12]}."
    yield "platelaw informs counsel; it is not legal advice."


# The tree -----------------------------------------------------------------------------------


def explanation_text(decision: Decision, *, all_rules: bool = False) -> str:
    """Every rule that took part, with the value of each condition."""
    lines: list[str] = []
    for layer, verdict in decision.verdicts.items():
        lines.append(f"{layer.value} layer: {verdict.value}")
        for result in decision.results:
            if result.policy.layer is layer:
                if (
                    all_rules
                    or result in decision.deciding()
                    or result.state is not RuleState.CLEAR
                ):
                    lines += _rule_lines(result)
                else:
                    lines.append(f"  {result.rule.id}: clear")
    return "\n".join(lines) + "\n"


def _rule_lines(result: RuleResult) -> Iterator[str]:
    yield f"  {result.rule.id}: {result.state.value}"
    yield f"    {result.rule.node.title}"
    if result.rule.node.citation:
        yield f"    {citation_text(result.rule.node.citation)}"
    for turn in result.turns:
        indent = "    "
        if turn.recipient is not None:
            yield f"    for {turn.recipient or 'another recipient, not known'}: " + _mark(
                turn.value
            )
            indent = "      "
        if turn.condition is not None:
            yield from _node_lines(turn.condition, indent, "if ")
        for branch in turn.branches:
            label = "ground" if branch.is_ground else "unless"
            yield from _node_lines(branch.node, indent, f"{label} {branch.branch.label.text}: ")
    for must, done, _ in result.duties:
        yield f"    before: {words(must.duty.text)} {'done' if done is Truth.TRUE else 'not done'}"


_MARKS = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNPROVEN: "UNPROVEN"}


def _mark(truth: Truth) -> str:
    return _MARKS[truth]


def _node_lines(node: Node, indent: str, prefix: str = "") -> Iterator[str]:
    if node.children and node.operator in ("and", "or", "some", "every"):
        yield f"{indent}{prefix}{node.operator}: {_mark(node.truth)}"
        for child in node.children:
            yield from _node_lines(child, indent + "  ")
    elif node.children:
        yield f"{indent}{prefix}{node.text}: {_mark(node.truth)}"
        if node.operator != "not":
            for child in node.children:
                yield from _node_lines(child, indent + "  ")
        elif node.children[0].children or node.children[0].need:
            yield from _node_lines(node.children[0], indent + "  ")
    else:
        shown = f" ({node.shown})" if node.shown and node.truth is not Truth.UNPROVEN else ""
        needed = f"; needs {need_text(node.need)}" if node.need else ""
        yield f"{indent}{prefix}{node.text}: {_mark(node.truth)}{shown}{needed}"


# Words --------------------------------------------------------------------------------------


def citation_text(citation: tree.Citation) -> str:
    """A source with its status in words."""
    return f"{citation.text} ({citation.status.value}: {STATUS_WORDS[citation.status.value]})"


def words(name: str) -> str:
    """A declared name as words."""
    return name.replace("_", " ")


def point(text: str) -> Iterable[str]:
    """One point of a list, wrapped."""
    return textwrap.wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    ",
                         break_on_hyphens=False)  # fmt: skip


def _wrapped(text: str, indent: str) -> Iterable[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
