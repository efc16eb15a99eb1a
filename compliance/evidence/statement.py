"""The method of a finding in plain words: the page that is read first, and by a court last."""

from __future__ import annotations

import datetime
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from ..own_days import OwnDays
from .accuracy import Measured
from .proofs import KEYS

FORM = 2  # of its words: another one writes them otherwise; 1 told days of UTC
_WIDTH = 96
_LIMITS = (
    "A log proves neither who else received a result nor that no other search happened.",
    "A word that a lexicon sees is a reason to read the search, not proof of its purpose.",
    "No search is called unlawful on wording that was not compared with the enacted text; such a "
    "search is a question for counsel.",
    "A name that does not surely mean one body of the registry is nobody known, and is accused of "
    "nothing.",
    "Whether the exports that were read are complete is not shown by this package.",
    "platelaw informs counsel; it is not legal advice.",
)
_FILES = (
    ("finding.json", "the finding as it was found, its numbers, how each was counted, and how it "
     "stands"),
    ("register.json", "all that became of it, each entry holding the digest of the one before; of "
     "other findings the digests alone"),
    ("searches.csv", "the searches, by file and line; accounts are tokens, reasons are masked"),
    ("sources.json", "the files by their SHA-256, with the field that each column is"),
    ("judgments.json", "what each rule did at the searches, what was missing, which questions of "
     "law are open"),
    ("law.json", "the rules, their citation, how sure the wording is, since when, until when, and "
     "the text that was read"),
    ("explanations/", "the decision tree of one search of each judgment, if the logs were at hand"),
    ("accuracy.json", "how often lexicons and name matching are right, on labelled strings"),
    ("proofs/", "answers of the decision service with the proof that its log holds them, and the "
     "public keys of that log"),
    ("manifest.json", "the SHA-256 of every file, and by which platelaw it was made"),
)  # fmt: skip

_BESIDE = (("audit.json", "what the audit was made with"), ("README.md", "this page"))


def is_known(name: str) -> bool:
    """Whether a statement tells what a file is."""
    known = [each for each, _ in (*_FILES, *_BESIDE)]
    return any(name == each or (each.endswith("/") and name.startswith(each)) for each in known)


def statement(
    finding: Mapping[str, Any],
    about: Mapping[str, str],
    sources: Sequence[Mapping[str, Any]],
    measured: Sequence[Measured],
    files: Sequence[str],
    proofs: Sequence[str],
    made_on: str,
) -> str:
    """The statement, as Markdown."""
    return "\n".join(_lines(finding, about, sources, measured, files, proofs, made_on)) + "\n"


def _lines(
    finding: Mapping[str, Any],
    about: Mapping[str, str],
    sources: Sequence[Mapping[str, Any]],
    measured: Sequence[Measured],
    files: Sequence[str],
    proofs: Sequence[str],
    made_on: str,
) -> Iterator[str]:
    yield f"# {finding['title']}"
    yield ""
    count = len(sources)
    yield from _paragraph(
        f"Finding {finding['id']} of the audit of searches of plate data of "
        f"{about.get('owner', '')}, found on {_day(finding, about)}: "
        f"{finding['searches']:,} searches in {count} "
        f"file{'s' * (count != 1)}. Packed on {made_on}."
    )
    if about.get("simulated") == "yes":
        yield from _paragraph(
            f"SIMULATED: the log is another agency's, judged as if plate data of "
            f"{about.get('owner', '')} had been searched. Nothing here is said of its own searches."
        )
    yield "## How it was found"
    yield ""
    yield from _paragraph(
        "The exports were read as they are, each file known by the SHA-256 of its bytes. A row "
        "that stands twice counts once. Every search was judged under the law of its own "
        "day, by what "
        "its row proves and nothing more; what a row does not hold is unproven, never assumed."
    )
    yield from _paragraph(
        f"What was counted: {finding['measure'].get('computed', 'see finding.json')}"
    )
    yield from _paragraph(
        f"It rests on {finding['rule']}: {finding['citation']} (wording: {finding['status']})."
    )
    yield "## How often the reading is right"
    yield ""
    for each in measured:
        low, high = each.interval
        yield from _point(
            f"{each.share}, {each.what}: {each.right} of {each.of} "
            f"({100 * each.right / each.of:.1f}%; 95% interval {100 * low:.1f}% to "
            f"{100 * high:.1f}%, exact binomial). Counted on {each.corpus}. {each.caution}"
        )
    yield ""
    yield "## What it does not show"
    yield ""
    for text in _LIMITS:
        yield from _point(text)
    yield ""
    if proofs:
        yield "## What the decision service answered"
        yield ""
        yield from _paragraph(
            "Each of these answers was proven to stand in the service's log, by the log's public "
            "keys, when the package was made, and is proven again when it is verified. Hold the "
            f"keys in `{KEYS}` against the registry's. Which words were asked is not shown: the "
            "agency keeps the answer with what binds it to them."
        )
        for text in proofs:
            yield from _point(text)
        yield ""
    yield "## What lies here"
    yield ""
    for name, text in _FILES:
        if any(file == name or file.startswith(name) for file in (*files, "manifest.json")):
            yield from _point(f"`{name}`: {text}")
    if not proofs:
        yield from _point("No proof of a decision log is here: none was given.")
    if not any(file.startswith("explanations/") for file in files):
        yield from _point("No decision tree is here: the logs were not at hand when it was packed.")
    yield ""
    yield "## How to verify it"
    yield ""
    yield from _paragraph(
        "On any machine with platelaw, without a network, in the folder or on the archive:"
    )
    yield "    platelaw evidence verify PACKAGE"
    yield ""
    yield from _paragraph(
        "Whoever has the original exports adds `--logs FILE` for each: their digests are compared, "
        "and every search is read and judged again. Whoever has the registry adds `--key "
        "logs.csv`: then answers of the decision service are proven by its keys, not by those that "
        "lie here. Another version of platelaw says which one made this page, and checks all but "
        "its words. The command tells the digest of the package. It is another one if anything was "
        "made anew: hold it against the one noted when the package was made."
    )


def _day(finding: Mapping[str, Any], about: Mapping[str, str]) -> datetime.date:
    """The day of the agency on which it was found."""
    moment = datetime.datetime.fromisoformat(finding["found"])
    return OwnDays(ZoneInfo(about["zone"])).day(moment)


def _paragraph(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH)
    yield ""


def _point(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent="- ", subsequent_indent="  ")
