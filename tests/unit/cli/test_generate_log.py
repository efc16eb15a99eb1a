"""`platelaw generate-log`: invented logs, like released ones, the same from the same seed."""

from __future__ import annotations

import csv
import resource
from collections.abc import Callable
from collections.abc import Generator as Made
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.engine.audit.errors import LogFault
from platelaw.engine.audit.generating.calibration import COLUMNS
from platelaw.engine.audit.generating.generator import Generator, Row
from platelaw.engine.audit.reader import open_logs
from platelaw.engine.library import shipped

ROWS = 30_000
OWNER = "--owner", "CT/darien-pd"


def run(output: Path, *words: str) -> Result:
    return CliRunner().invoke(platelaw, ["generate-log", *OWNER, "-o", str(output), *words])


def rows_of(log: Path) -> list[dict[str, str]]:
    with log.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("generated") / "log.csv"
    done = run(path, "--rows", str(ROWS), "--seed", "3")
    assert (done.exit_code, done.stdout) == (0, f"30,000 invented searches\nwritten: {path}\n")
    assert [each.name for each in path.parent.iterdir()] == ["log.csv"]
    return path


def test_a_seed_gives_the_same_bytes_and_another_seed_another_log(
    log: Path, tmp_path: Path
) -> None:
    again, other, longer = (tmp_path / name for name in ("again", "other", "longer"))
    for path, words in ((again, ("3",)), (other, ("4",)), (longer, ("3", "--rows", "21000"))):
        assert run(path, "--rows", "20000", "--seed", *words).exit_code == 0
    assert longer.read_bytes().startswith(again.read_bytes())
    assert log.read_bytes().startswith(again.read_bytes())
    assert other.read_bytes() != again.read_bytes()
    first, second = ({row["ID"] for row in rows_of(path)} for path in (again, other))
    assert first.isdisjoint(second)


def test_the_statistics_are_those_of_released_logs(log: Path) -> None:
    rows = rows_of(log)
    reasons = [row["Reason"] for row in rows if row["Reason"]]

    def of_reasons(holds: Callable[[str], bool]) -> float:
        return sum(map(holds, reasons)) / len(reasons)

    assert len(rows) == ROWS
    # Counted in portals' exports: 15,031 of 54,977 have none; of 32,372 that have one 6,270 are
    # digits, 3,453 have at most three characters, 5,997 begin with "inv".
    assert 1 - len(reasons) / ROWS == pytest.approx(0.273, abs=0.012)
    assert of_reasons(str.isdigit) == pytest.approx(0.194, abs=0.012)
    assert of_reasons(lambda text: len(text) <= 3) == pytest.approx(0.107, abs=0.012)
    assert of_reasons(lambda text: text.lower().startswith("inv")) == pytest.approx(0.185, abs=0.02)
    # Published analyses: half a percent is federal, a thousandth immigration; 0.6 % of ids twice.
    assert sum("[Federal]" in row["Org Name"] for row in rows) / ROWS == pytest.approx(
        0.005, abs=0.002
    )
    indicating = ("ice", "hsi", "cbp", "immigration", "deportation", "criminal alien")
    stated = sum(any(word in row["Reason"].lower().replace("-", " ").replace("+", " ").split()
                     or (" " in word and word in row["Reason"].lower()) for word in indicating)
                 for row in rows)  # fmt: skip
    assert stated / ROWS == pytest.approx(0.00099, abs=0.0006)
    assert 1 - len({row["ID"] for row in rows}) / ROWS == pytest.approx(0.006, abs=0.002)
    assert {int(row["Total Networks Searched"]) for row in rows} >= {1, 6709}
    assert log.stat().st_size / ROWS == pytest.approx(200, rel=0.1)
    assert sum(row["Org Name"] == "Darien CT PD" for row in rows) > 100


def test_the_reader_reads_every_row_of_it(log: Path) -> None:
    (found,) = open_logs(log).logs
    assert found.layout.name == "flock-audit/audit"
    batches = [each for each in found.batches() if not isinstance(each, LogFault)]
    assert sum(map(len, batches)) == ROWS


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--rows", "0"), "--rows"),
        (("--seed", "-1"), "--seed"),
        (("--owner", "CT/nowhere"), "no agency `CT/nowhere` is on file"),
        (("--calibration", "nosuch.toml"), "nosuch.toml"),
    ],
)
def test_what_was_asked_wrongly_is_told_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    done = run(tmp_path / "log.csv", *words)
    assert done.exit_code == 2
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("blank_reason = -1", "`blank_reason` is -1, and a share lies between 0 and 1"),
        ("copy = nan", "`copy` is nan"),
        ("digits = 0.9", "are more than all reasons"),
        ("filters = []", "`filters` is no list of texts, or is empty"),
        ("networks = []", "`networks` is empty"),
        ("count = 0", "`count` is 0"),
        ("users_a_body = 0", "`users_a_body` is 0"),
        ('header = ["A"]', f"`header` needs {COLUMNS} texts"),
        ('unknown_name = "{place!z}"', "`unknown_name` is no text, or has braces"),
        ("tag = 5", "`tag` is no text"),
        ("short = [", "cannot be read"),
    ],
)
def test_a_calibration_that_makes_no_log_is_told_by_its_entry(
    tmp_path: Path, entry: str, says: str
) -> None:
    own = tmp_path / "own.toml"
    name = entry.partition(" ")[0]
    lines = shipped().joinpath("audit", "calibration.toml").read_text("utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith(f"{name} ="))
    lines[at] = entry
    own.write_text("\n".join(lines), "utf-8")
    done = run(tmp_path / "log.csv", "--rows", "9", "--calibration", str(own))
    assert done.exit_code == 2
    assert str(own) in done.stderr
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == [own]


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a year of searches", "utf-8")
    done = run(path)
    assert done.exit_code == 2
    assert f"{path} is there already" in done.stderr
    assert path.read_text("utf-8") == "a year of searches"


def test_a_file_that_came_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.csv"

    def rows(self: Generator, count: int) -> Made[list[Row]]:
        del self, count
        assert not path.exists()
        path.write_text("of somebody else", "utf-8")
        yield []

    monkeypatch.setattr(Generator, "rows", rows)
    done = run(path)
    assert done.exit_code == 2
    assert "something is there already" in done.stderr
    assert [each.read_text("utf-8") for each in tmp_path.iterdir()] == ["of somebody else"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    with most_bytes(100_000):
        done = run(tmp_path / "log.csv", "--rows", "2000")
    assert done.exit_code == 2
    assert "cannot be written: File too large" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = run(tmp_path / "none" / "log.csv", "--rows", "9")
    assert done.exit_code == 2
    assert "cannot be written: No such file or directory" in done.stderr


def test_who_interrupts_it_finds_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(self: Generator, count: int) -> Made[list[Row]]:
        del self, count
        yield [("half",) * COLUMNS] * 50_000
        (part,) = tmp_path.iterdir()
        assert part.name.startswith(".log.csv.")  # the name comes last: no kill leaves half of it
        raise KeyboardInterrupt

    monkeypatch.setattr(Generator, "rows", rows)
    assert run(tmp_path / "log.csv").exit_code == 1
    assert list(tmp_path.iterdir()) == []


@contextmanager
def most_bytes(count: int) -> Made[None]:
    """No file grows beyond so many bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
