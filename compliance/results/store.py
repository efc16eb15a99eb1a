"""Opening and making results databases."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MendableError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "2"  # of schema.sql; a results database says by which it was made
_MARK, _MARK_AT = b"DUCK", 8  # how a file of DuckDB begins


class ResultsError(MendableError):
    """A results database that cannot be used, with the mend."""


def create(
    path: Path, about: Mapping[str, str], changes: Iterable[datetime.date] = ()
) -> DuckDBPyConnection:
    """A new results database; it comes into its place when it is whole.

    Args:
        path: Where; no file may lie there.
        about: What is told of the audit as a whole (table ``about``), without ``schema``.
        changes: The days on which the law above the owner changes.

    Raises:
        ResultsError: A file lies there, or it cannot be written.
    """
    if path.exists():
        raise ResultsError(f"{path}: there is a file already", "name another, or open that one")
    part = path.with_name(f"{path.name}.new")
    part.unlink(missing_ok=True)
    try:
        _make(part, about, changes)
        part.chmod(0o600)  # as confidential as the logs
        part.replace(path)
    except (OSError, _duckdb().Error) as fault:
        part.unlink(missing_ok=True)
        raise ResultsError(
            f"{path}: cannot be written: {str(fault).splitlines()[0]}",
            "make room on the disk, or name another folder",
        ) from None
    return _connect(path, read_only=False)


def _make(part: Path, about: Mapping[str, str], changes: Iterable[datetime.date]) -> None:
    connection = _connect(part, read_only=False)
    connection.begin()
    connection.execute(_text("schema.sql"))
    connection.execute(_text("own_time.sql"))
    connection.executemany("INSERT INTO about VALUES (?, ?)", [("schema", SCHEMA), *about.items()])
    connection.execute(
        "INSERT INTO law_change SELECT unnest(?::DATE[])", [[day.isoformat() for day in changes]]
    )
    connection.commit()
    connection.execute("CHECKPOINT")  # what goes wrong as it is closed is not told
    connection.close()


def open_results(path: Path, *, read_only: bool = True) -> DuckDBPyConnection:
    """An existing results database.

    Raises:
        ResultsError: There is none, it is none, or another version made it.
    """
    if not path.exists():
        raise ResultsError(f"{path}: there is no such file", "make it with `platelaw audit`")
    connection = _connect(path, read_only=read_only)
    duckdb = _duckdb()
    try:
        found = connection.execute("SELECT value FROM about WHERE name = 'schema'").fetchone()
    except duckdb.CatalogException:
        found = None
    if found is None:
        connection.close()
        raise ResultsError(f"{path}: it holds no results of an audit", "name the file of an audit")
    if found[0] != SCHEMA:
        connection.close()
        raise ResultsError(
            f"{path}: it was made by form {found[0]} of results, this platelaw reads form {SCHEMA}",
            "judge the logs again into a new file, or use the platelaw that made it",
        )
    connection.execute(_text("own_time.sql").replace("REPLACE MACRO", "REPLACE TEMP MACRO"))
    return connection


def _text(name: str) -> str:
    return resources.files("platelaw.compliance.results").joinpath(name).read_text("utf-8")


def refuse_simulated(results: DuckDBPyConnection, what: str) -> None:
    """Refuse results of another agency's log, judged as if it were the owner's.

    Raises:
        ResultsError: They are; `what` says what they cannot be used for.
    """
    about = dict(results.execute("SELECT name, value FROM about").fetchall())
    if about.get("simulated") == "yes":
        raise ResultsError(
            f"the results are simulated: their log is not that of {about.get('owner')}, and {what}",
            "judge the log with --owner, under its own agency",
        )


def duckdb_errors() -> tuple[type[Exception], ...]:
    """What DuckDB raises."""
    return (_duckdb().Error,)


def is_interruption(fault: Exception) -> bool:
    """Whether a fault of DuckDB is Ctrl-C in its midst: it raises no ``KeyboardInterrupt``.

    A transaction that was interrupted refuses whatever comes after it; so does one for which there
    was no room, and only the fault before tells which.
    """
    before: BaseException | None = fault
    while before is not None:
        if isinstance(before, KeyboardInterrupt) or "interrupt" in str(before).casefold():
            return True
        before = before.__context__
    return False


def _connect(path: Path, *, read_only: bool) -> DuckDBPyConnection:
    duckdb = _duckdb()
    if not _is_database(path):
        raise ResultsError(f"{path}: it holds no results of an audit", "name the file of an audit")
    try:
        connection: DuckDBPyConnection = duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as fault:
        first = str(fault).splitlines()[0]
        raise ResultsError(
            f"{path}: cannot be opened: {first}",
            "see that no other audit runs on it and that the file is one of results",
        ) from None
    return connection


def _is_database(path: Path) -> bool:
    """Whether a file begins as those of DuckDB do; one that cannot be read is left to DuckDB."""
    try:
        with path.open("rb") as file:
            return file.read(_MARK_AT + len(_MARK))[_MARK_AT:] == _MARK
    except OSError:
        return True


def _duckdb() -> Any:
    try:
        return import_module("duckdb")
    except ImportError:
        raise ResultsError(
            "results that are kept need DuckDB, which is not installed",
            "in platelaw's folder: pip install '.[audit]'",
        ) from None
