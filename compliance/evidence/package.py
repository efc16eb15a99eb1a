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
from . import contents
from .accuracy import accuracy_json, measured
from .errors import PackageError
from .proofs import told_proofs
from .statement import FORM, statement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VERSION = 1
MANIFEST = "manifest.json"
STATEMENT = "README.md"
COMMAND = "platelaw evidence verify PACKAGE"
_SEAL = "digest"
_REPACKED = (
    "the archive is not as it was written, or was packed again; unpack it and name the folder"
)
_MOST_BYTES = 2_000_000_000  # of a package that is read: a bomb is no evidence
_SYSTEM = 3  # in an archive: by which kind of system it was made, on every system
_MOMENT = (1980, 1, 1, 0, 0, 0)  # in an archive: the same package is the same bytes


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
        proofs: Proofs of the decision log (``proof_files``), by name of the file.

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
        **proofs,
    }
    told = statement(
        finding, about, sources, measured(), list(files), tuple(told_proofs(proofs)),
        made_on.isoformat(),
    )  # fmt: skip
    files[STATEMENT] = told.encode()
    files[MANIFEST] = sealed(
        {
            "version": VERSION,
            "finding": key,
            "platelaw": tool,
            "statement": FORM,
            "made_on": made_on.isoformat(),
            "verify": COMMAND,
            "sha256": {name: sha256(files[name]) for name in sorted(files)},
        }
    )
    return files


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as it is written: with its own digest, over all the rest of it, at its end."""
    return _json({**manifest, _SEAL: sha256(_json(dict(manifest)))})


def seal_in(content: bytes) -> str | None:
    """The digest of a manifest, by which a package is known; None if it was changed."""
    try:
        told: dict[str, Any] = json.loads(content)
        seal = told.pop(_SEAL)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return str(seal) if sealed(told) == content else None


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def sha256(content: bytes) -> str:
    """The digest of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The package as one archive; the same files are the same bytes.

    Nothing is compressed: compressed bytes would differ between machines.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = _SYSTEM
            made.writestr(entry, files[name])
    return archive.getvalue()


def read_package(place: Path) -> dict[str, bytes]:
    """The files of a package, a folder or an archive.

    Raises:
        PackageError: It is neither, or cannot be read.
    """
    try:
        files = _of_folder(place) if place.is_dir() else _of_archive(place)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, RuntimeError) as fault:
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
    if place.stat().st_size > _MOST_BYTES:
        raise OSError("it holds more than 2 GB")
    content = place.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if any(each.compress_type != zipfile.ZIP_STORED for each in members):
            raise OSError(_REPACKED)
        files = {each.filename: archive.read(each) for each in members}
    if zipped(files) != content:
        raise OSError(_REPACKED)
    return files
