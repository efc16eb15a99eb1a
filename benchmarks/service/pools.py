"""The pools of questions of a run, told apart and answered beforehand by a service of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import msgspec
from benchmarks.service.home import CONFIG, utc_now
from benchmarks.service.messages import Envelopes, Requests
from benchmarks.service.questions import PERIODS, Asking, Pool, Template, pool_of
from benchmarks.service.serving import anyone

from platelaw.engine.cache import Cache
from platelaw.federation import running
from platelaw.federation.bundles.client import stored
from platelaw.federation.call import Call, Handler
from platelaw.federation.deciding.desk import Desk
from platelaw.federation.deciding.handlers import DECISIONS
from platelaw.federation.later import at_once
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.clock import Clock
from platelaw.federation.server.config import read_config
from platelaw.federation.server.logs import logger
from platelaw.federation.server.served import Tools
from platelaw.federation.service import Version
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

_RARE = 20_000  # questions of classes that are seldom met; no run gets through them


@dataclass(slots=True)
class Pools:
    """Makes pools for the service of a folder.

    Attributes:
        folder: The folder; pools are written beside what it serves.
        count: How many questions are drawn for each.
        classes: How many classes of them are in the usual pool.
    """

    folder: Path
    count: int
    classes: int
    desk: Desk = field(init=False)
    _decide: Handler = field(init=False)

    def __post_init__(self) -> None:
        """Put a service together that is asked beforehand."""
        config = read_config(self.folder / CONFIG)
        tools = Tools(Clock(), Accounts(), logger(config.logging, worker=0))
        self._decide = running.served(config, tools, None).handlers[f"{DECISIONS}/Decide"]
        root, cache = config.repository.root.read_bytes(), Cache(config.state / "cache")
        bundle = stored(config.state / "mirror", root, store=cache)
        self.desk = Desk(Version.of(bundle, utc_now).snapshot)

    def usual(self) -> Pool:
        """What platforms ask all day: the most frequent classes, each with its outcome."""
        asking = self._asking()
        drawn = pool_of((asking.question() for _ in range(self.count)), self.desk)
        often = Counter(each.group for each in drawn.templates).most_common(self.classes)
        outcomes = {group: "" for group, _ in often}
        for each in drawn.templates:
            if outcomes.get(each.group) == "":
                outcomes[each.group] = self._outcome(each)
        kept = [
            msgspec.structs.replace(each, outcome=outcomes[each.group])
            for each in drawn.templates
            if each.group in outcomes
        ]
        return self._written("usual", Pool(tuple(kept), len(outcomes)))

    def drawn(self) -> Pool:
        """All that was drawn, the rare classes too."""
        asking = self._asking()
        return self._written("drawn", self._pool(asking.question))

    def instants(self) -> Pool:
        """The usual questions with periods that begin at an instant: none of a class met before."""
        asking = self._asking()

        def question() -> q.Question:
            found = asking.question()
            found.period.since += f"T{asking.clock_time()}-05:00"
            return found

        return self._written("instants", self._pool(question))

    def new(self) -> Pool:
        """Anybody about anyone, for anything, from any instant: the worst that can be asked."""
        asking = self._asking()
        return self._written("new", self._pool(asking.anything))

    def searches(self, kinds: int = 6) -> Pool:
        """Questions without an owner, of a few kinds."""
        asking = self._asking()
        models = [asking.question() for _ in range(kinds)]
        for model in models:
            model.owner = ""
        return self._written("searches", pool_of(models * 20, self.desk))

    def _asking(self) -> Asking:
        today = utc_now().date()
        days = {n: (today - timedelta(days=n)).isoformat() for n in set(PERIODS)}
        return Asking(self.desk.registry, random.Random(1), today.isoformat(), days)

    def _pool(self, question: Callable[[], q.Question]) -> Pool:
        return pool_of((question() for _ in range(min(self.count, _RARE))), self.desk)

    def _outcome(self, template: Template) -> str:
        message = Requests(Envelopes(), (template,), 1, set()).next()
        caller = anyone(utc_now())(None, utc_now())
        answer = at_once(self._decide(Call(caller, f"{DECISIONS}/Decide", utc_now()), message))
        outcome = d.DecideResponse.FromString(answer).answer.outcome
        return a.Outcome.Name(outcome).removeprefix("OUTCOME_")

    def _written(self, name: str, pool: Pool) -> Pool:
        (self.folder / f"{name}.pool").write_bytes(msgspec.msgpack.encode(pool))
        return pool
