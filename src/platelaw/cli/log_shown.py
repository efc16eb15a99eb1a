"""An entry of a log in words, made from its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .log_common import short


def lines_of(told: dict[str, Any]) -> Iterator[str]:
    """The lines of an entry, made from its JSON."""
    yield f"entry     {told['index']:,}, {told.get('at', '')}"
    if "fault" in told:
        yield f"          {told['fault']}"
        return
    if "act" in told:
        act = told["act"]
        yield f"act       {act['kind']}, by {act['by']}"
        yield f"          {json.dumps(act['details'], ensure_ascii=False)}"
    else:
        yield from _answer_lines(told)
    proof = told["proof"]
    if proof is not None:
        yield f"leaf      {told['leaf']}"
        size, hashes = proof["size"], len(proof["hashes"]) // 64
        yield f"proof     to the root of {size:,} entries, by hashes that --json shows: {hashes}"


def _answer_lines(told: dict[str, Any]) -> Iterator[str]:
    answer = told["answer"]
    yield f"answer    {answer['outcome']} ({answer['reason']})"
    yield f"caller    {answer['caller']}"
    yield f"request   {answer['request_id']}"
    for name, words in (("hold_id", "hold"), ("release_id", "release"), ("valid_until", "until")):
        if answer.get(name):
            yield f"{words:<10}{answer[name]}"
    if answer.get("development"):
        yield "          of a development service: good for trying only"
    if answer.get("stale"):
        yield "          the policies were more than a day old"
    yield f"policies  {short(answer['policy_digest'])}"
    circumstances = told["circumstances"]
    if circumstances is None:
        yield "          what it was decided from is not at hand"
    else:
        yield from _circumstances_lines(circumstances)
    for rule in told["rules"]:
        cited = f" [{rule['cites']}: {rule['status']}]" if rule["cites"] else ""
        yield f"rule      {rule['id']} of the {rule['layer']} layer, {rule['state']}{cited}"
        yield f"          {rule['title']}"


_REASONS = {"STATED_TEXT": "stated", "STATED_BLANK": "blank"}


def _circumstances_lines(circumstances: dict[str, Any]) -> Iterator[str]:
    asked = circumstances.get("question")
    if asked is None:
        yield "asked     what could not be understood; nothing of it is kept"
        return
    owners = circumstances.get("owners")
    whose = f"{len(owners):,} owners" if owners else asked.get("owner", "")
    yield f"asked     {asked['requester']} of {whose}: {asked['act']} {', '.join(asked['data'])}"
    for fact in asked.get("facts", ()):
        yield f"          {fact['name']} {_value(fact)}"
    if asked.get("period"):
        period = asked["period"]
        yield f"          reads from {period['since']} to {period.get('until', 'then')}"
    yield f"reason    {_REASONS.get(circumstances.get('reason', ''), 'not stated')}"
    for seen in circumstances.get("seen", ()):
        for level in ("plainly", "possibly"):
            if seen.get(level):
                kinds, lexicons = ", ".join(seen[level]), ", ".join(seen["lexicons"])
                yield f"          {level} {kinds}, to {lexicons}"
    yield f"person    {'named' if circumstances.get('user') else 'not named'}"
    for kind in ("facts", "papers", "reviews", "duties"):
        for item in circumstances.get("proof", {}).get(kind, ()):
            yield f"proof     {kind}: {_proven(item)}"
    if circumstances.get("retries"):
        yield f"retries   refused {circumstances['retries']} times before in other words"


def _proven(item: dict[str, Any]) -> str:
    """What was on file, and who stood behind it."""
    by = item["by"]
    what = item.get("name") or item.get("rule") or item.get("duty") or item.get("id")
    return f"{what}, by the {by['role']} of {by['agency']}"


def _value(fact: dict[str, Any]) -> str:
    for name in ("word", "flag", "count"):
        if name in fact:
            return f"is {fact[name]}" if fact[name] != "" else "is blank"
    members = fact.get("members", {})
    more = " and perhaps more" if members.get("open") else ""
    return f"is {{{', '.join(members.get('keys', ()))}}}{more}"
