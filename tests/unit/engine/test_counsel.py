"""What hangs on each open question of law: both answers, over examples and logs."""

from __future__ import annotations

from pathlib import Path

from platelaw.dsl import syntax as tree
from platelaw.engine.audit.layouts import shipped_layouts
from platelaw.engine.audit.reader import open_logs
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.audit.verdicts import RowVerdict
from platelaw.engine.counsel.asking import Counsel, OpenQuestion
from platelaw.engine.counsel.render import questions_json, questions_markdown, questions_text
from platelaw.engine.decision import Engine
from platelaw.engine.examples import run_example
from platelaw.engine.readings import with_answers

from .small import ANY_USE, engine_of, owner, rule, state

LIKELY = rule(
    "likely-use",
    "limit search of alpr_data to\ntheft: request.purpose is a kind of theft and likely",
)
DOUBTED = rule(
    "doubted", "forbid search of alpr_data\nif doubt and request.purpose is a kind of upkeep"
)
LATER = rule("later", "forbid share of alpr_data\nif doubt and request.purpose is a kind of upkeep")
EXAMPLE = """
example "{purpose}"
  on 2026-11-03
  given requester is agency:AA/pd, owner is agency:AA/pd, act is search, data is alpr_data,
    request.purpose is {purpose}, request.reason is "stolen car", request.recipients is {{}},
    request.on_behalf_of is {{}}, user.directed_by is {{}}, request.instruments is {{}},
    request.claims is {{}}
  expect {outcome}
"""


def engine(*rules: str, rests: str = "provisional") -> Engine:
    """A law whose readings decide two examples of three."""
    examples = [("theft", "PERMIT"), ("upkeep", "DENY"), ("barred", "DENY")]
    text = "".join(EXAMPLE.format(purpose=p, outcome=o) for p, o in examples)
    return engine_of(state(*rules) + text, owner(ANY_USE, rests=rests))


def asked(engine: Engine, name: str, reviewer: Reviewer | None = None) -> OpenQuestion:
    """What hangs on one reading."""
    (question,) = [q for q in Counsel(engine, reviewer).questions() if q.reading.name == name]
    return question


def turned(question: OpenQuestion, *, answer: bool) -> list[tuple[str, str, str, bool]]:
    """What an answer turns: the example, its outcomes, and whether it becomes milder."""
    (found,) = [each for each in question.answers if each.answer is answer]
    return [
        (t.example.node.title, t.before.outcome.value, t.after.outcome.value, t.is_milder)
        for t in found.examples
    ]


def test_the_other_answer_to_a_provisional_reading_turns_what_rests_on_it() -> None:
    question = asked(engine(LIKELY), "likely")
    assert turned(question, answer=True) == []
    assert turned(question, answer=False) == [("theft", "PERMIT", "DENY", False)]
    assert [each.is_current for each in question.answers] == [True, False]


def test_an_open_reading_turns_both_ways() -> None:
    question = asked(engine(DOUBTED), "doubt")
    assert turned(question, answer=True) == [("upkeep", "HOLD", "DENY", False)]
    assert turned(question, answer=False) == [("upkeep", "HOLD", "PERMIT", True)]
    assert question.examples == 1


def test_what_waits_for_counsel_is_settled_by_the_answer_that_the_library_has() -> None:
    question = asked(engine(LIKELY, rests="verified"), "likely")
    assert turned(question, answer=True) == [("theft", "HOLD", "PERMIT", True)]


def test_every_turn_is_the_answer_of_the_library_with_that_reading_adopted() -> None:
    base = engine(LIKELY, DOUBTED)
    for question in Counsel(base).questions():
        for answer in question.answers:
            other = with_answers(base.library, {question.reading.name: answer.answer})
            again = Engine(other, base.registry)
            known = {t.example.node.title: t.after.outcome for t in answer.examples}
            for mine, example in zip(base.library.examples, other.examples, strict=True):
                before = run_example(base, mine).decision.outcome
                after = run_example(again, example).decision.outcome
                assert known.get(example.node.title, before) is after


def test_the_questions_on_which_most_hangs_come_first_and_say_where_they_are_read() -> None:
    counsel = Counsel(engine(LIKELY, DOUBTED, LATER))
    found = counsel.questions()
    assert [question.reading.name for question in found] == ["likely", "doubt"]
    assert [place.rule.id for place in found[1].places] == ["aa/act/doubted", "aa/act/later"]
    (place,) = found[0].places
    assert place.clauses == ("to theft: request.purpose is a kind of theft and likely",)
    assert [q.reading.name for q in counsel.questions("section 2")] == ["likely"]


def test_an_adopted_reading_is_no_open_question() -> None:
    base = engine(LIKELY)
    decided = with_answers(base.library, {"likely": True})
    assert decided.digest != base.library.digest
    assert [q.reading.name for q in Counsel(Engine(decided, base.registry)).questions()] == [
        "doubt"
    ]


def test_searches_of_a_log_that_turn_are_counted_by_their_verdicts(tmp_path: Path) -> None:
    base = engine(LIKELY)
    rows = "".join(
        f'2026-11-0{day}T10:00:00Z,,1,Theft/Stolen,"stolen car","{day}"\n' for day in range(1, 6)
    )
    path = tmp_path / "log.csv"
    path.write_text("searchDate,licensePlate,networkCount,offenseType,reason,caseNumber\n" + rows)
    reviewer = Reviewer(base, base.registry.bodies["AA/pd"], own_searches=True)
    logs = open_logs(path, shipped_layouts()).logs
    for log in logs:
        list(reviewer.read(log))
    assert reviewer.review.rows == 5
    before = reviewer.review.verdicts
    question = asked(base, "likely", reviewer)
    other = Engine(with_answers(base.library, {"likely": False}), base.registry)
    again = Reviewer(other, reviewer.owner, own_searches=True)
    for log in open_logs(path, shipped_layouts()).logs:
        list(again.read(log))
    moved = sum((before - again.review.verdicts).values())
    assert moved > 0
    assert question.rows == moved
    (no,) = [each for each in question.answers if not each.answer]
    assert sum(no.rows.values()) == moved
    assert RowVerdict.LAWFUL in {was for was, _ in no.rows}


def test_text_markdown_and_json_say_the_same() -> None:
    counsel = Counsel(engine(DOUBTED))
    found = counsel.questions()
    told = questions_json(counsel, found)
    first = told["questions"][0]
    assert (first["reading"], first["stance"], first["examples"]) == ("doubt", "open", 1)
    assert first["answers"][0]["examples"][0]["after"] == tree.Outcome.DENY.value
    text = questions_text(counsel, found)
    assert "no: turns 1 example, 1 milder and 0 stricter" in text
    assert 'such as HOLD -> PERMIT: "upkeep"' in text
    markdown = questions_markdown(counsel, found)
    assert "| 1 | Doubt? | The act, section 1 | open | 1 | 0 |" in markdown
