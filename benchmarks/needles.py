"""Needles in invented logs: what an audit finds of them, and what it takes for one that is none.

A seeded script plants searches of each class among invented ones of a log in which no such search
stands by itself, writes down which they are (the truth file), has `platelaw audit --results` and
`platelaw findings review` look, and compares search by search. Two logs are written: the second
overlaps the first, has a label whose column was deleted, another export below it, and is cut in its
last row. Nothing is asserted.

    python benchmarks/needles.py [--rows 20000] [--seed 1] [--each 20] [--keep FOLDER] [--json]
"""

from __future__ import annotations

import argparse
import csv
import datetime
import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from platelaw.engine.audit.generating.calibration import read_calibration
from platelaw.engine.audit.generating.generator import Generator, Row
from platelaw.engine.library import shipped_registry

OWNER = "CT/darien-pd"
HEADER = read_calibration().header
ID, NAME, ORG, NETWORKS, FRAME, PLATE, REASON, CASE, FILTERS, TIME, TYPE = range(11)
OWN_NAME = "Darien CT PD"
LATER = datetime.timedelta(days=304)  # so that the act of 2026-10-01 is in force

# Reasons as released logs have them.
PLAIN = (
    "ICE WARRANT", "ICE warrant", "Ice warrant", "ICE+ERO", "ICE ERO", "ICE FUGOPS", "ICE detainer",
    "ICE pick up", "ice administrative warrant", "ICE-assist", "Deportation Warrant", "Immigration",
    "Immigration+", "Immigration Inv",
    "Immigration Status", "illegal immigration", "USBP Immigration Investigation",
    "Immigration Enforcement (Border Patrol Assist - agency)", "immigration violation(s)",
    "ICE HSI TARGET", "Immigration Warrant", "ice  warrant 26-4411", "REDACTED, ICE warrant",
)  # fmt: skip
CATEGORIES = (
    "Immigration (civil/administrative) -", "Immigration (civil/administrative) - HSI",
)  # fmt: skip
DISGUISED = (
    "1CE WARRANT", "i c e warrant", "I.C.E. warrant", "I-C-E WARRANT", "icewarrant", "ICE\nwarrant",
    "\u0406CE warrant", "i\u200bce warrant", "IMMIGRAT10N", "\uff29\uff23\uff25 warrant",
)  # fmt: skip
# Somebody should read these: they may state the use, or a crime.
FOR_A_PERSON = (
    "HSI", "HSI 3500", "HSI-CMLO", "HSI Stolen", "HSI drug", "CBP Assist", "sig 21 CBP",
    "Customs & Border Patrol", "criminal alien", "ICE", "Immigration/Drugs",
    "Drugs/immigration violations", "Immigration (criminal) -",
)  # fmt: skip
LOOK_ALIKE = (
    "Special Services Investigation", "Criminal Justice", "Obstructing the Police",
    "261(a)(2)PC; 287PC", "Call for service", "Walmart niceville orc attempt",
    "stolen license plate", "VICE INVESTIGATION", "warrant serice", "suspect vehice", "Heroin",
    "287(B) vehicle", "FC PROB FOR THEFT AND NUMEROUS", "26-13287", "ICAC", "DICE 911", "ICP 2362",
    "accomplice", "police", "justice", "dispatch notice",
)  # fmt: skip
FEDERAL = (
    "[Federal] US Postal Inspection Service", "US Postal Inspection Service [Federal]",
    "(Federal) US Postal Inspection Service", "US Postal Inspection Service",
    "[Federal] US Border Patrol",
)  # fmt: skip
IDLE = (
    "[Federal] US Border Patrol [Inactive]", "[Federal] US Postal Inspection Service [Inactive]",
    "Stamford CT PD (deactivated)", "[DEACTIVATED] Norwalk CT PD",
)  # fmt: skip
NOT_FEDERAL = ("Federal Way WA PD", "Federal Heights CO PD")
ELSEWHERE = ("Windsor- IL- PD", "Pasadena TX PD", "Federal Way WA PD")
FOR_OTHERS = (
    "on behalf of Ross Township PD", "at the request of Kent PD", "requested by Elm PD",
    "OBO Kent PD", "courtesy search for Kent PD",
)  # fmt: skip
VAGUE = ("investigation", "inv", "susp veh", "official use", "police work")
PARTIAL = ("Z*0028*", "GEN*", "*0028")
MALFORMED = ("12", "n12", "A1", "7")

# Findings that tell their searches, and the class of needles that each is to find.
CHECKS = {
    "use-plainly-stated": ("immigration reason", "immigration category", "disguised reason"),
    "use-possibly-stated": ("for a person to read",),
    "organization-idle": ("idle account",),
    "on-behalf": ("for somebody else",),
    "look-back": ("look back",),
    "reason-vague": ("vague reason",),
    "reason-missing": ("missing reason",),
    "reason-repeated": ("repeated reason",),
    "case-number-malformed": ("malformed case number",),
    "searches-in-bursts": ("burst",),
    "sessions-overlap": ("two devices at once",),
    "account-inactive": ("inactive account",),
    "account-not-listed": ("account on no roster",),
}


@dataclass(slots=True)
class Planter:
    """Plants needles, and remembers which rows they are.

    Attributes:
        rows: The haystack.
        truth: The ids of each class.
    """

    chance: np.random.Generator
    rows: list[list[str]]
    each: int
    truth: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _free: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Every row may become a needle, once."""
        self._free = self.chance.permutation(len(self.rows)).tolist()

    def plant(self, name: str, cell: int, texts: Sequence[str], count: int = 0) -> list[int]:
        """Give some rows texts in turn."""
        places = [self._free.pop() for _ in range(count or self.each)]
        for number, place in enumerate(places):
            self.rows[place][cell] = texts[number % len(texts)]
        self.tell(name, places)
        return places

    def tell(self, name: str, places: Iterable[int]) -> None:
        """These rows are of a class too."""
        self.truth.setdefault(name, []).extend(self.rows[place][ID] for place in places)

    def give(self, places: Iterable[int], cell: int, text: str) -> None:
        """Give rows one text."""
        for place in places:
            self.rows[place][cell] = text


def planted(rows: int, seed: int, each: int) -> Planter:
    """A haystack with needles of every class that is told by a row."""
    haystack = replace(
        read_calibration(),
        rows={**read_calibration().rows, "indicating": 0.0, "lookalike": 0.0, "federal": 0.0,
              "same_id": 0.0, "copy": 0.0, "blank_reason": 0.0, "case_number": 0.0},
        reasons={"digits": 0.3, "short": 0.0, "inv": 0.0, "category": 0.0, "numbered": 0.5},
    )  # fmt: skip
    words = dict(haystack.words)
    words["usual"] = tuple(word for word in words["usual"] if "assist" not in word)
    haystack = replace(haystack, words=words)
    made = Generator(haystack, shipped_registry(), OWNER, seed)
    drawn = [list(row) for some in made.rows(rows) for row in some]
    found = Planter(np.random.default_rng([seed, 9]), drawn, each)
    _make_plain(found.rows)
    _plant_reasons(found)
    _plant_requesters(found)
    _plant_habits(found)
    return found


def _make_plain(rows: list[list[str]]) -> None:
    """No time frame of the haystack reaches back, and no account of the owner searches twice."""
    for number, row in enumerate(rows):
        row[TIME] = _written(datetime.datetime.strptime(row[TIME], _TIME) + LATER)
        row[FRAME] = f"{row[TIME]}\n{row[TIME]}"
        if row[ORG] == OWN_NAME:
            row[NAME] = f"own {number}"


_TIME = "%m/%d/%Y, %I:%M:%S %p UTC"


def _written(at: datetime.datetime) -> str:
    return at.strftime(_TIME)


def _plant_reasons(planter: Planter) -> None:
    planter.plant("immigration reason", REASON, PLAIN, max(planter.each, len(PLAIN)))
    planter.plant("immigration category", REASON, CATEGORIES)
    planter.plant("disguised reason", REASON, DISGUISED)
    planter.plant("for a person to read", REASON, FOR_A_PERSON)
    planter.plant("look-alike", REASON, LOOK_ALIKE, max(planter.each, 2 * len(LOOK_ALIKE)))
    planter.plant("for somebody else", REASON, FOR_OTHERS)
    planter.plant("partial plate", PLATE, PARTIAL)


def _plant_requesters(planter: Planter) -> None:
    planter.plant("federal", ORG, FEDERAL)
    idle = planter.plant("idle account", ORG, IDLE)
    planter.tell("federal", idle[0 :: len(IDLE)] + idle[1 :: len(IDLE)])
    planter.plant("federal look-alike", ORG, NOT_FEDERAL)
    planter.plant("name of another state", ORG, ELSEWHERE)


def _plant_habits(planter: Planter) -> None:
    """Accounts of the owner's own of which each has one habit."""
    habits = (
        ("vague reason", REASON, VAGUE), ("missing reason", REASON, ("",)),
        ("repeated reason", REASON, ("stolen vehicle",)),
        ("malformed case number", CASE, MALFORMED),
    )  # fmt: skip
    for number, (name, cell, texts) in enumerate(habits):
        places = planter.plant(name, cell, texts, 40)
        planter.give(places, NAME, f"habit {number}")
        planter.give(places, ORG, OWN_NAME)
    for number, place in enumerate(planter.plant("look back", ORG, (OWN_NAME,))):
        planter.rows[place][NAME] = f"back {number}"
        planter.rows[place][FRAME] = f"06/01/2026, 01:00:00 AM UTC\n{planter.rows[place][TIME]}"
    for name, account in (("inactive account", "retired"), ("account on no roster", "stranger")):
        for number, place in enumerate(planter.plant(name, ORG, (OWN_NAME,))):
            planter.rows[place][NAME] = f"{account} {number}"
    burst = planter.plant("burst", NAME, ("habit burst",), 40)
    _within_a_minute(planter, burst, ["search"])
    for number in range(planter.each // 2):
        pair = planter.plant("two devices at once", NAME, (f"pair {number}",), 2)
        _within_a_minute(planter, pair, ["search", "search - Mobile"])


def _within_a_minute(planter: Planter, places: Sequence[int], kinds: Sequence[str]) -> None:
    """Searches of the owner's own, a second apart."""
    planter.give(places, ORG, OWN_NAME)
    first = datetime.datetime.strptime(planter.rows[places[0]][TIME], _TIME).replace(second=0)
    for number, place in enumerate(places):
        at = _written(first + datetime.timedelta(seconds=number))
        row = planter.rows[place]
        row[TIME], row[FRAME], row[TYPE] = at, f"{at}\n{at}", kinds[number % len(kinds)]


# The files -----------------------------------------------------------------------------------


def write_files(planter: Planter, folder: Path) -> list[Path]:
    """Two logs with what befalls files, and the truth beside them."""
    half = len(planter.rows) * 2 // 3
    first, second = planter.rows[:half], planter.rows[half:]
    overlap = first[-planter.each :]
    planter.truth["search of an earlier file"] = [row[ID] for row in overlap]
    copies = [list(row) for row in first[: planter.each]]
    planter.truth["copy of a row"] = [row[ID] for row in copies]
    other = [list(row) for row in first[planter.each : 2 * planter.each]]
    for row in other:
        row[FILTERS] = "another filter"
    planter.truth["id given twice"] = [row[ID] for row in other]
    one, two = folder / "network_1.csv", folder / "network_2.csv"
    _write(one, [HEADER, *first, *copies, *other])
    middle = len(second) // 2
    unclear = middle - planter.each
    shifted = [*overlap, *second[:unclear]]
    planter.truth["in shifted columns"] = [row[ID] for row in second[:unclear]]
    # Three texts side by side, of which one was taken out: which one, no cell tells.
    taken = [_without(row, FILTERS) for row in second[unclear:middle]]
    planter.truth["in columns that no one can tell"] = [row[ID] for row in taken]
    stacked = second[middle:]
    planter.truth["in an export below another"] = [row[ID] for row in stacked[:-1]]
    planter.truth["cut row"] = [stacked[-1][ID]]
    more = (*HEADER[:FRAME], "Total Devices Searched", *HEADER[FRAME:])  # its column was deleted
    below = [label.lower() for label in HEADER]
    _write(two, [more, *shifted, below, *taken, *stacked])
    whole = two.read_bytes()
    two.write_bytes(whole[: -len(",".join(stacked[-1][PLATE:]))])
    own = dict.fromkeys(row[NAME] for row in planter.rows if row[ORG] == OWN_NAME)
    _write(folder / "roster.csv", [("account", "active_until"), *(
        (name, "2026-06-30" if name.startswith("retired") else "")
        for name in own if not name.startswith("stranger")
    )])  # fmt: skip
    truth = folder / "truth.jsonl"
    with truth.open("w", encoding="utf-8") as file:
        for name, ids in planter.truth.items():
            file.writelines(json.dumps({"class": name, "search": each}) + "\n" for each in ids)
    return [one, two]


def _without(row: Sequence[str], cell: int) -> list[str]:
    return [text for place, text in enumerate(row) if place != cell]


def _write(path: Path, rows: Iterable[Sequence[str] | Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


# What is found -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit says: the searches of each class, by their ids, and how many there are."""

    by_class: Mapping[str, set[str]]
    rows: int
    unread: int


def look(folder: Path, logs: Sequence[Path]) -> Found:
    """Audit the logs, and ask the results."""
    results = folder / "needles.results"
    audit = _platelaw("audit", "--owner", OWNER, "--results", str(results), "--json",
                      *map(str, logs))  # fmt: skip
    _platelaw("findings", "review", str(results), "--roster", str(folder / "roster.csv"))
    connection: Any = importlib.import_module("duckdb").connect(str(results), read_only=True)

    def ids(question: str) -> set[str]:
        return {row[0] for row in connection.execute(question).fetchall()}

    asked = {name: ids(question) for name, question in _QUESTIONS.items()}
    for check in CHECKS:
        asked[check] = ids(
            "SELECT s.search_id FROM finding f JOIN finding_search x ON x.finding = f.id "
            f"JOIN search s ON s.id = x.search WHERE f.\"check\" = '{check}'"
        )
    review = json.loads(audit)
    return Found(asked, review["rows"], sum(file["unread"] for file in review["files"]))


_SEEN = "SELECT search_id FROM search WHERE reason IN (SELECT cell FROM indicated WHERE {})"
_QUESTIONS = {
    "indicated plainly": _SEEN.format("plainly"),
    "indicated": _SEEN.format("true"),
    "partial": "SELECT search_id FROM search WHERE is_partial",
    "federal": "SELECT search_id FROM search JOIN requester ON cell = organization "
    "WHERE relation = 'federal'",
    "this state": "SELECT search_id FROM search JOIN requester ON cell = organization "
    "WHERE relation IN ('own', 'same state')",
    "elsewhere": "SELECT search_id FROM search WHERE repeated = 1",
    "copy": "SELECT search_id FROM search WHERE repeated = 2",
    "same id": "SELECT search_id FROM search WHERE repeated = 3",
    "second file": "SELECT search_id FROM search s JOIN source f ON f.id = s.source "
    "WHERE f.name LIKE '%network_2%' AND s.repeated = 0",
}  # fmt: skip


def _platelaw(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "platelaw", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 5):
        sys.exit(f"platelaw {' '.join(arguments)}: {done.stderr}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class Line:
    """One class: how many were planted, how many of them were found, and what else was."""

    name: str
    by: str
    planted: int
    found: int
    false: int


def compared(truth: Mapping[str, Sequence[str]], found: Found) -> Iterator[Line]:
    """Each class, by what is to find it."""
    planted = {name: set(ids) for name, ids in truth.items()}
    stated = planted["immigration reason"] | planted["immigration category"] | planted[
        "disguised reason"
    ]  # fmt: skip
    may = stated | planted["for a person to read"]
    told = found.by_class
    for name, by, right in (
        ("immigration reason", "indicated plainly", may),
        ("immigration category", "indicated plainly", may),
        ("disguised reason", "indicated", may),
        ("for a person to read", "indicated", may),
        ("partial plate", "partial", None),
        ("federal", "federal", None),
        ("copy of a row", "copy", None),
        ("id given twice", "same id", None),
        ("search of an earlier file", "elsewhere", None),
    ):
        wanted = planted[name]
        others = told[by] - (wanted if right is None else right)
        yield Line(name, by, len(wanted), len(wanted & told[by]), len(others))
    for name, by in (
        ("look-alike", "indicated"), ("federal look-alike", "federal"),
        ("name of another state", "this state"),
    ):  # fmt: skip
        yield Line(f"none: {name}", by, len(planted[name]), 0, len(planted[name] & told[by]))
    for name in ("in shifted columns", "in an export below another"):
        wanted = planted[name]
        yield Line(name, "second file", len(wanted), len(wanted & told["second file"]), 0)
    unclear = planted["in columns that no one can tell"]
    wrong = len(unclear & told["second file"])
    yield Line("none: in columns that no one can tell", "second file", len(unclear), 0, wrong)
    left = found.unread - len(unclear) + wrong
    yield Line("cut row", "unread records", 1, min(1, left), max(0, left - 1))
    for check, names in CHECKS.items():
        wanted = set[str]().union(*(planted[name] for name in names))
        if check == "use-plainly-stated":
            wanted -= _not_plain(planted, told)
        others = told[check] - wanted - (may if check.startswith("use-") else set())
        yield Line(" + ".join(names), f"finding {check}", len(wanted), len(wanted & told[check]),
                   len(others))  # fmt: skip


def _not_plain(planted: Mapping[str, set[str]], told: Mapping[str, set[str]]) -> set[str]:
    """Disguised reasons that are for a person to read, which is another finding."""
    return planted["disguised reason"] & (told["indicated"] - told["indicated plainly"])


def main() -> None:
    """Plant, look, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        planter = planted(arguments.rows, arguments.seed, arguments.each)
        found = look(folder, write_files(planter, folder))
    lines = list(compared(planter.truth, found))
    if arguments.json:
        print(json.dumps([
            {"class": line.name, "found_by": line.by, "planted": line.planted, "found": line.found,
             "false": line.false}
            for line in lines
        ], indent=2))  # fmt: skip
        return
    print(f"{found.rows:,} searches; needles of the same seed are the same\n")
    print(f"{'class':<44} {'found by':<30} {'planted':>8} {'found':>6} {'recall':>7} {'false':>6}")
    for line in lines:
        recall = "" if line.name.startswith("none:") else f"{line.found / line.planted:7.3f}"
        print(f"{line.name:<44} {line.by:<30} {line.planted:>8,} {line.found:>6,} {recall:>7}"
              f" {line.false:>6,}")  # fmt: skip
    missed = sum(line.planted - line.found for line in lines if not line.name.startswith("none:"))
    print(f"\n{missed} missed, {sum(line.false for line in lines)} false")


if __name__ == "__main__":
    main()
