"""``platelaw check``: every fault at once, and the examples decided."""

from __future__ import annotations

import json

import pytest

from .conftest import Desk, Run


def test_a_library_without_faults_is_counted(desk: Desk, run: Run) -> None:
    result = run("check", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert result.stdout.startswith("0 errors, 0 warnings; 2 policies, 3 rules, 1 example")


def test_what_is_not_proved_is_said_with_the_command_that_proves_it(desk: Desk, run: Run) -> None:
    promise = (
        'policy aa/promises\n  title "P"\n  layer state\n  issued by "AA"\n'
        "  time zone America/New_York\n  uses core 1\n  binds owner.sovereign is AA\n\n"
        'never theft "N"\n  PERMIT search of alpr_data\n  if request.purpose is a kind of theft\n'
    )
    desk.write("law/promises.policy", promise)
    options = ("--no-examples", "--registry", desk.registry, desk.library)
    last = run("check", *options).stdout.splitlines()[-1]
    assert last.startswith("not proved: 1 statement of what must never or always be, and ")
    assert last.endswith(f"`platelaw prove {desk.library}`")
    report = json.loads(run("check", "--json", *options).stdout)
    assert report["not_proved"] == ["aa/promises/theft"]
    desk.write("law/more.policy", "rule")
    assert "platelaw prove" not in run("check", *options).stdout


def test_json_is_all_there_is_on_standard_output(desk: Desk, run: Run) -> None:
    for fault, code in (("", 0), ("rule", 5)):
        desk.write("law/more.policy", f"# a comment\n{fault}\n")
        result = run("check", "--json", "--registry", desk.registry, desk.library)
        assert result.exit_code == code
        report = json.loads(result.stdout)
        assert report["ok"] is (code == 0)
        assert bool(report["diagnostics"]) is (code == 5)
        assert (report["digest"] is None) is (code == 5)
        assert result.stderr == ""


def test_the_digest_tells_texts_apart_and_not_their_places(desk: Desk, run: Run) -> None:
    def digest() -> object:
        result = run("check", "--json", "--registry", desk.registry, desk.library)
        return json.loads(result.stdout)["digest"]

    before = digest()
    moved = (desk.library / "law.policy").rename(desk.library / "moved.policy")
    assert digest() == before
    moved.write_text(f"# one word more\n{moved.read_text()}")
    assert digest() != before


def test_an_example_that_fails_is_a_fault_unless_examples_are_left_out(
    desk: Desk, run: Run
) -> None:
    law = desk.library / "law.policy"
    law.write_text(law.read_text().replace("expect PERMIT by any-use", "expect DENY"))
    result = run("check", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    assert "expects DENY, gets PERMIT (permitted) by agency/pd/any-use" in result.stdout
    result = run("check", "--no-examples", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert "0 examples" in result.stdout


@pytest.mark.parametrize(
    "content",
    [b"", b"rule", b"\x00\x01\x02", b"\xff\xfe", "policy é".encode("latin-1"), b"\x89PNG\r\n",
     b"(" * 10_000, b"rule x \"" + b"x" * 100_000],
)  # fmt: skip
def test_no_file_breaks_the_check(desk: Desk, run: Run, content: bytes) -> None:
    desk.write("law/more.policy", content)
    result = run("check", "--registry", desk.registry, desk.library)
    assert result.exit_code == (0 if content == b"" else 5)
    if content:
        assert " error: " in result.stdout
        assert "more.policy" in result.stdout


@pytest.mark.parametrize("place", ["nothing", "registry", "nothing.policy"])
def test_a_place_without_policies_ends_with_2(desk: Desk, run: Run, place: str) -> None:
    result = run("check", "--registry", desk.registry, desk.folder / place)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")


def test_an_agency_that_is_not_on_file_is_a_fault(desk: Desk, run: Run) -> None:
    path = desk.library / "owner.policy"
    path.write_text(path.read_text().replace("agency:AA/pd", "agency:AA/nobody"))
    result = run("check", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    assert "`AA/nobody`" in result.stdout or "AA/nobody" in result.stdout
