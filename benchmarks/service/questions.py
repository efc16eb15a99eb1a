"""Questions such as a state's platforms send: made up from a seed, no two calls alike.

Who asks whom for what comes from uneven draws, as in real logs: a few agencies, purposes and
periods make up most of it. Case numbers, and what is searched for, are written anew for every call
(``Template.bytes_of``), so that no text is met twice but a reason without a case number.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping
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
PERIODS = (1, 1, 1, 3, 7, 7, 7, 30, 30)  # days

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
    days: Mapping[int, str]
    at_home: float = 0.8
    everyone: list[str] = field(init=False)
    requesters: list[str] = field(init=False)
    owners: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Put agencies in an order of how often they ask and are asked."""
        self.everyone = list(self.registry.bodies)
        home = [key for key in self.everyone if key.startswith("CT/")]
        other = [key for key in self.everyone if not key.startswith("CT/")]
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
        return self.about(requester, owner, purpose, self.days[chance.choice(PERIODS)])

    def anything(self) -> q.Question:
        """A question of anybody about anyone for anything, each as likely as the other."""
        chance, keys = self.chance, self.everyone
        since = f"{chance.choice(list(self.days.values()))}T{self.clock_time()}-05:00"
        return self.about(
            chance.choice(keys), chance.choice(keys), chance.choice(list(PURPOSES)), since
        )

    def clock_time(self) -> str:
        """A time of day."""
        seconds = self.chance.randrange(24 * 60 * 60)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"

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
        group: What stands for its class: questions of one class get one answer.
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
    templates = tuple(_template(question, desk) for question in questions)
    return Pool(templates, len({each.group for each in templates}))


def _template(question: q.Question, desk: Desk) -> Template:
    whole = question.SerializeToString()
    data = _FIELD + varint(len(whole)) + whole
    told_apart = q.Question.FromString(whole)
    seen = desk.reasons.seen(told_apart.reason, 0)
    take_texts(told_apart, desk.free)
    key = told_apart.SerializeToString(deterministic=True) + repr(seen).encode()
    group = int.from_bytes(hashlib.sha256(key).digest()[:7])
    return Template(data, tuple(_places(data)), group)


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
