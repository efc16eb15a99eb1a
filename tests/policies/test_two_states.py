"""One request under two states' laws: each line of the table in docs/virginia.md, decided twice.

The owner of the data is the agency of each state whose policy opens whatever it can, so that the
law alone decides. All else in the two requests is the same, but for what only one of the two laws
asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from platelaw.dsl.syntax import Outcome
from platelaw.engine.decision import Engine
from platelaw.engine.examples import run_example
from platelaw.engine.library import load, shipped_registry

PAGE = Path(__file__).parents[2] / "docs" / "virginia.md"
PERMIT, HOLD, DENY = Outcome.PERMIT, Outcome.HOLD, Outcome.DENY

FBI = "agency:US/fbi-new-haven"
COUNSEL = "agency:PERSON/defense-counsel"
TRAFFICKING = "request.purpose is human_trafficking"
SHARE = "act is share, data is plate_read"
SEARCH = "act is search, data is alpr_data, request.recipients is {}"
AGED = "data.age is 30 days, data.captured is 2026-10-04"
FRESH = "data.age is 3 days"
NO_CLAIMS = "request.claims is {}"
CASE = 'request.reason is "case work", case.number is "26-1234", case.offense is "larceny"'
NO_PAPERS = "request.instruments is {}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes:
        title: Its first cell.
        connecticut: The answer of Connecticut's law, and the rule that gives it.
        virginia: The answer of Virginia's.
        given: The facts of the request. ``OWN`` is the owner, ``STATE`` the owner's state.
        only_connecticut: Facts that Connecticut's law alone asks for.
        only_virginia: Facts that Virginia's law alone asks for.
        papers: The instruments.
        requester: Who asks, if it is not the owner.
    """

    title: str
    connecticut: tuple[Outcome, str]
    virginia: tuple[Outcome, str]
    given: tuple[str, ...]
    only_connecticut: str = ""
    only_virginia: str = ""
    papers: str = NO_PAPERS
    requester: str = "OWN"

    def text(self, state: str, owner: str, answer: tuple[Outcome, str], more: str) -> str:
        """The line as an example in the words of one state."""
        facts = (
            f"requester is {self.requester}, owner is OWN",
            *self.given,
            self.papers,
            "request.on_behalf_of is {}, user.directed_by is {}, request.retries is 0",
            *([more] if more else []),
        )
        given = ", ".join(facts).replace("OWN", f"agency:{owner}").replace("STATE", state)
        outcome, rule = answer
        return (
            f'example "{self.title}"\n  on 2026-11-03\n  given {given}\n'
            f"  expect {outcome.name} by {rule}\n"
        )


LINES = (
    Line(
        "A search for a crime of which nobody attests a reasonable suspicion",
        (PERMIT, "any-use"),
        (DENY, "purposes"),
        (SEARCH, "request.purpose is burglary", CASE, FRESH, NO_CLAIMS),
    ),
    Line(
        "A search for a person wanted on a felony warrant",
        (PERMIT, "any-use"),
        (DENY, "purposes"),
        (SEARCH, "request.purpose is felony_warrant", CASE, FRESH, NO_CLAIMS),
    ),
    Line(
        "An alert from a list of the agency's own",
        (PERMIT, "any-use"),
        (DENY, "notifications"),
        (
            "act is alert, data is hit, request.recipients is {}, hotlist.sources is {own_list}",
            "request.purpose is burglary",
            CASE,
            NO_CLAIMS,
        ),
    ),
    Line(
        "A share with declared police of Massachusetts",
        (PERMIT, "any-use"),
        (DENY, "recipients"),
        (
            f"{SHARE}, request.recipients is {{agency:MA/example-declared-pd}}",
            TRAFFICKING,
            CASE,
            FRESH,
            NO_CLAIMS,
        ),
    ),
    Line(
        "Standing access for declared police of Massachusetts",
        (PERMIT, "any-use"),
        (DENY, "outside-databases"),
        (
            "act is enable, data is alpr_data, switch.lasts is 90 days",
            "request.recipients is {agency:MA/example-declared-pd}",
            "contract.restricts_access is yes",
            TRAFFICKING,
            CASE,
            "request.claims is {contract.restricts_access}",
        ),
    ),
    Line(
        "A share with HSI, which has a terrorist screening match",
        (PERMIT, "any-use"),
        (DENY, "recipients"),
        (
            f"{SHARE}, request.recipients is {{}}",
            TRAFFICKING,
            CASE,
            FRESH,
            "request.claims is {terrorist_screening.match}, terrorist_screening.match is yes",
        ),
        requester="agency:US/hsi-new-haven",
    ),
    Line(
        "A registered owner asks for reads of the own vehicle",
        (PERMIT, "any-use"),
        (DENY, "recipients"),
        (
            f"{SHARE}, request.recipients is {{}}, request.purpose is owner_access",
            CASE,
            FRESH,
            "request.claims is {owner_access.identity, owner_access.co_registrant_consent}",
            "owner_access.identity is yes, owner_access.co_registrant_consent is yes",
        ),
        requester="agency:PERSON/registered-owner",
    ),
    Line(
        "An access log of last year is deleted",
        (PERMIT, "any-keeping"),
        (DENY, "audit-trail"),
        (
            "act is delete, data is access_log, request.recipients is {}",
            "request.purpose is oversight",
            CASE,
            NO_CLAIMS,
        ),
        only_virginia="log.age is 400 days",
    ),
    Line(
        "A search of reads thirty days old for an active case, without a supervisor's approval",
        (DENY, "retention"),
        (PERMIT, "open-use"),
        (SEARCH, TRAFFICKING, CASE, AGED, "request.claims is {case.active}, case.active is yes"),
    ),
    Line(
        "Reads thirty days old are preserved for a civil action",
        (HOLD, "retention"),
        (PERMIT, "open-keeping"),
        (
            "act is preserve, data is alpr_data, request.recipients is {}",
            TRAFFICKING,
            CASE,
            AGED,
            "request.claims is {litigation_hold.stands}, litigation_hold.stands is yes",
        ),
    ),
    Line(
        "A share with defense counsel in a prosecution",
        (HOLD, "recipients"),
        (PERMIT, "open-use"),
        (
            f"{SHARE}, request.recipients is {{}}, request.purpose is defense",
            CASE,
            FRESH,
            "request.claims is {case.prosecution}, case.prosecution is yes",
        ),
        requester=COUNSEL,
    ),
    Line(
        "A share with the FBI on a federal court's order that is no warrant",
        (HOLD, "recipients"),
        (PERMIT, "open-use"),
        (f"{SHARE}, request.recipients is {{}}", TRAFFICKING, CASE, FRESH, NO_CLAIMS),
        papers="request.instruments is {court_order from agency:US/d-conn, covers request,"
        " expires 2026-12-31}",
        requester=FBI,
    ),
    Line(
        "A share with ICE for civil removal on a federal judge's search warrant",
        (HOLD, "barred-uses"),
        (PERMIT, "open-use"),
        (
            f"{SHARE}, request.recipients is {{}}, request.purpose is civil_removal",
            CASE,
            FRESH,
            NO_CLAIMS,
        ),
        papers="request.instruments is {judicial_search_warrant from agency:US/d-conn,"
        " probable cause, covers request, expires 2026-12-31}",
        requester="agency:US/ice",
    ),
    Line(
        "A search for a missing person whose reason says `removal order`, and no case",
        (DENY, "barred-words"),
        (PERMIT, "open-use"),
        (
            SEARCH,
            'request.purpose is missing_person, request.reason is "removal order"',
            "case.number is blank, case.offense is blank",
            FRESH,
            NO_CLAIMS,
        ),
    ),
    Line(
        "A search of a device that also enforces offenses",
        (HOLD, "dual-device"),
        (PERMIT, "open-use"),
        (SEARCH, TRAFFICKING, CASE, FRESH, NO_CLAIMS, "camera.serves_enforcement is yes"),
    ),
)

ALIKE = (
    Line(
        "A search for a trafficked person",
        (PERMIT, "any-use"),
        (PERMIT, "open-use"),
        (SEARCH, TRAFFICKING, CASE, FRESH, NO_CLAIMS),
    ),
    Line(
        "A search for civil removal",
        (DENY, "barred-uses"),
        (DENY, "purposes"),
        (SEARCH, "request.purpose is civil_removal", CASE, FRESH, NO_CLAIMS),
    ),
    Line(
        "A share with the FBI without a paper",
        (DENY, "recipients"),
        (DENY, "recipients"),
        (f"{SHARE}, request.recipients is {{{FBI}}}", TRAFFICKING, CASE, FRESH, NO_CLAIMS),
    ),
    Line(
        "Reads twenty-two days old, for nothing",
        (DENY, "retention"),
        (DENY, "purge"),
        (SEARCH, TRAFFICKING, CASE, "data.age is 22 days", NO_CLAIMS),
    ),
)


def examples_of(lines: tuple[Line, ...]) -> str:
    """All lines as one file: each in Connecticut's words, then each in Virginia's."""
    connecticut = (
        line.text("CT", "CT/openbridge-pd", line.connecticut, line.only_connecticut)
        for line in lines
    )
    virginia = (
        line.text("VA", "VA/example-open-pd", line.virginia, line.only_virginia) for line in lines
    )
    return "\n".join(
        (
            "examples under-connecticut uses ct 1\n",
            *connecticut,
            "examples under-virginia uses va 1\n",
            *virginia,
        )
    )


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, ...]]]:
    """By title: what is wrong with the answer under Connecticut's law, and under Virginia's."""
    path = tmp_path_factory.mktemp("two_states") / "both.policy"
    path.write_text(examples_of((*LINES, *ALIKE)), encoding="utf-8")
    registry = shipped_registry()
    checked = load((path,), registry.bodies.keys())
    assert checked.diagnostics == ()
    assert checked.library is not None
    engine = Engine(checked.library, registry)
    found: dict[str, list[tuple[str, ...]]] = {}
    for example in checked.library.examples:
        if example.node.span.source.name == str(path):
            found.setdefault(example.node.title, []).append(run_example(engine, example).faults)
    return found


@pytest.mark.parametrize("line", [*LINES, *ALIKE], ids=lambda line: line.title)
def test_each_law_answers_as_its_line_says(
    line: Line, faults: dict[str, list[tuple[str, ...]]]
) -> None:
    assert faults[line.title] == [(), ()]


def test_every_line_of_the_table_is_allowed_by_one_law_and_not_by_the_other() -> None:
    for line in LINES:
        assert (line.connecticut[0] is PERMIT) != (line.virginia[0] is PERMIT), line.title


def cell(answer: tuple[Outcome, str]) -> str:
    """An answer as the table prints it: the rule stands beside what is no PERMIT."""
    outcome, rule = answer
    return outcome.name if outcome is PERMIT else f"{outcome.name} `{rule}`"


def test_the_table_of_the_page_is_the_lines_decided_here() -> None:
    rows = [
        tuple(part.strip() for part in row.strip("|").split("|"))
        for row in PAGE.read_text(encoding="utf-8").splitlines()
        if row.startswith("| A") or row.startswith("| R") or row.startswith("| S")
    ]
    expected = [(line.title, cell(line.connecticut), cell(line.virginia)) for line in LINES]
    assert [row for row in rows if len(row) == 3 and row[1].split()[0] in Outcome.__members__] == (
        expected
    )
