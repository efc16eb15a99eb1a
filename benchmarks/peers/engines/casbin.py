"""Casbin, by pycasbin: every rule a line of text that is evaluated anew.

Its fast enforcer finds the lines of the owner by a key; the plain one would try them all. What
``FastEnforcer.enforce`` does stands in ``decide``, because it keeps the deciding line to itself.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from ..attributes import Attributes
from ..world import World, text_of
from .base import Engine, Loaded, library, two_valued

MODEL = """
[request_definition]
r = owner, asked

[policy_definition]
p = owner, name, rule, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.owner == p.owner && eval(p.rule)
"""


def _rules(world: World) -> str:
    head, _, lines = text_of("rules.casbin").partition("\n")
    each = (f"{owner},{line}" for owner in world.owners for line in lines.splitlines())
    return "\n".join([f"owner,{head}", *each])


def _start(rules: str) -> Loaded:
    models = library("casbin.model")
    model = models.FastModel([0])
    model.load_model_from_text(MODEL)
    enforcer = library("casbin").FastEnforcer(model, cache_key_order=[0])
    rows = csv.DictReader(io.StringIO(rules))
    enforcer.add_policies([[row[key] for key in ("owner", "name", "rule", "effect")]
                           for row in rows])  # fmt: skip
    lines, only = enforcer.model.model["p"]["p"].policy, models.fast_policy_filter

    def decide(asked: Attributes) -> Any:
        with only(lines, asked["owner"]):
            return enforcer.enforce_ex(asked["owner"], asked)

    return Loaded(decide, lambda answer: two_valued(answer[0]))


CASBIN = Engine("casbin", "Casbin (pycasbin)", "casbin", "casbin", _rules, _start)
