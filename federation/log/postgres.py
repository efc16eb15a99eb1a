"""PostgreSQL behind a log, where it is wanted: its driver is not installed with every platelaw."""

from __future__ import annotations

from .store import Store, StoreError


def open_postgres(address: str, *, only_reading: bool = False) -> Store:
    """Open a log in PostgreSQL; a new one is made if there is none.

    Args:
        address: The database, as libpq takes it: `host=... dbname=...` or `postgresql://...`.
        only_reading: Whether to write nothing at all, and make nothing.

    Raises:
        StoreError: It cannot be used, or there is no driver.
    """
    try:
        from .postgres_store import PostgresStore
    except ImportError as missing:
        mend = "in platelaw's folder: pip install '.[postgres]'"
        raise StoreError(f"a log in PostgreSQL needs psycopg ({missing}); {mend}") from missing
    return PostgresStore(address, only_reading=only_reading)
