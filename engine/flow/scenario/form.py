"""The form of scenario files (TOML), described in docs/scenarios.md. A reading edge."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from ..model import Grant, Guard, RelationKind
from .change import Assume, Change
from .errors import ScenarioError, nearest
from .fields import Fields
from .finding import Wanted, Whose
from .law import AdoptBill, SetAttribute
from .relations import AddRelation, RemoveRelations, SetGuard, SetRetention
from .scenario import Scenario
from .setting import POLICY
from .sharing import StopSharing
from .switches import JoinNetwork, LeaveNetwork, TurnSwitches

EXTENSION = ".toml"


def read_scenario(path: Path) -> Scenario:
    """The scenario of a file.

    Raises:
        ScenarioError: The file cannot be read, or does not have the form.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise ScenarioError(f"{path}: cannot be read: {fault}", "name a scenario file") from fault
    return parse_scenario(text, path.name, path.parent)


def parse_scenario(text: str, source: str, folder: Path = Path()) -> Scenario:
    """The scenario that a text is.

    Args:
        text: TOML.
        source: What messages call the text.
        folder: Where paths in it begin.

    Raises:
        ScenarioError: It does not have the form; the message names the change and the field.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ScenarioError(f"{source}: {fault}", "mend the TOML at that place") from fault
    stated = table.pop("change", None)
    changes = cast("list[object]", stated) if isinstance(stated, list) else []
    if not changes:
        raise ScenarioError(f"{source}: it changes nothing",
                            'add a table `[[change]]` with `do = "..."`')  # fmt: skip
    head = Fields(table, source)
    made = Scenario(
        head.text("name", source.removesuffix(EXTENSION)),
        tuple(_change(each, f"{source}: change {n}", folder) for n, each in enumerate(changes, 1)),
        head.text("words", ""),
        head.day("day"),
    )
    head.finish()
    return made


def _change(table: object, where: str, folder: Path) -> Change:
    if not isinstance(table, dict):
        raise ScenarioError(f"{where}: must be a table", "write `[[change]]` above its fields")
    fields = Fields(cast("dict[str, object]", table), where)
    do = fields.text("do")
    if do not in CHANGES:
        near = nearest(do, CHANGES)
        help = f"did you mean {near}?" if near else f"write one of: {', '.join(CHANGES)}"
        raise ScenarioError(f"{where}: nothing is called `{do}`", help)
    made = CHANGES[do](fields, folder)
    fields.finish()
    return made


def _close(fields: Fields, folder: Path) -> Change:
    return TurnSwitches(fields.texts("switches"), is_on=False)


def _open(fields: Fields, folder: Path) -> Change:
    return TurnSwitches(fields.texts("switches"), is_on=True)


def _leave(fields: Fields, folder: Path) -> Change:
    return LeaveNetwork(fields.text("agency"), fields.text("network"))


def _join(fields: Fields, folder: Path) -> Change:
    return JoinNetwork(fields.text("network"), fields.texts("agencies"))


def _open_network(fields: Fields, folder: Path) -> Change:
    return JoinNetwork(
        fields.text("network"),
        fields.texts("agencies", needed=False),
        fields.text("called", ""),
        fields.text("holder", ""),
        fields.word("grant", Grant, Grant.VENDOR),
    )


def _stop(fields: Fields, folder: Path) -> Change:
    return StopSharing(
        fields.texts("agencies", needed=False),
        fields.texts("with", needed=False),
        fields.cells("where"),
    )


def _whose(fields: Fields) -> Whose:
    return Whose(fields.texts("bodies", needed=False), fields.cells("where"))


def _set_attribute(fields: Fields, folder: Path) -> Change:
    bodies = Whose(fields.texts("bodies"))
    return SetAttribute(bodies, fields.text("attribute"), fields.text("value"))


def _adopt_policy(fields: Fields, folder: Path) -> Change:
    return SetAttribute(_whose(fields), POLICY, fields.text("policy"))


def _adopt_bill(fields: Fields, folder: Path) -> Change:
    files = tuple(folder / name for name in fields.texts("files", needed=False))
    return AdoptBill(files, fields.whether("proposed", default=True))


def _wanted(fields: Fields) -> Wanted:
    kind = fields.word("kind", RelationKind) if fields.has("kind") else None
    return Wanted(
        fields.text("from", ""), fields.text("to", ""), fields.text("switch", ""), kind=kind
    )


def _set_guard(fields: Fields, folder: Path) -> Change:
    return SetGuard(_wanted(fields), fields.word("guard", Guard))


def _remove(fields: Fields, folder: Path) -> Change:
    return RemoveRelations(_wanted(fields))


def _add(fields: Fields, folder: Path) -> Change:
    return AddRelation(
        fields.text("from"),
        fields.text("to"),
        fields.word("kind", RelationKind),
        fields.text("switch", ""),
        fields.text("holder", ""),
        fields.word("guard", Guard, Guard.NONE),
        fields.word("grant", Grant, Grant.OWNER),
        fields.texts("purposes", needed=False),
    )


def _set_retention(fields: Fields, folder: Path) -> Change:
    return SetRetention(fields.texts("nodes"), fields.count("days"))


def _assume(fields: Fields, folder: Path) -> Change:
    return Assume(fields.text("name"), is_on=True)


def _do_not_assume(fields: Fields, folder: Path) -> Change:
    return Assume(fields.text("name"), is_on=False)


CHANGES: dict[str, Callable[[Fields, Path], Change]] = {
    "close switches": _close,
    "open switches": _open,
    "leave network": _leave,
    "join network": _join,
    "open network": _open_network,
    "stop sharing": _stop,
    "set attribute": _set_attribute,
    "adopt policy": _adopt_policy,
    "adopt bill": _adopt_bill,
    "set guard": _set_guard,
    "set retention": _set_retention,
    "add relation": _add,
    "remove relations": _remove,
    "assume": _assume,
    "do not assume": _do_not_assume,
}
