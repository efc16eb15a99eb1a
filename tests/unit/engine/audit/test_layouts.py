"""Column maps: what they must say, and which header they are recognized by."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.engine.audit.cells import CellState
from platelaw.engine.audit.layouts import (
    Field,
    Layout,
    LayoutError,
    misfit,
    parse_layouts,
    recognize,
    shipped_layouts,
)

SHIPPED = shipped_layouts()

MAP = """
name = "made"
title = "Made"
vendor = "nobody"
status = "unverified"
time_zone = "utc"
never_recorded = ["network_count", "camera_count", "reason", "category", "case_number",
  "organization", "plate", "filters", "time_frame", "search_type", "text_prompt", "moderation",
]
[columns]
No = "search_id"
Who = "user"
When = "time"
[[variant]]
name = "one"
required = ["No", "When"]
optional = ["Who"]
"""


def named(name: str) -> Layout:
    return next(layout for layout in SHIPPED if layout.name == name)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("id,userId,searchDate,cameraCount,reason", "flock-portal/2025"),
        ("id,userId,searchDate,networkCount,reason", "flock-portal/2026"),
        ("id,userId,searchDate,networkCount,offenseType", "flock-portal/2026"),
        ("id,userId,searchDate,networkCount,reason,offenseType", "flock-portal/2026"),
        ("id,userId,searchDate,networkCount,reason,caseNumber", "flock-portal/2026"),
        ("id,userId,searchDate,networkCount", "flock-portal/2026"),
        ("id,userId,searchDate,cameraCount,caseNumber,offenseType", "flock-portal/2025"),
        ("id,userId,searchDate,networkCount,cameraCount,reason", "flock-portal/mixed"),
        ("id,userId,searchDate,networkCount,reason,plate", "flock-portal/2026"),
        ("Date/Time,User Name,Agency,Reason,Plate Number", "other-vendors/by name"),
    ],
)
def test_every_portal_header_is_recognized(header: str, name: str) -> None:
    layout = recognize(header.split(","), SHIPPED)
    assert layout is not None
    assert layout.name == name


@given(st.permutations(["id", "userId", "searchDate", "networkCount", "reason"]), st.data())
def test_order_case_blanks_and_byte_order_mark_do_not_matter(
    names: list[str], data: st.DataObject
) -> None:
    spell = st.sampled_from([str.upper, str.lower, str.title, " {} ".format, "\u00a0{}".format])
    header = [data.draw(spell)(name) for name in names]
    header[0] = "\ufeff" + header[0]
    layout = recognize(header, SHIPPED)
    assert layout is not None
    assert layout.fields(header) == layout.fields(names)


@pytest.mark.parametrize(
    "header",
    [
        "id,userId,searchDate,reason",
        "id,userId,networkCount,reason",
        "Search Time,Reason",
        "id,id,searchDate,networkCount",
        "",
    ],
)
def test_a_header_that_differs_by_a_name_is_not_recognized(header: str) -> None:
    assert recognize(header.split(","), SHIPPED) is None


def test_no_header_fits_two_layouts_of_real_files() -> None:
    seen = [layout for layout in SHIPPED if layout.status == "seen"]
    assert list(SHIPPED[: len(seen)]) == seen  # those of real files go before the others
    for one, other in itertools.combinations(seen, 2):
        for extra in range(len(one.optional) + 1):
            for some in itertools.combinations(sorted(one.optional), extra):
                assert not other.fits([*one.required, *some])


def test_a_missing_column_is_not_exported_and_a_strange_field_never_recorded() -> None:
    absent = named("flock-portal/2026").absent(["id", "searchDate", "networkCount", "offenseType"])
    not_exported = {f for f, cell in absent.items() if cell.state is CellState.NOT_EXPORTED}
    assert not_exported == {Field.USER, Field.REASON, Field.CASE_NUMBER, Field.CAMERA_COUNT}
    assert absent[Field.PLATE].state is CellState.NEVER_RECORDED
    assert absent[Field.ORGANIZATION].state is CellState.NEVER_RECORDED
    assert Field.CATEGORY not in absent


def test_every_shipped_layout_places_every_field_and_says_where_it_comes_from() -> None:
    assert SHIPPED
    for layout in SHIPPED:
        assert set(layout.columns.values()) | layout.never_recorded == set(Field)
        assert layout.vendor
        assert layout.title
    assert len({layout.name for layout in SHIPPED}) == len(SHIPPED)


def test_the_misfit_names_what_is_missing_and_what_is_unknown() -> None:
    message, _ = misfit(["id", "searchDate", "networks", ""], SHIPPED)
    assert "flock-portal/" in message
    assert "missing: cameraCount" in message
    assert "unknown: networks, (no name)" in message


def test_the_misfit_names_a_column_that_stands_twice() -> None:
    message, _ = misfit(["ID", "searchDate", "networkCount", "searchdate"], SHIPPED)
    assert message == "the header names a column twice: searchDate"


def test_the_first_row_of_a_file_without_header_is_not_repeated() -> None:
    message, help_ = misfit(["J. Doe", "ABC1234", "id", "a reason"], SHIPPED)
    for cell in ("Doe", "ABC1234", "a reason"):
        assert cell not in message + help_
    assert "4 cells" in message


def test_a_made_map_is_read_with_its_variants() -> None:
    (layout,) = parse_layouts(MAP, "made.toml")
    assert (layout.name, layout.status, layout.time_zone) == ("made/one", "unverified", "utc")
    assert layout.fields(["when", "no"]) == (Field.TIME, Field.SEARCH_ID)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('status = "unverified"', 'status = "sure"', "status is one of seen, unverified"),
        ('time_zone = "utc"', 'time_zone = "EST"', "time_zone is one of utc, not stated"),
        ('time_zone = "utc"', "", "no entry 'time_zone'"),
        ('"No", "When"]', '"No", "Then"]', "not among its columns: Then"),
        ('["Who"]', '["Who", "No"]', "both required and optional"),
        ('["network_count", ', "[", "neither a column nor never recorded: network_count"),
        ('Who = "user"', 'Who = "user"\n"w ho" = "plate"', "two columns have the same name"),
        ('Who = "user"', 'Who = "user"\nCar = "plate"', "a column and never recorded: plate"),
        ('Who = "user"', 'Who = "driver"', "'driver' is not a valid Field"),
        ('["Who"]', '["Who", "Nick"]\n[x]', "not among its columns: Nick"),
        ("[columns]", '[also]\nNumber = "Num"\n[columns]', "is not among its columns: Num"),
        ("[columns]", '[also]\n"w-h-o" = "No"\n[columns]', "two columns have the same name"),
        ("[columns]", "[columns", "made.toml: "),
        ("[[variant]]", "[variants]", "no entry 'variant'"),
    ],
)
def test_a_map_that_contradicts_itself_is_refused(old: str, new: str, problem: str) -> None:
    assert old in MAP
    with pytest.raises(LayoutError) as caught:
        parse_layouts(MAP.replace(old, new), "made.toml")
    assert problem in str(caught.value)


def test_two_columns_of_one_variant_cannot_fill_one_field() -> None:
    text = MAP.replace('Who = "user"', 'Who = "user"\nNick = "user"')
    assert parse_layouts(text, "made.toml")  # another year's name for it
    with pytest.raises(LayoutError, match="two columns of one variant"):
        parse_layouts(text.replace('["Who"]', '["Who", "Nick"]'), "made.toml")


def test_an_other_spelling_stands_for_the_column_and_so_many_columns_must_be_there() -> None:
    text = MAP.replace("[columns]", '[also]\nNumber = "No"\n[columns]')
    (layout,) = parse_layouts(text.replace('name = "one"', 'name = "one"\nleast = 3'), "made.toml")
    assert layout.fits(["NUMBER", "When", "who"])
    assert layout.fields(["NUMBER", "When", "who"]) == (Field.SEARCH_ID, Field.TIME, Field.USER)
    assert not layout.fits(["Number", "When"])
    assert not layout.fits(["Number", "No", "When", "Who"])
