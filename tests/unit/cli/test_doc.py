"""``platelaw doc``: every rule that binds stands on the page once, the same each time."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from platelaw.cli import printing

from ..engine.small import owner, policy, rule
from .conftest import LAW, Desk, Run

ON = ("--on", "2026-11-03")


@pytest.fixture(autouse=True)
def without_example(desk: Desk) -> None:
    """The small law alone: its example speaks of a rule that these tests take away."""
    desk.write("law/law.policy", LAW)


def page(run: Run, desk: Desk, *more: str) -> Result:
    return run("doc", "AA/pd", *ON, *desk.options, *more)


def rules(result: Result) -> list[str]:
    return re.findall(r"^- Rule `(.+)`$", result.stdout, re.MULTILINE)


def clauses(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for chapter in found["chapters"]:
        yield from chapter["clauses"]


OF_EVERY_KIND = (
    rule("opens", "permit search of alpr_data"),
    rule("shares", "permit share of alpr_data\nif request.purpose is a kind of theft"),
    rule("keeps", "permit keep of alpr_data"),
    rule("bars", "forbid search, keep of alpr_data\nif data.age is over 9 days"),
    rule("limits", "limit share of alpr_data, for every recipient, to\n"
         "home: recipient.sovereign is AA"),
    rule("reads", "refer share of alpr_data to reviewer within 2 hours"),
    rule("trains", "require search of alpr_data\nmust train before search"),
)  # fmt: skip


def test_every_rule_of_every_layer_that_binds_stands_there_once(desk: Desk, run: Run) -> None:
    desk.write("law/owner.policy", owner(*OF_EVERY_KIND))
    desk.write("law/federal.policy", policy("us/base", "federal",
        rule("open", "leave open keep of record"),
        rule("ban", "forbid alert of alpr_data")))  # fmt: skip
    desk.write("law/pact.policy", policy("aa/pact", "agreement",
        rule("pact", "permit share of hit"), binds="owner is agency:AA/pd"))  # fmt: skip
    desk.write("law/asks.policy", policy("aa/asks", "requester",
        rule("asks", "forbid search of image"), binds="requester is agency:AA/pd"))  # fmt: skip
    found = rules(page(run, desk))
    own = {f"agency/pd/{name}" for name in
           ("opens", "shares", "keeps", "bars", "limits", "reads", "trains")}  # fmt: skip
    named = {each.rpartition("/")[0] for each in found} - {"agency/pd"}
    assert len(found) == len(set(found))
    assert own <= set(found)
    assert {"us/base/open", "us/base/ban", "aa/pact/pact", "aa/asks/asks"} <= set(found)
    assert {each.rpartition("/")[2] for each in found} >= {"barred-use", "read-first"}
    assert len(named) == 4  # and the law of the state


def test_a_rule_of_another_day_or_of_another_agency_is_not_there(desk: Desk, run: Run) -> None:
    desk.write("law/owner.policy", owner(
        rule("now", "permit search of alpr_data"),
        rule("later", "permit keep of alpr_data", since="in force from 2027-01-01"),
        rule("gone", "permit alert of alpr_data",
             since="in force from 2020-01-01 until 2021-01-01")))  # fmt: skip
    desk.write("law/other.policy", policy("aa/other", "owner",
        rule("theirs", "permit share of hit"), binds="owner is agency:AA/other"))  # fmt: skip
    result = page(run, desk)
    found = set(rules(result))
    assert "agency/pd/now" in found
    assert found.isdisjoint({"agency/pd/later", "agency/pd/gone", "aa/other/theirs"})
    assert "- 2027-01-01: later" in result.stdout


def test_the_shipped_rules_of_an_adopter_stand_there_once(run: Run) -> None:
    result = run("doc", "CT/strictford-pd", *ON)
    found = rules(result)
    assert len(found) == len(set(found))
    assert {"ct/alpr-act/recipients", "agency/strictford/bulk", "federal/baseline/"
            "status-may-be-sent", "agency/strictford/who-receives"} <= set(found)  # fmt: skip
    assert "the retention period (14 days)" in result.stdout
    assert "secondary: as a secondary source reports it" in result.stdout
    said = "“verified” is what the model ct/model-example 1 says of this source"
    assert f"Model policy, section 1 (a policy, not enacted law; {said})" in result.stdout
    assert "(verified: the words were seen)\n- From the agency's own policy" not in result.stdout
    assert result.stdout.count("- Made from:") == 1
    assert (
        "If the time for which standing access is switched on is at most 366 days" in result.stdout
    )
    assert "platelaw informs counsel; it is not legal advice." in result.stdout


def test_words_beside_policies_tell_facts_in_plain_english(desk: Desk, run: Run) -> None:
    desk.write("law/owner.policy", owner(
        rule("opens", "permit search of alpr_data\nif case.length is over 3 days"),
        rule("shared", "forbid search of alpr_data\nif case.sealed is yes")))  # fmt: skip
    told = page(run, desk).stdout
    assert "- If the length of the case is over 3 days" in told
    assert "- If the answer to “case: sealed” is yes" in told
    facts = '[facts]\n"case.length" = "how long the case lasts"\n'
    answers = '[answers]\n"case.sealed" = ["the case is sealed", "the case is open"]\n'
    desk.write("law/plain_words.toml", facts + answers)
    told = page(run, desk).stdout
    assert "- If how long the case lasts is over 3 days" in told
    assert "- If the case is sealed" in told


@pytest.mark.parametrize("text", ["[fact]\n", "[facts]\nx = 1\n", '[answers]\nx = "a"\n', "="])
def test_words_that_cannot_be_read_are_told(desk: Desk, run: Run, text: str) -> None:
    desk.write("law/plain_words.toml", text)
    result = page(run, desk)
    assert (result.exit_code, "plain_words.toml: " in result.stderr) == (2, True)


def test_the_same_day_gives_the_same_bytes(desk: Desk, run: Run) -> None:
    for form in ("--markdown", "--html"):
        texts = []
        for name in ("one", "two"):
            assert page(run, desk, form, str(desk.folder / name)).exit_code == 0
            texts.append((desk.folder / name).read_bytes())
        assert texts[0] == texts[1]


def test_a_page_loads_nothing_and_cannot_be_written_into(desk: Desk, run: Run) -> None:
    bad = rule("x", "permit search of alpr_data", title="A <script>alert(1)</script> *rule*")
    desk.write("law/owner.policy", owner(bad))
    place = desk.folder / "page.html"
    page(run, desk, "--html", str(place))
    text = place.read_text()
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=\"(?!#|data:,)", text)
    assert "&lt;script&gt;" in text
    assert r"A \<script\>alert(1)\</script\> \*rule\*" in page(run, desk).stdout


def test_json_has_the_digest_of_what_check_read(desk: Desk, run: Run) -> None:
    found = json.loads(page(run, desk, "--json").stdout)
    checked = json.loads(run("check", desk.library, "--registry", desk.registry, "--json").stdout)
    assert found["digest"] == checked["digest"]
    assert all(clause["cites"]["status"] == "verified" for clause in clauses(found))


def test_an_agency_without_a_policy_gets_no_page(desk: Desk, run: Run) -> None:
    place = desk.folder / "page.html"
    result = run("doc", "AA/other", *ON, *desk.options, "--html", place)
    assert (result.exit_code, "no policy of `AA/other`" in result.output) == (2, True)
    assert not place.exists()


def test_a_policy_of_later_says_when_it_begins(desk: Desk, run: Run) -> None:
    later = rule("later", "permit search of alpr_data", since="in force from 2027-01-01")
    desk.write("law/owner.policy", owner(later))
    assert "`--on 2027-01-01`" in page(run, desk).output


MODEL = policy("aa/model", "owner",
    rule("same", "permit search of alpr_data"),
    rule("other", "forbid search of alpr_data\nif data.age is over 9 days"),
    rule("gone", "permit keep of alpr_data"),
    binds="owner is agency:AA/court")  # fmt: skip


def test_a_comparison_tells_changed_missing_added_and_unchanged(desk: Desk, run: Run) -> None:
    desk.write("law/model.policy", MODEL)
    desk.write("law/owner.policy", owner(
        rule("renamed", "permit search of alpr_data"),
        rule("other", "forbid search of alpr_data\nif data.age is over 5 days"),
        rule("more", "forbid share of hit")))  # fmt: skip
    found = json.loads(page(run, desk, "--compare", "aa/model", "--json").stdout)
    by_title = {c["title"]: c["clauses"] for c in found["chapters"]}
    ids = {title: [clause["rule"] for clause in each] for title, each in by_title.items()}
    assert ids == {
        "Changed": ["agency/pd/other"],
        "Missing": ["aa/model/gone"],
        "Added": ["agency/pd/more"],
        "Adopted unchanged": ["agency/pd/renamed"],
    }
    (changed,) = by_title["Changed"]
    assert [point["text"] for point in changed["points"]] == [
        "The model: If the age of the data is over 9 days",
        "Here: If the age of the data is over 5 days",
    ]


def test_a_clause_is_changed_where_only_a_definition_it_reads_is(desk: Desk, run: Run) -> None:
    reading = rule("for-good", "permit search of alpr_data\nif good")
    for name, binds, kind in (("aa/model", "AA/court", "inquiry"), ("agency/pd", "AA/pd", "theft")):
        text = policy(name, "owner", reading, binds=f"owner is agency:{binds}",
                      more=f"  define good: request.purpose is a kind of {kind}\n")  # fmt: skip
        desk.write("law/owner.policy" if name == "agency/pd" else "law/model.policy", text)
    found = json.loads(page(run, desk, "--compare", "aa/model", "--json").stdout)
    assert [chapter["title"] for chapter in found["chapters"]] == ["Changed"]


def test_a_model_that_is_not_there_is_told(desk: Desk, run: Run) -> None:
    result = page(run, desk, "--compare", "agency/dp")
    assert (result.exit_code, "`agency/pd`" in result.output) == (2, True)


def test_without_a_browser_no_file_is_written(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATELAW_CHROMIUM", str(desk.folder / "none"))
    places = [desk.folder / "a.html", desk.folder / "a.pdf"]
    result = page(run, desk, "--html", str(places[0]), "--pdf", str(places[1]))
    assert (result.exit_code, "PLATELAW_CHROMIUM" in result.output) == (2, True)
    assert not any(place.exists() for place in places)


def test_a_browser_that_fails_is_told(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = desk.write("broken", "#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PLATELAW_CHROMIUM", str(broken))
    result = page(run, desk, "--pdf", str(desk.folder / "a.pdf"))
    assert (result.exit_code, "could not print" in result.output) == (2, True)


@pytest.mark.skipif(
    not any(map(shutil.which, printing.NAMES)), reason="no browser of this machine is on the path"
)
def test_a_pdf_is_printed(desk: Desk, run: Run) -> None:
    place: Path = desk.folder / "a.pdf"
    assert page(run, desk, "--pdf", str(place)).exit_code == 0
    assert place.read_bytes().startswith(b"%PDF-")
