"""The parts of a report below its summary: what the numbers are made of."""

from __future__ import annotations

import datetime
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from ...engine.render_text import STATUS_WORDS
from ..findings.book import read_book
from ..findings.catalog import place_of
from ..findings.chain import Entry
from ..findings.holding import holds_of
from ..findings.showing import remark_on
from ..own_days import OwnDays
from . import words
from .answers import Answers
from .law_words import asked_in_words, missing_in_words
from .view import Chart, Column, Kind, Part, Table

MOST_ROWS = 300  # of a table
_SHORT = 8  # letters of an id that are shown: enough for a command to know it
_COUNT = Column("searches", Kind.COUNT)
_TOKEN = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{8,}\b")


def parts(answers: Answers, drawn: Mapping[str, Chart]) -> Iterator[Part]:
    """The parts in the order in which they are read; what has nothing to show is left out."""
    yield _part(
        "time", "Over time", "How the numbers went, so that a change stands out. "
        f"Days and hours are those of {answers.zone}.",
        *drawn.values(), _hours(answers),
    )  # fmt: skip
    yield _part(
        "findings", "Findings", "What review found and where it stands. Each is kept with its "
        "history in the results.", _findings(answers), _checks(answers), _not_checked(answers),
        _holds(answers),
    )  # fmt: skip
    yield _part(
        "who", "Who searched", "By the organization that a row names. A name that does not surely "
        "mean one body is nobody known, and is accused of nothing.",
        _relations(answers), _organizations(answers),
    )  # fmt: skip
    yield _part(
        "text", "Reasons and case numbers", "What the lexicons see and what is left blank; no "
        "single reason is shown. A word is a reason to read, not proof of a purpose.",
        _named(answers), _cells(answers),
    )  # fmt: skip
    yield _part(
        "law", "What it rests on in law", "Verdicts come from the law above the agency. No search "
        "is called unlawful on wording that was not verified; such a search is a question for "
        "counsel.",
        _verdicts(answers), _rules(answers), _missing(answers), _readings(answers),
        _grounds(answers),
    )  # fmt: skip
    yield _part(
        "files", "What was read", "Every number comes from these files, each known by the SHA-256 "
        "of its bytes.", _sources(answers), _completeness(answers), _lacking(answers),
        _repeats(answers), _faults(answers),
    )  # fmt: skip


def _part(name: str, title: str, lead: str, *blocks: Table | Chart) -> Part:
    shown = tuple(each for each in blocks if isinstance(each, Chart) or each.rows)
    return Part(name, title, lead, shown)


def _table(
    name: str, caption: str, columns: tuple[Column, ...],
    rows: list[tuple[Any, ...]], note: str = "",
) -> Table:  # fmt: skip
    left_out = max(0, len(rows) - MOST_ROWS)
    return Table(name, caption, columns, tuple(rows[:MOST_ROWS]), name, left_out, note)


def _hours(answers: Answers) -> Table:
    rows = [
        (f"{row['hour']:02}:00 to {row['hour']:02}:59", row["searches"],
         row["searches"] / answers.searches, row["own"])
        for row in answers.rows["hours"]
    ]  # fmt: skip
    columns = (Column("hour of the day"), _COUNT, Column("share", Kind.SHARE),
               Column("by the agency itself", Kind.COUNT))  # fmt: skip
    return _table("hours", "Searches by the hour of the day", columns, rows)


def _verdicts(answers: Answers) -> Table:
    counts, all_ = answers.counts("verdicts", "verdict"), answers.searches
    rows = [
        (verdict, counts[verdict], counts[verdict] / all_, meaning)
        for verdict, meaning in words.VERDICTS.items()
        if counts.get(verdict)
    ]
    barred = answers.one("barred")["searches"]
    note = (
        f"At {barred:,} of those that cannot be told a rule bites whoever searched."
        if barred
        else ""
    )
    columns = (Column("verdict"), _COUNT, Column("share", Kind.SHARE), Column("means"))
    return _table("verdicts", "Searches by verdict", columns, rows, note)


def _rules(answers: Answers) -> Table:
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for row in answers.rows["rules"]:
        key = (row["rule"], row["since"], row["title"], row["citation"], row["status"])
        found[key][row["state"]] = row["searches"]
    rows = [
        (
            title, citation, status, states.get("bites", 0), sum(states.values()),
            ", ".join(
                f"{words.STATES.get(state, state)}: {count:,}"
                for state, count in sorted(states.items())
            ),
            since, rule,
        )
        for (rule, since, title, citation, status), states in found.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row[3], -row[4], row[7]))
    statuses = sorted({row[2] for row in rows})
    meaning = "; ".join(
        f"{each}: {STATUS_WORDS[each]}" for each in statuses if each in STATUS_WORDS
    )
    columns = (
        Column("rule"), Column("source"), Column("wording", Kind.CHOICE),
        Column("bites at", Kind.COUNT), Column("took part at", Kind.COUNT), Column("did there"),
        Column("in force from", Kind.DAY), Column("id", Kind.CODE),
    )  # fmt: skip
    return _table("rules", "Rules that took part, and how sure their wording is", columns,
                  rows, f"Wording is {meaning}." if meaning else "")  # fmt: skip


def _missing(answers: Answers) -> Table:
    told = missing_in_words(answers)
    rows = [
        (text, words.CAUSES.get(row["cause"], row["cause"]), row["searches"], row["fact"])
        for text, row in zip(told, answers.rows["missing"], strict=True)
    ]
    columns = (
        Column("what is missing"), Column("why", Kind.CHOICE), _COUNT, Column("name", Kind.CODE),
    )  # fmt: skip
    return _table("missing", "What is missing where it cannot be told", columns, rows)


def _readings(answers: Answers) -> Table:
    asked = asked_in_words()
    rows = [
        (asked.get(row["reading"]) or words.plain(row["reading"]), row["searches"], row["reading"])
        for row in answers.rows["readings"]
    ]
    columns = (Column("open question"), _COUNT, Column("name", Kind.CODE))
    return _table("readings", "Open questions of law that searches hang on", columns, rows,
                  "`platelaw questions` tells each and what hangs on it.")  # fmt: skip


def _grounds(answers: Answers) -> Table:
    counts = answers.counts("grounds", "ground")
    rows = [(words.GROUNDS[key], counts[key]) for key in words.GROUNDS if key in counts]
    columns = (Column("the agency's own policy opens the search"), _COUNT)
    return _table("grounds", "The agency's own policy", columns, rows)


def _findings(answers: Answers) -> Table:
    rows = [
        (
            _title(row), words.SEVERITIES[row["severity"]], _about(row),
            row["searches"], row["status"], words.plain(row["owner"]) or "nobody yet", row["due"],
            _measured(row), words.cited(row), row["source_status"], row["id"][:_SHORT],
        )
        for row in sorted(answers.rows["findings"], key=_gravity)
    ]  # fmt: skip
    columns = (
        Column("finding"), Column("how grave", Kind.CHOICE), Column("about"), _COUNT,
        Column("status", Kind.CHOICE), Column("owner", Kind.CHOICE), Column("due", Kind.DAY),
        Column("measured"), Column("rests on"), Column("wording", Kind.CHOICE),
        Column("id", Kind.CODE),
    )  # fmt: skip
    shown = _table("findings", "All findings, the gravest first", columns, rows)
    return replace(shown, rest=answers.findings_command())


def _title(row: Mapping[str, Any]) -> str:
    """What a finding is, with what the last run says of it."""
    remark = remark_on(row["check"], _held(row["measure"]), seen=row["seen"])
    return f"{row['title']} ({remark})" if remark else str(row["title"])


def _gravity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What comes first: by severity, then by the check, then what is due first."""
    due = row["due"] or datetime.date.max
    return (tuple(words.SEVERITIES).index(row["severity"]), place_of(row["check"]), due,
            -row["searches"], row["id"])  # fmt: skip


def _checks(answers: Answers) -> Table:
    """What each check counts, as it says itself."""
    rows = {
        row["title"]: str(json.loads(row["measure"] or "{}").get("computed", ""))
        for row in answers.rows["findings"]
    }
    told = [(title, text) for title, text in rows.items() if text]
    return Table("checks", "What each check counts", (Column("finding"), Column("counts")),
                 tuple(told), "findings")  # fmt: skip


def _not_checked(answers: Answers) -> Table:
    rows = [(words.plain(row["check"]), row["why_not"]) for row in answers.rows["not_checked"]]
    columns = (Column("check"), Column("why not"))
    return _table("not_checked", "Checks that could not be made", columns, rows)


def _holds(answers: Answers) -> Table:
    entries = [Entry(**row) for row in answers.rows["holds"]]
    own = OwnDays(ZoneInfo(answers.zone))
    rows = [
        (hold.matter, hold.scope.words, hold.first, hold.until,
         own.day(hold.lifted_at) if hold.lifted_at else None, _kinds(hold.covers),
         _kinds(hold.never), hold.id)
        for hold in holds_of(entries, read_book(), own)
    ]  # fmt: skip
    columns = (
        Column("matter"), Column("over"), Column("from", Kind.DAY), Column("to", Kind.DAY),
        Column("lifted", Kind.DAY), Column("of the data"), Column("never of"),
        Column("id", Kind.CODE),
    )  # fmt: skip
    return _table("holds", "Legal holds", columns, rows,
                  "Without a last day a hold counts until it is lifted. None extends the time that "
                  "plate data are kept.")  # fmt: skip


def _kinds(names: tuple[str, ...]) -> str:
    return ", ".join(map(words.plain, names))


def _about(row: Mapping[str, Any]) -> str:
    """Whom or what a finding is about; how grave it is stands beside it."""
    held = _held(row["subject"])
    held.pop("severity", None)
    if "purpose" in held:
        held["purpose"] = words.plain(str(held["purpose"]))
    return _shown(held)


def _measured(row: Mapping[str, Any]) -> str:
    """The numbers of a finding that do not stand beside it already."""
    held, told = _held(row["measure"]), _held(row["subject"])
    first, last = (str(held.pop(key, "")) for key in ("first_day", "last_day"))
    days = first if first == last else f"{first} to {last}"
    kept = {
        key: value
        for key, value in held.items()
        if key not in ("computed", "searches") and told.get(key) != value
    }
    return _shown({"days": days, **kept} if days else kept)


def _held(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def _shown(held: Mapping[str, Any]) -> str:
    """Keys and values in words; of a token its beginning."""
    return _TOKEN.sub(r"\1…", _pairs(dict(held)))


def _value(key: str, value: object) -> str:
    """The value of a key; what is called a rate is a share."""
    return f"{value:.1%}" if key == "rate" and isinstance(value, float) else _pairs(value)


def _pairs(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(
            f"{words.plain(str(key))}: {_value(str(key), each)}"  # pyright: ignore[reportUnknownArgumentType]
            for key, each in value.items()  # pyright: ignore[reportUnknownVariableType]
        )
    if isinstance(value, list):
        return ", ".join(map(_pairs, value))  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _relations(answers: Answers) -> Table:
    counts, all_ = answers.counts("relations", "relation"), answers.searches
    rows = [(words.RELATIONS.get(key, key), count, count / all_) for key, count in counts.items()]
    columns = (Column("who"), _COUNT, Column("share", Kind.SHARE))
    return _table("relations", "Searches by who searched", columns, rows)


def _organizations(answers: Answers) -> Table:
    rows = [
        (
            row["name"], words.RELATIONS.get(row["relation"], row["relation"]), row["government"],
            row["searches"], row["questions"], row["unlawful"], row["named"],
        )
        for row in answers.rows["organizations"]
    ]  # fmt: skip
    columns = (
        Column("organization"), Column("who that is", Kind.CHOICE), Column("of", Kind.CODE),
        _COUNT, Column("questions for counsel", Kind.COUNT), Column("shown unlawful", Kind.COUNT),
        Column("text names a use", Kind.COUNT),
    )  # fmt: skip
    return _table("organizations", "Organizations, those with questions first", columns,
                  rows)  # fmt: skip


def _named(answers: Answers) -> Table:
    rows = [
        (words.plain(row["purpose"]), "plainly" if row["plainly"] else "possibly", row["searches"],
         row["texts"])
        for row in answers.rows["named_uses"]
    ]  # fmt: skip
    columns = (Column("use"), Column("how sure"), _COUNT, Column("texts", Kind.COUNT))
    return _table("named_uses", "Uses that the text of a search names", columns, rows)


def _cells(answers: Answers) -> Table:
    all_ = answers.searches
    rows = [
        (words.plain(row["field"]), "a value" if row["state"] == "value" else row["state"],
         row["searches"], row["searches"] / all_)
        for row in answers.rows["cells"]
    ]  # fmt: skip
    columns = (Column("field", Kind.CHOICE), Column("what stands there"), _COUNT,
               Column("share", Kind.SHARE))  # fmt: skip
    return _table("cells", "What stands in reasons and case numbers", columns, rows)


def _sources(answers: Answers) -> Table:
    rows = [
        (
            row["name"], row["digest"], row["rows"], row["repeated"], row["unread"],
            words.SOURCE_STATES[row["state"]], _day(row["first_search"]), _day(row["last_search"]),
            ", ".join(map(words.plain, row["absent"])), row["layout"],
        )
        for row in answers.rows["sources"]
    ]  # fmt: skip
    columns = (
        Column("file"), Column("SHA-256", Kind.CODE), Column("rows", Kind.COUNT),
        Column("read before", Kind.COUNT), Column("unread", Kind.COUNT),
        Column("how far", Kind.CHOICE), Column("from", Kind.DAY),
        Column("to", Kind.DAY), Column("has no column for"), Column("layout", Kind.CODE),
    )  # fmt: skip
    return _table("sources", "Files", columns, rows)


def _completeness(answers: Answers) -> Table:
    """How complete the exports are, by other logs and pages; nothing if nobody asked."""
    rows: list[tuple[Any, ...]] = []
    for row in answers.rows["completeness"]:
        rows += [
            ("supports 'no violation'", f"{row['support']}: {'; '.join(row['reasons'])}"),
            ("told on", f"{row['moment']:%Y-%m-%d}, by {', '.join(row['logs'])}"),
            ("share asked for", f"{row['asked']:.2%} of all searches"),
        ]
        if row["share"] is None:
            continue
        sure = f"{row['confidence']:.0%} sure"
        rows += [
            ("share of what other logs hold", f"{row['share']:.2%}: {row['in_both']:,} of "
             f"{row['elsewhere']:,}, told apart by {row['told_apart']}"),
            ("share of all searches", f"{row['low']:.2%} to {row['high']:.2%} ({sure})"),
            ("searches in all", "too few are in both to estimate" if row["total"] is None
             else f"about {row['total']:,}, of them {row['unseen']:,} in no log"),
            ("at most", "without a bound" if row["most"] is None else f"{row['most']:,} ({sure})"),
        ]  # fmt: skip
    columns = (Column("of the exports"), Column("told"))
    return _table("completeness", "How complete the exports are", columns, rows)


def _lacking(answers: Answers) -> Table:
    rows = [
        (row["search_id"] or "no id", f"{row['moment']:%Y-%m-%d %H:%M:%S}", row["networks"],
         ", ".join(row["logs"]))
        for row in answers.rows["lacking"]
    ]  # fmt: skip
    columns = (Column("search", Kind.CODE), Column("at (UTC)"), Column("networks", Kind.COUNT),
               Column("stands in"))  # fmt: skip
    told = next(iter(answers.rows["completeness"]), None)
    missing = (told["elsewhere"] or 0) - (told["in_both"] or 0) if told else 0
    return Table("lacking", "Searches that other logs hold and the exports lack", columns,
                 tuple(rows), "lacking", max(0, missing - len(rows)))  # fmt: skip


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return moment.date() if moment else None


def _repeats(answers: Answers) -> Table:
    counts = answers.counts("repeats", "repeated", "rows")
    rows = [(text, counts[key]) for key, text in words.REPEATS.items() if counts.get(key)]
    columns = (Column("rows that"), Column("rows", Kind.COUNT))
    return _table("repeats", "Repeated rows", columns, rows)


def _faults(answers: Answers) -> Table:
    rows = [
        (row["name"], row["kind"], words.plain(row["field"]), row["faults"])
        for row in answers.rows["faults"]
    ]
    columns = (Column("file"), Column("kind", Kind.CHOICE), Column("field"),
               Column("faults", Kind.COUNT))  # fmt: skip
    return _table("faults", "Faults of the files", columns, rows,
                  "`platelaw audit` prints each with its line and its mend.")  # fmt: skip
