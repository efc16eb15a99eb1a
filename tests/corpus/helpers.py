"""Reading the corpus: policy files to the diagnostics that their author would see."""

from functools import cache
from pathlib import Path

from platelaw.dsl.check import Checked, check
from platelaw.dsl.codes import Code
from platelaw.dsl.diagnostics import Diagnostic, in_order
from platelaw.dsl.parser import Parse, Parser
from platelaw.dsl.source import Source
from platelaw.engine.decision import Engine
from platelaw.engine.examples import diagnostics_of, run_examples
from platelaw.engine.library import read_policies
from platelaw.engine.registry import Registry, read_registry

CORPUS = Path(__file__).parent
REPOSITORY = CORPUS.parents[1]
GOOD = CORPUS / "good"
BAD = CORPUS / "bad"
PAGES = REPOSITORY / "docs" / "diagnostics"
BY_NUMBER = {code.number: code for code in Code}


@cache
def parser() -> Parser:
    return Parser()


@cache
def registry() -> Registry:
    return read_registry(CORPUS / "registry")


@cache
def words() -> Parse:
    """The vocabulary that the cases speak."""
    return parse("words.policy", (GOOD / "words.policy").read_text("utf-8"))


def parse(name: str, text: str) -> Parse:
    return parser().parse(Source(name, text))


def checked(*parses: Parse) -> Checked:
    return check(parses, registry().bodies.keys())


def diagnostics(*parses: Parse) -> tuple[Diagnostic, ...]:
    """What `platelaw check` says, examples included."""
    found = checked(*parses)
    if found.library is None:
        return found.diagnostics
    results = run_examples(Engine(found.library, registry()), found.library.examples)
    return in_order([*found.diagnostics, *diagnostics_of(results)])


def diagnostics_of_case(folder: Path) -> tuple[Diagnostic, ...]:
    files = [(file.name, file) for file in sorted(folder.glob("*.policy"))]
    return diagnostics(words(), *read_policies(files))


def printed(found: tuple[Diagnostic, ...]) -> str:
    return "\n".join(f"{diagnostic}\n" for diagnostic in found)


def cases() -> list[Path]:
    return sorted(folder for folder in BAD.iterdir() if folder.is_dir())


def code_of(folder: Path) -> Code:
    return BY_NUMBER[folder.name.partition("_")[0]]


def compare(file: Path, text: str, *, update: bool) -> None:
    """Hold a text against a file of the corpus, or write it there."""
    if update:
        file.write_text(text, "utf-8", newline="\n")
    stored = file.read_text("utf-8") if file.exists() else ""
    assert text == stored, f"{file} differs; see `pytest tests/corpus --update-corpus`"
