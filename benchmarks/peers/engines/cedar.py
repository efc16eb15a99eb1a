"""Cedar, by cedarpy: policies and entities parsed once into handles, requests in batches."""

from __future__ import annotations

from typing import Any

import msgspec

from ..attributes import Attributes
from ..world import World, text_of
from .base import CannotLoadError, Engine, Loaded, library, two_valued


def _rules(world: World) -> str:
    return "\n".join(world.repeated(text_of("rules.cedar")))


def _input(asked: Attributes) -> dict[str, Any]:
    """A Cedar request; the context is JSON already, which saves it a turn at each decision."""
    return {
        "principal": 'Agency::"asking"',
        "action": f'Action::"{asked["act"]}"',
        "resource": f'Agency::"{asked["owner"]}"',
        "context": msgspec.json.encode(asked).decode(),
    }


def _ids(answer: Any) -> tuple[str, ...]:
    return tuple(answer.diagnostics.id_annotations_by_reason.values())


def _start(rules: str) -> Loaded:
    cedarpy = library("cedarpy")
    try:
        policies = cedarpy.PolicySet.from_str(rules)
    except ValueError as fault:
        raise CannotLoadError(str(fault)) from fault
    nobody = cedarpy.Entities.from_json_str("[]")
    one, many = cedarpy.is_authorized, cedarpy.is_authorized_batch
    return Loaded(
        lambda request: one(request, policies, nobody),
        lambda answer: two_valued(answer.allowed),
        _ids,
        _input,
        lambda requests: many(requests, policies, nobody),
        lambda answer: f"{answer.decision.value} {_ids(answer)} {answer.diagnostics.errors}",
    )


CEDAR = Engine("cedarpy", "Cedar (cedarpy)", "cedarpy", "cedarpy", _rules, _start, by_agency=True)
