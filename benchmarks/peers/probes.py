"""What each engine can say: tried where it can be tried, else read in its documentation.

The rules and requests of each trial stand in ``trials``. A cell that was not tried is marked, and
goes by the documented language of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from . import trials
from .engines.base import DENY, HOLD, PERMIT, Engine, library
from .engines.own import attempt
from .results import Stand

# What a row is called, in the order of the table.
FEATURES: Mapping[str, str] = {
    "unknown": "an answer of its own where a fact is not known",
    "missing": "the answer names what is missing",
    "proof": "levels of proof, and who may vouch",
    "dates": "rules with dates, and the law of a past day",
    "citations": "source and status of the rule, in the answer",
    "duties": "duties that come with an answer",
    "referrals": "referral to a reviewer",
    "recipients": "rules asked for every recipient",
    "open sets": "sets that may have other members",
    "words": "reasons read by words, however spelled",
    "layers": "layers: a lower one has no way to loosen",
}
YES, NO, PARTLY, BY_HAND = "yes", "no", "partly", "by hand"
DOCS = " (docs)"

# Not tried: Rego is a language for any logic, so its author may build these; the others have no
# form for them.
READ: Mapping[str, str] = {"regopy": BY_HAND, "regorus": BY_HAND}
READ_OF_ALL: Mapping[str, str] = {"layers": NO}


def cells(engine: Engine) -> dict[str, str]:
    """One column of the table."""
    return {name: _peer(engine, name) if engine.is_peer else _own(name) for name in FEATURES}


def _own(name: str) -> str:
    rules, asked = trials.OWN[name]
    for request, outcome, mention in asked:
        found, said = attempt(rules, request)
        if found != outcome or mention not in said:
            return NO
    return YES


def _peer(engine: Engine, name: str) -> str:
    trial = "unknown" if name == "missing" else name
    rules = trials.peers_rules(_language(engine), trial)
    if rules is None:
        return READ_OF_ALL.get(name, READ.get(engine.key, NO)) + DOCS
    return _word(name, [_asked(engine, rules, asked) for asked in trials.ASKED[trial]])


def _word(name: str, answers: Sequence[tuple[str, str]]) -> str:
    """What the answers to a trial show."""
    outcomes = [outcome for outcome, _ in answers]
    said = answers[0][1]
    match name:
        case "unknown":
            return YES if outcomes == [HOLD] else f"{NO}: {outcomes[0]}"
        case "missing":
            return PARTLY if "purpose" in said else NO
        case "citations":
            return BY_HAND if trials.CITATION in said else NO
        case "words":
            caught = [outcome != PERMIT for outcome in outcomes]
            return YES if all(caught) else PARTLY if any(caught) else NO
        case _:
            differ = outcomes[0] != PERMIT and outcomes[1] == PERMIT
            return BY_HAND if differ else NO


def _language(engine: Engine) -> str:
    """The key of the trials' language; both engines of Rego share one."""
    return "regopy" if engine.key == "regorus" else engine.key


def _asked(engine: Engine, rules: object, asked: Mapping[str, object]) -> tuple[str, str]:
    """An answer; an engine that raises says so in place of one."""
    try:
        return engine.attempt(rules, dict(asked))
    except Exception as fault:
        return f"raises {type(fault).__name__}", str(fault)


# The deny rule with a misspelt attribute ---------------------------------------------------------


def stands(engine: Engine, incomplete: dict[str, int]) -> Iterator[Stand]:
    """Permit everything, deny by a misspelt attribute: what an engine says.

    Args:
        engine: The engine.
        incomplete: Its answers to requests that leave something out.
    """
    rules = trials.peers_rules(_language(engine), "misspelt")
    if rules is None:
        said = attempt(trials.MISSPELT, trials.BARRED_REQUEST)
    else:
        said = _asked(engine, rules, trials.ASKED["misspelt"][0])
    yield Stand(engine.label, *said, incomplete)
    if engine.key == "cedarpy":
        yield Stand(f"{engine.label}, its validator with a schema", *_validated(rules), {})


def _validated(rules: object) -> tuple[str, str]:
    """What Cedar's validator says of a policy under a schema."""
    found = library("cedarpy").validate_policies(rules, trials.CEDAR_SCHEMA)
    if found.validation_passed:
        return PERMIT, "the validator passes it"
    return f"{DENY} (refused)", "; ".join(error.error for error in found.errors)
