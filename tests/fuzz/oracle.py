"""What a request that can be gone by looks like: a second reading of the documented form.

Written from docs/semantics.md and the JSON Schema alone, and with nothing of the reader's code.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from platelaw.dsl.model import Fact, Vocabulary
from platelaw.engine.registry import Registry

from .shapes import is_list, is_object

TOP = {"version", "requester", "owner", "user", "act", "data", "at", "reason", "period", "facts",
       "instruments", "reviews", "duties", "simulate"}  # fmt: skip
PROVEN = {"value", "level", "by", "about", "issued", "expires", "withdrawn"}
PAPER = {"kind", "from", "issued_to", "probable_cause", "covers", "expires", "level", "by"}
LEVELS = {"assertion", "attestation", "verification"}
CAUSES = {"redacted", "withheld", "not exported", "never recorded"}
OWN_PLACE = {"request.reason", "request.user", "request.instruments"}
DURATION = re.compile(r"[1-9]\d* (minute|hour|day|week)s?")

Test = Callable[[Any], bool]


def is_moment(value: Any) -> bool:
    """A civil day, or an instant with its offset."""
    if not isinstance(value, str):
        return False
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return 1800 <= datetime.date.fromisoformat(value).year <= 2200
        at = datetime.datetime.fromisoformat(value)
    except ValueError:
        return False
    return at.tzinfo is not None and 1800 <= at.year <= 2200


def obj(value: Any, keys: set[str]) -> TypeGuard[dict[str, Any]]:
    """An object with no other keys than these."""
    return is_object(value) and set(value) <= keys


@dataclass(frozen=True)
class Oracle:
    """The form of requests under one vocabulary and registry."""

    words: Vocabulary
    registry: Registry
    rules: frozenset[str]
    oris: frozenset[str]

    def fits(self, raw: Any, *, simulate: bool) -> bool:
        """Whether every field named is known and every value well-typed."""
        if not obj(raw, TOP) or (
            "simulate" in raw and raw["simulate"] is not None and not simulate
        ):
            return False
        version: Any = raw.get("version", 1)
        needed = all(key in raw for key in ("requester", "owner", "act", "data"))
        return (
            needed
            and not isinstance(version, bool)
            and version == 1
            and self.agency(raw["requester"])
            and self.agency(raw["owner"])
            and isinstance(raw["act"], str)
            and raw["act"] in self.words.acts
            and self._data(raw["data"])
            and ("at" not in raw or is_moment(raw["at"]))
            and isinstance(raw.get("user"), str | None)
            and self._reason(raw.get("reason"))
            and self._period(raw.get("period"))
            and self._facts(raw.get("facts", {}))
            and self._each(raw.get("instruments") or [], self._paper, raw.get("instruments"))
            and self._each(raw.get("reviews", []), self._review, raw.get("reviews", []))
            and self._each(raw.get("duties", []), self._duty, raw.get("duties", []))
            and self._simulate(raw.get("simulate"))
        )

    def agency(self, value: Any) -> bool:
        """A key or an ORI of the registry."""
        return isinstance(value, str) and (value in self.registry.bodies or value in self.oris)

    def _each(self, value: Any, test: Test, given: Any) -> bool:
        if given is None:
            return True
        return is_list(given) and all(test(item) for item in value)

    def _data(self, value: Any) -> bool:
        items = value if is_list(value) else [value]
        known = self.words.kinds.below("data") - {"data"}
        return bool(items) and all(isinstance(item, str) and item in known for item in items)

    def _reason(self, value: Any) -> bool:
        if is_object(value):
            missing = value.get("missing")
            return set(value) == {"missing"} and isinstance(missing, str) and missing in CAUSES
        return isinstance(value, str | None)

    def _period(self, value: Any) -> bool:
        if value is None:
            return True
        return (
            obj(value, {"from", "until"})
            and "from" in value
            and all(map(is_moment, value.values()))
        )

    # Facts -----------------------------------------------------------------------------------

    def _facts(self, value: Any) -> bool:
        if not is_object(value):
            return False
        for name, stated in value.items():
            fact = self.words.facts.get(name)
            if fact is None or not fact.is_sent or name in OWN_PLACE:
                return False
            several = is_list(stated) and not fact.type.is_set
            items = stated if several else [stated]
            if not items or not all(self._statement(fact, item) for item in items):
                return False
        return True

    def _statement(self, fact: Fact, value: Any) -> bool:
        if not is_object(value) or "members" in value:
            return self.value(fact, value)
        return (
            obj(value, PROVEN)
            and "value" in value
            and self.value(fact, value["value"])
            and self._proof(value)
            and ("about" not in value or (fact.per_recipient and self.agency(value["about"])))
            and all(is_moment(value[key]) for key in ("issued", "expires") if key in value)
            and isinstance(value.get("withdrawn"), bool | None)
        )

    def _proof(self, value: Mapping[str, Any]) -> bool:
        level = value.get("level", "assertion")
        return isinstance(level, str) and level in LEVELS and self._voucher(value.get("by"))

    def _voucher(self, value: Any) -> bool:
        if value is None:
            return True
        return (
            obj(value, {"agency", "role", "user"})
            and "agency" in value
            and self.agency(value["agency"])
            and isinstance(value.get("role"), str)
            and isinstance(value.get("user", ""), str)
        )

    def value(self, fact: Fact, value: Any) -> bool:
        """A plain value of a fact."""
        if fact.type.is_set:
            return self._set(fact, value)
        return self._single(fact.type.word, fact, value)

    def _set(self, fact: Fact, value: Any) -> bool:
        if is_object(value):
            if not obj(value, {"members", "complete"}) or not isinstance(
                value.get("complete", True), bool
            ):
                return False
            value = value.get("members")
        if not is_list(value):
            return False
        if fact.type.word == "claim":
            claims = {name for name, other in self.words.facts.items() if other.claimed}
            return all(isinstance(item, str) and item in claims for item in value)
        return all(self._single(fact.type.word, fact, item) for item in value)

    def _single(self, word: str, fact: Fact, value: Any) -> bool:
        if word == "yes/no":
            return isinstance(value, bool) or (isinstance(value, str) and value in ("yes", "no"))
        if word == "count":
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
        if word == "text":
            return isinstance(value, str | None)
        if not isinstance(value, str):
            return False
        match word:
            case "duration":
                return DURATION.fullmatch(value) is not None
            case "time" | "date":
                return is_moment(value)
            case "user" | "role":
                return value != ""
            case "agency":
                return self.agency(value)
            case "sovereign":
                return value in self.words.sovereigns
            case "one of":
                return value in {item.text for item in fact.type.words}
            case root:
                return value in self.words.kinds.below(root)

    # Papers, reviews, duties, supposed facts -------------------------------------------------

    def _paper(self, value: Any) -> bool:
        return (
            obj(value, PAPER)
            and isinstance(value.get("kind"), str)
            and value["kind"] in self.words.kinds.below("instrument")
            and all(self.agency(value[key]) for key in ("from", "issued_to") if key in value)
            and all(isinstance(value.get(key), bool | None) for key in ("probable_cause", "covers"))
            and ("expires" not in value or is_moment(value["expires"]))
            and self._proof(value)
        )

    def _review(self, value: Any) -> bool:
        return (
            obj(value, {"rule", "decision", "by"})
            and isinstance(value.get("rule"), str)
            and value["rule"] in self.rules
            and isinstance(value.get("decision"), str)
            and value["decision"] in ("cleared", "refused")
            and self._voucher(value.get("by"))
        )

    def _duty(self, value: Any) -> bool:
        return (
            obj(value, {"duty", "by"})
            and isinstance(value.get("duty"), str)
            and value["duty"] in self.words.duties
            and self._voucher(value.get("by"))
        )

    def _simulate(self, value: Any) -> bool:
        if value is None:
            return True
        if not obj(value, {"system", "registry", "agencies"}):
            return False
        if not all(is_object(part) for part in value.values()):
            return False
        agencies = value.get("agencies", {})
        return (
            self._supposed(value.get("system", {}), "system", "")
            and self._supposed(value.get("registry", {}), "registry", "")
            and all(self.agency(key) for key in agencies)
            and all(is_object(facts) for facts in agencies.values())
            and all(self._supposed(facts, None, "recipient.") for facts in agencies.values())
        )

    def _supposed(self, facts: Mapping[str, Any], level: str | None, head: str) -> bool:
        for name, value in facts.items():
            fact = self.words.facts.get(head + name)
            if fact is None or (level is not None and fact.level.value != level):
                return False
            if not self.value(fact, value):
                return False
        return True
