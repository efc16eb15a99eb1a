"""The public extract of a log: plate data redacted, every other redaction with its own ground.

Accounts and cases are told by tokens that are made for one extract and forgotten: two extracts,
or an extract and the results, cannot be joined by them.
"""

from __future__ import annotations

import hmac
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...engine.library import shipped
from ..errors import MendableError
from ..results.tables import insert_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PLATE, LIKE_A_PLATE = "plate", "like_a_plate"
TOKENS = {"user": "account", "case_number": "case_number"}  # fields kept as tokens: never shown
MAY_BE_WITHHELD = ("organization", "reason", "category", "search_type", "moderation")
BY_CUSTODIAN = "stated by the custodian"
_STATES = {
    "blank": "(blank in the export)",
    "redacted": "(redacted in the export, which states no ground)",
    "withheld": "(withheld in the export)",
    "not exported": "(no such column in the export)",
    "never recorded": "(never recorded)",
}
_HIDING = ("value", "redacted", "withheld")  # states behind which something stands
_ORDER = ("value", *_STATES)  # the numbers of `search.plate_state`
_WORD = re.compile(r"[A-Za-z0-9*?]{2,}")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class GroundsError(MendableError):
    """Grounds that cannot be gone by, with the mend."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is redacted, where that stands, and how sure its wording is."""

    ground: str
    cites: str
    status: str

    @property
    def mark(self) -> str:
        """What stands in a cell in place of what is redacted."""
        return f"[redacted: {self.ground}; {self.cites} ({self.status})]"


@dataclass(frozen=True, slots=True)
class Extract:
    """What was written: how many searches, and how many cells on each ground."""

    searches: int
    redacted: Mapping[str, int]


def kinds() -> Mapping[str, Mapping[str, Any]]:
    """The extracts whose grounds are shipped, by name."""
    found: dict[str, Mapping[str, Any]] = {}
    for state in shipped().iterdir():
        file = state.joinpath("extract.toml")
        if state.is_dir() and file.is_file():
            told = tomllib.loads(file.read_text("utf-8"))
            found[told["name"]] = told
    return found


def template(kind: Mapping[str, Any]) -> str:
    """The grounds that a custodian must state, to fill in."""
    lines = [
        f"# {kind['title']}: {kind['cites']}",
        "# Accounts and case numbers are no part of results, so an extract cannot show them. State",
        "# on which ground they are withheld. Other fields are shown unless a ground stands here:",
        f"# {', '.join(MAY_BE_WITHHELD)}. Reasons are free text: read them first, for names.",
        f'extract = "{kind["name"]}"',
    ]
    for name in TOKENS.values():
        lines += ["", f"[grounds.{name}]", 'ground = ""', 'cites = ""']
    return "\n".join(lines) + "\n"


def grounds_of(text: str) -> Mapping[str, Ground]:
    """The grounds of an extract: those that are shipped and those of the custodian.

    Raises:
        GroundsError: One is missing or blank, or a field is unknown.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise GroundsError(f"no TOML: {fault}", "mend the line") from None
    known, name = kinds(), str(told.get("extract", ""))
    if name not in known:
        raise GroundsError(f"no extract is called `{name}`", f"there are {', '.join(known)}")
    found = {key: Ground(**each) for key, each in known[name]["grounds"].items()}
    given: dict[str, Any] = told.get("grounds", {})
    allowed = (*TOKENS.values(), *MAY_BE_WITHHELD)
    for field_name, each in given.items():
        if field_name not in allowed:
            raise GroundsError(f"no field `{field_name}`", f"there are {', '.join(allowed)}")
        parts = [str(each.get(key, "")).strip() for key in ("ground", "cites")]
        if not all(parts):
            raise GroundsError(
                f"grounds.{field_name}: blank", "state the ground and where it stands"
            )
        found[field_name] = Ground(parts[0], parts[1], BY_CUSTODIAN)
    missing = [each for each in TOKENS.values() if each not in found]
    if missing:
        raise GroundsError(
            f"no ground is stated for {' and '.join(missing)}",
            "start from `platelaw report template`; no redaction goes without its own ground",
        )
    return found


def write_extract(
    results: DuckDBPyConnection, place: Path, grounds: Mapping[str, Ground], key: bytes
) -> Extract:
    """Write an extract as CSV.

    Args:
        results: A results database.
        place: Where; what lies there is overwritten.
        grounds: The ground of each redaction.
        key: For the tokens of this extract alone; whoever called forgets it.
    """
    telling = _Telling(grounds, key)
    cells = results.execute("SELECT id, field, state, value FROM cell").fetchall()
    results.execute("CREATE TEMP TABLE told (cell INTEGER, text TEXT, token TEXT, mark TEXT)")
    told = [telling.cell(*each) for each in cells]
    insert_rows(results, "told", ("cell", "text", "token", "mark"), told)
    results.execute("CREATE TEMP TABLE plate (state UTINYINT, text TEXT)")
    insert_rows(results, "plate", ("state", "text"), list(telling.plates()))
    results.execute(_ROWS)
    results.execute("COPY extract TO ? (HEADER, DELIMITER ',')", [str(place)])
    count = results.execute("SELECT count(*) FROM extract").fetchone()
    return Extract(count[0] if count else 0, telling.redacted(results))


@dataclass(slots=True)
class _Telling:
    """What stands in a public cell for each cell of the results."""

    grounds: Mapping[str, Ground]
    key: bytes

    def cell(self, id_: int, name: str, state: str, value: str) -> tuple[int, str, str, str]:
        """The id, the text, the token and the mark of the ground of a cell."""
        shown = TOKENS.get(name, name)
        if state not in _HIDING or (state != "value" and shown not in self.grounds):
            return id_, _STATES[state], "", ""
        if state != "value":  # the vendor hid it; the agency states why it stays so
            return id_, self.grounds[shown].mark, "", shown
        if shown in self.grounds:
            token = self._token(name, value) if name in TOKENS else ""
            return id_, self.grounds[shown].mark, token, shown
        text = _WORD.sub(self._word, value)
        safe = f"'{text}" if text.startswith(_FORMULA) else text  # no formula of a spreadsheet
        return id_, safe, "", LIKE_A_PLATE if text != value else ""

    def _word(self, found: re.Match[str]) -> str:
        return self.grounds[LIKE_A_PLATE].mark if like_a_plate(found[0]) else found[0]

    def _token(self, name: str, value: str) -> str:
        digest = hmac.digest(self.key, f"{name}\0{value}".encode(), "sha256").hex()
        return f"{TOKENS[name].partition('_')[0]}-{digest[:12]}"

    def plates(self) -> list[tuple[int, str]]:
        """What stands in place of a plate, by the state of its cell.

        The ground of plate data is the same whether the vendor redacts a plate or the extract.
        """
        mark = self.grounds[PLATE].mark
        return [
            (at, mark if state in _HIDING else _STATES[state]) for at, state in enumerate(_ORDER)
        ]

    def redacted(self, results: DuckDBPyConnection) -> dict[str, int]:
        """How many cells of the extract are redacted on each ground."""
        counts: Counter[str] = Counter()
        plates = results.execute(
            "SELECT count(*) FROM search WHERE repeated NOT IN (1, 2) AND plate_state IN "
            "(SELECT unnest(?))",
            [[_ORDER.index(state) for state in _HIDING]],
        ).fetchone()
        counts[self.grounds[PLATE].mark] = plates[0] if plates else 0
        for column in _COLUMNS:
            rows = results.execute(
                f"SELECT mark, count(*) FROM search JOIN told ON told.cell = search.{column} "
                "WHERE repeated NOT IN (1, 2) AND mark <> '' GROUP BY mark"
            ).fetchall()
            for mark, count in rows:
                counts[self.grounds[mark].mark] += count
        return {mark: count for mark, count in counts.items() if count}


def like_a_plate(word: str) -> bool:
    """Whether a word could be a plate: letters and digits in one, or a long number."""
    if not 4 <= len(word) <= 8 or not any(letter.isdigit() for letter in word):
        return False
    return not word.isdigit() or len(word) >= 5


_COLUMNS = ("organization", "account", "reason", "category", "case_number", "kind", "moderation")
_SHOWN: Callable[[str], str] = "{0}.text AS {0}".format
_ROWS = f"""
CREATE TEMP VIEW extract AS
SELECT number AS search,
    strftime(earliest, '%Y-%m-%d %H:%M:%S') AS time_utc,
    {", ".join(map(_SHOWN, _COLUMNS))},
    account.token AS account_token, case_number.token AS case_token,
    networks, strftime(frame_first, '%Y-%m-%d %H:%M:%S') AS searched_from_utc,
    strftime(frame_last, '%Y-%m-%d %H:%M:%S') AS searched_until_utc, plate.text AS plate
FROM (SELECT row_number() OVER () AS number, * FROM search WHERE repeated NOT IN (1, 2)) AS search
JOIN plate ON plate.state = search.plate_state
{" ".join(f"JOIN told AS {name} ON {name}.cell = search.{name}" for name in _COLUMNS)}
"""
