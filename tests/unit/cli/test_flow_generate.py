"""``platelaw flow generate``: what it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli.flow_generate import generate_command
from platelaw.engine.flow.arrays import files
from platelaw.engine.flow.files.reading import read_map
from platelaw.engine.registry import read_registry

SMALL = ["--bodies", "40", "--relations", "200"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(generate_command, [str(each) for each in arguments])


def test_a_folder_is_a_snapshot_with_its_registry(tmp_path: Path) -> None:
    done = run("-o", tmp_path / "map", *SMALL)
    assert done.exit_code == 0, done.output
    snapshot = files.read(tmp_path / "map", verify=True)
    assert f"{snapshot.nodes} invented nodes and {snapshot.relations} relations" in done.output
    registry = read_registry(tmp_path / "map" / "registry")
    assert set(registry.bodies) <= set(snapshot.keys)


@pytest.mark.parametrize("name", ["map.zip", "map.json"])
def test_a_name_of_a_map_gives_a_map_and_its_registry_where_asked(
    tmp_path: Path, name: str
) -> None:
    done = run("-o", tmp_path / name, *SMALL, "--registry-to", tmp_path / "bodies")
    assert done.exit_code == 0, done.output
    flow, registry = read_map(tmp_path / name), read_registry(tmp_path / "bodies")
    assert {node.body for node in flow.nodes.values() if node.body} == set(registry.bodies)


def test_the_same_seed_writes_the_same_map(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        assert run("-o", tmp_path / f"{name}.zip", *SMALL, "--seed", seed).exit_code == 0
    one, two, other = ((tmp_path / f"{name}.zip").read_bytes() for name in ("one", "two", "other"))
    assert one == two != other


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--bodies", "10", "--relations", "99"], "between 10 bodies from 1 to 45"),
        (["--bodies", "20001"], "from 2 to 20000 can be generated"),
        (["--government", "??"], "no government `??` in the calibration"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = run("-o", tmp_path / "map", *arguments)
    assert done.exit_code == 2
    assert message in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    done = run("-o", tmp_path, *SMALL)
    assert done.exit_code == 2
    assert "is there already" in done.output


def test_a_calibration_that_lacks_an_entry_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("[measured]\n")
    done = run("-o", tmp_path / "map", *SMALL, "--calibration", file)
    assert done.exit_code == 2
    assert "own.toml: no entry 'assumed'" in done.output
    assert not (tmp_path / "map").exists()
