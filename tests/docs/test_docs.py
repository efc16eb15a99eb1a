"""The pages say what the program does: links, policy text, command lines, words.

Conventions of the pages:

- The ``policy`` blocks of one page are one file, in order. A page that starts with no head of its
  own gets the head of the shipped plate reader act, definitions and all. Its examples are decided.
- A ``console`` line that starts with ``platelaw`` is run where sample files lie; ``# exit N`` at
  its end says the exit code, else an answer may be any of the three and the rest must end with 0.
  Those that need a service that listens are run in ``test_service_pages.py``.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from platelaw.cli import check as check_module
from platelaw.cli import common, platelaw
from platelaw.cli.example import example_log, example_vendor
from platelaw.cli.scaffold import files_of
from platelaw.dsl.check import Checked, check
from platelaw.dsl.formatter import format_parse
from platelaw.dsl.parser import Parse, Parser
from platelaw.dsl.scan import CLAUSES
from platelaw.dsl.source import Source
from platelaw.engine import library
from platelaw.engine.audit.layouts import Field, parse_layouts, shipped_layouts
from platelaw.engine.cache import Cache
from platelaw.engine.decision import Engine
from platelaw.engine.examples import run_examples
from platelaw.engine.registry import Body, Registry
from platelaw.engine.request_json import read_request
from platelaw.engine.schemas import sample_text

from ..compliance import made
from ..compliance.reports import forms

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
TOP = [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text("utf-8"))


# Links ------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors that both the site and a forge make of a page's headings."""
    heads = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text("utf-8")), re.MULTILINE)
    plain = [re.sub(r"[^\w\s-]", "", head.lower()).strip() for head in heads]
    return {re.sub(r"\s+", "-", head) for head in plain}


@pytest.mark.parametrize("page", [*PAGES, *TOP], ids=name_of)
def test_every_relative_link_of_a_page_resolves(page: Path) -> None:
    broken: list[str] = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert not broken


ELSEWHERE = r"https?://(?!example\.|127\.0\.0\.1\b)"


def test_no_page_loads_anything_from_elsewhere() -> None:
    for page in [*PAGES, *TOP, ROOT / "mkdocs.yml"]:
        assert not re.search(ELSEWHERE, page.read_text("utf-8")), name_of(page)


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    site = (ROOT / "mkdocs.yml").read_text("utf-8")
    listed = set(re.findall(r"([\w/-]+\.md)", site))
    written = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    folded = {name for name in written if name.startswith("diagnostics/PL")}
    assert written - folded <= listed
    assert listed <= written


# Policy text ------------------------------------------------------------------------------------


@functools.cache
def shipped() -> tuple[Parse, ...]:
    return tuple(library.read_policies(library.policy_files([library.shipped()])))


@functools.cache
def head_of_the_act() -> str:
    """The head of the shipped act under another name, for excerpts."""
    act = next(p for p in shipped() if "policy ct/alpr-act\n" in p.document.span.source.text)
    text = act.document.span.source.text
    start, end = text.index("policy ct/alpr-act"), text.index("\nrule ")
    return text[start:end].replace("ct/alpr-act", "docs/excerpt", 1) + "\n"


def page_as_file(page: Path) -> str:
    """The policy blocks of a page, each on its own lines, the rest blank."""
    whole, lines = page.read_text("utf-8"), list[str]()
    for block in BLOCK.finditer(whole):
        if block[1] == "policy":
            lines += [""] * (whole.count("\n", 0, block.start(2)) - len(lines))
            lines += block[2].splitlines()
    text = "\n".join(lines) + "\n"
    own_head = re.match(r"\s*(vocabulary|policy|examples)\b", text)
    return text if own_head else head_of_the_act() + text


WITH_POLICY = [page for page in PAGES if blocks(page, "policy")]


@functools.cache
def checked(page: Path) -> Checked:
    own = Parser().parse(Source(name_of(page), page_as_file(page)))
    return check([*shipped(), own], library.shipped_registry().bodies.keys())


@pytest.mark.parametrize("page", WITH_POLICY, ids=name_of)
def test_the_policy_text_of_a_page_checks(page: Path) -> None:
    mine = [d for d in checked(page).diagnostics if d.span.source.name == name_of(page)]
    assert not [str(fault) for fault in mine if fault.is_error]


@pytest.mark.parametrize("page", WITH_POLICY, ids=name_of)
def test_the_examples_of_a_page_get_their_answers(page: Path) -> None:
    found = checked(page).library
    if found is None:
        pytest.skip("the library with this page is refused; see the test of its text")
    mine = [e for e in found.examples if e.node.span.source.name == name_of(page)]
    engine = Engine(found, library.shipped_registry())
    assert not [result.faults for result in run_examples(engine, mine) if result.faults]


@pytest.mark.parametrize("page", WITH_POLICY, ids=name_of)
def test_the_policy_text_of_a_page_has_the_standard_layout(page: Path) -> None:
    text = "\n".join(blocks(page, "policy"))
    assert format_parse(Parser().parse(Source(name_of(page), text))) == text


def test_the_language_page_and_the_card_show_every_clause() -> None:
    for page in (DOCS / "language.md", DOCS / "reference-card.md"):
        text = page.read_text("utf-8")
        wanted = {
            f"{clause} {follower or ''}".strip()
            for statement, table in CLAUSES.items()
            for clause, follower in [(statement, None), *table.items()]
        }
        assert not [words for words in wanted if words not in text], name_of(page)


def test_the_card_fits_on_two_pages() -> None:
    lines = (DOCS / "reference-card.md").read_text("utf-8").splitlines()
    assert len(lines) <= 110
    assert max(map(len, lines)) <= 98


# Pictures of the grammar ------------------------------------------------------------------------


def test_the_pictures_are_those_that_the_grammar_makes() -> None:
    pytest.importorskip("railroad")
    tool = [sys.executable, str(ROOT / "tools" / "diagrams.py"), "--check"]
    ran = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_clause_of_the_grammar_has_a_picture() -> None:
    for statement, table in CLAUSES.items():
        picture = (DOCS / "grammar" / f"{statement}.svg").read_text("utf-8")
        shown = re.findall(r'<text class="clause"[^>]*>([^<]*)</text>', picture)
        wanted = [statement, *(f"{c} {follower or ''}".strip() for c, follower in table.items())]
        assert set(wanted) <= set(shown)


# Command lines ----------------------------------------------------------------------------------


def command_lines() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in blocks(page, "console"):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("platelaw"):
                    yield name_of(page), line


@functools.cache
def read_once(places: tuple[Path, ...], keys: frozenset[str]) -> Checked:
    return library.load(places, keys)


@pytest.fixture
def quick_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped library read once: what is tested here are the command lines."""

    def read(places: Iterable[Path], registry: Registry, cache: Cache | None) -> Checked:
        return read_once(tuple(places), frozenset(registry.bodies))

    monkeypatch.setattr(common, "library_from", read)
    monkeypatch.setattr(check_module, "library_from", read)
    monkeypatch.setattr(common, "shipped_registry", functools.cache(library.shipped_registry))


@pytest.fixture
def samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Path:
    """The files that the pages speak of."""
    tmp_path.joinpath("exports").mkdir()
    shutil.copy(example_log(), tmp_path / "exports" / "september.csv")
    line = request.node.name
    makes = "platelaw audit" in line and "report form" not in line
    if "year.results" in line and not makes:
        made.made(tmp_path / "year.results", 400).close()
    for name, text in FORMS.items():
        tmp_path.joinpath(name).write_text(text, "utf-8")
    asked = CliRunner().invoke(platelaw, ["schema", "request", "--sample"]).output
    tmp_path.joinpath("request.json").write_text(asked, "utf-8")
    shutil.copy(example_log(), tmp_path / "search_audit.csv")
    (column_map,) = blocks(DOCS / "logs.md", "toml")
    tmp_path.joinpath("our-vendor.toml").write_text(column_map, "utf-8")
    nodes, relations = blocks(DOCS / "flow.md", "csv")
    tmp_path.joinpath("folder").mkdir()
    tmp_path.joinpath("folder", "nodes.csv").write_text(nodes, "utf-8")
    tmp_path.joinpath("folder", "relations.csv").write_text(relations, "utf-8")
    for name, text in LISTS.items():
        tmp_path.joinpath(name).write_text(text, "utf-8")
    for place in example_vendor():
        tmp_path.joinpath(place.name).write_bytes(place.read_bytes())
    own = "\n".join(blocks(DOCS / "authors.md", "policy"))
    tmp_path.joinpath("my-agency.policy").write_text(own, "utf-8")
    tmp_path.joinpath("policies").mkdir()
    village = files_of(shipped_bodies()["CT/example-village-pd"], "2026-11-03")
    for name, text in village.items():
        if name.startswith("policies/"):
            tmp_path.joinpath(name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@functools.cache
def shipped_bodies() -> Mapping[str, Body]:
    return library.shipped_registry().bodies


# Forms of reports, filled in.
FORMS = {
    "ice-access.toml": forms.WHOLE,
    "usage.toml": forms.usage("2025-07-01", "2026-06-30"),
    "grounds.toml": forms.GROUNDS,
}
# Short forms of the lists that the pages import.
LISTS = {
    "edges.csv": "portal_slug,direction,partner_name\ndarien-ct-pd,outbound,Groton CT PD\n",
    "policies.csv": "crawled_slug,prohibited_uses\ndarien-ct-pd,Immigration enforcement\n",
    "eugene_or_pd_sharing_list.csv": "Name,State,Type\nBend OR PD,OR,Police Department\n",
}
# Those that ask a service are tried by test_service_pages.py.
OF_A_SERVICE = (
    *("serve", "ask", "verify", "pending", "attest", "recall", "deleted", "log", "conformance"),
)


def lines() -> dict[str, str]:
    """Each line that pages show, without its remark, and the first page that shows it."""
    found: dict[str, str] = {}
    for page, line in command_lines():
        said = re.search(r"# exit \d", line)
        command = shlex.join(shlex.split(line, comments=True)) + (f"  {said[0]}" if said else "")
        if line.split()[1] not in OF_A_SERVICE:
            found.setdefault(command, page)
    return dict(sorted(found.items()))


@pytest.mark.parametrize(("line", "page"), lines().items(), ids=lines())
@pytest.mark.usefixtures("quick_library", "samples")
def test_a_command_line_of_a_page_runs(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    said = re.search(r"# exit (\d)", line)
    given = None
    if "<" in words:
        given = Path(words[words.index("<") + 1]).read_bytes()
    words = words[: next((at for at, word in enumerate(words) if word in "<>|"), len(words))]
    result = CliRunner().invoke(platelaw, words[1:], input=given)
    answers = words[1] in ("decide", "explain")
    allowed = {int(said[1])} if said else {0, 3, 4} if answers else {0}
    assert result.exit_code in allowed, f"{page}: {result.output}"
    assert result.exception is None or isinstance(result.exception, SystemExit)


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(platelaw)
    for name in platelaw.list_commands(context):
        command = platelaw.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((name, each) for each in command.commands.values())


def test_every_command_and_option_is_described() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    sections = dict(
        re.findall(r"^## platelaw ([\w-]+)$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    )
    assert set(sections) == {name for name, _ in commands()}
    for name, command in commands():
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else ():
                assert f"`{option}" in sections[name], f"{name} {option}"
            if isinstance(parameter.type, click.Choice):
                missing = [c for c in parameter.type.choices if f"`{c}`" not in sections[name]]
                assert not missing, name


def test_no_option_is_described_that_does_not_exist() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    known = {"--help", "--version"}
    for _, command in commands():
        known |= {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
    assert set(re.findall(r"`(--[a-z-]+)", page)) <= known


def test_every_exit_code_is_described() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    codes = {value for name, value in vars(common).items() if name.startswith("EXIT_")}
    assert codes <= {int(found) for found in re.findall(r"^\| (\d) \|", page, re.MULTILINE)}


def test_the_page_of_logs_lists_every_layout_and_says_which_are_unverified() -> None:
    page = (DOCS / "logs.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([\w-]+/[\w ]+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    assert list(listed) == [layout.name for layout in shipped_layouts()]
    unverified = {name for name, source in listed.items() if "unverified" in source}
    assert unverified == {each.name for each in shipped_layouts() if each.status != "seen"}
    assert not [field for field in Field if f"`{field.value}`" not in page]


def test_the_column_map_of_a_page_is_one() -> None:
    (text,) = blocks(DOCS / "logs.md", "toml")
    (layout,) = parse_layouts(text, "map.toml")
    assert layout.fits(["Search Time", "Why", "Plate"])


# Words ------------------------------------------------------------------------------------------

TERMS = """\
act, adoption, assertion, attestation, bundle, caller, cause, charter, citation, claimed fact,
class of questions, complete set, conformance kit, contradiction, data owner, decision, decision
service, define, delegation, deny, development identity, diagnostic, dissemination, door, drain,
duty, duty first, effect, evidence, example, exception, fact, forbid, gate, ground, hit, HOLD,
hot list, immigration hold (detainer), in force, instrument, kind, law date, layer, leave open,
legal hold, lexicon, library, limit, Merkle checkpoint, mirror, nonce, obligation, onward terms,
outside this law, parameter, per recipient, permit, permit (rule), policy, policy decision
point, policy enforcement point, proof level, purpose, purpose shopping, reading, reason,
recipient, refer, registry, release id, request, request digest, request id, requester, require,
retry, role, root of trust, route, rule, settling set, signer, snapshot, sovereign, SPIFFE id,
stale, standing, standing access, statement, status, swap, threshold, trust domain, unproven,
verdict, verification, view, vocabulary, voucher, weakest status, withdrawal, worker"""


def glossary() -> dict[str, str]:
    text = (DOCS / "glossary.md").read_text("utf-8")
    entry = re.compile(r"^\*\*(.+?)\*\*\n: +(.+?)(?=^\*\*|^#|\Z)", re.MULTILINE | re.DOTALL)
    return {term: " ".join(said.split()) for term, said in entry.findall(text)}


def test_the_glossary_has_every_term_once_in_alphabetical_order() -> None:
    terms = list(glossary())
    wanted = {" ".join(term.split()).lower() for term in TERMS.split(",")}
    assert wanted <= {term.lower() for term in terms}
    assert terms == sorted(terms, key=str.lower)


def test_the_three_holds_point_at_one_another() -> None:
    names = ("HOLD", "legal hold", "immigration hold (detainer)")
    entries = glossary()
    for name in names:
        for other in set(names) - {name}:
            assert f"*{other}*" in entries[name]
    assert "not a hold on a person or vehicle" in entries["HOLD"]


def test_a_word_in_italics_has_an_entry() -> None:
    entries = glossary()
    pointed = {
        w for text in entries.values() for w in re.findall(r"(?<!\*)\*([^*`]+)\*(?!\*)", text)
    }
    assert not [word for word in pointed if word not in entries and f"{word} (rule)" not in entries]


def test_every_entry_says_where_its_word_occurs() -> None:
    assert not [term for term, text in glossary().items() if "Where:" not in text]


def test_the_classes_that_the_glossary_names_exist() -> None:
    files = [
        path
        for part in ("compliance", "dsl", "engine", "federation")
        for path in (ROOT / part).rglob("*.py")
    ]
    sources = "\n".join(path.read_text("utf-8") for path in files)
    class_name = re.compile(r"`(?:\w+\.)?([A-Z][a-z]\w+)(?:\.\w+)?`")
    places = [text.partition("Where:")[2] for text in glossary().values()]
    named = {name for place in places for name in class_name.findall(place)}
    assert len(named) > 20
    assert not [name for name in named if not re.search(rf"^class {name}\b", sources, re.MULTILINE)]


# What the pages may say -------------------------------------------------------------------------

STATUTE = re.compile(r"Public Act \d|House Bill \d|General Statutes, section|\d+ USC|\d+ CFR")
STATUS = re.compile(r"verified|secondary|unverified|provisional")


@pytest.mark.parametrize("page", [*PAGES, *TOP], ids=name_of)
def test_a_statute_is_never_named_without_how_sure_its_wording_is(page: Path) -> None:
    paragraphs = re.split(r"\n\s*\n", page.read_text("utf-8"))
    assert not [p for p in paragraphs if STATUTE.search(p) and not STATUS.search(p)]


def test_the_decisions_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in (DOCS / "decisions").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    for path in (DOCS / "decisions").glob("*.md"):
        heads = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert heads == ["Context", "Decision", "Options that lost", "Consequences"], path.name


def test_the_requests_of_pages_are_read_without_a_fault() -> None:
    found = read_once((), frozenset(library.shipped_registry().bodies)).library
    assert found is not None
    engine = Engine(found, library.shipped_registry())
    now = datetime.datetime(2026, 11, 3, 16, tzinfo=datetime.UTC)
    for page in PAGES:
        for block in blocks(page, "json"):
            said = json.loads(block).keys()
            if not {"requester", "owner"} & said:
                continue  # an evaluation of AuthZEN, a task of the conformance kit
            read = read_request(block, engine, now=now, simulate="simulate" in said)
            assert not read.faults, name_of(page)


def test_the_program_for_agencies_answers_as_the_engine_does() -> None:
    page = (DOCS / "agencies.md").read_text("utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(program, "agencies.md", "exec"), names)
    sample = json.loads(sample_text("request"))
    text = json.dumps({name: part for name, part in sample.items() if name != "simulate"}).encode()
    now = datetime.datetime.now(datetime.UTC)
    reading = read_request(text, names["engine"], now=now)
    assert reading.request is not None
    decision = names["engine"].decide(reading.request, decided_at=now)
    said = names["answer"](text)
    assert said.startswith(f"{decision.outcome.value} ({decision.reason})")
    assert all(result.rule.id in said for result in decision.deciding())
    assert names["answer"](b"{}").startswith("DENY (not understood)")
