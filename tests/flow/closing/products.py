"""Small maps and products for the tests of closing: arcs written as (tail, head, switch)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations

from hypothesis import settings
from hypothesis import strategies as st

from platelaw.engine.flow.closing.asking import Basis, Price
from platelaw.engine.flow.closing.graph import Labelled, labelled
from platelaw.engine.flow.model import (
    Custody,
    FlowMap,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
)  # fmt: skip
from platelaw.engine.flow.product import Arc, Product, State

Arcs = tuple[tuple[str, str, str], ...]


def world(
    arcs: Iterable[tuple[str, str, str]],
    starts: Iterable[str],
    ends: Iterable[str],
    *,
    wrongs: Mapping[str, int] | None = None,
    owners: Mapping[str, str] | None = None,
    holders: Mapping[str, str] | None = None,
) -> tuple[FlowMap, Product]:
    """A map with a relation for every arc, and the product of which every state is a node."""
    arcs, starts, ends = tuple(arcs), tuple(starts), tuple(ends)
    names = tuple(dict.fromkeys([*starts, *ends, *(end for arc in arcs for end in arc[:2])]))
    places = {name: number for number, name in enumerate(names)}
    switches = sorted({switch for _, _, switch in arcs})
    holders = holders or {}
    map_ = FlowMap.of(
        (Node(name, NodeKind.AGENCY, name.title()) for name in names),
        (Relation(tail, head, RelationKind.SHARES_QUERY, switch) for tail, head, switch in arcs),
        (Switch(key, SwitchKind.SETTING, holders.get(key, names[0]), f"switch {key}")
         for key in switches),
    )  # fmt: skip
    product = Product(
        tuple(State(name, (owners or {}).get(name, "owner"), True, Custody.LIVE,
                    wrongs=(wrongs or {}).get(name, 0)) for name in names),
        tuple(Arc(places[tail], places[head], number, 0)
              for number, (tail, head, _) in enumerate(arcs)),
        tuple(places[name] for name in starts),
        tuple(places[name] for name in ends),
    )  # fmt: skip
    return map_, product


def graph_of(arcs: Iterable[tuple[str, str, str]], starts: str, ends: str) -> Labelled:
    """The graph of some arcs; nodes are single letters."""
    return labelled(*world(arcs, starts, ends))


def priced(graph: Labelled, values: Mapping[str, float] | None = None) -> dict[str, Price]:
    """Prices of all switches, 1 for those not named."""
    values = values or {}
    return {key: Price(values.get(key, 1.0), Basis.LOSS) for key in graph.switches}


def subsets(keys: Iterable[str]) -> Iterator[frozenset[str]]:
    """Every subset."""
    keys = tuple(keys)
    sizes = (combinations(keys, count) for count in range(len(keys) + 1))
    return (frozenset(each) for each in chain.from_iterable(sizes))


def walks_on(arcs: Iterable[tuple[str, str, str]], starts: Iterable[str], ends: Iterable[str],
             closed: Iterable[str]) -> bool:  # fmt: skip
    """Whether an end is reached, by plain search."""
    closed, seen, pending = set(closed), set(starts), list(starts)
    while pending:
        state = pending.pop()
        for tail, head, switch in arcs:
            if tail == state and switch not in closed and head not in seen:
                seen.add(head)
                pending.append(head)
    return bool(seen & set(ends))


few = settings(max_examples=80, deadline=None, derandomize=True, database=None)

_STATES = "abcdefgh"
_SWITCHES = "PQRSTU"

arcs_strategy = st.lists(
    st.tuples(st.sampled_from(_STATES), st.sampled_from(_STATES), st.sampled_from(_SWITCHES)),
    min_size=1, max_size=18, unique=True,
).map(tuple)  # fmt: skip
prices_strategy = st.fixed_dictionaries(
    {key: st.integers(0, 6).map(float) for key in _SWITCHES}
)  # fmt: skip
kept_strategy = st.frozensets(st.sampled_from(_SWITCHES), max_size=2)
