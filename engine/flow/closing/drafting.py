"""A plan as a draft of what would be changed: settings, and a scenario to try it by.

Drafts are texts for people to read, sign or throw away. Nothing here changes anything.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from ..model import FlowMap
from ..render_json import name_of
from .plan import Answer, Plan
from .words import act_of, status_words

SETTINGS, SCENARIO = "settings.csv", "scenario.toml"
_COLUMNS = (
    "phase", "holder", "holder_name", "switch", "kind", "act", "loss", "loss_basis",
    "pairs_cut_alone", "pairs_left_without_it",
)  # fmt: skip


def drafts_of(answer: Answer, plan: Plan, map_: FlowMap) -> dict[str, str]:
    """The drafts of a plan, each under the name of its file."""
    return {
        SETTINGS: settings_text(answer, plan, map_),
        SCENARIO: scenario_text(answer, plan),
    }


def settings_text(answer: Answer, plan: Plan, map_: FlowMap) -> str:
    """What each holder is asked to do, one switch a row."""
    phase_of = {
        key: number
        for number, phase in enumerate(answer.phases, 1)
        for key in phase.switches
    }  # fmt: skip
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for step in plan.steps:
        switch = step.switch
        rows.writerow((
            phase_of.get(switch.key, 1), switch.holder, name_of(map_, switch.holder), switch.key,
            switch.kind.value, act_of(switch, map_), f"{step.price.value:g}",
            step.price.basis.value, step.cuts_alone, step.needed_by,
        ))  # fmt: skip
    return text.getvalue()


def scenario_text(answer: Answer, plan: Plan) -> str:
    """A scenario file that closes the switches of a plan, for ``platelaw simulate``."""
    question = answer.question
    heads = (
        "# A draft made by `platelaw close`. Nobody has agreed to it.",
        f"# {status_words(answer)}",
        f"name = {_quoted(f'close {question.zone}')}",
        f"words = {_quoted(f'Closes {len(plan.steps)} switches, at a loss of {plan.cut.loss:g}')}",
    )
    phases = [each.switches for each in answer.phases] or [plan.cut.switches]
    return "\n".join((*heads, *map(_change, phases))) + "\n"


def _change(switches: Iterable[str]) -> str:
    listed = "".join(f"  {_quoted(key)},\n" for key in switches)
    return f'\n[[change]]\ndo = "close switches"\nswitches = [\n{listed}]'


def _quoted(text: str) -> str:
    """A basic string of TOML, of which JSON's are a part but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
