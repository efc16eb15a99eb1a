"""Whatever stands in a file, its author gets a library or an error with a place, never a crash."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.dsl import syntax as tree
from platelaw.dsl.check import check
from platelaw.dsl.codes import Code
from platelaw.dsl.formatter import format_parse
from platelaw.dsl.parser import Parse, Parser
from platelaw.dsl.patterns import RESERVED
from platelaw.dsl.scan import TOKEN, scan
from platelaw.dsl.source import Source
from platelaw.engine.library import shipped

from ...sizes import trials

CORPUS = Path(__file__).parents[2] / "corpus"
GOOD = {file.name: file.read_text("utf-8") for file in sorted((CORPUS / "good").glob("*.policy"))}
SHIPPED = {
    f"{file.parent.name}/{file.name}": file.read_text("utf-8")
    for file in sorted(Path(str(shipped())).rglob("*.policy"))
}
PARSER = Parser()
WORDS = PARSER.parse(Source("words.policy", GOOD["words.policy"]))
HEAD = """policy mark/act
  title "Harbor Act"
  layer state
  issued by "Northmark"
  time zone Europe/Stockholm
  uses harbor 1
  binds owner.sovereign is NM
"""
RULE = """
rule barred "Uses that are barred"
  cites "Harbor Act, section 2" status verified
  in force from 2030-01-01
  forbid look of reads
  if """


def read(text: str, name: str = "mangled.policy") -> Parse:
    return PARSER.parse(Source(name, text))


def assert_answered(text: str) -> None:
    """A library, or an error whose place lies in a file."""
    parsed = read(text)
    if not parsed.diagnostics:
        again = read(format_parse(parsed))
        assert again.document == parsed.document
    found = check([WORDS, parsed])
    assert (found.library is None) == any(fault.is_error for fault in found.diagnostics)
    for fault in found.diagnostics:
        assert 0 <= fault.span.start <= fault.span.end <= len(fault.span.source.text)
        assert fault.code.number in str(fault)
        assert fault.help


# Mangled policies ------------------------------------------------------------------------------

Mangle = Callable[[random.Random, str], str]
STRAYS = [
    *RESERVED,
    *'{}():;,"#\u201c\u00a0\t\x00',
    "5",
    "2030-02-30",
    "NM",
    "is",
    "a",
    "kind",
    "of",
]


def pieces(text: str) -> list[str]:
    """The tokens of a text and what stands between them."""
    found: list[str] = []
    at = 0
    for match in TOKEN.finditer(text):
        found += [text[at : match.start()], match.group()]
        at = match.end()
    return [*found, text[at:]]


def delete(chance: random.Random, text: str) -> str:
    parts = pieces(text)
    parts[chance.randrange(len(parts))] = " "
    return "".join(parts)


def double(chance: random.Random, text: str) -> str:
    parts = pieces(text)
    at = chance.randrange(len(parts))
    return "".join([*parts[:at], parts[at], " ", *parts[at:]])


def swap(chance: random.Random, text: str) -> str:
    parts = pieces(text)
    one, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    parts[one], parts[other] = parts[other], parts[one]
    return "".join(parts)


def insert(chance: random.Random, text: str) -> str:
    parts = pieces(text)
    parts.insert(chance.randrange(len(parts) + 1), f" {chance.choice(STRAYS)} ")
    return "".join(parts)


def scribble(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return (
        text[:at]
        + chr(chance.choice((chance.randrange(128), chance.randrange(0x2FFF))))
        + text[at + 1 :]
    )


def truncate(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def indent(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] = lines[at].lstrip() if chance.random() < 0.5 else f"  {lines[at]}"
    return "\n".join(lines)


def confuse(chance: random.Random, text: str) -> str:
    """One word of the text in the place of another."""
    parts = pieces(text)
    words = [at for at, part in enumerate(parts) if part[:1].isalpha()]
    if words:
        parts[chance.choice(words)] = parts[chance.choice(words)]
    return "".join(parts)


MANGLES: list[Mangle] = [
    delete, delete, double, swap, insert, insert, scribble, truncate, indent,
    confuse, confuse, confuse,
]  # fmt: skip


def short_statements() -> dict[str, list[str]]:
    """The statements of all good files by their keyword."""
    found: dict[str, list[str]] = {}
    for name, text in {**GOOD, **SHIPPED}.items():
        for raw in scan(Source(name, text)).statements:
            if len(raw.span.text) < 1500:
                found.setdefault(raw.keyword, []).append(raw.span.text)
    return found


WHOLE = [
    file.read_text("utf-8", errors="replace")
    for file in sorted((CORPUS / "bad").glob("*/*.policy"))
]
STATEMENTS = short_statements()
DECLARED = ("kind", "act", "data", "role", "duty", "fact", "reading", "lexicon")


def small_policy(chance: random.Random) -> str:
    """A case of the corpus, or statements of other files under fitting heads."""
    if chance.random() < 0.3:
        return chance.choice(WHOLE)
    declared = [
        chance.choice(STATEMENTS[chance.choice(DECLARED)]) for _ in range(chance.randrange(4))
    ]
    ruled = [chance.choice(STATEMENTS[chance.choice(("rule", "rule", "parameter", "example"))])
             for _ in range(chance.randrange(3))]  # fmt: skip
    head = HEAD.replace("harbor", chance.choice(("harbor", "mark")))
    layer = chance.choice(("state", "owner", "federal"))
    return "\n".join(["vocabulary mark 1 extends harbor 1", *declared,
                      head.replace("layer state", f"layer {layer}"), *ruled, ""])  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_ten_thousand_mangled_policies_are_answered(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(trials(500)):
        text = small_policy(chance)
        for mangle in chance.choices(MANGLES, k=chance.choice((1, 1, 1, 2, 4))):
            text = mangle(chance, text)
        assert_answered(text)


@given(
    st.text(max_size=300) | st.lists(st.sampled_from([*STRAYS, "rule", "\n", '"x"'])).map(" ".join)
)
def test_any_text_is_answered(text: str) -> None:
    assert_answered(text)


@given(st.binary(max_size=200))
def test_any_bytes_that_are_text_are_answered(data: bytes) -> None:
    assert_answered(data.decode("latin-1"))


# Depth and size --------------------------------------------------------------------------------

TEST = "boats.count is over 3"
DEEP = {
    "brackets": "(" * 5000 + TEST + ")" * 5000,
    "brackets left open": "(" * 5000 + TEST,
    "brackets left closed": TEST + ")" * 5000,
    "not": "not " * 5000 + TEST,
    "not and brackets": "not (" * 5000 + TEST + ")" * 5000,
    "quantifiers": "some x in recipients has (" * 5000 + TEST + ")" * 5000,
    "braces": "boats.count is one of " + "{" * 5000 + "3" + "}" * 5000,
    "alternating": "".join(f"({TEST} and (not {TEST} or " for _ in range(1500))
    + TEST
    + "))" * 1500,
}


def test_a_citation_needs_no_space_before_its_quotation_mark() -> None:
    spaced = read(RULE + "x is yes")
    close = read((RULE + "x is yes").replace('cites "', 'cites"'))
    assert spaced.diagnostics == close.diagnostics == ()
    assert close.document == spaced.document


@pytest.mark.parametrize("name", DEEP)
def test_a_condition_nested_deep_gets_a_diagnostic(name: str) -> None:
    text = f"{HEAD}{RULE}{DEEP[name]}\n"
    assert_answered(text)
    [fault, *_] = read(text).diagnostics
    assert fault.code in (Code.TOO_DEEP, Code.NOT_UNDERSTOOD)


def test_twenty_levels_are_read_and_twenty_one_are_not() -> None:
    deep = [
        f"{HEAD}{RULE}{'not (' * n}{'(' * (20 - 2 * n)}{TEST}{')' * (20 - n)}\n" for n in range(9)
    ]
    for text in deep:
        assert read(text).diagnostics == ()
        [fault] = read(text.replace("if ", "if (", 1)[:-1] + ")\n").diagnostics
        assert fault.code is Code.TOO_DEEP


def test_brackets_side_by_side_are_not_deep() -> None:
    many = " or ".join(f"(not ({TEST}))" for _ in range(300))
    assert read(f"{HEAD}{RULE}{many}\n").diagnostics == ()


def test_a_condition_of_too_many_tests_is_refused() -> None:
    many = [" or ".join(f"boats.count is over {n}" for n in range(n)) for n in (1000, 1001)]
    codes = [{f.code for f in check([WORDS, read(f"{HEAD}{RULE}{m}\n")]).diagnostics} for m in many]
    assert codes == [set(), {Code.TOO_DEEP}]


@pytest.mark.parametrize("line", ["define d{0}: d{1} and d{1}", "define d{0}: not d{1}"])
def test_definitions_that_grow_without_end_are_refused(line: str) -> None:
    chain = "".join(f"  {line.format(n, n - 1)}\n" for n in range(1, 200))
    found = check([WORDS, read(f"{HEAD}  define d0: {TEST}\n{chain}{RULE}d199\n")])
    assert {fault.code for fault in found.diagnostics} == {Code.TOO_DEEP}


# Misspelt names ----------------------------------------------------------------------------------


def conditions(node: object) -> Iterator[object]:
    """Every condition of a document, and every node below one."""
    if isinstance(node, tuple):
        for item in cast(tuple[object, ...], node):
            yield from conditions(item)
    elif is_dataclass(node):
        for field in fields(node):
            value = getattr(node, field.name)
            if field.name in ("condition", "binds", "done_by"):
                yield from below(value)
            elif field.name != "span":
                yield from conditions(value)


def below(node: object) -> Iterator[object]:
    yield node
    if isinstance(node, tuple):
        for item in cast(tuple[object, ...], node):
            yield from below(item)
    elif is_dataclass(node):
        for field in fields(node):
            if field.name != "span":
                yield from below(getattr(node, field.name))


def identifiers(parsed: Parse) -> list[tuple[int, int]]:
    """Where the identifiers of conditions stand, those with a dot in two parts.

    A variable where it is introduced is no misspelling, whatever it is called.
    """
    places: set[tuple[int, int]] = set()
    found = list(conditions(parsed.document.statements))
    introduced = {
        node.body.subject.span.start
        for node in found
        if isinstance(node, tree.Quantified) and isinstance(node.body, tree.KindTest)
        if node.body.subject.span.start < node.collection.span.start
    }
    for node in found:
        if getattr(getattr(node, "span", None), "start", None) in introduced:
            continue
        if isinstance(node, tree.Reference | tree.Name | tree.Named | tree.Sovereign | tree.Agency):
            for part in re.finditer(r"[\w-]+", node.span.text):
                if part.group() not in ("agency", "court"):
                    places.add((node.span.start + part.start(), node.span.start + part.end()))
    return sorted(places)


def misspelt(chance: random.Random, word: str, known: set[str]) -> str:
    """The word with one letter changed, no word of the library."""
    while True:
        at = chance.randrange(len(word))
        letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
        new = word[:at] + (letter.upper() if word[at].isupper() else letter) + word[at + 1 :]
        if new not in known:
            return new


def cases(texts: dict[str, str], most: int) -> Iterator[tuple[list[Parse], Parse, str]]:
    """Libraries in one file of which one identifier of a condition is misspelt."""
    chance = random.Random(7)
    known = set(re.findall(r"[\w-]+", " ".join(texts.values()))) | RESERVED
    parsed = {name: read(text, name) for name, text in texts.items()}
    places = [(name, place) for name in texts for place in identifiers(parsed[name])]
    for name, (start, end) in chance.sample(places, min(most, len(places))):
        text = texts[name]
        word = misspelt(chance, text[start:end], known)
        changed = read(text[:start] + word + text[end:], name)
        yield [p for other, p in parsed.items() if other != name], changed, word


AGENCIES = ("NM/pier-watch", "NM/quay-watch", "SM/dune-watch", "UNION/customs", "NM/boat-owner",
            "NM/high-court")  # fmt: skip


def test_a_misspelt_name_in_a_condition_is_always_refused() -> None:
    for others, changed, word in cases(GOOD, 10_000):
        found = check([*others, changed], AGENCIES)
        assert any(fault.is_error for fault in found.diagnostics), word


def test_a_misspelt_name_in_the_shipped_library_is_refused() -> None:
    for others, changed, word in cases(SHIPPED, trials(60)):
        found = check([*others, changed], ())
        near = [fault for fault in found.diagnostics if word in fault.span.text]
        assert any(fault.is_error for fault in near), word
