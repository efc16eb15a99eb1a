"""Loading through a cache: the same outcome as without, and no more work than needed."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from platelaw.dsl import parser as parser_module
from platelaw.dsl.check import Checked
from platelaw.dsl.model import Library
from platelaw.engine.alike import Alike
from platelaw.engine.cache import Cache
from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.loading import Loaded, Loader

from .small import ANY_USE, REGISTRY, WORDS, ask, owner, policy, rule, state

LIMITED = rule("listed", "limit search of alpr_data to\nin-case: case.number is stated")
LAW = state(
    rule("barred-use", "forbid search of alpr_data\nif request.purpose is a kind of barred"),
    LIMITED,
    rule("gap", "forbid keep of alpr_data", since="in force from 2020-01-01 until 2021-01-01"),
    rule("gap", "forbid keep of alpr_data", since="in force from 2022-01-01"),
)
MODEL = policy("model/example 1", "owner", ANY_USE, rule("count", "forbid keep of alpr_data\n"
               "if case.count is over most"), 'parameter most is 5\n  agencies may lower\n'
               '  cites "Model" status verified\n  in force from 2020-01-01\n')  # fmt: skip
ADOPTER = (
    "policy agency/adopter\n  adopts model/example 1 except\n  binds owner is agency:AA/other\n"
    "  parameter most is 3\n"
)
EXAMPLE = """
examples of-all uses core 1

example "A theft"
  on 2026-11-03
  given requester is agency:AA/pd, owner is agency:AA/pd, act is search, data is alpr_data
  expect PERMIT by any-use
  untouched by barred-use
"""
FILES = {
    "words": WORDS,
    "law": LAW,
    "model": MODEL,
    "adopter": ADOPTER,
    "owner": owner(ANY_USE),
    "examples": EXAMPLE,
}


@dataclass
class Memory:
    """A store in memory that counts what it is asked for."""

    kept: dict[str, bytes] = field(default_factory=dict[str, bytes])
    asked: list[str] = field(default_factory=list[str])

    def get(self, key: str) -> bytes | None:
        self.asked.append(key)
        return self.kept.get(key)

    def put(self, key: str, payload: bytes) -> None:
        self.kept[key] = payload

    def trees(self) -> int:
        """How many trees were asked for."""
        return sum(key.startswith("tree-") for key in self.asked)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "law"
    made.mkdir()
    for name, text in FILES.items():
        (made / f"{name}.policy").write_text(text)
    return made


@pytest.fixture
def store(folder: Path) -> Memory:
    """A store that the folder was loaded through once."""
    made = Memory()
    first = Loader(made).load([folder], REGISTRY.bodies.keys())
    assert first.checked.library is not None, [str(d) for d in first.checked.diagnostics]
    assert len(first.parsed) == len(first.rechecked) == first.files == len(FILES)
    made.asked.clear()
    return made


def again(store: Memory, folder: Path) -> Loaded:
    return Loader(store).load([folder], REGISTRY.bodies.keys())


def whole(folder: Path) -> Checked:
    return load([folder], REGISTRY.bodies.keys())


def assert_same(found: Checked, wanted: Checked) -> None:
    """Two outcomes are the same in all that can be seen of them, places included."""
    assert [str(fault) for fault in found.diagnostics] == [str(f) for f in wanted.diagnostics]
    assert found == wanted
    if found.library is not None and wanted.library is not None:
        assert found.outlines == wanted.outlines
        assert places(found.library) == places(wanted.library)


def places(library: Library) -> list[str]:
    """Where the rules, definitions, examples and parameters of a library stand."""
    spans = [rule.node.span for policy in library.policies for rule in policy.rules]
    spans += [c.span for policy in library.policies for c in policy.defines.values()]
    spans += [example.node.span for example in library.examples]
    spans += [v.value.span for versions in library.parameters.values() for v in versions]
    return [f"{span} {span.text}" for span in spans]


def edit(folder: Path, name: str, change: Callable[[str], str]) -> None:
    file = folder / f"{name}.policy"
    text = change(file.read_text())
    assert text != file.read_text()
    file.write_text(text)


def test_what_did_not_change_is_neither_parsed_nor_checked(store: Memory, folder: Path) -> None:
    found = again(store, folder)
    assert (found.parsed, found.rechecked, found.files) == ((), (), len(FILES))
    assert_same(found.checked, whole(folder))
    assert [d.code.number for d in found.checked.diagnostics] == ["PL405"]


def test_only_the_tree_with_the_words_is_read_before_a_rule_is_asked_for(
    store: Memory, folder: Path
) -> None:
    found = again(store, folder).checked.library
    assert found is not None
    assert store.trees() == 1
    assert sum(len(policy.rules) for policy in found.policies) == 9
    assert store.trees() == 1
    one = next(policy for policy in found.policies if policy.name == "agency/pd")
    assert [rule.id for rule in one.rules] == ["agency/pd/any-use"]
    assert store.trees() == 2


def test_an_edited_file_alone_is_parsed_and_checked(store: Memory, folder: Path) -> None:
    edit(folder, "owner", lambda text: text.replace("search, share", "share"))
    found = again(store, folder)
    name = str(folder / "owner.policy")
    assert (found.parsed, found.rechecked) == ((name,), (name,))
    assert_same(found.checked, whole(folder))
    assert again(store, folder).parsed == again(store, folder).rechecked == ()


def test_examples_and_statements_added_to_a_file_are_read_with_those_of_the_others(
    store: Memory, folder: Path
) -> None:
    never = 'never barred "Nobody"\n  PERMIT search of alpr_data\n  if case.count is over 3\n'
    (folder / "more.policy").write_text(EXAMPLE.replace("of-all", "of-more"))
    again(store, folder)
    edit(folder, "examples", lambda text: text + text.partition("core 1\n")[2])
    edit(folder, "law", lambda text: text + never)
    found = again(store, folder)
    assert found.checked.library is not None
    assert len(list(found.checked.library.examples)) == 3
    assert [each.node.name.text for each in found.checked.library.invariants] == ["barred"]
    assert_same(found.checked, whole(folder))


def test_a_file_edited_within_its_size_and_date_is_read_again(store: Memory, folder: Path) -> None:
    file = folder / "law.policy"
    before = file.stat()
    edit(folder, "law", lambda text: text.replace("kind of barred", "kind of upkeep"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    found = again(store, folder)
    assert found.parsed == (str(file),)
    assert_same(found.checked, whole(folder))


def test_a_text_met_before_is_not_parsed_again(store: Memory, folder: Path) -> None:
    old = (folder / "owner.policy").read_text()
    edit(folder, "owner", lambda text: text + "\n# more\n")
    again(store, folder)
    (folder / "owner.policy").write_text(old)
    found = again(store, folder)
    assert found.parsed == ()
    assert_same(found.checked, whole(folder))


def test_a_fault_in_an_edited_file_is_found_alone_and_found_again(
    store: Memory, folder: Path
) -> None:
    edit(folder, "owner", lambda text: text.replace("alpr_data", "nothing_known"))
    for _ in range(2):
        found = again(store, folder)
        assert found.checked.library is None
        assert found.rechecked == (str(folder / "owner.policy"),)
        assert_same(found.checked, whole(folder))
    (folder / "owner.policy").write_text(FILES["owner"])
    assert again(store, folder).rechecked == ()


def test_a_text_that_is_not_understood_is_read_and_told_each_time(
    store: Memory, folder: Path
) -> None:
    edit(folder, "owner", lambda text: text.replace("permit search", "permit of search"))
    for _ in range(2):
        found = again(store, folder)
        assert found.parsed == (str(folder / "owner.policy"),)
        assert_same(found.checked, whole(folder))


def test_a_file_that_is_no_text_is_told_as_without_a_cache(store: Memory, folder: Path) -> None:
    (folder / "owner.policy").write_bytes(b"policy \xff")
    assert_same(again(store, folder).checked, whole(folder))


def test_a_new_and_a_removed_file_are_checked_alone(store: Memory, folder: Path) -> None:
    (folder / "more.policy").write_text(policy("agency/more", "owner", ANY_USE))
    found = again(store, folder)
    assert found.rechecked == (str(folder / "more.policy"),)
    assert_same(found.checked, whole(folder))
    (folder / "more.policy").unlink()
    found = again(store, folder)
    assert found.rechecked == ()
    assert_same(found.checked, whole(folder))


REACHING: dict[str, tuple[str, Callable[[str], str]]] = {
    "a word is added": ("words", lambda text: text.replace("act search,", "act look, search,")),
    "the words are gone": ("words", lambda text: text.replace("vocabulary core 1", "# none")),
    "an adopted rule changes": ("model", lambda text: text.replace("forbid keep", "forbid share")),
    "an adopted number changes": ("model", lambda text: text.replace("model/example 1", "m 1")),
    "a parameter is moved": ("model", lambda text: text.replace("most is 5", "most is 2")),
    "a rule that an example asks for goes": (
        "law", lambda text: text.replace("barred-use", "barred")),
    "a policy takes a name that is taken": (
        "owner", lambda text: text.replace("agency/pd", "aa/act")),
}  # fmt: skip


@pytest.mark.parametrize("case", REACHING)
def test_a_change_that_reaches_other_files_is_checked_whole(
    store: Memory, folder: Path, case: str
) -> None:
    edit(folder, *REACHING[case])
    found = again(store, folder)
    assert len(found.rechecked) > 1
    assert_same(found.checked, whole(folder))


def test_a_kind_closed_by_an_edited_limit_is_told_in_the_file_that_adds_to_it(
    store: Memory, folder: Path
) -> None:
    lower = "vocabulary low 1 extends core 1\n\nkind petty under theft\n"
    (folder / "lower.policy").write_text(lower)
    assert again(store, folder).checked.library is not None
    edit(
        folder,
        "law",
        lambda t: t.replace("case.number is stated", "request.purpose is a kind of theft"),
    )
    found = again(store, folder)
    assert [d.code.number for d in found.checked.diagnostics if d.is_error] == ["PL304"]
    assert found.rechecked == (str(folder / "law.policy"),)
    assert_same(found.checked, whole(folder))


def test_advice_across_files_follows_an_edit(store: Memory, folder: Path) -> None:
    edit(folder, "law", lambda t: t.replace("kind of barred", "kind of inquiry"))
    found = again(store, folder)
    assert found.rechecked == (str(folder / "law.policy"),)
    assert_same(found.checked, whole(folder))


POOL = (
    *("theft", "robbery", "barred", "joint", "upkeep", "inquiry", "police", "search", "share"),
    *("keep", "alert", "alpr_data", "image", "record", "forbid", "permit", "limit", "refer", "and"),
    *("or", "not", "reviewer", "core 1", "count", "barred-use", "any-use", "agency/pd", "owner"),
    *("aa/act", "verified", "secondary", "2020", "2022", "5", "most", "case.count", "state"),
)


def edited(chance: random.Random, text: str) -> str:
    """A text with a word replaced, or a line moved, doubled or taken away."""
    words = list(re.finditer(r"[\w./-]+(?: 1)?", text))
    lines = text.split("\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.choice(("word", "word", "word", "number", "double", "move", "delete", "add")):
        case "word":
            word = chance.choice(words)
            return text[: word.start()] + chance.choice(POOL) + text[word.end() :]
        case "number":
            return re.sub(r"\b\d\b", lambda _: str(chance.randrange(1, 9)), text)
        case "double":
            lines.insert(to, lines[at])
        case "move":
            lines.insert(to, lines.pop(at))
        case "delete":
            del lines[at]
        case _:
            lines.append(rule(f"new-{at}", f"forbid search of {chance.choice(POOL)}"))
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_the_outcome_is_that_of_a_whole_check(
    store: Memory, folder: Path, seed: int
) -> None:
    chance = random.Random(seed)
    met: Counter[tuple[bool, bool]] = Counter()
    for _ in range(50):
        files = chance.sample(sorted(FILES), chance.choice((1, 1, 1, 2)))
        for name in files:
            file = folder / f"{name}.policy"
            file.write_text(edited(chance, FILES[name]))
        found = again(store, folder)
        assert_same(found.checked, whole(folder))
        met[found.checked.library is not None, len(found.rechecked) < found.files] += 1
        for name in files if chance.random() < 0.9 or found.checked.library is None else ():
            (folder / f"{name}.policy").write_text(FILES[name])
    assert met[True, True]
    assert met[False, True]


def test_other_bodies_on_file_are_another_check(store: Memory, folder: Path) -> None:
    fewer = [key for key in REGISTRY.bodies if key != "AA/other"]
    found = Loader(store).load([folder], fewer)
    assert found.parsed == ()
    assert found.checked.library is None
    assert_same(found.checked, load([folder], fewer))


def test_a_file_named_twice_is_told_as_without_a_cache(store: Memory, folder: Path) -> None:
    twice = [folder, folder / "law.policy"]
    found = Loader(store).load(twice, REGISTRY.bodies.keys())
    assert_same(found.checked, load(twice, REGISTRY.bodies.keys()))


def test_values_that_stand_for_nothing_are_made_anew(store: Memory, folder: Path) -> None:
    for key in store.kept:
        for nonsense in (b"", b"\x00", b"\x93\xa1x\xa1y\xa1z", b"\x93\x7f\x00\x00"):
            broken = Memory({**store.kept, key: nonsense})
            assert_same(again(broken, folder).checked, whole(folder))


def test_a_tree_that_is_gone_is_read_from_the_text(store: Memory, folder: Path) -> None:
    found = again(store, folder).checked
    store.kept.clear()
    assert_same(found, whole(folder))


def test_an_answer_by_a_library_from_the_cache_is_that_of_the_library(
    store: Memory, folder: Path
) -> None:
    kept, plain = again(store, folder).checked.library, whole(folder).library
    assert kept is not None
    assert plain is not None
    for purpose in ("theft", "joint", "barred"):
        for holder in ("AA/pd", "AA/other", "BB/pd"):
            asked = {"request.purpose": purpose, "case.number": "1"}
            answers = [ask(Engine(one, REGISTRY), asked, holder=holder) for one in (kept, plain)]
            assert answers[0] == answers[1]


def test_an_answer_reads_no_rule_of_a_policy_that_cannot_bind(store: Memory, folder: Path) -> None:
    for at in range(20):
        text = policy(f"agency/{at}", "owner", ANY_USE, binds="owner is agency:BB/pd")
        (folder / f"more{at}.policy").write_text(text)
    again(store, folder)
    library = again(store, folder).checked.library
    assert library is not None
    store.asked.clear()
    decision = ask(Engine(library, REGISTRY), {"request.purpose": "theft", "case.number": "1"})
    assert decision.outcome.value == "PERMIT"
    assert 0 < store.trees() <= len(FILES)


def test_what_rules_may_ask_of_a_body_is_told_from_the_store_without_reading_them(
    store: Memory, folder: Path
) -> None:
    library = again(store, folder).checked.library
    assert library is not None
    found = Alike.kept(library, store)
    assert found == Alike.of(library)
    library = again(store, folder).checked.library
    assert library is not None
    store.asked.clear()
    assert Alike.kept(library, store) == found
    assert store.asked == [f"alike-{library.digest}"]


def test_the_names_of_rules_are_known_without_reading_them(store: Memory, folder: Path) -> None:
    kept, plain = again(store, folder).checked.library, whole(folder).library
    assert kept is not None
    assert plain is not None
    names = [policy.rule_names() for policy in kept.policies]
    assert store.trees() == 1
    assert names == [policy.rule_names() for policy in plain.policies]
    assert ("any-use", "count") in names


def test_the_shipped_library_is_the_same_from_a_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = shipped_registry().bodies.keys()
    first = Loader(Cache(tmp_path / "cache")).load((), keys)
    monkeypatch.setattr(parser_module, "Parser", None)
    cache = Cache(tmp_path / "cache")
    found = Loader(cache).load((), keys)
    assert (found.parsed, found.rechecked, cache.notes) == ((), (), [])
    assert len(found.checked.library.policies if found.checked.library else ()) > 5
    assert_same(found.checked, first.checked)
