"""The checks that there are, by name; ``policies/audit/review.toml`` tells each in words."""

from __future__ import annotations

from collections.abc import Mapping

from .case_numbers import case_number_malformed, case_number_missing
from .checks import Check
from .reasons import reason_missing, reason_repeated, reason_vague
from .requesters import outside_government, requester_unknown
from .sampling import random_sample
from .stated_uses import plainly_stated, possibly_stated

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
}
