"""Of portals that call a purpose off limits, how many reach an agency with delegated powers?

Run `python benchmarks/flow_table.py LIST...` on lists that `platelaw flow import` knows. For three
thresholds of the resolver it prints in how many hops of sharing, from owner to reader, each portal
reaches an agency that the registry marks, with the precision and recall of the resolver at that
threshold on the names labelled by hand (`benchmarks/organizations.py`).

`may be` counts an unresolved name as such an agency if any body that it may mean is one: an upper
bound. `standing` counts only links that were there when their list was last seen.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from organizations import Label, labels_of, measured

from platelaw.engine.flow.importing.importer import Imported, import_lists
from platelaw.engine.flow.importing.opening import Listed
from platelaw.engine.flow.importing.portal_words import lexicons_of
from platelaw.engine.flow.model import FlowMap, Relation
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.organizations.resolver import Resolver
from platelaw.engine.organizations.words import shipped_words
from platelaw.engine.registry import Registry

THRESHOLDS = (0.75, 0.85, 0.95)
MOST_HOPS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: how many portals reach an agency in so many hops and no fewer."""

    called: str
    nodes: int
    links: int
    bodies: int
    agencies: int
    hops: Counter[int]
    portals: int

    def __str__(self) -> str:
        """The row as text."""
        reached = "".join(f"{self.hops[hop]:>7}" for hop in range(1, MOST_HOPS + 1))
        rest = self.portals - self.hops.total()
        return (f"{self.called:<16}{self.nodes:>7,}{self.links:>8,}{self.bodies:>7,}"
                f"{self.agencies:>8}{self.portals:>9}{reached}{rest:>6}")  # fmt: skip


HEAD = (
    f"{'names taken at':<16}{'nodes':>7}{'links':>8}{'bodies':>7}{'marked':>8}{'portals':>9}"
    + "".join(f"{hop:>3} hop" for hop in range(1, MOST_HOPS + 1))
    + "  none"
)


def fewest_hops(
    relations: Iterable[Relation], starts: Collection[str], ends: Collection[str]
) -> dict[str, int]:
    """The fewest hops from each start to an end, of those that have one within four."""
    onward: dict[str, list[str]] = {}
    for relation in relations:
        onward.setdefault(relation.source, []).append(relation.target)
    found: dict[str, int] = {}
    for start in starts:
        seen, reached = {start}, {start}
        for hop in range(1, MOST_HOPS + 1):
            reached = {to for at in reached for to in onward.get(at, ())} - seen
            seen |= reached
            if not reached.isdisjoint(ends):
                found[start] = hop
                break
    return found


def marked(flow_map: FlowMap, registry: Registry, attribute: str) -> set[str]:
    """The nodes that the registry marks."""
    return {
        key
        for key, node in flow_map.nodes.items()
        if node.body and registry.bodies[node.body].attributes.get(attribute) == "yes"
    }


def may_be_marked(made: Imported, attribute: str) -> set[str]:
    """The nodes of names that are no body on file and may mean one that is marked."""
    return {
        key
        for key, found in made.unresolved.items()
        if any(each.body.attributes.get(attribute) == "yes" for each in found.candidates)
    }


def row(
    called: str, flow_map: FlowMap, relations: Collection[Relation], ends: Collection[str],
    purpose: str,
) -> Row:  # fmt: skip
    """One row."""
    starts = [key for key, node in flow_map.nodes.items() if purpose in node.bars]
    hops = fewest_hops(relations, starts, ends)
    bodies = sum(bool(node.body) for node in flow_map.nodes.values())
    counts = Counter(hops.values())
    nodes, links = len(flow_map.nodes), len(relations)
    return Row(called, nodes, links, bodies, len(ends), counts, len(starts))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lists", nargs="+", type=Path)
    parser.add_argument("--purpose", default="immigration_enforcement")
    parser.add_argument("--attribute", default="delegated_287g")
    chosen = parser.parse_args()
    library, registry = load().library, shipped_registry()
    if library is None:
        raise SystemExit("the shipped library is refused; `platelaw check` shows why")
    labels = [label for label in labels_of() if label.doubt != "unclear"]
    lexicons = lexicons_of(library)
    print(HEAD)
    for threshold in THRESHOLDS:
        resolver = Resolver(registry, replace(shipped_words(), threshold=threshold))
        made = import_lists([Listed(path) for path in chosen.lists], resolver, lexicons=lexicons)
        flow_map = made.map
        ends = marked(flow_map, registry, chosen.attribute)
        print(row(f"{threshold:.2f}", flow_map, flow_map.relations, ends, chosen.purpose))
        day = flow_map.as_of
        standing = [each for each in flow_map.relations if day is None or each.stands_on(day)]
        print(row("  standing", flow_map, standing, ends, chosen.purpose))
        maybe = ends | may_be_marked(made, chosen.attribute)
        print(row("  may be", flow_map, flow_map.relations, maybe, chosen.purpose))
        _print_errors(labels, resolver, threshold)


def _print_errors(labels: list[Label], resolver: Resolver, threshold: float) -> None:
    for split in ("held_back", "development"):
        mine = [label for label in labels if label.split == split]
        precision, recall = measured(mine, resolver, threshold)
        print(f"  {split}: precision {precision}, recall {recall}")


if __name__ == "__main__":
    main()
