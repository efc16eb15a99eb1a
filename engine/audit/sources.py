"""Where the records of a log come from: a text file, a member of a zip archive, a sheet.

Nothing is unpacked to disk, and nothing is trusted that a container says of itself: what is
really read is counted against limits.
"""

import codecs
import hashlib
import io
import zipfile
import zlib
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from .batch import Batch
from .errors import LogError, unreadable
from .pool import Pool
from .reading import Reading
from .records import Judge, Record, TextForm, records
from .stretches import Stretches, can_be_split

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 65_536
MAX_BYTES = 64 * 1024**3  # of one table

SAVE_AS_CSV = "open it in its own program and save the sheet as CSV (UTF-8)"
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls), or a workbook with a password", SAVE_AS_CSV),
    (b"%PDF-", "a PDF", "ask the custodian for the export as CSV"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (codecs.BOM_UTF32_LE, "UTF-32 text", "save it as UTF-8"),
    (codecs.BOM_UTF32_BE, "UTF-32 text", "save it as UTF-8"),
)


class Source(Protocol):
    """One table of records."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def size(self) -> int:
        """Its size in bytes, for progress."""
        ...

    @property
    def position(self) -> int:
        """How many of its bytes are read, for progress."""
        ...

    @property
    def form(self) -> TextForm:
        """How its text is written."""
        ...

    @property
    def sha256(self) -> str:
        """The digest of its bytes when it was opened."""
        ...

    def records(self, judge: Judge | None = None) -> Generator[Record]:
        """Its records in order.

        Args:
            judge: What is wrong with the cells of a record of text; a sheet's are as they are.

        Raises:
            LogError: It cannot be opened again or read to its end.
        """
        ...

    def has_changed(self) -> bool:
        """Whether what was read last is other than what was opened."""
        ...


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of a container that is no log, and why."""

    name: str
    why: str


SHEET_FORM = TextForm("xlsx", "", "")


class _Hashed(io.RawIOBase):
    """A stream that hashes what is read from it, and stops where it grows beyond all measure."""

    def __init__(self, raw: BinaryIO, most: int = MAX_BYTES) -> None:
        self._raw = raw
        self._left = most
        self.count = 0
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._raw.read(len(view))
        self._left -= len(data)
        self.count += len(data)
        if self._left < 0:
            raise LogError(
                "it unpacks to more than is sensible", "unpack it by hand and look at it"
            )
        view[: len(data)] = data
        self.digest.update(data)
        return len(data)


class TextSource:
    """A text file, or one in a zip archive."""

    def __init__(self, path: Path, name: str, member: zipfile.ZipInfo | None = None) -> None:
        """Look at the file: its form and its digest.

        Args:
            path: The file.
            name: What messages call it.
            member: A member of an archive, which the file is.

        Raises:
            LogError: It is missing, empty, or no text.
        """
        self.path = path
        self.member = member
        self.name = shown(f"{name}/{member.filename}" if member else name)
        self.size = member.file_size if member else _size(path)
        self.position = 0
        with self._open() as raw:
            head = raw.read(HEAD_BYTES)
            self.form = _form(head)
            self._was = _changed(path)
            self._sha256 = ""
            if member is not None:  # whether the archive is whole shows only at its end
                self._sha256 = _read(raw)
        self._last = self._sha256

    @property
    def sha256(self) -> str:
        """The digest of its bytes: as they are read first, or before that as they stand."""
        if not self._sha256:
            with self._open() as raw:
                self._sha256 = self._last = _read(raw)
        return self._sha256

    def has_changed(self) -> bool:
        """Whether what was read last is other than what was opened."""
        return self._last != self.sha256 or _changed(self.path) != self._was

    def _end(self, raw: "_Hashed") -> None:
        """All of it was read."""
        self._last = raw.digest.hexdigest()
        self._sha256 = self._sha256 or self._last

    def stretches(
        self, reading: Reading, first_line: int, pool: Pool | None = None
    ) -> Generator[Batch | Record]:
        """Its rows in order: many plain ones at once, and the other records one by one.

        Args:
            reading: How its records are read.
            first_line: The line of the header.
            pool: Other processes that read plain rows.
        """
        if not can_be_split(self.form):
            yield from self.records(reading.judge)
            return
        with self._open() as raw:
            for piece in Stretches(raw, self.form, reading, first_line, pool):
                self.position = raw.count
                yield piece
            self._end(raw)

    def records(self, judge: Judge | None = None) -> Generator[Record]:
        """Its records in order."""
        with self._open() as raw:
            for record in records(self._text(raw), self.form, judge):
                self.position = raw.count
                yield record
            self._end(raw)

    @contextmanager
    def _open(self) -> Generator["_Hashed"]:
        with reading(self.path), ExitStack() as stack:
            if self.member is None:
                yield _Hashed(stack.enter_context(self.path.open("rb")))
            else:
                archive = stack.enter_context(zipfile.ZipFile(self.path))
                yield _Hashed(stack.enter_context(archive.open(self.member)))  # type: ignore[arg-type]

    def _text(self, raw: "_Hashed") -> io.TextIOWrapper:
        errors = "replace" if self.form.encoding.startswith("utf-16") else "surrogateescape"
        buffered = io.BufferedReader(raw, 1 << 18)
        return io.TextIOWrapper(buffered, self.form.encoding, errors, self.form.line_break)


def _read(raw: "_Hashed") -> str:
    """The digest of what is read to its end."""
    while raw.read(1 << 20):
        pass
    return raw.digest.hexdigest()


def _changed(path: Path) -> tuple[int, int]:
    """The size of a file, and when it was changed last."""
    try:
        about = path.stat()
    except OSError as error:
        raise unreadable(error) from error
    return about.st_size, about.st_mtime_ns


def shown(name: str) -> str:
    """A name for messages: what a terminal would obey is made visible."""
    return "".join(char if char.isprintable() else "?" for char in name)


@contextmanager
def reading(path: Path) -> Generator[None]:
    """What goes wrong while a file is read, in words."""
    try:
        yield
    except OSError as error:
        raise unreadable(error) from error
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise LogError(
            f"the archive is damaged or of a kind that cannot be read: {error}",
            "fetch it again, or unpack it by hand",
        ) from error
    except zlib.error as error:
        raise LogError(f"the archive is damaged: {error}", "fetch it again") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise unreadable(error) from error


def _form(head: bytes) -> TextForm:
    """Tell a text's form by its first bytes; spreadsheets also write tab and semicolon."""
    encoding = _encoding(head)
    text = head.decode(encoding, "replace")
    first = [line for line in text.splitlines() if line.strip()][:_FIRST_LINES]
    counts = {mark: max((line.count(mark) for line in first), default=0) for mark in ",\t;"}
    return TextForm(encoding, _line_break(text), max(counts, key=lambda mark: counts[mark]))


_FIRST_LINES = 20


def _line_break(text: str) -> str:
    """What ends a line: old programs write carriage returns, and line feeds within cells only."""
    outside = "".join(text.split('"')[::2]) or text
    at = outside.find("\r")
    if at < 0 or outside[at : at + 2] in ("\r\n", "\r\r") or -1 < outside.find("\n") < at:
        return "\n"
    return "" if "\n" not in outside else "\n"


def _encoding(head: bytes) -> str:
    for magic, what, help in _MAGIC:
        if head.startswith(magic):
            raise LogError(f"this is {what}, not a text file", help)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:2]
    if start[:1] == b"<":
        raise LogError("this is a web page or XML, not a table", "fetch the export itself, as CSV")
    if start[:1] == b"{" or start == b"[{":
        raise LogError("this is JSON, not a table", "ask for the export as CSV")
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first = head[:_SAMPLED]
    if b"\0" not in first.partition(b"\n")[0]:
        return "utf-8"  # lines further down that hold NUL are told one by one
    for encoding, zeros in (("utf-16-le", first[1::2]), ("utf-16-be", first[::2])):
        if zeros.count(0) > 0.8 * len(zeros):
            return encoding  # without its mark
    raise LogError("this is a binary file (its first line holds NUL bytes)", SAVE_AS_CSV)


_SAMPLED = 1_024
