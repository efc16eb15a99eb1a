"""The log's process: ``python -m platelaw.federation.log.process``, started by the supervisor.

It alone holds tree, store and signing keys. It is told on a pipe when to end.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from ..server.config import ConfigError, LogSettings, read_config
from ..server.logs import logger
from ..server.reports import Failed, Pipe, Ready
from .opening import LogError, open_log, place_of
from .serving import LogServer

_BACKLOG = 128


def main() -> None:
    """Serve until the pipe says so or ends."""
    handle, file = sys.argv[1:]
    pipe = Pipe(socket.socket(fileno=int(handle)))

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        pipe.socket.shutdown(socket.SHUT_RD)

    signal.signal(signal.SIGTERM, end)
    try:
        config = read_config(Path(file))
        log = open_log(place_of(config))
        listening = _listening(config.log)
    except (ConfigError, LogError, OSError) as fault:
        pipe.send(Failed(str(fault)))
        return
    told = logger(config.logging)
    size = log.sequencer.signed.size
    told.info("log open", origin=config.log.origin, size=size)
    pipe.send(Ready(0))
    LogServer(listening, log.sequencer, log.keep).serve(pipe.socket)
    told.info("log closed", origin=config.log.origin, size=log.sequencer.signed.size)
    with suppress(OSError):
        os.unlink(config.log.socket)
    log.close()


def _listening(settings: LogSettings) -> socket.socket:
    """The socket at which workers connect; one that is left of an ended process is replaced.

    Raises:
        OSError: It cannot be had.
    """
    path = settings.socket
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(mask)
    listening.listen(_BACKLOG)
    return listening


if __name__ == "__main__":
    main()
