"""Draft policies on top of a snapshot, for what-ifs alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...engine.decision import Engine
from ...engine.library import LibraryError
from ...engine.loading import Loader, Store
from ..bundles.texts import Folder
from ..refusal import RefusedCallError, Status
from ..v1 import decision_pb2 as d
from .desk import Desk

_MOST = 64 * 1024 * 1024  # bytes that are kept


@dataclass(slots=True)
class Memory:
    """Keeps what was made of texts while the process lives, until it is too much.

    Attributes:
        most: How many bytes are kept; beyond it everything is made anew.
        kept: What is kept.
    """

    most: int = _MOST
    kept: dict[str, bytes] = field(default_factory=dict[str, bytes], init=False)
    _size: int = field(default=0, init=False)

    def get(self, key: str) -> bytes | None:
        """What was kept."""
        return self.kept.get(key)

    def put(self, key: str, payload: bytes) -> None:
        """Keep something."""
        if self._size + len(payload) > self.most:
            self.kept, self._size = {}, 0
        self._size += len(payload)
        self.kept[key] = payload


@dataclass(slots=True)
class Drafts:
    """Loads drafts on top of snapshots; texts that stay are parsed once.

    Attributes:
        store: Where what was made of texts is kept.
    """

    store: Store = field(default_factory=Memory)

    def engine(
        self, desk: Desk, drafts: Sequence[d.DraftPolicy]
    ) -> tuple[Engine | None, list[str]]:
        """The engine of a snapshot with drafts on top, or none, with what is wrong as printed.

        Raises:
            RefusedCallError: A draft has no name for a policy file, or that of another one.
        """
        engine = desk.snapshot.engine
        if not drafts:
            return engine, []
        texts = dict(desk.snapshot.texts)
        for draft in drafts:
            name = f"drafts/{draft.name}"
            if "/" in draft.name or not draft.name.endswith(".policy") or name in texts:
                raise RefusedCallError(
                    Status.INVALID_ARGUMENT,
                    f"drafts: `{draft.name}` is no name for a draft; write NAME.policy, each once",
                )
            texts[name] = draft.text
        try:
            loaded = Loader(self.store).load(
                [Folder({path: text.encode() for path, text in texts.items()})],
                engine.registry.bodies.keys(),
            )
        except LibraryError as fault:
            raise RefusedCallError(Status.INVALID_ARGUMENT, f"drafts: {fault}") from None
        checked = loaded.checked
        if checked.library is None:
            return None, [str(fault) for fault in checked.diagnostics if fault.is_error]
        return Engine(checked.library, engine.registry), []
