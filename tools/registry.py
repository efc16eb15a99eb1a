"""The agency registry's derived tables, rebuilt from the published lists of the FBI and of ICE.

Usage: `python tools/registry.py FBI.csv ICE.csv`. The hand-written tables beside them are read,
never written: a listed agency whose ORI stands in one of them is left to it. The rules applied
here are told in words in `policies/registry/PROVENANCE.md`.
"""

import csv
import difflib
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from string import capwords

REGISTRY = Path(__file__).resolve().parent.parent / "policies" / "registry"
HAND_WRITTEN = ("connecticut_bodies.csv", "federal.csv", "other.csv", "invented.csv")
FILES = {
    "CT": "connecticut.csv",
    "MA": "neighbors.csv",
    "NY": "neighbors.csv",
    "RI": "neighbors.csv",
    "US": "federal_listed.csv",
    "TRIBE": "tribal.csv",
}
STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA",
    "colorado": "CO", "connecticut": "CT", "delaware": "DE", "district of columbia": "DC",
    "florida": "FL", "georgia": "GA", "guam": "GU", "hawaii": "HI", "idaho": "ID",
    "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY",
    "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI",
    "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE",
    "nevada": "NV", "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM",
    "new york": "NY", "north carolina": "NC", "north dakota": "ND",
    "northern mariana islands": "MP", "ohio": "OH", "oklahoma": "OK", "oregon": "OR",
    "pennsylvania": "PA", "puerto rico": "PR", "rhode island": "RI", "south carolina": "SC",
    "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT",
    "virgin islands": "VI", "virginia": "VA", "washington": "WA", "west virginia": "WV",
    "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip
STATE_NAMES = {code: name for name, code in STATES.items()}
POSTAL = {"NB": "NE", "GM": "GU", "FS": "US"}  # the FBI's own abbreviations
POLICIES = {"CT/darien-pd": "agency/darien"}

# Listed under a name that says too little, or that would be read as another kind of body.
RENAMED = {
    "CT0017000": "University of Connecticut",  # cut off, but the list has one campus only
    "CT0018000": "Department of Motor Vehicles Police",  # the department has a row of its own
    "NY0290000": "Nassau County Police Department",  # 2,591 officers: not the sheriff's
    "NY0590000": "Westchester County Department of Public Safety",
}
# Ways of writing that no rule makes: a few widely known, and some seen in lists of partners.
ALSO = {
    "CA0194200": ("LAPD",),
    "CA0190000": ("LASD",),
    "CA0340500": ("Cal Fire",),
    "CA0349900": ("CHP",),
    "CT0005900": ("City of Groton CT PD",),
    "CT0017000": ("UConn PD", "UConn Police"),
    "CT0018300": ("CT DEEP",),
    "CT0020000": ("Connecticut State Capitol Police",),
    "CTCSP0000": ("CT State Police",),
    "DCMPD0000": (
        "Metropolitan Washington DC PD",
        "Metropolitan Police Department of the District of Columbia",
    ),
    "MAMSP0000": ("MA State Police",),
    "NY0143700": ("Niagara Frontier Transit Authority PD", "NFTA PD"),
    "NY0303000": ("NYPD",),
    "NY301SG00": ("NY State Police",),
    "RIRSP0000": ("RI State Police",),
}
# One body under two names, checked by hand: (state, `bare` name at ICE) to `bare` name listed.
ALIASES = {
    ("FL", "highway safety and motor vehicles division highway patrol"): "highway patrol",
    ("FL", "environmental protection division law enforcement"): (
        "environmental protection law enforcement"
    ),
    ("FL", "agricultural law enforcement"): (
        "agriculture and consumer services agricultural law enforcement"
    ),
    ("TN", "safety and homeland security"): "safety",
    ("TX", "public safety highway patrol"): "public safety",
    ("TX", "public safety criminal investigations division"): "public safety",
}
KINDS = (
    (r"school|university|college|campus|board of (education|trustees|regents)", "school_police"),
    (r"sheriff", "sheriff"),
    (r"correction|criminal justice|detention|jail|prison", "corrections"),
    (r"prosecutor|attorney|county detective", "prosecutor_office"),
    (r"(national|state) guard|military department|auditor", "public_agency"),
    (r"(highway|state) patrol|state police", "state_police"),
    (r"^(guam|puerto rico|u\.s\. virgin islands)", "police_department"),
)
SPELLED = {
    "saint": "st",
    "sainte": "ste",
    "mount": "mt",
    "fort": "ft",
    "twp": "township",
    "dept": "department",
    "departement": "department",
    "correction": "corrections",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a registry table; its fields are the table's columns."""

    key: str
    name: str
    ori: str
    sovereign: str
    kind: str
    policy: str = ""
    desk: str = ""
    delegated_287g: str = ""
    declaration: str = ""
    also_written: str = ""
    source: str = "fbi"


@dataclass(frozen=True, slots=True)
class Listed:
    """One agency as the FBI lists it; `cut` says that the list cuts its name off."""

    ori: str
    state: str
    name: str
    cut: bool
    counties: tuple[str, ...]
    type: str

    @property
    def county(self) -> str:
        """The first county, without the words that Connecticut's regions have."""
        return self.counties[0].removesuffix(" PLANNING REGION") if self.counties else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agency that signed an agreement under 8 USC 1357(g), whatever the number of models."""

    state: str
    name: str
    county: str
    type: str


def ascii_of(text: str) -> str:
    """The text in plain letters, without apostrophes and full stops."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"['.`]", "", folded)


def slug(text: str) -> str:
    """The part of a key after its slash."""
    return re.sub(r"[^a-z0-9]+", "-", ascii_of(text).lower()).strip("-")


def plain(text: str) -> str:
    """The text as two lists would have to write it to be taken for the same."""
    words = slug(text.replace("&", " and ")).split("-")
    return " ".join(SPELLED.get(word, word) for word in words)


def bare(name: str, state: str) -> str:
    """A state body's name without the words that one list has and the other leaves out."""
    words = re.sub(rf"\b{STATE_NAMES.get(state, state)}\b", " ", plain(name)).split()
    idle = {"state", "office", "department", "of", "the", "headquarters"}
    return " ".join(word for word in words if word not in idle)


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of one table, every value stripped."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{k: v.strip() for k, v in row.items()} for row in csv.DictReader(lines)]


def read_listed(path: Path) -> list[Listed]:
    """The FBI's agencies."""
    found: list[Listed] = []
    for row in read_rows(path):
        name = RENAMED.get(row["ori"], row["pub_agency_name"])
        county = row["county_name"]
        unknown = county in ("", "NOT SPECIFIED", "UNMAPPED COUNTY")
        found.append(
            Listed(
                ori=row["ori"],
                state=POSTAL.get(row["state_abbr"], row["state_abbr"]),
                name=name.rstrip(":, "),
                cut=name.endswith((":", ",")),
                counties=() if unknown else tuple(county.split(", ")),
                type=row["agency_type_name"],
            )
        )
    return found


def read_agreements(path: Path) -> list[Agreement]:
    """The agencies of ICE's list, one for each however many models it signed."""
    found: dict[tuple[str, str], Agreement] = {}
    for row in read_rows(path):
        state = STATES[row["STATE"].lower()]
        name = re.sub(r"\s+", " ", row["LAW ENFORCEMENT AGENCY"].replace("\u2019", "'"))
        county = re.sub(r"^#?N/?A$| (county|conty|parish)$", "", row["COUNTY"], flags=re.I)
        agreement = Agreement(state, name, county, row["TYPE"])
        kept = found.setdefault((state, plain(name)), agreement)
        if not kept.county:
            found[state, plain(name)] = agreement
    return list(found.values())


def kind_of(body: Listed) -> str:
    """The registry's kind of a listed agency."""
    name = body.name.lower()
    match body.type:
        case "Tribal":
            return "tribal_police"
        case "Federal" if body.state == "US":
            return "dea" if "drug enforcement" in name else "federal_police"
        case "State Police":
            return "state_police"
        case "University or College":
            return "school_police"
        case "City":
            return "sheriff" if "sheriff" in name else "police_department"
        case "County":
            return "police_department" if re.search("police|safety", name) else "sheriff"
        case _:
            return kind_by_name(name)


def kind_by_name(name: str) -> str:
    """The kind its words give a body that is neither a city's nor a county's police."""
    return next((kind for words, kind in KINDS if re.search(words, name.lower())), "special_police")


def place_of(name: str) -> str:
    """A municipal or county body's name without the words for police or sheriff."""
    end = r"(?: Department of)?(?: Public Safety| Police| Sheriff.*)"
    return re.sub(rf"{end}(?: Department)?$", "", name)


def named(body: Listed) -> tuple[str, str]:
    """The full name of a listed agency, and the slug it would like to have."""
    kind, name = kind_of(body), body.name
    ward = "Parish" if body.state == "LA" else "County"
    match body.type, kind:
        case "City", "police_department":
            place, comma, county = name.partition(", ")
            full = name if "Police" in name else f"{place} Police Department{comma}{county}"
            return full, f"{slug(place_of(name))}-pd"
        case (("City" | "County"), "sheriff"):
            plainly = f"{name.removesuffix(' County')} {ward} Sheriff's Office"
            full = name if "Sheriff" in name else plainly
            return full, f"{slug(place_of(full))}-so"
        case "County", _:
            return name, f"{slug(place_of(name))}-pd"
        case "State Police", _:
            state = STATE_NAMES[body.state]
            short = re.sub(rf"^{state} | headquarters$", "", name, flags=re.I)
            full = name.removesuffix(" Headquarters")
            return full if state in name.lower() else f"{capwords(state)} {name}", slug(short)
        case _:
            police = kind in ("school_police", "tribal_police") and "Police" not in name
            full = f"{name} Police" if police else name
            return full, slug(full.removeprefix("United States "))


def apart(body: Listed) -> str:
    """The words that tell a name from the others like it in its state."""
    if body.type in ("City", "County"):
        return ""
    if not body.county:
        return f" ({body.ori})"
    region = body.counties[0] != body.county
    ward = "Region" if region else "Parish" if body.state == "LA" else "County"
    return f", {capwords(body.county)} {ward}"


def tribe_of(body: Listed, states: Mapping[str, set[str]]) -> str:
    """The slug of a tribe, with its state where two states list a tribe of that name."""
    tribe = slug(re.sub(r" Tribal( Police)?$", "", body.name))
    return f"{tribe}-{body.state.lower()}" if len(states[tribe]) > 1 else tribe


def rows_of(bodies: Sequence[Listed]) -> dict[Listed, Row]:
    """A row for each listed agency, its key its own."""
    states: dict[str, set[str]] = defaultdict(set)
    for body in bodies:
        states[slug(re.sub(r" Tribal( Police)?$", "", body.name))].add(body.state)
    alike: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for body in bodies:
        alike[body.state, named(body)[0]].append(body)
    rows: dict[Listed, Row] = {}
    for body in bodies:
        name, tail = named(body)
        if body in clashed(alike[body.state, name]):
            name += apart(body)
        sovereign = body.state
        key = f"{sovereign}/{tail}"
        if body.type == "Tribal":
            sovereign = f"TRIBE/{tribe_of(body, states)}"
            key = f"{sovereign}-police"
        rows[body] = Row(key, name, body.ori, sovereign, kind_of(body))
    return keyed_apart(rows)


def keyed_apart(rows: Mapping[Listed, Row]) -> dict[Listed, Row]:
    """The rows with clashing keys told apart: by county, and where that is not enough, by ORI.

    Of bodies that clash, the one whose name is not cut off keeps the key if it is the only one.
    """
    parted = dict(rows)
    for suffix in ("county", "ori"):
        clashing: dict[str, list[Listed]] = defaultdict(list)
        for body, row in parted.items():
            clashing[row.key].append(body)
        for body in (body for bodies in clashing.values() for body in clashed(bodies)):
            row, tail = parted[body], slug(body.county if suffix == "county" else body.ori)
            more = f" ({body.ori})" if suffix == "ori" and body.ori not in row.name else ""
            key = f"{row.key}-{tail}" if tail else row.key
            parted[body] = replace(row, key=key, name=row.name + more)
    return parted


def clashed(bodies: Sequence[Listed]) -> Iterable[Listed]:
    """Those of the bodies with one key (or one name) that cannot keep it."""
    whole = [body for body in bodies if not body.cut]
    return [body for body in bodies if len(bodies) > 1 and whole != [body]]


def signs(name: str, state: str, type: str) -> Iterator[tuple[str, str, str]]:
    """What two lists compare an agency by: its state, its sort and its normalized name."""
    text = plain(name.partition(", ")[0] if type in ("City", "State Police") else name)
    if "sheriff" in text or type == "sheriff":
        end = r" (county |parish )?sheriffs?( office| department)?$| (county|parish)$"
        yield state, "sheriff", re.sub(end, "", text).replace(" ", "")
    elif type in ("State Agency", "State Police", "Other State Agency", "Federal"):
        short = bare(text, state)
        yield state, "state", ALIASES.get((state, short), short)
    else:
        end = r"( department of)?( police| public safety)?( services)?( department)?( of police)?$"
        start = r"^(city|town|village|borough) of "
        yield state, "police", re.sub(f"{start}|{end}", "", text).replace(" ", "")


def listed_signs(body: Listed) -> Iterable[tuple[str, str, str]]:
    """The signs of a listed agency."""
    sheriff = body.type == "County" and kind_of(body) == "sheriff"
    return signs(body.name, body.state, "sheriff" if sheriff else body.type)


def same_county(signed: Agreement, body: Listed) -> bool:
    """Whether the counties agree; ICE's are misspelled now and then, and often missing."""
    _, _, qualifier = body.name.partition(", ")
    listed = (qualifier.removesuffix(" County"),) if qualifier else body.counties
    if not signed.county or not listed:
        return True
    counties = [plain(county) for county in listed]
    return bool(difflib.get_close_matches(plain(signed.county), counties, cutoff=0.8))


def match(signed: Agreement, index: Mapping[tuple[str, str, str], list[Listed]]) -> list[Listed]:
    """The listed agency that signed (for a state body, all its posts), or none if in doubt."""
    for sign in signs(signed.name, signed.state, signed.type):
        if sign[1] == "state":
            return index.get(sign, [])
        short = re.sub(r"(borough|city|village|town)$", "", sign[2])
        for tried in dict.fromkeys((sign, (*sign[:2], short))):
            found = index.get(tried, [])
            agreed = [body for body in found if sign[1] == "sheriff" or same_county(signed, body)]
            if found:
                return agreed if len(agreed) == 1 else []
    return []


def own_body(signed: Agreement) -> Listed:
    """The agency that signed, as the FBI would list it if it did."""
    kind, type = kind_by_name(signed.name), "Other"
    if kind == "sheriff":
        type = "County"
    elif kind == "special_police" and signed.type != "State Agency":
        type = "City" if place_of(signed.name) != signed.name else "Other"
    counties = (signed.county,) if signed.county else ()
    return Listed("", signed.state, signed.name, False, counties, type)


def own_row(body: Listed, taken: set[str]) -> Row:
    """The row of an agency that signed and that no listed agency is surely the same as."""
    key = f"{body.state}/{named(body)[1]}"
    while key in taken:
        key += f"-{slug(body.county)}" if body.county and not key.endswith("-287g") else "-287g"
    taken.add(key)
    kind, state = kind_of(body), body.state
    return Row(key, body.name, "", state, kind, delegated_287g="yes", source="ice")


def ways_of_writing(body: Listed, row: Row) -> list[str]:
    """The names in the vendor's style, "Place ST PD", that a log may give a listed agency."""
    st, place = body.state, place_of(body.name)
    written = list(ALSO.get(body.ori, ()))
    match body.type, row.kind:
        case "City", _:
            town = re.match(r"(.+?) (Town|Village|Town and Village)$", place)
            written += [f"{place} {st} PD"]
            if town:
                written += [f"{town[1]} {st} PD", f"{town[2]} of {town[1]} {st} PD"]
        case "County", kind:
            county = place.removesuffix(" County")
            written.append(f"{county} County {st} {'SO' if kind == 'sheriff' else 'PD'}")
        case "Tribal", _:
            written.append(f"{re.sub(' Tribal( Police)?$', '', body.name)} {st} Tribal Police")
        case _, "school_police" if ", " not in row.name:
            written.append(f"{row.name.removesuffix(' Police')} {st} PD")
        case _:
            pass
    return written


def written_apart(rows: Mapping[Listed, Row]) -> dict[Listed, Row]:
    """The rows with the other ways of writing them that no second agency could be meant by."""
    ways = {
        body: ways_of_writing(body, row)
        if FILES.get(body.state) in ("connecticut.csv", "neighbors.csv")
        else list(ALSO.get(body.ori, ()))
        for body, row in rows.items()
    }
    uses = Counter(way.lower() for some in ways.values() for way in set(some))
    return {
        body: replace(
            row,
            also_written="|".join(way for way in ways.get(body, ()) if uses[way.lower()] == 1),
        )
        for body, row in rows.items()
    }


def delegate(rows: dict[Listed, Row], signers: Sequence[Agreement]) -> None:
    """Mark the listed agencies that signed, and add a row for each that could not be found."""
    index: dict[tuple[str, str, str], list[Listed]] = defaultdict(list)
    for body in rows:
        for sign in listed_signs(body):
            index[sign].append(body)
    taken = {row.key for row in rows.values()}
    for signed in sorted(signers, key=lambda one: (one.state, one.name)):
        found = match(signed, index)
        for body in found:
            rows[body] = replace(rows[body], delegated_287g="yes", source="fbi+ice")
        if not found:
            rows[own_body(signed)] = own_row(own_body(signed), taken)


def home_of(body: Listed, row: Row) -> str:
    """The table that a row goes into."""
    if row.source == "ice":
        return "delegated.csv"
    return FILES.get("TRIBE" if row.kind == "tribal_police" else body.state, "states.csv")


def write(path: Path, rows: Iterable[Row]) -> None:
    """One table, its rows in the order of their keys."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(field.name for field in fields(Row))
        table.writerows(astuple(row) for row in sorted(rows, key=lambda row: row.key))


def build(fbi: Path, ice: Path) -> dict[str, list[Row]]:
    """The derived tables by the name of their file.

    Raises:
        ValueError: if two rows have one key, or if a Connecticut agency is in ICE's list, which
            that state's law forbids and which a person must look into first.
    """
    signers = read_agreements(ice)
    if any(signed.state == "CT" for signed in signers):
        raise ValueError("a Connecticut agency is in the list of 287(g) agreements")
    told = [row for name in HAND_WRITTEN for row in read_rows(REGISTRY / name)]
    oris = {row["ori"] for row in told}
    rows = rows_of([body for body in read_listed(fbi) if body.ori not in oris])
    delegate(rows, signers)
    keys = Counter([row.key for row in rows.values()] + [row["key"] for row in told])
    if twice := sorted(key for key, times in keys.items() if times > 1):
        raise ValueError(f"more than one row has the key {', '.join(twice)}")
    tables: dict[str, list[Row]] = defaultdict(list)
    for body, row in written_apart(rows).items():
        tables[home_of(body, row)].append(replace(row, policy=POLICIES.get(row.key, "")))
    return tables


def main(fbi: str, ice: str) -> None:
    """Rebuild the derived tables and print how many rows each has, and how many are marked."""
    for name, rows in sorted(build(Path(fbi), Path(ice)).items()):
        write(REGISTRY / name, rows)
        marked = sum(row.delegated_287g == "yes" for row in rows)
        print(f"{name}: {len(rows)} rows, {marked} with a 287(g) agreement")


if __name__ == "__main__":
    main(*sys.argv[1:])
