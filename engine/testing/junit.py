"""Results of examples as JUnit XML, which CI services show: one suite a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree

from ..examples import ExampleResult
from .render_text import failure_text

# What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Iterable[ExampleResult]) -> str:
    """The report; no times, so that the same answers give the same bytes."""
    root = ElementTree.Element("testsuites", name="platelaw")
    for name, group in groupby(results, key=lambda result: result.example.node.span.source.name):
        cases = list(group)
        failed = sum(bool(case.faults) for case in cases)
        counts = {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(name), **counts})
        for case in cases:
            _case(suite, case)
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, result: ExampleResult) -> None:
    span = result.example.node.span
    line = span.source.line_and_column(span.start)[0]
    names = {"classname": _clean(span.source.name), "name": _clean(result.example.node.title)}
    place = {"file": _clean(span.source.name), "line": str(line)}
    case = ElementTree.SubElement(suite, "testcase", names | place)
    if result.faults:
        message = _clean("; ".join(result.faults))
        failure = ElementTree.SubElement(case, "failure", {"message": message})
        failure.text = _clean(failure_text(result))


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
