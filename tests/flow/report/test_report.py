"""The report without a browser: what it holds, that it is safe, and the pictures for print."""

from __future__ import annotations

import builtins
import hashlib
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from platelaw.engine.flow.door import DoorClass
from platelaw.engine.flow.report import (
    ReportError,
    of_trace,
    write_page,
    write_picture,
    write_report,
)
from platelaw.engine.flow.report.layout import laid_out
from platelaw.engine.flow.report.page import html
from platelaw.engine.flow.report.payload import as_json
from platelaw.engine.flow.report.svg import svg
from platelaw.engine.flow.report.view import Column, ReportData
from platelaw.engine.library import shipped_registry

from .made import DAY, NASTY, PLAN, small, small_map, small_trace, whole

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def data() -> ReportData:
    return whole()


@pytest.fixture(scope="module")
def page(data: ReportData) -> str:
    return html(data)


def text_of(page: str) -> str:
    """What a reader without scripts sees."""
    plain = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


# What it holds ----------------------------------------------------------------------------------


def test_every_number_of_doors_stands_beside_what_is_known(page: str) -> None:
    told = text_of(page)
    known = "settings of 2 of 8 bodies known"
    assert f"Doors shown, by what must go wrong; {known}." in told
    assert "These numbers rest on 1 assumption and 1 bound" in told
    for title in ("What closes them, and its price", "What if", "How far each owner's data get"):
        assert f"{title.replace(chr(39), '&#x27;')} {known}." in told


def test_the_page_tells_what_it_rests_on(page: str) -> None:
    told = text_of(page)
    for each in (
        "Informs counsel; it is not legal advice.",
        "officers search for others (2 doors rest on it)",
        "at most 5 doors an owner",
        "Searched: walks of at most 4 hops and 2 wrongs, at most 5 doors for one owner.",
        "No search for that Public Act 1, section 2 secondary 4",
        "relations inferred from other records 1",
        "portals the vendors&#x27; pages 2026-11-26 seen by hand",
        "The Cytoscape Consortium",
    ):
        assert each in told


def test_the_plan_and_its_price_are_told_with_their_proof(page: str) -> None:
    told = text_of(page)
    for each in (
        "Proved: no cheaper set of switches closes them.",
        "Price of the whole plan: 10,300 records of lawful sharing in 90 days.",
        "leave the network Avon Police Department 9,100 records 2",
        "close avon-network close avon-acton",
    ):
        assert each in told


def test_a_plan_without_proof_is_not_shown_as_proved(data: ReportData) -> None:
    unproved = replace(PLAN, is_proved=False, proof="Not proved: a gap of 3%.")
    assert '<p class="unproved">Not proved: a gap of 3%.</p>' in html(replace(data, plan=unproved))


def test_a_simulation_says_so_at_its_head() -> None:
    page = html(replace(small(), remarks=("Simulated: bills take part.",)))
    assert page.index("Simulated: bills take part.") < page.index("<nav")


def test_a_report_without_plan_and_scenarios_says_nothing_of_them() -> None:
    page = html(small())
    assert 'href="#plan"' not in page
    assert 'id="scenarios"' not in page


def test_a_trace_that_found_nothing_makes_a_page(tmp_path: Path) -> None:
    trace = replace(small_trace(), doors=(), reaches=())
    place = tmp_path / "none.html"
    write_report(place, small_map(), trace, registry=shipped_registry())
    assert "No rule decides a hop of the doors shown." in place.read_text("utf-8")


# Safety -----------------------------------------------------------------------------------------


def test_no_name_ends_the_data_or_becomes_an_element(page: str) -> None:
    begin = page.index('id="data">') + len('id="data">')
    held = page[begin : page.index("</script>", begin)]
    assert NASTY in json.loads(held)["names"]
    assert "<" not in held
    assert NASTY not in page


def test_data_for_scripts_are_json_that_holds_no_markup() -> None:
    nasty = "</script> <!-- & \u2028 \u2029"
    assert json.loads(as_json(nasty)) == nasty
    assert not set(as_json(nasty)) & set("<>&\u2028\u2029")


def test_the_page_names_no_place_to_load_from(page: str) -> None:
    plain = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(src|href)=\"(?!#|data:,)", plain)
    assert "url(" not in plain
    assert "@import" not in plain


def test_the_library_shipped_is_the_one_that_is_documented() -> None:
    root = Path(__file__).resolve().parents[3]
    assets = resources.files("platelaw").joinpath("engine", "flow", "report", "assets")
    library = assets.joinpath("cytoscape.min.js").read_bytes()
    page = (root / "docs" / "decisions" / "0013-drawing-library.md").read_text("utf-8")
    assert hashlib.sha256(library).hexdigest() in page
    assert b"The Cytoscape Consortium" in library[:200]


# Layout and pictures ----------------------------------------------------------------------------


def test_the_same_report_gives_the_same_page(data: ReportData, page: str) -> None:
    assert html(data) == page
    assert svg(data) == svg(whole())


def test_columns_are_read_from_the_owners_to_the_recipients(data: ReportData) -> None:
    layout = laid_out(data)
    edges: dict[Column, tuple[float, float]] = {}
    for group, disc in zip(data.groups, layout.groups, strict=True):
        left, right = edges.get(group.column, (1e9, -1e9))
        edges[group.column] = (min(left, disc.x - disc.radius), max(right, disc.x + disc.radius))
    ordered = [edges[column] for column in Column]
    assert all(one[1] < other[0] for one, other in pairwise(ordered))


def test_no_two_groups_lie_on_each_other_and_bodies_lie_within_theirs(large: ReportData) -> None:
    layout = laid_out(large)
    discs = layout.groups
    for place, one in enumerate(discs):
        for other in discs[place + 1 :]:
            apart = ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
            assert apart > one.radius + other.radius
    for body, (x, y) in zip(large.bodies, layout.bodies, strict=True):
        disc = discs[body.group]
        assert ((x - disc.x) ** 2 + (y - disc.y) ** 2) ** 0.5 < disc.radius
    assert len(set(layout.bodies)) == len(large.bodies)


def test_the_picture_has_title_legend_day_and_completeness(data: ReportData) -> None:
    root = ElementTree.fromstring(svg(data))
    told = " ".join(root.itertext())
    for each in (
        "Can plate reader data of Avon Police Department", "Law and settings of 2026-11-26",
        "1 door. One lie or broken promise", "settings of 2 of 8 bodies known",
        "it is not legal advice", "National Lookup", "Federal Field Office",
    ):  # fmt: skip
        assert each in re.sub(r"\s+", " ", told)


def test_a_picture_is_written_as_vectors_or_as_points(data: ReportData, tmp_path: Path) -> None:
    write_picture(tmp_path / "map.svg", data)
    write_picture(tmp_path / "map.png", data, width=800)
    assert (tmp_path / "map.svg").read_text("utf-8") == svg(data)
    head = (tmp_path / "map.png").read_bytes()
    assert head.startswith(PNG)
    assert int.from_bytes(head[16:20], "big") == 800


def test_a_png_without_what_draws_it_says_what_to_install(
    data: ReportData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "resvg_py":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ReportError, match=r"pip install '\.\[print\]'"):
        write_picture(tmp_path / "map.png", data)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["map.jpeg", "map"])
def test_a_picture_of_another_kind_is_refused(data: ReportData, tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError, match=r"a picture is a \.svg or a \.png file"):
        write_picture(tmp_path / name, data)


def test_a_place_that_cannot_be_written_is_named(data: ReportData, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"nowhere/report\.html: cannot be written: No such file"):
        write_page(tmp_path / "nowhere" / "report.html", data)


def test_a_report_replaces_another_and_leaves_nothing_beside_it(
    data: ReportData, tmp_path: Path
) -> None:
    place = tmp_path / "report.html"
    place.write_text("old", "utf-8")
    write_page(place, data)
    assert place.read_text("utf-8").startswith("<!doctype html>")
    assert list(tmp_path.iterdir()) == [place]


# From a trace -----------------------------------------------------------------------------------


def test_doors_that_pass_one_hop_share_its_card() -> None:
    data = small()
    assert [door.hops for door in data.doors] == [(0, 1), (2, 3), (0, 4, 5), (6,)]
    assert [door.klass for door in data.doors] == [
        DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE, DoorClass.LAWFUL,
    ]  # fmt: skip


def test_bodies_stand_with_their_government() -> None:
    data = small()
    stands = {body.key: data.groups[body.group].name for body in data.bodies}
    assert stands == {
        "CT/avon-pd": "CT", "CT/ansonia-pd": "CT", "MA/acton-pd": "MA", "MA/abington-pd": "MA",
        "nasty": "Not on file", "network": "Networks", "US/amtrak-police": "Federal bodies",
        "vendor": "Vendors",
    }  # fmt: skip


def test_the_report_is_of_the_day_of_the_question_if_nothing_else_is_said() -> None:
    assert small().made_on == DAY


def test_what_is_too_much_for_a_page_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_trace, "MOST_DOORS", 3)
    monkeypatch.setattr(of_trace, "MOST_LINKS", 7)
    data = small()
    assert (len(data.doors), data.links) == (3, ())
    assert data.bounds[1:] == (
        "This page holds the first 3 of 4 doors found.",
        "This page holds no links: 8 are more than it can draw.",
    )
