"""Rego, by regorus (its virtual machine, a program compiled once) and by rego-cpp (a bundle)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec

from ..attributes import Attributes
from ..world import World, text_of
from .base import CannotLoadError, Engine, Loaded, library, two_valued

ANSWER, YES_NO = "data.sharing.answer", "data.sharing.allow"
HEAD = "package sharing\n\nimport rego.v1\n\n"
TAIL = """
default allow := false

allow if {
  count(permit) > 0
  count(deny) == 0
}

answer := {"allow": allow, "deny": deny, "permit": permit}
"""
AGENCIES = 100  # of one file: some engines refuse a file of more than a megabyte
_READ, _WRITE = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode


def _rules(world: World) -> list[str]:
    """The rules of a world, in as many texts as it takes."""
    texts = list(world.repeated(text_of("rules.rego")))
    return ["\n".join(texts[at : at + AGENCIES]) for at in range(0, len(texts), AGENCIES)]


def _files(rules: str | Sequence[str]) -> list[tuple[str, str]]:
    """The rules as named files, the answer in the first."""
    first, *others = [rules] if isinstance(rules, str) else rules
    texts = (HEAD + first + TAIL, *(HEAD + text for text in others))
    return [(f"rules-{number}.rego", text) for number, text in enumerate(texts)]


def _answers(decide: Callable[[Any], Any], convert: Callable[[Attributes], Any]) -> Loaded:
    """An engine whose answers hold the names that the rules put there themselves."""
    return Loaded(
        decide,
        lambda answer: two_valued(answer["allow"]),
        lambda answer: tuple(answer["deny"] or answer["permit"]),
        convert,
    )


def _machine(query: str, rules: str | Sequence[str]) -> Callable[[str], Any]:
    """A machine of regorus with its program."""
    regorus = library("regorus")
    try:
        program = regorus.Program.compile_from_modules("{}", _files(rules), [query])
    except (RuntimeError, ValueError) as fault:
        raise CannotLoadError(str(fault)) from fault
    machine = regorus.Rvm()
    machine.load_program(program)
    machine.set_data_json("{}")

    def decide(asked: str) -> Any:
        machine.set_input_json(asked)
        return _READ(machine.execute())

    return decide


def _regorus_input(asked: Attributes) -> str:
    return _WRITE(asked).decode()


def _start_regorus(rules: str | Sequence[str]) -> Loaded:
    return _answers(_machine(ANSWER, rules), _regorus_input)


def _start_yes_no(rules: str | Sequence[str]) -> Loaded:
    return Loaded(_machine(YES_NO, rules), convert=_regorus_input)


def _start_rego_cpp(rules: str | Sequence[str]) -> Loaded:
    """An interpreter of rego-cpp with its bundle."""
    regopy = library("regopy")
    interpreter = regopy.Interpreter()
    try:
        for name, text in _files(rules):
            interpreter.add_module(name, text)
        bundle = interpreter.build(ANSWER)
    except regopy.RegoError as fault:
        raise CannotLoadError(str(fault)) from fault

    def decide(asked: Any) -> Any:
        interpreter.set_input(asked)
        return interpreter.query_bundle(bundle)[0][0]

    return _answers(decide, regopy.Input)


REGO_CPP = Engine("regopy", "Rego (rego-cpp)", "regopy", "regopy", _rules, _start_rego_cpp)
_Regorus = partial(Engine, package="gordon-to-regorus", module="regorus", rules=_rules,
                   by_agency=True)  # fmt: skip
REGORUS = _Regorus("regorus", "Rego (regorus)", start=_start_regorus)
REGORUS_YES_NO = _Regorus(
    "regorus-yes-no", "Rego (regorus), yes or no", start=_start_yes_no, is_compared=False
)
