"""The table of handlers of a decision point."""

from __future__ import annotations

from ..call import Handlers
from .decisions import Decisions
from .drafts import Drafts
from .insights import Insights
from .point import DecisionPoint
from .policies import Policies
from .searches import Searches

DECISIONS = "/platelaw.v1.DecisionService"
POLICIES = "/platelaw.v1.PolicyService"


def handlers(point: DecisionPoint) -> Handlers:
    """What answers the calls of DecisionService and PolicyService."""
    decisions, searches = Decisions(point), Searches(point)
    insights, policies = Insights(point, Drafts()), Policies(point.snapshots)
    return {
        f"{DECISIONS}/Decide": decisions.decide,
        f"{DECISIONS}/DecideMany": decisions.decide_many,
        f"{DECISIONS}/DecideSearch": searches.decide_search,
        f"{DECISIONS}/Explain": insights.explain,
        f"{DECISIONS}/WhatIf": insights.what_if,
        f"{POLICIES}/GetSnapshot": policies.get_snapshot,
        f"{POLICIES}/GetPolicy": policies.get_policy,
    }
