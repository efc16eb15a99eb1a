"""Small lists and a registry for these tests; the forms are those of real ones."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from platelaw.dsl.lexicon import Level, Phrase
from platelaw.engine.flow.importing.importer import Imported, import_lists
from platelaw.engine.flow.importing.opening import Listed
from platelaw.engine.flow.model import FlowMap, Relation, RelationKind
from platelaw.engine.organizations.resolver import Resolver
from platelaw.engine.registry import Registry, read_registry

BODIES = """key,name,ori,sovereign,kind,delegated_287g,also_written,policy,desk,source
CT/aford-pd,Aford Police Department,CT1,CT,police_department,,,,,t
CT/bury-pd,Bury Police Department,CT2,CT,police_department,,,,,t
NY/cross-county-so,Cross County Sheriff's Office,NY1,NY,sheriff,yes,,,,t
NY/dale-pd,Dale Police Department,NY2,NY,police_department,,,,,t
US/mail-police,Mail Police,US1,US,federal_police,,Mail Police|[Federal] Mail Police,,,t
US/ice,U.S. Immigration and Customs Enforcement,,US,ice,,ICE,,,t
"""
LEXICON = (Phrase("immigration", Level.PLAINLY, "immigration_enforcement"),)


def registry(folder: Path) -> Registry:
    place = folder / "registry"
    place.mkdir(exist_ok=True)
    (place / "bodies.csv").write_text(BODIES, "utf-8")
    return read_registry(place)


@dataclass
class Lists:
    """A folder of lists to import."""

    folder: Path
    listed: list[Listed] = field(default_factory=list[Listed])

    def add(self, name: str, text: str, owner: str = "", day: datetime.date | None = None) -> Lists:
        path = self.folder / name
        path.write_text(text, "utf-8")
        self.listed.append(Listed(path, owner, day))
        return self

    def made(self, as_of: datetime.date | None = None) -> Imported:
        resolver = Resolver(registry(self.folder))
        return import_lists(self.listed, resolver, as_of=as_of, lexicons=LEXICON)


def relation(
    flow_map: FlowMap, source: str, target: str, kind: RelationKind = RelationKind.SHARES_QUERY
) -> Relation:
    """The one relation between two nodes."""
    (found,) = [
        each
        for each in flow_map.relations
        if (each.source, each.target, each.kind) == (source, target, kind)
    ]
    return found


def pairs(flow_map: FlowMap) -> set[tuple[str, str]]:
    return {(each.source, each.target) for each in flow_map.relations}
