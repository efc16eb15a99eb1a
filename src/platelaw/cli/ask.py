"""``platelaw ask``: one question to a decision service."""

from __future__ import annotations

import dataclasses
import datetime
import json
import sys
from pathlib import Path
from typing import Any, cast

import click

from ..engine.json_text import Json, read_json
from ..federation.client import Answer, Client, ClientError
from ..federation.log.answer_files import AnswerError, answers_in
from ..federation.v1.decision_pb2 import DecideResponse
from .answered import show_answer
from .common import stop
from .decide import EXITS
from .example import example_request
from .home import calling_from, calling_options, timeout_option
from .silence import end_without_answer

VERSION = 1  # of the JSON answer
_ASKERS = {"permit": "darien-platform", "hold": "darien-platform", "deny": "outsider"}
_PERIOD = datetime.timedelta(days=5)


@click.command("ask")
@click.argument(
    "request_file",
    metavar="[REQUEST.json|-]",
    type=click.Path(path_type=Path, allow_dash=True),
    required=False,
)
@click.option(
    "--example",
    type=click.Choice(sorted(_ASKERS)),
    help="Ask one of the shipped examples instead, as of today.",
)
@click.option(
    "--request-id", help="The id of the request: that of a HOLD resumes it [default: a new one]."
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep the answer with its proof, for `platelaw verify`.",
)
@click.option(
    "--keeps-copy",
    is_flag=True,
    help="The data are to be kept as a copy or handed on: a PERMIT that --save keeps is then good "
    "for --provenance.",
)
@click.option(
    "--provenance",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    multiple=True,
    help="The data are a copy: an answer kept by --keeps-copy --save by which it came, the oldest "
    "first; may be repeated.",
)
@timeout_option
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@calling_options
def ask_command(
    request_file: Path | None,
    example: str | None,
    request_id: str | None,
    save: Path | None,
    keeps_copy: bool,
    provenance: tuple[Path, ...],
    timeout: float,
    as_json: bool,
    **calling: Any,
) -> None:
    """Ask a decision service: may this search or share proceed?

    Reads one request as JSON (see `platelaw schema request`) and sends it. The service judges by
    its own clock, so an `at` is refused. Exit code: 0 PERMIT, 3 HOLD, 4 DENY, 2 if the question
    cannot be sent or is refused, 6 if no answer came, which is never a PERMIT.

    \b
    Examples:
      platelaw ask --example permit
      platelaw ask --example hold --request-id search-0001
      platelaw ask --as vendor request.json
      platelaw ask --example permit --save answer.pb && platelaw verify answer.pb
      platelaw ask --provenance received.pb request.json
      platelaw ask --server pd.example:8443 --cert c.pem --key k.pem --authority a.pem request.json
    """  # noqa: D301
    if request_file is not None and example is not None:
        stop("two requests", "name either a request file or --example")
    if request_file is None and example is None:
        stop("nothing to ask", "name a request file, or one of the examples with --example")
    request = _example(example) if example else _request(cast("Path", request_file))
    shown = [_kept(file) for file in provenance]
    default = _ASKERS[example] if example else "platform"
    called = calling_from(**calling, default=default)
    try:
        with Client(
            called.server, called.tls, timeout=timeout, allow_development=called.development
        ) as client:
            answer = client.decide(
                request, request_id=request_id, keeps_copy=keeps_copy, provenance=shown
            )
    except ClientError as fault:
        end_without_answer(fault)
    if save is not None:
        _save(save, answer)
    if as_json:
        click.echo(json.dumps(_plain(answer), indent=2, ensure_ascii=False))
    else:
        show_answer(answer)
    raise SystemExit(EXITS[answer.outcome])


def _request(file: Path) -> dict[str, Json]:
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as fault:
        stop(f"{file}: {fault.strerror or fault}", "name a file that can be read, or - for input")
    value, faults = read_json(text)
    if faults or not isinstance(value, dict):
        told = faults[0].message if faults else "not a JSON object"
        stop(f"{file}: {told}", "see `platelaw schema request`")
    return value


def _kept(file: Path) -> bytes:
    """The one answer that a file keeps, as a message."""
    try:
        answers, shared = answers_in(file.read_bytes())
    except OSError as fault:
        stop(f"{file}: {fault.strerror or fault}", "name a file that can be read")
    except AnswerError as fault:
        stop(f"{file}: {fault}")
    if len(answers) != 1 or shared is not None:
        stop(f"{file}: not one answer", "name a file that `platelaw ask --save` wrote")
    return answers[0].SerializeToString()


def _save(file: Path, answer: Answer) -> None:
    response = DecideResponse()
    response.answer.MergeFromString(answer.message)
    try:
        file.write_bytes(response.SerializeToString())
    except OSError as fault:
        stop(f"{file}: {fault.strerror or fault}", "name a file that can be written")


def _example(name: str) -> dict[str, Json]:
    """A shipped example as one would ask it today."""
    request: dict[str, Json] = json.loads(example_request(name))
    del request["at"]
    today = datetime.datetime.now(datetime.UTC).date()
    request["period"] = {"from": (today - _PERIOD).isoformat()}
    request["subject"] = f"example-{name}"  # so that no example is a retry of another
    return request


def _plain(answer: Answer) -> Any:
    """The answer as plain values."""
    fields = dataclasses.asdict(answer)
    del fields["message"]
    plain = json.loads(json.dumps(fields, default=_told))
    return {"version": VERSION, **plain}


def _told(value: object) -> str:
    match value:
        case bytes():
            return value.hex()
        case datetime.datetime():
            return value.isoformat()
        case datetime.timedelta():
            return str(value)
        case _:
            return str(getattr(value, "value", value))
