"""Which logs and witnesses are believed, and how many must agree: a file of tlog-policy.

Source: c2sp.org/tlog-policy. Every fault of a file is told at once, with its line and the mend.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ..log.notes import Kind, NoteError, VerifierKey

NONE = "none"
_MOST = 1024 * 1024  # bytes of a file
_BLANK = re.compile(r"[ \t]+")  # and no other white space
_WORDS = {"all", "any"}
_NUMBER = re.compile(r"[1-9][0-9]*")


class PolicyError(Exception):
    """A file that is no policy.

    Attributes:
        faults: Every fault: where it stands, what it is, how to mend it.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class KnownLog:
    """A log that is believed.

    Attributes:
        key: Its key; the key's name is the log's origin.
        url: Where it is; empty if not told.
    """

    key: VerifierKey
    url: str


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness that counts.

    Attributes:
        name: What the file calls it.
        key: Its key.
        url: Where it takes checkpoints; empty if not told.
    """

    name: str
    key: VerifierKey
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some witnesses and groups, of which enough must agree.

    Attributes:
        name: What the file calls it.
        needed: How many.
        members: Their names.
    """

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """Who is believed.

    Attributes:
        quorum: The witness or group that must agree; `none` if nobody must.
        logs: The logs; none of them if they are known from elsewhere.
        witnesses: The witnesses by name.
        groups: The groups by name, each after its members.
    """

    quorum: str = NONE
    logs: tuple[KnownLog, ...] = ()
    witnesses: Mapping[str, KnownWitness] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))


def read_policy(file: Path) -> WitnessPolicy:
    """The policy of a file.

    Raises:
        PolicyError: It cannot be read, or something in it is wrong.
    """
    try:
        with file.open("rb") as opened:
            written = opened.read(_MOST + 1)
    except OSError as fault:
        raise PolicyError([f"{file}: cannot be read ({fault.strerror}); name a file"]) from fault
    return parse_policy(written, str(file))


def parse_policy(written: bytes, where: str) -> WitnessPolicy:
    """A policy from its text.

    Args:
        written: The text.
        where: What faults call it.

    Raises:
        PolicyError: Something in it is wrong.
    """
    if len(written) > _MOST:
        raise PolicyError([f"{where}: has more than {_MOST} bytes; leave comments out"])
    try:
        lines = written.decode().split("\n")
    except UnicodeDecodeError as fault:
        raise PolicyError([f"{where}: is not UTF-8 text; save it as such"]) from fault
    reading = _Reading(where)
    for number, line in enumerate(lines, 1):
        reading.take(number, line)
    return reading.finished()


class _Reading:
    """A file while it is read, line by line."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._line = 0
        self._faults = list[str]()
        self._logs = list[KnownLog]()
        self._witnesses = dict[str, KnownWitness]()
        self._groups = dict[str, Group]()
        self._quorum = ""
        self._names, self._members, self._keys = set[str](), set[str](), set[tuple[str, bytes]]()

    def take(self, number: int, line: str) -> None:
        """Read one line."""
        self._line = number
        if any((char < " " and char != "\t") or char == "\x7f" for char in line):
            self._fault("has a control character", "end lines with a newline alone; use no others")
            return
        words = [word for word in _BLANK.split(line) if word]
        match words:
            case []:
                pass
            case [first, *_] if first.startswith("#"):
                pass
            case ["log", vkey] | ["log", vkey, _]:
                if key := self._key(vkey, Kind.NOTE):
                    self._logs.append(KnownLog(key, "".join(words[2:])))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                key = self._key(vkey, Kind.COSIGNATURE)
                if self._is_new(name) and key:
                    self._witnesses[name] = KnownWitness(name, key, "".join(words[3:]))
            case ["group", name, needed, *members] if members:
                self._group(name, needed, members)
            case ["quorum", name]:
                self._take_quorum(name)
            case _:
                self._fault(
                    f"`{line.strip()[:60]}` is no line of a policy",
                    "write log VKEY [URL], witness NAME VKEY [URL], group NAME all|any|NUMBER "
                    "NAME..., or quorum NAME",
                )

    def finished(self) -> WitnessPolicy:
        """The whole.

        Raises:
            PolicyError: Something in it is wrong.
        """
        if not self._quorum and not self._faults:
            self._line = 0
            self._fault("has no quorum", "end it with quorum NAME, or quorum none")
        if self._faults:
            raise PolicyError(self._faults)
        return WitnessPolicy(
            self._quorum,
            tuple(self._logs),
            MappingProxyType(self._witnesses),
            MappingProxyType(self._groups),
        )

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        is_new = self._is_new(name)
        for member in members:
            if member not in self._names - {name}:
                self._fault(f"`{member}` is not known yet", "name it in a line above this one")
            elif member in self._members:
                self._fault(f"`{member}` is a member already", "let it count once")
            self._members.add(member)
        if needed not in _WORDS and not (
            _NUMBER.fullmatch(needed) and int(needed[:9]) <= len(members)
        ):
            self._fault(
                f"`{needed}` of {len(members)} members cannot be",
                f"write all, any, or a number from 1 to {len(members)}",
            )
        elif is_new:
            count = {"all": len(members), "any": 1}.get(needed) or int(needed)
            self._groups[name] = Group(name, count, tuple(members))

    def _take_quorum(self, name: str) -> None:
        if self._quorum:
            self._fault("the quorum is given twice", "keep one of the lines")
        elif name != NONE and name not in self._names:
            self._fault(f"`{name}` is not known yet", "name a witness or group from above, or none")
        self._quorum = self._quorum or name

    def _is_new(self, name: str) -> bool:
        is_new = name not in self._names and name != NONE
        if not is_new:
            self._fault(f"the name `{name}` is taken", "give it a name of its own")
        self._names.add(name)
        return is_new

    def _key(self, vkey: str, kind: Kind) -> VerifierKey | None:
        """A key of a kind, if it is one and nobody else has it."""
        try:
            key = VerifierKey.parse(vkey)
        except NoteError as error:
            self._fault(str(error), "copy the key as its holder gave it")
            return None
        if key.kind is not kind:
            whose = "logs" if kind is Kind.NOTE else "witnesses"
            self._fault(f"the key {key.name} is not one for {whose}", "ask its holder for that key")
            return None
        given = kind.name, key.public
        if given in self._keys:
            self._fault(f"the key {key.name} is given twice", "keep one of the lines")
            return None
        self._keys.add(given)
        return key

    def _fault(self, says: str, mend: str) -> None:
        line = f"{self._line}:" if self._line else ""
        self._faults.append(f"{self._where}:{line} {says}; {mend}")
