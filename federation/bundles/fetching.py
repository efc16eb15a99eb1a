"""How files of a repository are fetched: from a folder, or over HTTP. An edge that reads.

What is fetched is not believed here: lengths are bounded by the caller, signatures and digests are
looked at by The Update Framework's client. So plain HTTP is no danger to what is decided.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

import urllib3
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient.fetcher import FetcherInterface

METADATA = "metadata/"
TARGETS = "targets/"
_CHUNK = 256 * 1024
_AT_ONCE = 8


class Source(FetcherInterface):
    """Where a repository is; addresses are paths in it."""

    def prefetch(self, wanted: Iterable[tuple[str, int]]) -> None:
        """Get ready what will be asked for: addresses, and how long each may be at most."""


class FolderSource(Source):
    """A repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        """The content of a file, in pieces."""
        parts = unquote(url).split("/")
        if ".." in parts:
            raise DownloadHTTPError(f"{url}: not in the repository", 404)
        file = self._folder.joinpath(*parts)
        if not self._folder.is_dir():
            raise DownloadError(f"{self._folder}: no such folder")
        if not file.is_file():
            raise DownloadHTTPError(f"{file}: no such file", 404)
        return _pieces(file)


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(_CHUNK):
            yield piece


class HttpSource(Source):
    """A repository behind an address, asked over connections that are kept.

    Attributes:
        seconds: How long one file may take in all.
    """

    def __init__(self, address: str, seconds: float = 60.0) -> None:
        self._address = address.rstrip("/") + "/"
        self.seconds = seconds
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=_AT_ONCE,
            timeout=urllib3.Timeout(connect=5.0, read=seconds),
            retries=urllib3.Retry(2, redirect=0, backoff_factor=0.1),
            headers={"User-Agent": "platelaw"},
        )
        self._ready: dict[str, bytes] = {}

    def prefetch(self, wanted: Iterable[tuple[str, int]]) -> None:
        """Fetch many files at once; one that fails is fetched again when it is asked for."""

        def fetch(each: tuple[str, int]) -> None:
            with suppress(DownloadError):
                self._ready[each[0]] = self.download_bytes(*each)

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            list(threads.map(fetch, wanted))

    def _fetch(self, url: str) -> Iterator[bytes]:
        """The content of a file, in pieces."""
        ready = self._ready.pop(url, None)
        if ready is not None:
            return iter((ready,))
        until = time.monotonic() + self.seconds
        address = self._address + quote(unquote(url), safe="/+~")
        response = self._pool.request("GET", address, preload_content=False)
        if response.status != 200:
            response.drain_conn()
            response.release_conn()
            raise DownloadHTTPError(f"{url}: status {response.status}", response.status)
        return self._answer(url, response, until)

    def _answer(
        self, url: str, response: urllib3.BaseHTTPResponse, until: float
    ) -> Iterator[bytes]:
        """An answer in pieces, as long as it keeps coming."""
        whole = False
        try:
            while piece := response.read1(_CHUNK):  # what is there, without waiting for more
                if time.monotonic() > until:
                    raise SlowRetrievalError(f"{url}: not whole after {self.seconds:.0f} seconds")
                yield piece
            whole = True
        finally:
            if whole:
                response.release_conn()
            else:
                response.close()


def source_of(repository: str | Path) -> Source:
    """The source of a repository: a folder, or an address that begins with http."""
    text = str(repository)
    if text.startswith(("http://", "https://")):
        return HttpSource(text)
    return FolderSource(Path(text))


class Nowhere(Source):
    """A mirror alone: as if the repository had what the mirror has, and nothing newer."""

    def __init__(self, trusted: Path) -> None:
        self._trusted = trusted

    def _fetch(self, url: str) -> Iterator[bytes]:
        """The metadata that are there, which their version in an address does not change."""
        version, _, name = url.removeprefix(METADATA).partition(".")
        file = self._trusted / (name if version.isdigit() else f"{version}.{name}")
        is_newer_root = name == "root.json"  # a mirror's own are in its history
        if is_newer_root or not url.startswith(METADATA) or not file.is_file():
            raise DownloadHTTPError(f"{url}: the mirror does not have it", 404)
        return _pieces(file)
