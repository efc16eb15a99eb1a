"""What attackers do: ask again, elsewhere, in a batch, in a search."""

from __future__ import annotations

from itertools import count

from platelaw.federation.caller import Caller
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import PD, Point, caller, envelope

OTHER = "CT/openbridge-pd"
_NEW = count(1)


def new_id() -> str:
    """A request id that was not used before."""
    return f"threat-{next(_NEW):06}"


def without_owner(asked: q.Question) -> q.Question:
    """A question as a search asks it."""
    found = q.Question()
    found.CopyFrom(asked)
    found.ClearField("owner")
    return found


def many(point: Point, *asked: q.Question, request_id: str | None = None) -> list[a.Answer]:
    """The answers to a batch."""
    begun = envelope(request_id or new_id())
    request = d.DecideManyRequest(envelope=begun, questions=asked)
    answered = point.call("DecideMany", request.SerializeToString(), caller())
    return list(d.DecideManyResponse.FromString(answered).answers)


def search(
    point: Point,
    asked: q.Question,
    *owners: str,
    by: Caller | None = None,
    request_id: str | None = None,
) -> dict[str, a.Answer]:
    """The answers to a search, by owner."""
    request = d.DecideSearchRequest(
        envelope=envelope(request_id or new_id()),
        question=without_owner(asked),
        listed=d.OwnerList(keys=owners or (PD, OTHER)),
    )
    sent = request.SerializeToString()
    answered = point.call("DecideSearch", sent, by or caller(asked.requester))
    found = d.DecideSearchResponse.FromString(answered)
    return {key: group.answer for group in found.groups for key in group.owners}


def bare(answer: a.Answer) -> a.Answer:
    """An answer without what is of one question alone: its digest and its ids."""
    found = a.Answer()
    found.CopyFrom(answer)
    found.ClearField("request_digest")
    found.ClearField("release_id")
    found.hold.ClearField("id")
    return found
