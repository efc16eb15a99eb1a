"""Other processes that read logs for one audit: on this machine, or those of a Dask cluster."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any

from ..engine.audit.plain import Packed, Part, packed
from ..engine.audit.pool import Pool, Task

_A_WORKER = 2  # parts that each is given at a time: one that it reads, one that waits


class CrewError(Exception):
    """Processes that cannot be had.

    Attributes:
        message: What is wrong.
        help: What to do.
    """

    def __init__(self, message: str, help: str) -> None:
        """Say what is wrong and what to do."""
        super().__init__(message)
        self.message, self.help = message, help


@dataclass(frozen=True, slots=True)
class _Processes:
    """Processes of this machine."""

    executor: ProcessPoolExecutor
    ahead: int

    def submit(self, part: Part) -> Task[Packed | None]:
        return self.executor.submit(packed, part)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """The workers of a Dask cluster."""

    client: Any
    ahead: int

    def submit(self, part: Part) -> Task[Packed | None]:
        there = self.client.scatter(part, hash=False)
        task: Task[Packed | None] = self.client.submit(packed, there, pure=False)
        return task


@contextmanager
def processes(workers: int) -> Generator[Pool | None]:
    """Processes of this machine beside this one, which judges; none for one worker."""
    if workers <= 1:
        yield None
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as executor:
        yield _Processes(executor, _A_WORKER * workers)


@contextmanager
def cluster(address: str) -> Generator[Pool]:
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
            'install it: pip install "platelaw[audit,cluster]"',
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
        yield _Cluster(client, _A_WORKER * len(found))


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
