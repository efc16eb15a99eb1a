"""A client that knows nothing but the address: it finds the service by reflection and calls it."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from .conftest import Development

DECISIONS, POLICIES = "platelaw.v1.DecisionService", "platelaw.v1.PolicyService"
SETS = ("request.recipients", "request.on_behalf_of", "user.directed_by", "request.claims")


@pytest.fixture(scope="module")
def target(development: Development) -> Iterator[str]:
    with development.served() as served:
        yield served


def channel_of(development: Development, name: str, target: str) -> grpc.Channel:
    files = development.files(name)
    credentials = grpc.ssl_channel_credentials(
        files.authorities.read_bytes(), files.key.read_bytes(), files.certificate.read_bytes()
    )
    return grpc.secure_channel(target, credentials)


def found_by(channel: grpc.Channel) -> tuple[list[str], descriptor_pool.DescriptorPool]:
    database = ProtoReflectionDescriptorDatabase(channel)
    return sorted(database.get_services()), descriptor_pool.DescriptorPool(database)


def call(channel: grpc.Channel, method: Any, request: Any) -> Any:
    """Call a method that was found, by messages made for the occasion."""
    answer = message_factory.GetMessageClass(method.output_type)
    name = f"/{method.containing_service.full_name}/{method.name}"
    multi: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(name)
    return answer.FromString(multi(request.SerializeToString(), timeout=20))


def test_an_auditor_finds_the_service_and_calls_it(development: Development, target: str) -> None:
    with channel_of(development, "auditor", target) as channel:
        services, pool = found_by(channel)
        assert {DECISIONS, "platelaw.v1.PolicyService", "platelaw.v1.EvidenceService"} <= {
            *services
        }
        method: Any = pool.FindServiceByName("platelaw.v1.PolicyService").methods_by_name[
            "GetSnapshot"
        ]
        request = message_factory.GetMessageClass(method.input_type)()
        snapshot = call(channel, method, request)
    assert snapshot.development
    assert snapshot.revision == 1
    assert len(snapshot.files) > 10


def test_a_platform_decides_by_messages_that_were_found(
    development: Development, target: str
) -> None:
    with channel_of(development, "auditor", target) as channel:
        _, pool = found_by(channel)
        method: Any = pool.FindServiceByName(DECISIONS).methods_by_name["Decide"]
    request: Any = message_factory.GetMessageClass(method.input_type)()
    request.envelope.revision = 1
    request.envelope.request_id = secrets.token_hex(8)
    request.envelope.nonce = secrets.token_bytes(16)
    request.envelope.issued_at.FromDatetime(datetime.datetime.now(datetime.UTC))
    question = request.question
    question.requester, question.owner, question.act = "TX/austin-pd", "CT/darien-pd", "search"
    question.data.append("alpr_data")
    question.reason = "stolen veh"
    question.facts.add(name="request.purpose", word="stolen_vehicle")
    for name in SETS:
        question.facts.add(name=name).members.SetInParent()
    question.instruments.SetInParent()
    with channel_of(development, "outsider", target) as channel:
        answer = call(channel, method, request).answer
    outcomes = pool.FindEnumTypeByName("platelaw.v1.Outcome").values_by_number
    assert outcomes[answer.outcome].name == "OUTCOME_DENY"
    assert [rule.id for rule in answer.explanation.rules] == ["ct/alpr-act/recipients"]


@pytest.mark.parametrize("name", ["darien-platform", "vendor", "probe"])
def test_who_may_not_reflect_finds_nothing(
    development: Development, target: str, name: str
) -> None:
    with channel_of(development, name, target) as channel, pytest.raises(grpc.RpcError) as told:
        found_by(channel)
    assert "PERMISSION_DENIED" in str(told.value)
