"""The HTTP face of the service: AuthZEN Authorization API 1.0, asked by the same decision point."""

from .app import AuthzenApp, Peer
from .serving import AuthzenServer

__all__ = ["AuthzenApp", "AuthzenServer", "Peer"]
