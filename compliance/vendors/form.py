"""The written form of a vendor's settings and of its agreement, as types.

A field of a table is a fact of the vocabulary under the same name: ``national_lookup`` below
``[sharing]`` is ``sharing.national_lookup``. What is left out is not known, which is not "off".
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from ...dsl import syntax as tree
from ...dsl.patterns import BadValueError, value_of
from ...dsl.source import Source, Span
from ...dsl.units import length

SETTINGS, AGREEMENT = "vendor settings 1", "vendor agreement 1"


class Period:
    """A length of time that does not depend on the calendar; msgspec takes no plain class apart."""

    __slots__ = ("seconds", "text")

    def __init__(self, text: str, seconds: float) -> None:
        """A period as it was written, and how long it is."""
        self.text, self.seconds = text, seconds


def duration_of(text: str) -> tree.Duration | None:
    """The duration that a text is, such as ``21 days``; None if it is none."""
    try:
        value = value_of(Span(Source("", text), 0, len(text)), text)
    except BadValueError:
        return None
    return value if isinstance(value, tree.Duration) else None


def period_of(text: str) -> Period | None:
    """The period that a text is; None if it is none, or one that the calendar decides."""
    duration = duration_of(text)
    time = length(duration) if duration else None
    return Period(text, time.total_seconds()) if time is not None else None


Switch = bool | UnsetType
Count = Annotated[int, Meta(ge=0)] | UnsetType
Time = Period | UnsetType
Texts = tuple[str, ...] | UnsetType
Day = datetime.date | UnsetType
Action = Literal[
    "search", "alert", "read_log", "export", "change_sharing", "change_settings", "manage_accounts"
]


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a written form."""


class Sharing(Table, frozen=True):
    """With whom data are shared by a switch that stands."""

    national_lookup: Switch = UNSET
    statewide_lookup: Switch = UNSET
    partners: Texts = UNSET


class Retention(Table, frozen=True):
    """How long each copy is kept."""

    reads: Time = UNSET
    hits: Time = UNSET
    exports: Time = UNSET
    vendor_copies: Time = UNSET


class Filters(Table, frozen=True):
    """What stands in the way of a search."""

    by_keyword: Switch = UNSET
    by_recipient: Switch = UNSET
    reason_required: Switch = UNSET
    case_number_required: Switch = UNSET


class Exports(Table, frozen=True):
    """What may be exported: rows at once, and whether somebody approves."""

    approval_required: Switch = UNSET
    largest: Count = UNSET


class Hotlists(Table, frozen=True):
    """The lists that plates are compared with."""

    sources: Texts = UNSET
    approval_required: Switch = UNSET


class Logs(Table, frozen=True):
    """What is logged."""

    searches: Switch = UNSET
    access: Switch = UNSET
    vendor_staff: Switch = UNSET


class Accounts(Table, frozen=True):
    """How many accounts are shared, unused for ninety days, untrained, of the vendor's people."""

    shared: Count = UNSET
    dormant: Count = UNSET
    untrained: Count = UNSET
    vendor_staff: Count = UNSET


class Role(Table, frozen=True):
    """A role: what its members may do, and how many there are."""

    name: str
    actions: tuple[Action, ...]
    members: Annotated[int, Meta(ge=0)] = 0


class Agreement(Table, frozen=True):
    """What the agency and the vendor agreed on."""

    signed: Day = UNSET
    renews: Day = UNSET
    vendor_role: Literal["processor", "independent_user"] | UnsetType = UNSET
    agency_owns_data: Switch = UNSET
    bars_sale: Switch = UNSET
    bars_transfer: Switch = UNSET
    restricts_access: Switch = UNSET
    affiliate_access: Switch = UNSET
    incident_notice: Time = UNSET
    complete_logs: Switch = UNSET
    deletion_certified: Switch = UNSET
    reads_kept: Time = UNSET


class Head(Table, frozen=True, kw_only=True):
    """What both forms begin with: whose, from when, and where it was read."""

    agency: str
    vendor: str
    as_of: datetime.date
    source: str


class SettingsFile(Head, frozen=True, kw_only=True):
    """The settings of a vendor's system."""

    form: Literal["vendor settings 1"]
    sharing: Sharing = Sharing()
    retention: Retention = Retention()
    filters: Filters = Filters()
    exports: Exports = Exports()
    hotlists: Hotlists = Hotlists()
    logs: Logs = Logs()
    accounts: Accounts = Accounts()
    roles: tuple[Role, ...] = ()


class AgreementFile(Head, frozen=True, kw_only=True):
    """An agreement with a vendor."""

    form: Literal["vendor agreement 1"]
    agreement: Agreement = Agreement()


FORMS: dict[str, type[SettingsFile | AgreementFile]] = {
    SETTINGS: SettingsFile,
    AGREEMENT: AgreementFile,
}
