"""Files of demands and of losses: read by their form, or refused with place and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from platelaw.engine.flow.closing.asking import ClosingError
from platelaw.engine.flow.closing.wishes import read_demands, read_losses

ROUTES = (frozenset({"P"}), frozenset({"Q", "R"}))


def routes(owner: str, requester: str) -> tuple[frozenset[str], ...]:
    return ROUTES if requester == "b" else ()


def demands(tmp_path: Path, text: str) -> object:
    path = tmp_path / "demands.toml"
    path.write_text(text)
    return read_demands(path, str.lower, routes)


def test_a_demand_without_a_loss_is_protected(tmp_path: Path) -> None:
    path = tmp_path / "demands.toml"
    path.write_text(
        '[[demand]]\nowner = "A"\nrequester = "B"\npurpose = "missing_person"\n'
        '[[demand]]\nowner = "a"\nrequester = "b"\nloss = 12\n'
    )
    first, second = read_demands(path, str.lower, routes)
    assert (first.owner, first.requester, first.purpose) == ("a", "b", "missing_person")
    assert (first.routes, first.is_protected) == (ROUTES, True)
    assert (second.loss, second.is_protected) == (12.0, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write tables"),
        ("demand = 3", "write tables"),
        ("[[demand]\n", "cannot be read"),
        ('[[demand]]\nowner = "a"\n', 'demand 1: write `requester = "..."`'),
        ('[[demand]]\nowner = 3\nrequester = "b"\n', 'demand 1: write `owner = "..."`'),
        ('[[demand]]\nowner = "a"\nrequester = "b"\nloss = -1\n', "demand 1: `-1` is no loss"),
        ('[[demand]]\nowner = "a"\nrequester = "b"\nloss = true\n', "demand 1: `True` is no loss"),
        ('[[demand]]\nowner = "a"\nrequester = "b"\nkind = "x"\n', "has no field `kind`"),
        ('[[demand]]\nowner = "a"\nrequester = "c"\n', "no lawful way leads from `a` to `c`"),
        ('demand = ["a"]\n', "demand 1: write `[[demand]]` above its fields"),
    ],
)
def test_what_is_wrong_with_a_demand_is_told_with_its_place(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(ClosingError) as told:
        demands(tmp_path, text)
    assert words in str(told.value)
    assert "demands.toml" in str(told.value)


def test_losses_are_read_by_switch(tmp_path: Path) -> None:
    path = tmp_path / "losses.csv"
    path.write_text("switch,loss,note\nP,12,measured\nQ,0.5,\n")
    assert read_losses(path) == {"P": 12.0, "Q": 0.5}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("key,loss\nP,1\n", ":2: write rows under a heading `switch,loss`"),
        ("switch,loss\nP,1\nQ,many\n", ":3: `many` is no loss"),
        ("switch,loss\nP,nan\n", ":2: `nan` is no loss"),
        ("switch\nP\n", ":2: `None` is no loss"),
    ],
)
def test_what_is_wrong_with_a_loss_is_told_with_its_line(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "losses.csv"
    path.write_text(text)
    with pytest.raises(ClosingError) as told:
        read_losses(path)
    assert words in str(told.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClosingError, match=r"none\.csv: cannot be read"):
        read_losses(tmp_path / "none.csv")
