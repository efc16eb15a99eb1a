"""Syntax tree to text: the one way in which every form is written.

Printing and parsing back gives an equal tree; printing twice changes nothing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from . import syntax as tree
from .source import Span
from .units import in_words

WIDTH = 100


# Values and conditions ------------------------------------------------------------------------


def value_text(value: tree.Value) -> str:
    """A value as it is written."""
    match value:
        case tree.Text(text=text):
            return f'"{text}"'
        case tree.YesNo(value=answer):
            return "yes" if answer else "no"
        case tree.Count(value=number):
            return str(number)
        case tree.Duration():
            return in_words(value)
        case tree.Date(day=day):
            return day.isoformat()
        case tree.Moment(at=at):
            return at.isoformat()
        case tree.Agency(key=key):
            return f"agency:{key}"
        case tree.Sovereign(key=key):
            return key
        case tree.Name() | tree.Reference():
            return value.text


def condition_text(condition: tree.Condition) -> str:
    """A condition on one line, with brackets only where the meaning needs them."""
    return _Inline().write(condition)


class _Inline:
    """Writes a condition on one line."""

    def write(self, node: tree.Condition) -> str:
        match node:
            case tree.Or():
                return " or ".join(self.write(item) if not isinstance(item, tree.Or)
                                   else self._bracketed(item) for item in node.items)  # fmt: skip
            case tree.And():
                return " and ".join(self._term(item) for item in node.items)
            case tree.Not():
                return self._negation(node)
            case tree.Quantified():
                return self._quantified(node)
            case tree.Paper():
                return paper_text(node)
            case _:
                return one_test_text(node)

    def _bracketed(self, node: tree.Condition) -> str:
        return f"({self.write(node)})"

    def _term(self, node: tree.Condition) -> str:
        compound = isinstance(node, tree.Or | tree.And)
        return self._bracketed(node) if compound else self.write(node)

    def _negation(self, node: tree.Not) -> str:
        item = node.item
        if isinstance(item, tree.Stated):
            return f"{item.subject.text} is blank"
        if isinstance(item, tree.KindTest | tree.Equals | tree.OneOf | tree.Empty):
            return one_test_text(item, negated=True)
        return f"not {self._term(item)}"

    def _quantified(self, node: tree.Quantified) -> str:
        head = f"{node.quantifier.value} {node.variable} in {node.collection.text}"
        body = node.body
        if isinstance(body, tree.Paper) and body.variable == node.variable:
            return f"{head} {paper_text(body)}"
        if isinstance(body, tree.KindTest) and body.subject.text == node.variable:
            return f"{head} is a kind of {body.kind.text}"
        return f"{head} has ({self.write(body)})"


def one_test_text(node: tree.Condition, *, negated: bool = False) -> str:
    """One test as it is written."""
    no = "not " if negated else ""
    match node:
        case tree.Named(name=name):
            return name
        case tree.KindTest():
            return f"{node.subject.text} is {no}a kind of {node.kind.text}"
        case tree.Equals():
            return f"{node.subject.text} is {no}{value_text(node.value)}"
        case tree.OneOf():
            return f"{node.subject.text} is {no}one of {_braces(node.values)}"
        case tree.Compare():
            return f"{node.subject.text} is {node.relation.value} {value_text(node.bound)}"
        case tree.Within():
            bound = value_text(node.bound)
            return f"{node.subject.text} is within {bound} after {node.after.text}"
        case tree.Includes():
            return f"{node.subject.text} includes {value_text(node.value)}"
        case tree.Stated():
            return f"{node.subject.text} is stated"
        case tree.Empty():
            return f"{node.subject.text} is {no}empty"
        case _:
            return condition_text(node)


def paper_text(node: tree.Paper) -> str:
    """The test of an instrument, without its variable."""
    words = [f"is {article(node.kind.text)} {node.kind.text}"]
    if node.issuer is not None:
        words.append(f"from {article(node.issuer.text)} {node.issuer.text}")
        if node.sovereigns:
            words.append(f"of {_braces(node.sovereigns)}")
    qualities = [
        word
        for word, asked in (
            ("probable_cause", node.probable_cause),
            ("covering the request", node.covering),
            ("unexpired", node.unexpired),
        )
        if asked
    ]
    joiner = " with " if node.probable_cause else " "
    return " ".join(words) + (joiner + ", ".join(qualities) if qualities else "")


def article(word: str) -> str:
    """The indefinite article that a word takes."""
    return "an" if word[0] in "aeiou" else "a"


def _braces(values: Sequence[tree.Value]) -> str:
    return "{" + ", ".join(map(value_text, values)) + "}"


# Layout ----------------------------------------------------------------------------------------


def _laid_out(prefix: str, condition: tree.Condition, suffix: str = "") -> list[str]:
    """A condition after ``prefix``; alternatives on lines of their own if one line is too short.

    A mix of ``and`` and ``or`` is always spread, so that nobody has to know which binds tighter.
    """
    line = f"{prefix}{condition_text(condition)}{suffix}"
    mixed = isinstance(condition, tree.Or) and any(
        isinstance(item, tree.And) for item in condition.items
    )
    indent = " " * (len(prefix) - len(prefix.lstrip()) + 2)
    if (len(line) <= WIDTH and not mixed) or not isinstance(condition, tree.And | tree.Or):
        return _folded(line, indent + "  ")
    word = "or" if isinstance(condition, tree.Or) else "and"
    items = [_part(item, condition) for item in condition.items]
    lines = [prefix + items[0], *(f"{indent}{word} {item}" for item in items[1:])]
    lines[-1] += suffix
    return [part for line in lines for part in _folded(line, indent + "  ")]


def _folded(line: str, indent: str) -> list[str]:
    """A line too long for the page, folded between words and never within quotation marks."""
    if len(line) <= WIDTH:
        return [line]
    first, *words = re.findall(r'(?:"[^"\n]*"|\S)+', line)
    lines = [line[: len(line) - len(line.lstrip())] + first]
    for word in words:
        if len(lines[-1]) + len(word) + 1 > WIDTH:
            lines.append(indent + word)
        else:
            lines[-1] += f" {word}"
    return lines


def _part(item: tree.Condition, whole: tree.Condition) -> str:
    text = condition_text(item)
    bracketed = isinstance(item, tree.Or) or (
        isinstance(item, tree.And) and isinstance(whole, tree.And)
    )
    return f"({text})" if bracketed else text


def _wrapped(prefix: str, items: Sequence[str], indent: int) -> list[str]:
    """Items with commas between, broken between items."""
    lines, line = [], prefix
    for at, item in enumerate(items):
        piece = item + ("," if at < len(items) - 1 else "")
        if len(line) + len(piece) + 1 > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = " " * indent + piece
        else:
            line = f"{line} {piece}" if line and not line.endswith(" ") else line + piece
    return [*lines, line.rstrip()]


def _names(names: Iterable[tree.Name]) -> str:
    return ", ".join(name.text for name in names)


def _texts(texts: Iterable[tree.Text]) -> list[str]:
    return [f'"{text.text}"' for text in texts]


def _edition(edition: tree.Edition) -> str:
    return f"{edition.name} {edition.number}"


def _cites(citation: tree.Citation) -> str:
    return f'cites "{citation.text}" status {citation.status.value}'


def _in_force(period: tree.InForce) -> str:
    text = f"in force from {period.start}"
    if period.latest is not None:
        text += f" at the earliest, {period.latest} at the latest"
    return text + (f" until {period.end}" if period.end else "")


# Statements ------------------------------------------------------------------------------------

# A printed clause: the lines it takes, and where it began in the text it came from.
Block = tuple[Span | None, list[str]]


def statement_blocks(node: tree.Statement) -> list[Block]:
    """The clauses of a statement in the one order, each with its place in the source."""
    match node:
        case tree.Policy():
            return _policy(node)
        case tree.Rule():
            return _rule(node)
        case tree.Invariant():
            return _invariant(node)
        case tree.Parameter():
            return _parameter(node)
        case tree.NamedRequest():
            return [(node.span, [f"request {node.name.text}"]), *_asked(node)]
        case tree.Example():
            return _example(node)
        case tree.LexiconDeclaration():
            return _lexicon(node)
        case _:
            return [(node.span, _declaration(node))]


def _declaration(node: tree.Statement) -> list[str]:
    """Statements of one clause."""
    match node:
        case tree.Vocabulary():
            above = f" extends {_edition(node.extends)}" if node.extends else ""
            return [f"vocabulary {_edition(node.edition)}{above}"]
        case tree.KindDeclaration():
            return _kind(node)
        case tree.ActDeclaration():
            return _wrapped("act ", [name.text for name in node.names], 4)
        case tree.DataDeclaration():
            return _data(node)
        case tree.SovereignDeclaration():
            return _wrapped("sovereign ", [name.key for name in node.names], 4)
        case tree.RoleDeclaration():
            return [f"role {node.name.text} held by {node.holder.text}"]
        case tree.DutyDeclaration():
            if node.done_by is not None:
                return _laid_out(f"duty {node.name.text} done by ", node.done_by)
            assert node.attested_by is not None
            return [f"duty {node.name.text} attested by {node.attested_by.text}"]
        case tree.FactDeclaration():
            return _fact(node)
        case tree.ReadingDeclaration():
            return [_reading(node)]
        case tree.Examples():
            return [f"examples {node.name.text} uses {_edition(node.uses)}" if node.uses
                    else f"examples {node.name.text}"]  # fmt: skip
        case _:
            raise AssertionError(f"{type(node).__name__} has more than one clause")


def _kind(node: tree.KindDeclaration) -> list[str]:
    head = f"kind {node.name.text}"
    if node.under:
        head += f" under {_names(node.under)}"
    tail = (" final" if node.final else "") + (f" {_cites(node.citation)}" if node.citation else "")
    if not node.written:
        return [head + tail]
    lines = _wrapped(f"{head} also written ", _texts(node.written), 4)
    return [*lines[:-1], lines[-1] + tail]


def _data(node: tree.DataDeclaration) -> list[str]:
    items = [
        f"{name.text} under {under.text}" if under else name.text for name, under in node.items
    ]
    lines = _wrapped("data ", items, 4)
    tail = (" final" if node.final else "") + (f" {_cites(node.citation)}" if node.citation else "")
    return [*lines[:-1], lines[-1] + tail]


def _fact(node: tree.FactDeclaration) -> list[str]:
    type_ = node.type.word
    if node.type.is_set:
        type_ = f"set of {type_}"
    elif node.type.words:
        type_ = "one of {" + _names(node.type.words) + "}"
    flags = [word for word, on in (("complete", node.complete), ("claimed", node.claimed),
                                   ("per recipient", node.per_recipient)) if on]  # fmt: skip
    parts = [f"fact {node.name.text} : {type_}", *flags]
    if node.acts:
        parts.append(f"for {_names(node.acts)}")
    parts.append(f"proven by {node.level.value}")
    if node.vouchers:
        parts.append(f"from {_names(node.vouchers)}")
    if node.fresh_for:
        parts.append(f"fresh for {in_words(node.fresh_for)}")
    lines = [parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 1 > WIDTH:
            lines.append(f"    {part}")
        else:
            lines[-1] += f" {part}"
    return lines


def _reading(node: tree.ReadingDeclaration) -> str:
    text = f'reading {node.name.text} of "{node.of.text}" : {node.stance.value}'
    if node.answer is not None:
        text += " yes" if node.answer else " no"
    if node.day is not None:
        text += f' by "{node.office}" on {node.day}'
    return text


def _lexicon(node: tree.LexiconDeclaration) -> list[Block]:
    blocks: list[Block] = [
        (node.span, [f"lexicon {node.name.text} indicates {node.indicates.text}"])
    ]
    if node.in_force:
        blocks.append((node.in_force.span, [f"  {_in_force(node.in_force)}"]))
    for word, texts in (
        ("plainly", node.plainly),
        ("possibly", node.possibly),
        ("never", node.never),
    ):
        if texts:
            blocks.append((texts[0].span, _wrapped(f"  {word} ", _texts(texts), 4)))
    return blocks


def _policy(node: tree.Policy) -> list[Block]:
    number = "" if node.number is None else f" {node.number}"
    blocks: list[Block] = [(node.span, [f"policy {node.name.text}{number}"])]
    lines: list[str] = []
    if node.adopts:
        blocks.append((node.adopts.span, [f"  adopts {_edition(node.adopts.edition)} except"]))
    if node.title:
        lines.append(f'  title "{node.title}"')
    if node.layer:
        lines.append(f"  layer {node.layer.value}")
    if node.issuer:
        lines.append(f'  issued by "{node.issuer}"')
    if node.zone:
        lines.append(f"  time zone {node.zone}")
    if node.uses:
        lines.append(f"  uses {_edition(node.uses)}")
    if node.proposed:
        lines.append(f'  proposed by "{node.proposed}"')
    blocks += [(None, [line]) for line in lines]
    if node.in_force:
        blocks.append((node.in_force.span, [f"  {_in_force(node.in_force)}"]))
    if node.binds_any:
        blocks.append((None, ["  binds any request"]))
    elif node.binds is not None:
        blocks.append((node.binds.span, _laid_out("  binds ", node.binds)))
    if node.rests_on:
        blocks.append((None, [f"  permit may rest on {node.rests_on}"]))
    for change in node.adopts.parameters if node.adopts else ():
        blocks.append(
            (change.span, [f"  parameter {change.name.text} is {value_text(change.value)}"])
        )
    if node.adopts and node.adopts.without:
        blocks.append((None, [f"  without {_names(node.adopts.without)}"]))
    for item in node.defines:
        blocks.append((item.span, _laid_out(f"  define {item.name.text}: ", item.condition)))
    return blocks


def _rule(node: tree.Rule) -> list[Block]:
    blocks: list[Block] = [(node.span, [f'rule {node.name.text} "{node.title}"'])]

    def add(at: tree.Node | None, *lines: str) -> None:
        blocks.append((at.span if at else None, list(lines)))

    if node.citation:
        add(node.citation, f"  {_cites(node.citation)}")
    if node.in_force:
        add(node.in_force, f"  {_in_force(node.in_force)}")
    if node.enjoined:
        until = f" until {node.enjoined.end}" if node.enjoined.end else ""
        add(
            node.enjoined, f'  enjoined from {node.enjoined.start}{until} by "{node.enjoined.case}"'
        )
    if node.binds is not None:
        add(node.binds, *_laid_out("  binds ", node.binds))
    add(next(iter(node.acts), None), _effect(node))
    for ground in node.grounds:
        add(ground, *_branch("    ", ground))
    if node.condition is not None:
        add(node.condition, *_laid_out("  if ", node.condition))
    for exception in node.exceptions:
        add(exception, *_branch("  unless ", exception))
    for urgent in node.urgent:
        add(urgent, f"  urgent for {_names(urgent.purposes)}: {urgent.role.text} answers within "
                    f"{in_words(urgent.within)}")  # fmt: skip
    for must in node.musts:
        add(must, f"  must {_must(must)}")
    for must in node.on_refusal:
        add(must, f"  on refusal must {_must(must)}")
    if node.onward:
        add(node.onward, f"  {_onward(node.onward)}")
    for breach in node.breaches:
        source = f" {_cites(breach.citation)}" if breach.citation else ""
        add(
            breach,
            f"  breach may be pursued by {breach.by.text} against {breach.against.text}{source}",
        )
    if node.because:
        add(None, *_because(node.because))
    if node.adopters_may_change:
        add(None, "  adopters may change")
    return blocks


def _invariant(node: tree.Invariant) -> list[Block]:
    keyword = "always" if node.always else "never"
    blocks: list[Block] = [(node.span, [f'{keyword} {node.name.text} "{node.title}"'])]
    if node.in_force:
        blocks.append((node.in_force.span, [f"  {_in_force(node.in_force)}"]))
    if node.outcome is not None:
        each = ", for every recipient" if node.per_recipient else ""
        scope = f"{_names(node.acts)} of {_names(node.data)}{each}"
        blocks.append((node.acts[0].span, [f"  {node.outcome.value} {scope}"]))
    if node.condition is not None:
        blocks.append((node.condition.span, _laid_out("  if ", node.condition)))
    blocks += [(branch.span, _branch("  unless ", branch)) for branch in node.exceptions]
    return blocks


def _effect(node: tree.Rule) -> str:
    assert node.effect is not None
    each = ", for every recipient" if node.per_recipient else ""
    head = f"  {node.effect.value} {_names(node.acts)} of {_names(node.data)}{each}"
    if node.effect is tree.Effect.LIMIT:
        return f"{head}{',' if each else ''} to"
    if node.refer_to is not None:
        within = f" within {in_words(node.refer_within)}" if node.refer_within else ""
        return f"{head}{',' if each else ''} to {node.refer_to.text}{within}"
    return head


def _branch(prefix: str, branch: tree.Branch) -> list[str]:
    lines = _laid_out(f"{prefix}{branch.label.text}: ", branch.condition)
    if branch.citation is not None:
        lines.append(f"{' ' * (len(prefix) - len(prefix.lstrip()) + 2)}{_cites(branch.citation)}")
    return lines


def _must(must: tree.Must) -> str:
    text = must.duty.text
    if must.before:
        text += f" before {_names(must.before)}"
    if must.within:
        text += f" within {in_words(must.within)}"
    if must.of:
        text += f" of {must.of.text}"
    if must.every:
        text += f" every {in_words(must.every)}"
    if must.by_date:
        text += f" by {must.by_date}"
    return text + (f" by {must.by.text}" if must.by else "")


def _onward(onward: tree.Onward) -> str:
    text = f"onward to {onward.to}"
    if onward.purposes:
        text += f", for {_names(onward.purposes)}"
    return text + (f", until {in_words(onward.until)} after release" if onward.until else "")


def _because(text: str) -> list[str]:
    pieces = textwrap.wrap(text, WIDTH - 12, break_long_words=False, break_on_hyphens=False)
    return [f'  because "{pieces[0]}"', *(f'    "{piece}"' for piece in pieces[1:])]


def _parameter(node: tree.Parameter) -> list[Block]:
    blocks: list[Block] = [(node.span, [f"parameter {node.name.text} is {value_text(node.value)}"])]
    if node.direction:
        blocks.append((None, [f"  agencies may {node.direction.value}"]))
    if node.citation:
        blocks.append((node.citation.span, [f"  {_cites(node.citation)}"]))
    if node.in_force:
        blocks.append((node.in_force.span, [f"  {_in_force(node.in_force)}"]))
    return blocks


def _example(node: tree.Example) -> list[Block]:
    blocks: list[Block] = [(node.span, [f'example "{node.title}"'])]
    if node.like is not None:
        blocks.append((node.like.span, [f"  like {node.like.text}"]))
    blocks += _asked(node)
    if node.outcome is not None:
        by = f" by {_names(node.by)}" if node.by else ""
        reason = f' "{node.reason}"' if node.reason else ""
        blocks.append((None, [f"  expect {node.outcome.value}{by}{reason}"]))
    if node.touched:
        blocks.append((node.touched[0].span, [f"  touched by {_names(node.touched)}"]))
    if node.untouched:
        blocks.append((node.untouched[0].span, [f"  untouched by {_names(node.untouched)}"]))
    return blocks


def _asked(node: tree.Example | tree.NamedRequest) -> Iterator[Block]:
    """The day and the facts of a request."""
    if node.on is not None:
        yield node.on.span, [f"  on {value_text(node.on)}"]
    if node.givens:
        texts = [_given(given) for given in node.givens]
        yield node.givens[0].span, _wrapped("  given ", texts, 4)


def _given(given: tree.Given) -> str:
    agency = f" of agency:{given.agency.key}" if given.agency else ""
    value = given.value
    if isinstance(value, tree.Mark):
        text = value.value
    elif isinstance(value, tree.ValueSet):
        text = _braces(value.items)
    elif isinstance(value, tree.InstrumentSet):
        papers = [_instrument(paper) for paper in value.items]
        if len(papers) == 1 and papers[0] == value.items[0].kind.text:
            papers[0] += ", verified"  # a bare word in braces would be a set of words
        text = "{" + "; ".join(papers) + "}"
    else:
        text = value_text(value)
    proof = "" if given.proof is tree.Proof.PROVEN else f" {given.proof.value}"
    return f"{given.subject.text}{agency} is {text}{proof}"


def _instrument(paper: tree.Instrument) -> str:
    text = paper.kind.text
    if paper.issuer:
        text += f" from agency:{paper.issuer.key}"
    if paper.issued_to:
        text += f" to agency:{paper.issued_to.key}"
    words = {
        True: ("probable cause", "covers request"),
        False: ("no probable cause", "not covering request"),
    }
    if paper.probable_cause is not None:
        text += f", {words[paper.probable_cause][0]}"
    if paper.covers is not None:
        text += f", {words[paper.covers][1]}"
    if paper.expires is not None:
        text += f", expires {paper.expires}"
    return text + ("" if paper.verified else ", unverified")
