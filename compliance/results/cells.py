"""Each distinct cell of a field gets a number, and is kept once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...engine.audit.batch import Batch
from ...engine.audit.cells import Cell, CellState, is_placeholder, shipped_markers
from ...engine.audit.layouts import Field
from ...engine.columns.coded import Ints
from ...engine.columns.slots import Slots
from ...engine.columns.texts import Hashes, Texts
from .secret import Secret
from .tables import Pending

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The fields whose cells are kept, with the column of `search` that points to them.
KEPT = {
    Field.ORGANIZATION: "organization",
    Field.USER: "account",
    Field.REASON: "reason",
    Field.CATEGORY: "category",
    Field.CASE_NUMBER: "case_number",
    Field.SEARCH_TYPE: "kind",
    Field.MODERATION: "moderation",
}
HIDDEN = frozenset({Field.USER, Field.CASE_NUMBER})  # kept as tokens
_MOST = 1 << 28
_SHAPE = 40  # characters of a shape
_MARK = "\0"  # begins what stands for a cell that is no value; no text has it
_LETTERS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "a" * 52 + "9" * 10
)


@dataclass(frozen=True, slots=True)
class NewCell:
    """A cell that was not met before."""

    id: int
    field: Field
    cell: Cell


class Cells:
    """The numbers of cells, from one batch of rows to the next."""

    def __init__(self, secret: Secret, pending: Pending) -> None:
        """No cell is known.

        Args:
            secret: What hides accounts and case numbers.
            pending: Where new cells go to be written.
        """
        self._secret = secret
        self._pending = pending
        self._slots = {field: Slots(_MOST) for field in KEPT}
        self._starts = {field: np.uint64(secret.start(f"cell {field.value}")) for field in KEPT}
        self._next = 1
        self.new: list[NewCell] = []  # of the last batch, whose meaning is to be kept too

    def load(self, connection: DuckDBPyConnection) -> None:
        """Know the cells that a database holds."""
        for field in KEPT:
            found = connection.execute(
                "SELECT id, state, value FROM cell WHERE field = ? ORDER BY id", [field.value]
            )
            while rows := found.fetchmany(100_000):
                ids = np.array([row[0] for row in rows], np.int64)
                self._slots[field].place(self._kept_keys(field, rows), ids)
                self._next = max(self._next, int(ids.max()) + 1)

    def _kept_keys(self, field: Field, rows: Sequence[tuple[int, str, str]]) -> Hashes:
        if field not in HIDDEN:
            return self._hashes(field, [_standing(state, value) for _, state, value in rows])
        tokens = [
            bytes.fromhex(value)
            if state == CellState.VALUE.value
            else self._secret.tokens(field.value, [_standing(state, "")])[0]
            for _, state, value in rows
        ]
        return _keys(tokens)

    def of(self, batch: Batch, field: Field) -> Ints:
        """The number of each row's cell."""
        raw = batch.raw(field)
        if raw is not None:
            return self._numbers(field, raw.values)[raw.codes]
        cells = batch.cells(field)
        return self._numbers(field, [_text(field, cell) for cell in cells.values])[cells.codes]

    def _numbers(self, field: Field, texts: Sequence[str]) -> Ints:
        """The numbers of texts, each given once."""
        hidden = field in HIDDEN
        tokens = self._secret.tokens(field.value, texts) if hidden else []
        keys = _keys(tokens) if hidden else self._hashes(field, texts)
        found = self._slots[field].find(keys)
        new = np.flatnonzero(found < 0)
        if len(new):
            known = {texts[place]: tokens[place] for place in new.tolist()} if hidden else {}
            found[new] = self._new(field, [texts[place] for place in new.tolist()], known)
            self._slots[field].place(keys[new], found[new])
        return found

    def _new(self, field: Field, texts: Sequence[str], tokens: dict[str, bytes]) -> Ints:
        """Numbers for texts not met before: some are another spelling of a cell that was."""
        cells = [_cell(text) for text in texts]
        standing = [_text(field, cell) for cell in cells]
        distinct = dict(zip(standing, cells, strict=True))
        if field in HIDDEN:
            others = [text for text in distinct if text not in tokens]
            tokens |= zip(others, self._secret.tokens(field.value, others), strict=True)
            keys = _keys([tokens[text] for text in distinct])
        else:
            keys = self._hashes(field, list(distinct))
        found = self._slots[field].find(keys)
        new = found < 0
        found[new] = np.arange(self._next, self._next + int(new.sum()))
        self._next += int(new.sum())
        self._slots[field].place(keys, found)
        for number, is_new, (text, cell) in zip(
            found.tolist(), new.tolist(), distinct.items(), strict=True
        ):
            if is_new:
                self._keep(number, field, cell, tokens.get(text, b""))
        numbers = dict(zip(distinct, found.tolist(), strict=True))
        return np.array([numbers[text] for text in standing], np.int64)

    def _keep(self, number: int, field: Field, cell: Cell, token: bytes) -> None:
        is_value = cell.state is CellState.VALUE
        if field in HIDDEN:
            value, shape = (token.hex(), shape_of(cell.value)) if is_value else ("", "")
        else:
            value, shape = cell.value if is_value else _visible(field, cell), ""
        self._pending.add(
            "cell", number, field.value, cell.state.value, value, shape,
            is_value and is_placeholder(cell.value),
        )  # fmt: skip
        if field not in HIDDEN:
            self.new.append(NewCell(number, field, cell))

    def _hashes(self, field: Field, texts: Sequence[str]) -> Hashes:
        found = Texts.of(texts).hashed(np.full(len(texts), self._starts[field]))
        found[found == 0] = 1
        return found


def shape_of(text: str) -> str:
    """What a text looks like: letters as ``a``, digits as ``9``, and no more than its beginning."""
    text = text[:_SHAPE]
    if text.isascii():
        return text.translate(_LETTERS)
    return "".join("a" if c.isalpha() else "9" if c.isdigit() else c for c in text)


def _cell(text: str) -> Cell:
    if text[:1] != _MARK:
        return shipped_markers().read(text)
    _, state, visible = text.split(_MARK, 2)
    return Cell(CellState(state), visible=visible)


def _visible(field: Field, cell: Cell) -> str:
    """What can be read behind a mark, where it matters."""
    return cell.visible if field is Field.REASON else ""


def _text(field: Field, cell: Cell) -> str:
    """One text for all that stand for the same cell."""
    if cell.state is CellState.VALUE:
        return cell.value
    return _standing(cell.state.value, _visible(field, cell))


def _standing(state: str, value: str) -> str:
    return value if state == CellState.VALUE.value else f"{_MARK}{state}{_MARK}{value}"


def _keys(tokens: Sequence[bytes]) -> Hashes:
    """A number for each token."""
    found = np.frombuffer(b"".join(token[:8] for token in tokens), "<u8").astype(np.uint64)
    found[found == 0] = 1
    return found
