"""The tables of a file: a text itself, the sheets of a workbook, the members of an archive."""

import io
import zipfile
from collections.abc import Collection
from pathlib import Path

from .columnar import PARQUET, database_sources, is_database, parquet_source
from .errors import LogError, unreadable
from .sources import SAVE_AS_CSV, Skipped, Source, TextSource, reading, shown

MAX_MEMBERS = 1_000
MAX_UNPACKED = 64 * 1024**3  # bytes of all members of an archive
MAX_RATIO = 200  # of unpacked to packed bytes, for members that are large
LARGE = 64 * 1024**2
MAX_NESTED_WORKBOOK = 256 * 1024**2  # a workbook in an archive is held in memory
_HEAD = 16  # bytes that tell what a file is
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"


def files_in(folder: Path, without: Collection[Path] = ()) -> list[Path]:
    """The files of a folder and of all folders in it, by name; hidden ones are passed over.

    Args:
        folder: The folder.
        without: Files that are not meant.
    """
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path not in without
    )


def sources_in(
    path: Path, name: str | None = None
) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The tables of a file, and what of it is none.

    Args:
        path: The file.
        name: What messages call it, if not by its name.

    Raises:
        LogError: The file cannot be read at all.
    """
    name = name or path.name
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise unreadable(error) from error
    if head.startswith(PARQUET):
        return (parquet_source(path, name),), ()
    if is_database(head):
        return database_sources(path, name, head)
    if head[: len(_ZIP)] not in (_ZIP, _EMPTY_ZIP):
        return (TextSource(path, name),), ()
    with reading(path), zipfile.ZipFile(path) as archive:
        members = _members(archive)
        if _is_workbook(members):
            return _sheets(path, name, None)
        _refuse_office(members)
        return _in_archive(path, name, archive, members)


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
    path: Path, name: str, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]
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
                inner, others = _nested(path, name, archive, member)
                found += inner
                skipped += others
            else:
                found.append(TextSource(path, name, member))
        except LogError as error:
            skipped.append(Skipped(shown(f"{name}/{member.filename}"), str(error)))
    return tuple(found), tuple(skipped)


def _nested(
    path: Path, name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo
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
    return _sheets(path, shown(f"{name}/{member.filename}"), data)


def _sheets(
    path: Path, name: str, data: bytes | None
) -> tuple[tuple[Source, ...], tuple[Skipped, ...]]:
    """The visible sheets of a workbook, and those that are hidden."""
    from .workbooks import sheets  # the reader of workbooks costs time to load

    return sheets(path, name, data)
