"""``platelaw duties``: what it prints and ends with."""

from __future__ import annotations

import json

from .conftest import Desk, Run


def test_lines_of_ones_own_are_traced_with_or_without_an_agency(desk: Desk, run: Run) -> None:
    desk.write(
        "law/duties.toml",
        'sovereign = "AA"\nwithin = "7 days"\n[[line]]\nid = "X1"\ngroup = "Ours"\n'
        'title = "Barred uses"\nowner = "reviewer"\nrules = ["state/law/barred-use"]\n'
        'evidence = ["results"]\nlacks = "all of it"\n',
    )
    ask = ("duties", "--on", "2026-11-27", *desk.options)
    told = run(*ask, "--agency", "AA/pd")
    assert told.exit_code == 0, told.output
    assert "Duties of AA/pd on 2026-11-27: 1 line, 0 without a gap" in told.stdout
    gap = "not shown: the results of an audit (--results FILE) (reviewer, by 2026-12-04)"
    assert gap in told.stdout
    assert run(*ask, "--agency", "AA/pd", "--fail-on-gap").exit_code == 1
    alone = json.loads(run(*ask, "--json").stdout)
    ours = next(each for each in alone["lines"] if each["id"] == "X1")
    assert [gap["words"] for gap in ours["gaps"]] == ["not carried: all of it"]


def test_evidence_of_nobody_and_an_agency_without_lines_are_refused(desk: Desk, run: Run) -> None:
    result = run("duties", "--results", "a.results")
    assert result.exit_code == 2
    assert "say whose with --agency KEY" in result.stderr
    result = run("duties", "--agency", "AA/pd", *desk.options)
    assert result.exit_code == 2
    assert "no duties are traced for AA" in result.stderr
