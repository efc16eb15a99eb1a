"""What can be wrong with a repository of policies, or with the one who wants to change it.

BundleError
├── AuthoringError      a change that is refused before anything is written
├── UnreachableError    the repository does not answer
├── UntrustedError      something is not signed as it must be, or older than what was seen
│   ├── ExpiredError    it was signed too long ago
│   └── ClockError      it was signed later than our clock says it is
└── ContentsError       signed as it must be, and no law: a fault in the texts or their places
"""

from __future__ import annotations

from collections.abc import Sequence

from ...dsl.diagnostics import Diagnostic


class BundleError(Exception):
    """A fault, and how to mend it.

    Attributes:
        message: What is wrong, in one line.
        help: How to mend it; may be empty.
        diagnostics: The faults of policy texts, if it is those.
    """

    def __init__(
        self, message: str, help_: str = "", diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help_
        self.diagnostics = tuple(diagnostics)


class AuthoringError(BundleError):
    """A change that is refused; nothing was written."""


class UnreachableError(BundleError):
    """The repository does not answer, or not in time."""


class UntrustedError(BundleError):
    """A version that is not signed as it must be, or is older than one that was seen."""


class ExpiredError(UntrustedError):
    """A version that was signed too long ago."""


class ClockError(UntrustedError):
    """A version of the future: our clock is behind."""


class ContentsError(BundleError):
    """Texts that are signed and cannot serve."""
