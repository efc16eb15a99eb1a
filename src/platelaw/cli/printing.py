"""A page printed to PDF by the browser of this machine. An edge: it starts a program."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# What the browser does of its own accord is switched off.
_FLAGS = (
    "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-pdf-header-footer",
)  # fmt: skip
_SECONDS = 120
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class PrintingError(Exception):
    """A page that cannot be printed; the message says why, ``help`` what to do."""

    def __init__(self, message: str, help_: str = "") -> None:
        super().__init__(message)
        self.help = help_


def browser() -> str:
    """The browser that ``PLATELAW_CHROMIUM`` names, or the first one on the path.

    Raises:
        PrintingError: There is none.
    """
    named = os.environ.get("PLATELAW_CHROMIUM", "")
    names = (named,) if named else NAMES
    found = next((place for name in names if (place := shutil.which(name))), None)
    if found is None:
        raise PrintingError(
            f"PLATELAW_CHROMIUM names `{named}`, which cannot be run"
            if named
            else "a PDF is printed by Chromium, and none is on the path",
            "install it, let PLATELAW_CHROMIUM name one, or write --html and print it from a "
            "browser",
        )
    return found


def pdf_of(page: str) -> bytes:
    """A page as PDF. The browser writes the time into it: two are alike but not the same bytes.

    Raises:
        PrintingError: No browser is found, or it fails.
    """
    program = browser()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, "utf-8")
        root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        command = (
            program, *_FLAGS, *root, f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}", source.as_uri(),
        )  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
            return target.read_bytes()
        except (OSError, subprocess.SubprocessError) as fault:
            raise PrintingError(
                f"{program} could not print the page: {fault}",
                "write --html and print it from a browser",
            ) from fault
