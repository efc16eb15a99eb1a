"""How fast policy text is read and checked.

Run `python benchmarks/parse.py`. The text is made from the shipped policies: each of many
invented agencies has the definitions of one shipped policy and a share of its rules, with other
names and numbers. The same seed makes the same text.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from platelaw.dsl.check import check
from platelaw.dsl.parser import Parse, Parser
from platelaw.dsl.scan import scan
from platelaw.dsl.source import Source
from platelaw.engine.library import policy_files, read_policies, shipped

SOURCES = ("agencies/model.policy", "connecticut/alpr_act.policy")
MEBIBYTE = 1024 * (1024 if sys.platform == "darwin" else 1)


@dataclass(frozen=True, slots=True)
class Model:
    """A shipped policy as a pattern: its definitions and its rules."""

    defines: str
    rules: tuple[str, ...]


def model(text: str) -> Model:
    """The pattern of one shipped policy."""
    raws = scan(Source("", text)).statements
    head = next(raw for raw in raws if raw.keyword == "policy")
    defines = [clause.span.text for clause in head.clauses if clause.keyword == "define"]
    rules = [raw.span.text for raw in raws if raw.keyword == "rule"]
    return Model("".join(f"  {text}\n" for text in defines), tuple(rules))


def policy(chance: random.Random, pattern: Model, agency: int, rules: int) -> str:
    """The text of one invented agency."""
    head = (
        f'policy bench/agency-{agency}\n  title "Policy {agency}"\n  layer owner\n'
        f'  issued by "Agency {agency}"\n  time zone America/New_York\n  uses ct 1\n'
        f"  binds owner is agency:CT/bench-{agency}\n{pattern.defines}"
    )
    lines = [rule(chance, chance.choice(pattern.rules), number) for number in range(rules)]
    return "\n".join([head, *lines])


def rule(chance: random.Random, text: str, number: int) -> str:
    """A shipped rule under a name of its own, with other numbers of days."""
    named = re.sub(r"\Arule (\S+)", rf"rule \1-{number}", text)
    days = re.compile(r"\b\d+ days\b")
    return days.sub(lambda _: f"{chance.randrange(2, 365)} days", named) + "\n"


def texts(seed: int, rules: int, agencies: int) -> Iterator[Source]:
    """The files of all agencies."""
    chance = random.Random(seed)
    patterns = [model(Path(str(shipped()), name).read_text("utf-8")) for name in SOURCES]
    for agency in range(agencies):
        own = rules // agencies + (agency < rules % agencies)
        text = policy(chance, patterns[agency % len(patterns)], agency, own)
        yield Source(f"bench/agency-{agency}.policy", text)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="How fast policy text is read.")
    options.add_argument("--rules", type=int, default=10_000)
    options.add_argument("--agencies", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    sources = list(texts(asked.seed, asked.rules, asked.agencies))
    lines = sum(source.text.count("\n") for source in sources)
    law = read_policies(policy_files([shipped()]))
    parser = Parser()
    started = time.process_time()
    parses: list[Parse] = [parser.parse(source) for source in sources]
    parsed = time.process_time()
    found = check([*law, *parses])
    checked = time.process_time()
    errors = sum(fault.is_error for fault in found.diagnostics)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE
    print(f"{asked.rules} rules of {asked.agencies} agencies, {lines} lines, {errors} errors")
    print(f"parse:           {asked.rules / (parsed - started):8.0f} rules per CPU second")
    print(f"parse and check: {asked.rules / (checked - started):8.0f} rules per CPU second")
    print(f"peak memory:     {peak:8.0f} MiB")


if __name__ == "__main__":
    main()
