"""A version whose every signature holds is still refused whole if its texts cannot serve."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from platelaw.dsl.check import Checked
from platelaw.engine.registry import Registry
from platelaw.federation.bundles.errors import ContentsError
from platelaw.federation.bundles.fitting import misplaced
from platelaw.federation.bundles.snapshots import snapshot_of

from .world import BODIES, WORDS, World, agency_text, state_text

OWN = "agency/AA/pd/pd.policy"


def refused(world: World, path: str, text: str) -> str:
    """Why a version with a file is refused; the last good one goes on serving."""
    digest = world.sync().digest
    world.publish(path, text)
    fault = world.refused()
    assert isinstance(fault, ContentsError)
    assert world.sync().digest == digest
    assert world.stored().digest == digest
    return fault.message


# The floor, at run time -------------------------------------------------------------------------


def test_an_agency_key_cannot_speak_in_the_layer_of_the_state(world: World) -> None:
    """The floor, stopped at run time: signed as it must be, and in a layer that is not its own."""
    text = state_text("AA").replace("law/aa", "law/own").replace("keeping_period", "own_period")
    assert "state layer" in refused(world, "agency/AA/pd/law.policy", text)


@pytest.mark.parametrize(
    ("path", "layer"),
    [
        ("state/AA/more.policy", "owner"),
        ("state/AA/more.policy", "federal"),
        ("federal/more.policy", "state"),
        ("core/more.policy", "federal"),
        (OWN, "agreement"),
        ("agreement/AA/pd+BB/pd/more.policy", "owner"),
    ],
)
def test_a_layer_has_its_place(world: World, path: str, layer: str) -> None:
    text = agency_text("AA/pd").partition("rule switches")[0]
    text = text.replace("agency/aa-pd", "other/policy") if path != OWN else text
    text = text.replace("layer owner", f"layer {layer}")
    text = text.replace("permit search", "forbid search")
    assert f"{layer} layer" in refused(world, path, text)


def test_a_lower_layer_that_moves_a_number_the_wrong_way_is_refused(world: World) -> None:
    """The floor, stopped by the language, though whoever signed it asked nobody."""
    text = agency_text("AA/pd").partition("example")[0] + (
        'parameter keeping_period is 90 days\n  cites "Order 3" status verified\n'
        "  in force from 2020-01-01\n"
    )
    assert "agencies may only lower" in refused(world, OWN, text)


def test_a_lower_layer_has_no_word_that_leaves_a_law_open(world: World) -> None:
    text = (
        agency_text("AA/pd")
        .partition("example")[0]
        .replace("permit search of", "leave open search of")
    )
    assert "leave open" in refused(world, OWN, text)


def test_the_floor_decides_whatever_the_agency_permits(world: World) -> None:
    from platelaw.engine.request import Reason, Request, Statement
    from platelaw.engine.values import Members, Span

    nobody = Members(())
    empty = ("request.recipients", "request.on_behalf_of", "user.directed_by", "request.claims")
    request = Request(
        "AA/pd",
        "AA/pd",
        "search",
        ("alpr_data",),
        Span.at(world.now),
        Reason("x"),
        statements=(
            Statement("request.purpose", "barred"),
            *(Statement(name, nobody) for name in empty),
        ),
        papers=(),
    )
    decision = snapshot_of(world.sync()).engine.decide(request, decided_at=world.now)
    assert [result.rule.id for result in decision.deciding()] == ["law/aa/no-barred-use"]


# Whose it is ------------------------------------------------------------------------------------


def test_a_state_binds_its_own_bodies_alone(world: World) -> None:
    text = state_text("AA").replace("owner.sovereign is AA", "owner.sovereign is BB")
    assert "binds others" in refused(world, "state/AA/law.policy", text)


def test_a_state_does_not_bind_any_request(world: World) -> None:
    text = state_text("AA").replace("binds owner.sovereign is AA", "binds any request")
    assert "binds others" in refused(world, "state/AA/law.policy", text)


@pytest.mark.parametrize(
    "binds",
    [
        "owner is agency:BB/pd",
        "owner.sovereign is AA",
        "owner is agency:AA/pd or owner is agency:BB/pd",
        "not owner is agency:AA/pd",
        "owner is one of {agency:AA/pd, agency:AA/sheriff}",
    ],
)
def test_an_agency_binds_itself_alone(world: World, binds: str) -> None:
    text = agency_text("AA/pd").replace("binds owner is agency:AA/pd", f"binds {binds}")
    text = text.partition("example")[0]
    assert "binds others than AA/pd" in refused(world, OWN, text)


def test_an_agency_may_speak_as_a_requester_too(world: World) -> None:
    text = agency_text("AA/sheriff").partition("rule switches")[0]
    text = text.replace("layer owner", "layer requester").replace("permit", "forbid")
    text = text.replace("binds owner", "binds requester")
    world.publish("agency/AA/sheriff/own.policy", text)
    assert world.sync().fault is None


ADOPTING = """policy agency/sheriff
  adopts agency/model 1 except
  title "The same"
  issued by "The sheriff"
"""


def model_text() -> str:
    return agency_text("AA/pd").replace("policy agency/aa-pd", "policy agency/model 1")


def test_the_registry_binds_an_agency_to_its_own_policy_alone(world: World) -> None:
    world.publish(OWN, model_text())
    world.publish("agency/AA/sheriff/own.policy", ADOPTING)
    bound = BODIES.replace("Sheriff of A,,AA,police,", "Sheriff of A,,AA,police,agency/sheriff")
    world.publish("registry/bodies.csv", bound)
    assert world.sync().fault is None
    other = BODIES.replace("Police of B,,BB,police,", "Police of B,,BB,police,agency/sheriff")
    assert "that of BB/pd" in refused(world, "registry/bodies.csv", other)


def test_only_core_begins_a_vocabulary(world: World) -> None:
    text = WORDS.replace("vocabulary core 1", "vocabulary mine 1") + agency_text("AA/pd")
    assert "only core" in refused(world, OWN, text)


def test_an_agency_has_words_of_its_own(world: World) -> None:
    words = "vocabulary mine 1 extends core 1\nkind parking under purpose\n\n"
    world.publish(OWN, words + agency_text("AA/pd").replace("uses core 1", "uses mine 1"))
    assert world.sync().fault is None


# Faults of texts --------------------------------------------------------------------------------


def test_a_policy_that_cannot_be_read_is_told_with_its_place(world: World) -> None:
    message = refused(world, OWN, agency_text("AA/pd").replace("permit search", "permits search"))
    assert f"{OWN}:" in message


def test_a_registry_that_cannot_be_read_is_refused(world: World) -> None:
    assert "on file twice" in refused(
        world, "registry/bodies.csv", BODIES + BODIES.splitlines(keepends=True)[1]
    )


def test_a_register_of_callers_that_cannot_be_read_is_refused(world: World) -> None:
    message = refused(world, "registry/callers.csv", "spiffe_id,standing\nspiffe://x,good\n")
    assert "registry" in message


def test_a_register_of_logs_that_cannot_be_read_is_refused(world: World) -> None:
    head = "origin,server,note_key,dsse_key,from,until\n"
    message = refused(world, "registry/logs.csv", f"{head}ct.example/log,one,no key,no key,,\n")
    assert "note_key" in message


def test_a_file_of_switches_is_nobodys_to_publish(world: World) -> None:
    message = refused(world, "registry/switches.csv", "key,holder\n")
    assert "owner's act" in message


def test_a_text_of_the_registry_is_served_from_what_was_verified(world: World) -> None:
    snapshot = snapshot_of(world.sync(), world.clock)
    assert snapshot.texts[OWN] == agency_text("AA/pd")
    assert snapshot.development
    assert snapshot.issued_at == snapshot.active_since == world.now
    body = snapshot.engine.registry.get("AA/pd")
    assert body is not None
    assert body.name == "Police of A"


def test_a_fault_of_ours_leaves_what_was_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks while new texts are read, the last good version serves."""
    digest = world.sync().digest
    world.publish(OWN, agency_text("AA/pd").replace("Its own", "The"))
    calls = iter((True, False))

    def breaking(checked: Checked, folder: str, registry: Registry) -> Iterator[str]:
        if next(calls, False):
            raise ZeroDivisionError("ours")
        return misplaced(checked, folder, registry)

    monkeypatch.setattr("platelaw.federation.bundles.contents.misplaced", breaking)
    bundle = world.sync()
    assert bundle.digest == digest
    assert bundle.fault is not None
    assert "ours" in bundle.fault.message
