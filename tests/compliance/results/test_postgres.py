"""A table of PostgreSQL as a log: its rows, what finds them again, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from platelaw.cli import platelaw
from platelaw.compliance.results.ingest import Ingest
from platelaw.compliance.results.store import open_results
from platelaw.compliance.results.writing import open_to_write
from platelaw.engine.audit import postgres
from platelaw.engine.audit.layouts import Field
from platelaw.engine.audit.postgres import TableAddress, is_address, table_address
from platelaw.engine.audit.reader import LogError, LogFault, LogRow, SearchLog, open_table

from ...audit.exports import WHOLE, search
from ...federation.log.postgres_server import Server
from .building import law, reviewer_of, run_through

PASSWORD = "sekret-%40x"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A database with a user who may read nothing."""
    found = Server()
    with psycopg.connect(found.address, autocommit=True) as connection:
        connection.execute("CREATE ROLE poor LOGIN")
    yield found
    found.close()


def address(server: Server, table: str, user: str = "platelaw") -> str:
    return f"postgresql://{user}:{PASSWORD}@/postgres?host={server.folder}#{table}"


def make(server: Server, name: str, rows: int, *, key: str = "", kinds: str = "") -> None:
    """Make a table of searches; ``kinds`` are column types in place of text, as SQL."""
    named = sql.SQL(", ").join(map(sql.Identifier, WHOLE))
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({key})".encode())
        for column in WHOLE:
            kind = sql.SQL("text" if column != "Search Time" or not kinds else "timestamptz")
            connection.execute(sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(
                sql.Identifier(name), sql.Identifier(column), kind))  # fmt: skip
        insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(name), named, sql.SQL(", ").join([sql.Placeholder()] * len(WHOLE))
        )
        with connection.cursor() as cursor:
            cursor.executemany(insert, [list(search(number).values()) for number in range(rows)])


def opened(server: Server, table: str, user: str = "platelaw") -> SearchLog:
    (log,) = open_table(table_address(address(server, table, user))).logs
    return log


def numbers(log: SearchLog) -> list[tuple[int, str]]:
    return [(row.line, row.cell(Field.CASE_NUMBER).value)
            for row in log.rows() if isinstance(row, LogRow)]  # fmt: skip


def test_rows_come_in_the_order_of_their_key_and_are_what_an_export_has(server: Server) -> None:
    make(server, "keyed", 12, key="number serial PRIMARY KEY", kinds="timestamptz")
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute('UPDATE keyed SET "Reason" = NULL WHERE number = 3')  # it moves
    log = opened(server, "keyed")
    assert log.name == "postgresql://local:5432/postgres#public.keyed"
    rows = [row for row in log.rows() if isinstance(row, LogRow)]
    assert numbers(log) == [(number + 2, f"26-{number}") for number in range(12)]
    assert rows[2].cell(Field.REASON).value == ""
    assert [f"{row.moment.earliest:%Y-%m-%dT%H:%M:%S%z}" for row in rows[:2] if row.moment] == [
        "2026-11-02T14:40:00+0000", "2026-11-02T14:40:01+0000",
    ]  # fmt: skip


def test_what_finds_a_row_again_is_kept_unless_it_may_name_a_person(
    server: Server, tmp_path: Path
) -> None:
    make(server, "lying", 12)
    make(server, "keyed", 12, key="number serial PRIMARY KEY")
    make(server, "named", 3)
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute('ALTER TABLE named ADD PRIMARY KEY ("ID", "Name")')
    logs = [opened(server, table) for table in ("lying", "keyed", "named")]
    path, reviewer, told = tmp_path / "r", reviewer_of(law()), list[str]()
    database = open_to_write(path, reviewer, "0")
    Ingest(database, reviewer, told.append).add(logs, run_through)
    database.close()
    with open_results(path) as results:
        found = results.execute(
            'SELECT s.name, k.line, k."key" FROM row_key k JOIN source s ON s.id = k.source '
            "ORDER BY 1, 2"
        ).fetchall()
    of_table = {name: [row[1:] for row in found if row[0].endswith(name)]
                for name in ("lying", "keyed", "named")}  # fmt: skip
    assert of_table == {
        "lying": [(number + 2, f"(0,{number + 1})") for number in range(12)],
        "keyed": [(number + 2, f"{number + 1}") for number in range(12)],
        "named": [],
    }
    assert PASSWORD.encode() not in path.read_bytes()


def test_a_view_is_read_in_one_order_and_its_digest_is_that_of_its_cells(server: Server) -> None:
    make(server, "lying", 12)
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute("CREATE OR REPLACE VIEW seen AS SELECT * FROM lying")
        before = opened(server, "public.seen")
        connection.execute("CREATE TABLE again AS SELECT * FROM lying ORDER BY random()")
        connection.execute("CREATE OR REPLACE VIEW seen AS SELECT * FROM again")
        after = opened(server, '"public"."seen"')
        assert (before.sha256, numbers(before)) == (after.sha256, numbers(after))
        connection.execute("""UPDATE again SET "Reason" = 'other' WHERE "Case #" = '26-3'""")
    assert opened(server, "seen").sha256 != before.sha256


def test_rows_are_streamed_and_a_broken_connection_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_ROWS", 5)
    make(server, "lying", 60)
    rows = opened(server, "lying").batches()
    first = next(each for each in rows if not isinstance(each, LogFault))
    assert len(first) == 5
    with psycopg.connect(server.address, autocommit=True) as connection:
        ours = "FROM pg_stat_activity WHERE application_name = 'platelaw audit'"
        asked = connection.execute(f"SELECT query, state {ours}".encode()).fetchall()
        assert [(query.split()[0], state) for query, state in asked] == [
            ("FETCH", "idle in transaction")
        ]
        connection.execute(f"SELECT pg_terminate_backend(pid) {ours}".encode())
    with pytest.raises(LogError, match="terminating connection") as fault:
        list(rows)
    assert PASSWORD not in str(fault.value)


def test_a_table_that_changed_between_opening_and_reading_is_told(server: Server) -> None:
    make(server, "lying", 3)
    log = opened(server, "lying")
    assert [each for each in log.rows() if isinstance(each, LogFault) and not each.line] == []
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute("DELETE FROM lying WHERE \"Case #\" = '26-1'")
    faults = [each.message for each in log.rows() if isinstance(each, LogFault)]
    assert "the file changed while it was read" in faults


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("postgresql://u:sekret@h/x", "names no table"),
        ("postgresql://u:se#kret@h/x", "names no table"),
        ("postgresql://u:sekret@h/x#a.b.c", "names no table"),
        ("postgresql://u:sek%zzret@h/x#t", "the address of the database is none"),
        ("postgresql://u:sekret@h/x?sekret=1#t", "the address of the database is none"),
        ("postgresql://u:sekret@127.0.0.1:1/x#t", "cannot be reached"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(text: str, says: str) -> None:
    assert is_address(text)
    with pytest.raises(LogError, match=says) as fault:
        open_table(table_address(text))
    told = f"{fault.value} {fault.value.message} {fault.value.help}"
    assert fault.value.help
    assert "kret" not in told


def test_a_table_that_cannot_be_a_log_is_told_with_the_mend(server: Server) -> None:
    make(server, "lying", 1)
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS odd (number int, word text)")
    told: list[str] = []
    for table, user in (("nosuch", "platelaw"), ("lying", "poor"), ("odd", "platelaw")):
        with pytest.raises(LogError) as fault:
            opened(server, table, user)
        told += [fault.value.message, fault.value.help]
    assert told[0] == "the database has no table public.nosuch"
    assert "public.lying" in told[1]
    assert told[2] == "the database's user may not read it: permission denied for table lying"
    assert 'GRANT SELECT ON "public"."lying"' in told[3]
    assert told[4] == "no known layout has its columns (number, word)"
    assert "--layout" in told[5]


def test_an_address_does_not_show_itself() -> None:
    assert PASSWORD not in repr(TableAddress(f"postgresql://u:{PASSWORD}@h/x", "t"))


def test_a_custodian_audits_a_table_whose_name_tells_the_agency(
    server: Server, tmp_path: Path
) -> None:
    make(server, "darien_ct_pd_audit", 4)
    results = tmp_path / "year.results"
    words = ["audit", address(server, "darien_ct_pd_audit"), "--results", str(results)]
    done = CliRunner().invoke(platelaw, [*words, "--no-review"])
    assert done.exit_code == 0, done.output
    assert "owner taken from the file's name: CT/darien-pd" in done.stderr
    assert "postgresql://local:5432/postgres#public.darien_ct_pd_audit: 4 rows" in done.stdout
    assert PASSWORD not in done.output
    assert PASSWORD.encode() not in results.read_bytes()
