"""How often lexicons and the matching of names are right, with exact intervals."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ...engine.library import shipped
from ..findings.intervals import binomial_interval

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Measured:
    """A share that was counted on strings labelled by hand.

    Attributes:
        what: What was counted.
        share: Which share it is: precision, recall or specificity.
        right: How many were right.
        of: Of how many.
        corpus: On which strings.
        caution: What the figure does not say.
    """

    what: str
    share: str
    right: int
    of: int
    corpus: str
    caution: str

    @property
    def interval(self) -> tuple[float, float]:
        """The shares that fit what was counted, by Clopper and Pearson."""
        return binomial_interval(self.right, self.of, CONFIDENCE)


def measured() -> tuple[Measured, ...]:
    """The figures that are shipped."""
    text = shipped().joinpath("audit", "accuracy.toml").read_text("utf-8")
    return tuple(Measured(**each) for each in tomllib.loads(text)["measured"])


def measured_in(told: Iterable[Mapping[str, Any]]) -> tuple[Measured, ...]:
    """The figures that plain values tell."""
    names = [each.name for each in fields(Measured)]
    return tuple(Measured(**{name: each[name] for name in names}) for each in told)


def accuracy_json() -> list[dict[str, Any]]:
    """The figures as plain values, each with its interval."""
    return [
        {
            "what": each.what,
            "share": each.share,
            "right": each.right,
            "of": each.of,
            "interval": [round(end, 6) for end in each.interval],
            "confidence": CONFIDENCE,
            "corpus": each.corpus,
            "caution": each.caution,
        }
        for each in measured()
    ]
