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

from .errors import LogError, unreadable
from .records import Judge, Record, TextForm, records

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 65_536
MAX_MEMBERS = 1_000
MAX_UNPACKED = 64 * 1024**3  # bytes of all members of an archive
MAX_RATIO = 200  # of unpacked to packed bytes, for members that are large
LARGE = 64 * 1024**2
MAX_NESTED_WORKBOOK = 256 * 1024**2  # a workbook in an archive is held in memory

SAVE_AS_CSV = "open it in its own program and save the sheet as CSV (UTF-8)"
_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls), or a workbook with a password", SAVE_AS_CSV),
    (b"%PDF-", "a PDF", "ask the custodian for the export as CSV"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (codecs.BOM_UTF32_LE, "UTF-32 text", "save it as UTF-8"),
    (codecs.BOM_UTF32_BE, "UTF-32 text", "save it as UTF-8"),
)
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


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

    def __init__(self, raw: BinaryIO, most: int = MAX_UNPACKED) -> None:
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

    def __init__(self, path: Path, member: zipfile.ZipInfo | None = None) -> None:
        """Look at the file: its form and its digest.

        Raises:
            LogError: It is missing, empty, or no text.
        """
        self.path = path
        self.member = member
        self.name = shown(f"{path.name}/{member.filename}" if member else path.name)
        self.size = member.file_size if member else _size(path)
        self.position = 0
        with self._open() as raw:
            head = raw.read(HEAD_BYTES)
            self.form = _form(head)
            while raw.read(1 << 20):
                pass
            self.sha256 = raw.digest.hexdigest()
        self._last = self.sha256

    def has_changed(self) -> bool:
        """Whether what was read last is other than what was opened."""
        return self._last != self.sha256

    def records(self, judge: Judge | None = None) -> Generator[Record]:
        """Its records in order."""
        with self._open() as raw:
            for record in records(self._text(raw), self.form, judge):
                self.position = raw.count
                yield record
            self._last = raw.digest.hexdigest()

    @contextmanager
    def _open(self) -> Generator["_Hashed"]:
        with _reading(self.path), ExitStack() as stack:
            if self.member is None:
                yield _Hashed(stack.enter_context(self.path.open("rb")))
            else:
                archive = stack.enter_context(zipfile.ZipFile(self.path))
                yield _Hashed(stack.enter_context(archive.open(self.member)))  # type: ignore[arg-type]

    def _text(self, raw: "_Hashed") -> io.TextIOWrapper:
        errors = "replace" if self.form.encoding.startswith("utf-16") else "surrogateescape"
        buffered = io.BufferedReader(raw, 1 << 18)
        return io.TextIOWrapper(buffered, self.form.encoding, errors, self.form.line_break)


def shown(name: str) -> str:
    """A name for messages: what a terminal would obey is made visible."""
    return "".join(char if char.isprintable() else "?" for char in name)


@contextmanager
def _reading(path: Path) -> Generator[None]:
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


# Containers ---------------------------------------------------------------------------------


def sources_in(path: Path) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The tables of a file, and what of it is none.

    Raises:
        LogError: The file cannot be read at all.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise unreadable(error) from error
    if head not in (_ZIP, _EMPTY_ZIP):
        return (TextSource(path),), ()
    with _reading(path), zipfile.ZipFile(path) as archive:
        members = _members(archive)
        if _is_workbook(members):
            return _sheets(path, path.name, None)
        _refuse_office(members)
        return _in_archive(path, archive, members)


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members of an archive that is within all limits."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise LogError(f"the archive has over {MAX_MEMBERS:,} members", "unpack it by hand")
    if len({member.filename for member in members}) < len(members):
        raise LogError("the archive has two members of one name", "unpack it by hand")
    for member in members:
        if member.flag_bits & 1:
            raise LogError("the archive is encrypted", "unpack it with its password first")
        large = member.file_size > LARGE
        if large and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise LogError(
                f"`{shown(member.filename[:60])}` unpacks to over {MAX_RATIO} times its size, as "
                "a zip bomb does",
                "unpack it by hand and look at it",
            )
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise LogError("the archive unpacks to more than is sensible", "unpack it by hand")
    return members


def _is_workbook(members: list[zipfile.ZipInfo]) -> bool:
    return any(member.filename == "xl/workbook.xml" for member in members)


def _refuse_office(members: list[zipfile.ZipInfo]) -> None:
    """Refuse what an office program wrote that is no workbook which can be read here."""
    names = {member.filename for member in members}
    if "xl/workbook.bin" in names:
        raise LogError("this is a binary workbook (.xlsb)", SAVE_AS_CSV)
    if "content.xml" in names and "mimetype" in names:
        raise LogError("this is an OpenDocument file (.ods)", SAVE_AS_CSV)
    if "[Content_Types].xml" in names:
        raise LogError("this is an Office file, but no workbook (.xlsx)", SAVE_AS_CSV)


def _in_archive(
    path: Path, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The logs of an archive, such as one of each month."""
    found: list[Source] = []
    skipped: list[Skipped] = []
    for member in sorted(members, key=lambda each: each.filename):
        base = member.filename.rpartition("/")[2]
        if member.filename.startswith("__MACOSX/") or base.startswith("."):
            continue
        try:
            with archive.open(member) as file:
                head = file.read(4)
            if head == _ZIP:
                inner, others = _nested(path, archive, member)
                found += inner
                skipped += others
            else:
                found.append(TextSource(path, member))
        except LogError as error:
            skipped.append(Skipped(shown(f"{path.name}/{member.filename}"), str(error)))
    return tuple(found), tuple(skipped)


def _nested(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The sheets of a workbook in an archive; an archive in an archive is refused."""
    if member.file_size > MAX_NESTED_WORKBOOK:
        raise LogError("a workbook in an archive that is too large to hold", "unpack the archive")
    data = archive.read(member)
    with zipfile.ZipFile(io.BytesIO(data)) as inner:
        members = _members(inner)
        if not _is_workbook(members):
            _refuse_office(members)
            raise LogError("an archive inside an archive", "unpack the outer one first")
    return _sheets(path, shown(f"{path.name}/{member.filename}"), data)


def _sheets(
    path: Path, name: str, data: bytes | None
) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The visible sheets of a workbook, and those that are hidden."""
    from .workbooks import sheets  # the reader of workbooks costs time to load

    return sheets(path, name, data)
