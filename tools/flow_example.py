"""Write the shipped map, ``policies/flow/example.zip``, from four published lists.

Run `python tools/flow_example.py EDGES.csv POLICIES.csv SHARED_NETWORKS.csv SHARING_LIST.csv`.
Where the lists come from is told in ``policies/flow/PROVENANCE.md``. The same lists give the same
bytes.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import sys
from dataclasses import replace
from pathlib import Path

from platelaw.engine.flow.files.reading import write_map
from platelaw.engine.flow.importing.importer import Imported, import_lists
from platelaw.engine.flow.importing.opening import Listed
from platelaw.engine.flow.importing.portal_words import lexicons_of
from platelaw.engine.flow.model import FlowMap
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.organizations.resolver import Resolver

PLACE = Path(__file__).parent.parent / "policies" / "flow" / "example.zip"

# Accounts whose names may be a person's are left out; SHA-256 of their keys, so that none is named.
PERSONS = frozenset({"a533385e95a2dd2e", "41fcb183046996c0"})

PORTALS = (
    "none-below/sm-alpr, assets/transparency.flocksafety.com/*/*.json, "
    "commit 305f3bffe2e75d5462805526607199b10d32f39b"
)
OKALOOSA = (
    "HistoryJunkie/OkaloosaALPR_AUDIT, "
    "2_Analysis/network_scale_analysis/Sharing_Agencies_EXTRACTED.csv, "
    "commit c200ac3dd094525a840c8ed40718413cd086cf99"
)
EUGENE = (
    "eyes-off/eugene-oregon, "
    "PublicRecords/EPD-2025-4987_BusinessesSharingFlockData[2511-13]/list.csv, "
    "commit fc462f8528b0e26d8a9e297e24758426ee185f15"
)


def lists(edges: Path, policies: Path, networks: Path, partners: Path) -> list[Listed]:
    """The four lists, as the map calls them; the last two are dated by their commits."""
    portals, eugene = datetime.date(2026, 4, 28), datetime.date(2025, 12, 10)
    return [
        Listed(edges, "", portals, "portal pages", PORTALS),
        Listed(policies, "", portals, "portal policies", PORTALS),
        Listed(networks, "FL/okaloosa-county-so", datetime.date(2026, 1, 28),
               "Okaloosa shared networks", OKALOOSA),
        Listed(partners, "OR/eugene-pd", eugene, "Eugene sharing list", EUGENE),
    ]  # fmt: skip


def imported(listed: list[Listed]) -> Imported:
    """The map of the lists, read by the shipped registry, words and policies."""
    library = load().library
    if library is None:
        sys.exit("the shipped library is refused; `platelaw check` shows why")
    return import_lists(listed, Resolver(shipped_registry()), lexicons=lexicons_of(library))


def without_persons(flow_map: FlowMap) -> FlowMap:
    """The map without accounts whose names may be a person's."""
    gone = {
        key for key in flow_map.nodes if hashlib.sha256(key.encode()).hexdigest()[:16] in PERSONS
    }
    relations = [each for each in flow_map.relations if not gone & {each.source, each.target}]
    used = {each.switch for each in relations}
    return replace(
        flow_map,
        nodes={key: node for key, node in flow_map.nodes.items() if key not in gone},
        relations=tuple(relations),
        switches={key: each for key, each in flow_map.switches.items() if key in used},
    )


def main() -> None:
    """Write the map."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("edges", "policies", "networks", "partners"):
        parser.add_argument(name, type=Path)
    chosen = parser.parse_args()
    made = imported(lists(chosen.edges, chosen.policies, chosen.networks, chosen.partners))
    for fault in made.faults:
        print(f"not read: {fault}", file=sys.stderr)
    kept = without_persons(made.map)
    write_map(kept, PLACE)
    print(f"{PLACE.name}: {len(kept.nodes):,} nodes, {len(kept.relations):,} relations, "
          f"{PLACE.stat().st_size:,} bytes; names {made.findings}")  # fmt: skip


if __name__ == "__main__":
    main()
