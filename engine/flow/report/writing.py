"""Where reports are written: a page, a picture for print, or a picture of points."""

from __future__ import annotations

import datetime
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from ...registry import Registry
from ..door import Trace
from ..model import FlowMap
from .of_trace import report_data
from .page import html
from .picture import png
from .svg import svg
from .view import PlanView, ReportData, ScenariosView


class ReportError(Exception):
    """A report that cannot be written; the message says why and what to do."""


def write_report(
    path: Path,
    flow_map: FlowMap,
    trace: Trace,
    *,
    registry: Registry,
    made_on: datetime.date | None = None,
    remarks: tuple[str, ...] = (),
    plan: PlanView | None = None,
    scenarios: ScenariosView | None = None,
) -> None:
    """Write what tracing found as one page, whole or not at all.

    Args:
        path: Where to.
        flow_map: The map.
        trace: What was found on it.
        registry: Tells the government of each body.
        made_on: The day of the report; that of the question if not given.
        remarks: What must stand at its head, such as that it is a simulation.
        plan: What closes the doors (``of_plan.plan_view``).
        scenarios: What scenarios change (``of_scenarios.scenarios_view``).

    Raises:
        ReportError: The file cannot be written.
    """
    data = report_data(flow_map, trace, registry=registry, made_on=made_on, remarks=remarks)
    write_page(path, replace(data, plan=plan, scenarios=scenarios))


def write_page(path: Path, data: ReportData) -> None:
    """Write the page of a report, whole or not at all.

    Raises:
        ReportError: The file cannot be written.
    """
    _write(path, html(data).encode())


def write_picture(path: Path, data: ReportData, *, width: int = 2400) -> None:
    """Write the map of a report as a picture: ``.svg``, or ``.png`` of so many points across.

    Raises:
        ReportError: The name ends otherwise, the file cannot be written, or what draws points
            is not installed.
    """
    drawn = svg(data)
    if path.suffix.lower() == ".svg":
        _write(path, drawn.encode())
    elif path.suffix.lower() == ".png":
        try:
            points = png(drawn, width=width)
        except ImportError as missing:
            raise ReportError(
                "a PNG needs the extra `print`: `pip install '.[print]'`, or name a .svg file"
            ) from missing
        _write(path, points)
    else:
        raise ReportError(f"{path}: a picture is a .svg or a .png file; rename it")


def _write(path: Path, content: bytes) -> None:
    """Write beside the place and move there, so that nobody sees half a file."""
    try:
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(scratch, 0o644)
            os.replace(scratch, path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise ReportError(f"{path}: cannot be written: {fault.strerror}") from fault
