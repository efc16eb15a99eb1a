"""Answers of the decision log in a package: each is proven when it is put in, and again later."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...federation.deciding.explaining import OUTCOMES
from ...federation.identity.tables import TableError
from ...federation.log.answer_files import AnswerError
from ...federation.log.keys import LogKeys, keys_in
from ...federation.log.proving import Checked, bare_answers, checked
from .errors import PackageError

FOLDER = "proofs/"
KEYS = f"{FOLDER}logs.csv"
_WORDS = {int(code): outcome.value for outcome, code in OUTCOMES.items()}
_MEND = "`platelaw verify` says what an answer proves; ask the service for one that it recorded"


@dataclass(frozen=True, slots=True)
class Given:
    """A file of answers that is to be put in.

    Attributes:
        name: What messages call it.
        content: A response of the decision service, or one answer.
    """

    name: str
    content: bytes


def proof_files(given: Sequence[Given], keys: str) -> dict[str, bytes]:
    """The files of a package that prove answers, by name.

    Only what the log holds of an answer is put in: no explanation, and nothing by which somebody
    could find out the words of the question by trying.

    Args:
        given: What is to be put in.
        keys: The public keys of the logs, as a register or a verifier key has them.

    Raises:
        PackageError: The log does not answer for one of them.
    """
    if not given:
        return {}
    known = _keys(keys, "the keys of the log")
    files = {KEYS: keys.encode()}
    for number, each in enumerate(given, 1):
        try:
            faults = [fault for one in checked(each.content, known) for fault in one.faults]
            bare = bare_answers(each.content)
        except AnswerError as fault:
            raise PackageError(f"{each.name}: {fault}", _MEND) from fault
        if faults:
            raise PackageError(f"{each.name}: it is not proven: {faults[0]}", _MEND)
        files[f"{FOLDER}answer-{number}.pb"] = bare
    return files


def has_proofs(files: Mapping[str, bytes]) -> bool:
    """Whether a package has answers of a decision log."""
    return any(name.startswith(FOLDER) for name in files)


def proof_faults(files: Mapping[str, bytes], keys: LogKeys | None) -> Iterator[str]:
    """What is wrong with the answers in a package.

    Args:
        files: The package.
        keys: The public keys to go by; those in the package if None.
    """
    try:
        known = keys or _keys(_text_of(files.get(KEYS, b"")), KEYS)
    except PackageError as fault:
        yield fault.message
        return
    for name in _answers_in(files):
        try:
            found = checked(files[name], known, is_bare=True)
        except AnswerError as fault:
            yield f"{name}: {fault}"
            continue
        yield from (f"{name}: {fault}" for one in found for fault in one.faults)


def told_proofs(files: Mapping[str, bytes]) -> Iterator[str]:
    """What each answer in a package says, in words; it must have been proven."""
    for name in _answers_in(files):
        for one in checked(files[name], _keys(_text_of(files[KEYS]), KEYS), is_bare=True):
            answer = one.answer
            moment = answer.decided_at.ToDatetime(datetime.UTC)
            yield (
                f"`{name}`: {_WORDS.get(answer.outcome, '')} ({answer.reason}), decided "
                f"{moment:%Y-%m-%d %H:%M:%S} UTC, request `{_request(one)}`: entry {one.index:,} "
                f"of the log `{one.origin}`, of {one.size:,} entries then"
            )


def _request(found: Checked) -> str:
    return found.entry.answer.request_id if found.entry else ""


def _answers_in(files: Mapping[str, bytes]) -> list[str]:
    return sorted(name for name in files if name.startswith(FOLDER) and name != KEYS)


def _text_of(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")


def _keys(text: str, name: str) -> LogKeys:
    try:
        return keys_in(text, name)
    except TableError as fault:
        raise PackageError(str(fault), "name the `logs.csv` of the registry") from fault
