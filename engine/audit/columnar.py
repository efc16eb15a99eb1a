"""Tables that are kept by columns or in a database: Parquet, and files of SQLite and DuckDB.

Their cells are read as the text that an export would have, and go the way that texts go.
"""

from __future__ import annotations

import hashlib
import importlib
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from ..columns.texts import Texts
from .batch import Batch
from .errors import LogError, unreadable
from .layouts import Field
from .moments import read_moments
from .reading import Reading
from .records import Judge, Record, TextForm
from .sources import Skipped, shown

PARQUET = b"PAR1"
SQLITE = b"SQLite format 3\0"
DUCKDB, DUCKDB_AT = b"DUCK", 8  # and the place of it in the file
_ROWS = 50_000  # of a part
FIRST_LINE = 2  # of the rows: the names of the columns stand above them, as in an export
_NUL = "a cell that holds NUL characters", "export the row again, or remove them by hand"
_INSTALL = "in platelaw's folder: pip install '.[audit]'"


class Table(Protocol):
    """One table, opened anew for each reading."""

    def header(self) -> list[str]:
        """The names of its columns."""
        ...

    def count(self) -> int:
        """How many rows it has."""
        ...

    def parts(self) -> Iterator[list[Texts]]:
        """Its rows in order, many at once, column by column."""
        ...


class TableSource:
    """A table as a source of records."""

    def __init__(self, path: Path, name: str, table: Table, sha256: str) -> None:
        """Take a table of a file."""
        self.path = path
        self.name = shown(name)
        self.form = TextForm("table", "", "")
        self.sha256 = sha256
        self._table = table
        with _in_words():
            self._header, self.size = table.header(), table.count()
        self.position = 0

    def has_changed(self) -> bool:
        """Whether the file is another than was opened."""
        return digest(self.path) != self.sha256

    def records(self, judge: Judge | None = None) -> Generator[Record]:
        """The names of its columns, and its rows in order."""
        yield Record(1, 1, self._header)
        line = FIRST_LINE
        with _in_words():
            for texts in self._table.parts():
                yield from _records(texts, line)
                line += len(texts[0])
                self.position = line - FIRST_LINE

    def stretches(self, reading: Reading, first_line: int) -> Generator[Batch | Record]:
        """The same, many plain rows at once."""
        line = FIRST_LINE
        with _in_words():
            for texts in self._table.parts():
                batch = _plain(reading, texts, line) if line > first_line else None
                if batch is not None:
                    yield batch
                else:
                    yield from _records(texts, line)
                line += len(texts[0])
                self.position = line - FIRST_LINE


def _records(texts: Sequence[Texts], line: int) -> Iterator[Record]:
    for row, cells in enumerate(zip(*(_each(column) for column in texts), strict=True)):
        problem = _NUL if any("\0" in cell for cell in cells) else None
        yield Record(line + row, line + row, list(cells), problem)


def _each(column: Texts) -> Iterator[str]:
    found = column.coded
    codes: list[int] = found.codes.tolist()
    for code in codes:
        yield found.values[code]


def _plain(reading: Reading, texts: Sequence[Texts], line: int) -> Batch | None:
    """Rows that stand in the order of their columns, of which nothing is to be said."""
    columns = reading.columns
    times = columns.at.get(Field.TIME, ())
    if len(times) != 1 or len(columns.order) != len(texts):
        return None
    if any((column.data == 0).any() for column in texts):
        return None
    if not all(all(map(fits, texts[place].coded.values)) for place, fits in reading.told()):
        return None
    moments = read_moments(texts[times[0]], bare_is_utc=reading.is_utc)
    if not moments.known.all():
        return None
    reading.settle()
    lines = np.arange(line, line + len(texts[0]))
    return Batch(columns, texts, moments, lines, lines)


# Parquet ------------------------------------------------------------------------------------


class _Parquet:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._module = _needed("pyarrow.parquet", "pyarrow", "a Parquet file")

    def header(self) -> list[str]:
        with self._open() as file:
            return list(file.schema_arrow.names)

    def count(self) -> int:
        with self._open() as file:
            return int(file.metadata.num_rows)

    def parts(self) -> Iterator[list[Texts]]:
        with self._open() as file:
            for part in file.iter_batches(_ROWS):
                yield [_texts(column) for column in part.columns]

    def _open(self) -> Any:
        return self._module.ParquetFile(self._path)


def parquet_source(path: Path, name: str) -> TableSource:
    """A file of Parquet.

    Raises:
        LogError: It cannot be read, or pyarrow is not installed.
    """
    return TableSource(path, name, _Parquet(path), digest(path))


def _texts(column: Any) -> Texts:
    """Cells of pyarrow as an export writes them; what is null is blank."""
    pa, compute = _needed("pyarrow"), _needed("pyarrow.compute")
    kind = column.type
    if pa.types.is_timestamp(kind):
        form = "%Y-%m-%dT%H:%M:%S" + ("Z" if kind.tz else "")
        column = compute.strftime(column.cast(pa.timestamp("ms", "UTC" if kind.tz else None),
                                              safe=False), form)  # fmt: skip
    try:
        found = column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        found = pa.array(list(map(_text, column.to_pylist())), pa.string())
    return Texts.of_arrow(found.fill_null(""))


# Databases ----------------------------------------------------------------------------------


class _Sqlite:
    def __init__(self, path: Path, table: str) -> None:
        self._path = path
        self._select = f"SELECT * FROM {_quoted(table)}"
        self._size = f"SELECT count(*) FROM {_quoted(table)}"

    def header(self) -> list[str]:
        with closing(_sqlite(self._path)) as database:
            return [str(each[0]) for each in database.execute(self._select).description]

    def count(self) -> int:
        with closing(_sqlite(self._path)) as database:
            return int(database.execute(self._size).fetchone()[0])

    def parts(self) -> Iterator[list[Texts]]:
        with closing(_sqlite(self._path)) as database:
            rows = database.execute(self._select)
            while part := rows.fetchmany(_ROWS):
                yield [Texts.of(list(map(_text, column))) for column in zip(*part, strict=True)]


class _DuckDb:
    def __init__(self, path: Path, table: str) -> None:
        self._path = path
        self._select = f"SELECT * FROM {_quoted(table)}"
        self._size = f"SELECT count(*) FROM {_quoted(table)}"

    def header(self) -> list[str]:
        with closing(_duckdb(self._path)) as database:
            return [str(each[0]) for each in database.execute(self._select).description]

    def count(self) -> int:
        with closing(_duckdb(self._path)) as database:
            return int(database.execute(self._size).fetchone()[0])

    def parts(self) -> Iterator[list[Texts]]:
        _needed("pyarrow", "pyarrow", "a table of DuckDB")
        with closing(_duckdb(self._path)) as database:
            for part in database.sql(self._select).to_arrow_reader(_ROWS):
                yield [_texts(column) for column in part.columns]


def database_sources(
    path: Path, name: str, head: bytes
) -> tuple[tuple[TableSource, ...], tuple[Skipped, ...]]:
    """The tables of a file of SQLite or DuckDB.

    Args:
        path: The file.
        name: What messages call it.
        head: Its first bytes.

    Raises:
        LogError: It cannot be read.
    """
    is_sqlite = head.startswith(SQLITE)
    log = path.with_name(f"{path.name}-wal" if is_sqlite else f"{path.name}.wal")
    if log.exists() and log.stat().st_size:
        raise LogError(
            f"the database is being written: `{log.name}` lies beside it",
            "close the program that writes it, and try again",
        )
    with _in_words():
        names = _sqlite_tables(path) if is_sqlite else _duckdb_tables(path)
    if not names:
        raise LogError("the database holds no table", "see that it is the right file")
    if not is_sqlite and {"about", "search", "judgment"} <= set(names):
        raise LogError("this is a database of results of an audit", "see `platelaw results show`")
    kind, sha256 = (_Sqlite if is_sqlite else _DuckDb), digest(path)
    return tuple(
        TableSource(path, f"{name}#{table}", kind(path, table), sha256) for table in names
    ), ()


def is_database(head: bytes) -> bool:
    """Whether a file that begins so is a database that can be read."""
    return head.startswith(SQLITE) or head[DUCKDB_AT : DUCKDB_AT + len(DUCKDB)] == DUCKDB


def _sqlite_tables(path: Path) -> list[str]:
    with closing(_sqlite(path)) as database:
        listed = database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return [str(row[0]) for row in listed.fetchall()]


def _duckdb_tables(path: Path) -> list[str]:
    with closing(_duckdb(path)) as database:
        listed = database.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'main' ORDER BY table_name"
        )
        return [str(row[0]) for row in listed.fetchall()]


def _sqlite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _duckdb(path: Path) -> Any:
    return _needed("duckdb", "DuckDB", "a database of DuckDB").connect(str(path), read_only=True)


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'


def _text(value: object) -> str:
    """A value of a database as an export writes it."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, cast("Sequence[object]", value)))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


# Both ---------------------------------------------------------------------------------------


def digest(path: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        LogError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(error) from error


def _needed(module: str, name: str = "", what: str = "") -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise LogError(f"{what} needs {name}, which is not installed", _INSTALL) from None


@contextmanager
def _in_words() -> Generator[None]:
    """What goes wrong while a table is read, in words."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise LogError(f"it cannot be read: {error}", "fetch the file again") from error
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("pyarrow", "duckdb", "_duckdb"):
            raise
        first = str(error).splitlines()[0]
        raise LogError(f"it cannot be read: {first}", "fetch the file again") from error
