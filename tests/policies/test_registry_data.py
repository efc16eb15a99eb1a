"""The agency registry's shipped tables keep the promises its provenance note makes."""

import csv
import re
from collections import Counter
from importlib.resources import files

import pytest

REGISTRY = files("platelaw").joinpath("policies", "registry")
HEADER = (
    *("key", "name", "ori", "sovereign", "kind", "policy", "desk"),
    *("delegated_287g", "declaration", "also_written", "source"),
)
FEDERAL_KINDS = frozenset(
    re.findall(
        r"\w+",
        """federal_police fbi dea atf marshals secret_service postal_inspection hsi ero ice cbp
        border_patrol uscis""",
    )
)
KINDS = FEDERAL_KINDS | set(
    re.findall(
        r"\w+",
        """police_department sheriff state_police school_police tribal_police interstate_police
        special_police prosecutor_office corrections court fusion_center regulator
        transport_department public_agency vendor vendor_affiliate private_company
        member_of_public registered_vehicle_owner defense_counsel""",
    )
)
NEIGHBORS = frozenset({"MA", "NY", "RI"})
FBI_ROWS = 18330
FBI_ROWS_OF_CONNECTICUT = 109

Row = dict[str, str]


def tables() -> dict[str, tuple[list[str], list[Row]]]:
    found: dict[str, tuple[list[str], list[Row]]] = {}
    for table in REGISTRY.iterdir():
        if table.name.endswith(".csv"):
            lines = table.read_text(encoding="utf-8").splitlines()
            reader = csv.DictReader(lines)
            found[table.name] = list(reader.fieldnames or ()), list(reader)
    return found


TABLES = tables()
ROWS = [row for _, rows in TABLES.values() for row in rows]
BY_KEY = {row["key"]: row for row in ROWS}
BY_ORI = {row["ori"]: row for row in ROWS if row["ori"]}


def of_kind(*kinds: str) -> list[Row]:
    return [row for row in ROWS if row["kind"] in kinds]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_has_the_registrys_header_and_full_rows(name: str) -> None:
    header, rows = TABLES[name]
    assert tuple(header) == HEADER
    assert rows
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_is_in_the_order_of_its_keys(name: str) -> None:
    keys = [row["key"] for row in TABLES[name][1]]
    assert keys == sorted(keys)


def test_no_two_rows_share_a_key() -> None:
    assert [key for key, times in Counter(row["key"] for row in ROWS).items() if times > 1] == []


def test_no_two_rows_share_an_ori() -> None:
    oris = Counter(row["ori"] for row in ROWS if row["ori"])
    assert [ori for ori, times in oris.items() if times > 1] == []
    assert all(re.fullmatch(r"[A-Z0-9]{9}", ori) for ori in oris)


def test_every_agency_of_the_fbis_list_is_there() -> None:
    assert len(BY_ORI) == FBI_ROWS


def test_keys_are_a_prefix_and_a_plain_slug() -> None:
    shape = re.compile(r"([A-Z]{2}|TRIBE|COMPACT|VENDOR|PERSON)/[a-z0-9]+(-[a-z0-9]+)*")
    assert [key for key in BY_KEY if not shape.fullmatch(key)] == []


def test_every_row_has_a_name_a_source_and_a_kind_of_the_closed_list() -> None:
    assert {row["kind"] for row in ROWS} <= KINDS
    assert [row["key"] for row in ROWS if not row["name"] or not row["source"]] == []
    assert [row["key"] for row in ROWS for v in row.values() if v != v.strip()] == []


def test_the_keys_prefix_agrees_with_the_sovereign() -> None:
    def agrees(row: Row) -> bool:
        prefix, sovereign = row["key"].partition("/")[0], row["sovereign"]
        match prefix:
            case "TRIBE" | "COMPACT":
                return re.fullmatch(rf"{prefix}/[a-z0-9-]+", sovereign) is not None
            case "VENDOR" | "PERSON":
                return sovereign == "NONE"
            case _:
                return sovereign == prefix

    assert [row["key"] for row in ROWS if not agrees(row)] == []


def test_the_closed_columns_hold_nothing_else() -> None:
    assert {row["delegated_287g"] for row in ROWS} == {"", "yes"}
    assert {row["declaration"] for row in ROWS} == {"", "on_file", "suspended"}


def test_every_source_is_explained_in_the_provenance_note() -> None:
    note = REGISTRY.joinpath("PROVENANCE.md").read_text(encoding="utf-8")
    ids = {part for row in ROWS for part in row["source"].split("+")}
    assert [part for part in sorted(ids) if f"`{part}`" not in note] == []


def test_every_connecticut_agency_of_the_fbis_list_is_there() -> None:
    listed = [row for ori, row in BY_ORI.items() if ori.startswith("CT")]
    assert len(listed) == FBI_ROWS_OF_CONNECTICUT
    elsewhere = {row["key"]: row["sovereign"] for row in listed if row["sovereign"] != "CT"}
    assert elsewhere == {
        "COMPACT/mta-police-ct": "COMPACT/mta",
        "TRIBE/mashantucket-pequot-police": "TRIBE/mashantucket-pequot",
        "TRIBE/mohegan-police": "TRIBE/mohegan",
    }


def test_no_connecticut_agency_has_a_287g_agreement() -> None:
    ours = [row for row in ROWS if row["sovereign"] == "CT" or row["ori"].startswith("CT")]
    assert len(ours) > FBI_ROWS_OF_CONNECTICUT
    assert {row["delegated_287g"] for row in ours} == {""}


@pytest.mark.parametrize("kind", ["tribal_police", "interstate_police"])
def test_tribal_and_interstate_police_never_belong_to_a_state(kind: str) -> None:
    prefix = {"tribal_police": "TRIBE/", "interstate_police": "COMPACT/"}[kind]
    found = of_kind(kind)
    assert found
    assert [row["key"] for row in found if not row["sovereign"].startswith(prefix)] == []
    assert not {row["sovereign"] for row in found} & NEIGHBORS


def test_tribal_police_listed_in_a_neighbor_state_are_the_tribes() -> None:
    tribes = {ori: BY_ORI[ori]["sovereign"] for ori in ("MADIT0000", "NYDI02200", "RIDI00300")}
    assert tribes == {
        "MADIT0000": "TRIBE/mashpee-wampanoag",
        "NYDI02200": "TRIBE/st-regis",
        "RIDI00300": "TRIBE/narragansett",
    }


@pytest.mark.parametrize("ori", ["NJNYPOA00", "NJNPIPP00", "CT0018500", "NY0308300"])
def test_interstate_bodies_in_the_fbis_list_are_no_states(ori: str) -> None:
    assert BY_ORI[ori]["kind"] == "interstate_police"


def test_tribes_of_one_name_in_two_states_are_two_tribes() -> None:
    assert BY_KEY["TRIBE/kickapoo-ks-police"]["sovereign"] == "TRIBE/kickapoo-ks"
    assert BY_KEY["TRIBE/kickapoo-ok-police"]["sovereign"] == "TRIBE/kickapoo-ok"


def test_both_nassau_county_agencies_have_a_287g_agreement() -> None:
    police, sheriff = BY_KEY["NY/nassau-county-pd"], BY_KEY["NY/nassau-county-so"]
    assert police["delegated_287g"] == sheriff["delegated_287g"] == "yes"
    assert (police["kind"], police["ori"]) == ("police_department", "NY0290000")
    assert (sheriff["kind"], sheriff["ori"]) == ("sheriff", "")


def test_the_agreements_of_the_neighbor_states_are_those_of_ices_list() -> None:
    marked = Counter(
        row["sovereign"]
        for row in ROWS
        if row["delegated_287g"] == "yes" and row["source"] != "invented"
    )
    assert {state: marked[state] for state in NEIGHBORS} == {"MA": 1, "NY": 12, "RI": 0}
    massachusetts = BY_KEY["MA/massachusetts-department-of-corrections"]
    assert massachusetts["delegated_287g"] == "yes"


def test_a_vendor_style_name_that_could_mean_a_second_agency_is_left_out() -> None:
    assert "Camden NY PD" not in BY_KEY["NY/camden-village-pd"]["also_written"].split("|")
    assert "Groton CT PD" not in BY_KEY["CT/groton-pd"]["also_written"].split("|")
    assert "Town of Groton CT PD" in BY_KEY["CT/groton-town-pd"]["also_written"].split("|")


def test_no_other_way_of_writing_is_given_to_two_rows() -> None:
    ways = Counter(
        way.lower() for row in ROWS for way in row["also_written"].split("|") if row["also_written"]
    )
    assert [way for way, times in ways.items() if times > 1 or not way.strip()] == []
    assert ways["darien ct pd"] == 1


def test_federal_bodies_are_the_united_states_wherever_their_office_stands() -> None:
    federal = of_kind(*FEDERAL_KINDS)
    assert {row["kind"] for row in federal} == FEDERAL_KINDS
    assert {row["sovereign"] for row in federal} == {"US"}
    offices = ("US/fbi-new-haven", "US/hsi-hartford", "US/ero-boston", "US/marshals-d-mass")
    assert {BY_KEY[key]["sovereign"] for key in offices} == {"US"}


def test_the_immigration_court_is_no_court() -> None:
    court = BY_KEY["US/immigration-court"]
    assert (court["kind"], court["source"]) == ("public_agency", "eoir-not-judicial")
    assert all("immigration" not in row["name"].lower() for row in of_kind("court"))


@pytest.mark.parametrize(
    ("key", "state"), [("WA/federal-way-pd", "WA"), ("CO/federal-heights-pd", "CO")]
)
def test_cities_named_federal_are_their_states(key: str, state: str) -> None:
    assert (BY_KEY[key]["sovereign"], BY_KEY[key]["kind"]) == (state, "police_department")


def test_a_state_agency_that_the_list_types_as_federal_is_its_states() -> None:
    assert BY_ORI["FLDOA0300"]["sovereign"] == "FL"


def test_townships_of_one_name_have_a_key_with_their_county() -> None:
    keys = {key for key in BY_KEY if key.startswith("NJ/washington-township")}
    assert {
        "NJ/washington-township-bergen-county-pd",
        "NJ/washington-township-morris-county-pd",
    } <= (keys)


def test_the_policies_the_project_ships_are_named_and_no_others() -> None:
    assert {row["key"]: row["policy"] for row in ROWS if row["policy"]} == {
        "CT/darien-pd": "agency/darien",
        "CT/example-pd": "ct/model-example",
        "CT/openbridge-pd": "agency/openbridge",
        "CT/strictford-pd": "agency/strictford",
        "VA/example-open-pd": "agency/example-open",
    }


def test_only_invented_agencies_have_a_declaration() -> None:
    declared = {row["key"]: row["declaration"] for row in ROWS if row["declaration"]}
    assert declared == {
        "MA/example-declared-pd": "on_file",
        "NY/example-declared-so": "on_file",
        "RI/example-suspended-pd": "suspended",
    }


def test_invented_bodies_say_so_in_name_and_source() -> None:
    invented = {row["key"] for row in ROWS if row["source"] == "invented"}
    named = {row["key"] for row in ROWS if row["name"].startswith(("Example ", "Openbridge "))}
    assert invented == named | {"CT/strictford-pd"}
    assert {row["ori"] for row in ROWS if row["source"] == "invented"} == {""}


def test_no_telephone_number_is_made_up() -> None:
    assert {row["desk"] for row in ROWS} == {""}
