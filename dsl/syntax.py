"""The syntax tree: what an author wrote, before anything is looked up.

Every node is frozen and carries its place; nodes compare by meaning, never by place.
``docs/language.md`` names each form in the order used here.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import Enum

from .source import Span


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that stands somewhere in a text."""

    span: Span = field(compare=False, repr=False)


# Words and values ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A word that must be declared somewhere: a kind, an act, a rule, a role."""

    text: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Words in quotation marks."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """A fact as a condition reads it: ``request.purpose``, ``r.kind``, ``recipients``."""

    head: str
    tail: str = ""

    @property
    def text(self) -> str:
        """The fact as it is written."""
        return f"{self.head}.{self.tail}" if self.tail else self.head


@dataclass(frozen=True, slots=True)
class YesNo(Node):
    """``yes`` or ``no``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Count(Node):
    """A whole number."""

    value: int


class Unit(Enum):
    """The units of a duration, singular as in the tree."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    BUSINESS_DAY = "business day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """A number of units of time; a business day is one of the issuer's calendar."""

    number: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Date(Node):
    """A civil day."""

    day: datetime.date


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """An instant with its offset from UTC."""

    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Agency(Node):
    """``agency:KEY`` or ``court:KEY``, KEY being a key of the registry."""

    key: str


@dataclass(frozen=True, slots=True)
class Sovereign(Node):
    """A government, in capitals: a state, a federation, ``TRIBE/name``."""

    key: str


Value = Name | Text | Reference | YesNo | Count | Duration | Date | Moment | Agency | Sovereign


# Conditions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Or(Node):
    """True if one of two or more conditions is."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class And(Node):
    """True if two or more conditions all are."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """True if a condition is false."""

    item: Condition


@dataclass(frozen=True, slots=True)
class Named(Node):
    """A bare word: a ``define`` of the policy or a ``reading`` of the vocabulary."""

    name: str


@dataclass(frozen=True, slots=True)
class KindTest(Node):
    """``x is a kind of K``."""

    subject: Reference
    kind: Name


@dataclass(frozen=True, slots=True)
class Equals(Node):
    """``x is V``."""

    subject: Reference
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    """``x is one of {V, ...}``."""

    subject: Reference
    values: tuple[Value, ...]


class Relation(Enum):
    """How a number, duration or date stands to its bound."""

    OVER = "over"
    UNDER = "under"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    FROM = "from"
    BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``x is over B`` and its five relatives; a bound is a value or a parameter's name."""

    subject: Reference
    relation: Relation
    bound: Value


@dataclass(frozen=True, slots=True)
class Within(Node):
    """``x is within D after y``: from y up to the end of D."""

    subject: Reference
    bound: Value
    after: Reference


@dataclass(frozen=True, slots=True)
class Includes(Node):
    """``s includes V``."""

    subject: Reference
    value: Value


@dataclass(frozen=True, slots=True)
class Stated(Node):
    """``x is stated``; ``x is blank`` is its contrary."""

    subject: Reference


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """``s is empty``."""

    subject: Reference


@dataclass(frozen=True, slots=True)
class Paper(Node):
    """``i is a K from a C of {S} with probable_cause, covering the request, unexpired``."""

    variable: str
    kind: Name
    issuer: Name | None = None
    sovereigns: tuple[Sovereign, ...] = ()
    probable_cause: bool = False
    covering: bool = False
    unexpired: bool = False


class Quantifier(Enum):
    """How many members of a finite set must meet a condition."""

    SOME = "some"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``some x in S has (...)``; the short forms hold a KindTest or a Paper of x."""

    quantifier: Quantifier
    variable: str
    collection: Reference
    body: Condition


Condition = (
    Or
    | And
    | Not
    | Named
    | KindTest
    | Equals
    | OneOf
    | Compare
    | Within
    | Includes
    | Stated
    | Empty
    | Paper
    | Quantified
)


# Clauses that several statements share ------------------------------------------------------


class Status(Enum):
    """How sure the wording of a text is."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Citation(Node):
    """A source in law and how sure its wording is."""

    text: str
    status: Status


@dataclass(frozen=True, slots=True)
class InForce(Node):
    """From when until when: ``start`` inclusive, ``end`` exclusive, ``latest`` if uncertain."""

    start: datetime.date
    latest: datetime.date | None = None
    end: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Enjoined(Node):
    """Not applied by order of a court, from ``start`` until ``end`` or further notice."""

    start: datetime.date
    end: datetime.date | None
    case: str


@dataclass(frozen=True, slots=True)
class Edition(Node):
    """A name with its number: ``ct 1``."""

    name: str
    number: int


# Vocabulary ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vocabulary(Node):
    """The head under which words are declared."""

    edition: Edition
    extends: Edition | None = None


@dataclass(frozen=True, slots=True)
class KindDeclaration(Node):
    """A kind, the kinds it lies under, and how others write it."""

    name: Name
    under: tuple[Name, ...] = ()
    written: tuple[Text, ...] = ()
    final: bool = False
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class ActDeclaration(Node):
    """Acts that rules may govern."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class DataDeclaration(Node):
    """Kinds of data, each with the kind it lies under, if any."""

    items: tuple[tuple[Name, Name | None], ...]
    final: bool = False
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class SovereignDeclaration(Node):
    """Governments that an agency may belong to."""

    names: tuple[Sovereign, ...]


@dataclass(frozen=True, slots=True)
class RoleDeclaration(Node):
    """A role, and whose people may hold it: ``requester``, ``owner``, ``anyone`` or a kind."""

    name: Name
    holder: Name


@dataclass(frozen=True, slots=True)
class DutyDeclaration(Node):
    """A duty, and what shows that it is done."""

    name: Name
    done_by: Condition | None = None
    attested_by: Name | None = None


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A fact's type: a word, whether it is a set, or the words of an enumeration."""

    word: str
    is_set: bool = False
    words: tuple[Name, ...] = ()


class Level(Enum):
    """How well a fact is proven; ``registry`` and ``system`` are never sent."""

    ASSERTION = "assertion"
    ATTESTATION = "attestation"
    VERIFICATION = "verification"
    REGISTRY = "registry"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class FactDeclaration(Node):
    """A fact: its type, how it must be proven, by whom, and for which acts it exists."""

    name: Reference
    type: TypeName
    level: Level
    complete: bool = False
    claimed: bool = False
    per_recipient: bool = False
    vouchers: tuple[Name, ...] = ()
    acts: tuple[Name, ...] = ()
    fresh_for: Duration | None = None


class Stance(Enum):
    """Where a reading of the law stands."""

    OPEN = "open"
    PROVISIONAL = "provisional"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class ReadingDeclaration(Node):
    """An open question of law, and the answer that the library goes by."""

    name: Name
    of: Text
    stance: Stance
    answer: bool | None = None
    office: str = ""
    day: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class LexiconDeclaration(Node):
    """Phrases in a reason's text that indicate a kind."""

    name: Name
    indicates: Name
    plainly: tuple[Text, ...] = ()
    possibly: tuple[Text, ...] = ()
    never: tuple[Text, ...] = ()
    in_force: InForce | None = None


# Policies -----------------------------------------------------------------------------------


class Layer(Enum):
    """Whose rule it is; every layer must be clear, and none can reach above itself."""

    FEDERAL = "federal"
    STATE = "state"
    AGREEMENT = "agreement"
    OWNER = "owner"
    REQUESTER = "requester"


@dataclass(frozen=True, slots=True)
class Adoption(Node):
    """``adopts P n except``: another policy taken over, with these differences."""

    edition: Edition
    parameters: tuple[Adjustment, ...] = ()
    without: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjustment(Node):
    """A parameter's value where a lower layer moves it."""

    name: Name
    value: Value


@dataclass(frozen=True, slots=True)
class Definition(Node):
    """A named condition, read by the rules of one policy."""

    name: Name
    condition: Condition


@dataclass(frozen=True, slots=True)
class Policy(Node):
    """The head of a policy: whose it is, whom it binds, which words it uses."""

    name: Name
    number: int | None = None
    adopts: Adoption | None = None
    title: str = ""
    layer: Layer | None = None
    issuer: str = ""
    zone: str = ""
    uses: Edition | None = None
    binds: Condition | None = None
    binds_any: bool = False
    rests_on: str = ""
    in_force: InForce | None = None
    proposed: str = ""
    defines: tuple[Definition, ...] = ()


class Effect(Enum):
    """What a rule does."""

    PERMIT = "permit"
    FORBID = "forbid"
    LIMIT = "limit"
    REFER = "refer"
    REQUIRE = "require"
    LEAVE_OPEN = "leave open"


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """A labelled condition: a ground of a limit or an exception of any rule."""

    label: Name
    condition: Condition
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Must(Node):
    """A duty: before acts, within a time of an act, by a date, or every so often."""

    duty: Name
    before: tuple[Name, ...] = ()
    within: Duration | None = None
    of: Name | None = None
    by_date: datetime.date | None = None
    every: Duration | None = None
    by: Name | None = None


@dataclass(frozen=True, slots=True)
class Urgent(Node):
    """Who answers how fast when the purpose is one of these."""

    purposes: tuple[Name, ...]
    role: Name
    within: Duration


@dataclass(frozen=True, slots=True)
class Onward(Node):
    """To whom released data may go on, for what, for how long."""

    to: str
    purposes: tuple[Name, ...] = ()
    until: Duration | None = None


@dataclass(frozen=True, slots=True)
class Breach(Node):
    """Who may pursue a breach, against whom, and the source of that right."""

    by: Name
    against: Name
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """One rule as written."""

    name: Name
    title: str
    effect: Effect | None = None
    acts: tuple[Name, ...] = ()
    data: tuple[Name, ...] = ()
    per_recipient: bool = False
    refer_to: Name | None = None
    refer_within: Duration | None = None
    citation: Citation | None = None
    in_force: InForce | None = None
    enjoined: Enjoined | None = None
    binds: Condition | None = None
    condition: Condition | None = None
    grounds: tuple[Branch, ...] = ()
    exceptions: tuple[Branch, ...] = ()
    urgent: tuple[Urgent, ...] = ()
    musts: tuple[Must, ...] = ()
    on_refusal: tuple[Must, ...] = ()
    onward: Onward | None = None
    breaches: tuple[Breach, ...] = ()
    because: str = ""
    adopters_may_change: bool = False


@dataclass(frozen=True, slots=True)
class Invariant(Node):
    """``never`` or ``always``: what must hold of every answer; it decides nothing."""

    name: Name
    title: str
    always: bool
    outcome: Outcome | None = None
    acts: tuple[Name, ...] = ()
    data: tuple[Name, ...] = ()
    per_recipient: bool = False
    in_force: InForce | None = None
    condition: Condition | None = None
    exceptions: tuple[Branch, ...] = ()

    def as_rule(self) -> Rule:
        """The rule that forbids what it speaks of: what its condition and exceptions mean."""
        return Rule(
            self.span,
            self.name,
            self.title,
            Effect.FORBID,
            self.acts,
            self.data,
            self.per_recipient,
            in_force=self.in_force,
            condition=self.condition,
            exceptions=self.exceptions,
        )


class Direction(Enum):
    """Which way a lower layer may move a parameter: towards the stricter."""

    LOWER = "lower"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A number that rules read by name."""

    name: Name
    value: Value
    direction: Direction | None = None
    citation: Citation | None = None
    in_force: InForce | None = None


# Examples -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Examples(Node):
    """The head of a file of examples, and the vocabulary that they speak."""

    name: Name
    uses: Edition | None = None


class Proof(Enum):
    """How far a given fact is proven: as declared, only asserted, or not at all."""

    PROVEN = "proven"
    ASSERTED = "asserted"
    UNPROVEN = "unproven"


class Mark(Enum):
    """What is given instead of a value."""

    BLANK = "blank"
    REDACTED = "redacted"
    WITHHELD = "withheld"
    DONE = "done"
    CLEARED = "cleared"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ValueSet(Node):
    """``{V, ...}``, the whole set."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Instrument(Node):
    """A paper presented with a request."""

    kind: Name
    issuer: Agency | None = None
    issued_to: Agency | None = None
    probable_cause: bool | None = None
    covers: bool | None = None
    expires: datetime.date | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True)
class InstrumentSet(Node):
    """``{ paper; paper }``, all papers presented."""

    items: tuple[Instrument, ...]


@dataclass(frozen=True, slots=True)
class Given(Node):
    """A fact of an example: ``x is V``, ``f of agency:K is V``, ``rule is cleared``."""

    subject: Reference
    value: Value | ValueSet | InstrumentSet | Mark
    agency: Agency | None = None
    proof: Proof = Proof.PROVEN


class Outcome(Enum):
    """The three answers."""

    PERMIT = "PERMIT"
    HOLD = "HOLD"
    DENY = "DENY"


@dataclass(frozen=True, slots=True)
class NamedRequest(Node):
    """What several examples of a file give alike, under a name."""

    name: Name
    on: Date | Moment | None = None
    givens: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class Example(Node):
    """A request in words and the answer it must get."""

    title: str
    on: Date | Moment | None = None
    givens: tuple[Given, ...] = ()
    outcome: Outcome | None = None
    by: tuple[Name, ...] = ()
    reason: str = ""
    touched: tuple[Name, ...] = ()
    untouched: tuple[Name, ...] = ()
    like: Name | None = None


Statement = (
    Vocabulary
    | KindDeclaration
    | ActDeclaration
    | DataDeclaration
    | SovereignDeclaration
    | RoleDeclaration
    | DutyDeclaration
    | FactDeclaration
    | ReadingDeclaration
    | LexiconDeclaration
    | Policy
    | Rule
    | Invariant
    | Parameter
    | Examples
    | NamedRequest
    | Example
)


@dataclass(frozen=True, slots=True)
class Document(Node):
    """One file: its statements in the order written."""

    statements: tuple[Statement, ...]
