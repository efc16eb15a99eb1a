"""Write the measured part of ``policies/flow/calibration.toml`` anew, from the shipped map.

Run ``python tools/flow_calibration.py`` and put what it prints in place of the part between the two
marks. The map and the registry come with platelaw; where they are from stands in their own
PROVENANCE.md. The rest of the file is assumed, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from platelaw.engine.flow.example import REAL, example_place
from platelaw.engine.flow.files.reading import read_map
from platelaw.engine.flow.model import FlowMap, Node, RelationKind
from platelaw.engine.library import shipped_registry
from platelaw.engine.registry import Registry

ATTRIBUTE, VALUE = "delegated_287g", "yes"
STEPS = np.linspace(0, 100, 21)


def main() -> None:
    """Measure and print."""
    flow, registry = read_map(example_place(REAL)), shipped_registry()
    seen = [node for node in flow.nodes.values() if node.settings_known]
    shared = {node.key: set[str]() for node in flow.nodes.values()}
    for relation in flow.relations:
        if relation.kind is RelationKind.SHARES_QUERY:
            shared[relation.source].add(relation.target)
    own = {node.key: government(node, registry) for node in flow.nodes.values()}
    listed = Counter(
        key for node in seen for key in shared[node.key] if own[key] and own[key] == own[node.key]
    )
    lists = np.array([len(shared[node.key]) for node in seen])
    print("[measured]")
    print(f"bodies_with_settings = {len(seen)}")
    print(f"list_lengths = {percentiles(lists / lists.mean())}")
    found = np.array(list(listed.values()))
    print(f"popularity = {percentiles(found / found.mean())}")
    print(f"bars = {sum(bool(node.bars) for node in seen) / len(seen):.3f}")
    for node in seen:
        tell_nearness(node, flow, registry, shared[node.key])
    tell_governments(registry)


def percentiles(values: np.typing.NDArray[np.float64]) -> str:
    """The values at every twentieth, from the least to the most."""
    return str([round(float(value), 3) for value in np.percentile(values, STEPS)])


def tell_nearness(node: Node, flow: FlowMap, registry: Registry, targets: Iterable[str]) -> None:
    """How much likelier a body lists one of its own government, of a list across governments."""
    own = government(node, registry)
    others = [government(flow.nodes[key], registry) for key in targets]
    near, far = others.count(own), sum(bool(each) and each != own for each in others)
    if not own or far < near / 9:
        return
    on_file = Counter(body.sovereign for body in registry.bodies.values())
    ratio = (near / on_file[own]) / (far / (on_file.total() - on_file[own]))
    print(f"# {own}: {near} of its own and {far} of others, {ratio:.1f} times as likely")


def government(node: Node, registry: Registry) -> str:
    """The government of a body on file."""
    body = registry.bodies.get(node.body)
    return body.sovereign if body else ""


def tell_governments(registry: Registry) -> None:
    """How many bodies of each government are on file, and how many of them delegated."""
    bodies, delegated = Counter[str](), Counter[str]()
    for body in registry.bodies.values():
        if len(body.sovereign) == 2:
            bodies[body.sovereign] += 1
            delegated[body.sovereign] += body.attributes.get(ATTRIBUTE) == VALUE
    print("\n[measured.governments]  # bodies on file, and those with the attribute")
    for key in sorted(bodies):
        if bodies[key] > 10 and key != "US":
            print(f"{key} = [{bodies[key]}, {delegated[key]}]")


if __name__ == "__main__":
    main()
