"""Other processes that read logs for one audit: on this machine, or those of a Dask cluster."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any

import click

from ..compliance.errors import MendableError
from ..engine.audit.plain import Packed, Part, packed
from ..engine.audit.pool import Pool, Task
from .common import stop

_A_WORKER = 2  # parts that each is given at a time: one that it reads, one that waits


workers_option = click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Have so many processes of this machine read large logs; the answer is the same.",
)
cluster_option = click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Have the workers of a Dask cluster read large logs: the address of its scheduler.",
)


class CrewError(MendableError):
    """Processes that cannot be had."""


@dataclass(slots=True)
class Crew:
    """Processes that read parts; what one of them fails to read is read here.

    Attributes:
        send: Has a part read by one of them.
        ahead: How many parts are under way at a time.
        lost: How many parts were read here instead.
    """

    send: Callable[[Part], Task[Packed | None]]
    ahead: int
    lost: int = 0

    def submit(self, part: Part) -> Task[Packed | None]:
        """Have a part read."""
        try:
            return _Sent(self, part, self.send(part))
        except Exception:
            return _Sent(self, part, None)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A part that was handed out."""

    crew: Crew
    part: Part
    task: Task[Packed | None] | None

    def result(self) -> Packed | None:
        try:
            if self.task is not None:
                return self.task.result()
        except Exception:
            pass
        self.crew.lost += 1
        return packed(self.part)

    def cancel(self) -> object:
        return self.task is not None and self.task.cancel()


def _sender(client: Any) -> Callable[[Part], Task[Packed | None]]:
    """What has the workers of a Dask cluster read a part."""

    def send(part: Part) -> Task[Packed | None]:
        there = client.scatter(part, hash=False)
        task: Task[Packed | None] = client.submit(packed, there, pure=False)
        return task

    return send


@contextmanager
def reading_crew(workers: int, address: str | None) -> Generator[Pool | None]:
    """Who reads logs beside this process, as the options of a command say; else nobody."""
    if address is None:
        with processes(workers) as crew:
            yield crew
            _tell(crew)
        return
    if workers > 1:
        stop("--workers and --cluster exclude each other", "keep one")
    try:
        with cluster(address) as crew:
            yield crew
            _tell(crew)
    except CrewError as fault:
        stop(fault.message, fault.help)


def _tell(crew: Crew | None) -> None:
    if crew is not None and crew.lost:
        click.echo(
            f"note: {crew.lost:,} parts that other processes failed to read were read by this one",
            err=True,
        )


@contextmanager
def processes(workers: int) -> Generator[Crew | None]:
    """Processes of this machine beside this one, which judges; none for one worker."""
    if workers <= 1:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as executor:
        yield Crew(lambda part: executor.submit(packed, part), _A_WORKER * workers)


@contextmanager
def cluster(address: str) -> Generator[Crew]:
    """The workers of a Dask cluster.

    Args:
        address: Of its scheduler, like `tcp://scheduler:8786` or `tls://scheduler:8786`.

    Raises:
        CrewError: Dask is not installed, nobody answers, there are no workers, or what they have
            installed is not what is installed here.
    """
    try:
        distributed = import_module("distributed")
    except ImportError:
        raise CrewError(
            "a cluster needs Dask, which is not installed",
            "in platelaw's folder: pip install '.[audit,cluster]'",
        ) from None
    try:
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as fault:
        first = (str(fault).splitlines() or [type(fault).__name__])[0]
        raise CrewError(
            f"no cluster answers at {address}: {first}",
            "name the address that its scheduler prints, and see that it can be reached",
        ) from None
    with client:
        found: dict[str, tuple[str, ...]] = client.run(versions)
        if not found:
            raise CrewError(f"the cluster at {address} has no workers", "start some")
        for worker, has in found.items():
            if has != versions():
                raise CrewError(
                    f"{worker} has {_shown(has)}, this machine {_shown(versions())}",
                    "install the same on all: a part that is read differently is counted wrong",
                )
        yield Crew(_sender(client), _A_WORKER * len(found))


_SECONDS = 10
_NEEDED = ("platelaw", "numpy", "pyarrow", "duckdb")


def versions() -> tuple[str, ...]:
    """What is installed of all that reading a part hangs on."""
    return tuple(map(_version, _NEEDED))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"


def _shown(has: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {version}" for name, version in zip(_NEEDED, has, strict=True))
