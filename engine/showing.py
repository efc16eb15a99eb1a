"""What of a value may stand in an answer: never free text, a plate or a person."""

from __future__ import annotations

from ..dsl.reading import Subject
from .values import Age, Members, Range, Span, State, TextState


def shown_value(subject: Subject, state: State) -> str:
    """A value as it may stand in an answer: never free text, a plate or a person."""
    value = state.value
    if value is None:
        return state.cause.value if state.cause else "unproven"
    match value:
        case bool():
            return "yes" if value else "no"
        case TextState():
            return value.value
        case Range():
            return _range_text(value, subject)
        case Span() | Age():
            return "known"
        case Members():
            words = [m if isinstance(m, str) else m.kind for m in value.known]
            text = "{" + ", ".join(words) + "}"
            return text if value.complete else f"{text} and perhaps others"
        case str():
            return "stated" if subject.type == "user" else value


def _range_text(value: Range, subject: Subject) -> str:
    if subject.type == "duration":
        low, high = (f"{number / 86400:g}" for number in (value.low, value.high))
        unit = "days"
    else:
        low, high = f"{value.low:g}", f"{value.high:g}"
        unit = ""
    text = low if low == high else f"{low} to {high}"
    return f"{text} {unit}".strip()
