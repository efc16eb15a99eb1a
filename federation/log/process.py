"""The log's process: ``python -m platelaw.federation.log.process``, started by the supervisor.

It alone holds tree, store and signing keys. It is told on a pipe when to end.
"""

from __future__ import annotations

import datetime
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from ..caller import CallerRole
from ..identity.spiffe import SpiffeId
from ..journal import JournalUnavailableError
from ..server.config import Config, ConfigError, LogSettings, read_config
from ..server.gate import Log
from ..server.logs import logger
from ..server.reports import Failed, Pipe, Ready
from ..server.swapping import settled
from ..witness.policy import PolicyError
from .acting import SequencerRecorder
from .keyring import KeyRing
from .opening import LogError, OpenLog, open_log, place_of
from .serving import LogServer
from .shredding import settle
from .store import StoreError, StoreUnavailableError
from .vault import VaultError
from .witnessed import LogWitnesses, clients_of, policy_of_log

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
        told = logger(config.logging)
        log = open_log(place_of(config))
        witnesses = _witnesses(config, log, told)
        listening = _listening(config.log)
    except (ConfigError, LogError, OSError) as fault:
        pipe.send(Failed(str(fault)))
        return
    told.info("log open", origin=config.log.origin, size=log.sequencer.signed.size)
    _settle_keys(config, log, told)
    if witnesses is not None:
        witnesses.start()
    pipe.send(Ready(0))
    settled()
    LogServer(listening, log.sequencer, log.keep, witnesses).serve(pipe.socket)
    if witnesses is not None:
        witnesses.stop()
    told.info("log closed", origin=config.log.origin, size=log.sequencer.signed.size)
    with suppress(OSError):
        os.unlink(config.log.socket)
    log.close()


def _witnesses(config: Config, log: OpenLog, told: Log) -> LogWitnesses | None:
    """Those who cosign; None if nobody is asked.

    Raises:
        LogError: They cannot be asked; the message says why.
    """
    if config.log.witnesses is None:
        return None
    try:
        policy = policy_of_log(config.log.witnesses, log.sequencer.signer, config.log.outside)
        clients = clients_of(policy, config.log.witness_authorities)
        return LogWitnesses(log, policy, clients, lambda words: _warn(told, words))
    except (PolicyError, StoreError, StoreUnavailableError) as fault:
        raise LogError(str(fault)) from fault


def _warn(told: Log, words: str) -> None:
    told.warning("witness", why=words)


def _settle_keys(config: Config, log: OpenLog, told: Log) -> None:
    """End what a crash cut off of an act on keys; if it cannot be, the next start tries again."""
    service = SpiffeId(config.trust_domain, config.operator, CallerRole.SERVICE)
    record = SequencerRecorder(log.sequencer, _now).record
    try:
        settle(KeyRing.open(config.log.seals), record, service, _now())
    except (JournalUnavailableError, VaultError) as fault:
        told.error("keys", why=str(fault))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


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
