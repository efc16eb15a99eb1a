"""A request file as a question on the wire (``platelaw schema request``).

A question holds what the requester says himself. What only a simulation believes (levels of proof,
reviews, supposed facts) and the moment cannot be sent, and is refused here rather than left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from google.protobuf.message import DecodeError

from ...engine.json_text import Json, below
from ..messages import check_limits
from ..refusal import RefusedCallError
from ..v1 import answer_pb2
from ..v1 import question_pb2 as pb
from .errors import QuestionError

RequestFile: TypeAlias = Mapping[str, Any]
Asked: TypeAlias = pb.Question | RequestFile

_TEXTS = ("requester", "owner", "act", "user", "subject")
_KEYS = (*_TEXTS, "version", "data", "reason", "period", "facts", "instruments")
_PAPER_TEXTS = {
    "id": "id",
    "kind": "kind",
    "from": "signed_by",
    "issued_to": "issued_to",
    "expires": "expires",
}
_PAPER_FLAGS = ("probable_cause", "covers")
_ELSEWHERE = {
    "at": "the service judges by its own clock; ask `what_if` for another day",
    "reviews": "a reviewer sends it by `review`; to try one, ask `what_if`",
    "duties": "whoever did it sends it by `discharge`; to try one, ask `what_if`",
    "simulate": "ask `what_if`",
    "level": "proof comes as a signed statement, by `submit`",
    "by": "proof comes as a signed statement, by `submit`",
}


def question_of(asked: Asked, *, needs_owner: bool = True) -> pb.Question:
    """The question to be sent, a copy of its own.

    Args:
        asked: A question, or a request file.
        needs_owner: Whether the owner stands in the question; in a search over many it must not.

    Raises:
        QuestionError: It cannot be sent.
    """
    question = pb.Question()
    if isinstance(asked, pb.Question):
        question.CopyFrom(asked)
    else:
        given: Any = asked  # whatever a caller took for a request file
        _read(_object(given, "/"), question)
    if needs_owner != bool(question.owner):
        raise QuestionError(
            "/owner: `owner` is missing; name whose data it is"
            if needs_owner
            else "/owner: a search names its owners in a list; leave `owner` out of the question"
        )
    _check(question)
    return question


def with_provenance(question: pb.Question, answers: Iterable[bytes]) -> pb.Question:
    """The question with the answers by which the copy came that it is about.

    Args:
        question: The question; it is changed.
        answers: The answers as messages (``Answer.message``), the oldest first.

    Raises:
        QuestionError: They cannot be sent.
    """
    for number, message in enumerate(answers, 1):
        answer = _kept(message, f"answer {number} of the provenance")
        question.provenance.links.append(answer.recorded)
        question.provenance.release_id = answer.release_id
    if question.HasField("provenance"):
        _check(question)
    return question


def _kept(message: bytes, name: str) -> answer_pb2.Answer:
    """An answer that was kept to be shown."""
    answer = answer_pb2.Answer()
    try:
        answer.ParseFromString(message)
    except DecodeError:
        raise QuestionError(f"{name}: is no answer; keep `answer.message` as it is") from None
    if not answer.release_id:
        raise QuestionError(f"{name}: is no PERMIT, so no copy came by it")
    if not answer.recorded.circumstances:
        raise QuestionError(
            f"{name}: comes without its circumstances, so it shows nothing; ask with `keeps_copy` "
            "where a copy is kept"
        )
    return answer


def _check(question: pb.Question) -> None:
    try:
        check_limits(question)
    except RefusedCallError as fault:
        raise QuestionError(fault.message) from None


def digest_of(question: pb.Question) -> bytes:
    """SHA-256 of a question, over its deterministic serialization, without its provenance."""
    alone = pb.Question()
    alone.CopyFrom(question)
    alone.ClearField("provenance")
    return hashlib.sha256(alone.SerializeToString(deterministic=True)).digest()


def _read(raw: Mapping[str, Json], question: pb.Question) -> None:
    _only(raw, _KEYS, "")
    version = raw.get("version", 1)
    if isinstance(version, bool) or version != 1:
        raise QuestionError("/version: not known; write 1")
    for name in _TEXTS:
        if raw.get(name) is not None:
            setattr(question, name, _text(raw[name], f"/{name}"))
    data = raw.get("data")
    kinds = data if isinstance(data, list) else [data] if data is not None else []
    question.data.extend(_texts(kinds, "/data"))
    if raw.get("reason") is not None:
        question.reason = _reason(raw["reason"])
    if raw.get("period") is not None:
        _read_period(_object(raw["period"], "/period"), question.period)
    for name, value in _object(raw.get("facts", {}), "/facts").items():
        _read_fact(name, value, question.facts.add())
    papers = raw.get("instruments")
    if papers is not None:
        question.instruments.SetInParent()
        for at, paper in enumerate(_list(papers, "/instruments")):
            where = f"/instruments/{at}"
            _read_paper(_object(paper, where), question.instruments.presented.add(), where)


def _reason(value: Json) -> str:
    """The reason as it was typed: blank is blank, and left out is left out."""
    if isinstance(value, dict):
        raise QuestionError("/reason: whoever asks knows the reason; write it, or leave it out")
    return _text(value, "/reason")


def _read_period(raw: Mapping[str, Json], period: pb.Period) -> None:
    _only(raw, ("from", "until"), "/period")
    period.since = _text(raw.get("from"), "/period/from")
    if "until" in raw:
        period.until = _text(raw["until"], "/period/until")


def _read_fact(name: str, value: Json, fact: pb.Fact) -> None:
    """One fact. A blank text is null in a request file."""
    where = below("/facts", name)
    fact.name = name
    match value:
        case bool():
            fact.flag = value
        case int() if 0 <= value < 2**53:
            fact.count = value
        case str():
            fact.word = _text(value, where)
        case None:
            fact.word = ""
        case list():
            fact.members.keys.extend(_texts(value, where))
            fact.members.SetInParent()
        case dict() if "members" in value:
            _only(value, ("members", "complete"), where)
            fact.members.keys.extend(_texts(_list(value["members"], where), where))
            fact.members.open = not _flag(value.get("complete", True), f"{where}/complete")
        case dict() if value.keys() == {"value"}:
            _read_fact(name, value["value"], fact)
        case dict():
            raise QuestionError(f"{where}: {_ELSEWHERE['level']}; write the plain value")
        case _:
            raise QuestionError(f"{where}: not a value of a fact; see `platelaw schema request`")


def _read_paper(raw: Mapping[str, Json], paper: pb.Instrument, where: str) -> None:
    _only(raw, (*_PAPER_TEXTS, *_PAPER_FLAGS), where)
    for name, field in _PAPER_TEXTS.items():
        if name in raw:
            setattr(paper, field, _text(raw[name], f"{where}/{name}"))
    for name in _PAPER_FLAGS:
        if raw.get(name) is not None:
            setattr(paper, name, _flag(raw[name], f"{where}/{name}"))


def _only(raw: Mapping[str, Json], known: Iterable[str], where: str) -> None:
    for name in raw:
        if name not in tuple(known):
            help_ = _ELSEWHERE.get(name, "see `platelaw schema request`")
            raise QuestionError(f"{below(where, name)}: cannot be sent in a question; {help_}")


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise QuestionError(f"{where}: not a text; write it in quotation marks")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise QuestionError(f"{where}: the text holds half a character; write a whole one")
    return value


def _flag(value: Json, where: str) -> bool:
    if not isinstance(value, bool):
        raise QuestionError(f"{where}: neither true nor false")
    return value


def _list(value: Json, where: str) -> list[Json]:
    if not isinstance(value, list):
        raise QuestionError(f"{where}: not a list")
    return value


def _object(value: Json, where: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise QuestionError(f"{where}: not an object; see `platelaw schema request`")
    return value


def _texts(values: Iterable[Json], where: str) -> Iterable[str]:
    return (_text(value, f"{where}/{at}") for at, value in enumerate(values))
