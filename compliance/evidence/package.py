"""A package of evidence: its files, their manifest, and how they are written and read."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...dsl.model import Library
from ..errors import MendableError
from . import contents
from .accuracy import accuracy_json, measured
from .statement import statement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VERSION = 1
MANIFEST = "manifest.json"
COMMAND = "platelaw evidence verify PACKAGE"
_MOST_BYTES = 2_000_000_000  # of a package that is read: a bomb is no evidence
_MOMENT = (1980, 1, 1, 0, 0, 0)  # in an archive: the same package is the same bytes


class PackageError(MendableError):
    """A package that cannot be made or read, with the mend."""


def packed(
    results: DuckDBPyConnection,
    key: str,
    *,
    library: Library,
    tool: str,
    made_on: datetime.date,
    explanations: Mapping[str, str],
    proofs: Mapping[str, bytes],
) -> dict[str, bytes]:
    """The files of a package, by name.

    Args:
        results: A results database with its findings.
        key: The id of the finding.
        library: The policies, of which the texts of the rules are taken.
        tool: Which platelaw this is.
        made_on: Today.
        explanations: Decision trees of searches, by the number of the judgment.
        proofs: Proofs of the decision log, by name of the file.

    Raises:
        PackageError: There is no such finding.
    """
    finding = contents.finding_of(results, key)
    if finding is None:
        raise PackageError(f"no finding has the id `{key}`", "`platelaw findings list` shows them")
    about = contents.about_of(results)
    sources = contents.sources_of(results, key)
    judgments = contents.judgments_of(results, key)
    law = {
        "policies_judged_by": about.get("policies", ""),
        "policies_read_here": library.digest,
        "rules": contents.law_of(results, key, judgments, library),
    }
    files = {
        "finding.json": _json(finding),
        "register.json": _json(contents.register_of(results, key)),
        "searches.csv": contents.searches_of(results, key).encode(),
        "sources.json": _json(sources),
        "judgments.json": _json(judgments),
        "law.json": _json(law),
        "audit.json": _json(about),
        "accuracy.json": _json(accuracy_json()),
        **{f"explanations/judgment-{n}.txt": text.encode() for n, text in explanations.items()},
        **{f"proofs/{name}": content for name, content in proofs.items()},
    }
    told = statement(finding, about, sources, measured(), list(files), made_on.isoformat())
    files["README.md"] = told.encode()
    files[MANIFEST] = _json(
        {
            "version": VERSION,
            "finding": key,
            "platelaw": tool,
            "made_on": made_on.isoformat(),
            "verify": COMMAND,
            "sha256": {name: sha256(files[name]) for name in sorted(files)},
        }
    )
    return files


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def sha256(content: bytes) -> str:
    """The digest of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The package as one archive; the same files are the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            made.writestr(zipfile.ZipInfo(name, _MOMENT), files[name], zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def read_package(place: Path) -> dict[str, bytes]:
    """The files of a package, a folder or an archive.

    Raises:
        PackageError: It is neither, or cannot be read.
    """
    try:
        files = _of_folder(place) if place.is_dir() else _of_archive(place)
    except (OSError, zipfile.BadZipFile, RuntimeError) as fault:
        raise PackageError(
            f"{place}: cannot be read as a package: {fault}", "name its folder or archive"
        ) from None
    if MANIFEST not in files:
        raise PackageError(
            f"{place}: it has no {MANIFEST}", "name what `platelaw evidence` wrote, whole"
        )
    return files


def _of_folder(place: Path) -> dict[str, bytes]:
    found = sorted(path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in found}


def _of_archive(place: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(place) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if sum(each.file_size for each in members) > _MOST_BYTES:
            raise OSError("it holds more than 2 GB")
        return {each.filename: archive.read(each) for each in members}
