"""Values made later: made once, when asked for, and equal to those made at once."""

from platelaw.dsl.later import Later, LaterMapping


class Maker:
    """Makes the same values each time and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def several(self) -> list[str]:
        self.times += 1
        return ["a", "b", "c"]

    def mapped(self) -> dict[str, int]:
        self.times += 1
        return {"a": 1, "b": 2}


def test_a_sequence_tells_its_length_and_names_before_it_is_made() -> None:
    maker = Maker()
    later = Later(3, maker.several, ("x", "y", "z"))
    assert (len(later), later.names, maker.times) == (3, ("x", "y", "z"), 0)
    assert (later[1], later[1:], list(later), "c" in later) == (
        "b",
        ("b", "c"),
        ["a", "b", "c"],
        True,
    )
    assert maker.times == 1


def test_a_sequence_is_equal_to_the_tuple_of_its_values_both_ways() -> None:
    later = Later(3, Maker().several)
    assert later == ("a", "b", "c")
    at_once = ("a", "b", "c")
    assert at_once == later
    assert later == Later(3, Maker().several)
    assert hash(later) == hash(("a", "b", "c"))
    assert later != ("a", "b")
    assert later != ["a", "b", "c"]
    assert repr(later) == "('a', 'b', 'c')"


def test_a_mapping_is_made_once_and_equal_to_its_dictionary() -> None:
    maker = Maker()
    later = LaterMapping(maker.mapped)
    assert maker.times == 0
    assert later == {"a": 1, "b": 2}
    assert (later["b"], list(later), len(later), "c" in later) == (2, ["a", "b"], 2, False)
    assert repr(later) == "{'a': 1, 'b': 2}"
    assert maker.times == 1
