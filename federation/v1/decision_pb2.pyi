import datetime

from . import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from . import answer_pb2 as _answer_pb2
from . import question_pb2 as _question_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Envelope(_message.Message):
    __slots__ = ("revision", "request_id", "nonce", "issued_at", "keeps_copy")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    KEEPS_COPY_FIELD_NUMBER: _ClassVar[int]
    revision: int
    request_id: str
    nonce: bytes
    issued_at: _timestamp_pb2.Timestamp
    keeps_copy: bool
    def __init__(self, revision: _Optional[int] = ..., request_id: _Optional[str] = ..., nonce: _Optional[bytes] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., keeps_copy: _Optional[bool] = ...) -> None: ...

class DecideRequest(_message.Message):
    __slots__ = ("envelope", "question")
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    envelope: Envelope
    question: _question_pb2.Question
    def __init__(self, envelope: _Optional[_Union[Envelope, _Mapping]] = ..., question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ...) -> None: ...

class DecideResponse(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: _answer_pb2.Answer
    def __init__(self, answer: _Optional[_Union[_answer_pb2.Answer, _Mapping]] = ...) -> None: ...

class DecideManyRequest(_message.Message):
    __slots__ = ("envelope", "questions")
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    envelope: Envelope
    questions: _containers.RepeatedCompositeFieldContainer[_question_pb2.Question]
    def __init__(self, envelope: _Optional[_Union[Envelope, _Mapping]] = ..., questions: _Optional[_Iterable[_Union[_question_pb2.Question, _Mapping]]] = ...) -> None: ...

class DecideManyResponse(_message.Message):
    __slots__ = ("answers", "proof")
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Answer]
    proof: _answer_pb2.TreeProof
    def __init__(self, answers: _Optional[_Iterable[_Union[_answer_pb2.Answer, _Mapping]]] = ..., proof: _Optional[_Union[_answer_pb2.TreeProof, _Mapping]] = ...) -> None: ...

class DecideSearchRequest(_message.Message):
    __slots__ = ("envelope", "question", "listed", "list_digest")
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    LISTED_FIELD_NUMBER: _ClassVar[int]
    LIST_DIGEST_FIELD_NUMBER: _ClassVar[int]
    envelope: Envelope
    question: _question_pb2.Question
    listed: OwnerList
    list_digest: bytes
    def __init__(self, envelope: _Optional[_Union[Envelope, _Mapping]] = ..., question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ..., listed: _Optional[_Union[OwnerList, _Mapping]] = ..., list_digest: _Optional[bytes] = ...) -> None: ...

class OwnerList(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, keys: _Optional[_Iterable[str]] = ...) -> None: ...

class DecideSearchResponse(_message.Message):
    __slots__ = ("groups", "list_digest", "proof")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    LIST_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[OwnerGroup]
    list_digest: bytes
    proof: _answer_pb2.TreeProof
    def __init__(self, groups: _Optional[_Iterable[_Union[OwnerGroup, _Mapping]]] = ..., list_digest: _Optional[bytes] = ..., proof: _Optional[_Union[_answer_pb2.TreeProof, _Mapping]] = ...) -> None: ...

class OwnerGroup(_message.Message):
    __slots__ = ("answer", "count", "owners", "runs")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    OWNERS_FIELD_NUMBER: _ClassVar[int]
    RUNS_FIELD_NUMBER: _ClassVar[int]
    answer: _answer_pb2.Answer
    count: int
    owners: _containers.RepeatedScalarFieldContainer[str]
    runs: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, answer: _Optional[_Union[_answer_pb2.Answer, _Mapping]] = ..., count: _Optional[int] = ..., owners: _Optional[_Iterable[str]] = ..., runs: _Optional[_Iterable[int]] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("envelope", "question")
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    envelope: Envelope
    question: _question_pb2.Question
    def __init__(self, envelope: _Optional[_Union[Envelope, _Mapping]] = ..., question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("answer", "decision_json", "text")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    DECISION_JSON_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    answer: _answer_pb2.Answer
    decision_json: bytes
    text: str
    def __init__(self, answer: _Optional[_Union[_answer_pb2.Answer, _Mapping]] = ..., decision_json: _Optional[bytes] = ..., text: _Optional[str] = ...) -> None: ...

class WhatIfRequest(_message.Message):
    __slots__ = ("envelope", "request_json", "at", "drafts", "with_proposed")
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_JSON_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    DRAFTS_FIELD_NUMBER: _ClassVar[int]
    WITH_PROPOSED_FIELD_NUMBER: _ClassVar[int]
    envelope: Envelope
    request_json: bytes
    at: str
    drafts: _containers.RepeatedCompositeFieldContainer[DraftPolicy]
    with_proposed: bool
    def __init__(self, envelope: _Optional[_Union[Envelope, _Mapping]] = ..., request_json: _Optional[bytes] = ..., at: _Optional[str] = ..., drafts: _Optional[_Iterable[_Union[DraftPolicy, _Mapping]]] = ..., with_proposed: _Optional[bool] = ...) -> None: ...

class DraftPolicy(_message.Message):
    __slots__ = ("name", "text")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class WhatIfResponse(_message.Message):
    __slots__ = ("answer", "decision_json", "diagnostics")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    DECISION_JSON_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    answer: _answer_pb2.Answer
    decision_json: bytes
    diagnostics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, answer: _Optional[_Union[_answer_pb2.Answer, _Mapping]] = ..., decision_json: _Optional[bytes] = ..., diagnostics: _Optional[_Iterable[str]] = ...) -> None: ...
