"""A channel that calls borrow, so that a new identity never cuts off a call under the old one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import grpc

from ..identity.credentials import TlsPair

C = TypeVar("C")

MOST_BYTES = 64 * 1024 * 1024  # of one answer; a thousand with all their reasons
_RECONNECT = 50  # milliseconds before a lost connection is tried again
_CONNECT = 2000  # milliseconds that one try may take


@dataclass(slots=True)
class Lent(Generic[C]):
    """A channel, the identity it was made with, and how many calls use it."""

    channel: C
    pair: TlsPair | None
    _calls: int = field(default=0, init=False)
    _retired: bool = field(default=False, init=False)

    def lend(self) -> Lent[C]:
        """Let one more call use it."""
        self._calls += 1
        return self

    def give_back(self) -> bool:
        """One call has ended; whether the channel is to be closed now."""
        self._calls -= 1
        return self._retired and not self._calls

    def retire(self) -> bool:
        """Let no more call use it; whether it is to be closed now."""
        self._retired = True
        return not self._calls


def tls(pair: TlsPair) -> grpc.ChannelCredentials:
    """The credentials of a channel."""
    return grpc.ssl_channel_credentials(pair.authorities, pair.key, pair.certificate)


def options(pair: TlsPair | None, server_name: str) -> list[tuple[str, str | int]]:
    """The settings of a channel."""
    settings: list[tuple[str, str | int]] = [
        ("grpc.max_receive_message_length", MOST_BYTES),
        ("grpc.initial_reconnect_backoff_ms", _RECONNECT),
        ("grpc.min_reconnect_backoff_ms", _CONNECT),
    ]
    if pair is None:
        settings.append(("grpc.enable_http_proxy", 0))
    if server_name:
        settings.append(("grpc.ssl_target_name_override", server_name))
    return settings


def utc_now() -> datetime.datetime:
    """The clock of this machine."""
    return datetime.datetime.now(datetime.UTC)
