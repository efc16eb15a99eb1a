"""Forms of reports that law asks for, filled in."""

from __future__ import annotations

from platelaw.compliance.reports.filed.definition import definitions
from platelaw.compliance.reports.filed.form import template

from ..made import OWNER

WHOLE = """
report = "ct/ice-access"
municipality = "Example"
agency = "Example Police Department"
first_day = "2026-01-01"
last_day = "2026-06-30"
prepared_by = "Records"
source = "register of requests"
persons = 3
by_detainer = 2
by_other_means = 1
[[occasions]]
day = 2026-02-03
persons = 2
means = "detainer"
[[occasions]]
day = 2026-05-09
persons = 1
means = "interview"
[[demographics]]
characteristic = "age"
group = "30 to 39"
persons = 3
"""
GROUNDS = """
extract = "ct/extract"
[grounds.account]
ground = "names of officers"
cites = "town ordinance 1"
[grounds.case_number]
ground = "open cases"
cites = "section 1-210"
"""


def usage(first: str, last: str) -> str:
    """The form of the usage report, all counts 7."""
    text = template(definitions()["ct/usage"]).replace('\nagency = ""', f'\nagency = "{OWNER}"')
    text = text.partition("[[outside_requests]]")[0]
    text = text.replace('first_day = ""', f"first_day = {first}")
    text = text.replace('last_day = ""', f"last_day = {last}")
    counts = {
        f.name for f in definitions()["ct/usage"].fields if f.kind.value == "count"
    }  # fmt: skip
    for name in counts:
        text = text.replace(f'\n{name} = ""', f"\n{name} = 7")
    return text.replace('= ""', '= "words"') + "outside_requests = []\n"
