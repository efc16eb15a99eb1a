"""SPIFFE ids of callers: ``spiffe://<trust domain>/agency/<registry key>/role/<role>``.

Read strictly, by the SPIFFE ID standard, sections 2.1 to 2.4: one spelling for one id, so that ids
may be compared as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..caller import CallerRole

SCHEME = "spiffe://"
LONGEST = 2048  # bytes, SPIFFE ID section 2.3
LONGEST_TRUST_DOMAIN = 255
FORM = f"{SCHEME}<trust domain>/agency/<registry key>/role/<role>"

_TRUST_DOMAIN = re.compile(r"[a-z0-9._-]+")
_SEGMENT = re.compile(r"[A-Za-z0-9._-]+")
_ROLES = {role.value: role for role in CallerRole}
_MENDS = {
    "?": "a SPIFFE id has no query; leave out `?` and all after it",
    "#": "a SPIFFE id has no fragment; leave out `#` and all after it",
    "@": "a SPIFFE id has no user; leave out `@` and what stands before it",
    "%": "a SPIFFE id is never percent-encoded; write letters, digits, `.`, `-` and `_` alone",
}


class SpiffeError(Exception):
    """A SPIFFE id that is none, or none of a caller; the message tells the mend."""


@dataclass(frozen=True, slots=True)
class SpiffeId:
    """Whom a certificate names.

    Attributes:
        trust_domain: The name of the authority that vouches.
        agency: The registry key of the body.
        role: In which role it calls.
    """

    trust_domain: str
    agency: str
    role: CallerRole

    def __post_init__(self) -> None:
        """Hold only what can be written and read again.

        Raises:
            SpiffeError: A part cannot stand in an id.
        """
        check_trust_domain(self.trust_domain)
        _check_segments(self.agency.split("/"))
        if len(str(self)) > LONGEST:
            raise SpiffeError(f"the id is longer than {LONGEST} bytes; shorten its parts")

    def __str__(self) -> str:
        """The id as a URI."""
        return f"{SCHEME}{self.trust_domain}/agency/{self.agency}/role/{self.role.value}"


def parse_spiffe(text: str) -> SpiffeId:
    """The id that a URI says.

    Raises:
        SpiffeError: It is no SPIFFE id of a caller.
    """
    if len(text) > LONGEST:
        raise SpiffeError(f"the id is longer than {LONGEST} bytes; shorten its parts")
    if not text.startswith(SCHEME):
        raise SpiffeError(f"`{text[:80]}` is no SPIFFE id; write {FORM}")
    for sign, mend in _MENDS.items():
        if sign in text:
            raise SpiffeError(f"`{text}`: {mend}")
    trust_domain, *segments = text.removeprefix(SCHEME).split("/")
    check_trust_domain(trust_domain)
    _check_segments(segments)
    if len(segments) < 4 or segments[0] != "agency" or segments[-2] != "role":
        raise SpiffeError(f"`{text}` names no agency and role; write {FORM}")
    return SpiffeId(trust_domain, "/".join(segments[1:-2]), role_of(segments[-1]))


def role_of(word: str) -> CallerRole:
    """The role that a word means.

    Raises:
        SpiffeError: It is no role.
    """
    role = _ROLES.get(word)
    if role is None:
        raise SpiffeError(f"`{word}` is no role of a caller; write one of {', '.join(_ROLES)}")
    return role


def check_trust_domain(name: str) -> None:
    """Refuse what is no name of a trust domain.

    Raises:
        SpiffeError: It is none.
    """
    if ":" in name:
        raise SpiffeError(f"`{name}`: a trust domain has no port; leave out `:` and the number")
    if not _TRUST_DOMAIN.fullmatch(name) or len(name) > LONGEST_TRUST_DOMAIN:
        raise SpiffeError(
            f"`{name[:80]}` is no trust domain; write up to {LONGEST_TRUST_DOMAIN} lower-case "
            "letters, digits, `.`, `-` and `_`, such as agency.example"
        )


def _check_segments(segments: list[str]) -> None:
    for segment in segments:
        if segment in ("", ".", ".."):
            raise SpiffeError(
                f"`{'/'.join(segments)[:80]}` has the segment `{segment}`; write each part of the "
                f"path once, with no `/` at its end, in the form {FORM}"
            )
        if not _SEGMENT.fullmatch(segment):
            raise SpiffeError(
                f"`{segment[:80]}` cannot stand in a SPIFFE id; write letters, digits, `.`, `-` "
                "and `_` alone"
            )
