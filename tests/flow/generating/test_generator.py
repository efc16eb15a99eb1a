"""Generated maps: as large as asked, as like the published ones as told, the same for a seed."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from platelaw.engine.calibrated import CalibrationError
from platelaw.engine.flow.arrays import files
from platelaw.engine.flow.arrays.reach import reach
from platelaw.engine.flow.generating.as_map import as_map
from platelaw.engine.flow.generating.calibration import Calibration, read_calibration
from platelaw.engine.flow.generating.folder import write_folder
from platelaw.engine.flow.generating.generator import Generated, GeneratorError, generate
from platelaw.engine.flow.model import RelationKind
from platelaw.engine.flow.validating import Severity, findings
from platelaw.engine.library import load, shipped
from platelaw.engine.registry import read_registry

BODIES, RELATIONS = 1500, 60_000


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    return read_calibration()


@pytest.fixture(scope="module")
def made(calibration: Calibration) -> Generated:
    return generate(calibration, seed=7, bodies=BODIES, relations=RELATIONS)


def between_bodies(made: Generated) -> tuple[list[int], list[int]]:
    """The ends of the relations between bodies."""
    sources, targets = made.snapshot.sources(), made.snapshot.outgoing.ends
    both = (sources < BODIES) & (targets < BODIES)
    return sources[both].tolist(), targets[both].tolist()


def test_about_as_many_relations_are_made_as_asked(made: Generated) -> None:
    sources, targets = between_bodies(made)
    assert abs(len(sources) - RELATIONS) < 0.02 * RELATIONS
    pairs = set(zip(sources, targets, strict=True))
    assert len(pairs) == len(sources)
    assert not any(source == target for source, target in pairs)
    assert made.snapshot.origins is None


def test_lists_are_as_long_and_bodies_as_popular_as_measured(
    made: Generated, calibration: Calibration
) -> None:
    sources, targets = between_bodies(made)
    for ends, steps in ((sources, calibration.list_lengths), (targets, calibration.popularity)):
        counts = np.bincount(ends, minlength=BODIES)
        share = np.percentile(counts, [25, 50, 75]) / counts.mean()
        told = np.interp([0.25, 0.5, 0.75], np.linspace(0, 1, len(steps)), steps)
        assert np.abs(share - told).max() < 0.45
        assert counts.max() < 3.6 * counts.mean()


def test_bodies_of_one_government_share_more_with_each_other(
    made: Generated, calibration: Calibration
) -> None:
    homes = [body.sovereign for body in made.nodes]
    sources, targets = between_bodies(made)
    near = np.mean(
        [homes[one] == homes[other] for one, other in zip(sources, targets, strict=True)]
    )
    by_chance = sum((homes[:BODIES].count(key) / BODIES) ** 2 for key in calibration.governments)
    assert near > 4 * by_chance


def test_as_many_bodies_are_delegated_as_measured(
    made: Generated, calibration: Calibration
) -> None:
    all_, some = np.array(list(calibration.governments.values())).sum(axis=0)
    share = sum(body.delegated for body in made.nodes) / BODIES
    assert abs(share - some / all_) < 0.02


def test_members_of_a_network_join_it_and_may_search_it(made: Generated) -> None:
    hub = next(number for number, node in enumerate(made.nodes) if node.is_network)
    snapshot = made.snapshot
    assert snapshot.classes is not None
    joined = snapshot.incoming.ends[snapshot.incoming.around(hub)].tolist()
    around = snapshot.outgoing.around(hub)
    assert snapshot.outgoing.ends[around].tolist() == joined
    classes: list[int] = snapshot.classes[around].tolist()
    kinds = {made.conditions[klass].kind for klass in classes}
    assert kinds == {RelationKind.MEMBER_OF}
    assert 0.55 < len(joined) / BODIES < 0.65


def test_every_node_says_that_it_is_invented(made: Generated) -> None:
    assert all("generated" in node.key and "Generated" in node.name for node in made.nodes)
    assert as_map(made).sources[0].note == "invented"


def test_the_same_seed_gives_the_same_bytes(calibration: Calibration, tmp_path: Path) -> None:
    digests = [
        write_folder(generate(calibration, seed=seed, bodies=60, relations=300), tmp_path / name)
        for name, seed in (("one", 3), ("two", 3), ("other", 4))
    ]
    assert digests[0] == digests[1] != digests[2]


def test_a_folder_tells_all_that_the_map_is(made: Generated, tmp_path: Path) -> None:
    write_folder(made, tmp_path / "map")
    snapshot = files.read(tmp_path / "map", verify=True)
    assert snapshot.keys == made.snapshot.keys
    with (tmp_path / "map" / "nodes.csv").open() as stream:
        assert tuple(row["key"] for row in csv.DictReader(stream)) == snapshot.keys
    with (tmp_path / "map" / "classes.csv").open() as stream:
        kinds = [row["kind"] for row in csv.DictReader(stream)]
    assert kinds == [each.kind.value for each in made.conditions]
    about = json.loads((tmp_path / "map" / "generated.json").read_text())
    assert (about["invented"], about["seed"], len(about["purposes"])) == (True, 7, 16)
    registry = read_registry(tmp_path / "map" / "registry")
    attribute, value = made.delegated
    assert {
        key for key, body in registry.bodies.items() if body.attributes.get(attribute) == value
    } == {node.key for node in made.nodes if node.delegated}


def test_a_map_of_tables_holds_the_same_relations(calibration: Calibration) -> None:
    made = generate(calibration, seed=2, bodies=80, relations=500)
    flow, snapshot = as_map(made), made.snapshot
    assert [each for each in findings(flow) if each.severity is Severity.ERROR] == []
    admitting = np.flatnonzero(snapshot.outgoing.masks)
    assert len(flow.relations) == len(admitting)
    for relation, place in zip(flow.relations, admitting.tolist(), strict=True):
        source, target = snapshot.ends_of(place)
        assert (relation.source, relation.target) == (snapshot.keys[source], snapshot.keys[target])
        assert (relation.terms == "") == bool(snapshot.outgoing.onward[place])
        mask = int(snapshot.outgoing.masks[place])
        assert len(relation.purposes) == (0 if mask == 0xFFFF else mask.bit_count())


def test_a_generated_map_can_be_searched(made: Generated) -> None:
    seeds = made.snapshot.bits({made.nodes[0].key: 0xFFFF})
    assert np.count_nonzero(reach(made.snapshot, seeds, 4)) > BODIES / 2


def test_all_bodies_can_belong_to_one_government(calibration: Calibration) -> None:
    key = next(iter(calibration.governments))
    made = generate(calibration, seed=1, bodies=20, relations=40, government=key)
    assert {node.sovereign for node in made.nodes[:20]} == {key}


def test_the_words_of_the_calibration_are_words_of_the_law(calibration: Calibration) -> None:
    library = load().library
    assert library is not None
    kinds = [words.kinds for words in library.vocabularies.values()]
    purposes = {name for each in kinds for name in each.below("purpose")}
    bodies = {name for each in kinds for name in each.below("body")}
    assert len(calibration.purposes) == 16
    assert calibration.purposes.keys() | set(calibration.bars) <= purposes
    assert calibration.bodies.keys() | {each.kind for each in calibration.federal} <= bodies


@pytest.mark.parametrize(
    ("bodies", "relations", "government", "message"),
    [
        (1, 1, "", "from 2 to 20000"),
        (20_001, 1, "", "from 2 to 20000"),
        (10, 46, "", "from 1 to 45"),
        (20_000, 20_000_001, "", "from 1 to 20000000"),
        (10, 20, "??", "no government `\\?\\?`"),
    ],
)
def test_a_size_that_no_map_has_is_refused(
    calibration: Calibration, bodies: int, relations: int, government: str, message: str
) -> None:
    with pytest.raises(GeneratorError, match=message):
        generate(calibration, seed=1, bodies=bodies, relations=relations, government=government)


def test_a_map_of_tables_has_a_bound(
    calibration: Calibration, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = generate(calibration, seed=1, bodies=20, relations=40)
    monkeypatch.setattr("platelaw.engine.flow.generating.as_map.MOST", 10)
    with pytest.raises(GeneratorError, match="at most 10 can be written"):
        as_map(replace(made))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[measured", "cannot be read"),
        ("[measured]\nnear = 1\n", "no entry 'assumed'"),
        (None, "'none!' is not a valid Guard"),
    ],
)
def test_a_calibration_that_lacks_something_is_refused(
    tmp_path: Path, text: str | None, message: str
) -> None:
    shipped_text = shipped().joinpath("flow", "calibration.toml").read_text("utf-8")
    tomllib.loads(shipped_text)
    file = tmp_path / "calibration.toml"
    file.write_text(text or shipped_text.replace('guard = "none"', 'guard = "none!"', 1))
    with pytest.raises(CalibrationError, match=message):
        read_calibration(file)
