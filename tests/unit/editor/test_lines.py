"""Places as editors count them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.editor.lines import Encoding, Lines, Place

TEXTS = st.text("ab\n\ré😀\u2028\x0c ", max_size=40)


@given(TEXTS, st.sampled_from(Encoding))
def test_every_offset_has_a_place_that_leads_back(text: str, encoding: Encoding) -> None:
    lines = Lines(text.replace("\r\n", "\n"), encoding)
    for offset in range(len(lines.text) + 1):
        assert lines.offset(lines.place(offset)) == offset


@pytest.mark.parametrize(
    ("encoding", "column"), [(Encoding.UTF_8, 7), (Encoding.UTF_16, 5), (Encoding.UTF_32, 4)]
)
def test_a_column_counts_the_units_of_its_encoding(encoding: Encoding, column: int) -> None:
    lines = Lines('é\nx="😀"', encoding)
    assert lines.place(len(lines.text) - 1) == Place(1, column)


def test_only_line_feeds_and_carriage_returns_end_a_line() -> None:
    assert Lines("a\u2028b\x0cc\rd\nf").place(8) == Place(2, 0)


def test_a_place_outside_the_text_is_drawn_to_its_nearest_end() -> None:
    lines = Lines("ab\ncd")
    assert [lines.offset(Place(*place)) for place in [(-1, 9), (0, 9), (1, 9), (7, 0)]] == [
        0, 2, 5, 5
    ]  # fmt: skip


def test_a_column_within_a_character_counts_as_the_one_before_it() -> None:
    assert Lines("😀b").offset(Place(0, 1)) == 0
