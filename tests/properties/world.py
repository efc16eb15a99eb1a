"""The small world of these tests: words, bodies and how a library of texts becomes an engine."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cache

from platelaw.dsl.check import check
from platelaw.dsl.codes import Code
from platelaw.dsl.model import Library
from platelaw.dsl.parser import Parse, Parser
from platelaw.dsl.source import Source
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.registry import Body, Registry
from platelaw.engine.request import Request

CORE = """
vocabulary core 1
kind purpose
kind p_crime under purpose
kind p_theft under p_crime
kind p_bad under purpose
kind p_worse under p_bad
kind p_joint under p_crime, p_bad
kind p_exact under p_crime final
kind p_other under purpose
kind p_left under p_other
kind p_right under p_other
kind p_both under p_left, p_right
kind body
kind police under body
kind bureau under body
kind tax under police, bureau
kind court under body
kind person under body
kind instrument
kind order under instrument
kind warrant under order
kind notice under instrument
kind source
kind source_a under source
kind source_b under source
kind source_ab under source_a, source_b
act search, share, keep
data reads, hits under reads, faces under reads, bills
sovereign AA, BB, US
role custodian held by owner
role clerk held by anyone
role chief held by requester
role judge held by court
role auditor held by bureau
duty train attested by clerk
duty file done by case.number is stated
fact request.purpose : purpose proven by assertion
fact request.on_behalf_of : set of agency complete proven by assertion
fact request.recipients : set of agency complete proven by assertion
fact user.directed_by : set of agency complete proven by attestation from chief, clerk
fact request.claims : set of claim complete proven by assertion
fact request.instruments : set of instrument complete proven by verification from judge, custodian
fact request.user : user proven by assertion
fact recipient.sovereign : sovereign proven by registry
fact recipient.kind : body proven by registry
fact recipient.listed : yes/no proven by registry
fact recipient.standing : one of {on_file, suspended, none} proven by registry
fact user.deputy_of : set of agency complete proven by registry
fact account.shared : yes/no proven by system
fact case.number : text proven by assertion
fact case.open : yes/no proven by assertion
fact case.urgent : yes/no claimed proven by attestation from custodian, clerk
fact case.checked : yes/no proven by attestation from custodian, clerk fresh for 30 days
fact case.sealed : yes/no proven by verification from judge
fact case.stage : one of {early, late, closed} proven by assertion
fact case.victims : count proven by assertion
fact case.seat : sovereign proven by assertion
fact case.lead : agency proven by assertion
fact case.sources : set of source complete proven by attestation from clerk
fact match.found : yes/no claimed per recipient proven by verification from custodian
fact consent.given : yes/no per recipient proven by attestation from clerk
fact data.age : duration proven by system
fact data.captured : time proven by system
fact approval.at : time proven by attestation from custodian, clerk
fact approval.by : user proven by attestation from custodian, clerk
fact kept.until : date for keep proven by assertion
reading r_open of "one"  open
reading r_yes of "two"  provisional yes
reading r_no of "three"  provisional no
reading r_set of "four"  adopted yes by "Office" on 2023-01-01
lexicon watch indicates p_bad
  plainly "evil deed"
  possibly "evil", "grim"
  never "evil twin"
lexicon thing indicates p_crime
  plainly "stolen thing"
  in force from 2024-03-01
"""
STATE = """
vocabulary st 1 extends core 1
kind p_town under p_left, p_right
fact town.ready : yes/no proven by assertion
lexicon town indicates p_town
  plainly "town matter"
  possibly "town"
  never "town crier"
"""
AGENCY = """
vocabulary ag 1 extends st 1
kind p_desk under p_town
fact desk.ready : yes/no proven by attestation from clerk
lexicon desk indicates p_bad
  possibly "desk"
"""
WORDS: Mapping[str, str] = {"core.policy": CORE, "st.policy": STATE, "ag.policy": AGENCY}
VOCABULARY = {"core": "core 1", "st": "st 1", "ag": "ag 1"}

DECIDED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def _body(key: str, kind: str, policy: str = "", **more: str) -> tuple[str, Body]:
    attributes = {"sovereign": key.partition("/")[0], "kind": kind, **more}
    return key, Body(key, f"The {key}", "", policy, "", (), attributes)


REGISTRY = Registry(
    dict(
        (
            _body("AA/pd", "police", listed="yes", standing="on_file"),
            _body("AA/tax", "tax", policy="agency/tax"),
            _body("AA/court", "court"),
            _body("AA/person", "person"),
            _body("BB/pd", "police", standing="suspended"),
            _body("US/bureau", "bureau", listed="yes"),
        )
    ),
    {"user.deputy_of": ("US/bureau",)},
)
BODIES = tuple(REGISTRY.bodies)

_PARSER = Parser()
# Random texts may well hold a condition that can never be true, or a kind under a closed one.
_REFUSABLE = (Code.DEAD_RULE, Code.DEAD_BRANCH, Code.CLOSED_KIND)


class RefusedError(Exception):
    """A random library that the checker rightly refuses: it says nothing of the evaluator."""


@cache
def parsed(name: str, text: str) -> Parse:
    """One file read; the same text is read once."""
    return _PARSER.parse(Source(name, text))


def library_of(files: Mapping[str, str], order: Sequence[str] | None = None) -> Library:
    """The checked library of texts by file name; a fault in it fails the test.

    Raises:
        RefusedError: The texts were drawn so that the checker must refuse them.
    """
    checked = check([parsed(name, files[name]) for name in order or list(files)])
    faults = [fault for fault in checked.diagnostics if fault.is_error]
    if faults and all(fault.code in _REFUSABLE for fault in faults):
        raise RefusedError(faults[0].message)
    assert checked.library is not None, "\n".join(
        f"{fault.code.number} {fault.message} ({fault.span.text!r})" for fault in faults
    )
    return checked.library


def engine_of(files: Mapping[str, str], registry: Registry = REGISTRY) -> Engine:
    """An engine over the words of this world and these policies, by the reference evaluator.

    What is planted in the reference must show, and not as two evaluators that disagree.
    """
    return Engine(library_of({**WORDS, **files}), registry, by_reference=True)


def decide(engine: Engine, request: Request, *, explained: bool = False) -> Decision:
    """The answer to a request, at a fixed moment."""
    return engine.decide(request, decided_at=DECIDED, explained=explained)
