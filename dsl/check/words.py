"""Vocabularies: every word once, every parent known, no circle, nothing redefined from below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note, listed, suggestion
from ..kinds import DATA, Kind, Kinds
from ..lexicon import Level, Matcher, Phrase, fold_phrase
from ..model import Duty, Fact, LawReading, Lexicon, Role, Vocabulary
from ..source import Span
from .faults import Faults

Declaration = (
    tree.KindDeclaration
    | tree.ActDeclaration
    | tree.DataDeclaration
    | tree.SovereignDeclaration
    | tree.RoleDeclaration
    | tree.DutyDeclaration
    | tree.FactDeclaration
    | tree.ReadingDeclaration
    | tree.LexiconDeclaration
)
BUILT_IN_TYPES = frozenset(
    [
        "yes/no",
        "count",
        "duration",
        "time",
        "date",
        "text",
        "agency",
        "sovereign",
        "user",
        "role",
        "duty",
        "instrument",
        "claim",
    ]
)


@dataclass(slots=True)
class Section:
    """A vocabulary's head and the declarations under it."""

    head: tree.Vocabulary
    declarations: list[Declaration] = field(default_factory=list[Declaration])


def check_vocabularies(sections: Iterable[Section], faults: Faults) -> dict[str, Vocabulary]:
    """The vocabularies by edition (``"ct 1"``), parents before children."""
    unique = _unique(sections, faults)
    done, waiting = _made(unique, faults, _Words.check)
    _report_unready(waiting, unique, faults)
    return done


def known_vocabularies(sections: Iterable[Section]) -> dict[str, Vocabulary]:
    """The same vocabularies, if nothing was wrong with them when they were checked."""
    unique = {edition_text(section.head.edition): section for section in sections}
    done, _ = _made(unique, Faults(), _Words.declared)
    return done


def _made(
    sections: Mapping[str, Section], faults: Faults, make: Callable[[_Words], Vocabulary]
) -> tuple[dict[str, Vocabulary], dict[str, Section]]:
    """The vocabularies that can be made, and the sections that are left over."""
    done: dict[str, Vocabulary] = {}
    waiting = dict(sorted(sections.items()))
    while ready := [name for name, section in waiting.items() if _parent_ready(section, done)]:
        for name in ready:
            section = waiting.pop(name)
            extends = section.head.extends
            parent = done[edition_text(extends)] if extends else None
            done[name] = make(_Words(section, parent, faults))
    return done, waiting


def edition_text(edition: tree.Edition) -> str:
    """``name number``."""
    return f"{edition.name} {edition.number}"


def _unique(sections: Iterable[Section], faults: Faults) -> dict[str, Section]:
    """The sections by edition: nobody may add to another file's vocabulary."""
    unique: dict[str, Section] = {}
    for section in sections:
        edition = section.head.edition
        first = unique.setdefault(edition_text(edition), section)
        if first is not section:
            faults.add(
                Code.DECLARED_TWICE,
                edition.span,
                f"vocabulary `{edition_text(edition)}` is given twice",
                "put its words under one head, or write a vocabulary that extends it",
                Note(first.head.edition.span, "first given here"),
            )
    return unique


def _parent_ready(section: Section, done: Mapping[str, Vocabulary]) -> bool:
    extends = section.head.extends
    return extends is None or edition_text(extends) in done


def _report_unready(
    waiting: Mapping[str, Section], known: Mapping[str, Section], faults: Faults
) -> None:
    for section in waiting.values():
        extends = section.head.extends
        assert extends is not None
        wanted = edition_text(extends)
        if wanted in known:
            faults.add(
                Code.CYCLE,
                extends.span,
                f"vocabulary `{wanted}` cannot be built before this one, nor this before it",
                "a vocabulary extends one that does not extend it",
            )
        else:
            faults.add(
                Code.UNKNOWN_EDITION,
                extends.span,
                f"no vocabulary `{wanted}` is loaded",
                suggestion(wanted, known) or "load the file that declares it",
            )


class _Words:
    """One vocabulary being checked against its parent."""

    def __init__(self, section: Section, parent: Vocabulary | None, faults: Faults) -> None:
        self.section = section
        self.parent = parent
        self.faults = faults
        self.origin = edition_text(section.head.edition)
        self.seen: dict[str, Span] = {}
        self.kinds: dict[str, Kind] = (
            dict(parent.kinds.by_name) if parent else {DATA: Kind(DATA, ())}
        )
        self.acts: set[str] = set(parent.acts) if parent else set()
        self.sovereigns: set[str] = set(parent.sovereigns) if parent else set()
        self.roles: dict[str, Role] = dict(parent.roles) if parent else {}
        self.duties: dict[str, Duty] = dict(parent.duties) if parent else {}
        self.facts: dict[str, Fact] = dict(parent.facts) if parent else {}
        self.readings: dict[str, LawReading] = dict(parent.readings) if parent else {}
        self.lexicons: list[Lexicon] = list(parent.lexicons) if parent else []

    def check(self) -> Vocabulary:
        """The vocabulary, faults noted."""
        for declaration in self.section.declarations:
            self._declare(declaration)
        self._break_cycles()
        for declaration in self.section.declarations:
            self._look_up(declaration)
        self._check_synonyms()
        vocabulary = self._vocabulary()
        self._check_never()
        self._check_joins(vocabulary.kinds)
        return vocabulary

    def declared(self) -> Vocabulary:
        """The vocabulary, nothing checked."""
        for declaration in self.section.declarations:
            self._declare(declaration)
        return self._vocabulary()

    def _vocabulary(self) -> Vocabulary:
        edition = self.section.head.edition
        return Vocabulary(
            edition.name,
            edition.number,
            self.parent,
            Kinds(self.kinds),
            frozenset(self.acts),
            frozenset(self.sovereigns),
            self.roles,
            self.duties,
            self.facts,
            self.readings,
            tuple(self.lexicons),
        )

    # First pass: every word once -------------------------------------------------------------

    def _new(self, name: str, span: Span) -> bool:
        """Whether a word is new; one that is not is a fault."""
        if name in self.seen:
            self.faults.add(
                Code.DECLARED_TWICE,
                span,
                f"`{name}` is declared twice",
                "keep one of the two",
                Note(self.seen[name], "first declared here"),
            )
            return False
        self.seen[name] = span
        if self.parent is not None and (name in self.parent.words() or name in self.parent.facts):
            self.faults.add(
                Code.REDEFINED,
                span,
                f"`{name}` belongs to vocabulary `{self._owner_of(name)}` and cannot be redefined",
                "choose another word; put it under the higher one if it is narrower",
            )
            return False
        return True

    def _owner_of(self, name: str) -> str:
        assert self.parent is not None
        owners = [
            vocabulary.edition
            for vocabulary in self.parent.lineage()
            if name in vocabulary.words() or name in vocabulary.facts
        ]
        return owners[-1]

    def _declare(self, node: Declaration) -> None:
        match node:
            case tree.KindDeclaration():
                if self._new(node.name.text, node.name.span):
                    self._add_kind(node.name.text, node.under, node)
            case tree.DataDeclaration():
                for name, under in node.items:
                    if self._new(name.text, name.span):
                        self._add_kind(name.text, (under,) if under else (), node)
            case tree.ActDeclaration():
                self.acts |= {n.text for n in node.names if self._new(n.text, n.span)}
            case tree.SovereignDeclaration():
                self.sovereigns |= {name.key for name in node.names}
            case tree.RoleDeclaration():
                if self._new(node.name.text, node.name.span):
                    self.roles[node.name.text] = Role(node.name.text, node.holder.text)
            case tree.DutyDeclaration():
                if self._new(node.name.text, node.name.span):
                    attested = node.attested_by.text if node.attested_by else None
                    self.duties[node.name.text] = Duty(node.name.text, node.done_by, attested)
            case tree.FactDeclaration():
                if self._new(node.name.text, node.name.span):
                    self.facts[node.name.text] = self._fact(node)
            case tree.ReadingDeclaration():
                if self._new(node.name.text, node.name.span):
                    self.readings[node.name.text] = LawReading(
                        node.name.text,
                        node.of.text,
                        node.stance,
                        node.answer,
                        node.office,
                        node.day,
                    )
            case tree.LexiconDeclaration():
                if self._new(f"lexicon {node.name.text}", node.name.span):
                    self.lexicons.append(self._lexicon(node))

    def _add_kind(
        self,
        name: str,
        under: tuple[tree.Name, ...],
        node: tree.KindDeclaration | tree.DataDeclaration,
    ) -> None:
        written: tuple[str, ...] = ()
        root: tuple[str, ...] = (DATA,)
        if isinstance(node, tree.KindDeclaration):
            written, root = tuple(text.text for text in node.written), ()
        parents = tuple(parent.text for parent in under) or root
        cited = node.citation
        self.kinds[name] = Kind(
            name,
            parents,
            written,
            node.final,
            cited.text if cited else "",
            cited.status.value if cited else "",
            self.origin,
        )

    def _fact(self, node: tree.FactDeclaration) -> Fact:
        return Fact(
            node.name.text,
            node.type,
            node.level,
            node.complete,
            node.claimed,
            node.per_recipient,
            tuple(name.text for name in node.vouchers),
            frozenset(name.text for name in node.acts),
            node.fresh_for,
            self.origin,
        )

    def _lexicon(self, node: tree.LexiconDeclaration) -> Lexicon:
        phrases = tuple(
            Phrase(text.text, level, node.indicates.text)
            for level, texts in _levels(node)
            for text in texts
        )
        return Lexicon(node.name.text, phrases, node.in_force, self.origin)

    # Second pass: everything named exists ----------------------------------------------------

    def _look_up(self, node: Declaration) -> None:
        match node:
            case tree.KindDeclaration():
                for parent in node.under:
                    self._known_kind(parent)
            case tree.DataDeclaration():
                for _, under in node.items:
                    if under is not None:
                        self._known_kind(under)
            case tree.RoleDeclaration():
                holder = node.holder
                if holder.text not in ("requester", "owner", "anyone"):
                    self._known_kind(holder, "kind, nor `requester`, `owner` or `anyone`,")
            case tree.DutyDeclaration():
                if node.attested_by is not None:
                    self._known_role(node.attested_by)
            case tree.FactDeclaration():
                self._look_up_fact(node)
            case tree.LexiconDeclaration():
                self._known_kind(node.indicates)
            case _:
                pass

    def _look_up_fact(self, node: tree.FactDeclaration) -> None:
        word = node.type.word
        if word != "one of" and word not in BUILT_IN_TYPES and word not in self.kinds:
            self.faults.unknown(node.type.span, "type", word, BUILT_IN_TYPES | self.kinds.keys())
        for role in node.vouchers:
            self._known_role(role)
        for act in node.acts:
            if act.text not in self.acts:
                self.faults.unknown(act.span, "act", act.text, self.acts)
        if node.claimed and word != "yes/no":
            self.faults.add(
                Code.WRONG_TYPE,
                node.type.span,
                f"a claimed fact is a yes/no; `{node.name.text}` is a {word}",
                "write `: yes/no claimed`",
            )
        sent = node.level not in (tree.Level.REGISTRY, tree.Level.SYSTEM)
        if node.vouchers and (not sent or node.level is tree.Level.ASSERTION):
            self.faults.add(
                Code.WRONG_TYPE,
                node.vouchers[0].span,
                f"nobody vouches for a fact proven by {node.level.value}",
                "leave out `from`, or ask for attestation or verification",
            )

    def _known_kind(self, name: tree.Name, what: str = "kind") -> None:
        if name.text not in self.kinds:
            self.faults.unknown(name.span, what, name.text, self.kinds)

    def _known_role(self, name: tree.Name) -> None:
        if name.text not in self.roles:
            self.faults.unknown(name.span, "role", name.text, self.roles)

    def _break_cycles(self) -> None:
        """Report each circle once, and cut it, so that the rest can be checked."""
        for name in sorted(self.kinds):
            path = self._circle(name)
            if path:
                kind = self.kinds[name]
                span = self.seen.get(name, self.section.head.span)
                self.faults.add(
                    Code.CYCLE,
                    span,
                    f"`{name}` lies under itself: {' under '.join(path)}",
                    "remove one `under`",
                )
                self.kinds[name] = Kind(name, (), kind.written, kind.final, origin=self.origin)

    def _circle(self, start: str) -> list[str]:
        """The way from a kind back to itself, or nothing."""
        waiting: list[list[str]] = [[start]]
        visited: set[str] = set()
        while waiting:
            path = waiting.pop()
            kind = self.kinds.get(path[-1])
            for parent in kind.parents if kind else ():
                if parent == start:
                    return [*path, start]
                if parent not in visited:
                    visited.add(parent)
                    waiting.append([*path, parent])
        return []

    def _check_joins(self, kinds: Kinds) -> None:
        """No word lies under two higher words of which the layer above says nothing is both.

        A higher rule takes it as false that the one is the other; more evidence must not turn that.
        """
        for name, span in self.seen.items() if self.parent is not None else ():
            for above in self.parent.lineage() if self.parent is not None and name in kinds else ():
                nearest = sorted(kinds.nearest(name, above.kinds))
                apart = [
                    pair for pair in combinations(nearest, 2) if not above.kinds.related(*pair)
                ]
                if apart:
                    self.faults.add(
                        Code.JOINED_KINDS,
                        span,
                        f"`{name}` lies under {listed(apart[0])}, and in `{above.edition}` nothing "
                        "is both",
                        "put it under one of them, or declare a word for both in "
                        f"`{above.edition}`",
                    )
                    break

    # Laundering through words ---------------------------------------------------------------

    def _check_synonyms(self) -> None:
        """A synonym may not take over a word, a synonym or a phrase of the layers above."""
        above = _written_index(self.parent)
        own: dict[tuple[str, ...], tuple[str, Span]] = {}
        matcher = Matcher(_phrases(self.parent)) if self.parent else None
        for node in self.section.declarations:
            if not isinstance(node, tree.KindDeclaration) or node.name.text not in self.kinds:
                continue
            for text in node.written:
                folded = fold_phrase(text.text)
                if folded in above:
                    self._laundered(
                        text, node.name.text, f"it already stands for `{above[folded]}`"
                    )
                elif folded in own and own[folded][0] != node.name.text:
                    self.faults.add(
                        Code.DECLARED_TWICE,
                        text.span,
                        f'"{text.text}" is written for two kinds',
                        "keep one",
                        Note(own[folded][1], f"here for `{own[folded][0]}`"),
                    )
                elif matcher is not None:
                    self._check_seen(text, node, matcher)
                own.setdefault(folded, (node.name.text, text.span))

    def _check_seen(self, text: tree.Text, node: tree.KindDeclaration, matcher: Matcher) -> None:
        reading = matcher.read(text.text)
        for kind in sorted(reading.plainly | reading.possibly):
            above = _closure(self.kinds, node.name.text)
            if kind not in above:
                self._laundered(text, node.name.text, f"a higher lexicon reads `{kind}` in it")

    def _laundered(self, text: tree.Text, kind: str, why: str) -> None:
        self.faults.add(
            Code.LAUNDERED_SYNONYM,
            text.span,
            f'"{text.text}" cannot be written for `{kind}`: {why}',
            "a lower layer's synonyms never change what a higher rule means; remove it",
        )

    def _check_never(self) -> None:
        """A ``never`` phrase may not hide what a higher lexicon sees."""
        if self.parent is None:
            return
        matcher = Matcher(_phrases(self.parent))
        for node in self.section.declarations:
            for text in node.never if isinstance(node, tree.LexiconDeclaration) else ():
                reading = matcher.read(text.text)
                if reading.plainly or reading.possibly:
                    self.faults.add(
                        Code.LAUNDERED_NEVER,
                        text.span,
                        f'"{text.text}" holds a phrase of a higher lexicon and cannot be `never`',
                        "only the layer that wrote the phrase may except it",
                    )


def _levels(node: tree.LexiconDeclaration) -> tuple[tuple[Level, tuple[tree.Text, ...]], ...]:
    return (
        (Level.PLAINLY, node.plainly),
        (Level.POSSIBLY, node.possibly),
        (Level.NEVER, node.never),
    )


def _phrases(vocabulary: Vocabulary | None) -> list[Phrase]:
    return [
        phrase
        for lexicon in (vocabulary.lexicons if vocabulary else ())
        for phrase in lexicon.phrases
    ]


def _written_index(vocabulary: Vocabulary | None) -> dict[tuple[str, ...], str]:
    """Every folded synonym and name of a vocabulary, and the kind it stands for."""
    index: dict[tuple[str, ...], str] = {}
    for kind in vocabulary.kinds.by_name.values() if vocabulary else ():
        for text in (kind.name, *kind.written):
            index[fold_phrase(text)] = kind.name
    return index


def _closure(kinds: Mapping[str, Any], name: str) -> frozenset[str]:
    return Kinds(kinds).above(name)
