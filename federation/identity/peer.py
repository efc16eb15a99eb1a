"""Who makes this call: the certificate of its connection, held against the register of callers.

A connection outlives what let it in, so that expiry, revocation and standing are checked on every
call. What a certificate says is read once: a call costs a look-up and three comparisons.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..caller import Caller
from ..refusal import RefusedCallError, Status
from .certificates import is_authority, read_certificate, serial_of, uris_of
from .spiffe import SpiffeError, SpiffeId, parse_spiffe
from .standing import Standing, Standings
from .tables import State

TLS_VERSION = "TLSv1.3"
_TLS_VERSION = [TLS_VERSION.encode()]  # as gRPC tells it
_KEPT = 10_000  # certificates remembered


class Context(Protocol):
    """What is asked of a call: the part of ``grpc.ServicerContext`` that tells the peer."""

    def auth_context(self) -> Mapping[str, Any]:
        """What the connection proved: lists of bytes, whatever the stubs of grpc say."""
        ...


@dataclass(frozen=True, slots=True)
class _Named:
    """What a certificate says."""

    spiffe_id: SpiffeId
    serial: str
    begins: datetime.datetime
    ends: datetime.datetime


@dataclass(frozen=True, slots=True)
class _Held:
    """A certificate that was good under one standing."""

    named: _Named
    standing: Standing
    caller: Caller


class Peers:
    """Tells who calls, under the standing in use.

    Args:
        standings: Where the standing in use is kept.
        trust_domains: The trust domains whose callers are let in.
    """

    def __init__(self, standings: Standings, trust_domains: Collection[str]) -> None:
        self._standings = standings
        self._trust_domains = frozenset(trust_domains)
        self._held: dict[bytes, _Held] = {}

    def caller_of(self, context: Context, now: datetime.datetime) -> Caller:
        """Who makes a gRPC call.

        Raises:
            RefusedCallError: UNAUTHENTICATED or PERMISSION_DENIED, with the mend.
        """
        proved = context.auth_context()
        certificate: bytes = b"".join(proved.get("x509_pem_cert", ()))
        version = TLS_VERSION if proved.get("ssl_tls_version") == _TLS_VERSION else "an older TLS"
        return self.caller_of_certificate(certificate, version, now)

    def caller_of_certificate(
        self, certificate: bytes, tls_version: str, now: datetime.datetime
    ) -> Caller:
        """Who holds a certificate whose key the connection has proved.

        Args:
            certificate: The client's certificate, in PEM or DER; empty if it sent none.
            tls_version: The version of TLS spoken, as OpenSSL names it.
            now: The moment of the call, in UTC.

        Raises:
            RefusedCallError: UNAUTHENTICATED or PERMISSION_DENIED, with the mend.
        """
        if not certificate:
            raise _unknown("no client certificate", "connect by mutual TLS with a certificate")
        if tls_version != TLS_VERSION:
            spoken = tls_version or "no TLS"
            raise _unknown(f"the connection speaks {spoken}", "connect by TLS 1.3")
        standing = self._standings.current
        held = self._held.get(certificate)
        if held is None or held.standing is not standing:
            held = self._hold(certificate, held, standing)
        if not held.named.begins <= now <= held.named.ends:
            raise _out_of_time(held.named, now)
        return held.caller

    def _hold(self, certificate: bytes, before: _Held | None, standing: Standing) -> _Held:
        """Hold a certificate against a standing under which it was not seen yet."""
        named = before.named if before else _named(certificate)
        if named.spiffe_id.trust_domain not in self._trust_domains:
            served = " or ".join(sorted(self._trust_domains))
            raise _unknown(
                f"the trust domain `{named.spiffe_id.trust_domain}` is not let in here",
                f"use a certificate of {served}",
            )
        held = _Held(named, standing, _caller(named, standing))
        if len(self._held) >= _KEPT:
            self._held = {}
        self._held[certificate] = held
        return held


def _named(certificate: bytes) -> _Named:
    """What a certificate says, if it says who its holder is in exactly one way."""
    try:
        read = read_certificate(certificate)
        uris, vouches = uris_of(read), is_authority(read)
    except ValueError as fault:
        raise _unknown("the client certificate cannot be read", "ask for a new one") from fault
    if vouches:  # X509-SVID, section 4.1
        raise _unknown("the client certificate is an authority's", "use one of a caller")
    if len(uris) != 1:
        raise _unknown(
            f"the client certificate has {len(uris)} URI names",
            "use one with exactly one SPIFFE id",
        )
    try:
        spiffe_id = parse_spiffe(uris[0])
    except SpiffeError as fault:
        raise _unknown("the client certificate names no caller", str(fault)) from fault
    return _Named(
        spiffe_id,
        serial_of(read),
        read.not_valid_before_utc,
        read.not_valid_after_utc,
    )


def _caller(named: _Named, standing: Standing) -> Caller:
    """The caller that a register lets in."""
    text = str(named.spiffe_id)
    on_file = standing.find(text)
    if on_file is None:
        raise _barred(f"`{text}` is not on file", "ask the registry to enter it in callers.csv")
    if on_file.state is not State.GOOD:
        raise _barred(f"`{text}` is suspended", "ask the registry why, and to restore it")
    if named.serial in on_file.revoked:
        raise _barred(f"the certificate {named.serial} is revoked", "use a newer certificate")
    return Caller(
        text,
        named.spiffe_id.agency,
        named.spiffe_id.role,
        named.serial,
        named.ends,
        on_file.acts_for,
    )


def _out_of_time(named: _Named, now: datetime.datetime) -> RefusedCallError:
    if now < named.begins:
        return _unknown(
            f"the client certificate counts from {named.begins:%Y-%m-%dT%H:%M:%SZ}",
            "check the clock of whoever issued it",
        )
    return _unknown(
        f"the client certificate expired at {named.ends:%Y-%m-%dT%H:%M:%SZ}",
        "connect anew with a newer certificate",
    )


def _unknown(why: str, mend: str) -> RefusedCallError:
    """Nobody knows who calls."""
    return RefusedCallError(Status.UNAUTHENTICATED, f"{why}; {mend}")


def _barred(why: str, mend: str) -> RefusedCallError:
    """Who calls is known, and may not."""
    return RefusedCallError(Status.PERMISSION_DENIED, f"{why}; {mend}")
