"""Questions such as a state's platforms send: made up from a seed, no two calls alike.

Who asks whom for what comes from uneven draws, as in real logs: a few agencies, purposes and
periods make up most of it. Case numbers, and what is searched for, are written anew for every call
(``Template.bytes_of``), so that no text is met twice but a reason without a case number.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from platelaw.engine.registry import Registry
from platelaw.federation.deciding.classes import take_texts
from platelaw.federation.deciding.desk import Desk
from platelaw.federation.v1 import question_pb2 as q

MARK = b"4815162"  # stands where a call writes its own number
_DIGITS = len(MARK)
_NUMBER = MARK.decode()
_FIELD = b"\x12"  # field 2 of DecideRequest and of DecideManyRequest
_NOBODY = ("request.recipients", "request.on_behalf_of", "user.directed_by", "request.claims")
_USERS = 5_000
_PERIODS = (1, 1, 1, 3, 7, 7, 7, 30, 30)  # days

# Purposes with the reasons typed for them; a reason with a number is another text in every call.
PURPOSES: dict[str, tuple[str, ...]] = {
    "stolen_vehicle": ("stolen veh", "stolen vehicle {}", "Stolen MV cn {}", "auto theft #{}"),
    "burglary": ("burglary {}", "res burg {}", "burg 1st, case {}", "burglary"),
    "theft": ("larceny {}", "shoplifting {}", "catalytic converter larceny {}", "theft"),
    "robbery": ("robbery {}", "armed robbery {}", "street robbery, {}"),
    "hit_and_run": ("hit and run {}", "evading w/ injury {}", "evading"),
    "missing_person": ("missing juvenile {}", "silver alert {}", "endangered runaway"),
    "wanted_person": ("warrant svc {}", "wanted subject {}", "felony warrant {}"),
    "assault": ("assault 2nd {}", "agg assault {}", "assault"),
    "homicide": ("homicide {}", "death inv {}"),
    "weapons_offense": ("shots fired {}", "shooting inv {}"),
    "drug_offense": ("narcotics inv {}", "narc {}"),
    "welfare_check": ("welfare check", "check welfare {}"),
    "child_exploitation": ("ICAC {}", "ICAC tip {}", "HSI child exploitation"),
    "immigration_enforcement": ("ICE-assist", "immigration {}"),
}


def _uneven(count: int) -> list[float]:
    """Weights by rank, as in Zipf's law."""
    return [1 / rank for rank in range(1, count + 1)]


@dataclass(slots=True)
class Asking:
    """Draws questions.

    Attributes:
        registry: Whose keys are used.
        chance: The seeded source of draws.
        today: The last day of every period.
        days: The days on which periods begin, by how many days before.
        at_home: The share of searches of an agency's own data.
    """

    registry: Registry
    chance: random.Random
    today: str
    days: dict[int, str]
    at_home: float = 0.8
    requesters: list[str] = field(init=False)
    owners: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Put agencies in an order of how often they ask and are asked."""
        home = [key for key in self.registry.bodies if key.startswith("CT/")]
        other = [key for key in self.registry.bodies if not key.startswith("CT/")]
        self.chance.shuffle(home)
        self.chance.shuffle(other)
        with_policy = [key for key in home if "darien" in key or "example" in key]
        self.owners = list(dict.fromkeys([*with_policy, *home]))
        self.requesters = list(dict.fromkeys([*with_policy, *home[:60], *other[:60]]))

    def question(self) -> q.Question:
        """One question with the mark where a call has its number."""
        chance = self.chance
        requester = chance.choices(self.requesters, _uneven(len(self.requesters)))[0]
        at_home = chance.random() < self.at_home
        owner = requester if at_home else chance.choices(self.owners, _uneven(len(self.owners)))[0]
        purpose = chance.choices(list(PURPOSES), _uneven(len(PURPOSES)))[0]
        return self.about(requester, owner, purpose, self.days[chance.choice(_PERIODS)])

    def about(self, requester: str, owner: str, purpose: str, since: str) -> q.Question:
        """One question of these parties."""
        chance = self.chance
        named = [("case.offense", purpose.replace("_", " "))]
        if chance.random() < 0.9:
            named.append(("case.number", f"26-{_NUMBER}"))
        return q.Question(
            requester=requester,
            owner=owner,
            act="search",
            data=["alpr_data"],
            reason=chance.choice(PURPOSES[purpose]).format(_NUMBER),
            user=f"user-{chance.randrange(_USERS)}",
            subject=f"{chance.getrandbits(64):016x}-{_NUMBER}",
            period=q.Period(since=since, until=self.today),
            instruments=q.Instruments(),
            facts=[
                q.Fact(name="request.purpose", word=purpose),
                *(q.Fact(name=name, members=q.Members()) for name in _NOBODY),
                *(q.Fact(name=name, word=word) for name, word in named),
            ],
        )


class Template(msgspec.Struct, frozen=True, array_like=True):
    """One question, ready to be sent many times, each time with another number.

    Attributes:
        data: The question as field 2 of a request, with the mark.
        places: Where the mark stands.
        group: The number of its class: questions of one class get one answer.
        outcome: What it is answered; empty if that was not asked.
    """

    data: bytes
    places: tuple[int, ...]
    group: int
    outcome: str = ""

    def numbered(self, number: bytes) -> bytes:
        """The question with a number of its own."""
        data = bytearray(self.data)
        for place in self.places:
            data[place : place + _DIGITS] = number
        return bytes(data)


class Pool(msgspec.Struct, frozen=True):
    """Questions to be sent.

    Attributes:
        templates: The questions.
        classes: How many classes they are of.
    """

    templates: tuple[Template, ...]
    classes: int


def pool_of(questions: Iterable[q.Question], desk: Desk) -> Pool:
    """Questions as templates, told apart as a service tells them apart."""
    classes: dict[bytes, int] = {}
    templates = list(_templates(questions, desk, classes))
    return Pool(tuple(templates), len(classes))


def _templates(
    questions: Iterable[q.Question], desk: Desk, classes: dict[bytes, int]
) -> Iterator[Template]:
    for question in questions:
        whole = question.SerializeToString()
        data = _FIELD + varint(len(whole)) + whole
        seen = desk.reasons.seen(question.reason, 0)
        take_texts(question, desk.free)
        told_apart = question.SerializeToString(deterministic=True) + repr(seen).encode()
        key = hashlib.sha256(told_apart).digest()
        group = classes.setdefault(key, len(classes))
        yield Template(data, tuple(_places(data)), group)


def _places(data: bytes) -> Iterator[int]:
    at = data.find(MARK)
    while at >= 0:
        yield at
        at = data.find(MARK, at + _DIGITS)


def varint(number: int) -> bytes:
    """A whole number as Protocol Buffers write it."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
