"""What an author may have meant: the forms of every clause, and the word that seems to be lost."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .diagnostics import listed, suggestion

FORMS: dict[tuple[str, str], str] = {
    ("vocabulary", "head"): "`vocabulary NAME NUMBER [extends NAME NUMBER]`",
    ("kind", "head"): '`kind NAME [under NAME, NAME] [also written "..."] [final] [cites ...]`',
    ("act", "head"): "`act NAME, NAME`",
    ("data", "head"): "`data NAME, NAME under NAME [final] [cites ...]`",
    ("sovereign", "head"): "`sovereign ST, ST`",
    ("role", "head"): "`role NAME held by requester|owner|anyone|KIND`",
    ("duty", "head"): "`duty NAME done by CONDITION` or `duty NAME attested by ROLE`",
    ("fact", "head"): "`fact NAME.NAME : TYPE [complete] [claimed] [per recipient] [for ACTS] "
    "proven by LEVEL [from ROLES] [fresh for DURATION]`",
    ("reading", "head"): '`reading NAME of "..." : open | provisional yes|no | adopted yes|no '
    'by "OFFICE" on DATE`',
    ("lexicon", "head"): "`lexicon NAME indicates KIND`",
    ("policy", "head"): "`policy NAME [NUMBER]`, then its clauses",
    ("policy", "adopts"): "`adopts NAME NUMBER except`",
    ("policy", "define"): "`define NAME: CONDITION`",
    ("policy", "binds"): "`binds any request` or `binds CONDITION`",
    ("rule", "head"): '`rule NAME "TITLE"`, then its clauses',
    ("rule", "permit"): "`permit ACTS of DATA [, for every recipient]`, conditions after `if`",
    ("rule", "forbid"): "`forbid ACTS of DATA [, for every recipient]`, conditions after `if`",
    ("rule", "require"): "`require ACTS of DATA`, conditions after `if`",
    ("rule", "leave"): "`leave open ACTS of DATA`",
    ("rule", "limit"): "`limit ACTS of DATA [, for every recipient,] to` and its grounds",
    ("rule", "refer"): "`refer ACTS of DATA to ROLE [within DURATION]`",
    ("rule", "ground"): "`LABEL: CONDITION`",
    ("rule", "unless"): "`unless LABEL: CONDITION`",
    ("rule", "if"): "`if CONDITION`; a test is `FACT is a kind of KIND`, `FACT is VALUE`, "
    "`FACT is over VALUE`, `SET includes VALUE`, joined by `and`, `or`, `not`",
    ("rule", "must"): "`must DUTY before ACTS`, `must DUTY within DURATION [of ACT] [by ROLE]`, "
    "`must DUTY every DURATION by ROLE` or `must DUTY by DATE`",
    ("rule", "on"): "`on refusal must DUTY within DURATION by ROLE`",
    ("rule", "urgent"): "`urgent for PURPOSES: ROLE answers within DURATION`",
    ("rule", "onward"): "`onward to whoever this rule lets in|nobody [, for PURPOSES] "
    "[, until DURATION after release]`",
    ("rule", "breach"): "`breach may be pursued by ROLE against ROLE [cites ...]`",
    ("rule", "because"): '`because "..."`',
    ("rule", "enjoined"): '`enjoined from DATE [until DATE] by "CASE"`',
    ("never", "head"): '`never NAME "TITLE"`, then its clauses',
    ("always", "head"): '`always NAME "TITLE"`, then its clauses',
    ("", "PERMIT"): "`PERMIT ACTS of DATA [, for every recipient]`",
    ("", "HOLD"): "`HOLD ACTS of DATA [, for every recipient]`",
    ("", "DENY"): "`DENY ACTS of DATA [, for every recipient]`",
    ("", "if"): "`if CONDITION`",
    ("", "unless"): "`unless LABEL: CONDITION`",
    ("parameter", "head"): "`parameter NAME is VALUE`",
    ("parameter", "agencies"): "`agencies may lower` or `agencies may raise`",
    ("example", "head"): '`example "TITLE"`, then its clauses',
    ("request", "head"): "`request NAME`, then `on` and `given`",
    ("request", "on"): "`on DATE`",
    ("request", "given"): "`given FACT is VALUE, FACT is VALUE`",
    ("example", "like"): "`like REQUEST`, a name that a `request` of this file has",
    ("example", "on"): "`on DATE`",
    ("example", "given"): "`given FACT is VALUE, FACT is VALUE`",
    ("example", "expect"): '`expect PERMIT|HOLD|DENY [by RULES] ["REASON"]`',
    ("examples", "head"): "`examples NAME uses NAME NUMBER`",
    ("", "cites"): '`cites "SOURCE" status verified|secondary|unverified`',
    ("", "in"): "`in force from DATE [at the earliest, DATE at the latest] [until DATE]`",
}
CLEARANCES = ("cleared", "refused")  # what an example says of a rule, and no condition asks
NO_CLEARANCE = (
    "no condition can ask whether a rule is cleared: a `refer` stands aside by itself once it is. "
    "Write the approval as a fact that the approver attests: `forbid ... unless LABEL: FACT is "
    "yes`, and promise the same in the `never` (docs/proving.md, Promises about an approval)"
)
STATUSES = ("verified", "secondary", "unverified")

_TEST = r"(?:not\b|\(|(?:some|every)\s+\w+\s+in\b|[a-z_.]+\s+(?:is|includes)\b)"
_CONDITIONS = ("if", "unless", "binds", "define")  # clauses that hold one
_LABEL = r"[a-z][\w/-]*\s*:"
_DURATION = r"\d+\s+[a-z]"
_DATE = r"\d{4}-\d\d-\d\d"
_UNITS = r"business|minute|hour|day|week|month|year"
_TEXTS = ("plainly", "possibly", "never", "because")
_SOURCE = r'"[^"\n]*"\s+status\b'
# The clause that a text without its keyword looks like; the first that fits is offered.
_CLAUSES: dict[str, tuple[tuple[str, str], ...]] = {
    "rule": (
        (_SOURCE, "cites"),
        (r'"', "because"),
        (_DATE, "in force from"),
        (r"from\b", "in force"),
        (r"for\b", "urgent"),
        (r"to\s+(?:whoever|nobody)\b", "onward"),
        (r"may\s+be\s+pursued\b", "breach"),
        (r"must\b", "on refusal"),
        (_LABEL, "unless"),
        (r"[a-z][\w-]*\s+(?:within|before|every|by)\b", "must"),
        (_TEST, "if"),
        (r"[a-z][\w-]*(?:\s*,\s*[a-z][\w-]*)*\s+of\b", "permit`, `forbid`, `limit` or `refer"),
    ),
    "policy": (
        (r'"', "title` or `issued by"),
        (_DATE, "in force from"),
        (r"(?:federal|state|agreement|owner|requester)\s*(?:issued|time|uses|binds|$)", "layer"),
        (r"[A-Z][a-z]+/", "time zone"),
        (r"[a-z][\w/-]*\s+\d+\s+except\b", "adopts"),
        (r"[a-z][\w/-]*\s+\d", "uses"),
        (r"(?:may\s+)?rest\b", "permit may rest on"),
        (_LABEL, "define"),
        (rf"any\s+request\b|{_TEST}", "binds"),
    ),
    "parameter": (
        (_SOURCE, "cites"),
        (_DATE, "in force from"),
        (r"lower\b|raise\b", "agencies may"),
    ),
    "lexicon": ((r'"', "plainly`, `possibly` or `never"),),
    "example": (
        (_DATE, "on"),
        (r"PERMIT\b|HOLD\b|DENY\b", "expect"),
        (r"[a-z][\w./-]*\s+(?:is|of)\b", "given"),
    ),
    "fact": (
        (r"(?:complete|claimed|per|for)\b", "proven by"),
        (r"(?:assertion|attestation|verification|registry|system)\b", "proven by"),
        (_DURATION, "fresh for"),
        (r"[a-z]", "from"),
    ),
    "kind": ((r'"', "also written"), (_SOURCE, "cites"), (r"[a-z]", "under")),
    "data": ((_SOURCE, "cites"), (r"[a-z]", "under` or `,")),
}
# The statement that a line without its keyword looks like.
_STATEMENTS: tuple[tuple[str, str], ...] = (
    (r'"', "example"),
    (r'[a-z][\w/-]*\s+"', "rule"),
    (r"[a-z]\w*\.\w+\s*:", "fact"),
    (r"[a-z]\w*\s+is\b", "parameter"),
    (r"[a-z]\w*\s+held\b", "role"),
    (r"[a-z]\w*\s+(?:done|attested)\b", "duty"),
    (r"[a-z]\w*\s+of\b", "reading"),
    (r"[a-z]\w*\s+indicates\b", "lexicon"),
    (r"[a-z]\w*\s+(?:under|also|final)\b", "kind"),
    (r"[a-z]\w*\s*,", "act` or `data"),
    (r"[A-Z]{2,}\b", "sovereign"),
    (r"[a-z][\w/-]*\s+(?:adopts\b|title\b|\d+\s+(?:adopts|title)\b)", "policy"),
    (r"[a-z]\w*\s+\d+\b", "vocabulary"),
    (r"[a-z][\w/-]*\s+uses\b", "examples"),
)


def lost_statement(text: str, clauses: Mapping[str, Mapping[str, str | None]]) -> str:
    """What to do about a line in the first column that starts no statement."""
    word = re.split(r"[\s:,]", text, maxsplit=1)[0]
    if any(word in table for table in clauses.values()):
        return f"`{word}` starts a clause: indent it under its statement"
    offered = suggestion(word, clauses)
    if offered:
        return offered
    for pattern, keyword in _STATEMENTS:
        if re.match(pattern, text):
            return f"perhaps `{keyword}` is missing before it; indent what continues a statement"
    return "a line in the first column starts a statement; indent what continues one"


def mend(
    statement: str,
    clause: str,
    expected: str,
    found: str,
    rest: str,
    clauses: Mapping[str, Mapping[str, str | None]],
) -> str:
    """What to write in a clause that is not understood.

    Args:
        statement: The keyword of the statement.
        clause: The keyword of the clause, or ``head``.
        expected: What the grammar expected.
        found: The token that stands there instead, if any.
        rest: The text from that token on.
        clauses: The clause keywords of every statement.
    """
    form = FORMS.get((statement, clause)) or FORMS.get(("", clause), "")
    follower = clauses[statement].get(clause)
    place = statement if clause == "head" else f"{clause} {follower}" if follower else clause
    if found in ("a", "an") and "`a kind of`" in expected:
        what = "write `a kind of`"
    elif found == ",":
        what = "a word is missing beside the comma, or the comma is too much"
    elif expected == END:
        what = _lost_clause(statement, clause, found, rest, clauses)
    elif expected.startswith("a duration") and re.match(_UNITS, found):
        what = f"write a number before `{found}`"
    else:
        what = f"write {expected} here"
    return f"{what}; `{place}` is written: {form}" if form else what


def lost_name(keyword: str, expected: str) -> str:
    """What to do where a clause ends too early because a keyword follows."""
    return f"write {expected} before `{keyword}`, which starts a clause and cannot be a name"


END = "the end of the clause"


def _lost_clause(
    statement: str,
    clause: str,
    found: str,
    rest: str,
    clauses: Mapping[str, Mapping[str, str | None]],
) -> str:
    """The keyword that seems to be missing before a text that nothing expects."""
    table = clauses[statement]
    asks = re.match(rf"(?:[\w/-]+\s+)?is\s+(?:not\s+)?(?:{'|'.join(CLEARANCES)})\b", rest)
    if asks and statement not in ("example", "request"):
        return NO_CLEARANCE
    if found == "is":
        return "a fact is missing before `is`, or a keyword before the fact"
    if found == "with":
        return "after `with` stand `probable_cause`, `covering the request`, `unexpired`"
    if table.get(found) is not None:
        return f"write `{found} {table[found]}`"
    for keyword, follower in table.items():
        if found and found == follower:
            return f"write `{keyword}` before `{found}`"
    if found in clauses:
        return f"a statement starts in the first column: remove what stands before `{found}`"
    if found.startswith('"') and clause in _TEXTS:
        return "perhaps `,` is missing before it"
    if clause in _CONDITIONS and re.match(_TEST, rest):
        return _parted(found)
    for pattern, keyword in _CLAUSES.get(statement, ()):
        if re.match(pattern, rest):
            return f"perhaps `{keyword}` is missing before it"
    return f"remove `{found}`, or write before it what is missing"


def _parted(found: str) -> str:
    """What to do where a test follows a whole condition: two tests, or one name in two words."""
    if "." in found or found in ("not", "(", "some", "every"):
        return f"write `and` or `or` before `{found}`"
    return (
        "a name holds no blank: join its words with `.` or `_`, as in `data.age` (`platelaw words "
        "fact` lists them); before a test of its own write `and` or `or`"
    )


def unsure_citation(status: str | None) -> tuple[str, str]:
    """What is wrong with a citation that does not say how sure it is, and the mend.

    Args:
        status: The word written where the status belongs, if any.
    """
    written = listed([f"status {word}" for word in STATUSES], "or")
    if status is None:
        return "the citation does not say how sure its wording is", f"write {written} after it"
    if status in STATUSES:
        return "the citation lacks the word `status`", f"write `status {status}`"
    near = suggestion(status, STATUSES)
    help_ = near if near.startswith("did") else f"write {written}"
    return f"`{status}` does not say how sure the wording is", help_
