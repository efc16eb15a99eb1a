"""An AuthZEN evaluation as a question (Authorization API 1.0, sections 5 to 7; docs/authzen.md).

    subject    who asks: an agency, or a user of one
    action     the act
    resource   whose data, and of which kind
    context    facts, reason, instruments, period, and what is searched for

A member that has no place here is refused: what a caller says is never left out silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from ...engine.json_text import Json, below
from ..client.errors import QuestionError
from ..client.questions import question_of
from ..v1 import question_pb2
from .problems import HttpProblemError

MOST_EVALUATIONS = 100
_PARTS = ("subject", "action", "resource", "context")
_CONTEXT = ("facts", "reason", "instruments", "period", "subject")
_PLACES = {
    "/requester": "/subject",
    "/user": "/subject",
    "/act": "/action/name",
    "/owner": "/resource/id",
    "/data": "/resource",
}


class Semantic(Enum):
    """When evaluations end (section 7.1.2.1)."""

    EXECUTE_ALL = "execute_all"
    DENY_ON_FIRST_DENY = "deny_on_first_deny"
    PERMIT_ON_FIRST_PERMIT = "permit_on_first_permit"

    def ends_with(self, *, permitted: bool) -> bool:
        """Whether nothing is evaluated after such a decision."""
        if self is Semantic.EXECUTE_ALL:
            return False
        return permitted == (self is Semantic.PERMIT_ON_FIRST_PERMIT)


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Several evaluations: each a question, or the problem that keeps it from being one."""

    questions: tuple[question_pb2.Question | HttpProblemError, ...]
    semantic: Semantic


def evaluation(body: Json) -> question_pb2.Question:
    """The question of one evaluation.

    Raises:
        HttpProblemError: It is none.
    """
    return _question(_object(body, ""), "")


def evaluations(body: Json) -> Evaluations | question_pb2.Question:
    """Several evaluations; a body without any is one by itself (section 7.1).

    Raises:
        HttpProblemError: The body is neither.
    """
    whole = _object(body, "")
    listed = whole.get("evaluations")
    if listed is None or listed == []:
        return _question({key: whole[key] for key in whole if key != "evaluations"}, "")
    _only(whole, (*_PARTS, "evaluations", "options"), "")
    semantic = _semantic(_object(whole.get("options", {}), "/options"))
    if not isinstance(listed, list):
        raise _wrong("/evaluations", "not a list")
    if len(listed) > MOST_EVALUATIONS:
        raise _wrong("/evaluations", f"more than {MOST_EVALUATIONS}; ask in several calls")
    defaults = {part: whole[part] for part in _PARTS if part in whole}
    return Evaluations(tuple(_each(defaults, listed)), semantic)


def _each(
    defaults: Mapping[str, Json], listed: Sequence[Json]
) -> list[question_pb2.Question | HttpProblemError]:
    found: list[question_pb2.Question | HttpProblemError] = []
    for at, item in enumerate(listed):
        where = f"/evaluations/{at}"
        try:
            found.append(_question({**defaults, **_object(item, where)}, where))
        except HttpProblemError as problem:
            found.append(problem)
    return found


def _semantic(options: Mapping[str, Json]) -> Semantic:
    _only(options, ("evaluations_semantic",), "/options")
    word = options.get("evaluations_semantic", Semantic.EXECUTE_ALL.value)
    for semantic in Semantic:
        if word == semantic.value:
            return semantic
    known = ", ".join(semantic.value for semantic in Semantic)
    raise _wrong("/options/evaluations_semantic", f"not one of {known}")


def _question(whole: Mapping[str, Json], where: str) -> question_pb2.Question:
    _only(whole, _PARTS, where)
    asked = {
        **_subject(_part(whole, "subject", where), f"{where}/subject"),
        **_action(_part(whole, "action", where), f"{where}/action"),
        **_resource(_part(whole, "resource", where), f"{where}/resource"),
    }
    if "context" in whole:
        context = _object(whole["context"], f"{where}/context")
        _only(context, _CONTEXT, f"{where}/context")
        asked |= context
    try:
        return question_of(asked)
    except QuestionError as fault:
        raise HttpProblemError(HTTPStatus.BAD_REQUEST, where + _placed(str(fault))) from None


def _subject(raw: Mapping[str, Json], where: str) -> dict[str, Json]:
    """Who asks: ``{type: agency, id: KEY}``, or ``{type: user, id, properties: {agency: KEY}}``."""
    _only(raw, ("type", "id", "properties"), where)
    properties = _object(raw.get("properties", {}), f"{where}/properties")
    match raw.get("type"):
        case "agency":
            _only(properties, ("user",), f"{where}/properties")
            user = {"user": properties["user"]} if "user" in properties else {}
            return {"requester": _text(raw, "id", where), **user}
        case "user":
            _only(properties, ("agency",), f"{where}/properties")
            agency = _text(properties, "agency", f"{where}/properties")
            return {"requester": agency, "user": _text(raw, "id", where)}
        case _:
            raise _wrong(f"{where}/type", "write `agency`, or `user` with `properties.agency`")


def _action(raw: Mapping[str, Json], where: str) -> dict[str, Json]:
    _only(raw, ("name", "properties"), where)
    _only(_object(raw.get("properties", {}), f"{where}/properties"), (), f"{where}/properties")
    return {"act": _text(raw, "name", where)}


def _resource(raw: Mapping[str, Json], where: str) -> dict[str, Json]:
    """Whose data: the type is the kind of data, the id its owner; ``kinds`` names more kinds."""
    _only(raw, ("type", "id", "properties"), where)
    properties = _object(raw.get("properties", {}), f"{where}/properties")
    _only(properties, ("kinds",), f"{where}/properties")
    more = properties.get("kinds", [])
    if not isinstance(more, list):
        raise _wrong(f"{where}/properties/kinds", "not a list of kinds of data")
    kinds: list[Json] = [_text(raw, "type", where), *more]
    return {"owner": _text(raw, "id", where), "data": kinds}


# Faults --------------------------------------------------------------------------------------


def _placed(fault: str) -> str:
    """A fault of a question at its place in the evaluation."""
    place, colon, rest = fault.partition(":")
    if not place.startswith("/"):
        return f": {fault}"
    first = "/" + place[1:].partition("/")[0]
    moved = _PLACES.get(first)
    return f"{moved if moved else f'/context{place}'}{colon}{rest}"


def _part(whole: Mapping[str, Json], name: str, where: str) -> Mapping[str, Json]:
    if name not in whole:
        raise _wrong(f"{where}/{name}", "missing")
    return _object(whole[name], f"{where}/{name}")


def _object(value: Json, where: str) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise _wrong(where, "not an object")
    return value


def _text(raw: Mapping[str, Json], name: str, where: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(f"{where}/{name}", "missing, or not a text")
    return value


def _only(raw: Mapping[str, Json], known: Sequence[str], where: str) -> None:
    for name in raw:
        if name not in known:
            help_ = f"known here: {', '.join(known)}" if known else "nothing is known here"
            raise _wrong(below(where, name[:60]), f"not known; {help_} (docs/authzen.md)")


def _wrong(where: str, what: str) -> HttpProblemError:
    return HttpProblemError(HTTPStatus.BAD_REQUEST, f"{where or 'the body'}: {what}")
