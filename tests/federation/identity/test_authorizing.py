"""Who may call which method, by the shipped policy and by others."""

from __future__ import annotations

import datetime
from pathlib import Path

import grpc
import pytest
from google.protobuf.descriptor import FileDescriptor

from platelaw.dsl.formatter import format_parse
from platelaw.engine.cache import Cache
from platelaw.engine.decision import Engine
from platelaw.engine.examples import run_examples
from platelaw.engine.library import load, read_policies, shipped_registry
from platelaw.federation.caller import Caller, CallerRole
from platelaw.federation.identity.authority import new_authority
from platelaw.federation.identity.authorizing import (
    METHODS,
    METRICS,
    Authorizer,
    ServicePolicyError,
    load_authorizer,
    shipped_service_policy,
)
from platelaw.federation.identity.standing import Standings
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import decision_pb2, evidence_pb2, log_keys_pb2, policy_pb2

from .world import (
    DOMAIN,
    ask,
    connected,
    holding,
    now,
    own_holding,
    refused,
    serving,
    spiffe,
    standing,
)

NOW = datetime.datetime(2026, 11, 3, 15, 15, tzinfo=datetime.UTC)
REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
HEALTH = "/grpc.health.v1.Health/Check"

# By method, in the order of the roles: officer platform, vendor, custodian, court, auditor,
# regulator, author, probe, service.
TABLE = {
    "DecisionService/Decide": "x x x . . . . . .",
    "DecisionService/DecideMany": "x x x . . . . . .",
    "DecisionService/DecideSearch": "x x x . . . . . .",
    "DecisionService/Explain": "x x x . x x . . .",
    "DecisionService/WhatIf": ". . . . x x x . .",
    "EvidenceService/Submit": "x . x x . . . . .",
    "EvidenceService/Review": "x . x x . . . . .",
    "EvidenceService/DischargeDuty": "x . x x . . . . .",
    "EvidenceService/Withdraw": "x . x x . . . . .",
    "EvidenceService/Pending": "x . x x x x . . .",
    "LogKeyService/ListKeys": ". . x x x x . . .",
    "LogKeyService/DeleteKey": ". . x x x x . . .",
    "LogKeyService/SetLegalHold": ". . x x x x . . .",
    "LogKeyService/LiftLegalHold": ". . x x x x . . .",
    "PolicyService/GetSnapshot": "x x x x x x x . x",
    "PolicyService/GetPolicy": "x x x x x x x . x",
    "LogService/GetCheckpoint": "x x x x x x x . x",
    "LogService/GetConsistency": "x x x x x x x . x",
    "LogService/GetEntries": ". . . . x x . . .",
    METRICS: ". . . . x x . . .",
    "Health/Check": "x x x x x x x x x",
    "Health/Watch": "x x x x x x x x x",
    "ServerReflection/ServerReflectionInfo": ". . . . x x x . .",
}


@pytest.fixture(scope="module")
def authorizer() -> Authorizer:
    return load_authorizer()


def caller(role: CallerRole) -> Caller:
    return Caller(f"spiffe://aa.example/agency/AA/pd/role/{role.value}", "AA/pd", role, "1", NOW)


def may(authorizer: Authorizer, role: CallerRole, method: str) -> bool:
    try:
        authorizer.check(caller(role), method, NOW)
    except RefusedCallError as fault:
        return fault.status is not Status.PERMISSION_DENIED
    return True


@pytest.mark.parametrize("method", METHODS)
def test_every_role_may_call_what_the_table_says(authorizer: Authorizer, method: str) -> None:
    row = next(marks for name, marks in TABLE.items() if method.endswith(name))
    told = " ".join("x" if may(authorizer, role, method) else "." for role in CallerRole)
    assert told == row


@pytest.mark.parametrize(
    "file",
    [
        decision_pb2.DESCRIPTOR,
        evidence_pb2.DESCRIPTOR,
        log_keys_pb2.DESCRIPTOR,
        policy_pb2.DESCRIPTOR,
    ],
)
def test_every_method_of_the_protos_has_words_in_the_policy(file: FileDescriptor) -> None:
    names = [
        f"/{service.full_name}/{method.name}"
        for service in file.services_by_name.values()
        for method in service.methods
    ]
    assert names
    assert [name for name in names if name not in METHODS] == []


def test_a_refusal_names_the_role_the_method_and_the_rule(authorizer: Authorizer) -> None:
    with pytest.raises(RefusedCallError) as caught:
        authorizer.check(caller(CallerRole.VENDOR), REFLECTION, NOW)
    assert caught.value.message == (
        f"the role vendor may not call {REFLECTION}: service/methods/who-reflects (Who lists the "
        "services by reflection); call in a role that may"
    )


def test_a_method_that_no_rule_knows_is_closed(authorizer: Authorizer) -> None:
    assert not may(authorizer, CallerRole.REGULATOR, "/platelaw.v1.DecisionService/Erase")


def test_reflection_is_for_those_who_may_over_the_wire(authorizer: Authorizer) -> None:
    root = new_authority(DOMAIN, now=now())
    own = own_holding(root)
    credentials = grpc.ssl_server_credentials([(own.key, own.certificate)], root.certificate, True)
    platform, auditor = spiffe(CallerRole.OFFICER_PLATFORM), spiffe(CallerRole.AUDITOR)
    standings = Standings(standing(platform, auditor))
    with serving(credentials, standings, authorizer=authorizer) as port:
        with connected(port, root, holding(root, platform)) as channel:
            status, words = refused(channel, REFLECTION)
            assert ask(channel, HEALTH)
        with connected(port, root, holding(root, auditor)) as channel:
            assert ask(channel, REFLECTION) == str(auditor)
    assert status is grpc.StatusCode.PERMISSION_DENIED
    assert "service/methods/who-reflects" in words


# The policy -------------------------------------------------------------------------------------


def test_the_shipped_policy_is_laid_out_and_its_examples_get_their_answers() -> None:
    place = shipped_service_policy()
    (parse,) = read_policies([("methods.policy", place)])
    assert format_parse(parse) == place.read_text("utf-8")
    registry = shipped_registry()
    checked = load([place], registry.bodies.keys())
    assert checked.diagnostics == ()
    assert checked.library is not None
    results = run_examples(Engine(checked.library, registry), checked.library.examples)
    assert [result.faults for result in results if result.faults] == []
    deciding = {r.rule.id for result in results for r in result.decision.deciding()}
    assert deciding == {rule.id for policy in checked.library.policies for rule in policy.rules}


def test_the_shipped_policy_is_no_part_of_the_shipped_library() -> None:
    library = load().library
    assert library is not None
    assert "service/methods" not in {policy.name for policy in library.policies}


def own_policy(folder: Path, old: str, new: str) -> Path:
    text = shipped_service_policy().read_text("utf-8")
    assert old in text
    place = folder / "own.policy"
    place.write_text(text.replace(old, new), "utf-8")
    return place


def test_an_operator_s_own_policy_counts_instead(tmp_path: Path) -> None:
    place = own_policy(
        tmp_path,
        "limit reflect of service_state to\n    drafting: caller.role is author\n"
        "    oversight: oversees",
        "limit reflect of service_state to\n    oversight: caller.role is regulator",
    )
    own = load_authorizer(place)
    assert may(own, CallerRole.REGULATOR, REFLECTION)
    assert not may(own, CallerRole.AUDITOR, REFLECTION)


def test_a_rule_counts_from_its_first_day(tmp_path: Path) -> None:
    place = own_policy(
        tmp_path,
        'rule who-measures "Who reads metrics"\n  cites "Identity guide, section Methods" status '
        "verified\n  in force from 2026-01-01",
        'rule who-measures "Who reads metrics"\n  cites "Identity guide, section Methods" status '
        "verified\n  in force from 2026-11-04",
    )
    own = load_authorizer(place)
    vendor, day = caller(CallerRole.VENDOR), datetime.timedelta(days=1)
    own.check(vendor, METRICS, NOW)
    with pytest.raises(RefusedCallError, match="who-measures"):
        own.check(vendor, METRICS, NOW + day)
    own.check(vendor, METRICS, NOW)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("vocabulary service 1\n", "vocabulary service 1 extends core 1\n", "and extends nothing"),
        ("service 1\n", "server 1\n", "begins with `vocabulary service 1`"),
        ("limit reflect of", "limit mirror of", "own.policy: the policy of the service is refused"),
    ],
)
def test_a_policy_that_cannot_be_gone_by_is_refused(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(ServicePolicyError) as caught:
        load_authorizer(own_policy(tmp_path, old, new))
    assert words in str(caught.value)


def test_a_policy_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServicePolicyError, match="no such file or folder"):
        load_authorizer(tmp_path / "absent.policy")


def test_an_authorizer_from_a_cache_answers_the_same(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    for own in (load_authorizer(cache=cache), load_authorizer(cache=cache)):
        assert may(own, CallerRole.AUDITOR, METRICS)
        assert not may(own, CallerRole.VENDOR, METRICS)
