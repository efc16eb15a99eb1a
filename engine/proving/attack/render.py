"""What became of an attack, as a short story and as JSON."""

from __future__ import annotations

from typing import Any

from ..render import told
from .attacking import Attack


def attack_text(attack: Attack) -> str:
    """What became of an attack, in words."""
    aim = attack.aim
    asks = aim.requester if aim.requester == aim.recipient else (
        f"{aim.requester}, for {aim.recipient},")  # fmt: skip
    data = attack.story.witness.request["data"] if attack.story is not None else aim.data
    asked = f"{asks} wants {aim.act} of {data} of {aim.owner} for {aim.purpose}"
    if attack.impossible:
        return f"PROVED   {asked}\n  No lie gets a PERMIT."
    story = attack.story
    if story is None:
        return f"UNKNOWN  {asked}\n  {attack.why}"
    if not story.wrongs:
        lines = [f"FREE     {asked}", "  No lie is needed."]
    else:
        lines = [f"COST {story.cost:<3} {asked}"]
        lines += [f"  {wrong.kind.value}: {wrong.words}" for wrong in story.wrongs]
    return "\n".join([*lines, "  The request:", *(f"    {line}" for line in told(story.witness))])


def attack_json(attack: Attack) -> dict[str, Any]:
    """What became of an attack, as plain values."""
    aim, story = attack.aim, attack.story
    found: dict[str, Any] = {
        "owner": aim.owner,
        "requester": aim.requester,
        "recipient": aim.recipient,
        "purpose": aim.purpose,
        "act": aim.act,
        "data": aim.data,
        "verdict": "proved impossible" if attack.impossible else "possible" if story else "unknown",
    }
    if attack.why:
        found["why"] = attack.why
    if story is not None:
        found["cost"] = story.cost
        found["wrongs"] = [{"kind": w.kind.value, "words": w.words} for w in story.wrongs]
        found["request"] = dict(story.witness.request)
        found["outcome"] = story.witness.decision.outcome.value
    return found
