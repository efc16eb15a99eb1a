"""Every line of duties is traced, to what there is; and what lacks is told."""

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import click
import pytest

from platelaw.cli.group import platelaw
from platelaw.compliance.duties.lines import DutiesError, Line, Shown, parse_lines, read_lines
from platelaw.compliance.duties.render import trace_json, trace_text
from platelaw.compliance.duties.tracing import Found, Gap, Trace, Witness, trace
from platelaw.compliance.duties.witnesses import (
    Audited,
    OnFile,
    PolicyOnFile,
    VendorChecked,
    check_owner,
)
from platelaw.compliance.findings.book import Book, read_book
from platelaw.compliance.findings.catalog import CHECKS
from platelaw.compliance.results.store import create
from platelaw.compliance.vendors.checking import Checked, Finding, Standing, Untold
from platelaw.compliance.vendors.demands import Severity
from platelaw.dsl.model import Library
from platelaw.engine.library import load, shipped, shipped_registry
from platelaw.engine.registry import Registry

ON = datetime.date(2026, 11, 27)
ROOT = Path(__file__).parents[3]

# Written governance, access controls, audit trails, the contract: what an auditor asks for.
ASKED = [f"{head}{n}" for head, count in (("G", 6), ("A", 7), ("T", 7), ("C", 6))
         for n in range(1, count + 1)]  # fmt: skip


@pytest.fixture(scope="module")
def lines() -> tuple[Line, ...]:
    (found,) = read_lines([shipped()])
    return found.line


@pytest.fixture(scope="module")
def registry() -> Registry:
    return shipped_registry()


@pytest.fixture(scope="module")
def library(registry: Registry) -> Library:
    library = load((), registry.bodies.keys()).library
    assert library is not None
    return library


@pytest.fixture(scope="module")
def book() -> Book:
    return read_book()


def test_every_line_is_traced_once_and_in_order(lines: tuple[Line, ...]) -> None:
    assert [line.id for line in lines] == ASKED


def test_every_line_names_rules_commands_tests_and_whose_it_is(
    lines: tuple[Line, ...], library: Library
) -> None:
    roles = library.vocabularies["ct 1"].roles
    for line in lines:
        assert line.rules, line.id
        assert line.commands, line.id
        assert line.tests, line.id
        assert line.owner in roles, line.id


def test_every_rule_that_a_line_names_exists(lines: tuple[Line, ...], library: Library) -> None:
    rules = {rule.id for policy in library.policies for rule in policy.rules}
    assert {rule for line in lines for rule in line.rules} <= rules


def test_every_example_that_a_line_names_exists(lines: tuple[Line, ...], library: Library) -> None:
    titles = {example.node.title for example in library.examples}
    assert {title for line in lines for title in line.examples} <= titles


def test_every_command_that_a_line_names_exists(lines: tuple[Line, ...]) -> None:
    context = click.Context(platelaw)
    for name in {command for line in lines for command in line.commands}:
        command: click.Command | None = platelaw
        for word in name.split():
            assert isinstance(command, click.Group), name
            command = command.get_command(context, word)
        assert command is not None, name


def test_every_test_that_a_line_names_exists(lines: tuple[Line, ...]) -> None:
    found: dict[str, set[str]] = {}
    for name in {test for line in lines for test in line.tests}:
        file, _, function = name.partition("::")
        if file not in found:
            tree = ast.parse((ROOT / file).read_text("utf-8"))
            found[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert function in found[file], name


def test_every_check_of_a_review_names_lines_that_there_are(book: Book) -> None:
    assert book.checks.keys() == CHECKS.keys()
    assert {line for check in book.checks.values() for line in check.duties} <= {*ASKED}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sovereign = 3", "sovereign"),
        ('sovereign = "CT"\nwithin = "soon"\nline = []', "`soon` is no duration"),
        ('sovereign = "CT"\nwithin = "1 day"\n[[line]]\nid = "X"\nrule = 1', "rule"),
        (
            'sovereign = "CT"\nwithin = "1 day"\n'
            + '[[line]]\nid = "X"\ngroup = ""\ntitle = ""\nowner = ""\n' * 2,
            "the line X stands twice",
        ),
    ],
)
def test_a_trace_that_cannot_be_gone_by_is_refused(text: str, told: str) -> None:
    with pytest.raises(DutiesError, match=told):
        parse_lines(text, "duties.toml")


# The evidence of an agency ---------------------------------------------------------------------

LINE = Line(
    "A5", "Access controls", "Reads go", "owner_custodian",
    rules=("ct/vendor-settings/reads-kept", "ct/alpr-act/own-policy", "ct/model-example/bulk"),
    evidence=(Shown.POLICY, Shown.VENDOR),
)  # fmt: skip


class Desk:
    """Traces lines of an agency with the evidence that is given."""

    def __init__(self, library: Library, registry: Registry, book: Book) -> None:
        self.library, self.registry, self.book = library, registry, book

    def trace(self, *lines: Line, agency: str = "CT/darien-pd", **evidence: Witness) -> Trace:
        own = PolicyOnFile(self.library, self.registry, agency, ON)
        witnesses: dict[Shown, Witness] = {
            Shown.POLICY: own,
            Shown.REGISTRY: OnFile(self.registry),
        }
        witnesses |= {Shown(kind): each for kind, each in evidence.items()}
        return trace(
            lines, self.library, self.registry, self.book, ON, agency, witnesses, "30 days"
        )


@pytest.fixture(scope="module")
def desk(library: Library, registry: Registry, book: Book) -> Desk:
    return Desk(library, registry, book)


def test_without_an_agency_a_line_lacks_only_what_nothing_carries(
    desk: Desk, lines: tuple[Line, ...]
) -> None:
    found = trace(lines, desk.library, desk.registry, desk.book, ON)
    for each in found.lines:
        told = [gap.words for gap in each.gaps]
        assert told == ([f"not carried: {each.line.lacks}"] if each.line.lacks else [])
        assert {rule.binds for rule in each.rules} == {None}
    assert "T4  Reasons and case numbers" in trace_text(found)


def test_rules_bind_evidence_is_named_and_each_gap_has_an_owner_and_a_day(desk: Desk) -> None:
    (found,) = desk.trace(LINE).lines
    assert [(rule.rule, rule.binds) for rule in found.rules] == [
        ("ct/vendor-settings/reads-kept", True),
        ("ct/alpr-act/own-policy", True),
        ("ct/model-example/bulk", False),
    ]
    assert found.on_file == ("policy agency/darien, in force",)
    assert found.due == datetime.date(2027, 1, 1)
    day = datetime.date(2026, 12, 27)
    assert found.gaps == (
        Gap("nothing like ct/model-example/bulk binds its data", "owner_custodian", day),
        Gap(
            "not shown: what the vendor's system is set to, and its agreement (--vendor FILE)",
            "owner_custodian",
            day,
        ),
    )


def test_a_rule_that_the_agency_adopted_is_its_own(desk: Desk) -> None:
    (found,) = desk.trace(LINE, agency="CT/strictford-pd").lines
    assert found.rules[2].rule == "agency/strictford/bulk"
    assert found.rules[2].binds is True


def test_an_agency_without_a_policy_has_none_on_file(desk: Desk) -> None:
    (found,) = desk.trace(LINE, agency="CT/hartford-pd").lines
    assert found.on_file == ()
    assert "no policy on file" in [gap.words for gap in found.gaps]


def test_what_was_found_of_the_vendor_is_a_gap_of_the_line_whose_rule_found_it(desk: Desk) -> None:
    due = datetime.date(2026, 12, 4)
    finding = Finding(
        "ct/vendor-settings/reads-kept", "", "", "", "secondary", Standing.COUNSEL,
        "retention.reads", "30 days", "at most 21 days", "a.toml:3", Severity.HIGH,
        "owner_counsel", due,
    )  # fmt: skip
    untold = Untold("ct/model-example/bulk", "", ("exports.largest",))
    other = Untold("ct/vendor-settings/logging", "", ("logs.searches",))
    checked = Checked("CT/darien-pd", ON, (finding,), (untold, other), ("ct/alpr-act/own-policy",))
    (found,) = desk.trace(LINE, vendor=VendorChecked(checked)).lines
    words = {gap.words: (gap.owner, gap.due) for gap in found.gaps}
    asked = "retention.reads is 30 days, asked is at most 21 days (ct/vendor-settings/reads-kept)"
    assert words[asked] == ("owner_counsel", due)
    assert "cannot be told for want of exports.largest (ct/model-example/bulk)" in words
    assert not any("logs.searches" in each for each in words)
    assert found.on_file[1].endswith("in order by ct/alpr-act/own-policy")


def test_results_of_an_audit_tell_what_was_read_what_was_checked_and_what_is_open(
    tmp_path: Path,
) -> None:
    results = create(tmp_path / "a.results", {"owner": "CT/darien-pd", "zone": "America/New_York"})
    witness = Audited(results, ON)
    checks = ("reason-vague", "reason-missing", "random-sample")
    assert witness.tell(LINE, checks, frozenset()) == Found(
        (), (Gap("the results hold no search", "owner_custodian"),)
    )
    results.execute(
        "INSERT INTO source SELECT 1, 'a.csv', '', 1, '', [], [], 'whole', 71, 0, 1, "
        "TIMESTAMP '2026-09-06 00:24:00', TIMESTAMP '2026-10-03 14:40:00'"
    )
    results.execute(
        "INSERT INTO review_check VALUES (1, 'reason-vague', 0, 'no reasons'), "
        "(2, 'reason-vague', 1, ''), (2, 'reason-missing', 0, 'no column for reasons')"
    )
    results.execute(
        "INSERT INTO finding VALUES ('f', 'reason-vague', 'review', '', '{}', '{}', '', '', '', 3, "
        "TIMESTAMP '2026-11-01')"
    )
    results.execute(
        "INSERT INTO finding_event VALUES ('f', 1, TIMESTAMP '2026-11-01', 'a', 'b', 'found', "
        "'open', 'records_supervisor', DATE '2026-11-08', '', 1, '', '', '')"
    )
    found = witness.tell(LINE, checks, frozenset())
    assert found.on_file == (
        "audit of 71 searches from 2026-09-05 to 2026-10-03, in 1 file; checks made: reason-vague",
    )
    assert [(gap.words, gap.owner, gap.due) for gap in found.gaps] == [
        (
            "reason-vague: 1 finding is open, overdue",
            "records_supervisor",
            datetime.date(2026, 11, 8),
        ),
        ("reason-missing could not be made: no column for reasons", "owner_custodian", None),
        ("not run: random-sample (`platelaw findings review`)", "owner_custodian", None),
    ]
    with pytest.raises(DutiesError, match="results of CT/darien-pd, not of CT/hartford-pd"):
        check_owner(results, "CT/hartford-pd", "a.results")
    results.execute("INSERT INTO about VALUES ('simulated', 'yes')")
    with pytest.raises(DutiesError, match="the results are simulated"):
        check_owner(results, "CT/darien-pd", "a.results")
    results.close()


def test_a_trace_as_plain_values_names_the_tests_and_the_gaps(desk: Desk) -> None:
    plain = trace_json(desk.trace(LINE))
    (line,) = plain["lines"]
    assert line["gaps"][0]["due"] == "2026-12-27"
    assert (plain["agency"], plain["on"], line["tests"]) == ("CT/darien-pd", "2026-11-27", [])
