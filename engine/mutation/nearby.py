"""Requests near an example: one thing of it said otherwise, or not said.

What formulas do not see, such as how a fact must be proven, is looked for here; and so is a
request of which the solver knows that there is one and none could be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...dsl import syntax as tree
from ...dsl.model import Vocabulary
from .altered import with_item, without

_HEADS = ("requester", "owner", "act", "data")


def near(
    node: tree.Example, words: Vocabulary, acts: Iterable[str], phrase: str = ""
) -> Iterator[tree.Example]:
    """The requests near that of an example.

    Args:
        node: The example.
        words: The words that it speaks.
        acts: The acts that the change is about.
        phrase: A text that the reason may be, where the change is about one.
    """
    bare = replace(node, outcome=None, by=(), reason="", touched=(), untouched=())
    for at, given in enumerate(bare.givens):
        for other in _others(given, words, acts, phrase):
            yield replace(bare, givens=with_item(bare.givens, at, other))
    for at, given in enumerate(bare.givens):
        if given.subject.text not in _HEADS:
            yield replace(bare, givens=without(bare.givens, at))


def _others(
    given: tree.Given, words: Vocabulary, acts: Iterable[str], phrase: str
) -> Iterator[tree.Given]:
    name = given.subject.text
    if name == "act":
        assert isinstance(given.value, tree.Name)
        yield from (replace(given, value=replace(given.value, text=act)) for act in sorted(acts))
    elif name == "request.reason" and phrase:
        yield replace(given, value=tree.Text(given.span, phrase))
    elif name == "data" and isinstance(given.value, tree.Name):
        yield from _kinds(given, given.value, words)
    elif name not in _HEADS:
        yield from _said_otherwise(given, words)


def _said_otherwise(given: tree.Given, words: Vocabulary) -> Iterator[tree.Given]:
    if given.proof is tree.Proof.PROVEN:
        yield replace(given, proof=tree.Proof.ASSERTED)
    match given.value:
        case tree.YesNo() as value:
            yield replace(given, value=replace(value, value=not value.value))
        case tree.Name() as value:
            yield from _kinds(given, value, words)
        case tree.InstrumentSet() as papers:
            for at, paper in enumerate(papers.items):
                for other in _papers(paper, words):
                    items = with_item(papers.items, at, other)
                    yield replace(given, value=replace(papers, items=items))
        case _:
            return


def _kinds(given: tree.Given, value: tree.Name, words: Vocabulary) -> Iterator[tree.Given]:
    """A kind above or below."""
    yield from (replace(given, value=kind) for kind in _near_kinds(value, words))


def _near_kinds(value: tree.Name, words: Vocabulary) -> Iterator[tree.Name]:
    if value.text in words.kinds:
        above = words.kinds.by_name[value.text].parents
        beside = (
            k.name for k in words.kinds.by_name.values() if {value.text, *above} & {*k.parents}
        )
        for name in dict.fromkeys((*above, *beside)):
            if name in words.kinds:
                yield replace(value, text=name)


def _papers(paper: tree.Instrument, words: Vocabulary) -> Iterator[tree.Instrument]:
    yield replace(paper, verified=not paper.verified)
    for cause in (True, False, None):
        yield replace(paper, probable_cause=cause)
    for covers in (True, False, None):
        yield replace(paper, covers=covers)
    yield replace(paper, expires=None)
    yield replace(paper, issuer=None)
    for kind in _near_kinds(paper.kind, words):
        yield replace(paper, kind=kind)
