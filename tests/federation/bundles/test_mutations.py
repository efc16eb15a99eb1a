"""Whatever is done to the bytes of a repository, a client refuses it in its own words."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from tuf.api.metadata import Metadata, Targets

from platelaw.federation.bundles.client import sync
from platelaw.federation.bundles.errors import BundleError

from ...sizes import trials
from .world import World

ROUNDS = trials(60)
NAMES = (
    "timestamp.json",
    "1.snapshot.json",
    "1.targets.json",
    "1.registry.json",
    "1.state.AA.json",
)
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**70,
    1.5,
    "",
    "x" * 1000,
    [],
    {},
    [[]],
    {"a": None},
    "\u202e",
    "2026",
)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def doubled(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at // 2 : at] + data[at:]


def odd(data: bytes, chance: random.Random) -> bytes:
    """One value anywhere in the JSON replaced by another of another kind."""
    plain = json.loads(data)
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        held: Any = value
        if isinstance(value, dict | list):
            for key in list(held) if isinstance(value, dict) else range(len(held)):
                places.append((held, key))
                walk(held[key])

    walk(plain)
    held, key = chance.choice(places)
    held[key] = chance.choice(ODD)
    return json.dumps(plain).encode()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", [cut, flipped, doubled, odd])
def test_changed_metadata_are_refused_without_a_crash(
    world: World, name: str, change: Callable[[bytes, random.Random], bytes]
) -> None:
    good = world.sync()
    chance = random.Random(f"{name} {change.__name__}")
    file = world.metadata / name
    data = file.read_bytes()
    for _ in range(ROUNDS):
        file.write_bytes(change(data, chance))
        world.later(seconds=1)
        served = world.sync()  # the last good one, whatever came
        assert served.digest == good.digest
        assert fresh(world) in ("", good.digest)
    file.write_bytes(data)
    assert fresh(world) == good.digest


def fresh(world: World) -> str:
    """The digest that a client takes over that never saw anything; nothing if it refuses."""
    mirror = world.folder / "fresh"
    shutil.rmtree(mirror, ignore_errors=True)
    try:
        return sync(
            world.repository, mirror, world.made.root, clock=world.clock, store=world.store
        ).digest
    except BundleError:
        return ""


@pytest.mark.parametrize("change", [cut, flipped, doubled, odd])
def test_changed_metadata_that_are_signed_are_refused_without_a_crash(
    world: World, change: Callable[[bytes, random.Random], bytes]
) -> None:
    """Whoever has all keys may write what he likes; what makes no sense is refused all the same."""
    good = world.sync()
    chance = random.Random(change.__name__)
    data = world.role("registry").to_bytes()
    tried = 0
    for _ in range(400):
        try:
            changed = Metadata[Targets].from_bytes(change(data, chance))
            payload = changed.signed_bytes
        except Exception:  # what cannot be read, or written again, nobody can sign
            continue
        assert payload
        changed.signed.version = world.role("registry").signed.version + 1
        changed.signatures.clear()
        for signer in world.made.signers["registry"]:
            changed.sign(signer, append=True)
        world.put("registry", changed)
        tried += 1
        served = world.sync()
        assert served.fault is None or served.digest == good.digest
        good = served
        if tried == ROUNDS:
            break
