"""What became of statements, in words and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from ..render_text import headline
from .proving import Proof, Verdict
from .searching import Witness

_MINUTES = re.compile(r"\d+ minutes?")


def proof_text(proof: Proof) -> str:
    """What became of a statement, with the request that breaks it."""
    node = proof.invariant.node
    word = "always" if node.always else "never"
    lines = [f'{proof.verdict.value.upper()}  {word} {proof.invariant.id}  "{node.title}"']
    if proof.verdict is Verdict.UNKNOWN:
        lines.append(f"  {proof.why}")
    if proof.witness is not None:
        lines += ["  This request breaks it:", *(f"    {line}" for line in told(proof.witness))]
    if proof.because:
        lines += ["  Why:", *(f"    {sentence}" for sentence in proof.because)]
    return "\n".join(lines)


def told(witness: Witness) -> Iterator[str]:
    """A request in words, and its answer."""
    yield from request_told(witness.request)
    yield f"The answer is {headline(witness.decision)}"


def request_told(asked: Mapping[str, Any]) -> Iterator[str]:
    """A request in words."""
    yield (
        f"{asked['requester']} asks for {asked['act']} of {asked['data']} of {asked['owner']} "
        f"at {asked['at']}."
    )
    yield f'The reason typed is "{asked["reason"]}".'
    for name, said in asked["facts"].items():
        for item in _items(said):
            yield f"{name} is {_value(item)}"
    for paper in asked["instruments"]:
        words = ", ".join(f"{key} {_value(item)}" for key, item in paper.items())
        yield f"instrument: {words}"
    for review in asked.get("reviews", ()):
        yield f"rule {review['rule']} is {review['decision']}"
    for duty in asked.get("duties", ()):
        yield f"duty {duty['duty']} is done"
    for supposed in asked["simulate"].values():
        yield from (f"{name} is {_value(value)}" for name, value in supposed.items())


def _items(said: Any) -> list[Any]:
    """What is said of a fact: once, or of several recipients."""
    items = cast("list[Any]", said) if isinstance(said, list) else []  # type: ignore[redundant-cast]  # pyright asks for it
    return items if items and isinstance(items[0], Mapping) else [said]


def _value(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case {"value": inner, "level": level, **more}:
            about = f", for {more['about']}" if "about" in more else ""
            return f"{_value(inner)} (by {level}{about})"
        case {"members": members}:
            return f"{_value(members)} and perhaps others"
        case str() if _MINUTES.fullmatch(value):
            return _long(int(value.partition(" ")[0]))
        case list():
            return "{" + ", ".join(map(str, cast("list[Any]", value))) + "}"  # type: ignore[redundant-cast]  # pyright asks for it
        case _:
            return str(value)


def _long(minutes: int) -> str:
    """A length of time in days, hours and minutes."""
    sizes = (minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute")
    parts = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in sizes if count]
    return " and ".join(parts) or "0 minutes"


def proof_json(proof: Proof) -> dict[str, Any]:
    """What became of a statement, as plain values."""
    node = proof.invariant.node
    place = node.name.span
    line, _ = place.source.line_and_column(place.start)
    found: dict[str, Any] = {
        "statement": proof.invariant.id,
        "title": node.title,
        "form": "always" if node.always else "never",
        "file": place.source.name,
        "line": line,
        "verdict": proof.verdict.value,
        "questions": proof.questions,
    }
    if proof.why:
        found["why"] = proof.why
    if proof.witness is not None:
        found["witness"] = dict(proof.witness.request)
        found["outcome"] = proof.witness.decision.outcome.value
        found["reason"] = proof.witness.decision.reason
        found["because"] = list(proof.because)
    return found
