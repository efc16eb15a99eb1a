"""What a closing answers, in words that every form of it shares."""

from __future__ import annotations

from ..model import FlowMap, Switch, SwitchKind
from ..render_json import name_of
from ..render_text import KIND_WORDS
from .asking import Basis, Price
from .plan import Answer
from .solving import Status

BASIS_WORDS = {
    Basis.LOSS: "as stated for the switch",
    Basis.VOLUME: "records in 90 days, measured",
    Basis.COUNT: "by default, not measured",
}
ACT_WORDS = {
    SwitchKind.SETTING: "turn the setting off",
    SwitchKind.CONTRACT: "end or amend the contract",
    SwitchKind.MEMBERSHIP: "leave the network",
    SwitchKind.ACCOUNT: "close the account",
    SwitchKind.AGREEMENT: "end or amend the agreement",
    SwitchKind.PRACTICE: "order that it stop, and supervise it",
}
HEURISTIC = "The order is a heuristic: the switch that cuts off the most pairs comes first."


def act_of(switch: Switch, map_: FlowMap) -> str:
    """The act that closes a switch, and what it is."""
    return f"{ACT_WORDS[switch.kind]}: {named(switch, map_)}"


def named(switch: Switch, map_: FlowMap) -> str:
    """What a switch is, by its own words or by what it opens."""
    if switch.words:
        return switch.words
    opened = [map_.relations[number] for number in map_.by_switch.get(switch.key, ())]
    if not opened:
        return switch.key
    first = opened[0]
    source, target = name_of(map_, first.source), name_of(map_, first.target)
    more = f", and {len(opened) - 1:,} more relations" if len(opened) > 1 else ""
    return f"{target} {KIND_WORDS[first.kind]} {source}{more}"


def price_words(price: Price) -> str:
    """A price and where it comes from."""
    if price.basis is Basis.COUNT and not price.value:
        return "loss 0: the rules let no ordinary request over it"
    return f"loss {price.value:g}, {BASIS_WORDS[price.basis]}"


def status_words(answer: Answer) -> str:
    """What is known of the plan, or why there is none."""
    cut, budget = answer.cut, answer.closing.budget
    match answer.status:
        case Status.OPTIMAL if budget.is_limited:
            return "Proved: within the budget no plan leaves fewer pairs, or as few for less."
        case Status.OPTIMAL:
            return "Proved: no plan costs less."
        case Status.BOUND if budget.is_limited:
            return (
                f"Not proved: the time limit of {answer.closing.time_limit:g} s came first. No "
                f"plan within the budget leaves fewer than {cut.pairs_bound:,} pairs."
            )
        case Status.BOUND:
            return (
                f"Not proved: the time limit of {answer.closing.time_limit:g} s came first. No "
                f"plan costs less than {cut.bound:g}: a gap of {cut.gap:.1%}."
            )
        case Status.UNCUTTABLE:
            return (
                "It cannot be closed: this way passes only switches that nobody who may be asked "
                "holds, or that were named as never to be touched."
            )
        case Status.PROTECTED:
            return "It cannot be closed while every protected demand stays possible. Give up these:"
        case Status.UNKNOWN:
            return (
                f"Nothing was found in the time limit of {answer.closing.time_limit:g} s; whether "
                "it can be closed is not known."
            )
        case Status.NOTHING:
            return "There is no door of these classes to close."


def holder_of(switch: Switch, map_: FlowMap) -> str:
    """Who can close a switch: name and key."""
    name = name_of(map_, switch.holder)
    return name if name == switch.holder else f"{name} ({switch.holder})"
