"""A request as JSON has it, written as an ``example`` of the policy language."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard, cast

from ...dsl import syntax as tree
from ...dsl.model import Fact, Vocabulary
from ...dsl.source import Source, Span
from .. import names

NOWHERE = Span(Source("", ""), 0, 0)
_UNITS = {unit.value: unit for unit in tree.Unit}


class NotWritableError(Exception):
    """A request that no example can describe; the message says why."""


def example_of(asked: Mapping[str, Any], words: Vocabulary, title: str) -> tree.Example:
    """The example of a request, without what it expects.

    Raises:
        NotWritableError: No example can say this.
    """
    givens = tuple(_givens(asked, words))
    return tree.Example(NOWHERE, title, on=_when(asked["at"]), givens=givens)


def _when(text: str) -> tree.Date | tree.Moment:
    if "T" in text:
        return tree.Moment(NOWHERE, datetime.datetime.fromisoformat(text))
    return tree.Date(NOWHERE, datetime.date.fromisoformat(text))


def _givens(asked: Mapping[str, Any], words: Vocabulary) -> Iterator[tree.Given]:
    yield _given("requester", tree.Agency(NOWHERE, asked["requester"]))
    yield _given("owner", tree.Agency(NOWHERE, asked["owner"]))
    yield _given("act", tree.Name(NOWHERE, asked["act"]))
    yield _given("data", tree.Name(NOWHERE, asked["data"]))
    yield _given(names.REASON, _text(asked["reason"]))
    for name, said in asked["facts"].items():
        if name not in words.facts:
            raise NotWritableError(f"`{name}` is no word of `{words.edition}`")
        for item in said if _is_several(said) else [said]:
            yield from _stated(words.facts[name], item)
    if names.INSTRUMENTS in words.facts:
        yield _given(names.INSTRUMENTS, _papers(asked["instruments"]))
    for supposed in asked["simulate"].values():
        for name, raw in supposed.items():
            if name not in words.facts:
                raise NotWritableError(f"`{name}` is no word of `{words.edition}`")
            yield _given(name, _value(words.facts[name], raw))
    reviews = {(r["rule"].rpartition("/")[2], r["decision"]) for r in asked.get("reviews", ())}
    if len({name for name, _ in reviews}) < len(reviews):
        raise NotWritableError("two rules of one name are reviewed otherwise")
    for name, decision in sorted(reviews):
        cleared = decision == "cleared"
        yield _given(name, tree.Mark.CLEARED if cleared else tree.Mark.REFUSED)
    for duty in asked.get("duties", ()):
        yield _given(duty["duty"], tree.Mark.DONE)


def _is_several(said: object) -> bool:
    return isinstance(said, list) and _is_table(next(iter(_several(said)), None))


def _given(
    name: str, value: tree.Value | tree.ValueSet | tree.InstrumentSet | tree.Mark, about: str = ""
) -> tree.Given:
    agency = tree.Agency(NOWHERE, about) if about else None
    return tree.Given(NOWHERE, _reference(name), value, agency)


def _reference(name: str) -> tree.Reference:
    head, _, tail = name.partition(".")
    return tree.Reference(NOWHERE, head, tail)


def _stated(fact: Fact, raw: Any) -> Iterator[tree.Given]:
    said, about = raw, ""
    if _is_table(said) and "value" in said:
        about, said = str(said.get("about", "")), said["value"]
    if _is_table(said):
        if said["members"]:
            raise NotWritableError(f"`{fact.name}` has members and perhaps others")
        return  # what nobody says is open
    yield _given(fact.name, _value(fact, said), about)


def _value(fact: Fact, raw: Any) -> tree.Value | tree.ValueSet | tree.Mark:
    if fact.type.is_set:
        members = _several(raw)
        return tree.ValueSet(NOWHERE, tuple(_word(fact, member) for member in members))
    match fact.type.word:
        case "yes/no":
            return tree.YesNo(NOWHERE, bool(raw))
        case "text":
            return _text(raw)
        case "count":
            return tree.Count(NOWHERE, int(raw))
        case "duration":
            number, _, unit = str(raw).partition(" ")
            return tree.Duration(NOWHERE, int(number), _UNITS[unit.removesuffix("s")])
        case "date":
            return tree.Date(NOWHERE, datetime.date.fromisoformat(str(raw)[:10]))
        case "time":
            return tree.Moment(NOWHERE, datetime.datetime.fromisoformat(str(raw)))
        case _:
            return _word(fact, raw)


def _is_table(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _several(raw: Any) -> list[Any]:
    return cast("list[Any]", raw) if isinstance(raw, list) else [raw]  # type: ignore[redundant-cast]  # pyright asks for it


def _text(raw: str) -> tree.Text | tree.Mark:
    return tree.Text(NOWHERE, raw) if raw else tree.Mark.BLANK


def _word(fact: Fact, raw: Any) -> tree.Value:
    match fact.type.word:
        case "agency":
            return tree.Agency(NOWHERE, str(raw))
        case "sovereign":
            return tree.Sovereign(NOWHERE, str(raw))
        case "claim":
            return _reference(str(raw))
        case _:
            return tree.Name(NOWHERE, str(raw))


def _papers(papers: Sequence[Mapping[str, Any]]) -> tree.ValueSet | tree.InstrumentSet:
    if not papers:
        return tree.ValueSet(NOWHERE, ())
    return tree.InstrumentSet(NOWHERE, tuple(_paper(paper) for paper in papers))


def _paper(paper: Mapping[str, Any]) -> tree.Instrument:
    def agency(name: str) -> tree.Agency | None:
        return tree.Agency(NOWHERE, paper[name]) if name in paper else None

    expires = paper.get("expires")
    return tree.Instrument(
        NOWHERE,
        tree.Name(NOWHERE, paper["kind"]),
        agency("from"),
        agency("issued_to"),
        paper.get("probable_cause"),
        paper.get("covers"),
        datetime.date.fromisoformat(expires) if expires else None,
        verified=paper.get("level") == "verification",
    )
