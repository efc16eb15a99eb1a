"""The tables of a log in PostgreSQL, by version: a database is brought forward, never back."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

if TYPE_CHECKING:
    import psycopg

NAME = "platelaw_log"  # the schema that holds the tables
LOCK = 0x706C6C67  # servers that start together bring it forward one after another

# Each step brings a database from the version of its place to the next. A step never changes.
# What is hard to compress is not compressed: it would cost the database, and save nothing.
STEPS: tuple[tuple[LiteralString, ...], ...] = (
    (
        """CREATE TABLE groups (
            first bigint PRIMARY KEY,
            at bigint NOT NULL,
            entries bytea NOT NULL,
            leaves bytea NOT NULL,
            sealed bytea NOT NULL
        )""",
        """ALTER TABLE groups
            ALTER entries SET STORAGE EXTERNAL,
            ALTER leaves SET STORAGE EXTERNAL,
            ALTER sealed SET STORAGE EXTERNAL""",
        # The row whose lock is the only order between servers.
        """CREATE TABLE head (
            one boolean PRIMARY KEY CHECK (one),
            size bigint NOT NULL,
            edge bytea NOT NULL,
            at bigint NOT NULL
        ) WITH (fillfactor = 10)""",
        """CREATE TABLE checkpoint (
            one boolean PRIMARY KEY CHECK (one),
            size bigint NOT NULL,
            note text NOT NULL
        )""",
        """CREATE TABLE calls (
            caller text NOT NULL,
            nonce bytea NOT NULL,
            digest bytea NOT NULL,
            first bigint NOT NULL,
            count bigint NOT NULL,
            until bigint NOT NULL,
            PRIMARY KEY (caller, nonce)
        )""",
        "CREATE INDEX calls_by_until ON calls (until)",
        """CREATE TABLE circumstances (
            digest bytea PRIMARY KEY,
            content bytea NOT NULL
        )""",
        """CREATE TABLE tiles (
            level integer NOT NULL,
            place bigint NOT NULL,
            hashes bytea NOT NULL,
            PRIMARY KEY (level, place)
        )""",
        "ALTER TABLE tiles ALTER hashes SET STORAGE EXTERNAL",
        "INSERT INTO head (one, size, edge, at) VALUES (true, 0, '', 0)",
        "INSERT INTO checkpoint (one, size, note) VALUES (true, 0, '')",
    ),
)
VERSION = len(STEPS)


def bring_forward(connection: psycopg.Connection) -> int:
    """Bring a database to the newest version, in the transaction that is open.

    Returns:
        The version found; if it is newer than those known here, nothing was done.

    Raises:
        psycopg.Error: It cannot be brought forward.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {NAME}")
    connection.execute(f"SET LOCAL search_path = {NAME}")
    connection.execute("CREATE TABLE IF NOT EXISTS version (version integer NOT NULL)")
    found = connection.execute("SELECT version FROM version").fetchone()
    version = int(found[0]) if found else 0
    if version >= VERSION:
        return version
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute("DELETE FROM version")
    connection.execute("INSERT INTO version (version) VALUES (%s)", (VERSION,))
    return version
