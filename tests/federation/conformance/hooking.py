"""Integrations for tests, written without the client library, each with one fault at most."""

from __future__ import annotations

import datetime
import hashlib
import secrets
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import grpc
from cryptography import x509
from google.protobuf.message import DecodeError

from platelaw.federation.client import question_of
from platelaw.federation.conformance import enforcing
from platelaw.federation.v1 import answer_pb2, decision_pb2

Multi: TypeAlias = "grpc.UnaryUnaryMultiCallable[bytes, bytes]"

YES, NO = "release", "no release"
METHODS = "/platelaw.v1.DecisionService/"

FAULTS = (
    "hold is permit",
    "unknown outcome is permit",
    "ignores valid_until",
    "ignores the release id",
    "ignores the digest",
    "accepts simulated",
    "accepts development",
    "a timeout is permit",
    "an error is permit",
    "caches a permit",
    "retries with a new nonce",
    "retries a refusal",
    "reuses a nonce",
    "resumes with a new id",
    "keeps one id for all",
    "accepts another server",
    "accepts another host",
    "drops recipients",
    "closes open sets",
    "strips the reason",
    "a missing reason is blank",
    "no instruments said is none",
    "ignores duties",
    "drops onward terms",
    "reads a batch backwards",
    "fills a batch up",
    "ignores owner groups",
)


class GoodHook:
    """The enforcement point of the kit, in this process."""

    def run(self, task: Mapping[str, Any], seconds: float) -> Sequence[Mapping[str, Any]]:
        del seconds
        return enforcing.enforce(task)["results"]


@dataclass
class RawHook:
    """An enforcement point of another hand, with one fault or none."""

    fault: str = ""

    def run(self, task: Mapping[str, Any], seconds: float) -> Sequence[Mapping[str, Any]]:
        del seconds
        with channel_of(task, self.fault) as channel:
            point = Point(channel, task["timeout_seconds"], self.fault)
            return [point.asked(ask) for ask in task["asks"]]


def channel_of(task: Mapping[str, Any], fault: str) -> grpc.Channel:
    authorities = Path(task["authorities"]).read_bytes()
    options = list[tuple[str, str]]()
    host, _, port = task["server"].partition(":")
    if fault in ("accepts another server", "accepts another host"):
        pem = ssl.get_server_certificate((host, int(port)))
        names = x509.load_pem_x509_certificate(pem.encode()).extensions
        hosts = names.get_extension_for_class(x509.SubjectAlternativeName).value
        if fault == "accepts another server":
            authorities = pem.encode()
        elif found := hosts.get_values_for_type(x509.DNSName):
            options.append(("grpc.ssl_target_name_override", found[0]))
    credentials = grpc.ssl_channel_credentials(
        authorities, Path(task["key"]).read_bytes(), Path(task["certificate"]).read_bytes()
    )
    return grpc.secure_channel(task["server"], credentials, options)


@dataclass
class Point:
    """Asks and decides."""

    channel: grpc.Channel
    timeout: float
    fault: str
    last_id: str = ""
    cached: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    def has(self, fault: str) -> bool:
        return self.fault == fault

    def asked(self, ask: Mapping[str, Any]) -> dict[str, Any]:
        try:
            match ask["kind"]:
                case "decide_many":
                    return {"decisions": self.many(ask["requests"])}
                case "decide_search":
                    return self.search(ask["request"], ask["owners"])
                case kind:
                    return self.one(ask["request"], resumes=kind == "resume")
        except (grpc.RpcError, DecodeError, ValueError) as silence:
            if "requests" in ask:
                return {"decisions": [NO] * len(ask["requests"])}
            return {"decision": YES if self.is_permit(silence) else NO}

    def is_permit(self, silence: Exception) -> bool:
        timed_out = "DEADLINE_EXCEEDED" in str(silence)
        return self.has("a timeout is permit" if timed_out else "an error is permit")

    # Questions -----------------------------------------------------------------------------

    def question(self, asked: Mapping[str, Any], *, needs_owner: bool = True) -> Any:
        raw = dict(asked)
        if self.has("strips the reason") and "reason" in raw:
            raw["reason"] = raw["reason"].strip()
        if self.has("a missing reason is blank"):
            raw.setdefault("reason", "")
        if self.has("no instruments said is none"):
            raw.setdefault("instruments", [])
        question = question_of(raw, needs_owner=needs_owner)
        for fact in question.facts:
            if self.has("drops recipients") and fact.name == "request.recipients":
                del fact.members.keys[:]
            if self.has("closes open sets") and fact.WhichOneof("value") == "members":
                fact.members.open = False
        return question

    def envelope(self, request_id: str = "") -> Any:
        nonce = self.nonce if self.has("reuses a nonce") else secrets.token_bytes(16)
        made = self.id if self.has("keeps one id for all") else secrets.token_hex(8)
        envelope = decision_pb2.Envelope(revision=1, request_id=request_id or made, nonce=nonce)
        envelope.issued_at.FromDatetime(datetime.datetime.now(datetime.UTC))
        return envelope

    # Calls ---------------------------------------------------------------------------------

    def call(self, name: str, request: Any) -> bytes:
        until = time.monotonic() + self.timeout
        while True:
            left = until - time.monotonic()
            call: Multi = self.channel.unary_unary(METHODS + name)
            try:
                return call(request.SerializeToString(), timeout=max(left, 0.01))
            except grpc.RpcError as fault:
                passes = any(code in str(fault) for code in ("UNAVAILABLE", "RESOURCE_EXHAUSTED"))
                again = passes or self.has("retries a refusal")
                if not again or time.monotonic() + 0.1 > until:
                    raise
                if self.has("retries with a new nonce"):
                    request.envelope.nonce = secrets.token_bytes(16)
                time.sleep(0.06)

    def one(self, asked: Mapping[str, Any], *, resumes: bool) -> dict[str, Any]:
        question = self.question(asked)
        key = str(question)
        if key in self.cached and self.has("caches a permit"):
            return self.cached[key]
        resumed = self.last_id if resumes and not self.has("resumes with a new id") else ""
        envelope = self.envelope(resumed)
        self.last_id = envelope.request_id
        request = decision_pb2.DecideRequest(envelope=envelope, question=question)
        answer = decision_pb2.DecideResponse.FromString(self.call("Decide", request)).answer
        done = self.done(answer, question)
        if done["decision"] == YES:
            self.cached[key] = done
        return done

    def many(self, asked: Sequence[Mapping[str, Any]]) -> list[str]:
        questions = [self.question(one) for one in asked]
        request = decision_pb2.DecideManyRequest(envelope=self.envelope(), questions=questions)
        response = decision_pb2.DecideManyResponse.FromString(self.call("DecideMany", request))
        answers = list(response.answers)
        if self.has("fills a batch up"):
            found = [self.done(a, q)["decision"] for a, q in zip(answers, questions, strict=False)]
            return found + [NO] * (len(questions) - len(found))
        if len(answers) != len(questions):
            raise ValueError("too few")
        found = [self.done(a, q)["decision"] for a, q in zip(answers, questions, strict=True)]
        return found[::-1] if self.has("reads a batch backwards") else found

    def search(self, asked: Mapping[str, Any], owners: Sequence[str]) -> dict[str, Any]:
        question = self.question(asked, needs_owner=False)
        request = decision_pb2.DecideSearchRequest(envelope=self.envelope(), question=question)
        request.listed.keys.extend(owners)
        response = decision_pb2.DecideSearchResponse.FromString(self.call("DecideSearch", request))
        groups = [
            (self.done(g.answer, question)["decision"], list(g.owners)) for g in response.groups
        ]
        if self.has("ignores owner groups"):
            return {"decision": groups[0][0], "owners": list(owners) if groups[0][0] == YES else []}
        if sorted(owner for _, named in groups for owner in named) != sorted(owners):
            raise ValueError("not each owner once")
        allowed = [owner for decision, named in groups if decision == YES for owner in named]
        return {"decision": YES if allowed else NO, "owners": allowed}

    # Answers -------------------------------------------------------------------------------

    def done(self, answer: Any, question: Any) -> dict[str, Any]:
        if not self.counts(answer, question):
            return {"decision": NO}
        duties = [duty.duty for duty in answer.explanation.duties]
        onward = [onward.to for onward in answer.explanation.onward]
        return {
            "decision": YES,
            "duties": [] if self.has("ignores duties") else duties,
            "onward": [] if self.has("drops onward terms") else onward,
        }

    def counts(self, answer: Any, question: Any) -> bool:
        digest = hashlib.sha256(question.SerializeToString(deterministic=True)).digest()
        now = datetime.datetime.now(datetime.UTC).timestamp()
        return (
            self.permits(answer.outcome)
            and (self.has("ignores valid_until") or answer.valid_until.ToSeconds() > now)
            and (self.has("ignores the release id") or bool(answer.release_id))
            and (self.has("ignores the digest") or answer.request_digest == digest)
            and (self.has("accepts simulated") or not answer.simulated)
            and (self.has("accepts development") or not answer.development)
        )

    def permits(self, outcome: int) -> bool:
        if self.has("unknown outcome is permit"):
            return outcome not in (answer_pb2.OUTCOME_HOLD, answer_pb2.OUTCOME_DENY)
        if self.has("hold is permit"):
            return outcome in (answer_pb2.OUTCOME_PERMIT, answer_pb2.OUTCOME_HOLD)
        return outcome == answer_pb2.OUTCOME_PERMIT
