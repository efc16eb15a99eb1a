"""Policies as values that can be written down in more than one order."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import chain


@dataclass(frozen=True)
class Clause:
    """A condition to be written: a test, or ``and``, ``or``, ``not``, a quantifier of others."""

    text: str = ""
    join: str = ""
    items: tuple[Clause, ...] = ()

    def written(self, order: random.Random | None = None) -> str:
        """The condition as text, its parts in a random order if one is given."""
        if not self.join:
            return self.text
        parts = [item.written(order) for item in self.items]
        if self.join in ("and", "or"):
            if order is not None:
                order.shuffle(parts)
            return "(" + f" {self.join} ".join(parts) + ")"
        return f"{self.join} ({parts[0]})"


@dataclass(frozen=True)
class RuleText:
    """A rule to be written."""

    name: str
    effect: str
    acts: tuple[str, ...] = ("search",)
    data: tuple[str, ...] = ("reads",)
    each: bool = False
    status: str = "verified"
    in_force: str = "in force from 2020-01-01"
    enjoined: str = ""
    binds: str = ""
    condition: Clause | None = None
    grounds: tuple[tuple[str, Clause], ...] = ()
    exceptions: tuple[tuple[str, Clause], ...] = ()
    musts: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    def written(self, order: random.Random | None = None) -> str:
        """The rule as text."""
        clauses = [self.in_force]
        clauses += [text for text in (self.enjoined, self.binds and f"binds {self.binds}") if text]
        clauses.append(self._does(order))
        if self.condition is not None:
            clauses.append(f"if {self.condition.written(order)}")
        clauses += [f"unless {label}: {c.written(order)}" for label, c in self.exceptions]
        clauses += [*self.musts, *self.more]
        if order is not None:
            order.shuffle(clauses)
        cites = (
            f'cites "Law" status {self.status}'  # first: behind a branch it would be the branch's
        )
        return "\n  ".join([f'rule {self.name} "{self.name}"', cites, *clauses]) + "\n"

    def _does(self, order: random.Random | None) -> str:
        scope = f"{self.effect} {', '.join(self.acts)} of {', '.join(self.data)}"
        if self.each:
            scope += ", for every recipient"
        if self.effect == "refer":
            return f"{scope}, to auditor" if self.each else f"{scope} to auditor"
        if self.effect != "limit":
            return scope
        grounds = [f"{label}: {condition.written(order)}" for label, condition in self.grounds]
        if order is not None:
            order.shuffle(grounds)
        return "\n    ".join([f"{scope}, to" if self.each else f"{scope} to", *grounds])


@dataclass(frozen=True)
class PolicyText:
    """A policy to be written."""

    name: str
    layer: str
    uses: str
    binds: str
    zone: str = "America/New_York"
    rests: str = "open"
    defines: tuple[tuple[str, Clause], ...] = ()
    rules: tuple[RuleText, ...] = ()
    more: str = ""

    def written(self, order: random.Random | None = None) -> str:
        """The policy as text; definitions keep their order, which has a meaning."""
        head = [f'title "{self.name}"', f"layer {self.layer}", 'issued by "Issuer"']
        head += [f"time zone {self.zone}", f"uses {self.uses}", f"binds {self.binds}"]
        head.append(f"permit may rest on {self.rests}")
        head += [f"define {name}: {clause.written(order)}" for name, clause in self.defines]
        rules = [rule.written(order) for rule in self.rules]
        if order is not None:
            order.shuffle(rules)
        return "\n  ".join([f"policy {self.name} 1", *head]) + "\n" + "".join(rules) + self.more

    def with_rule(self, rule: RuleText) -> PolicyText:
        """The policy with one rule more."""
        return replace(self, rules=(*self.rules, rule))


@dataclass(frozen=True)
class LibraryText:
    """Policies to be written, each into its own file."""

    policies: tuple[PolicyText, ...]
    extra: tuple[tuple[str, str], ...] = ()

    def files(self, order: random.Random | None = None) -> dict[str, str]:
        """The texts by file name; with an order, names and contents are shuffled too."""
        texts = [policy.written(order) for policy in self.policies]
        texts += [text for _, text in self.extra]
        if order is not None:
            order.shuffle(texts)
        return {f"file{at}.policy": text for at, text in enumerate(texts)}

    def with_rule(self, policy: str, rule: RuleText) -> LibraryText:
        """The library with one rule more in one policy."""
        policies = (p.with_rule(rule) if p.name == policy else p for p in self.policies)
        return replace(self, policies=tuple(policies))

    def rules(self) -> tuple[RuleText, ...]:
        """Every rule."""
        return tuple(chain.from_iterable(policy.rules for policy in self.policies))
