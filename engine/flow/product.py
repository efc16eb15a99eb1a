"""The product of a map and the state that a walk carries, as a plain graph to search and cut.

A state is a node together with what the body there may say of the data: for which purpose they
were had, in what custody, under which terms, and how many wrongs it took.
"""

from __future__ import annotations

from dataclasses import dataclass

from .model import Custody


@dataclass(frozen=True, slots=True)
class State:
    """Where the data are, and what is carried with them.

    Attributes:
        node: The node.
        owner: Whose data they are.
        serves: Whether they were had for the purpose asked about; else for a lawful one.
        custody: Access or a copy.
        terms: The keys of the terms that bind them, in order.
        wrongs: How many false statements and broken promises it took so far.
    """

    node: str
    owner: str
    serves: bool
    custody: Custody
    terms: tuple[str, ...] = ()
    wrongs: int = 0


@dataclass(frozen=True, slots=True)
class Arc:
    """One hop between two states, by their numbers. Its label is the switch of its relation."""

    tail: int
    head: int
    relation: int
    wrongs: int


@dataclass(frozen=True, slots=True)
class Product:
    """All states that lie on some door of a question, and the hops between them.

    Attributes:
        states: By number.
        arcs: In a fixed order.
        starts: The numbers of the owners' own states.
        ends: The numbers of the states in which a recipient of the zone is served.
    """

    states: tuple[State, ...]
    arcs: tuple[Arc, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
