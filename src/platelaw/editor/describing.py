"""What is told of a word: its declaration, its source, and how sure its wording is.

Wording that is not verified is never shown as law that was enacted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..dsl import syntax as tree
from ..dsl.mends import FORMS
from ..engine.registry import Registry
from .index import Index, Symbol
from .symbols import Use, What

STATUSES = {
    tree.Status.VERIFIED: "the words of the source were seen",
    tree.Status.SECONDARY: "known from reports; the words of the source were not seen",
    tree.Status.UNVERIFIED: "not confirmed by anything that was seen: do not rely on it",
}
_STANCES = {
    tree.Stance.OPEN: "nobody has answered it; whoever relies on it is held",
    tree.Stance.PROVISIONAL: "this library's own answer, shown as such",
    tree.Stance.ADOPTED: "answered by an office",
}
_LEVELS = {
    tree.Level.ASSERTION: "the requester's word",
    tree.Level.ATTESTATION: "a person in a role says so",
    tree.Level.VERIFICATION: "a person in a role has checked it",
    tree.Level.REGISTRY: "read from the registry, never sent",
    tree.Level.SYSTEM: "known to the platform, never sent",
}


def described(use: Use, index: Index, registry: Registry) -> str:
    """What is told of a use, in Markdown; nothing if nobody knows what it means."""
    if use.what is What.CITATION:
        return cited(_citation(use))
    if use.what is What.AGENCY:
        return _agency(use.name, registry)
    told = [_symbol(symbol, index) for symbol in index.resolve(use)]
    return "\n\n---\n\n".join(text for text in told if text)


def form_of(statement: str, clause: str) -> str:
    """How a clause is written, in Markdown; nothing if there is no such clause."""
    form = FORMS.get((statement, clause)) or FORMS.get(("", clause), "")
    return f"**{statement if clause == 'head' else clause}** is written: {form}" if form else ""


def cited(citation: tree.Citation) -> str:
    """A source and how sure its wording is."""
    status = citation.status
    return f"Source: {citation.text}\n\nStatus: **{status.value}** ({STATUSES[status]})"


def detail_of(use: Use) -> str:
    """One line about a declaration: its first."""
    statement = use.scope.statement
    text = statement.span.text if statement is not None else ""
    return " ".join(text.partition("\n")[0].split())


def _citation(use: Use) -> tree.Citation:
    """The citation at the place of a use."""
    status = use.span.text.rpartition(" ")[2]
    return tree.Citation(use.span, use.name, tree.Status(status))


def _agency(key: str, registry: Registry) -> str:
    body = registry.get(key)
    if body is None:
        return f"`{key}` is not in the registry."
    lines = [f"**{body.name}**", f"{body.kind} of {body.sovereign}" if body.kind else ""]
    lines.append(f"Policy on file: `{body.policy}`" if body.policy else "No policy on file")
    return _paragraphs(lines)


def _symbol(symbol: Symbol, index: Index) -> str:
    uses = index.declared.get(symbol, [])
    told = [_declaration(symbol, use, index) for use in uses]
    return "\n\n---\n\n".join(dict.fromkeys(text for text in told if text))


def _declaration(symbol: Symbol, use: Use, index: Index) -> str:
    """What one declaration says."""
    node = use.scope.statement
    if symbol.what is What.BRANCH:
        return _paragraphs([*_branch(use), _remark(use)])
    if symbol.what is What.DEFINITION and isinstance(node, tree.Policy):
        found = next(item for item in node.defines if item.name.text == use.name)
        head = f"definition of `{node.name.text}`"
        return _paragraphs([f"**{use.name}**: {head}", _code(found.span.text), _remark(use)])
    tell = _TELLERS.get(type(node).__name__)
    told = tell(node, use, index) if tell is not None else [_code(detail_of(use))]
    return _paragraphs([*told, _remark(use)])


def _paragraphs(lines: Iterable[str]) -> str:
    return "\n\n".join(line for line in lines if line)


def _code(text: str) -> str:
    return f"```policy\n{text.rstrip()}\n```"


def _remark(use: Use) -> str:
    """The comment right above a declaration, as its author's remark."""
    text = use.span.source.text
    lines = text[: text.rfind("\n", 0, use.span.start) + 1].splitlines()
    remark: list[str] = []
    while lines and lines[-1].lstrip().startswith("#"):
        remark.insert(0, lines.pop().lstrip().lstrip("#").strip())
    return f"Remark in the file: {' '.join(remark)}" if remark else ""


# Statements ---------------------------------------------------------------------------------------


def _kind(node: tree.KindDeclaration, use: Use, index: Index) -> Iterator[str]:
    under = ", ".join(f"`{name.text}`" for name in node.under)
    yield f"**{use.name}**: a kind{f' of {under}' if under else ', under no other'}"
    yield _of_vocabulary(use, index)
    written = ", ".join(f"“{text.text}”" for text in node.written)
    yield f"Also written: {written}" if written else ""
    yield "Final: nothing narrower is meant by it" if node.final else ""
    yield cited(node.citation) if node.citation else ""


def _data(node: tree.DataDeclaration, use: Use, index: Index) -> Iterator[str]:
    under = next((over.text for name, over in node.items if over and name.text == use.name), "")
    yield f"**{use.name}**: a kind of {f'`{under}`' if under else 'data'}"
    yield _of_vocabulary(use, index)
    yield cited(node.citation) if node.citation else ""


def _act(_node: tree.ActDeclaration, use: Use, index: Index) -> Iterator[str]:
    yield f"**{use.name}**: an act"
    yield _of_vocabulary(use, index)


def _role(node: tree.RoleDeclaration, use: Use, index: Index) -> Iterator[str]:
    yield f"**{use.name}**: a role, held by `{node.holder.text}`"
    yield _of_vocabulary(use, index)


def _duty(node: tree.DutyDeclaration, use: Use, index: Index) -> Iterator[str]:
    yield f"**{use.name}**: a duty"
    yield f"Attested by `{node.attested_by.text}`" if node.attested_by else ""
    yield f"Done when {node.done_by.span.text}" if node.done_by else ""
    yield _of_vocabulary(use, index)


def _fact(node: tree.FactDeclaration, use: Use, index: Index) -> Iterator[str]:
    if use.what is What.CHOICE:
        yield f"**{use.name}**: a value of the fact `{node.name.text}`"
    type_ = node.type
    words = f" {{{', '.join(name.text for name in type_.words)}}}" if type_.words else ""
    yield f"**{node.name.text}**: {'set of ' if type_.is_set else ''}{type_.word}{words}"
    vouchers = ", ".join(f"`{name.text}`" for name in node.vouchers)
    yield f"Proven by {node.level.value} ({_LEVELS[node.level]})" + (
        f", from {vouchers}" if vouchers else ""
    )
    yield "Complete: the set sent is the whole set" if node.complete else ""
    yield "Claimed: it can only help the requester; not claimed is no" if node.claimed else ""
    yield "It counts for the recipient for whom it was proven" if node.per_recipient else ""
    acts = ", ".join(f"`{name.text}`" for name in node.acts)
    yield f"For {acts} only" if acts else ""
    yield f"Fresh for {node.fresh_for.span.text}" if node.fresh_for else ""
    yield _of_vocabulary(use, index)


def _reading(node: tree.ReadingDeclaration, use: Use, _index: Index) -> Iterator[str]:
    answer = "" if node.answer is None else f" {'yes' if node.answer else 'no'}"
    yield f"**{use.name}**: an open question of “{node.of.text}”"
    yield f"**{node.stance.value}{answer}** ({_STANCES[node.stance]})"
    yield f"By {node.office} on {node.day}" if node.office else ""


def _policy(node: tree.Policy, _use: Use, index: Index) -> Iterator[str]:
    layer = f" of the {node.layer.value} layer" if node.layer else ""
    yield f"**{node.name.text}**: a policy{layer}"
    yield node.title
    yield f"Issued by {node.issuer}" if node.issuer else ""
    yield f"Adopts `{node.adopts.edition.name}`" if node.adopts else ""
    yield _proposed(node)
    rules = len(index.rules.get(node.name.text, {}))
    yield f"{rules} rule{'s' * (rules != 1)} of its own"


def _rule(node: tree.Rule, use: Use, _index: Index) -> Iterator[str]:
    yield f"**{use.scope.policy}/{node.name.text}**: {node.title}"
    if node.effect is not None:
        acts, data = (", ".join(n.text for n in names) for names in (node.acts, node.data))
        each = ", for every recipient" if node.per_recipient else ""
        yield f"{node.effect.value} {acts} of {data}{each}"
    yield _proposed(use.scope.head)
    yield cited(node.citation) if node.citation else "It cites nothing."
    sure = node.citation is not None and node.citation.status is tree.Status.VERIFIED
    yield _period(node.in_force, sure=sure and not _proposed(use.scope.head))
    stayed = node.enjoined
    yield f"Not applied from {stayed.start} by order in {stayed.case}" if stayed else ""
    yield node.because


def _promise(node: tree.Invariant, use: Use, _index: Index) -> Iterator[str]:
    word = "always" if node.always else "never"
    yield f"**{use.scope.policy}/{node.name.text}**: {node.title}"
    yield f"`{word}`: it must hold of every answer and decides nothing (`platelaw prove`)"


def _parameter(node: tree.Parameter, use: Use, _index: Index) -> Iterator[str]:
    yield f"**{node.name.text}** is {node.value.span.text}, by `{use.scope.policy}`"
    yield f"Agencies may {node.direction.value} it" if node.direction else ""
    yield _proposed(use.scope.head)
    yield cited(node.citation) if node.citation else ""
    sure = node.citation is not None and node.citation.status is tree.Status.VERIFIED
    yield _period(node.in_force, sure=sure and not _proposed(use.scope.head))


def _proposed(head: tree.Node | None) -> str:
    """That a policy is a bill."""
    bill = head.proposed if isinstance(head, tree.Policy) else ""
    return (
        f"**A bill, not law**: proposed by {bill}; it takes part in simulation only" if bill else ""
    )


def _period(period: tree.InForce | None, *, sure: bool) -> str:
    """From when until when; as reported, where the wording is not verified."""
    if period is None:
        return ""
    said = "In force" if sure else "Taken to be in force"
    latest = f" at the earliest, {period.latest} at the latest" if period.latest else ""
    until = f", until {period.end}" if period.end else ""
    return f"{said} from {period.start}{latest}{until}"


def _branch(use: Use) -> Iterator[str]:
    node = use.scope.statement
    if not isinstance(node, tree.Rule | tree.Invariant):
        return
    grounds = node.grounds if isinstance(node, tree.Rule) else ()
    for what, branches in (("ground", grounds), ("exception", node.exceptions)):
        for branch in branches:
            if branch.label.span == use.span:
                yield f"**{use.name}**: {what} of `{use.scope.policy}/{node.name.text}`"
                yield _code(branch.condition.span.text)
                yield cited(branch.citation) if branch.citation else ""


def _of_vocabulary(use: Use, index: Index) -> str:
    return f"Vocabulary `{index.edition_of(use.scope)}`"


_TELLERS: dict[str, Callable[..., Iterator[str]]] = {
    "KindDeclaration": _kind,
    "DataDeclaration": _data,
    "ActDeclaration": _act,
    "RoleDeclaration": _role,
    "DutyDeclaration": _duty,
    "FactDeclaration": _fact,
    "ReadingDeclaration": _reading,
    "Policy": _policy,
    "Rule": _rule,
    "Invariant": _promise,
    "Parameter": _parameter,
}
