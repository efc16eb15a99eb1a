"""Seeded requests as JSON text, the one origin from which every engine takes its input."""

from __future__ import annotations

import datetime
import json
import random
from dataclasses import dataclass
from typing import Any

from .world import World

SEED = 8204
NOW = datetime.datetime(2026, 12, 31, tzinfo=datetime.UTC)
_FIRST = datetime.datetime(2026, 11, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)))

PURPOSES = {
    "homicide": 4, "robbery": 5, "assault": 5, "theft": 7, "burglary": 6, "stolen_vehicle": 7,
    "missing_person": 4, "welfare_check": 3, "parking": 3, "unpaid_toll": 3,
    "protest_watch": 1, "personal_use": 1, "civil_removal": 2,
}  # fmt: skip
ACTS = {"search": 6, "share": 2, "export": 1}
ROLES = {"patrol": 5, "detective": 6, "analyst": 4, "supervisor": 3, "contractor": 1}
FORCES = {"none": 8, "regional": 3, "joint": 1, "federal": 1}
REASONS = ("stolen car", "search for a witness", "follow up", "seen near the scene", "unpaid toll")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests: the seed, how many, and how many things each leaves out."""

    seed: int = SEED
    count: int = 1000
    missing: int = 0


def batch(world: World, asked: Asked, number: int = 0) -> list[bytes]:
    """One batch of requests as JSON text.

    The nth request of every batch has the same requester, owner and act, so that a first batch
    can introduce them; all else is drawn anew, moments and reasons too.
    """
    return [
        json.dumps(_request(world, asked, number, at)).encode("utf-8") for at in range(asked.count)
    ]


def _request(world: World, asked: Asked, number: int, at: int) -> dict[str, Any]:
    who, what = random.Random(f"{asked.seed} {at}"), random.Random(f"{asked.seed} {number} {at}")
    owner = f"NN/pd-{at % world.agencies}"
    requesters = [key for key in world.registry.bodies if not key.startswith("NN/pd-")]
    moment = _FIRST + datetime.timedelta(seconds=what.randrange(25 * 24 * 3600))
    reach = what.choice((1, 3, 6, 12, 25, 29, 29, 45))
    request: dict[str, Any] = {
        "version": 1,
        "requester": who.choice((owner, *requesters)),
        "owner": owner,
        "user": f"user-{what.randrange(400)}",
        "act": drawn(who, ACTS),
        "data": "plate_read",
        "at": moment.isoformat(),
        "reason": f"{what.choice(REASONS)} {what.randrange(100_000)}",
        "period": {"from": (moment.date() - datetime.timedelta(days=reach)).isoformat()},
        "facts": _facts(what),
        "instruments": [],
    }
    for name in what.sample([*sorted(request["facts"]), "period"], asked.missing):
        (request if name == "period" else request["facts"]).pop(name)
    return request


def _facts(chance: random.Random) -> dict[str, Any]:
    """The seven facts that a caller states."""
    return {
        "request.purpose": drawn(chance, PURPOSES),
        "warrant.shown": chance.random() < 0.15,
        "reason.flagged": chance.random() < 0.05,
        "user.role": drawn(chance, ROLES),
        "task_force.role": drawn(chance, FORCES),
        "export.rows": chance.choice((1, 20, 300, 300, 2000)),
        "case.number": f"26-{chance.randrange(10_000)}" if chance.random() < 0.85 else "",
    }


def drawn(chance: random.Random, weights: dict[str, int]) -> str:
    """A word, as often as it is heavy."""
    return chance.choices(list(weights), list(weights.values()))[0]
