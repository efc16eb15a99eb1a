"""What is measured: cases that take turns, round after round, on one server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.service.home import CONFIG, Place
from benchmarks.service.orders import ECHO, STOCK_ECHO, Measured, Order
from benchmarks.service.processes import Bench, bench
from benchmarks.service.server import Told
from msgspec.structs import replace

from platelaw.federation import running
from platelaw.federation.server.config import read_config

IN_FLIGHT, BATCH = 64, 100
_BATCHES, _SEARCHES = 16, 8  # in flight
_WARM = 0.998  # the share of classes met from which on a server is warm
_WARMING = 120.0  # seconds at most
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How long.

    Attributes:
        rounds: How often each case takes its turn.
        seconds: How long a turn is.
        tell: What is told of the progress.
    """

    rounds: int = 7
    seconds: float = 2.0
    tell: Tell = print


@dataclass(slots=True)
class Turns:
    """The turns of one case.

    Attributes:
        name: What it is called in tables.
        per_call: How many decisions there are in a call.
        turns: How each turn went.
        ratios: The CPU time of an echo in the same round, by that of a call.
    """

    name: str
    per_call: int = 1
    turns: list[Measured] = field(default_factory=list[Measured])
    ratios: list[float] = field(default_factory=list[float])

    @property
    def cpu(self) -> float:
        """Microseconds of the server's CPU a call; the median of the turns."""
        return median(turn.per_call for turn in self.turns)

    @property
    def log_cpu(self) -> float:
        """Of it, that of the log's process."""
        return median(turn.log_cpu / turn.calls * 1e6 for turn in self.turns)

    @property
    def ratio(self) -> float:
        """The rate of an echo that it reaches, by CPU time; the median of the rounds."""
        return median(self.ratios)

    @property
    def rate(self) -> float:
        """Calls a second on the wall; the median of the turns."""
        return median(turn.calls / turn.seconds for turn in self.turns)

    @property
    def client(self) -> float:
        """Microseconds of the client's CPU a call."""
        return median(turn.client_cpu / turn.calls * 1e6 for turn in self.turns)

    @property
    def decisions(self) -> float:
        """Decisions a CPU second of the server."""
        return self.per_call / self.cpu * 1e6

    @property
    def met(self) -> float:
        """The share of questions whose class was met before."""
        asked = sum(turn.asked for turn in self.turns)
        return sum(turn.met_before for turn in self.turns) / asked if asked else 0.0

    @property
    def errors(self) -> int:
        """Calls that were not answered with OK."""
        return sum(turn.errors for turn in self.turns)

    def latency(self, name: str) -> float:
        """A latency in milliseconds; the median of the turns."""
        return median(float(getattr(turn, name)) for turn in self.turns)

    def outcomes(self) -> dict[str, int]:
        """How many answers of each outcome."""
        found: dict[str, int] = {}
        for turn in self.turns:
            for outcome, count in turn.outcomes.items():
                found[outcome] = found.get(outcome, 0) + count
        return found


def alternate(on: Bench, cases: Mapping[str, Order], options: Options) -> dict[str, Turns]:
    """Let cases take turns; the first is what the others are compared with."""
    found = {name: Turns(name, order.size) for name, order in cases.items()}
    for number in range(options.rounds):
        first: Measured | None = None
        for name, order in cases.items():
            measured = on.measure(order)
            first = first or measured
            found[name].turns.append(measured)
            found[name].ratios.append(first.per_call / measured.per_call)
        options.tell(f"  round {number + 1} of {options.rounds}")
    return found


def warm(on: Bench, order: Order, tell: Tell) -> None:
    """Ask until nearly every class was met."""
    began = time.perf_counter()
    while time.perf_counter() < began + _WARMING:
        measured = on.measure(order)
        if measured.met_before >= measured.asked * _WARM:
            return
    tell("  not all classes were met")


# Single calls and batches -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one kind of connection.

    Attributes:
        turns: By name, with everything warm.
        new: By name, with classes that were not met.
        alone: One call at a time.
        paced: At fixed rates, by calls a second.
        told: How the server was at the end.
    """

    turns: dict[str, Turns]
    new: dict[str, Turns]
    alone: dict[str, Turns]
    paced: dict[int, Measured]
    told: Told


def calls(
    place: Place, outcomes: Iterable[str], options: Options, *, tls: bool, logged: bool = False
) -> Calls:
    """Echoes beside decisions by outcome, batches, and questions of classes not met before.

    Args:
        place: What is served.
        outcomes: The outcomes that the usual questions have.
        options: How long.
        tls: Whether callers prove themselves.
        logged: Whether answers are recorded, in a log of a process of its own.
    """
    seconds, folder = options.seconds, place.home.folder
    usual = str(folder / "usual.pool")
    with bench(place.home, tls=tls, logged=logged) as on:
        options.tell("  warming")
        warm(on, Order(method="Decide", seconds=seconds, pool=usual), options.tell)
        cases = {
            "echo": Order(method=ECHO, seconds=seconds),
            "Decide": Order(method="Decide", seconds=seconds, pool=usual),
            **{f"Decide, {word}": _asked(usual, seconds, word) for word in outcomes},
            "DecideMany of 100": Order(
                method="DecideMany", seconds=seconds, pool=usual, size=BATCH,
                in_flight=_BATCHES, outcomes=("PERMIT", "DENY"),
            ),
            "echo of grpcio as it comes": Order(method=STOCK_ECHO, seconds=seconds),
        }  # fmt: skip
        turns = alternate(on, cases, options)
        options.tell("  one at a time, and at fixed rates")
        alone = alternate(on, _alone(usual, seconds), Options(3, seconds / 2, lambda _: None))
        paced = _paced(on, usual, turns["Decide"].rate, seconds * 2)
        options.tell("  classes not met before")
        new = {"echo": cases["echo"]} | {
            f"Decide, {what}": Order(method="Decide", seconds=seconds, pool=str(folder / name))
            for name, what in _NEW.items()
        }
        return Calls(turns, alternate(on, new, options), alone, paced, on.ask_server())


_NEW = {
    "drawn.pool": "as drawn, rare classes too",
    "instants.pool": "from an instant",
    "new.pool": "anybody about anyone",
}


def _asked(pool: str, seconds: float, outcome: str) -> Order:
    return Order(method="Decide", seconds=seconds, pool=pool, outcomes=(outcome,))


def _alone(pool: str, seconds: float) -> dict[str, Order]:
    return {
        "echo": Order(method=ECHO, seconds=seconds / 2, in_flight=1),
        "Decide": Order(
            method="Decide", seconds=seconds / 2, in_flight=1, pool=pool,
            outcomes=("PERMIT", "DENY"),
        ),
    }  # fmt: skip


def _paced(on: Bench, pool: str, most: float, seconds: float) -> dict[int, Measured]:
    """Decisions at 1,000 a second, and at half and seven tenths of what was reached."""
    rates = sorted({1000, round(most * 0.5, -2), round(most * 0.7, -2)})
    return {
        int(rate): on.measure(
            Order(method="Decide", seconds=seconds, pool=pool, rate=rate, in_flight=512)
        )
        for rate in rates
        if 0 < rate <= most
    }


# Searches ---------------------------------------------------------------------------------------


def searches(
    place: Place, many: Sequence[str], few: Sequence[str], options: Options
) -> dict[str, Turns]:
    """Searches over few owners and over many, named each time or by digest."""
    folder = place.home.folder
    for name, owners in (("few", few), ("many", many)):
        (folder / f"{name}.owners").write_text("\n".join(owners), "utf-8")

    def over(owners: str, *, by_digest: bool) -> Order:
        return Order(
            method="DecideSearch", seconds=options.seconds, pool=str(folder / "searches.pool"),
            owners=str(folder / f"{owners}.owners"),
            by_digest=by_digest, in_flight=_SEARCHES,
        )  # fmt: skip

    cases = {
        "over few, by digest": over("few", by_digest=True),
        "over few, listed": over("few", by_digest=False),
        "over many, by digest": over("many", by_digest=True),
        "over many, listed": over("many", by_digest=False),
    }
    with bench(place.home, tls=True) as on:
        options.tell("  warming")
        for order in cases.values():
            warm(on, order, options.tell)
        return alternate(on, cases, options)


# A large library --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Library:
    """A large library at work.

    Attributes:
        seconds: Wall seconds of the start from the cache.
        cpu: CPU seconds of it.
        first: The first answer after it.
        calm: Answers with no swap, for comparison.
        swapped: Answers while policies were swapped.
        renewed: Seconds that taking up the new policies took.
        told: How the server was at the end.
    """

    seconds: float
    cpu: float
    first: Measured
    calm: Measured
    swapped: Measured
    renewed: float
    told: Told


def library(place: Place, change: Callable[[], None], options: Options) -> Library:
    """Start with a large library, and swap it for another while calls go on.

    Args:
        place: What is served.
        change: Publishes another version.
        options: How long.
    """
    config = read_config(place.home.folder / CONFIG)
    pool = str(place.home.folder / "usual.pool")
    seconds = max(6.0, options.seconds * 4)
    order = Order(method="Decide", seconds=seconds, pool=pool, outcomes=("PERMIT", "DENY"))
    with bench(place.home, tls=True) as on:
        first = on.measure(replace(order, seconds=0.0, in_flight=1))
        options.tell("  warming")
        warm(on, order, options.tell)
        calm = on.measure(order)
        change()
        running.sync(config)  # as the process beside the workers does it
        on.begin(order)
        time.sleep(seconds / 4)
        told = on.ask_server("renew")
        swapped = on.load.hear(Measured)
        assert told.renewed is not None, told.why_not
        return Library(
            on.seconds, on.started.cpu, first, calm, swapped, told.renewed, on.ask_server()
        )
