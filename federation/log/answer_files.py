"""The answers in a file: a response of the decision service or one answer, as bytes or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import msgspec
from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from ..stamps import moment
from ..v1 import answer_pb2 as a
from ..v1 import decision_pb2 as d

_Response: TypeAlias = d.DecideManyResponse | d.DecideSearchResponse | a.Answer


class AnswerError(Exception):
    """A file that holds no answer of a service; the message tells the mend."""


def answers_in(data: bytes) -> tuple[Sequence[a.Answer], a.TreeProof | None]:
    """The answers of a file, and their one proof if they share one.

    Args:
        data: A response or an answer, serialized or as JSON.

    Raises:
        AnswerError: It is none.
    """
    response = _from_json(data) if data.lstrip()[:1] == b"{" else _from_bytes(data)
    for answer in _answers(response):
        _check_moments(answer)
    match response:
        case a.Answer():
            return (response,), None
        case d.DecideManyResponse():
            found = tuple(response.answers)
        case _:
            found = tuple(group.answer for group in response.groups)
    return found, response.proof if response.HasField("proof") else None


def _check_moments(answer: a.Answer) -> None:
    for name, stamp in (("decided_at", answer.decided_at), ("valid_until", answer.valid_until)):
        if moment(stamp) is None:
            raise AnswerError(
                f"`{name}` is no moment that a clock shows; ask whoever gave the file for it again"
            )


_NO_ANSWER = "holds no answer; name a file that `platelaw ask --save` wrote, or a response as JSON"


def _from_bytes(data: bytes) -> _Response:
    kinds: tuple[type[_Response], ...] = (d.DecideManyResponse, d.DecideSearchResponse, a.Answer)
    for kind in kinds:
        try:
            read = kind.FromString(data)
        except DecodeError:
            continue
        answers = list(_answers(read))
        if answers and all(answer.outcome for answer in answers):
            return read
    raise AnswerError(_NO_ANSWER)


def _from_json(data: bytes) -> _Response:
    try:
        raw = msgspec.json.decode(data, type=dict[str, object])
        if "answer" in raw:
            raw = {"answers": [raw["answer"]]}
        into: Message = (
            d.DecideManyResponse() if "answers" in raw
            else d.DecideSearchResponse() if "groups" in raw
            else a.Answer()
        )  # fmt: skip
        read = json_format.ParseDict(raw, into)
    except (msgspec.MsgspecError, json_format.Error, ValueError, RecursionError) as fault:
        raise AnswerError(f"{_NO_ANSWER} ({fault})") from fault
    assert isinstance(read, d.DecideManyResponse | d.DecideSearchResponse | a.Answer)
    answers = list(_answers(read))
    if not answers or not all(answer.outcome for answer in answers):
        raise AnswerError(_NO_ANSWER)
    return read


def _answers(response: _Response) -> Iterator[a.Answer]:
    match response:
        case a.Answer():
            yield response
        case d.DecideManyResponse():
            yield from response.answers
        case _:
            yield from (group.answer for group in response.groups)
