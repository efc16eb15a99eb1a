"""What ``platelaw close`` asks the engine for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..engine.decision import Engine
from ..engine.flow.closing.asking import Closing, Demand
from ..engine.flow.closing.drafting import drafts_of
from ..engine.flow.closing.lawful import Lawful, routes_of
from ..engine.flow.closing.plan import Answer, Exposure
from ..engine.flow.closing.planning import Asked as Given
from ..engine.flow.closing.planning import plan_closing
from ..engine.flow.closing.rendering import answer_text
from ..engine.flow.closing.rules import RulesInstead, drafts_for
from ..engine.flow.closing.wishes import read_demands, read_losses
from ..engine.flow.door import Question, Trace
from ..engine.flow.model import FlowMap
from ..engine.flow.owners import NoOwnerError, find_owners
from .common import stop
from .flow_common import Asked
from .progress import counted
from .writing import write_folder

RULES = "rules"  # the folder of the draft policies


def closing_answer(ask: Asked, closing: Closing, losses: Mapping[str, float]) -> Answer:
    """The answer to a closing of the doors of a question.

    Raises:
        ClosingError: What is asked names what is not in the map.
        QuestionError: The question does.
        UnverifiedError: Tracing again found a door that a plan says it closes.
    """
    tracer = ask.tracer()
    question = replace(ask.question, doors=1)

    def traced(map_: FlowMap) -> Trace:
        with counted(question.owners, "owners traced") as progress:
            return replace(tracer, map=map_).trace(question, progress)

    before = traced(ask.map)
    given = Given(
        ask.map,
        tracer.product(question, wrongs=_most_wrongs(question, closing)),
        replace(ask.told(before), reaches=before.reaches),
        traced,
        Lawful.of(tracer, question),
        losses,
    )
    return plan_closing(given, closing)


def holders_of(ask: Asked, governments: Iterable[str]) -> frozenset[str] | None:
    """The nodes of some governments; None if none is named."""
    named = frozenset(governments)
    if not named:
        return None
    registry = ask.engine.registry
    sovereigns = {
        key: body.sovereign
        for key, node in ask.map.nodes.items()
        if (body := registry.get(node.body)) is not None
    }
    for government in sorted(named.difference(sovereigns.values())):
        stop(f"no body of `{government}` is in this map",
             "name a government by its code, as the registry writes it")  # fmt: skip
    return frozenset(key for key, sovereign in sovereigns.items() if sovereign in named)


def demands_from(file: Path | None, ask: Asked) -> tuple[Demand, ...]:
    """The lawful demands of a file, if one is named.

    Raises:
        ClosingError: The file cannot be gone by.
    """
    if file is None:
        return ()
    is_lawful = Lawful.of(ask.tracer(), ask.question)
    live = tuple(ask.map.open_on(ask.question.day))
    return read_demands(
        file,
        lambda name: _node(ask, name, file),
        lambda owner, requester: routes_of(ask.map, live, is_lawful, owner, requester),
    )


def losses_from(file: Path | None) -> dict[str, float]:
    """The losses of a file, if one is named.

    Raises:
        ClosingError: The file cannot be gone by.
    """
    return read_losses(file) if file else {}


def _node(ask: Asked, name: str, file: Path) -> str:
    try:
        return find_owners(ask.map, ask.engine.registry, (name,), (), ())[0]
    except NoOwnerError as fault:
        stop(f"{file}: {fault}", fault.help)


def write_drafts(folder: Path, answer: Answer, ask: Asked, rules: RulesInstead | None) -> None:
    """Write a plan as drafts into a new folder."""
    texts = {"plan.txt": answer_text(answer, ask.map, shown=len(ask.map.nodes), rules=rules)}
    assert answer.plan is not None, "only a plan is drafted"
    texts |= drafts_of(answer, answer.plan, ask.map)
    if rules is not None:
        texts |= {f"{RULES}/{draft.file}": draft.text for draft in rules.drafts}
    write_folder(folder, texts)


def rules_instead(
    ask: Asked, answer: Answer, engine_with: Callable[[Path], Engine]
) -> RulesInstead | None:
    """What rules of the owners would do without any switch; None if they would close no door.

    Args:
        ask: The question.
        answer: What was found to close.
        engine_with: The engine with the policies of a folder too.
    """
    tracer = ask.tracer()
    question = replace(ask.question, doors=1)
    found, without = drafts_for(
        ask.map,
        tracer.product(question, wrongs=_most_wrongs(question, answer.closing)),
        ask.engine.library,
        ask.engine.registry,
        ask.zones.ordinary.policy,
        question.day,
    )
    if not found:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        for draft in found:
            Path(scratch, draft.file).write_text(draft.text, "utf-8")
        engine = engine_with(Path(scratch))
    after = Exposure.of(replace(tracer, engine=engine, askers={}).trace(question))
    asked = answer.closing.all_classes
    if sum(after.pairs[k] for k in asked) >= sum(answer.before.pairs[k] for k in asked):
        return None
    return RulesInstead(found, without, after)


def _most_wrongs(question: Question, closing: Closing) -> int:
    """The most wrongs of the doors to be closed."""
    most = closing.most_wrongs
    return question.wrongs if most is None else min(most, question.wrongs)
