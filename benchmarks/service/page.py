"""The page of a run: figures, goals and what they are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from benchmarks.peers.machine import Machine
from benchmarks.service.orders import Measured
from benchmarks.service.runs import BATCH, IN_FLIGHT, Calls, Library, Turns

CERBOS = 7_700  # batched decisions of Cerbos a server CPU second, measured by itself
_RATIO, _RATIO_TLS, _TIMES, _WIDER = 0.85, 0.80, 15, 3
_MEMORY, _GAP, _START = 300, 50, 3
_RATIO_LOGGED, _TIMES_LOGGED, _MANY_LOGGED = 0.65, 10, 77_000
_P50, _P99, _SPREAD = 4, 10, 5


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of a run.

    Attributes:
        drawn: How many were drawn.
        usual: How many of them are in the usual pool.
        classes: Of how many classes these are.
    """

    drawn: int = 0
    usual: int = 0
    classes: int = 0


@dataclass(slots=True)
class Run:
    """All that a run found; what was not asked for is None.

    Attributes:
        command: How it was started.
        machine: Where and when.
        many: How many owners the large search has.
        rules: How many rules the large library has.
        agencies: Of how many agencies.
        questions: What is asked.
        plain: Calls in plaintext.
        mutual: Calls over mutual TLS.
        logged: Calls in plaintext whose answers are recorded.
        few: How many owners the small search has.
        searches: Searches.
        library: The large library.
    """

    command: str
    machine: Machine
    many: int
    rules: int
    agencies: int
    questions: Questions = Questions()
    plain: Calls | None = None
    mutual: Calls | None = None
    logged: Calls | None = None
    few: int = 0
    searches: Mapping[str, Turns] | None = None
    library: Library | None = None


def page(run: Run) -> str:
    """The page."""
    return "\n".join([*_head(run), *_goals(run), *_calls(run), *_searches(run), *_library(run)])


def _head(run: Run) -> Iterator[str]:
    asked = run.questions
    yield f"# platelaw {version('platelaw')}: the decision service"
    yield ""
    yield f"Made by `{run.command}`; docs/benchmarks.md says what is measured."
    yield f"Machine: {run.machine}; {run.machine.date}; load average {run.machine.load}."
    yield (
        f"{asked.drawn:,} questions were drawn; the usual ones are the {asked.usual:,} of them "
        f"that are of the {asked.classes:,} most frequent classes. {IN_FLIGHT} calls in flight."
    )
    yield ""


# Goals ------------------------------------------------------------------------------------------


def _goals(run: Run) -> Iterator[str]:
    yield from _table("goal", "measured", "wanted", "")
    for what, measured, wanted, is_met in _all_goals(run):
        yield _row(what, measured, wanted, "met" if is_met else "**missed**")
    yield ""


def _all_goals(run: Run) -> Iterator[tuple[str, str, str, bool]]:
    for where, calls, least in (
        ("plaintext", run.plain, _RATIO), ("mutual TLS, all checks", run.mutual, _RATIO_TLS),
    ):  # fmt: skip
        if calls is not None:
            ratio = calls.turns["Decide"].ratio
            yield f"Decide, of an echo, {where}", f"{ratio:.2f}", f"≥ {least}", ratio >= least
    best = run.mutual or run.plain
    if best is not None:
        many, single = best.turns[_MANY].decisions, best.turns["Decide"].decisions
        yield (
            f"{_MANY}, of single calls", f"{many / single:.1f} times", f"≥ {_TIMES}",
            many >= _TIMES * single,
        )  # fmt: skip
        yield (
            f"{_MANY}, decisions a server CPU second", f"{many:,.0f}",
            f"≥ {_TIMES} times {CERBOS:,}", many >= _TIMES * CERBOS,
        )  # fmt: skip
        peak = max(calls.told.peak for calls in (run.plain, run.mutual) if calls is not None)
        yield "memory of a worker", f"{peak:.0f} MiB", f"< {_MEMORY}", peak < _MEMORY
    if run.logged is not None:
        yield from _logged_goals(run.logged)
    if run.searches is not None:
        for how in ("by digest", "listed"):
            times = run.searches[f"over many, {how}"].cpu / run.searches[f"over few, {how}"].cpu
            what = f"DecideSearch over {run.many:,}, of {run.few}, {how}"
            yield what, f"{times:.2f} times", f"≤ {_WIDER}", times <= _WIDER
    if run.library is not None:
        yield from _library_goals(run.rules, run.library)


def _logged_goals(calls: Calls) -> Iterator[tuple[str, str, str, bool]]:
    """Those of answers that are recorded, signed and proven, every process counted."""
    decide, many = calls.turns["Decide"], calls.turns[_MANY].decisions
    ratio, single = decide.ratio, decide.decisions
    yield "Decide, logged, of an echo", f"{ratio:.2f}", f"≥ {_RATIO_LOGGED}", ratio >= _RATIO_LOGGED
    yield (
        f"{_MANY}, logged, of single calls", f"{many / single:.1f} times", f"≥ {_TIMES_LOGGED}",
        many >= _TIMES_LOGGED * single,
    )  # fmt: skip
    yield (
        f"{_MANY}, logged, decisions a server CPU second", f"{many:,.0f}", f"≥ {_MANY_LOGGED:,}",
        many >= _MANY_LOGGED,
    )  # fmt: skip
    rates = sorted(calls.paced)
    if len(rates) > 1:
        half, seventy = calls.paced[rates[-2]], calls.paced[rates[-1]]
        yield (
            f"logged, at {rates[-2]:,} a second: p50, p99", f"{half.p50:.1f}, {half.p99:.1f} ms",
            f"< {_P50}, < {_P99}", half.p50 < _P50 and half.p99 < _P99,
        )  # fmt: skip
        spread = seventy.p99 / seventy.p50
        yield (
            f"logged, at {rates[-1]:,} a second: p99 of p50", f"{spread:.1f} times",
            f"< {_SPREAD}", spread < _SPREAD,
        )  # fmt: skip


def _library_goals(rules: int, library: Library) -> Iterator[tuple[str, str, str, bool]]:
    seconds, whole = library.seconds, library.seconds + library.first.longest / 1000
    yield (
        f"start with {rules:,} rules from the cache", f"{seconds:.1f} s "
        f"({library.cpu:.1f} s CPU)", f"< {_START} s", seconds < _START,
    )  # fmt: skip
    yield "start to first answer", f"{whole:.1f} s", f"< {_START} s", whole < _START
    gap = library.swapped.longest_gap
    yield (
        "hot swap: longest time without an answer",
        f"{gap:.0f} ms ({library.calm.longest_gap:.0f} ms without a swap)",
        f"< {_GAP} ms", gap < _GAP,
    )  # fmt: skip
    errors = library.swapped.errors
    yield "hot swap: calls refused or failed", f"{errors}", "0", errors == 0
    peak = library.told.peak
    yield f"memory with {rules:,} rules", f"{peak:.0f} MiB", f"< {_MEMORY}", peak < _MEMORY


# Tables -----------------------------------------------------------------------------------------

_MANY = f"DecideMany of {BATCH}"


def _calls(run: Run) -> Iterator[str]:
    parts = (
        ("Plaintext on loopback", run.plain),
        ("Mutual TLS", run.mutual),
        ("Recorded, plaintext on loopback", run.logged),
    )
    for title, calls in parts:
        if calls is None:
            continue
        yield f"## {title}"
        yield ""
        yield from _table(
            "calls", "server CPU µs", "of it the log", "of the echo", "calls/s", "p50 ms", "p99 ms",
            "classes met before", "refused", "answers",
        )  # fmt: skip
        for turns in (*calls.turns.values(), *list(calls.new.values())[1:]):
            yield _turns(turns)
        for name, turns in calls.alone.items():
            yield _turns(turns, f"{name}, one at a time")
        yield ""
        yield from _table("Decide at a fixed rate", "p50 ms", "p99 ms", "p99.9 ms", "refused")
        for rate, found in calls.paced.items():
            yield _row(
                f"{rate:,} a second", f"{found.p50:.2f}", f"{found.p99:.2f}", f"{found.p999:.2f}",
                str(found.errors),
            )  # fmt: skip
        echo, decide = calls.turns["echo"], calls.turns["Decide"]
        yield ""
        yield (
            f"The load took {echo.client:.0f} µs of its own core for an echo and "
            f"{decide.client:.0f} for a decision. The server had {calls.told.memory:.0f} MiB at the"
            f" end, {calls.told.peak:.0f} at most."
        )
        yield ""


def _turns(turns: Turns, name: str = "") -> str:
    outcomes = turns.outcomes()
    total = sum(outcomes.values())
    answers = ", ".join(f"{count / total:.0%} {word}" for word, count in sorted(outcomes.items()))
    return _row(
        name or turns.name, f"{turns.cpu:,.1f}", f"{turns.log_cpu:,.1f}", f"{turns.ratio:.2f}",
        f"{turns.rate:,.0f}",
        f"{turns.latency('p50'):.2f}", f"{turns.latency('p99'):.2f}",
        f"{turns.met:.0%}" if total else "", str(turns.errors), answers,
    )  # fmt: skip


def _searches(run: Run) -> Iterator[str]:
    if run.searches is None:
        return
    yield f"## DecideSearch over {run.many:,} and over {run.few} owners, mutual TLS"
    yield ""
    yield from _table("search", "server CPU µs", "bytes sent", "bytes received", "p50 ms")
    for name, turns in run.searches.items():
        last = turns.turns[-1]
        yield _row(
            name, f"{turns.cpu:,.0f}", f"{last.bytes_out / last.calls:,.0f}",
            f"{last.bytes_in / last.calls:,.0f}", f"{turns.latency('p50'):.2f}",
        )  # fmt: skip
    yield ""


def _library(run: Run) -> Iterator[str]:
    if run.library is None:
        return
    yield f"## {run.rules:,} rules of {run.agencies:,} agencies, mutual TLS"
    yield ""
    yield from _table("while", "calls", "p50 ms", "p99 ms", "longest ms", "longest gap ms")
    for name, found in (("calm", run.library.calm), ("swapping", run.library.swapped)):
        yield _row(name, f"{found.calls:,}", *map(_milliseconds, _times(found)))
    yield ""
    yield f"The worker took the new policies up in {run.library.renewed:.1f} s."
    yield ""


def _times(found: Measured) -> Sequence[float]:
    return found.p50, found.p99, found.longest, found.longest_gap


def _milliseconds(number: float) -> str:
    return f"{number:.1f}"


def _table(*titles: str) -> Iterable[str]:
    return _row(*titles), f"|{'---|' * len(titles)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
