"""Asking the rules of what is set up and signed: findings, and what cannot be told."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ...dsl import syntax as tree
from ...dsl.truth import Truth
from ...engine.decision import Engine
from ...engine.reference import Case, RuleResult, RuleState
from ...engine.request import Reason, Request
from ...engine.values import Span
from ...engine.weight import rank, rule_status
from .asked import Ask, asks, in_words_of, joined, missing
from .demands import Demand, Demands, Severity, mended_by
from .said import PUBLISHED, TOLD_BY, Said, Told, add_derived, shown, values

ACTS = (("configure", "settings"), ("renew", "vendor_agreement"))
_SURE = 2  # the rank of verified wording


class Standing(Enum):
    """What a finding amounts to: nothing is called unlawful on less than verified law."""

    UNLAWFUL = "at odds with the law"
    COUNSEL = "question for counsel"
    OWN = "at odds with the agency's own policy"


@dataclass(frozen=True, slots=True)
class Finding:
    """A setting or clause that a rule forbids.

    Attributes:
        rule: The id of the rule.
        title: Its title.
        because: Its reason; may be blank.
        cites: What it cites.
        status: How sure that wording is.
        standing: What the finding amounts to.
        setting: The setting or clause to change.
        found: What it is.
        asked: What it would have to be.
        place: Where it was read.
        severity: How grave it is.
        owner: The role that mends it; blank if none is named.
        due: By which day; None if none is named.
        beside: Other settings to see with it, in words.
    """

    rule: str
    title: str
    because: str
    cites: str
    status: str
    standing: Standing
    setting: str
    found: str
    asked: str
    place: str
    severity: Severity
    owner: str
    due: datetime.date | None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Untold:
    """A rule that waits for settings that no file states."""

    rule: str
    title: str
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one agency.

    Attributes:
        agency: Its registry key.
        on: The day on which the rules were asked.
        findings: What is at odds, the gravest and soonest first.
        untold: What cannot be told.
        in_order: The rules that were asked and found nothing.
        renews: When the agreement renews; None if it is not told.
        renewal: What the rules say to a renewal; blank if there is no agreement.
        compared: What the page says beside what is set and was done, in words.
        notes: What the reader should know.
    """

    agency: str
    on: datetime.date
    findings: tuple[Finding, ...]
    untold: tuple[Untold, ...]
    in_order: tuple[str, ...]
    renews: datetime.date | None = None
    renewal: str = ""
    compared: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether any rule was asked: the law of some governments says nothing of a vendor."""
        return bool(self.findings or self.untold or self.in_order)


def check(told: Told, engine: Engine, demands: Demands, on: datetime.date) -> Checked:
    """What the rules of a day find in what the files of an agency say."""
    add_derived(told.settings)
    findings: list[Finding] = []
    untold: list[Untold] = []
    in_order: list[str] = []
    asks_itself = False
    for act, data in ACTS:
        case = _case(told, engine, act, data, on)
        for result in case.answer().results:
            if result.rule.effect is not tree.Effect.FORBID:
                continue
            asks_itself = asks_itself or result.policy.layer is tree.Layer.OWNER
            match result.state:
                case RuleState.BITES:
                    demand = _demand(result, demands)
                    findings += _findings(result, case, told, demand, on)
                case RuleState.UNPROVEN:
                    waits = tuple(dict.fromkeys(_waits(result)))
                    untold.append(Untold(result.rule.id, result.rule.node.title, waits))
                case _:
                    in_order.append(result.rule.id)
    order = list(Severity)
    findings.sort(
        key=lambda f: (order.index(f.severity), f.due or datetime.date.max, f.rule, f.setting)
    )
    compared = (f"{told.settings[each].shown} ({told.settings[each].place})"
                for each in PUBLISHED if each in told.settings)  # fmt: skip
    asked = bool(findings or untold or in_order)
    notes = told.notes if asks_itself or not asked else [*told.notes, _ASKS_NOTHING]
    return Checked(
        told.agency, on, tuple(findings), tuple(untold), tuple(in_order),
        told.renews, _renewal(told, findings), tuple(compared), tuple(notes),
    )  # fmt: skip


_ASKS_NOTHING = (
    "the agency's own policy on file asks nothing of a vendor; a model to adopt is shipped "
    "(docs/vendor-settings.md)"
)


def _case(told: Told, engine: Engine, act: str, data: str, on: datetime.date) -> Case:
    """May the agency's system be set so, its agreement renewed so?"""
    request = Request(
        told.agency, told.agency, act, (data,), Span.of_day(on), Reason(""), papers=(),
        system=values(told.settings),
    )  # fmt: skip
    return engine.case(request, data)


def _demand(result: RuleResult, demands: Demands) -> Demand | None:
    """What is asked when a rule bites: of one that was adopted, what its model's asks."""
    adopted = result.policy.adopted.partition(" ")[0]
    local = result.rule.id.rpartition("/")[2]
    return demands.get(result.rule.id) or demands.get(f"{adopted}/{local}")


def _findings(
    result: RuleResult, case: Case, told: Told, demand: Demand | None, on: datetime.date
) -> Iterator[Finding]:
    """One finding for each setting that makes a rule bite."""
    asked: dict[str, list[str]] = {}
    said: dict[str, Said] = {}
    since: dict[str, list[str]] = {}
    for ask in joined(_asks(result)):
        here = told.settings.get(ask.setting)
        if here is None:
            continue
        setting, wanted = here.change or (ask.setting, _wanted(ask, case, result, told))
        if here.change is None or setting not in said:
            said[setting] = here
        asked.setdefault(setting, []).append(wanted)
        since.setdefault(setting, []).extend(_since(ask, told))
    owner, due = mended_by(result.rule, demand, on)
    if due is not None and told.renews is not None and case.request.act == ACTS[1][0]:
        due = max(on, min(due, told.renews))
    node, status = result.rule.node, rule_status(case, result)
    for setting, wishes in asked.items():
        yield Finding(
            result.rule.id,
            node.title,
            node.because,
            node.citation.text if node.citation else "",
            node.citation.status.value if node.citation else "",
            _standing(result, status),
            setting,
            said[setting].shown,
            " and ".join(dict.fromkeys(wishes)),
            said[setting].place,
            demand.severity if demand else Severity.MEDIUM,
            owner,
            due,
            (*_beside(demand, told), *since.get(setting, ())),
        )


def _asks(result: RuleResult) -> Iterator[Ask]:
    for turn in result.turns:
        if turn.value is Truth.TRUE and turn.condition is not None:
            yield from asks(turn.condition)


def _wanted(ask: Ask, case: Case, result: RuleResult, told: Told) -> str:
    bounds = case.context(result.policy).parameters
    yes, no = shown(True, ask.setting), shown(False, ask.setting)
    return in_words_of(ask, bounds, told.names, yes=yes, no=no)


def _waits(result: RuleResult) -> Iterator[str]:
    for turn in result.turns:
        if turn.condition is not None:
            yield from (TOLD_BY.get(name, name) for name in missing(turn.condition))


def _standing(result: RuleResult, status: str) -> Standing:
    if result.policy.layer is tree.Layer.OWNER:
        return Standing.OWN
    return Standing.UNLAWFUL if rank(status) >= _SURE else Standing.COUNSEL


def _beside(demand: Demand | None, told: Told) -> Iterator[str]:
    for name in demand.beside if demand else ():
        if name in told.settings:
            yield f"{name} is {told.settings[name].shown}"


def _since(ask: Ask, told: Told) -> Iterator[str]:
    """When the shares with partners that must go were switched on, as far as a log tells."""
    for key in ask.members:
        if key in told.since:
            yield f"the share with {told.names.get(key, key)} was switched on {told.since[key]}"


def _renewal(told: Told, findings: list[Finding]) -> str:
    """What the rules say to a renewal of the agreement as it stands."""
    clauses = [f.setting for f in findings if f.setting.startswith("agreement.")]
    if not any(name.startswith("agreement.") for name in told.settings):
        return ""
    return f"not as it stands: {', '.join(clauses)}" if clauses else "nothing stands against it"
