"""Other processes read a log, and the review is the same byte for byte."""

from __future__ import annotations

import importlib.util
import json
import pickle
import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw
from platelaw.cli.log_crew import Crew, cluster, processes
from platelaw.engine.audit import stretches
from platelaw.engine.audit.plain import Packed, Part, packed
from platelaw.engine.audit.pool import Pool, Task
from platelaw.engine.audit.reader import open_log
from platelaw.engine.audit.report import review_json
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.decision import Engine

from ..unit.engine.small import ANY_USE, engine_of, owner, state
from .test_stretches import HEADER, plain, text
from .test_verdicts import LAW, NUMBERED, READ

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="without pyarrow no row is read at once"
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(state(LAW, READ, NUMBERED), owner(ANY_USE))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small log has many parts."""
    monkeypatch.setattr(stretches, "SMALL", 1 << 11)
    monkeypatch.setattr(stretches, "LARGE", 1 << 12)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two logs: with searches that another part or file has, and with rows out of the ordinary."""
    folder = tmp_path_factory.mktemp("logs")
    dice = random.Random(7)
    rows = [plain(dice) for _ in range(600)]
    texts = (HEADER + "".join(rows), HEADER + "".join([*rows[::7], *rows[:20]]) + text(dice))
    places = [folder / f"log{at}.csv" for at in range(len(texts))]
    for place, content in zip(places, texts, strict=True):
        place.write_bytes(content.encode("utf-8", "surrogateescape"))
    return places


def reviewed(engine: Engine, logs: list[Path], pool: Pool | None) -> str:
    """All that is told of logs."""
    body = engine.registry.get("AA/pd")
    assert body is not None
    reviewer = Reviewer(engine, body, pool=pool)
    for path in logs:
        for _ in reviewer.read(open_log(path)):
            pass
    return json.dumps(review_json(reviewer.review))


def here(part: Part) -> Task[Packed | None]:
    """A part read here, all that would pass between processes taken through bytes."""
    found = pickle.loads(pickle.dumps(packed(pickle.loads(pickle.dumps(part)))))
    return _Done(found)


class _Done:
    def __init__(self, found: Packed | None) -> None:
        self._found = found

    def result(self) -> Packed | None:
        return self._found

    def cancel(self) -> None:
        pass


def test_parts_that_come_back_are_counted_as_if_they_were_read_here(
    engine: Engine, logs: list[Path]
) -> None:
    crew = Crew(here, ahead=5)
    assert reviewed(engine, logs, crew) == reviewed(engine, logs, None)
    assert not crew.lost


@pytest.mark.parametrize("seed", range(3))
def test_whatever_stands_between_plain_rows_a_crew_changes_nothing(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(text(random.Random(seed)).encode("utf-8", "surrogateescape"))
    assert reviewed(engine, [path], Crew(here, ahead=3)) == reviewed(engine, [path], None)


def test_what_others_fail_to_read_is_read_here(engine: Engine, logs: list[Path]) -> None:
    def send(part: Part) -> Task[Packed | None]:
        if len(part.text) % 2:
            raise OSError("no way there")
        return _Lost()

    crew = Crew(send, ahead=3)
    assert reviewed(engine, logs, crew) == reviewed(engine, logs, None)
    assert crew.lost


class _Lost:
    def result(self) -> Packed | None:
        raise RuntimeError("the process ended")

    def cancel(self) -> None:
        pass


def _of_dask() -> AbstractContextManager[str]:
    distributed: Any = pytest.importorskip("distributed")
    made: Any = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
        host="127.0.0.1", silence_logs=50,
    )  # fmt: skip
    return _Address(made)


class _Address:
    """The address of a cluster, which ends with the test."""

    def __init__(self, made: Any) -> None:
        self._made = made

    def __enter__(self) -> str:
        return str(self._made.scheduler_address)

    def __exit__(self, *_: object) -> None:
        self._made.close()


@pytest.mark.parametrize(
    ("begun", "crew_of"),
    [(lambda: nullcontext(2), processes), (_of_dask, cluster)],
    ids=["two processes", "a Dask cluster of two"],
)
def test_several_processes_find_what_one_finds(
    engine: Engine,
    logs: list[Path],
    begun: Callable[[], AbstractContextManager[Any]],
    crew_of: Callable[[Any], AbstractContextManager[Crew]],
) -> None:
    with begun() as where, crew_of(where) as crew:
        assert reviewed(engine, logs, crew) == reviewed(engine, logs, None)
    assert crew.ahead == 4
    assert not crew.lost


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", "2", "--cluster", "tcp://127.0.0.1:1"], "exclude each other"),
        (["--cluster", "nonsense://x"], "no cluster answers at nonsense://x"),
    ],
)
def test_a_crew_that_cannot_be_had_is_told_in_words(options: list[str], said: str) -> None:
    pytest.importorskip("distributed")
    found = CliRunner().invoke(platelaw, ["audit", "--example", *options])
    assert found.exit_code == 2
    assert said in found.output
    assert "Traceback" not in found.output
