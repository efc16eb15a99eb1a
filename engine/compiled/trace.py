"""The value of every step of an explanation, by generated code: little enough to log each time.

A trace has one row for each turn of each rule: the value of its condition, its grounds and its
exceptions, and of every part of them, each before its own parts, in the order written. A value is
the two bits of a pair (possible, certain): 0 false, 2 unproven, 3 true; so ``and`` is ``&`` and
``or`` is ``|``. The tree itself, with its texts and facts, is the reference's, built when asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ...dsl import syntax as tree
from ...dsl.reading import RECIPIENTS
from ...dsl.truth import Truth
from .generate import Part
from .plan import Plan, Who, Words
from .slots import Slot, Slots
from .terms import Bits, Pair
from .translate import NotCompiledError, Place, Translator, reads

# Values, and after that of a quantifier over recipients a tuple with the row of each.
Row: TypeAlias = tuple[Any, ...]
TRUTHS = {0: Truth.FALSE, 2: Truth.UNPROVEN, 3: Truth.TRUE}
_NOT = (3, None, 2, 0)


def trace_of(plan: Plan) -> Callable[[Words, Who], tuple[Row, ...]]:
    """The function that gives the trace of a plan's requests: rows in the order of its rules.

    It takes the words of the request and those of its recipients. It is made only for plans
    whose requests somebody wants to have explained.
    """
    writer = _Writer(Translator(frozenset(), _held(plan.slots), _held(plan.recipient_slots)))
    rows = "".join(map(writer.rule, plan.rules))
    words = "".join(f"g{slot.at}, " for slot in plan.slots)
    text = f"def run(w, W):\n    {words}_ = w\n    R, Q, o = W\n    return ({rows})\n"
    defined: dict[str, Any] = {"N": _NOT, "some": _some, "every": _every}
    exec(compile(text, "<trace>", "exec"), defined)  # our own text alone
    run: Callable[[Words, Who], tuple[Row, ...]] = defined["run"]
    return run


def conditions_of(part: Part) -> Iterator[tree.Condition]:
    """What a row of a rule has the values of: its condition, then grounds and exceptions."""
    node = part.rule.node
    if node.condition is not None:
        yield node.condition
    yield from (branch.condition for branch in (*node.grounds, *node.exceptions))


def _held(slots: Sequence[Slot]) -> Slots:
    """The slots of a plan, to be found again."""
    return Slots({slot.key: slot for slot in slots})


def _some(rows: Sequence[Row], is_open: bool) -> int:
    """``some`` over the first value of each row; other members of an open set are possible."""
    value = 2 if is_open else 0
    for row in rows:
        value |= row[0]
    return value


def _every(rows: Sequence[Row], is_open: bool) -> int:
    """``every`` over the first value of each row."""
    value = 2 if is_open else 3
    for row in rows:
        value &= row[0]
    return value


@dataclass(frozen=True, slots=True)
class _Step:
    """One value: the expression that works it out and names it, and the name."""

    expression: str
    name: str


@dataclass(slots=True)
class _Writer:
    """Writes one expression for each rule: its row, or one row for each recipient."""

    translator: Translator
    count: int = 0

    def rule(self, part: Part) -> str:
        """The rows of a rule, each with a comma after it."""
        looped = part.rule.node.per_recipient
        place = Place(part.policy, part.context, looped=looped)
        row = _row([self._steps(condition, place) for condition in conditions_of(part)])
        return f"*[{row} {self._each('Q', row)}], " if looped else f"{row}, "

    def _each(self, among: str, text: str) -> str:
        """A loop over recipients, with the words of one that some text reads."""
        slots = self.translator.recipient.found.values()
        read = [slot.at for slot in slots if f"r{slot.at} " in text]
        return f"for r in {among}" + "".join(f" for r{at} in (r[{at + 1}],)" for at in read)

    def _step(self, text: str) -> _Step:
        self.count += 1
        name = f"x{self.count}"
        return _Step(f"({name} := {text})", name)

    def _steps(self, node: tree.Condition, place: Place) -> list[_Step]:
        """The value of a condition, then those of its parts."""
        match node:
            case tree.And() | tree.Or():
                parts = [self._steps(item, place) for item in node.items]
                word = " & " if isinstance(node, tree.And) else " | "
                whole = self._step(word.join(steps[0].expression for steps in parts))
                return [whole, *(step for steps in parts for step in steps)]
            case tree.Not():
                inner = self._steps(node.item, place)
                return [self._step(f"N[{inner[0].expression}]"), *inner]
            case tree.Named() if node.name in place.policy.defines:
                inner = self._steps(place.policy.defines[node.name], place)
                return [self._step(inner[0].expression), *inner]
            case tree.Quantified() if node.collection.text == RECIPIENTS:
                return self._quantified(node, place)
            case _:
                return [self._step(_bits(self.translator.pair(node, place)))]

    def _quantified(self, node: tree.Quantified, place: Place) -> list[_Step]:
        """A loop over recipients, and the rows of all; or what the reference evaluates whole."""
        if place.variable and reads(node.body, place.variable):
            raise NotCompiledError("a loop over recipients that reads the variable of another")
        try:
            here = replace(place, looped=True, variable=node.variable)
            row = _row([self._steps(node.body, here)])
        except NotCompiledError:
            return [self._step(_bits(self.translator.pair(node, place)))]
        rows = self._step(f"[{row} {self._each('R', row)}]")
        return [self._step(f"{node.quantifier.value}({rows.expression}, o)"), rows]


def _row(conditions: Sequence[Sequence[_Step]]) -> str:
    """Steps as one tuple: what works a condition out comes first and names the rest."""
    texts = [
        f"{step.name if at else step.expression}, "
        for steps in conditions
        for at, step in enumerate(steps)
    ]
    return f"({''.join(texts)})"


def _bits(pair: Pair) -> str:
    """The two bits of a single test, or of what is known."""
    match pair:
        case Pair(bool() as certain, bool() as possible):
            return str(2 * possible + certain)
        case Pair(Bits() as certain, Bits()):
            return f"{certain.word} >> {certain.mask.bit_length() - 1} & 3"
        case _:
            raise AssertionError("a single test has bits of its own")
