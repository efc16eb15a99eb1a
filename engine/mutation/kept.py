"""Results of mutants as lines that can be kept and believed again, or not.

A line holds its own digest, so that one that was torn is noticed. What is believed again depends on
what the result rests on: the law for all; for a mutant that an example kills, that example; for one
that survives, all examples.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...dsl.model import Example
from .render import result_json
from .results import Fate, Result

_EXAMPLES = "examples"
_LAW = "law"


@dataclass(frozen=True, slots=True)
class Basis:
    """What results rest on.

    Attributes:
        law: The digest of the texts without their examples, the registry and the program.
        examples: The digest of each example, by its title.
    """

    law: str
    examples: Mapping[str, str]
    together: str = field(init=False)

    def __post_init__(self) -> None:
        """Digest all examples together."""
        whole = "\n".join(sorted(self.examples.values()))
        object.__setattr__(self, "together", hashlib.sha256(whole.encode()).hexdigest())


def digests(examples: Iterable[Example]) -> dict[str, str]:
    """The digest of what each example says, by its title; of one title, of all together."""
    found: dict[str, str] = {}
    for example in examples:
        node = example.node
        text = f"{found.get(node.title, '')}\n{node!r}\n{example.vocabulary.edition}"
        found[node.title] = hashlib.sha256(text.encode()).hexdigest()
    return found


def line_of(result: Result, basis: Basis) -> str:
    """A result as a line."""
    rests_on = basis.together
    if result.fate is Fate.KILLED:
        rests_on = basis.examples.get(result.by, "")
    if result.fate in (Fate.EQUIVALENT, Fate.REFUSED):
        rests_on = ""
    told = {_LAW: basis.law, _EXAMPLES: rests_on, **result_json(result)}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return f"{_seal(text)} {text}"


def read_lines(lines: Iterable[str], basis: Basis) -> tuple[dict[str, Result], int]:
    """The results that still hold by their mutants' names, and how many lines were torn."""
    found: dict[str, Result] = {}
    torn = 0
    for line in lines:
        if not is_line(line):
            torn += 1
            continue
        told = json.loads(line.partition(" ")[2])
        if _holds(told, basis):
            result = _result(told)
            found[result.key] = result
    return found, torn


def is_line(line: str) -> bool:
    """Whether a line is a result that was kept whole."""
    seal, _, text = line.rstrip("\n").partition(" ")
    return seal == _seal(text)


def _seal(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _holds(told: Mapping[str, Any], basis: Basis) -> bool:
    """Whether what a result rests on is as it was."""
    if told[_LAW] != basis.law:
        return False
    rests_on: str = told[_EXAMPLES]
    match Fate(told["fate"]):
        case Fate.KILLED:
            return basis.examples.get(told["by"]) == rests_on
        case Fate.EQUIVALENT | Fate.REFUSED:
            return True
        case _:
            return rests_on == basis.together


def _result(told: Mapping[str, Any]) -> Result:
    answers = told.get("answers", {"now": "", "then": ""})
    return Result(
        told["mutant"],
        told["owner"],
        told["mutator"],
        told["says"],
        told["file"],
        told["line"],
        told["before"],
        told["after"],
        Fate(told["fate"]),
        told.get("by", ""),
        told.get("why", ""),
        told.get("example", ""),
        (answers["now"], answers["then"]),
    )
