"""The diagnostic codes. A code never changes its meaning; each has a page in docs/diagnostics.

PL1xx syntax, PL2xx names and types, PL3xx layers, PL4xx dates and status, PL5xx style.
"""

from __future__ import annotations

from enum import Enum


class Severity(Enum):
    """Whether a fault refuses the library or only advises its author."""

    ERROR = "error"
    WARNING = "warning"


class Code(Enum):
    """Every fault an author can be told of: the code and what it says in general."""

    NOT_UNDERSTOOD = ("PL101", "the clause is not understood")
    UNKNOWN_STATEMENT = ("PL102", "no statement starts like this")
    UNCLOSED_STRING = ("PL103", "a text in quotation marks does not end")
    STRAY_CHARACTER = ("PL104", "a character has no meaning here")
    CLAUSE_TWICE = ("PL105", "a clause is given twice")
    CLAUSE_MISSING = ("PL106", "a clause is missing")
    BAD_VALUE = ("PL107", "a date or number does not exist")
    NO_HEAD = ("PL108", "a statement stands under no head")
    NOT_TEXT = ("PL109", "the file is not UTF-8 text")
    CLAUSE_WITHOUT_EFFECT = ("PL110", "a clause means nothing with this effect")
    TOO_DEEP = ("PL111", "a condition is nested too deep or grows too large")

    UNKNOWN_NAME = ("PL201", "a name is declared nowhere")
    DECLARED_TWICE = ("PL202", "a name is declared twice")
    CYCLE = ("PL203", "kinds lie under one another in a circle")
    WRONG_TYPE = ("PL204", "a test does not fit the type of its fact")
    WRONG_WORD = ("PL205", "a word does not belong to the type of the fact")
    WRONG_ACT = ("PL206", "a fact does not exist for the act of the rule")
    UNKNOWN_EDITION = ("PL207", "a vocabulary or policy of this number is not loaded")
    DEFINE_ORDER = ("PL208", "a definition reads a later one or itself")
    LEXICON_LOOSENS = ("PL209", "a reason's words would make an answer milder")
    CLAIM_TIGHTENS = ("PL210", "a claimed fact would make an answer stricter")
    BINDS_ON_REQUEST = ("PL211", "binds reads a fact that the requester sends")
    EXAMPLE_CONTRADICTS = ("PL212", "an example contradicts itself or lacks what it needs")
    EXAMPLE_FAILS = ("PL213", "an example does not get the answer it expects")

    REDEFINED = ("PL301", "a lower layer redefines a word of a higher one")
    LAUNDERED_SYNONYM = ("PL302", "a lower layer's synonym would change a higher rule")
    LAUNDERED_NEVER = ("PL303", "a lower layer's never phrase hides a higher phrase")
    CLOSED_KIND = ("PL304", "a kind is added below one that a higher limit closes")
    PERMIT_WITHOUT_EFFECT = ("PL305", "a permit stands where it can have no effect")
    OPEN_OUTSIDE_FEDERAL = ("PL306", "leave open stands outside the federal layer")
    WRONG_DIRECTION = ("PL307", "a parameter is moved the wrong way")
    ADOPTION_LOOSENS = ("PL308", "an adopted rule is changed that may not be")
    FOREIGN_WORDS = ("PL309", "an adopter does not speak the words of the policy it adopts")
    JOINED_KINDS = ("PL310", "a lower layer's word joins kinds that a higher layer keeps apart")

    NO_CITATION = ("PL401", "a rule or parameter cites nothing")
    NO_STATUS = ("PL402", "a citation does not say how sure its wording is")
    NO_DATE = ("PL403", "a rule or parameter does not say since when it is in force")
    OVERLAP = ("PL404", "two versions are in force on one day")
    GAP = ("PL405", "no version is in force for some days", Severity.WARNING)
    ENDS_BEFORE_START = ("PL406", "a period ends before it starts")
    DEAD_BRANCH = ("PL407", "an exception or ground can never apply")
    DEAD_RULE = ("PL408", "the condition of a rule can never be true")

    MIXED_OPERATORS = ("PL501", "and and or are mixed on one line", Severity.WARNING)
    CLAUSE_ORDER = ("PL502", "clauses stand in an unusual order", Severity.WARNING)
    HOLDS_EVERYTHING = ("PL503", "a fact that no caller sends would hold every request",
                        Severity.WARNING)  # fmt: skip
    ASSERTION_OPENS = ("PL504", "an opening rests on a bare assertion", Severity.WARNING)
    BROAD_WORD = ("PL505", "a word would hold whoever uses it", Severity.WARNING)

    def __init__(self, number: str, title: str, severity: Severity = Severity.ERROR) -> None:
        self.number = number
        self.title = title
        self.severity = severity
