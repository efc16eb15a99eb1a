"""A table of a database of PostgreSQL as a log. A reading edge.

Its cells are read as the text that an export would have, in one order: of its primary key, else of
where its rows lie (``ctid``), else of all its columns. Nothing is written, and the address, which
may hold a password, is told to nobody but the server.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..columns.texts import Texts
from .columnar import FIRST_LINE, TableSource
from .errors import LogError
from .sources import shown

SCHEMES = ("postgresql://", "postgres://")
_ROWS = 20_000  # of a part
_PARTS = 4  # of which keys are known: what is judged lies hardly a part behind what is read
_NAMED = 10  # tables that a message names
_PART = re.compile(r'"([^"@/]+)"|([^".@/]+)')
_INSTALL = 'install it: pip install "platelaw[postgres]"'
_SAY_TABLE = "end the address in the table: postgresql://USER@HOST/DATABASE#SCHEMA.TABLE"
_PASSWORD = "give the password in PGPASSWORD or ~/.pgpass, not in the address"
_SESSION = {
    "connect_timeout": "10",
    "application_name": "platelaw audit",
    "options": "-c default_transaction_read_only=on -c search_path=pg_catalog",
    "client_encoding": "UTF8",
}
_TEXT = {  # how cells of a type are written, where it is not as the server writes them
    "timestamptz": """to_char({} AT TIME ZONE 'UTC', 'yyyy-mm-dd"T"hh24:mi:ss"Z"')""",
    "timestamp": """to_char({}, 'yyyy-mm-dd"T"hh24:mi:ss')""",
}
_COLUMNS = """
SELECT a.attname, t.typname, t.typcategory = 'A'
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_KEY = """
SELECT a.attname, t.typname FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
JOIN pg_type t ON t.oid = a.atttypid
WHERE i.indrelid = %s AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)
"""
_TABLES = """
SELECT table_schema || '.' || table_name FROM information_schema.tables
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
# Types of keys that name nobody; others may hold a name.
_NUMBERS = ("int2", "int4", "int8", "uuid")
_VIEWS = ("v", "f")  # kinds of relation whose rows lie nowhere: views, foreign tables


@dataclass(frozen=True, slots=True)
class TableAddress:
    """Where a table is.

    Attributes:
        address: Of the database; it may hold a password.
        schema: Empty for the one that is public.
    """

    address: str = field(repr=False)
    table: str
    schema: str = "public"


def is_address(text: str) -> bool:
    """Whether a text is the address of a database of PostgreSQL."""
    return text.lower().startswith(SCHEMES)


def table_address(text: str) -> TableAddress:
    """The table that an address names after its last ``#``.

    Raises:
        LogError: It names none.
    """
    address, mark, name = text.rpartition("#")
    parts = [quoted or plain for quoted, plain in _PART.findall(name)]
    if not mark or not 1 <= len(parts) <= 2 or len(name.replace('"', "")) != len(".".join(parts)):
        raise LogError("the address of a database names no table", _SAY_TABLE)
    return TableAddress(address, parts[-1], *parts[:-1])


def table_source(place: TableAddress) -> PostgresSource:
    """A table as a source of records; all of it is read once for its digest.

    Raises:
        LogError: The server cannot be reached, or the table not read.
    """
    table = _Table(place)
    return PostgresSource(Path(place.table), table.name, table, table.read_all())


class PostgresSource(TableSource):
    """A table that is read in the order that its form tells."""

    _table: _Table

    def has_changed(self) -> bool:
        """Whether what was read last is other than what was opened."""
        return self._table.digest not in ("", self.sha256)

    def keys_of(self, lines: Iterable[int]) -> list[tuple[int, str]]:
        """What finds rows in the table again, of those read last: each line with its key."""
        parts = list(self._table.keys)
        return [
            (line, keys[line - first])
            for line in lines
            for first, keys in parts
            if first <= line < first + len(keys)
        ]


class _Table:
    """One table, or view; each reading of it is one transaction."""

    def __init__(self, place: TableAddress) -> None:
        """See what it is.

        Raises:
            LogError: It cannot be read.
        """
        self.digest = ""  # of what was read last to its end
        self.keys: deque[tuple[int, list[str]]] = deque(maxlen=_PARTS)
        self._place = place
        self._psycopg = _psycopg()
        self._named = f"{_quoted(place.schema)}.{_quoted(place.table)}"
        with self._open() as connection:
            about = connection.info
            host = about.host if about.host and not about.host.startswith("/") else "local"
            self.name = shown(f"postgresql://{host}:{about.port}/{about.dbname}"
                              f"#{place.schema}.{place.table}")  # fmt: skip
            self._look(connection)

    def _look(self, connection: Any) -> None:
        found = connection.execute(
            "SELECT c.oid, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
            [self._place.schema, self._place.table],
        ).fetchone()
        if found is None:
            raise _no_table(connection, self._place)
        columns = connection.execute(_COLUMNS, [found[0]]).fetchall()
        keys = connection.execute(_KEY, [found[0]]).fetchall()
        if not columns:
            raise LogError("the table has no columns", "see that it is the right one")
        self._header = [str(row[0]) for row in columns]
        cells = ", ".join(_cell(*row) for row in columns)
        key, order = _key(keys, is_view=found[1] in _VIEWS, width=len(columns))
        self._select = f"SELECT {cells}, {key} FROM {self._named} AS t ORDER BY {order}"

    def header(self) -> list[str]:
        return list(self._header)

    def count(self) -> int:
        return self._rows

    def read_all(self) -> str:
        """Its digest; how many rows it has is known then."""
        self._rows = sum(len(part[0]) for part in self.parts())
        return self.digest

    def parts(self) -> Iterator[list[Texts]]:
        """Its rows, many at once, from a cursor that the server holds."""
        self.digest = ""
        self.keys.clear()
        digest, line = hashlib.sha256(_written(self._header)), FIRST_LINE
        with self._open() as connection, connection.cursor(name="platelaw") as cursor:
            cursor.execute(self._select)
            while part := cursor.fetchmany(_ROWS):
                *columns, keys = map(list, zip(*part, strict=True))
                for row in zip(*columns, strict=True):
                    digest.update(_written(row))
                if keys[0]:
                    self.keys.append((line, keys))
                line += len(part)
                yield [Texts.of(column) for column in columns]
        self.digest = digest.hexdigest()

    @contextmanager
    def _open(self) -> Generator[Any]:
        """A transaction that sees one state of the database; what goes wrong with it, in words."""
        psycopg, place = self._psycopg, self._place
        given = _checked(psycopg, place.address)
        try:
            with psycopg.connect(**{**_SESSION, **given}) as connection:
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                yield connection
        except psycopg.errors.InsufficientPrivilege as fault:
            raise LogError(
                f"the database's user may not read it: {_plain(fault, given)}",
                f"have its owner GRANT SELECT ON {self._named} to that user",
            ) from None
        except psycopg.OperationalError as fault:
            raise LogError(
                f"the database cannot be reached: {_plain(fault, given)}",
                f"see that the server runs and lets this user in; {_PASSWORD}",
            ) from None
        except psycopg.Error as fault:
            raise LogError(
                f"the table cannot be read: {_plain(fault, given)}",
                "see that it is whole, then run the same command again",
            ) from None


def _checked(psycopg: Any, address: str) -> dict[str, str]:
    """What an address says; what is wrong with it is not repeated, since that may be a password."""
    try:
        return dict(psycopg.conninfo.conninfo_to_dict(address))
    except psycopg.ProgrammingError:
        raise LogError(
            "the address of the database is none",
            f"write postgresql://USER@HOST/DATABASE#SCHEMA.TABLE, %40 for @ within; {_PASSWORD}",
        ) from None


def _no_table(connection: Any, place: TableAddress) -> LogError:
    names = [str(row[0]) for row in connection.execute(_TABLES).fetchall()]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    told = f"it has {', '.join(names[:_NAMED])}{more}" if names else "it has none that can be read"
    return LogError(
        f"the database has no table {shown(place.schema)}.{shown(place.table)}",
        f"{told}; write SCHEMA.TABLE after the #",
    )


def _plain(fault: Any, given: dict[str, str]) -> str:
    """What ails a database, in one line and without the password."""
    told = str(fault.diag.message_primary or fault).strip().partition("\n")[0]
    password = given.get("password")
    return shown(told.replace(password, "***") if password else told)


def _key(columns: Sequence[Sequence[str]], *, is_view: bool, width: int) -> tuple[str, str]:
    """SQL of what finds a row again, blank if nothing does, and of the order of the rows."""
    names = [f"t.{_quoted(name)}" for name, _ in columns]
    if names:
        is_number = all(kind in _NUMBERS for _, kind in columns)
        return f"concat_ws(',', {', '.join(names)})" if is_number else "''", ", ".join(names)
    if is_view:
        return "''", ", ".join(str(place + 1) for place in range(width))
    return "t.ctid::text", "t.tableoid, t.ctid"


def _cell(name: str, kind: str, is_list: bool) -> str:
    """SQL of a column's cells as an export writes them; what is null is blank."""
    named = _quoted(name)
    if is_list:
        return f"coalesce(array_to_string({named}, ', '), '')"
    return f"coalesce({_TEXT.get(kind, '{}::text').format(named)}, '')"


def _written(cells: Sequence[str]) -> bytes:
    """Cells as they go into the digest: each ends in a zero byte, which no cell holds."""
    return "".join(f"{cell}\0" for cell in cells).encode("utf-8", "surrogatepass")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _psycopg() -> Any:
    try:
        return importlib.import_module("psycopg")
    except ImportError:
        raise LogError(
            "a table of PostgreSQL needs psycopg, which is not installed", _INSTALL
        ) from None
