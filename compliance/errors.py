"""What the errors of this package have in common."""

from __future__ import annotations


class MendableError(Exception):
    """What cannot be done as it was asked, with the mend.

    Attributes:
        message: What is wrong.
        help: What to do.
    """

    def __init__(self, message: str, help: str) -> None:
        """Say what is wrong and what to do."""
        super().__init__(message)
        self.message, self.help = message, help
