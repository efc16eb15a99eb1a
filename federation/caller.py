"""Who is calling: what a certificate names, once it has been checked."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import Enum


class CallerRole(Enum):
    """In which role an agency calls; the last part of its SPIFFE id."""

    OFFICER_PLATFORM = "officer-platform"
    VENDOR = "vendor"
    CUSTODIAN = "custodian"
    COURT = "court"
    AUDITOR = "auditor"
    REGULATOR = "regulator"
    AUTHOR = "author"
    PROBE = "probe"  # asks whether the service is healthy, and nothing else
    SERVICE = "service"  # is the decision service itself: it answers, and asks nothing


OVERSEERS = frozenset({CallerRole.AUDITOR, CallerRole.REGULATOR})


@dataclass(frozen=True, slots=True)
class Caller:
    """One checked caller.

    Attributes:
        spiffe_id: The only URI name of its certificate,
            ``spiffe://<trust domain>/agency/<registry key>/role/<role>``.
        agency: The registry key of the body that it belongs to.
        role: The role in which it calls.
        serial: The serial number of its certificate, in hexadecimal.
        expires: The last moment of its certificate, in UTC.
        acts_for: The registry keys for whom it may ask besides itself; ``*`` is everyone.
    """

    spiffe_id: str
    agency: str
    role: CallerRole
    serial: str
    expires: datetime.datetime
    acts_for: frozenset[str] = frozenset()

    def may_ask_for(self, requester: str) -> bool:
        """Whether it may ask in the name of a requester."""
        return requester == self.agency or requester in self.acts_for or "*" in self.acts_for
