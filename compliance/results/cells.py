"""Each distinct cell of a field gets a number, and is kept once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...engine.audit.batch import Batch
from ...engine.audit.cells import Cell, CellState, shipped_markers
from ...engine.audit.layouts import Field
from ...engine.columns.coded import Ints
from ...engine.columns.slots import Slots
from ...engine.columns.texts import Bytes, Hashes, Texts, Truths
from .secret import Secret
from .tables import arrow, insert, strings, texts_of

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
_AT_ONCE = 100_000  # cells that are loaded at once
_SHAPE = 40  # characters of a shape
_MARK = "\0"  # begins what stands for a cell that is no value; no text has it
_VALUE = CellState.VALUE
_LETTERS = bytes(
    ord("9") if chr(byte).isdigit() else ord("a") if chr(byte).isalpha() else byte
    for byte in range(128)
)


class Cells:
    """The numbers of cells, from one batch of rows to the next."""

    def __init__(self, secret: Secret) -> None:
        """No cell is known.

        Args:
            secret: What hides accounts and case numbers.
        """
        self._secret = secret
        self._slots = {field: Slots(_MOST) for field in KEPT}
        self._starts = {field: np.uint64(secret.start(f"cell {field.value}")) for field in KEPT}
        self._next = 1
        self._waiting: list[Any] = []  # tables of pyarrow

    def load(self, connection: DuckDBPyConnection) -> None:
        """Know the cells that a database holds."""
        for field in KEPT:
            found = connection.execute(
                "SELECT id, state, value FROM cell WHERE field = ? ORDER BY id", [field.value]
            )
            while rows := found.fetchmany(_AT_ONCE):
                ids = np.array([row[0] for row in rows], np.int64)
                self._slots[field].place(self._kept_keys(field, rows), ids)
                self._next = max(self._next, int(ids.max()) + 1)

    def write(self, connection: DuckDBPyConnection) -> None:
        """Write the cells that were met, within the transaction that is under way."""
        if self._waiting:
            insert(connection, "cell", arrow().concat_tables(self._waiting))
            self._waiting.clear()

    def of(self, batch: Batch, field: Field) -> tuple[Ints, dict[int, str]]:
        """The number of each row's cell, and what stands for those that were not met before.

        Of fields that are hidden nothing is told.
        """
        new: dict[int, str] = {}
        raw = batch.raw(field)
        if raw is not None:
            return self._numbers(field, raw.values, new)[raw.codes], new
        cells = batch.cells(field)
        texts = [_standing(field, cell) for cell in cells.values]
        return self._numbers(field, texts, new)[cells.codes], new

    def _numbers(self, field: Field, texts: Sequence[str], new: dict[int, str]) -> Ints:
        """The numbers of texts, each given once."""
        tokens = self._tokens(field, texts)
        column = texts_of(texts)
        keys = self._keys(field, column, tokens)
        found = self._slots[field].find(keys)
        places = np.flatnonzero(found < 0)
        if not len(places):
            return found
        is_number = _are_numbers(Texts.of_arrow(column))
        is_plain = is_number.copy()
        left: list[int] = places[~is_number[places]].tolist()
        for place in left:
            is_plain[place] = _is_plain(texts[place])
        plain = places[is_plain[places]]
        found[plain] = self._keep(
            field, _VALUE, _taken(texts, plain), tokens[plain], new, is_number[plain]
        )
        self._slots[field].place(keys[plain], found[plain])
        others = places[~is_plain[places]]
        left = others.tolist()
        for place in left:
            found[place] = self._otherwise(field, cell_of(texts[place]), new)
        self._slots[field].place(keys[others], found[others])
        return found

    def _otherwise(self, field: Field, cell: Cell, new: dict[int, str]) -> int:
        """The number of a cell that is written with blanks around it, or that is no value."""
        texts = [_standing(field, cell)]
        tokens = self._tokens(field, texts)
        keys = self._keys(field, texts_of(texts), tokens)
        found = self._slots[field].find(keys)
        if found[0] < 0:
            found = self._keep(field, cell.state, texts, tokens, new, np.zeros(1, np.bool_))
            self._slots[field].place(keys, found)
        return int(found[0])

    def _keep(
        self, field: Field, state: CellState, texts: Sequence[str], tokens: Bytes,
        new: dict[int, str], is_number: Truths,
    ) -> Ints:  # fmt: skip
        """Give numbers to cells of one state that are new, and keep them."""
        numbers = np.arange(self._next, self._next + len(texts))
        if not len(texts):
            return numbers
        self._next += len(texts)
        pa, is_value, is_hidden = arrow(), state is _VALUE, field in HIDDEN
        if not is_hidden:
            new.update(zip(numbers.tolist(), texts, strict=True))
        told = texts_of(texts if is_value else [cell_of(text).visible for text in texts])
        none = pa.repeat("", len(texts))
        says_nothing = np.zeros(len(texts), np.bool_)
        if is_value:
            fullmatch = shipped_markers().placeholder.fullmatch
            for place in np.flatnonzero(~is_number).tolist():
                says_nothing[place] = fullmatch(texts[place]) is not None
        self._waiting.append(pa.table({
            "id": numbers.astype(np.int32),
            "field": pa.repeat(field.value, len(texts)),
            "state": pa.repeat(state.value, len(texts)),
            "value": _hexadecimal(tokens) if is_value and is_hidden else told,
            "shape": _shapes(told) if is_value and is_hidden else none,
            "says_nothing": says_nothing,
        }))  # fmt: skip
        return numbers

    def _tokens(self, field: Field, texts: Sequence[str]) -> Bytes:
        """The token of each text, a row of bytes; of a field that is not hidden they are empty."""
        if field in HIDDEN:
            return self._secret.token_rows(field.value, texts)
        return np.zeros((len(texts), 0), np.uint8)

    def _keys(self, field: Field, texts: Any, tokens: Bytes) -> Hashes:
        """A number for each text of pyarrow; of what is hidden, a part of its token."""
        if field in HIDDEN:
            found = _first_numbers(tokens)
        else:
            start = np.full(len(texts), self._starts[field])
            found = Texts.of_arrow(texts).hashed(start)
        found[found == 0] = 1
        return found

    def _kept_keys(self, field: Field, rows: Sequence[tuple[int, str, str]]) -> Hashes:
        """The same of cells that a database holds."""
        texts = [value if state == _VALUE.value else _no_value(state, value)
                 for _, state, value in rows]  # fmt: skip
        if field not in HIDDEN:
            return self._keys(field, texts_of(texts), np.zeros((len(texts), 0), np.uint8))
        tokens = [
            bytes.fromhex(value) if text[:1] != _MARK else self._tokens(field, [text])[0].tobytes()
            for text, (_, _, value) in zip(texts, rows, strict=True)
        ]
        block = np.frombuffer(b"".join(tokens), np.uint8).reshape(len(tokens), -1)
        return self._keys(field, texts_of(texts), block)


def _taken(texts: Sequence[str], places: Ints) -> list[str]:
    wanted: list[int] = places.tolist()
    return [texts[place] for place in wanted]


def _first_numbers(tokens: Bytes) -> Hashes:
    """The first eight bytes of each token as a number."""
    first = np.ascontiguousarray(tokens[:, :8])
    return first.view("<u8").reshape(len(tokens)).astype(np.uint64)


def _are_numbers(texts: Texts) -> Truths:
    """Whether each is a number with a dash in it: such a text is a value, and says something."""
    only_digits, only_dashes = texts.made_of(b"0123456789"), texts.made_of(b"-")
    return texts.made_of(b"0123456789-") & ~only_digits & ~only_dashes


def _is_plain(text: str) -> bool:
    """Whether a text is a value, as it stands."""
    if not text or text[:1] == _MARK or text != text.strip():
        return False
    return not shipped_markers().may_be_mark(text)


def cell_of(text: str) -> Cell:
    """The cell that a text stands for."""
    if text[:1] != _MARK:
        return shipped_markers().read(text)
    _, state, visible = text.split(_MARK, 2)
    return Cell(CellState(state), visible=visible)


def _standing(field: Field, cell: Cell) -> str:
    """One text for all that stand for the same cell."""
    if cell.state is _VALUE:
        return cell.value
    return _no_value(cell.state.value, cell.visible if field is Field.REASON else "")


def _no_value(state: str, visible: str) -> str:
    return f"{_MARK}{state}{_MARK}{visible}"


def _hexadecimal(tokens: Bytes) -> Any:
    """Tokens as texts of pyarrow."""
    digits = np.frombuffer(tokens.tobytes().hex().encode(), np.uint8)
    return strings(digits.reshape(len(tokens), -1))


def _shapes(texts: Any) -> Any:
    """What texts of pyarrow look like."""
    column = Texts.of_arrow(texts)
    if column.data.max(initial=0) < len(_LETTERS) and column.lengths.max(initial=0) <= _SHAPE:
        pa, (_, ends, _) = arrow(), texts.buffers()
        data = np.frombuffer(_LETTERS, np.uint8)[column.data]
        return pa.StringArray.from_buffers(len(texts), ends, pa.py_buffer(data))
    return texts_of([shape_of(text) for text in texts.to_pylist()])


def shape_of(text: str) -> str:
    """What a text looks like: letters as ``a``, digits as ``9``, and no more than its beginning."""
    return "".join("a" if c.isalpha() else "9" if c.isdigit() else c for c in text[:_SHAPE])
