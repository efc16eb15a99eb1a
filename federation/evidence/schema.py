"""The tables of a store, by version: a store is brought forward step by step, never back."""

from __future__ import annotations

import sqlite3

APPLICATION = 0x706C6577  # marks a file as a store of evidence

# Each step brings a store from the version of its place to the next. A step never changes.
STEPS: tuple[tuple[str, ...], ...] = (
    (
        # Envelopes as they were sent. `subject` is how a statement is found, nothing more: what
        # counts is read from the envelope again.
        """CREATE TABLE statements (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            envelope BLOB NOT NULL,
            received INTEGER NOT NULL,
            expires INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX statements_by_expiry ON statements (expires)",
        """CREATE TABLE holds (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            request_id TEXT NOT NULL,
            caller TEXT NOT NULL,
            requester TEXT NOT NULL,
            owner TEXT NOT NULL,
            act TEXT NOT NULL,
            data TEXT NOT NULL,
            purpose TEXT NOT NULL,
            digest BLOB NOT NULL,
            question BLOB NOT NULL,
            explanation BLOB NOT NULL,
            asked_at INTEGER NOT NULL,
            deadline INTEGER NOT NULL,
            closed_at INTEGER,
            UNIQUE (caller, request_id, owner)
        ) STRICT""",
        "CREATE INDEX holds_by_digest ON holds (digest)",
        "CREATE INDEX open_holds ON holds (deadline, seq) WHERE closed_at IS NULL",
        "CREATE INDEX closed_holds ON holds (closed_at) WHERE closed_at IS NOT NULL",
        # Whom a HOLD concerns: bodies by key or ORI, and roles that could settle something of it.
        """CREATE TABLE concerned (
            hold INTEGER NOT NULL REFERENCES holds (seq) ON DELETE CASCADE,
            whom TEXT NOT NULL,
            PRIMARY KEY (whom, hold)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX concerned_by_hold ON concerned (hold)",
        # Beside the requester only digests: no word of what was asked.
        """CREATE TABLE refusals (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            requester TEXT NOT NULL,
            act BLOB NOT NULL,
            thing BLOB NOT NULL,
            person BLOB NOT NULL,
            asserted BLOB NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (act, thing, person, asserted)
        ) STRICT""",
    ),
    (
        # A table without row ids has its columns in the order of its key: the quick check of
        # SQLite 3.40 takes a whole table for torn if they stand otherwise.
        """CREATE TABLE concerned_in_order (
            whom TEXT NOT NULL,
            hold INTEGER NOT NULL REFERENCES holds (seq) ON DELETE CASCADE,
            PRIMARY KEY (whom, hold)
        ) STRICT, WITHOUT ROWID""",
        "INSERT INTO concerned_in_order (whom, hold) SELECT whom, hold FROM concerned",
        "DROP TABLE concerned",
        "ALTER TABLE concerned_in_order RENAME TO concerned",
        "CREATE INDEX concerned_by_hold ON concerned (hold)",
        # `asserted` holds a digest of each thing asserted, no longer one of all: what was noted
        # before cannot be told apart, and is forgotten. The act stands in clear.
        "DROP TABLE refusals",
        """CREATE TABLE refusals (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            requester TEXT NOT NULL,
            act TEXT NOT NULL,
            thing BLOB NOT NULL,
            person BLOB NOT NULL,
            asserted BLOB NOT NULL,
            at INTEGER NOT NULL,
            UNIQUE (requester, act, thing, person, asserted)
        ) STRICT""",
    ),
    (
        # What a process has let go from its memory is found by these.
        "CREATE INDEX refusals_by_moment ON refusals (requester, act, at)",
        "CREATE INDEX refusals_by_person ON refusals (requester, act, person, at)",
        "CREATE INDEX statements_by_subject ON statements (subject)",
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
