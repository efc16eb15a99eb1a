"""The agency registry's derived tables, rebuilt from the published lists of the FBI and of ICE.

Usage: `python tools/registry.py FBI.csv ICE.csv`. The hand-written tables beside them are read,
never written: a listed agency whose ORI stands in one of them is left to it. The rules applied
here are told in words in `policies/registry/PROVENANCE.md`.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from string import capwords

REGISTRY = Path(__file__).resolve().parent.parent / "policies" / "registry"
HAND_WRITTEN = ("connecticut_bodies.csv", "federal.csv", "other.csv", "invented.csv")
DELEGATED = "delegated.csv"
NEIGHBORS = ("MA", "NY", "RI")
STATES = {
    name.replace("-", " "): code
    for name, _, code in (
        pair.partition("=")
        for pair in (
            "alabama=AL alaska=AK arizona=AZ arkansas=AR california=CA colorado=CO connecticut=CT "
            "delaware=DE district-of-columbia=DC florida=FL georgia=GA guam=GU hawaii=HI idaho=ID "
            "illinois=IL indiana=IN iowa=IA kansas=KS kentucky=KY louisiana=LA maine=ME "
            "maryland=MD massachusetts=MA michigan=MI minnesota=MN mississippi=MS missouri=MO "
            "montana=MT nebraska=NE nevada=NV new-hampshire=NH new-jersey=NJ new-mexico=NM "
            "new-york=NY north-carolina=NC north-dakota=ND northern-mariana-islands=MP ohio=OH "
            "oklahoma=OK oregon=OR pennsylvania=PA puerto-rico=PR rhode-island=RI "
            "south-carolina=SC south-dakota=SD tennessee=TN texas=TX utah=UT vermont=VT "
            "virgin-islands=VI virginia=VA washington=WA west-virginia=WV wisconsin=WI wyoming=WY"
        ).split()
    )
}
NAMES = {code: name for name, code in STATES.items()}
POSTAL = {"NB": "NE", "GM": "GU", "FS": "US"}  # the FBI's own abbreviations
POLICIES = {"CT/darien-pd": "agency/darien"}

# Listed under a name that says too little or would be read as another kind of body.
RENAMED = {
    "CT0018000": "Department of Motor Vehicles Police",  # the department itself is another row
    "NY0290000": "Nassau County Police Department",  # 2,591 officers: not the sheriff's
    "NY0590000": "Westchester County Department of Public Safety",
    "TN0000000": "",
}
ALSO = {
    "CT0005900": ("City of Groton CT PD",),
    "CT0017000": ("UConn PD", "UConn Police", "University of Connecticut CT PD"),
    "CTCSP0000": ("CT State Police", "Connecticut State Police CT", "CT - State Police"),
    "MAMSP0000": ("MA State Police", "Massachusetts State Police"),
    "NY301SG00": ("NY State Police", "New York State Police", "NYSP"),
    "RIRSP0000": ("RI State Police", "Rhode Island State Police"),
}
# One body under two names, checked by hand: (state, ICE's name) to the listed name.
ALIASES = {
    ("FL", "division of highway patrol"): "highway patrol",
}

KINDS = (
    (r"school|university|college|campus|board of (education|trustees|regents)", "school_police"),
    (r"sheriff", "sheriff"),
    (r"prosecutor|attorney|county detective", "prosecutor_office"),
    (r"correction|criminal justice|detention|jail|prison", "corrections"),
    (r"(national|state) guard|military department|auditor", "public_agency"),
    (r"highway patrol|state police|state patrol", "state_police"),
)
