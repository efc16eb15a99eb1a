"""Small policies of an invented harbor, and what the check says of them."""

from collections.abc import Iterable
from pathlib import Path

from platelaw.dsl.check import check
from platelaw.dsl.codes import Code
from platelaw.dsl.diagnostics import Diagnostic
from platelaw.dsl.model import Library
from platelaw.dsl.parser import Parse, Parser
from platelaw.dsl.source import Source

GOOD = Path(__file__).parents[2] / "corpus" / "good"
PARSER = Parser()
WORDS = PARSER.parse(Source("words.policy", (GOOD / "words.policy").read_text("utf-8")))
CITED = '  cites "Harbor Act" status verified\n'
SINCE = "  in force from 2030-01-01\n"


def parse(text: str, name: str = "a.policy") -> Parse:
    return PARSER.parse(Source(name, text))


def head(
    layer: str = "state", name: str = "mark/act", uses: str = "harbor 1", more: str = ""
) -> str:
    return (
        f'policy {name}\n  title "T"\n  layer {layer}\n  issued by "I"\n  time zone Etc/UTC\n'
        f"  uses {uses}\n  binds owner.sovereign is NM\n{more}\n"
    )


def rule(body: str, name: str = "r", force: str = SINCE) -> str:
    return f'rule {name} "T"\n{CITED}{force}  {body}\n\n'


def forbid(condition: str, unless: str = "", more: str = "", force: str = SINCE) -> str:
    """A state policy with one forbid."""
    exception = f"\n  unless out: {unless}" if unless else ""
    return head(more=more) + rule(f"forbid look of reads\n  if {condition}{exception}", force=force)


def parameter(value: str, name: str = "keep_period", more: str = "", force: str = SINCE) -> str:
    return f"parameter {name} is {value}\n{more}{CITED}{force}\n"


def diagnostics(*texts: str) -> tuple[Diagnostic, ...]:
    files = [parse(text, f"{number}.policy") for number, text in enumerate(texts)]
    return check([WORDS, *files]).diagnostics


def codes(*texts: str) -> list[str]:
    """The numbers of all errors, in order."""
    return [fault.code.number for fault in diagnostics(*texts) if fault.is_error]


def has(code: Code, found: Iterable[Diagnostic]) -> bool:
    return any(fault.code is code for fault in found)


def library(*texts: str) -> Library:
    files = [parse(text, f"{number}.policy") for number, text in enumerate(texts)]
    checked = check([WORDS, *files])
    assert checked.library is not None, [str(fault) for fault in checked.diagnostics]
    return checked.library
