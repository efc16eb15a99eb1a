"""The report of a map for regulators: one file that opens in a browser, and pictures for print.

``view`` says what a report shows, ``of_trace`` makes it from a map and what tracing found, and
``writing`` writes the file.
"""

from .writing import ReportError, write_page, write_picture, write_report

__all__ = ["ReportError", "write_page", "write_picture", "write_report"]
