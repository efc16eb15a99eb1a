"""A small library, registry and request on disk; commands on the shipped ones take a second."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw

from ..engine.small import ANY_USE, REGISTRY, WORDS, owner, plain, rule, state

HEADER = "key,name,ori,sovereign,kind,policy,desk,standing,also_written,source\n"
LAW = state(
    rule("barred-use", "forbid search of alpr_data\nif request.purpose is a kind of barred"),
    rule("read-first", "refer search of alpr_data to reviewer within 1 hour\n"
         "if reason.possibly includes barred"),
)  # fmt: skip
EXAMPLE = """
example "A theft"
  on 2026-11-03
  given requester is agency:AA/pd, owner is agency:AA/pd, act is search, data is alpr_data,
    request.purpose is theft, request.reason is "stolen car", request.recipients is {},
    request.on_behalf_of is {}, user.directed_by is {}, request.instruments is {},
    request.claims is {}
  expect PERMIT by any-use
"""


def bodies() -> str:
    """The registry of the small world as CSV."""
    rows = (
        f"{body.key},{body.name},{body.ori},{body.sovereign},{body.kind},{body.policy},,"
        f"{body.attributes.get('standing', '')},,test\n"
        for body in REGISTRY.bodies.values()
    )
    return HEADER + "".join(rows)


@dataclass(frozen=True)
class Desk:
    """A folder with everything that a command needs."""

    folder: Path
    library: Path
    registry: Path

    @property
    def options(self) -> list[str]:
        """The options that name the small library and registry."""
        return ["--policies", str(self.library), "--registry", str(self.registry)]

    def write(self, name: str, content: str | bytes | object) -> Path:
        """A file of text, bytes or JSON."""
        path = self.folder / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    library, registry = tmp_path / "law", tmp_path / "registry"
    library.mkdir()
    registry.mkdir()
    (library / "words.policy").write_text(WORDS)
    (library / "law.policy").write_text(LAW + EXAMPLE)
    (library / "owner.policy").write_text(owner(ANY_USE))
    (registry / "bodies.csv").write_text(bodies())
    made = Desk(tmp_path, library, registry)
    made.write("request.json", plain())
    return made


Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run a command; whatever happens, it ends with an exit code and without a traceback."""

    def invoke(*arguments: str | Path, text: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(platelaw, [str(a) for a in arguments], input=text)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return invoke
