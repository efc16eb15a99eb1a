"""Made maps for the tests of reports: a small one with every class of door, and a large one."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace

from platelaw.dsl import syntax as tree
from platelaw.engine.flow.door import (
    Citation,
    Completeness,
    Door,
    DoorClass,
    DoorName,
    Hop,
    Question,
    Reach,
    Trace,
    Wrong,
    WrongKind,
)
from platelaw.engine.flow.model import (
    Custody,
    Evidence,
    FlowMap,
    Grant,
    Guard,
    Level,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Source,
    Switch,
    SwitchKind,
)
from platelaw.engine.flow.report.of_trace import report_data
from platelaw.engine.flow.report.view import (
    PlanView,
    ReportData,
    ScenariosView,
    StepView,
    TableView,
)
from platelaw.engine.library import shipped_registry

DAY = datetime.date(2026, 11, 26)
NASTY = "</script><script>window.broken = true</script> & “Town” <b>PD</b>"
OWNERS = ("CT/avon-pd", "CT/ansonia-pd")

NODES = [
    Node("CT/avon-pd", NodeKind.AGENCY, "Avon Police Department", "CT/avon-pd", cameras=6,
         keeps_days=30, settings_known=True),
    Node("CT/ansonia-pd", NodeKind.AGENCY, "Ansonia Police Department", "CT/ansonia-pd",
         settings_known=True, bars=("immigration_enforcement",)),
    Node("MA/acton-pd", NodeKind.AGENCY, "Acton Police Department", "MA/acton-pd", sureness=0.93),
    Node("MA/abington-pd", NodeKind.AGENCY, "Abington Police Department", "MA/abington-pd"),
    Node("nasty", NodeKind.AGENCY, NASTY),
    Node("network", NodeKind.NETWORK, "National Lookup"),
    Node("US/amtrak-police", NodeKind.FEDERAL, "Federal Field Office", "US/amtrak-police"),
    Node("vendor", NodeKind.VENDOR, "The Vendor"),
]  # fmt: skip
SWITCHES = [
    Switch("avon-acton", SwitchKind.SETTING, "CT/avon-pd", "Avon shares with Acton", 1200),
    Switch("ansonia-abington", SwitchKind.SETTING, "CT/ansonia-pd", "Ansonia shares with Abington"),
    Switch("avon-network", SwitchKind.MEMBERSHIP, "CT/avon-pd", "Avon is in the network", 9100),
    Switch("nasty-network", SwitchKind.MEMBERSHIP, "nasty", "It is in the network"),
    Switch("acton-us", SwitchKind.PRACTICE, "MA/acton-pd", "Acton searches for the office"),
    Switch("vendor-us", SwitchKind.ACCOUNT, "vendor", "A pilot account"),
    Switch("ansonia-us", SwitchKind.AGREEMENT, "CT/ansonia-pd", "A court's paper"),
]


def relation(source: str, target: str, kind: RelationKind, switch: str, **more: object) -> Relation:
    known = Evidence("a portal", Level.PUBLISHED, datetime.date(2026, 10, 1))
    return Relation(source, target, kind, switch, **{"evidence": known, **more})  # type: ignore[arg-type]


RELATIONS = [
    relation("CT/avon-pd", "MA/acton-pd", RelationKind.SHARES_QUERY, "avon-acton"),
    relation("CT/ansonia-pd", "MA/abington-pd", RelationKind.SHARES_QUERY, "ansonia-abington"),
    relation("CT/avon-pd", "network", RelationKind.JOINS, "avon-network"),
    relation("network", "nasty", RelationKind.MEMBER_OF, "nasty-network"),
    relation("MA/acton-pd", "US/amtrak-police", RelationKind.SEARCHES_FOR, "acton-us",
             custody=Custody.HAND, evidence=Evidence("", Level.INFERRED)),
    relation("nasty", "US/amtrak-police", RelationKind.RE_DISCLOSES, "acton-us",
             custody=Custody.COPY, evidence=Evidence("", Level.ASSUMED)),
    relation("network", "US/amtrak-police", RelationKind.MEMBER_OF, "vendor-us",
             grant=Grant.PILOT, guard=Guard.KEYWORD_FILTER),
    relation("CT/ansonia-pd", "US/amtrak-police", RelationKind.LEGAL_PROCESS, "ansonia-us",
             guard=Guard.TECHNICAL),
]  # fmt: skip
RULE = Citation("ct/act.r", "No search for that", "Public Act 1, section 2", "secondary")
LIE = Wrong(WrongKind.LIE, "says a stolen car, means an arrest")
BREACH = Wrong(WrongKind.BREACH, "passes on what it may not", detectable=False)


def hop(number: int, *wrongs: Wrong, opens_if: tuple[str, ...] = (), drifts: bool = False) -> Hop:
    on = RELATIONS[number]
    return Hop(
        relation=number, source=on.source, target=on.target, kind=on.kind, switch=on.switch,
        guard=on.guard, act="search", true_purpose="immigration_enforcement",
        stated_purpose="stolen_vehicle" if drifts else "immigration_enforcement",
        outcome=tree.Outcome.DENY if wrongs else tree.Outcome.PERMIT,
        reason="a rule forbids it" if wrongs else "", citations=(RULE,), wrongs=wrongs,
        opens_if=opens_if, custody=on.custody, drifts=drifts, evidence=on.evidence,
        start=datetime.date(2025, 3, 1) if number == 0 else None,
        volume=840 if number == 0 else None,
    )  # fmt: skip


DOORS = (
    Door((hop(2), hop(6)), DoorName.BACK),
    Door((hop(0), hop(4, LIE, drifts=True)), DoorName.SIDE),
    Door((hop(2), hop(3, LIE), hop(5, BREACH)), DoorName.SIDE),
    Door((hop(7, opens_if=("a judge's warrant, proven by the clerk",)),), DoorName.FRONT),
)
QUESTION = Question("immigration_enforcement", "zone", DAY, OWNERS)
COMPLETENESS = Completeness(
    8, 2, 3, {"published": 5, "inferred": 1, "assumed": 1}, datetime.date(2026, 9, 1), DAY
)


def small_map() -> FlowMap:
    sources = [Source("portals", "the vendors' pages", DAY, "seen by hand")]
    return FlowMap.of(NODES, RELATIONS, SWITCHES, as_of=DAY, sources=sources)


def small_trace() -> Trace:
    reaches = (
        Reach(OWNERS[0], {DoorClass.OPEN: 1}, 2),
        Reach(OWNERS[1], {DoorClass.LAWFUL: 1}, 1),
    )
    assumed = ("officers search for others (2 doors rest on it)",)
    return Trace(QUESTION, reaches, DOORS, COMPLETENESS, assumed, ("at most 5 doors an owner",))


def small() -> ReportData:
    return report_data(small_map(), small_trace(), registry=shipped_registry(), made_on=DAY)


PLAN = PlanView(
    proof="Proved: no cheaper set of switches closes them.", is_proved=True,
    asked="Close every door of classes 0 and 1 by switches inside the state.",
    loss="10,300 records of lawful sharing in 90 days",
    steps=(StepView("leave the network", "Avon Police Department", "9,100 records", 2),
           StepView("stop sharing with Acton", "Avon Police Department", "1,200 records", 1)),
    before=((DoorClass.OPEN, 1), (DoorClass.ONE, 1)), after=((DoorClass.MORE, 0),),
    others=(("the network, and Acton's practice", "11,000 records"),),
    frontier=(("1", "9,100 records"), ("0", "10,300 records")),
    notes=("A switch that nobody measured counts as the mean of the others.",),
    draft="close avon-network\nclose avon-acton",
)  # fmt: skip
SCENARIOS = ScenariosView(
    (TableView("Doors opened and closed", ("scenario", "opened", "closed", "lawful searches lost"),
               (("Avon leaves the network", "0", "2", "9,100"),)),),
    ("Each scenario starts from the map as it is.",),
)  # fmt: skip


def whole() -> ReportData:
    """The small report with a plan and scenarios."""
    return replace(small(), plan=PLAN, scenarios=SCENARIOS)


# A large map ------------------------------------------------------------------------------------

STATES = ("AL", "AZ", "CA", "CO", "FL", "GA", "IL", "KS", "MA", "MD", "MI", "NJ", "NY", "OH", "PA",
          "TX", "UT", "VA", "WA", "WI")  # fmt: skip


def large(bodies: int = 5000, links: int = 50_000, doors: int = 400) -> ReportData:
    """A report of a made national map, the same for the same numbers."""
    chance = random.Random(7)
    registry = shipped_registry()
    keys = [key for key in registry.bodies if key.startswith("CT/") and key.endswith("-pd")][:90]
    for state in STATES:
        keys += [key for key in registry.bodies if key.startswith(f"{state}/")]
    federal = [key for key in registry.bodies if key.startswith("US/")][:12]
    keys = [*keys[: bodies - len(federal) - 2], *federal]
    kinds = [NodeKind.FEDERAL if key in federal else NodeKind.AGENCY for key in keys]
    nodes = [
        Node(key, kind, registry.bodies[key].name, key)
        for key, kind in zip(keys, kinds, strict=True)
    ]
    nodes += [Node(f"network-{n}", NodeKind.NETWORK, f"Network {n + 1}") for n in range(2)]
    switches = [Switch(f"s-{key}", SwitchKind.SETTING, key) for key in keys]
    sharing = [
        relation(source, target, RelationKind.SHARES_QUERY, f"s-{source}")
        for source, target in (chance.sample(keys, 2) for _ in range(links))
    ]
    owners = keys[:90]
    found: list[Door] = []
    walks: list[Relation] = []
    for number in range(doors):
        owner, middle = owners[number % 90], keys[90 + chance.randrange(900)]
        recipient = federal[min(chance.randrange(24), 11)]
        walks.append(relation(owner, middle, RelationKind.SHARES_QUERY, f"s-{owner}"))
        walks.append(relation(middle, recipient, RelationKind.SEARCHES_FOR, f"s-{middle}"))
        wrongs = [(), (LIE,), (LIE, BREACH)][chance.randrange(3)]
        steps = [
            Hop(
                n, on.source, on.target, on.kind, on.switch, on.guard, "search",
                "immigration_enforcement", "immigration_enforcement", None, "", (RULE,), lies, (),
                on.custody, False, on.evidence,
            )
            for n, (on, lies) in enumerate(((walks[-2], ()), (walks[-1], wrongs)))
        ]  # fmt: skip
        found.append(Door(tuple(steps), DoorName.SIDE))
    found.sort(key=lambda door: door.wrongs)
    flow_map = FlowMap.of(nodes, [*sharing, *walks], switches, as_of=DAY)
    whole = Completeness(len(nodes), 90, 41, {"published": len(sharing)}, DAY, DAY)
    reaches = tuple(Reach(owner, {DoorClass.ONE: 3}, 2) for owner in owners)
    trace = Trace(
        Question("immigration_enforcement", "zone", DAY, tuple(owners)),
        reaches, tuple(found), whole,
    )  # fmt: skip
    return report_data(flow_map, trace, registry=registry, made_on=DAY)
