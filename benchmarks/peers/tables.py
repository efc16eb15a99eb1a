"""The results of a run as Markdown: the whole page, and the table that the README shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from .engines import COMPILED, IF_ELSE
from .goals import Goal, goals
from .measure import MICRO, Figure
from .probes import FEATURES, NO
from .results import Results, Row

NONE = "-"


def page(found: Results, runs: Sequence[Results] = ()) -> str:
    """Everything that a run found.

    Args:
        found: The run.
        runs: All runs that are kept, to be listed at the end.
    """
    parts = (_head, _goals, _small, _sizes, _growth, _stands, _cells)
    blocks = ["\n".join(part(found)) for part in parts]
    return "\n\n".join([*blocks, *(["\n".join(_runs(runs))] if runs else [])]) + "\n"


def summary(found: Results) -> str:
    """The main table, with the machine and the date."""
    large = max((row.rules for row in found.rows), default=0)
    head = ["engine", "from its own input", "from JSON", f"from JSON, {large:,} rules",
            "same answers", f"cannot say, of {len(FEATURES)}", "misspelt deny rule"]  # fmt: skip
    stands = {stand.engine: stand.outcome for stand in found.stands}
    rows = [
        [row.title, _per_second(row, "decide"), _from_json(row), _at(found, row, large),
         _agreeing(row), _cannot_say(found, row), stands.get(row.title, NONE)]
        for row in found.smallest
    ]  # fmt: skip
    lines = [
        f"Decisions a CPU second, {found.least} rules and requests of seven stated facts;"
        f" platelaw {found.platelaw},",
        f"{found.machine.date}, {found.machine}.",
        "",
        *_table(head, rows),
    ]
    return "\n".join(lines) + "\n"


def _cannot_say(found: Results, row: Row) -> str:
    """How much of the table of what can be said is `no`."""
    column = found.cells.get(row.title)
    return NONE if column is None else str(sum(word.startswith(NO) for word in column.values()))


def _from_json(row: Row) -> str:
    """From the same text; values met before are told beside where that makes a difference."""
    met = f" ({_per_second(row, 'again')} met before)" if "again" in row.figures else ""
    return f"{_per_second(row, 'json')}{met}"


def _at(found: Results, small: Row, size: int) -> str:
    """The same engine at another size, and one engine for each agency."""
    rows = [row for row in found.rows if row.title == small.title and row.rules == size]
    if not rows or size == small.rules:
        return NONE
    words = [
        "refuses" if row.problem else _from_json(row) + " by agency" * row.by_agency for row in rows
    ]
    return ", ".join(words)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _head(found: Results) -> Iterator[str]:
    requests = ", ".join(f"{count} {word}" for word, count in sorted(found.outcomes.items()))
    yield f"# platelaw {found.platelaw} beside its peers, {found.machine.date}"
    yield ""
    yield "Made by `python -m benchmarks.peers`; docs/benchmarks.md says what is measured, and how."
    yield ""
    yield f"- Machine: {found.machine}; load average before the run {found.machine.load}"
    yield f"- The first requests: {requests}"
    yield from (f"- Left out: {title}, {why}" for title, why in found.left_out.items())


def _goals(found: Results) -> Iterator[str]:
    yield "## Ratios"
    yield ""
    yield "`cost`: how many times dearer platelaw is; `gain`: how many times cheaper."
    yield ""
    head = ("platelaw", "beside", "µs", "beside, µs", "ratio", "goal", "")
    yield from _table(head, map(_goal, goals(found)))


def _goal(goal: Goal) -> Sequence[str]:
    ratio = f"{'gain' if goal.is_gain else 'cost'} {_us(goal.ratio)}"
    sign = "at least" if goal.is_gain else "at most"
    bound = NONE if goal.bound is None else f"{sign} {goal.bound:g}"
    word = {True: "met", False: "**missed**", None: ""}[goal.is_met]
    return (goal.what, goal.beside, _us(goal.ours), _us(goal.theirs), ratio, bound, word)


def _small(found: Results) -> Iterator[str]:
    yield f"## {found.least} rules"
    yield ""
    yield "Microseconds of CPU time for one request, median (least to most). `rules agree`: how"
    yield "often an engine that names the deciding rules named just those."
    yield ""
    head = ("engine", "own input", "JSON", "JSON, values met before", "rules read in",
            "answers agree", "rules agree")  # fmt: skip
    yield from _table(head, map(_engine, found.smallest))


def _engine(row: Row) -> Sequence[str]:
    rules = NONE if row.rules_agree is None else f"{row.rules_agree}/{row.asked}"
    spreads = (_spread(row.figures.get(name)) for name in ("decide", "json", "again"))
    return (row.title, *spreads, f"{row.load_seconds * 1000:.0f} ms", _agreeing(row), rules)


def _sizes(found: Results) -> Iterator[str]:
    yield "## More rules"
    yield ""
    yield "Twenty rules an agency; `one for each agency` is an engine for each, picked by its"
    yield "author's own code. Decisions a CPU second, each from its own input:"
    yield ""
    yield from _by_size(found, lambda row: _per_second(row, "decide"))
    yield ""
    yield "The same from JSON, values never met:"
    yield ""
    yield from _by_size(found, lambda row: _per_second(row, "json"))
    yield ""
    yield "CPU seconds to read the rules:"
    yield ""
    yield from _by_size(found, lambda row: f"{row.load_seconds:.2f}")
    yield ""
    yield "Answers that agree, of as many as the time allowed:"
    yield ""
    yield from _by_size(found, _agreeing)
    refused = [row for row in found.rows if row.problem]
    yield from ["", "What engines say that refuse the rules:", ""] if refused else ()
    yield from (f"- {row.name}, {row.rules:,} rules: `` {row.problem} ``" for row in refused)


def _by_size(found: Results, cell: Callable[[Row], str]) -> Iterator[str]:
    sizes = sorted({row.rules for row in found.rows})
    at = {(row.name, row.rules): row for row in found.rows}

    def word(name: str, size: int) -> str:
        row = at.get((name, size))
        return NONE if row is None else "refuses the rules" if row.problem else cell(row)

    names = dict.fromkeys(row.name for row in found.rows)
    rows = ([name, *(word(name, size) for size in sizes)] for name in names)
    return _table(["engine", *(f"{size:,} rules" for size in sizes)], rows)


def _growth(found: Results) -> Iterator[str]:
    small = min(found.growth, key=lambda row: row.rules)
    yield "## Growth of the compiled evaluator"
    yield ""
    yield "All sizes in the same turns, from prepared requests. `alike`: agencies differ in name"
    yield "alone. `differ`: each has numbers and conditions of its own."
    yield ""
    rows = (
        (
            f"{row.rules:,}",
            "differ" if row.own else "alike",
            str(row.shapes),
            _spread(row.figures["decide"]),
            f"{row.took('decide') / small.took('decide'):.2f}",
            _agreeing(row),
        )
        for row in found.growth
    )
    head = ("rules", "agencies", "shapes", "µs", f"times {small.rules} rules", "answers agree")
    yield from _table(head, rows)


def _stands(found: Results) -> Iterator[str]:
    yield "## A fact that is misspelt or missing"
    yield ""
    yield "Permit everything; deny where `purpos` is `protest_watch`. Asked: `purpose` is"
    yield "`protest_watch`. In the last column, requests to the 20 rules that leave two things out"
    yield "and that platelaw holds: what each engine answers."
    yield ""
    rows = (
        (
            stand.engine,
            stand.outcome,
            f"`` {stand.said} ``",
            ", ".join(f"{n} {word}" for word, n in sorted(stand.incomplete.items())) or NONE,
        )
        for stand in found.stands
    )
    yield from _table(("engine", "answer", "what it says", "what was left out"), rows)


def _cells(found: Results) -> Iterator[str]:
    yield "## What each engine can say"
    yield ""
    yield "Tried in this run, but for `(docs)`: read in the documentation of the version above."
    yield "`by hand`: the author of the rules writes it out, and nothing checks that he did."
    yield ""
    rows = ([text, *(column[name] for column in found.cells.values())]
            for name, text in FEATURES.items())  # fmt: skip
    yield from _table(["", *found.cells], rows)


def _runs(runs: Sequence[Results]) -> Iterator[str]:
    yield "## All runs that are kept"
    yield ""
    yield "Figures of different machines and days do not compare; ratios do. Of the compiled"
    yield "evaluator, in times the if/else:"
    yield ""
    rows = (
        (run.platelaw, run.machine.date, str(run.machine), *_told(run), f"[JSON]({run.place})")
        for run in runs
    )
    head = ("version", "day", "machine", "decision", "JSON, met before", "JSON", "")
    yield from _table(head, rows)


def _told(run: Results) -> Iterator[str]:
    small = {row.key: row for row in run.smallest}
    limit, ours = small[IF_ELSE.key].took("decide"), small[COMPILED.key]
    return (_us(ours.took(name) / limit) for name in ("decide", "again", "json"))


def _agreeing(row: Row) -> str:
    return f"{row.agrees}/{row.asked}"


def _per_second(row: Row, name: str) -> str:
    return f"{MICRO / row.took(name):,.0f}" if name in row.figures else NONE


def _spread(figure: Figure | None) -> str:
    if figure is None:
        return NONE
    return f"{_us(figure.median)} ({_us(figure.least)} to {_us(figure.most)})"


def _us(number: float) -> str:
    digits = 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:,.{digits}f}"
