"""Statements and checks of a library, in two processes at once where that is worth it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from ..dsl.model import Invariant
from ..engine.proving.checks.checking import Checked, Checks, Part
from ..engine.proving.checks.findings import Check, Doubt, Place
from ..engine.proving.checks.sending import Plain, Receiver, part_sent, proof_sent
from ..engine.proving.proving import Proof, Prover, Verdict
from .aside import Aside, DiedError, beside, can_start

_FEW = 60  # rules for which no other process is worth its start


@dataclass(slots=True)
class Crew:
    """Proves statements and checks rules.

    The other process does the statements, and what is asked of dates and numbers, while this one
    does the rest. Both do the same for one process, so that what is found does not depend on it.

    Attributes:
        prover: Proves statements.
        asked: The statements.
        checks: The checks; None if there are none to be made.
        workers: How many processes; None for as many as are worth it.
    """

    prover: Prover
    asked: Sequence[Invariant]
    checks: Checks | None
    workers: int | None
    _aside: Aside[None, Plain] | None = field(default=None, init=False)
    _answer: Plain | None = field(default=None, init=False)
    _why: str = field(default="", init=False)
    _of_rules: Part | None = field(default=None, init=False)

    def begin(self, stack: ExitStack) -> None:
        """Start the other process, if there is to be one; it ends with a stack."""
        if self.checks is not None and self._pays() and can_start():
            self._aside = stack.enter_context(beside(self._work, None))

    def proofs(self) -> Iterator[Proof]:
        """What becomes of the statements."""
        if self._aside is None:
            yield from map(self.prover.prove, self.asked)
            return
        assert self.checks is not None, "another process was started"
        self._of_rules = self.checks.of_rules()
        try:
            self._answer = self._aside.answer()
        except DiedError as fault:
            self._why = f"the process that looked at it {fault}"
            for invariant in self.asked:
                yield Proof(invariant, Verdict.UNKNOWN, self._why)
            return
        receiver = Receiver(self.prover.engine)
        for invariant, sent in zip(self.asked, self._answer["proofs"], strict=True):
            yield receiver.proof(invariant, sent)

    def checked(self) -> Checked | None:
        """What comes of the checks, once all statements are told."""
        if self.checks is None:
            return None
        if self._of_rules is None:
            return self.checks.checked()
        return self.checks.joined(self._of_rules, self._received())

    def _received(self) -> Part:
        """What the other process found; if it died, nothing is known of any date or number."""
        if self._answer is not None:
            return Receiver(self.prover.engine).part(self._answer["part"])
        assert self.checks is not None, "another process was started"
        rules = [rule for _, rule in self.checks.mine()]
        places = (Place(Check.GAP_IN_DATES, rule.id, rule.node.name.span) for rule in rules)
        return Part(tuple(Doubt(place, self._why) for place in places), 0)

    def _pays(self) -> bool:
        if self.workers is not None:
            return self.workers > 1
        rules = sum(len(policy.rules) for policy in self.prover.engine.library.policies)
        return rules >= _FEW and (os.cpu_count() or 1) > 1

    def _work(self, _: None) -> Plain:
        """What the other process does."""
        assert self.checks is not None, "another process was started"
        proofs = [proof_sent(self.prover.prove(invariant)) for invariant in self.asked]
        return {"proofs": proofs, "part": part_sent(self.checks.of_dates_and_numbers())}
