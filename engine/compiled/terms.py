"""Boolean expressions of generated Python, kept small while they are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ...dsl.truth import Truth


@dataclass(frozen=True, slots=True)
class Bits:
    """True if any of some bits of a word is set; with ``unset`` if none is."""

    word: str
    mask: int
    unset: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """An expression; ``compound`` if it needs brackets inside a larger one."""

    text: str
    compound: bool = False


Term: TypeAlias = bool | Bits | Code


@dataclass(frozen=True, slots=True)
class Pair:
    """A condition as two expressions: whether it is certain, whether it is possible."""

    certain: Term
    possible: Term

    def __invert__(self) -> Pair:
        """The contrary: what is not possible is certainly not so."""
        return Pair(negated(self.possible), negated(self.certain))


TRUE, FALSE, UNPROVEN = Pair(True, True), Pair(False, False), Pair(False, True)


def constant(truth: Truth) -> Pair:
    """A condition whose value is known."""
    return (FALSE, UNPROVEN, TRUE)[truth]


def all_pairs(pairs: Iterable[Pair]) -> Pair:
    """``and``: certain if each is certain, possible if each is possible."""
    pairs = tuple(pairs)
    return Pair(both(p.certain for p in pairs), both(p.possible for p in pairs))


def any_pairs(pairs: Iterable[Pair]) -> Pair:
    """``or``: certain if one is certain, possible if one is possible."""
    pairs = tuple(pairs)
    return Pair(either(p.certain for p in pairs), either(p.possible for p in pairs))


def negated(term: Term) -> Term:
    """The contrary of a term."""
    match term:
        case bool():
            return not term
        case Bits():
            return Bits(term.word, term.mask, not term.unset)
        case Code():
            return Code(f"not {_bracketed(term)}")


def both(terms: Iterable[Term]) -> Term:
    """All of some terms; tests that no bit is set are asked of one word at once."""
    return _joined(terms, "and", ends=False, merged=True)


def either(terms: Iterable[Term]) -> Term:
    """Any of some terms; tests that a bit is set are asked of one word at once."""
    return _joined(terms, "or", ends=True, merged=False)


def _joined(terms: Iterable[Term], word: str, *, ends: bool, merged: bool) -> Term:
    """Terms joined; ``ends`` is the value that decides, ``merged`` which tests of bits merge."""
    found: dict[object, Term] = {}
    for term in terms:
        if term is ends:
            return ends
        if term is (not ends):
            continue
        key: object = term
        if isinstance(term, Bits) and term.unset is merged:
            key = term.word
            before = found.get(key)
            if isinstance(before, Bits):
                term = Bits(term.word, before.mask | term.mask, merged)
        found[key] = term
    parts = list(found.values())
    if not parts:
        return not ends
    if len(parts) == 1:
        return parts[0]
    return Code(f" {word} ".join(map(_bracketed, parts)), compound=True)


def written(term: Term) -> str:
    """A term as Python text."""
    match term:
        case bool():
            return "1" if term else "0"
        case Bits():
            return f"{'not ' if term.unset else ''}{term.word} & {term.mask}"
        case Code():
            return term.text


def _bracketed(term: Term) -> str:
    text = written(term)
    return f"({text})" if isinstance(term, Code) and term.compound else text
