"""How a log in PostgreSQL is opened, and when it is refused."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from . import postgres_schema
from .store import StoreError

# A server that vanished must not hold the head: its session ends, and with it its lock.
_SESSION: tuple[LiteralString, ...] = (
    f"SET search_path = {postgres_schema.NAME}",
    "SET idle_in_transaction_session_timeout = '3s'",
    "SET lock_timeout = '5s'",
    "SET statement_timeout = '10s'",
)
_NETWORK = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "application_name": "platelaw log",
}
# What an acknowledged commit hangs on: its values, and what to do about others.
_NEEDED = {
    "synchronous_commit": {"on", "remote_apply"},
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "server_encoding": {"UTF8"},
}


def prepare(address: str) -> None:
    """Bring a database to this version, and see that it keeps what it acknowledges.

    Raises:
        StoreError: It cannot be used.
    """
    with _used(address, "its user may make tables in it") as connection:
        _check_settings(connection)
        _check_version(postgres_schema.bring_forward(connection), may_be_old=True)


def check_readable(address: str) -> None:
    """See that there is a log of this version in a database.

    Raises:
        StoreError: There is none.
    """
    with _used(address, "a service has made its log there") as connection:
        query: LiteralString = f"SELECT version FROM {postgres_schema.NAME}.version"
        found = connection.execute(query).fetchone()
        _check_version(found[0] if found else 0, may_be_old=False)


def connect(address: str) -> psycopg.Connection:
    """A connection that commits each statement by itself, unless a transaction is begun.

    Raises:
        psycopg.Error: There is none to be had.
    """
    connection = psycopg.connect(_complete(address), autocommit=True)
    try:
        for statement in _SESSION:
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def plain(fault: psycopg.Error) -> str:
    """What ails a database, in one line."""
    told = fault.diag.message_primary or str(fault).strip()
    return told.partition("\n")[0] or type(fault).__name__


@contextmanager
def _used(address: str, needed: str) -> Generator[psycopg.Connection]:
    """One transaction of a database.

    Raises:
        StoreError: It cannot be used.
    """
    try:
        with psycopg.connect(_complete(address)) as connection:
            yield connection
    except psycopg.Error as fault:
        mend = f"see that the database runs, and that {needed}"
        raise StoreError(f"the log's database cannot be used: {plain(fault)}; {mend}") from fault


def _check_version(found: int, *, may_be_old: bool) -> None:
    if found > postgres_schema.VERSION:
        raise StoreError(
            f"the log's database has version {found}, and this platelaw knows up to "
            f"{postgres_schema.VERSION}; use the platelaw that wrote it, or a newer one"
        )
    if found < postgres_schema.VERSION and not may_be_old:
        raise StoreError("the log's database is of an older version; start the service once")


def _complete(address: str) -> str:
    """An address with what must be said of the network, unless it says it itself."""
    return make_conninfo(address, **{**_NETWORK, **_said(address)})


def _said(address: str) -> dict[str, str]:
    return {key: str(value) for key, value in conninfo_to_dict(address).items()}


def _check_settings(connection: psycopg.Connection) -> None:
    """Make sure that a commit that was acknowledged is kept.

    Raises:
        StoreError: It would not be.
        psycopg.Error: The database does not answer.
    """
    found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    if found is None or found[0]:
        raise StoreError("the log's database is a standby; name the one that is written")
    for name, values in _NEEDED.items():
        found = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        if found is None or found[0] not in values:
            now, needed = found[0] if found else "", " or ".join(sorted(values))
            raise StoreError(
                f"the log's database has {name} = {now}, and would lose what it acknowledged; "
                f"set it to {needed}"
            )
