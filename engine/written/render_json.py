"""A written policy as JSON."""

from __future__ import annotations

from typing import Any

from .pieces import ADVICE, Clause, Point, Source, Written


def as_json(page: Written) -> dict[str, Any]:
    """The page with its version."""
    return {
        "version": 1,
        "title": page.title,
        "subtitle": page.subtitle,
        "advice": ADVICE,
        "on": page.day.isoformat(),
        "digest": page.digest,
        "facts": [{"label": label, "text": text} for label, text in page.facts],
        "glance": [{"label": label, "items": list(texts)} for label, texts in page.glance],
        "chapters": [
            {"title": c.title, "intro": c.intro, "clauses": [_clause(each) for each in c.clauses]}
            for c in page.chapters
        ],
        "words": [{"word": term, **_point(point)} for term, point in page.terms],
        "questions": [{"word": term, **_point(point)} for term, point in page.questions],
        "coming": [{"on": day.isoformat(), "rules": list(titles)} for day, titles in page.coming],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    source = clause.source
    return {
        "rule": clause.rule or None,
        "title": clause.title,
        "lead": clause.lead,
        "points": [_point(point) for point in clause.points],
        "because": clause.because or None,
        "cites": _source(source) if source else None,
        "dates": clause.dates or None,
        "origin": clause.origin,
        "note": clause.note or None,
    }


def _source(source: Source) -> dict[str, Any]:
    """A citation; `stated_by` is whose own word the status is, where it is no law."""
    return {"text": source.text, "status": source.status, "stated_by": source.policy or None}


def _point(point: Point) -> dict[str, Any]:
    return {"text": point.text, "under": [_point(each) for each in point.under]}
