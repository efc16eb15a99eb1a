"""What is asked of a change before it is published; a change that fails leaves nothing behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ...engine.examples import diagnostics_of, run_examples
from ...engine.loading import Store
from .contents import FOLDER, Contents, contents_of, counted, told
from .drafting import Draft
from .errors import AuthoringError, ContentsError
from .layout import LAW, POLICY, RECORD, TABLE, Part, Place, PlaceError, place_of_file

_TOLD = 5


@dataclass(frozen=True, slots=True)
class Examined:
    """A change that may be published.

    Attributes:
        contents: What the version will mean.
        examples: How many examples were decided.
    """

    contents: Contents
    examples: int


def examine(draft: Draft, store: Store) -> Examined:
    """Ask all that is asked of a change: layout, library, places, records, examples.

    Raises:
        AuthoringError: It may not be published; the message tells why.
    """
    draft.check_layout()
    changed = _changed(draft)
    try:
        contents = contents_of(draft.all_files(), store)
        _check_records(contents, changed)
        return Examined(contents, _check_examples(contents, changed))
    except ContentsError as fault:
        raise AuthoringError(fault.message, fault.help, fault.diagnostics) from fault


def _changed(draft: Draft) -> set[str]:
    """The paths of files that are new, changed or gone."""
    before, after = draft.state.targets(), replace(draft.state, roles=draft.after()).targets()
    return {path for path in {*before, *after} if before.get(path) != after.get(path)}


def _check_records(contents: Contents, changed: Collection[str]) -> None:
    """A record that is published now must hold now."""
    for path, why in contents.void.items():
        if path in changed:
            raise ContentsError(f"{path}: {why}", "only a PERMIT turns anything on")


def _check_examples(contents: Contents, changed: Collection[str]) -> int:
    """Decide the examples of the files that change, and of the law where law or registry do.

    Examples of other agencies are theirs: they do not stop a state's law.
    """
    parts = {place_of_file(path).part for path in changed}
    law_too = not parts.isdisjoint((*LAW, Part.REGISTRY))
    mine = [
        example
        for example in contents.library.examples
        if (path := example.node.span.source.name.removeprefix(FOLDER)) in changed
        or (law_too and place_of_file(path).part in LAW)
    ]
    faults = diagnostics_of(run_examples(contents.engine, mine))
    if faults:
        raise ContentsError(
            f"{counted(len(faults), 'example')} of which the answer is another: "
            f"{'; '.join(map(told, faults[:_TOLD]))}",
            "mend the rule, or the example",
            faults,
        )
    return len(mine)


def files_below(folder: Path) -> dict[str, bytes]:
    """The files of a folder that lies like a repository, by path.

    Raises:
        AuthoringError: One has no place, or cannot be read.
    """
    found: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_dir() or any(part.startswith(".") for part in Path(path).parts):
            continue
        try:
            place_of_file(path)
        except PlaceError as fault:
            raise AuthoringError(
                f"{file}: {fault}", "or name single files and their place with --as"
            ) from fault
        found[path] = _read(file)
    return found


def files_at(files: Iterable[Path], place: Place) -> dict[str, bytes]:
    """Single files at a place, by path; those of a folder too.

    Raises:
        AuthoringError: One has no place there, or cannot be read.
    """
    found: dict[str, bytes] = {}
    for given in files:
        endings = (POLICY, TABLE, RECORD)
        inside = sorted(f for f in given.iterdir() if f.name.endswith(endings)) \
            if given.is_dir() else [given]  # fmt: skip
        for file in inside:
            path = f"{place.folder}/{file.name}"
            try:
                place_of_file(path)
            except PlaceError as fault:
                raise AuthoringError(f"{file}: {fault}") from fault
            found[path] = _read(file)
    return found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise AuthoringError(f"{file}: cannot be read: {fault.strerror}") from fault


def apply(draft: Draft, files: Mapping[str, bytes], without: Iterable[str] = ()) -> None:
    """Put files into a change, and take others out.

    Raises:
        AuthoringError: A file that goes is not published.
    """
    for path, data in files.items():
        draft.put(path, data)
    for path in without:
        draft.remove(path)
    if not draft.roles:
        raise AuthoringError("nothing would change", "these files are published as they are")
