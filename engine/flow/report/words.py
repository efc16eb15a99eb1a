"""The words of a report for what the map and the doors say by one word."""

from __future__ import annotations

import datetime

from ....dsl import syntax as tree
from ..door import DoorClass, DoorName
from ..model import Custody, Guard, Level, NodeKind, RelationKind, SwitchKind

NOTICE = "Informs counsel; it is not legal advice."

CLASSES = {
    DoorClass.OPEN: "Open: settings alone, every rule is kept",
    DoorClass.ONE: "One lie or broken promise",
    DoorClass.MORE: "Two or more lies or broken promises",
    DoorClass.LAWFUL: "Lawful on a paper or a word yet to be proven",
}
SHORT_CLASSES = {
    DoorClass.OPEN: "every rule kept",
    DoorClass.ONE: "one wrong",
    DoorClass.MORE: "two or more wrongs",
    DoorClass.LAWFUL: "if proven",
}
NAMES = {
    DoorName.FRONT: "front: the owner itself shares with the recipient's body",
    DoorName.BACK: "back: the recipient gets in without the owner's explicit grant",
    DoorName.SIDE: "side: another body searches for it or passes data on, or does such work itself",
}
KINDS = {
    NodeKind.AGENCY: "agency",
    NodeKind.NETWORK: "network",
    NodeKind.VENDOR: "vendor",
    NodeKind.TASK_FORCE: "task force",
    NodeKind.FUSION_CENTER: "fusion center",
    NodeKind.FEDERAL: "federal body",
    NodeKind.BROKER: "data broker",
    NodeKind.UNKNOWN: "of unknown kind",
}
HUBS = (NodeKind.NETWORK, NodeKind.VENDOR, NodeKind.BROKER)
RELATIONS = {
    RelationKind.SHARES_QUERY: "{target} may search the data of {source}",
    RelationKind.SHARES_COPY: "{source} sends copies to {target}",
    RelationKind.ALERTS: "a hit at {source} is pushed to {target}",
    RelationKind.JOINS: "{source} puts its data into {target}",
    RelationKind.MEMBER_OF: "{target} may search what is in {source}",
    RelationKind.HOSTS: "{target} runs the system that holds the data of {source}",
    RelationKind.VENDOR_ACCESS: "{target} may look into the data of {source} as its vendor",
    RelationKind.SELLS: "{source} sells the data to {target}",
    RelationKind.LEGAL_PROCESS: "{source} releases the data to {target} on a court's paper",
    RelationKind.RE_DISCLOSES: "a person at {source} passes on to {target} what it has",
    RelationKind.SEARCHES_FOR: "an officer of {source} searches for {target}",
}
GUARDS = {
    Guard.NONE: "nothing",
    Guard.PAPER: "paper: a written policy",
    Guard.CONTRACT: "a contract",
    Guard.KEYWORD_FILTER: "a keyword filter",
    Guard.TECHNICAL: "the rules, asked before data move",
}
CUSTODIES = {
    Custody.LIVE: "access that can be taken back",
    Custody.COPY: "a copy of its own, which stays",
    Custody.HAND: "what a person found or was told, which stays",
}
LEVELS = {
    Level.CONFIRMED: "confirmed by who can switch it off",
    Level.PUBLISHED: "published by one side",
    Level.INFERRED: "inferred from other records",
    Level.ASSUMED: "assumed for the sake of the question",
}
ACTS = {
    SwitchKind.SETTING: "turn the setting off",
    SwitchKind.CONTRACT: "end or amend the contract",
    SwitchKind.MEMBERSHIP: "end the membership",
    SwitchKind.ACCOUNT: "close the account",
    SwitchKind.AGREEMENT: "end the agreement",
    SwitchKind.PRACTICE: "order it stopped, and supervise",
}
NO_RULE = "No rule of this library speaks against it"
ANSWERS = {
    tree.Outcome.PERMIT: "The rules permit it",
    tree.Outcome.HOLD: "The rules hold it until more is proven",
    tree.Outcome.DENY: "The rules forbid it",
}


def plain(key: str) -> str:
    """The words of a key: its underscores are blanks."""
    return key.replace("_", " ")


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def age(day: datetime.date | None, at: datetime.date) -> str:
    """A day, and how long before another it is."""
    if day is None:
        return "of no known day"
    days = (at - day).days
    if days == 0:
        return f"{day.isoformat()}, the same day"
    return f"{day.isoformat()}, {counted(abs(days), 'day')} {'before' if days > 0 else 'after'}"


def loss(records: float | None) -> str:
    """What closing a switch costs."""
    if records is None:
        return "its loss was not measured"
    return f"{records:,.0f} records of lawful sharing in 90 days"
