"""The definition table: small rules and requests, and what docs/semantics.md says of them."""

import pytest

from .definitions import Row, differs
from .table_facts import CLAIMS, PROOF, RECIPIENTS
from .table_rules import ROWS
from .table_unknown import UNKNOWN

TABLE = (*PROOF, *CLAIMS, *RECIPIENTS, *UNKNOWN, *ROWS)


@pytest.mark.parametrize("row", TABLE, ids=[row.says for row in TABLE])
def test_definition_table(row: Row) -> None:
    assert differs(row) is None


def test_every_row_says_something_of_its_own() -> None:
    assert len({row.says for row in TABLE}) == len(TABLE)
