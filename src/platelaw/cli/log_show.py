"""``platelaw log show``: one entry in words, with what it was decided from and its proof."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

import click
from google.protobuf import json_format
from google.protobuf.message import DecodeError

from ..engine.cache import Cache
from ..federation.bundles.texts import Memory
from ..federation.deciding.explaining import OUTCOMES
from ..federation.log.differing import Named
from ..federation.log.judging import CircumstancesError
from ..federation.log.libraries import Libraries
from ..federation.log.reading import nodes_of
from ..federation.log.store import StoreError, StoreUnavailableError
from ..federation.log.tiles import TileError
from ..federation.log.tree import inclusion_proof, leaf_hash
from ..federation.v1 import log_pb2 as log
from .caching import cache_options
from .common import EXIT_NOTHING, stop
from .log_common import VERSION, LogAt, json_option, log_from, log_options
from .log_shown import lines_of

_WORDS = {int(code): outcome.value for outcome, code in OUTCOMES.items()}
_LAST = "last"
_PAGE = 512  # entries that are looked through at a time, from the last on


@click.command("show")
@click.argument("which_entry", metavar="[INDEX|last]", required=False)
@click.option("--request-id", help="Every entry of this request instead, such as a HOLD and what "
              "settled it.")  # fmt: skip
@json_option
@cache_options
@log_options
def show_command(
    which_entry: str | None,
    request_id: str | None,
    as_json: bool,
    cache: Cache | None,
    **which: Any,
) -> None:
    """Show an entry: what was answered, to whom, from what, by which rules, and its proof.

    A free text is shown as stated: only its owner's keys open it. The rules are recomputed by the
    policies that the entry names, with the status of the wording that each cites.
    Exit code: 0 shown, 1 there is no such entry, 2 if there is no log.

    \b
    Examples:
      platelaw log show last
      platelaw log show 1042 --json
      platelaw log show --request-id search-0001
    """  # noqa: D301
    if (which_entry is None) == (request_id is None):
        stop("it is not said which entry", "name an index, `last`, or a --request-id")
    with log_from(**which) as at:
        try:
            found = list(_found(at, which_entry, request_id))
            told = [_plain(at, index, data, cache) for index, data in found]
        except (StoreError, StoreUnavailableError, TileError) as fault:
            stop(str(fault), "`platelaw log verify` tells what is wrong with a log")
    if not told:
        click.echo("there is no such entry", err=True)
        raise SystemExit(EXIT_NOTHING)
    if as_json:
        click.echo(json.dumps({"version": VERSION, "entries": told}, indent=2, ensure_ascii=False))
        return
    for number, entry in enumerate(told):
        if number:
            click.echo("")
        for line in lines_of(entry):
            click.echo(line)


# Finding ---------------------------------------------------------------------------------------


def _found(at: LogAt, which: str | None, request_id: str | None) -> Iterator[tuple[int, bytes]]:
    """The entries that are asked for."""
    size = at.export.checkpoint.size if at.export is not None else at.records.head().edge.size
    if request_id is not None:
        yield from _of_request(at, size, request_id)
        return
    assert which is not None
    if which != _LAST and not (which.isascii() and which.isdecimal()):
        stop(f"`{which}` is no index", "write a number from 0 on, or `last`")
    if which == _LAST:
        *_, index = (-1, *(g.first + len(g.entries) - 1 for g in at.records.groups(
            0 if at.export and at.export.is_part else max(size - 1, 0), size)))  # fmt: skip
    else:
        index = int(which)
    for group in at.records.groups(index, index + 1) if 0 <= index < size else ():
        if group.first <= index < group.first + len(group.entries):
            yield index, group.entries[index - group.first]


def _of_request(at: LogAt, size: int, request_id: str) -> Iterator[tuple[int, bytes]]:
    """Every entry of a request, and those of the questions of a batch."""
    wanted = request_id.encode()
    for group in at.records.groups(0, size):
        for index, data in enumerate(group.entries, group.first):
            if wanted not in data:
                continue  # a quick look, which is sure only of a no
            told = log.LogEntry.FromString(data).answer.request_id
            if told == request_id or told.startswith(f"{request_id}."):
                yield index, data


# Telling ---------------------------------------------------------------------------------------


def _plain(at: LogAt, index: int, data: bytes, cache: Cache | None) -> dict[str, Any]:
    try:
        entry = log.LogEntry.FromString(data)
        moment = entry.at.ToDatetime(datetime.UTC)
    except (DecodeError, ValueError, OverflowError):  # the latter two: no clock shows its moment
        return {"index": index, "fault": "is no entry of a log", "bytes": data.hex()}
    found: dict[str, Any] = {
        "index": index,
        "id": entry.id.hex(),
        "at": moment.isoformat(),
        "leaf": leaf_hash(data).hex(),
        "entry": data.hex(),
        "proof": _proof(at, index),
    }
    if entry.HasField("act"):
        act = entry.act
        details = json.loads(act.details) if act.details else None
        return {**found, "act": {"kind": act.kind, "by": act.by, "details": details}}
    answer = json_format.MessageToDict(entry.answer, preserving_proto_field_name=True)
    answer |= {name: value.hex() for name, value in _binary(entry.answer)}
    answer["outcome"] = _WORDS.get(entry.answer.outcome, "")
    return {**found, "answer": answer, **_decided_from(at, entry, cache)}


def _binary(answer: log.AnswerEntry) -> Iterator[tuple[str, bytes]]:
    """The fields that are bytes, which are told in hexadecimal."""
    for name in ("request", "policy_digest", "release_id", "circumstances",
                 "follows"):  # fmt: skip
        value = getattr(answer, name)
        if value:
            yield name, value


def _proof(at: LogAt, index: int) -> dict[str, Any] | None:
    """The proof that the entry stands in the log, by the last signed checkpoint."""
    if at.export is not None and at.export.is_part:
        return next(
            (
                {"size": at.export.checkpoint.size, "hashes": told.proof.hashes.hex()}
                for told, _ in at.export.part()
                if told.index == index
            ),
            None,
        )
    size = at.records.head().edge.size
    hashes = inclusion_proof(index, size, nodes_of(at.records, size))
    return {"size": size, "hashes": b"".join(hashes).hex()}


def _decided_from(at: LogAt, entry: log.LogEntry, cache: Cache | None) -> dict[str, Any]:
    text = at.records.circumstances(entry.answer.circumstances)
    if text is None:
        return {"circumstances": None, "rules": []}
    circumstances = log.Circumstances.FromString(text)
    plain = json_format.MessageToDict(circumstances, preserving_proto_field_name=True)
    if circumstances.proof:
        plain["proof"] = json.loads(circumstances.proof)
    return {"circumstances": plain, "rules": _rules(at, entry, circumstances, cache)}


def _rules(
    at: LogAt, entry: log.LogEntry, circumstances: log.Circumstances, cache: Cache | None
) -> list[dict[str, str]]:
    """The rules that made the answer, if its policies are at hand."""
    libraries = Libraries(at.archive, store=cache or Memory())
    judge = libraries.version(entry.answer.policy_digest.hex()).judge
    if judge is None:
        return []
    try:
        decision = judge.decision(circumstances, entry.at.ToDatetime(datetime.UTC))
    except CircumstancesError:
        return []
    rules = map(Named.of, decision.deciding()) if decision else ()
    return [
        {"id": r.id, "title": r.title, "layer": r.layer, "cites": r.cites, "status": r.status,
         "state": r.state}
        for r in rules
    ]  # fmt: skip
