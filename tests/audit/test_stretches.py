"""Many rows read at once are the rows that are read one by one, whatever stands between them."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from platelaw.engine.audit import stretches
from platelaw.engine.audit.batch import MOST_ROWS
from platelaw.engine.audit.reader import LogFault, LogRow, open_log

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="without pyarrow rows come one by one"
)

HEADER = "ID,Name,Org Name,Total Networks Searched,Time Frame,Reason,Case #,Search Time\n"
OTHER = "id,searchDate,networkCount,reason,offenseType\n"


def plain(dice: random.Random) -> str:
    """A row as the vendor writes it."""
    number, second = dice.randrange(200), dice.randrange(60)
    id_ = f"6023db79-9334-4b07-8b35-{number:012d}"
    month, day, hour = dice.randint(1, 12), dice.randint(1, 28), dice.randint(1, 9)
    at = f"{month:02}/{day:02}/2026, 0{hour}:40:{second:02} PM UTC"
    reason = dice.choice(["theft", "", '"a ""b"" c"', "***", "caf\u00e9", '"two\nlines, it is"'])
    return f'{id_},***,Elm OH PD,{number},"{at}\n{at}",{reason},26-{number},"{at}"\n'


FAULTS: tuple[Callable[[str], str], ...] = (
    lambda row: HEADER,
    lambda row: "\n",
    lambda row: "," * 7 + "\n",
    lambda row: row.replace('"', "", 1),
    lambda row: row.replace('"', 'x"', 1),
    lambda row: row[: len(row) // 2] + "\n",
    lambda row: row.replace("Elm", " Elm"),
    lambda row: row.replace("***", "  An", 1),
    lambda row: row.replace("Elm", '"Elm" or'),
    lambda row: row.replace("Elm", "El\0m"),
    lambda row: row.replace("Elm", "El\rm"),
    lambda row: row.replace("Elm", "El\ufffdm"),
    lambda row: row.replace("Elm", "El\udce9m"),
    lambda row: row.replace("Elm OH PD", "12"),
    lambda row: row.replace("/2026", "/20x6"),
    lambda row: row.replace(" UTC", ""),
    lambda row: row.replace("\n", "\r\n"),
    lambda row: row.replace("26-", "26-" + "9" * 200_000),
    lambda row: row.replace("two", "two" + "\n" * 120),
    lambda row: OTHER + "a,2026-11-03T14:40:26Z,3,theft,x\n" + HEADER,
    lambda row: ",".join(row.split(",")[1:]),
    lambda row: row.replace(",26-", ",,26-"),
)


def text(dice: random.Random) -> str:
    """Rows, of which some are out of the ordinary, and the last may be cut."""
    often = dice.choice([0, 0.002, 0.02, 0.2])
    rows = [plain(dice) for _ in range(dice.choice([20, 400, 1200]))]
    told = [dice.choice(FAULTS)(row) if dice.random() < often else row for row in rows]
    whole = HEADER + "".join(told)
    return whole if dice.random() < 0.5 else whole[: -dice.randrange(1, 60)]


def read(path: Path, *, all_cells: bool = False) -> tuple[list[LogRow], list[LogFault]]:
    """The rows and the faults of a log."""
    found = list(open_log(path).batches(all_cells=all_cells))
    rows = [row for item in found if not isinstance(item, LogFault) for row in item.rows()]
    return rows, [item for item in found if isinstance(item, LogFault)]


@pytest.mark.parametrize("seed", range(10))
def test_rows_read_at_once_are_those_read_one_by_one(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(text(random.Random(seed)).encode("utf-8", "surrogateescape"))
    monkeypatch.setattr(stretches, "SMALL", 1 << 13)
    monkeypatch.setattr(stretches, "LARGE", 1 << 16)
    at_once, all_at_once = read(path), read(path, all_cells=True)
    monkeypatch.setattr(stretches, "arrow_csv", lambda: None)
    one_by_one = read(path)
    assert at_once == one_by_one
    assert all_at_once == one_by_one
    assert [row.again for row in at_once[0]] == [row.again for row in one_by_one[0]]


def test_plain_rows_do_come_at_once(tmp_path: Path) -> None:
    """Else the comparison would be of one reader with itself."""
    dice = random.Random(1)
    path = tmp_path / "log.csv"
    path.write_text(HEADER + "".join(plain(dice) for _ in range(9_000)), "utf-8")
    sizes = [len(item) for item in open_log(path).batches() if not isinstance(item, LogFault)]
    assert sum(size for size in sizes if size > MOST_ROWS) > 5_000
