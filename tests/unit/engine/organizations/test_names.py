"""Names as exports write them, on the shipped registry: every trap that was met."""

from __future__ import annotations

import pytest

from platelaw.engine.library import shipped_registry
from platelaw.engine.organizations.resolution import Finding
from platelaw.engine.organizations.resolver import Resolver


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(shipped_registry())


def key(resolver: Resolver, name: str) -> str | None:
    body = resolver.resolve(name).body
    return body.key if body else None


# Patterns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Windsor CT PD", "CT - Windsor PD", "CT- Windsor PD", "Windsor (CT) PD", "Windsor PD (CT)",
        "Windsor PD CT", "Windsor PD - CT", "Windsor-CT PD", "Windsor- CT- PD", "Windsor, CT PD",
        "WINDSOR CT PD", "windsor ct pd", "Windsor\u00a0CT\u2002PD", "Windsor Police Department CT",
        "Windsor CT Police Dept.", "Windsor CT P.D.", "Windsor Connecticut PD",
        "Windsor PD (Connecticut)", "Windsor CT PD - Condor", "Windsor CT PD (Ravens)",
        "Town of Windsor CT PD", "CT0016400", "CT/windsor-pd", "ct/WINDSOR-pd",
    ],
)  # fmt: skip
def test_a_body_is_found_however_its_name_is_laid_out(resolver: Resolver, name: str) -> None:
    assert key(resolver, name) == "CT/windsor-pd"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Kershaw County SC SO", "SC/kershaw-county-so"),
        ("Yuba County Sheriffs Office", "CA/yuba-county-so"),
        ("Kings County Sheriff's Office CA", "CA/kings-county-so"),
        ("Los Angeles County CA SD", "CA/los-angeles-county-so"),
        ("San Luis Obispo County (CA) Sheriff", "CA/san-luis-obispo-county-so"),
        ("LaSalle Co. IL SO - New", "IL/la-salle-county-so"),
        ("MN - Isanti CO SO", "MN/isanti-county-so"),
        ("Moffat County SO CO", "CO/moffat-county-so"),
        ("El Paso Co TX SO", "TX/el-paso-county-so"),
        ("Bienville Parish LA SO", "LA/bienville-parish-so"),
        ("East Baton Rouge LA SO", "LA/east-baton-rouge-parish-so"),
        ("Carson City NV SO", "NV/carson-city-county-so"),
        ("Clayton Township PD MI", "MI/clayton-township-pd"),
        ("Jackson Township OH PD (Stark County)", "OH/jackson-township-stark-county-pd"),
        ("Village of Manhattan IL PD", "IL/manhattan-pd"),
        ("Goshen Village NY PD", "NY/goshen-village-pd"),
        ("Town Of Delavan WI PD", "WI/delavan-town-pd"),
        ("Grand Haven MI DPS", "MI/grand-haven-pd"),
        ("Mississippi Department of Public Safety", "MS/mississippi-department-of-public-safety"),
        ("TX DPS", "TX/department-of-public-safety"),
        ("Michigan State Police", "MI/state-police"),
        ("Georgia State Patrol GA PD", "GA/state-patrol"),
        ("Missouri State Highway Patrol", "MO/state-highway-patrol"),
        ("Wisconsin State Capitol Police (WI)", "WI/capitol-police"),
        ("University of Iowa PD (IA)", "IA/university-of-iowa-police"),
        ("AL - Jacksonville State University Campus PD", "AL/jacksonville-state-university-police"),
        ("UC Irvine Campus PD CA", "CA/university-of-california-police-orange"),
        ("Somerset County NJ Prosecutors Office", "NJ/prosecutor-somerset"),
        ("Nashville Intl Airport TN PD", "TN/nashville-international-airport"),
        ("Lac Courte Oreilles Tribal Police WI", "TRIBE/lac-courte-oreilles-police"),
        ("Cow Creek OR Tribal Police", "TRIBE/cow-creek-police"),
        ("Blue Lake Rancheria Tribal PD", "TRIBE/blue-lake-police"),
        ("The Tribal Police of the Grand Traverse Band of Ottawa & Chippewa Indians MI",
         "TRIBE/grand-traverse-police"),
        ("Ca\u00f1on City CO PD", "CO/canon-city-pd"),
        ("Saint Paul MN PD", "MN/st-paul-pd"),
        ("O\u2019Fallon IL PD", "IL/ofallon-pd"),
        ("DE SOTO TX PD", "TX/desoto-pd"),
        ("Alabama Law Enforcement Agency (ALEA)", "AL/alabama-law-enforcement-agency"),
        ("NYS Crime Analysis Center Network", "NY/crime-analysis-center-network"),
        ("Niagara Frontier Transit Authority (NFTA) PD",
         "NY/niagara-frontier-transportation-authority"),
        ("LASD CA - San Dimas Station", "CA/los-angeles-county-so"),
    ],
)  # fmt: skip
def test_each_kind_of_body_is_found(resolver: Resolver, name: str, body: str) -> None:
    assert key(resolver, name) == body


# States -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Pasadena TX PD", "TX/pasadena-pd"),
        ("Pasadena CA PD", "CA/pasadena-pd"),
        ("LA - Kenner PD", "LA/kenner-pd"),
        ("LA HABRA CA PD", "CA/la-habra-pd"),
        ("Sioux Falls SD PD", "SD/sioux-falls-pd"),
        ("Aurora CO PD", "CO/aurora-pd"),
        ("Washington IA PD", "IA/washington-pd"),
        ("New York NY PD", "NY/new-york-pd"),
        ("Ohio County SO WV", "WV/ohio-county-so"),
        ("Metropolitan Washington DC PD", "DC/washington-pd"),
    ],
)
def test_the_state_is_the_word_in_the_states_place(
    resolver: Resolver, name: str, body: str
) -> None:
    assert key(resolver, name) == body


def test_a_name_of_one_state_never_finds_a_body_of_another(resolver: Resolver) -> None:
    for name in ("Windsor- IL- PD", "18th Judicial District DA's Office- LA PD"):
        found = resolver.resolve(name)
        assert (found.body, found.candidates) == (None, ())


@pytest.mark.parametrize(
    "name", ["Windsor PD", "Washington County SO", "Iowa County SO", "AMPM - Beaumont PD"]
)
def test_without_a_state_a_name_of_several_states_is_nobodys(resolver: Resolver, name: str) -> None:
    assert key(resolver, name) is None


# The tagged government ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "[Federal] US Postal Inspection Service", "US Postal Inspection Service [Federal]",
        "(Federal) US Postal Inspection Service", "US Postal Inspection Service",
        "United States Postal Inspection Service", "Federal - U.S. Postal Inspection Service",
        "USPIS", "[Federal] US Postal Inspection Service [Inactive]",
    ],
)  # fmt: skip
def test_one_federal_body_in_every_spelling_is_one_body(resolver: Resolver, name: str) -> None:
    assert key(resolver, name) == "US/postal-inspection-service"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("[Federal] US Park Police", "US/park-police"),
        ("US Park Police", "US/park-police"),
        ("National Park Service", "US/national-park-service"),
        ("[Federal] FBI Houston", "US/fbi"),
        ("[Federal] FBI - Houston TX", "US/fbi"),
        ("US Marshals CT", "US/marshals-d-conn"),
        ("US Marshals TX", "US/marshals-service"),
        ("Tennessee Valley Authority Police", "US/tennessee-valley-authority"),
        ("VA Police", "US/veterans-affairs-police"),
    ],
)
def test_federal_bodies_are_found_with_and_without_the_tag(
    resolver: Resolver, name: str, body: str
) -> None:
    assert key(resolver, name) == body


def test_a_town_called_federal_is_a_town(resolver: Resolver) -> None:
    for name, body in (
        ("Federal Way WA PD", "WA/federal-way-pd"),
        ("Federal Heights CO PD", "CO/federal-heights-pd"),
    ):
        found = resolver.resolve(name)
        assert found.body is not None
        assert (found.body.key, found.is_tagged) == (body, False)


def test_a_tagged_name_is_never_a_body_of_a_state(resolver: Resolver) -> None:
    found = resolver.resolve("[Federal] Springfield IL PD")
    assert (found.body, found.candidates, found.is_tagged) == (None, (), True)


def test_a_base_is_federal_by_its_words_though_not_on_file(resolver: Resolver) -> None:
    for name in (
        "(Federal) Wright-Patterson OH Air Force Base",
        "Wright-Patterson OH Air Force Base",
    ):
        found = resolver.resolve(name)
        assert (found.finding, found.is_tagged) == (Finding.NOT_ON_FILE, True)


def test_a_department_of_nobody_in_particular_is_no_federal_one(resolver: Resolver) -> None:
    assert key(resolver, "US Department of Justice") == "US/department-of-justice"
    assert key(resolver, "Department of Justice") is None
    assert key(resolver, "Department of Labor") is None


# Statuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Hemet CA PD [Inactive]", "inactive"), ("[Inactive] Hemet CA PD", "inactive"),
        ("Hemet CA PD (deactivated)", "deactivated"), ("[DEACTIVATED] Hemet CA PD", "deactivated"),
        ("Hemet CA PD (Dead/Old)", "deactivated"), ("DNU - Hemet CA PD", "do not use"),
        ("Hemet CA PD DNU", "do not use"), ("Hemet CA PD (revoked MOU)", "revoked"),
        ("Hemet CA PD - New Business", "new"), ("Hemet CA PD - old", "old"),
        ("Hemet CA PD - original", "old"), ("Hemet CA PD - Duplicate", "duplicate"),
    ],
)  # fmt: skip
def test_a_status_is_taken_off_the_name_and_told(
    resolver: Resolver, name: str, status: str
) -> None:
    found = resolver.resolve(name)
    assert found.body is not None
    assert (found.body.key, found.statuses) == ("CA/hemet-pd", (status,))
    assert found.is_idle == (status != "new")


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("Demo", ("test",)), ("Test Demo 1234", ("test",)), ("DNU", ("do not use",)),
        ("[DEACTIVATED] - demo", ("deactivated", "test")), ("Old", ("old",)),
        ("DUPLICATE PLEASE DELETE", ("duplicate",)), ("Demo Hemet CA PD", ("test",)),
        ("Flock Safety - Customer", ("test",)),
    ],
)  # fmt: skip
def test_an_account_for_tests_or_of_status_words_alone_is_nobodys(
    resolver: Resolver, name: str, statuses: tuple[str, ...]
) -> None:
    found = resolver.resolve(name)
    assert (found.body, found.statuses) == (None, statuses)


# Rather none than a wrong one ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Encino (CA)", "Highlands HOA (CA)", "Home Depot Corporation", "Glen Cove Marina (CA)",
        "1800 Block S Orange Grove (CA)", "City of Vallejo (CA)", "Town of Los Gatos CA",
        "Ukiah Fire CA FD", "San Bernardino County CA FD", "Hamilton GA",
        "Round Valley Indian Tribes CA",
        "Beverly Hills Unified School District CA", "KenCom Public Safety Dispatch",
        "Grundy County IL 911", "Midwest HIDTA", "RIV CO ARSON TF CA PD", "ICE Arena (CA)",
        "FBI - Houston TX",
    ],
)  # fmt: skip
def test_businesses_neighborhoods_cities_and_other_services_are_no_agency(
    resolver: Resolver, name: str
) -> None:
    assert key(resolver, name) is None


def test_a_township_is_not_the_city_of_its_name(resolver: Resolver) -> None:
    assert key(resolver, "Saginaw MI PD") == "MI/saginaw-pd"
    assert key(resolver, "Saginaw Township MI PD") == "MI/saginaw-township-pd"
    assert key(resolver, "Van Buren MI PD") is None  # only a township of that name is on file


def test_kansas_is_not_kansas_city(resolver: Resolver) -> None:
    assert key(resolver, "Kansas City MO PD") == "MO/kansas-city-pd"
    assert key(resolver, "Kansas MO PD") is None
    assert key(resolver, "City of Kansas MO PD") is None


def test_the_word_city_behind_a_place_is_a_lesser_doubt(resolver: Resolver) -> None:
    plain, longer = map(resolver.resolve, ("Anderson CA PD", "Anderson City CA PD"))
    assert plain.body == longer.body is not None
    assert plain.score > longer.score


def test_a_town_and_a_city_of_one_name_are_told_apart_or_not_at_all(resolver: Resolver) -> None:
    assert key(resolver, "Town of Groton CT PD") == "CT/groton-town-pd"
    assert key(resolver, "City of Groton CT PD") == "CT/groton-pd"
    assert key(resolver, "Groton CT PD") is None


def test_a_town_is_not_taken_for_the_tribe_of_its_name(resolver: Resolver) -> None:
    found = resolver.resolve("Oneida WI PD")
    assert found.finding is Finding.UNSURE
    assert [each.body.key for each in found.candidates] == ["TRIBE/oneida-wi-police"]


def test_two_bodies_of_one_name_are_both_listed_and_none_is_named(resolver: Resolver) -> None:
    found = resolver.resolve("Butler Township PA PD")
    assert (found.finding, found.body) == (Finding.AMBIGUOUS, None)
    assert {each.body.key for each in found.candidates} == {
        "PA/butler-township-butler-county-pd",
        "PA/butler-township-luzerne-county-pd",
        "PA/butler-township-schuylkill-county-pd",
    }
    assert sum(each.score for each in found.candidates) <= 1


def test_a_sheriff_is_never_taken_for_the_police_of_the_place(resolver: Resolver) -> None:
    assert key(resolver, "Orange CA SO") == "CA/orange-county-so"
    assert key(resolver, "Orange CA PD") == "CA/orange-pd"
    assert key(resolver, "Hemet CA SO") is None


# What is said with the answer ---------------------------------------------------------------


def test_the_evidence_names_what_matched_and_what_was_left_aside(resolver: Resolver) -> None:
    found = resolver.resolve("Grand Haven MI DPS (Ravens)")
    assert found.evidence == (
        "`grand haven` is its name or place",
        "`dps` says public safety; on file: police",
        "`MI` is the state MI",
        "`Ravens` in brackets was left aside",
    )
    assert found.score < resolver.resolve("Grand Haven MI PD").score <= 1


@pytest.mark.parametrize(
    "name",
    ["", "  ", "\n", "x" * 100_000, "PD " * 50, "Windsor\x00 CT PD", "Windsor\u200b CT PD",
     "W\u0456ndsor CT PD", "\u0412\u0438\u043d\u0434\u0437\u043e\u0440 CT PD", "\U0001f693",
     "\udcff", "((((", "[]()", "- - -", "PD", "CA PD", "Tribal Police", "'''", "&"],
)  # fmt: skip
def test_what_is_no_name_is_nobodys(resolver: Resolver, name: str) -> None:
    found = resolver.resolve(name)
    assert (found.body, found.candidates) == (None, ())
    assert found.finding in (Finding.UNREADABLE, Finding.NOT_ON_FILE)


def test_every_body_that_the_registry_writes_otherwise_is_found_by_it(resolver: Resolver) -> None:
    bodies = resolver.registry.bodies.values()
    written = [(way, body.key) for body in bodies for way in body.also_written]
    assert len(written) > 1000
    assert [pair for pair in written if key(resolver, pair[0]) not in (pair[1], None)] == []
    lost = [pair for pair in written if key(resolver, pair[0]) is None]
    assert len(lost) < len(written) / 100
