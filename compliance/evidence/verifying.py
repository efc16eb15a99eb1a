"""Whether a package of evidence is whole, and whether what it says follows from what it holds."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ...engine.audit.verdicts import RowVerdict
from ...engine.reference import RuleState
from ...federation.log.answer_files import AnswerError
from ...federation.log.keys import LogKeys
from ..findings.chain import FIRST, Entry, finding_id, seal_of
from ..findings.digests import content_of, searches_digest
from ..findings.intervals import binomial_interval
from .accuracy import measured_in
from .errors import PackageError
from .made_by import MadeBy, unknown_files
from .package import MANIFEST, STATEMENT, VERSION, seal_in, sha256
from .proofs import KEYS, has_proofs, proof_faults, told_proofs
from .statement import statement

_FOUND = ("found", "found again")
_BITES = frozenset({RuleState.BITES.value, RuleState.REFUSED.value})
_BITTEN = (RowVerdict.UNLAWFUL.value, RowVerdict.QUESTION.value)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what, and what is wrong; nothing if it holds.

    Attributes:
        unchecked: Why this platelaw cannot tell; empty if it can.
    """

    what: str
    faults: tuple[str, ...]
    unchecked: str = ""


def verified(
    files: Mapping[str, bytes], keys: LogKeys | None = None, *, tool: str = ""
) -> tuple[Check, ...]:
    """Look at a package; where its files are not those of the manifest, at nothing else.

    Args:
        files: The package.
        keys: The public keys of decision logs; those in the package if None.
        tool: Which platelaw this is. Words of the statement that differ are a fault if it is the
            one that made the package.
    """
    whole = Check("every file is as it was packed", tuple(_files(files)))
    if whole.faults:
        return (whole,)
    try:
        package = _Package(files)
        made = MadeBy.of(package.manifest, tool)
    except (ValueError, KeyError, TypeError) as fault:
        told = f"one is missing or has another form: {fault}; {_maker(files)}"
        return (Check("its files can be read", (told,)),)
    by = keys.source if keys else f"the package's own {KEYS}"
    proofs = (
        Check(f"the decision log answers for every answer, by {by}",
              tuple(proof_faults(files, keys))),
    )  # fmt: skip
    unknown = unknown_files(files)
    return (
        whole,
        Check("the register is an unbroken chain", tuple(package.chain())),
        Check("the finding and its evidence are those that the register names",
              tuple(package.contents())),
        Check("each verdict follows from what the rules did", tuple(package.verdicts())),
        Check("every search stands in a file that is named, and has its judgment",
              tuple(package.searches())),
        Check("the intervals are those of the counts", tuple(package.intervals())),
        *(proofs if has_proofs(files) else ()),
        package.statement(files, made),
        *((Check(f"files that this platelaw does not know: {', '.join(unknown)}", (),
                 "their digests are those of the manifest; what they say is not looked at"),)
          if unknown else ()),
    )  # fmt: skip


def made_by(files: Mapping[str, bytes], tool: str) -> str:
    """By which platelaw a package was made, and what it means here; empty if it does not say."""
    try:
        return MadeBy.of(json.loads(files[MANIFEST]), tool).told
    except (ValueError, KeyError, TypeError):
        return ""


def _maker(files: Mapping[str, bytes]) -> str:
    """Who can read a package that this platelaw cannot."""
    manifest: dict[str, Any] = json.loads(files[MANIFEST])
    version = f"form {manifest.get('version', 'not told')} of packages, this one reads {VERSION}"
    return f"platelaw {manifest.get('platelaw', 'of no told version')} made it, {version}"


def _files(files: Mapping[str, bytes]) -> Iterator[str]:
    try:
        wanted: dict[str, str] = dict(json.loads(files[MANIFEST])["sha256"])
    except (ValueError, KeyError, TypeError):
        yield f"{MANIFEST} cannot be read"
        return
    if seal_in(files[MANIFEST]) is None:
        yield f"{MANIFEST} was changed"
    for name in sorted(wanted.keys() | files.keys() - {MANIFEST}):
        if name not in files:
            yield f"{name} is missing"
        elif name not in wanted:
            yield f"{name} is not of the package"
        elif sha256(files[name]) != wanted[name]:
            yield f"{name} was changed"


class _Package:
    """The files of a package, read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.manifest: dict[str, Any] = json.loads(files[MANIFEST])
        self.finding: dict[str, Any] = json.loads(files["finding.json"])
        self.about: dict[str, str] = json.loads(files["audit.json"])
        self.register: list[dict[str, Any]] = json.loads(files["register.json"])
        self.judgments: dict[str, dict[str, Any]] = json.loads(files["judgments.json"])
        self.sources: list[dict[str, Any]] = json.loads(files["sources.json"])
        self.accuracy: list[dict[str, Any]] = json.loads(files["accuracy.json"])
        text = io.StringIO(files["searches.csv"].decode(), newline="")
        self.rows = list(csv.DictReader(text))

    def entries(self) -> Iterator[Entry]:
        """The entries of the finding, whole."""
        for told in self.register:
            if "finding" in told:
                due = datetime.date.fromisoformat(told["due"]) if told["due"] else None
                moment = datetime.datetime.fromisoformat(told["moment"])
                whole: dict[str, Any] = {**told, "due": due, "moment": moment}
                yield Entry(**whole)

    def chain(self) -> Iterator[str]:
        before = FIRST
        for place, told in enumerate(self.register, 1):
            if told["entry"] != place or told["previous"] != before:
                yield f"entry {told['entry']} does not follow the one before it"
            before = told["digest"]
        for number, entry in enumerate(self.entries(), 1):
            if entry.digest != seal_of(entry):
                yield f"entry {entry.entry} was changed after it was written"
            if entry.number != number or entry.finding != self.finding["id"]:
                yield f"entry {entry.entry} is not entry {number} of this finding"

    def contents(self) -> Iterator[str]:
        if finding_id(self.finding["check"], self.finding["subject"]) != self.finding["id"]:
            yield "the id is not that of the check and the subject"
        digests = self._digests()
        records: defaultdict[int, list[tuple[str, str, int]]] = defaultdict(list)
        for each in self.finding["records"]:
            records[each["entry"]].append((each["name"], each["digest"], each["line"]))
        for entry in self.entries():
            if entry.act not in _FOUND:
                continue
            first = entry.act == "found"
            row = {key: self.finding[key] for key in _ROW} if first else {}
            later = self.finding["measured_later"]
            measure = self.finding["measure"] if first else later.get(str(entry.entry), {})
            told = content_of(row, measure, digests.get(entry.entry, ""), records[entry.entry])
            if told != entry.content:
                yield f"entry {entry.entry} names other contents"

    def _digests(self) -> dict[int, str]:
        """The digest of the searches that came with each entry, as the register has it."""
        files = {int(each["source"]): str(each["sha256"]) for each in self.sources}
        return {
            entry: searches_digest(
                [(int(row["search"]), int(row["line"]), int(row["source"])) for row in rows], files
            )
            for entry, rows in groupby(self.rows, lambda row: int(row["entry"]))
        }

    def verdicts(self) -> Iterator[str]:
        for key, judgment in self.judgments.items():
            bites = any(each["did"] in _BITES for each in judgment["rules"])
            wanted = judgment["verdict"] in _BITTEN or judgment["barred_whoever_searched"]
            if bites != wanted:
                yield f"judgment {key}: {judgment['verdict']}, which is not what the rules did"

    def searches(self) -> Iterator[str]:
        sources = {str(each["source"]) for each in self.sources}
        for row in self.rows:
            judgment = self.judgments.get(row["judgment"], {"verdict": "not judged"})
            if row["source"] not in sources:
                yield f"search {row['search']}: its file is not named"
            elif row["verdict"] != judgment["verdict"]:
                yield f"search {row['search']}: its verdict is not that of its judgment"

    def statement(self, files: Mapping[str, bytes], made: MadeBy) -> Check:
        """Whether the statement is the one that this platelaw makes of the package."""
        what = f"{STATEMENT} says what the package holds"
        names = [name for name in files if name not in (STATEMENT, MANIFEST)]
        try:
            proofs = tuple(told_proofs(files))
            figures = measured_in(self.accuracy)
            told = statement(self.finding, self.about, self.sources, figures, names, proofs,
                             self.manifest["made_on"])  # fmt: skip
        except (AnswerError, PackageError, KeyError, TypeError, ValueError) as fault:
            why = f"{STATEMENT} cannot be made anew: {fault}"
            return Check(what, (why,)) if made.is_same else Check(what, (), why)
        found = files.get(STATEMENT, b"")
        if told.encode() == found:
            return Check(what, ())
        if made.is_same:
            return Check(what, (f"{STATEMENT} says something else",))
        return Check(what, (), made.unchecked(told, found.decode("utf-8", "replace")))

    def intervals(self) -> Iterator[str]:
        for each in self.accuracy:
            ends = binomial_interval(each["right"], each["of"], each["confidence"])
            if [round(end, 6) for end in ends] != each["interval"]:
                yield f"{each['share']}, {each['what']}: another interval"


_ROW = ("id", "check", "severity", "title", "subject", "rule", "citation", "status", "searches")
