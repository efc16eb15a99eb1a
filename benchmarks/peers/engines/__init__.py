"""The engines, each behind one small interface, in the order of the tables."""

from __future__ import annotations

from .base import Engine
from .by_hand import IF_ELSE, IF_ELSE_RULES
from .casbin import CASBIN
from .cedar import CEDAR
from .own import COMPILED, REFERENCE
from .rego import REGO_CPP, REGORUS, REGORUS_YES_NO
from .vakt import VAKT

ENGINES: tuple[Engine, ...] = (
    IF_ELSE,
    IF_ELSE_RULES,
    COMPILED,
    REFERENCE,
    REGORUS_YES_NO,
    REGORUS,
    VAKT,
    CEDAR,
    REGO_CPP,
    CASBIN,
)
PEERS = tuple(engine for engine in ENGINES if engine.is_peer)

__all__ = ["COMPILED", "ENGINES", "IF_ELSE", "IF_ELSE_RULES", "PEERS", "REFERENCE", "Engine"]
