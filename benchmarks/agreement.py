"""Whether what an audit kept of random searches is what ``platelaw explain`` says of each.

A search is drawn from the results of an audit, and its record is read again from the log, by the
number of its line. A request is written of it by hand, as docs/semantics.md, section 10, tells,
without any of the code that judges columns; and the command itself is asked. Compared are the
verdict, the state of every rule above the owner, the status of its citation, and whether the
agency's own policy opened the search.

Without a log it makes two of a million invented searches and audits them: one with the statistics
of released logs, one of which every column is drawn by itself. With --judgments it draws one search
of each of so many judgments, so that what is rare is asked too.

    python -m benchmarks.agreement [--rows 1000000]
    python -m benchmarks.agreement --owner CT/darien-pd LOG.csv...
    python -m benchmarks.agreement --as-if-owner CT/darien-pd LOG.csv...
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from click.testing import CliRunner

from platelaw.cli import platelaw
from platelaw.dsl.lexicon import fold_phrase
from platelaw.dsl.model import Vocabulary
from platelaw.engine.audit.generating.calibration import read_calibration
from platelaw.engine.audit.generating.generator import Generator
from platelaw.engine.audit.generating.writing import write_log
from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.organizations.resolver import Resolver
from platelaw.engine.request import Request
from platelaw.engine.values import Span

from .audit_columns import Independent

OWNER = "CT/darien-pd"
EXITS = (0, 3, 4)  # PERMIT, HOLD, DENY; all else is a request that cannot be gone by
STRICTNESS = (
    "outside this law", "no law of that day", "lawful on the record", "cannot be told",
    "question for counsel", "shown unlawful",
)  # fmt: skip
ACCUSING = ("question for counsel", "shown unlawful")
ABOVE = ("federal", "state")
COLUMNS = {
    "organization": ("Org Name",),
    "reason": ("reason", "Reason"),
    "category": ("offenseType",),
    "case": ("Case #",),
    "time": ("searchDate", "Search Time"),
}
ZONED = ("%m/%d/%Y, %I:%M:%S %p UTC", "%Y-%m-%dT%H:%M:%S.%fZ")
BARE = "%Y-%m-%d %H:%M:%S.%f"
NOT_KNOWN = "not stated"  # why a name that means no body tells no requester
UNMAPPED = "a word that no vocabulary maps"
REASON_CAUSES = ("redacted", "withheld", "not exported", "never recorded")

DRAWN = """
SELECT s.id, source.name, s.line, s.last_line, s.earliest, s.latest, o.state, r.body, w.state,
    c.state, n.state, j.verdict, j.ground, j.id
FROM search s JOIN source ON source.id = s.source JOIN judgment j ON j.id = s.judgment
JOIN cell o ON o.id = s.organization LEFT JOIN requester r ON r.cell = s.organization
JOIN cell w ON w.id = s.reason JOIN cell c ON c.id = s.category JOIN cell n ON n.id = s.case_number
WHERE s.id IN (SELECT unnest(?)) ORDER BY s.id
"""
DID = """
SELECT r.rule, j.state, r.status FROM judgment_rule j JOIN rule r ON r.id = j.rule
WHERE j.judgment = ?
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A search as results keep it; of its cells why they are no values."""

    id: int
    name: str
    line: int
    last_line: int
    earliest: datetime.datetime
    latest: datetime.datetime
    organization: str
    body: str | None
    reason: str
    category: str
    case: str
    verdict: str
    ground: str
    judgment: int


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a search: verdict, the owner's ground, each rule with state and status."""

    verdict: str
    ground: str
    rules: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class Tally:
    """What came of some searches.

    Attributes:
        rows: How many agree.
        apart: What differs, search by search.
        verdicts: What was said of them.
        states: How often a rule did what.
    """

    rows: int = 0
    apart: list[str] = field(default_factory=list[str])
    verdicts: Counter[str] = field(default_factory=Counter[str])
    states: Counter[str] = field(default_factory=Counter[str])


class Asking:
    """Writes the request of a search, and asks the command."""

    def __init__(self, owner: str) -> None:
        """Know the words of the owner's law."""
        registry = shipped_registry()
        library = load((), registry.bodies.keys()).library
        assert library is not None
        probe = Request(owner, owner, "search", ("alpr_data",), Span.of_day(datetime.date.today()))
        self.owner = owner
        self.resolver = Resolver(registry)
        self.vocabulary: Vocabulary = Engine(library, registry).vocabulary_for(probe, registry)
        self.kinds = {
            fold_phrase(text): kind.name
            for kind in self.vocabulary.kinds.by_name.values()
            for text in kind.written
        }
        self.runner = CliRunner()

    def said_of(self, drawn: Drawn, cells: Mapping[str, str]) -> Said:
        """What the command says of a search, by its record."""
        requester = self.requester(drawn, cells)
        answers = [
            _of_answer(self.explained(drawn, cells, requester, purpose), requester is not None)
            for purpose in self.purposes(drawn, cells)[0] or (None,)
        ]
        return max(answers, key=lambda said: STRICTNESS.index(said.verdict))

    def requester(self, drawn: Drawn, cells: Mapping[str, str]) -> str | None:
        """Who searched; None if that is not known."""
        if drawn.organization == "never recorded":
            return self.owner
        if drawn.organization != "value":
            return None
        body = self.resolver.resolve(cells["organization"].strip()).body
        return body.key if body else None

    def purposes(self, drawn: Drawn, cells: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
        """The kinds that category or reason stand for, and why there is none."""
        if drawn.category == "value":
            return self.meant(cells["category"]), UNMAPPED
        if drawn.category in ("redacted", "withheld") or drawn.reason != "value":
            return (), drawn.category
        head, dash, _ = cells["reason"].partition(" -")
        return self.meant(cells["reason"]) or (self.meant(head) if dash else ()), UNMAPPED

    def meant(self, text: str) -> tuple[str, ...]:
        """The kinds that a cell stands for, whole or by its parts; none unless all are known."""
        if fold_phrase(text) in self.kinds:
            return (self.kinds[fold_phrase(text)],)
        found = [self.kinds.get(fold_phrase(part)) for part in text.split(",")]
        kinds = tuple(dict.fromkeys(kind for kind in found if kind is not None))
        return () if None in found else kinds

    def explained(
        self, drawn: Drawn, cells: Mapping[str, str], requester: str | None, purpose: str | None
    ) -> dict[str, Any]:
        """The answer of the command."""
        request = json.dumps(self.request(drawn, cells, requester, purpose))
        ran = self.runner.invoke(
            platelaw, ["explain", "--simulate", "--json", "-"], input=request.encode()
        )
        if ran.exit_code not in EXITS:
            raise RuntimeError(f"explain ended with {ran.exit_code} for {request}: {ran.output}")
        answer: dict[str, Any] = json.loads(ran.stdout)
        return answer

    def request(
        self, drawn: Drawn, cells: Mapping[str, str], requester: str | None, purpose: str | None
    ) -> dict[str, Any]:
        """The request that a search was."""
        facts: dict[str, Any] = {}
        missing = dict.fromkeys(self.vocabulary.facts, "never recorded")
        for name, state, column in (
            ("case.number", drawn.case, "case"), ("case.offense", drawn.category, "category"),
        ):  # fmt: skip
            if state in ("value", "blank"):
                facts[name] = cells[column] if state == "value" else ""
            else:
                missing[name] = state
        missing["request.purpose"] = self.purposes(drawn, cells)[1]
        if purpose is not None:
            facts["request.purpose"] = purpose
        missing = {name: cause for name, cause in missing.items() if name not in facts}
        request: dict[str, Any] = {
            "version": 1, "owner": self.owner, "act": "search", "data": ["alpr_data"],
            "at": _told(drawn.earliest), "facts": facts,
            "reason": cells["reason"] if drawn.reason == "value" else "",
            "simulate": {"until": _told(drawn.latest), "missing": missing},
        }  # fmt: skip
        if drawn.reason in REASON_CAUSES:
            request["reason"] = {"missing": drawn.reason}
        if requester is None:
            missing["requester"] = (
                NOT_KNOWN if drawn.organization == "value" else drawn.organization
            )
        else:
            request["requester"] = requester
        return request


def _told(moment: datetime.datetime) -> str:
    return moment.replace(tzinfo=datetime.UTC).isoformat()


def _of_answer(answer: Mapping[str, Any], is_known: bool) -> Said:
    """What an answer comes to as a verdict on a search."""
    rules = [
        (layer["layer"], rule) for layer in answer["layers"] for rule in layer["rules"]
    ]  # fmt: skip
    above = [rule for layer, rule in rules if layer in ABOVE]
    told = tuple(sorted(
        (rule["id"], rule["state"], rule["cites"]["status"] if rule["cites"] else "")
        for rule in above
    ))  # fmt: skip
    verdict = _verdict(answer, above)
    if not is_known and verdict in ACCUSING:
        verdict = "cannot be told"
    opens = [rule for layer, rule in rules if _may_open(layer, rule["effect"])]
    values = [turn["bites_or_opens"] for rule in opens for turn in rule["recipients"]]
    ground = "silent" if all(value == "false" for value in values) else "yes"
    return Said(verdict, ground if answer["policy_on_file"] else "no", told)


def _may_open(layer: str, effect: str) -> bool:
    if effect == "leave open":
        return layer == "federal"
    return effect == "permit" and layer not in ABOVE


def _verdict(answer: Mapping[str, Any], above: Sequence[Mapping[str, Any]]) -> str:
    if not above and answer["reason"] in STRICTNESS:
        return str(answer["reason"])
    biting = [rule for rule in above if rule["state"] in ("bites", "refused")]
    if biting:
        sure = any(rule["cites"] and rule["cites"]["status"] == "verified" for rule in biting)
        sure = sure and answer["weakest_status"] in ("verified", "adopted")
        return "shown unlawful" if sure else "question for counsel"
    holding = any(rule["state"] in ("unproven", "referred", "duty first") for rule in above)
    return "cannot be told" if holding else "lawful on the record"


# Logs ---------------------------------------------------------------------------------------


ALL = "SELECT id FROM search WHERE judgment IS NOT NULL ORDER BY id"
ONE_OF_EACH = """
SELECT arg_min(id, hash(id)) AS id FROM search WHERE judgment IS NOT NULL
GROUP BY judgment ORDER BY id
"""


def compared(
    results: Path, logs: Mapping[str, Path], asking: Asking, among: str, count: int, seed: int
) -> Tally:
    """Random searches of results among some, each beside what the command says of it."""
    tally = Tally()
    with duckdb.connect(str(results), read_only=True) as kept:
        ids: list[int] = [row[0] for row in kept.execute(among).fetchall()]
        chosen = random.Random(seed).sample(ids, min(count, len(ids)))
        drawn = [Drawn(*row) for row in kept.execute(DRAWN, [chosen]).fetchall()]
        for each, cells in zip(drawn, _records(drawn, logs), strict=True):
            did = tuple(sorted(kept.execute(DID, [each.judgment]).fetchall()))
            _compare(each, Said(each.verdict, each.ground, did), cells, asking, tally)
    return tally


def _compare(
    drawn: Drawn, audited: Said, cells: Mapping[str, str], asking: Asking, tally: Tally
) -> None:
    place = f"{drawn.name}:{drawn.line}"
    apart = [f"{place}: {each}" for each in _of_record(drawn, cells, asking)]
    explained = asking.said_of(drawn, cells)
    for what in ("verdict", "ground"):
        one, other = getattr(audited, what), getattr(explained, what)
        if one != other:
            apart.append(f"{place}: {what}: the audit says {one}, explain {other}")
    for rule in sorted(set(audited.rules) ^ set(explained.rules)):
        who = "the audit" if rule in audited.rules else "explain"
        apart.append(f"{place}: only {who} says: {', '.join(rule)}")
    tally.rows += not apart
    tally.apart += apart
    tally.verdicts[audited.verdict] += 1
    tally.states.update(state for _, state, _ in audited.rules)


def _of_record(drawn: Drawn, cells: Mapping[str, str], asking: Asking) -> Iterator[str]:
    """What results tell otherwise of a search than its record does."""
    who = asking.requester(drawn, cells)
    if drawn.organization == "value" and who != drawn.body:
        yield f"the audit takes {drawn.body} for the requester, the name means {who}"
    for form in ZONED:
        try:
            at = datetime.datetime.strptime(cells["time"].strip(), form)
        except ValueError:
            continue
        if (at, at) != (drawn.earliest, drawn.latest):
            yield f"the audit has it at {drawn.earliest}, the record at {at}"
        return
    at = datetime.datetime.strptime(cells["time"].strip(), BARE)
    if not drawn.earliest <= at <= drawn.latest:
        yield f"the audit has it from {drawn.earliest} to {drawn.latest}, the record at {at}"


def _records(drawn: Sequence[Drawn], logs: Mapping[str, Path]) -> Iterator[dict[str, str]]:
    """The cells of searches as they stand in the logs, in the order of the searches."""
    read: dict[str, dict[int, dict[str, str]]] = {}
    for name in {each.name for each in drawn}:
        wanted = {each.line: each.last_line for each in drawn if each.name == name}
        read[name] = dict(_lines(logs[name], wanted))
    for each in drawn:
        yield read[each.name][each.line]


def _lines(log: Path, wanted: Mapping[int, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Records by the line on which they begin."""
    with log.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader([next(file)]))
        text, start = "", 0
        for number, line in enumerate(file, 2):
            start = number if number in wanted else start
            if not start:
                continue
            text += line
            if number == wanted[start]:
                yield start, _cells(header, next(csv.reader(text.splitlines(keepends=True))))
                text, start = "", 0


def _cells(header: Sequence[str], record: Sequence[str]) -> dict[str, str]:
    by_label = dict(zip(header, record, strict=True))
    return {
        name: next((by_label[label] for label in labels if label in by_label), "")
        for name, labels in COLUMNS.items()
    }


# Running ------------------------------------------------------------------------------------


def audited(folder: Path, logs: Sequence[Path], owner: Sequence[str]) -> Path:
    """The results of an audit of logs by the command."""
    results = folder / f"{logs[0].name}.results"
    order = ["audit", *owner, "--no-review", "--results", str(results), *map(str, logs)]
    ran = CliRunner().invoke(platelaw, order)
    if ran.exit_code not in (0, 5):
        raise RuntimeError(ran.output)
    return results


def generated(folder: Path, rows: int, seed: int) -> list[Path]:
    """Two invented logs: one like released ones, one of independent columns."""
    made = {"generated.csv": Generator, "independent.csv": Independent}
    for name, generator in made.items():
        write_log(generator(read_calibration(), shipped_registry(), OWNER, seed),
                  folder / name, rows)  # fmt: skip
    return [folder / name for name in made]


def main() -> None:
    """Audit, draw, ask, and print; exit code 1 if a search is told otherwise."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("logs", nargs="*", type=Path, metavar="LOG.csv", help="logs as exported")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--owner", help="the agency whose logs they are")
    whose.add_argument("--as-if-owner", help="the agency under whose law foreign logs are judged")
    parser.add_argument("--count", type=int, default=100, help="searches of each log [100]")
    parser.add_argument("--judgments", action="store_true", help="one search of each judgment")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of invented logs [1000000]")
    parser.add_argument("--seed", type=int, default=26, help="of what is drawn [26]")
    options = parser.parse_args()
    owner = options.owner or options.as_if_owner or OWNER
    how = ["--as-if-owner" if options.as_if_owner else "--owner", owner]
    before, apart = time.process_time(), 0
    asking = Asking(owner)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for log in options.logs or generated(folder, options.rows, options.seed):
            results = audited(folder, [log], how)
            among = ONE_OF_EACH if options.judgments else ALL
            tally = compared(results, {log.name: log}, asking, among, options.count, options.seed)
            apart += len(tally.apart)
            total = sum(tally.verdicts.values())
            print(f"{log.name}: {tally.rows} of {total} searches agree")
            print(f"  verdicts: {dict(tally.verdicts)}; states of rules: {dict(tally.states)}")
            print("\n".join(f"  {each}" for each in tally.apart))
    print(f"{time.process_time() - before:.0f} CPU seconds")
    sys.exit(apart > 0)


if __name__ == "__main__":
    main()
