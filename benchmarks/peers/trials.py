"""Small rules and requests, in each engine's language, that show what it can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .attributes import Attributes


def _unless_misspelt(asked: Attributes) -> bool:
    return bool(asked["purpos"] != "protest_watch")


# What a peer is asked: everything is permitted, but where a condition is met. Every engine can
# write these conditions but the last, which asks for a loop.

CONDITIONS: Mapping[str, Mapping[str, Any]] = {
    "misspelt": {
        "ifelse": _unless_misspelt,
        "regopy": 'input.purpos == "protest_watch"',
        "cedarpy": 'context.purpos == "protest_watch"',
        "casbin": "r.asked.purpos == 'protest_watch'",
        "vakt": {"purpos": ("Eq", "protest_watch")},
    },
    "unknown": {
        "regopy": 'input.purpose == "protest_watch"',
        "cedarpy": 'context.purpose == "protest_watch"',
        "casbin": "r.asked.purpose == 'protest_watch'",
        "vakt": {"purpose": ("Eq", "protest_watch")},
    },
    "dates": {
        "regopy": 'input.day >= "2026-10-01"',
        "cedarpy": 'datetime(context.day) >= datetime("2026-10-01")',
        "casbin": "r.asked.day >= '2026-10-01'",
        "vakt": {"day": ("GreaterOrEqual", "2026-10-01")},
    },
    "citations": {
        "regopy": "input.barred",
        "cedarpy": "context.barred",
        "casbin": "r.asked.barred",
        "vakt": {"barred": ("Truthy",)},
    },
    "words": {
        "regopy": 'contains(lower(input.reason), "sit in")',
        "cedarpy": 'context.reason like "*sit in*"',
        "casbin": "'sit in' in r.asked.reason",
        "vakt": {"reason": ("Contains", "sit in")},
    },
    "recipients": {
        "regopy": "not every_public\n\n"
        "every_public if {\n  every one in input.recipients {\n    one.public\n  }\n}",
    },
}
ASKED: Mapping[str, Sequence[Attributes]] = {
    "misspelt": ({"purpose": "protest_watch"},),
    "unknown": ({},),
    "dates": ({"day": "2026-10-01"}, {"day": "2026-09-30"}),
    "citations": ({"barred": True},),
    "words": ({"reason": "watch the sit in"}, {"reason": "watch the s\u0456t-in"}),
    "recipients": (
        {"recipients": [{"public": True}, {"public": False}]},
        {"recipients": [{"public": True}]},
    ),
}
CITATION = "Trial act, section 1"


def peers_rules(key: str, name: str) -> Any | None:
    """The rules of one trial in the language of a peer; None if it has no form for them."""
    condition = CONDITIONS.get(name, {}).get(key)
    if condition is None:
        return None
    match key:
        case "regopy":
            return f'permit contains "all"\n\ndeny contains "{CITATION}" if {condition}\n'
        case "cedarpy":
            everybody = "(principal, action, resource)"
            return (
                f'permit {everybody};\n@cites("{CITATION}")\n'
                f"forbid {everybody} when {{ {condition} }};"
            )
        case "casbin":
            lines = ("all,allow,True", f'"{CITATION}",deny,"{condition}"')
            return "\n".join(["owner,name,effect,rule", *(f"NN/pd-0,{line}" for line in lines)])
        case "vakt":
            start, act = "NN/pd-0", ("search",)
            return [(start, "all", "allow", act, {}), (start, CITATION, "deny", act, condition)]
        case _:
            return condition


CEDAR_SCHEMA: Mapping[str, Any] = {
    "": {
        "entityTypes": {"Agency": {}},
        "actions": {
            "search": {
                "appliesTo": {
                    "principalTypes": ["Agency"],
                    "resourceTypes": ["Agency"],
                    "context": {
                        "type": "Record",
                        "attributes": {"purpose": {"type": "String"}},
                    },
                }
            }
        },
    }
}

# platelaw ---------------------------------------------------------------------------------------

OWNER_HEAD = """policy agency/trial
  title "Trial"
  layer owner
  issued by "An invented agency"
  time zone America/New_York
  uses neutral 1
  binds owner is agency:NN/pd-0
"""
STATE_HEAD = OWNER_HEAD.replace("agency/trial", "county/trial").replace("owner\n", "state\n", 1)
CITED = f'  cites "{CITATION}" status secondary\n  in force from 2020-01-01\n'
SURE = CITED.replace("secondary", "verified")
ANY_USE = f'\nrule any-use "Any use"\n{SURE}  permit search of plate_data\n'


def policy(does: str, *, cited: str = CITED, words: str = "") -> str:
    """A state's rule beside an agency's permit of everything."""
    used = "  uses trial 1\n" if words else "  uses neutral 1\n"
    state = STATE_HEAD.replace("  uses neutral 1\n", used)
    return f'{words}{state}\nrule tried "Tried"\n{cited}{does}\n{OWNER_HEAD}{ANY_USE}'


def request(*, at: str = "2026-11-03T10:00:00-05:00", **changes: Any) -> dict[str, Any]:
    """A request for platelaw."""
    facts = {"request.purpose": "theft", **changes.pop("facts", {})}
    return {
        "requester": "NN/city-police", "owner": "NN/pd-0", "act": "search", "data": "plate_read",
        "at": at, "reason": "stolen car", "instruments": [],
        "facts": {name: value for name, value in facts.items() if value is not None},
        **changes,
    }  # fmt: skip


MISSPELT = policy("  forbid search of plate_data\n  if request.purpos is a kind of barred_use\n")
SPELLED = policy("  forbid search of plate_data\n  if request.purpose is a kind of barred_use\n")
BARRED_REQUEST = request(facts={"request.purpose": "protest_watch"})
UNSTATED_REQUEST = request(facts={"request.purpose": None})

# What platelaw says: for each, its rules, and requests with the answer and what it must mention.

TRIAL_WORDS = """vocabulary trial 1 extends neutral 1

role clerk held by owner

duty note attested by clerk

fact approval.given : yes/no proven by attestation from clerk
fact request.recipients : set of agency complete proven by assertion

lexicon sitting indicates protest_watch
  in force from 2020-01-01
  plainly "sit in"

"""
_APPROVED = {"value": True, "level": "attestation", "by": {"agency": "NN/pd-0", "role": "clerk"}}
_OF_OTHERS = policy(
    "  forbid search of plate_data, for every recipient\n"
    "  if recipient.kind is a kind of private_company\n",
    words=TRIAL_WORDS,
)
_COMPANY = "NN/parking-company"
OWN: Mapping[str, tuple[str, Sequence[tuple[dict[str, Any], str, str]]]] = {
    "unknown": (SPELLED, ((UNSTATED_REQUEST, "HOLD", "unproven"),)),
    "proof": (
        policy("  limit search of plate_data to\n    approved: approval.given is yes\n",
               cited=SURE, words=TRIAL_WORDS),
        (
            (request(facts={"approval.given": True}), "HOLD", "unproven"),
            (request(facts={"approval.given": _APPROVED}), "PERMIT", "permitted"),
        ),
    ),
    "dates": (
        policy("  forbid search of plate_data\n", cited=CITED.replace("2020-01-01", "2026-10-01")),
        (
            (request(at="2026-10-01T10:00:00-04:00"), "DENY", "forbidden"),
            (request(at="2026-09-30T10:00:00-04:00"), "PERMIT", "permitted"),
        ),
    ),
    "citations": (
        policy("  forbid search of plate_data\n"),
        (
            (request(), "DENY", CITATION),
            (request(), "DENY", "weakest_status='secondary'"),
        ),
    ),
    "duties": (
        policy("  require search of plate_data\n  must note within 1 day of search by clerk\n",
               words=TRIAL_WORDS),
        ((request(), "PERMIT", "duties=(DutyOwed("),),
    ),
    "recipients": (
        _OF_OTHERS,
        (
            (request(facts={"request.recipients": [_COMPANY]}), "DENY", "forbidden"),
            (request(facts={"request.recipients": []}), "PERMIT", "permitted"),
        ),
    ),
    "words": (
        policy("  forbid search of plate_data\n  if reason.plainly includes barred_use\n",
               words=TRIAL_WORDS),
        (
            (request(reason="watch the sit in"), "DENY", "forbidden"),
            (request(reason="watch the s\u0456t-in"), "DENY", "forbidden"),
        ),
    ),
    "open sets": (
        _OF_OTHERS,
        (
            (
                request(facts={"request.recipients": {"members": [], "complete": False}}),
                "HOLD",
                "unproven",
            ),
        ),
    ),
    "layers": (policy("  permit search of plate_data\n"), ((request(), "DENY (refused)", "PL"),)),
    "missing": (SPELLED, ((UNSTATED_REQUEST, "HOLD", "not_stated=('request.purpose',)"),)),
    "referrals": (
        policy("  refer search of plate_data to clerk within 1 day\n", words=TRIAL_WORDS),
        ((request(), "HOLD", "referred"),),
    ),
}  # fmt: skip
