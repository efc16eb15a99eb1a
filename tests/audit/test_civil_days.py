"""Civil days told for many moments at once are those of each."""

from __future__ import annotations

import datetime
import random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from platelaw.engine.audit.civil_days import CivilDays

ZONES = ("America/New_York", "UTC", "Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize("name", ZONES)
def test_the_day_of_each_moment_is_that_of_its_zone_clock_changes_included(name: str) -> None:
    dice, zone = random.Random(name), ZoneInfo(name)
    first, last = (int((at - EPOCH).total_seconds()) for at in (
        datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC),
        datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC),
    ))  # fmt: skip
    seconds = [dice.randrange(first, last) for _ in range(4000)]
    seconds += [at // 86_400 * 86_400 + dice.randrange(900 * 40) for at in seconds]
    civil = CivilDays(zone)
    for some in (seconds[:500], seconds, []):
        found = civil.of(np.array(some, np.int64) * 1_000_000)
        days = [
            (EPOCH + datetime.timedelta(seconds=at)).astimezone(zone).date().toordinal()
            - EPOCH.toordinal()
            for at in some
        ]
        assert found.tolist() == days
