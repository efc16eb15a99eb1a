"""What a keystroke costs the language server, beside a check of everything from text.

Run `python benchmarks/editor.py`. The workspace is a copy of the shipped library and invented
agencies of twenty rules each (the texts of `benchmarks/parse.py`), as one library. A keystroke
types one letter and asks for the faults of the open file, as the server tells them first, then for
those of all files, both counted from the keystroke; then follows what an editor asks after it:
colors, outline and folds, and what may stand at the caret. Times are CPU milliseconds, the middle
of several keystrokes and the worst of them. The wire is not in it. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import parse

from platelaw.dsl.check import check
from platelaw.dsl.expecting import Expecting
from platelaw.editor.completing import Completing
from platelaw.editor.contexts import context_at
from platelaw.editor.lines import Lines
from platelaw.editor.project import Project, Shipped
from platelaw.editor.structure import folds_of, parts_of
from platelaw.editor.symbols import Scope
from platelaw.editor.tokens import data_of
from platelaw.engine.collecting import collector_paused
from platelaw.engine.library import policy_files, read_policies, shipped, shipped_registry
from platelaw.engine.registry import Body

KEYSTROKES = 15


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody types: a file, and what stands before the caret there."""

    title: str
    file: str
    before: str
    typed: str


TITLE, NAME = r'\nrule \S+ "', r"\nrule "
PLACES = (
    Place("a title, agency of 20 rules", "agency-7.policy", TITLE, "x"),
    Place("a clause there, not understood", "agency-7.policy", r"\n  if ", "("),
    Place("a title in the longest law", "connecticut/alpr_act.policy", TITLE, "x"),
    Place("a name there that examples name", "connecticut/alpr_act.policy", NAME, "x"),
    Place("a policy that others adopt", "agencies/model.policy", TITLE, "x"),
    Place("the core vocabulary, a remark", "core/core.policy", r"\n# ", "x"),
    Place("the core vocabulary, a word", "core/core.policy", r"\nkind ", "x"),
    Place("a title, one file of 1,000 rules", "all.policy", TITLE, "x"),
)


def spent(work: Callable[[], object]) -> float:
    """CPU milliseconds of some work."""
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def write(folder: Path, rules: int) -> None:
    """The workspace: the shipped library, agencies, and one large file apart."""
    base = f"{shipped()}/"
    for name, file in policy_files([shipped()]):
        place = folder / "law" / name.removeprefix(base)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.read_bytes())
    for source in parse.texts(1, rules, rules // 20):
        (folder / "law" / Path(source.name).name).write_text(source.text, "utf-8")
    (folder / "large").mkdir()
    [one] = parse.texts(1, rules, 1)
    (folder / "large" / "all.policy").write_text(one.text, "utf-8")


def opened(folder: Path, agencies: int) -> Project:
    """A folder as an editor has it open, everything known once."""
    bodies = {
        key: Body(key, key, f"B{key}", "", "", (), {"sovereign": "CT", "kind": "police_department"})
        for key in (f"CT/bench-{number}" for number in range(agencies))
    }
    registry = shipped_registry().with_bodies(bodies)
    beneath = read_policies(policy_files([shipped()]))
    parses = {one.document.span.source.name: one for one in beneath}
    project = Project(Shipped(parses, registry), (folder,))
    assert project.checked.library is not None, [str(f) for f in project.checked.diagnostics][:3]
    assert project.index.uses
    return project


def asked(project: Project, name: str, caret: int, expecting: Expecting) -> None:
    """What an editor asks after a keystroke."""
    one = project.parses[name]
    text = one.document.span.source.text
    data_of(project.index, name, Lines(text), project.own)
    parts_of(one, project.index.uses[name])
    folds_of(one)
    context = context_at(text, caret, expecting)
    if context is not None:
        registry = project.shipped.registry
        Completing(project.index, registry).offers(context, Scope(name), "x")


def measure(project: Project, folder: Path, place: Place) -> None:
    """Type at one place, and print what that costs."""
    name = str(folder / place.file)
    text = Path(name).read_text("utf-8")
    caret = [found.end() for found in re.finditer(place.before, text)][3]
    expecting = Expecting()
    first: list[float] = []
    faults: list[float] = []
    rest: list[float] = []
    for number in range(KEYSTROKES + 1):
        now = text[:caret] + place.typed * (1 + number % 3) + text[caret:]
        project.open(name, now)
        with collector_paused():
            first.append(spent(lambda: project.first or project.checked))
            faults.append(first[-1] + spent(lambda: project.checked.diagnostics))
            rest.append(spent(lambda: asked(project, name, caret + 1, expecting)))
    project.close(name)
    assert project.checked.library is not None
    whole = spent(lambda: whole_check(folder, project))
    middle, worst = statistics.median(faults[1:]), max(faults[1:])
    print(
        f"{place.title:34}{statistics.median(first[1:]):8.0f}{max(first[1:]):8.0f}"
        f"{middle:8.0f}{worst:8.0f}{statistics.median(rest[1:]):10.0f}"
        f"{whole:10.0f}{whole / middle:8.0f}"
    )


def whole_check(folder: Path, project: Project) -> None:
    """Everything from text, as `platelaw check` does without a cache."""
    with collector_paused():
        own = read_policies(policy_files([folder]))
        beneath = [] if folder.name == "law" else read_policies(policy_files([shipped()]))
        check([*beneath, *own], project.shipped.registry.bodies.keys())


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a keystroke costs the language server.")
    options.add_argument("--rules", type=int, default=1000)
    rules: int = options.parse_args().rules
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write(folder, rules)
        print(f"{rules} rules beside the shipped library, CPU milliseconds a keystroke:\n")
        print(
            f"{'typed in':34}{'first':>8}{'worst':>8}{'all':>8}{'worst':>8}"
            f"{'the rest':>10}{'check':>10}{'ratio':>8}"
        )
        for name in ("law", "large"):
            project = opened(folder / name, rules // 20)
            for place in PLACES:
                if (folder / name / place.file).exists():
                    measure(project, folder / name, place)


if __name__ == "__main__":
    main()
