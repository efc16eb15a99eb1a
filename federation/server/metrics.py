"""The metrics of a server, of all its workers together, as Prometheus reads them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import Metric

from .reports import Report, tally_of
from .tallies import BOUNDS, Tally, Timing

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a server stands.

    Attributes:
        reports: What its workers say.
        gone: The counts of workers that ended.
        workers: How many there should be.
        restarts: How many were started again.
        refused: How many versions of policies were refused.
    """

    reports: Sequence[Report]
    gone: Tally = field(default_factory=Tally)
    gone_shed: int = 0
    workers: int = 1
    restarts: int = 0
    refused: int = 0


def exposition(standing: Standing, now: datetime.datetime) -> bytes:
    """The metrics as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(standing, now))
    return generate_latest(registry)


@dataclass(frozen=True, slots=True, eq=False)
class _Collector:
    standing: Standing
    now: datetime.datetime

    def collect(self) -> Iterator[Metric]:
        """All metrics."""
        standing = self.standing
        total = Tally()
        total += standing.gone
        for report in standing.reports:
            total += tally_of(report)
        yield _durations(total)
        yield _outcomes(total)
        shed = standing.gone_shed + sum(report.shed for report in standing.reports)
        yield _count("shed_calls", "Calls refused at once because too many were open.", shed)
        yield _count("worker_restarts", "Workers that were started again.", standing.restarts)
        yield _count("refused_policies", "Versions of policies refused.", standing.refused)
        yield _gauge("workers_wanted", "Workers that there should be.", standing.workers)
        yield _gauge("workers_up", "Workers that answer.", len(standing.reports))
        serving = sum(not report.why_not for report in standing.reports)
        yield _gauge("workers_serving", "Workers with nothing wrong.", serving)
        open_calls = sum(report.open_calls for report in standing.reports)
        yield _gauge("open_calls", "Calls worked on or waiting.", open_calls)
        yield from _of_policies(standing.reports, self.now)
        yield from _of_clock(standing.reports)
        yield _faults(standing.reports)


def _durations(total: Tally) -> Metric:
    metric = HistogramMetricFamily(
        "platelaw_call_seconds",
        "Calls by method and status, and how long they took.",
        labels=["method", "status"],
    )
    for (method, status), timing in sorted(total.calls.items()):
        metric.add_metric([method, status], list(_buckets(timing)), timing.seconds)
    return metric


def _buckets(timing: Timing) -> Iterator[tuple[str, float]]:
    """The classes of durations, each with all below it."""
    below = 0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), timing.classes, strict=True):
        below += count
        yield bound, below


def _outcomes(total: Tally) -> Metric:
    metric = CounterMetricFamily(
        "platelaw_answers", "Answers by method and outcome.", labels=["method", "outcome"]
    )
    for (method, outcome), count in sorted(total.outcomes.items()):
        metric.add_metric([method, outcome], count)
    return metric


def _of_policies(reports: Iterable[Report], now: datetime.datetime) -> Iterator[Metric]:
    """The oldest policies that decide, and which do."""
    issued = [report.issued for report in reports if report.issued is not None]
    if issued:
        age = now.timestamp() - min(issued)
        yield _gauge("policy_age_seconds", "Since the oldest policies in use were issued.", age)
    digests = sorted({report.digest for report in reports if report.digest})
    if digests:
        metric = InfoMetricFamily("platelaw_policy", "The policies in use.")
        for digest in digests:
            metric.add_metric([], {"digest": digest})
        yield metric


def _of_clock(reports: Iterable[Report]) -> Iterator[Metric]:
    offsets = [report.clock_offset for report in reports if report.clock_offset is not None]
    if offsets:
        yield _gauge("clock_offset_seconds", "How far the clock may be off.", max(offsets))
    is_known = float(bool(offsets))
    yield _gauge("clock_known", "Whether a time service keeps the clock.", is_known)


def _faults(reports: Iterable[Report]) -> Metric:
    metric = GaugeMetricFamily(
        "platelaw_failed_checks", "Workers in which a check fails.", labels=["check"]
    )
    found = [check for report in reports for check in report.why_not]
    for check in sorted(set(found)):
        metric.add_metric([check], found.count(check))
    return metric


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"platelaw_{name}", says, value)


def _count(name: str, says: str, value: float) -> Metric:
    return CounterMetricFamily(f"platelaw_{name}", says, value)
