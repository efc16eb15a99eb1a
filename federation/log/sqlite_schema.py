"""The tables of a log in SQLite, by version: a file is brought forward step by step, never back."""

from __future__ import annotations

import sqlite3

APPLICATION = 0x706C6C67  # marks a file as a log

# Each step brings a store from the version of its place to the next. A step never changes.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        # One row a group: lengths of its entries, then their bytes; leaf hashes; sealed texts.
        """CREATE TABLE groups (
            first INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            entries BLOB NOT NULL,
            leaves BLOB NOT NULL,
            sealed BLOB NOT NULL
        ) STRICT""",
        """CREATE TABLE head (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            size INTEGER NOT NULL,
            edge BLOB NOT NULL,
            at INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE checkpoint (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            size INTEGER NOT NULL,
            note TEXT NOT NULL
        ) STRICT""",
        # One row a group, of the calls that it answers; sqlite_calls.py says why.
        """CREATE TABLE calls (
            first INTEGER PRIMARY KEY,
            until INTEGER NOT NULL,
            calls BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX calls_by_until ON calls (until)",
        """CREATE TABLE circumstances (
            digest BLOB NOT NULL UNIQUE,
            content BLOB NOT NULL
        ) STRICT""",
        """CREATE TABLE tiles (
            level INTEGER NOT NULL,
            place INTEGER NOT NULL,
            hashes BLOB NOT NULL,
            UNIQUE (level, place)
        ) STRICT""",
        "INSERT INTO head (one, size, edge, at) VALUES (1, 0, x'', 0)",
        "INSERT INTO checkpoint (one, size, note) VALUES (1, 0, '')",
    ),
)
VERSION = len(STEPS)


def bring_forward(connection: sqlite3.Connection, version: int) -> None:
    """Bring a store from a version to the newest, whole or not at all."""
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
