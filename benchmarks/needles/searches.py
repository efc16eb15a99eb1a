"""Needles that are searches: their reasons, who made them, and the habits of accounts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from .haystack import (
    CASE,
    FRAME,
    ID,
    NAME,
    ORG,
    OWN_NAME,
    PLATE,
    REASON,
    TIME,
    TYPE,
    Planter,
    moment,
    written,
)  # fmt: skip

# Reasons as released logs have them.
PLAIN = (
    "ICE WARRANT", "ICE warrant", "Ice warrant", "ICE+ERO", "ICE ERO", "ICE FUGOPS", "ICE detainer",
    "ICE pick up", "ice administrative warrant", "ICE-assist", "Deportation Warrant", "Immigration",
    "Immigration+", "Immigration Inv",
    "Immigration Status", "illegal immigration", "USBP Immigration Investigation",
    "Immigration Enforcement (Border Patrol Assist - agency)", "immigration violation(s)",
    "ICE HSI TARGET", "Immigration Warrant", "ice  warrant 26-4411", "REDACTED, ICE warrant",
)  # fmt: skip
CATEGORIES = (
    "Immigration (civil/administrative) -", "Immigration (civil/administrative) - HSI",
)  # fmt: skip
DISGUISED = (
    "1CE WARRANT", "i c e warrant", "I.C.E. warrant", "I-C-E WARRANT", "icewarrant", "ICE\nwarrant",
    "\u0406CE warrant", "i\u200bce warrant", "IMMIGRAT10N", "\uff29\uff23\uff25 warrant",
)  # fmt: skip
# Somebody should read these: they may state the use, or a crime.
FOR_A_PERSON = (
    "HSI", "HSI 3500", "HSI-CMLO", "HSI Stolen", "HSI drug", "CBP Assist", "sig 21 CBP",
    "Customs & Border Patrol", "criminal alien", "ICE", "Immigration/Drugs",
    "Drugs/immigration violations", "Immigration (criminal) -",
)  # fmt: skip
LOOK_ALIKE = (
    "Special Services Investigation", "Criminal Justice", "Obstructing the Police",
    "261(a)(2)PC; 287PC", "Call for service", "Walmart niceville orc attempt",
    "stolen license plate", "VICE INVESTIGATION", "warrant serice", "suspect vehice", "Heroin",
    "287(B) vehicle", "FC PROB FOR THEFT AND NUMEROUS", "26-13287", "ICAC", "DICE 911", "ICP 2362",
    "accomplice", "police", "justice", "dispatch notice",
)  # fmt: skip
FEDERAL = (
    "[Federal] US Postal Inspection Service", "US Postal Inspection Service [Federal]",
    "(Federal) US Postal Inspection Service", "US Postal Inspection Service",
    "[Federal] US Border Patrol",
)  # fmt: skip
IDLE_FEDERAL = (
    "[Federal] US Border Patrol [Inactive]", "[Federal] US Postal Inspection Service [Inactive]",
)  # fmt: skip
IDLE = ("Stamford CT PD (deactivated)", "[DEACTIVATED] Norwalk CT PD")
NOT_FEDERAL = ("Federal Way WA PD", "Federal Heights CO PD")
ELSEWHERE = ("Windsor- IL- PD", "Pasadena TX PD")
NOBODY = ("", "***", "Example Unit of Nowhere", "Task Force 99")
FOR_OTHERS = (
    "on behalf of Ross Township PD", "at the request of Kent PD", "requested by Elm PD",
    "OBO Kent PD", "courtesy search for Kent PD",
)  # fmt: skip
VAGUE = ("investigation", "inv", "susp veh", "official use", "police work")
WITHOUT_NUMBER = ("stolen vehicle", "burglary", "robbery at a store", "missing person", "arson")
PARTIAL = ("Z*0028*", "GEN*", "*0028")
MALFORMED = ("12", "n12", "A1", "7")
HABIT = 40  # searches of an account with a habit
# The rosters' words for accounts that should not have searched, and the class of each.
RETIRED, NEW, LAPSED, UNTRAINED, STRANGER = "retired", "new", "lapsed", "untrained", "stranger"
_ACCOUNTS = {
    RETIRED: "inactive account", NEW: "inactive account",
    LAPSED: "lapsed training", UNTRAINED: "lapsed training", STRANGER: "account on no roster",
}  # fmt: skip


def plant_searches(planter: Planter) -> None:
    """Plant all of them."""
    _plant_reasons(planter)
    _plant_requesters(planter)
    _plant_habits(planter)
    _plant_accounts(planter)
    _plant_sessions(planter)
    planter.add("name of no body", (
        row[ID] for place, row in enumerate(planter.rows)
        if place not in planter.unread and row[ORG].startswith("Generated ")
    ))  # fmt: skip


def _plant_reasons(planter: Planter) -> None:
    planter.plant("immigration reason", REASON, PLAIN, max(planter.each, len(PLAIN)))
    planter.plant("immigration category", REASON, CATEGORIES)
    planter.plant("disguised reason", REASON, DISGUISED)
    planter.plant("for a person to read", REASON, FOR_A_PERSON)
    planter.plant("look-alike", REASON, LOOK_ALIKE, max(planter.each, 2 * len(LOOK_ALIKE)))
    planter.plant("for somebody else", REASON, FOR_OTHERS)
    planter.plant("partial plate", PLATE, PARTIAL)


def _plant_requesters(planter: Planter) -> None:
    planter.plant("federal", ORG, FEDERAL)
    planter.tell("federal", planter.plant("idle account", ORG, IDLE_FEDERAL))
    planter.plant("idle account", ORG, IDLE)
    planter.plant("federal look-alike", ORG, NOT_FEDERAL)
    planter.plant("name of another state", ORG, ELSEWHERE)
    planter.plant("name of no body", ORG, NOBODY)


def _plant_habits(planter: Planter) -> None:
    """Accounts of the owner's own of which each has one habit."""
    habits = (
        ("vague reason", REASON, VAGUE), ("missing reason", REASON, ("",)),
        ("repeated reason", REASON, ("stolen vehicle",)),
        ("missing case number", CASE, ("",)), ("malformed case number", CASE, MALFORMED),
    )  # fmt: skip
    for number, (name, cell, texts) in enumerate(habits):
        places = planter.plant(name, cell, texts, HABIT)
        planter.give(places, NAME, f"habit {number}")
        planter.give(places, ORG, OWN_NAME)
        if name == "missing case number":
            for place, text in zip(places, WITHOUT_NUMBER * HABIT, strict=False):
                planter.rows[place][REASON] = text


def _plant_accounts(planter: Planter) -> None:
    """Accounts of the owner's own that the roster tells something of, or does not have."""
    for account, name in _ACCOUNTS.items():
        for number, place in enumerate(planter.plant(name, ORG, (OWN_NAME,))):
            planter.rows[place][NAME] = f"{account} {number}"
    for number, place in enumerate(planter.plant("look back", ORG, (OWN_NAME,))):
        planter.rows[place][NAME] = f"back {number}"
        planter.rows[place][FRAME] = f"06/01/2026, 01:00:00 AM UTC\n{planter.rows[place][TIME]}"


def _plant_sessions(planter: Planter) -> None:
    burst = planter.plant("burst", NAME, ("habit burst",), HABIT)
    _within_a_minute(planter, burst, ["search"])
    for number in range(planter.each // 2):
        pair = planter.plant("two devices at once", NAME, (f"pair {number}",), 2)
        _within_a_minute(planter, pair, ["search", "search - Mobile"])


def _within_a_minute(planter: Planter, places: Sequence[int], kinds: Sequence[str]) -> None:
    """Searches of the owner's own, a second apart."""
    planter.give(places, ORG, OWN_NAME)
    first = moment(planter.rows[places[0]][TIME]).replace(second=0)
    for number, place in enumerate(places):
        at = written(first + datetime.timedelta(seconds=number))
        row = planter.rows[place]
        row[TIME], row[FRAME], row[TYPE] = at, f"{at}\n{at}", kinds[number % len(kinds)]
