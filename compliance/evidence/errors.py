"""What goes wrong with packages of evidence."""

from __future__ import annotations

from ..errors import MendableError


class PackageError(MendableError):
    """A package that cannot be made or read, with the mend."""
