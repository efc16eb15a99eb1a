"""The checks that there are, by name; ``policies/audit/review.toml`` tells each in words."""

from __future__ import annotations

from collections.abc import Mapping

from .accounts import account_inactive, account_not_listed, organization_idle, training_lapsed
from .approving import approved_by_requester
from .case_numbers import case_number_malformed, case_number_missing
from .checks import Check
from .complete import export_incomplete
from .declaring import declaration_contradicted, declaration_missing
from .event_logs import bulk_exports, hot_list_watched, reviews_in_seconds
from .looking_back import look_back
from .on_behalf import on_behalf
from .reasons import reason_missing, reason_repeated, reason_vague
from .requesters import outside_government, requester_unknown
from .reviewers import always_cleared, cleared_in_seconds
from .sampling import random_sample
from .sessions import searches_in_bursts, sessions_overlap
from .stated_uses import plainly_stated, possibly_stated

# The gravest first, where severity does not tell them apart.
CHECKS: Mapping[str, Check] = {
    "use-plainly-stated": plainly_stated,
    "use-possibly-stated": possibly_stated,
    "outside-government": outside_government,
    "requester-unknown": requester_unknown,
    "random-sample": random_sample,
    "reason-missing": reason_missing,
    "reason-vague": reason_vague,
    "reason-repeated": reason_repeated,
    "case-number-missing": case_number_missing,
    "case-number-malformed": case_number_malformed,
    "organization-idle": organization_idle,
    "account-not-listed": account_not_listed,
    "account-inactive": account_inactive,
    "training-lapsed": training_lapsed,
    "look-back": look_back,
    "on-behalf": on_behalf,
    "declaration-missing": declaration_missing,
    "declaration-contradicted": declaration_contradicted,
    "approved-by-requester": approved_by_requester,
    "sessions-overlap": sessions_overlap,
    "searches-in-bursts": searches_in_bursts,
    "bulk-export": bulk_exports,
    "hot-list-watched": hot_list_watched,
    "reviews-in-seconds": reviews_in_seconds,
    "cleared-in-seconds": cleared_in_seconds,
    "always-cleared": always_cleared,
    "export-incomplete": export_incomplete,
}

READ_FIRST = "use-plainly-stated"  # whatever the verdict, a person reads these before others
SAMPLE = "random-sample"  # a new one is drawn when searches come
INCOMPLETE = "export-incomplete"  # speaks against 'no violation'


def place_of(check: str) -> int:
    """The place of a check among all; one that there is no more comes last."""
    return _PLACES.get(check, len(_PLACES))


_PLACES = {check: place for place, check in enumerate(CHECKS)}
