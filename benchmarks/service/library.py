"""A library of many agencies, as files of a repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.parse import texts

_COLUMNS = "key,name,ori,sovereign,kind,policy,desk,delegated_287g,declaration,also_written,source"


def many_agencies(rules: int, agencies: int, seed: int = 1) -> dict[str, bytes]:
    """The policies of invented agencies and their entries in the registry, by path."""
    rows = [_COLUMNS] + [
        f"CT/bench-{number},Agency {number},,CT,police_department,bench/agency-{number},,,,,seed"
        for number in range(agencies)
    ]
    files = {"registry/bench.csv": "\n".join((*rows, "")).encode()}
    for source in texts(seed, rules, agencies):
        name = Path(source.name).stem
        number = name.rpartition("-")[2]
        files[f"agency/CT/bench-{number}/{name}.policy"] = source.text.encode()
    return files


def another(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """One of the files with another title: another version of the library."""
    path = next(path for path in files if path.endswith(".policy"))
    return {path: files[path].replace(b'title "', b'title "New: ', 1)}
