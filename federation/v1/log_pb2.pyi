import datetime

from . import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from . import answer_pb2 as _answer_pb2
from . import question_pb2 as _question_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Stated(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STATED_UNSPECIFIED: _ClassVar[Stated]
    STATED_BLANK: _ClassVar[Stated]
    STATED_TEXT: _ClassVar[Stated]
STATED_UNSPECIFIED: Stated
STATED_BLANK: Stated
STATED_TEXT: Stated

class LogEntry(_message.Message):
    __slots__ = ("id", "at", "answer", "act")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    id: bytes
    at: _timestamp_pb2.Timestamp
    answer: AnswerEntry
    act: ActEntry
    def __init__(self, id: _Optional[bytes] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer: _Optional[_Union[AnswerEntry, _Mapping]] = ..., act: _Optional[_Union[ActEntry, _Mapping]] = ...) -> None: ...

class AnswerEntry(_message.Message):
    __slots__ = ("caller", "request_id", "request", "policy_digest", "outcome", "reason", "valid_until", "release_id", "hold_id", "circumstances", "commitments", "stale", "development", "follows")
    CALLER_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    POLICY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    RELEASE_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_ID_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    COMMITMENTS_FIELD_NUMBER: _ClassVar[int]
    STALE_FIELD_NUMBER: _ClassVar[int]
    DEVELOPMENT_FIELD_NUMBER: _ClassVar[int]
    FOLLOWS_FIELD_NUMBER: _ClassVar[int]
    caller: str
    request_id: str
    request: bytes
    policy_digest: bytes
    outcome: _answer_pb2.Outcome
    reason: str
    valid_until: _timestamp_pb2.Timestamp
    release_id: bytes
    hold_id: str
    circumstances: bytes
    commitments: Commitments
    stale: bool
    development: bool
    follows: bytes
    def __init__(self, caller: _Optional[str] = ..., request_id: _Optional[str] = ..., request: _Optional[bytes] = ..., policy_digest: _Optional[bytes] = ..., outcome: _Optional[_Union[_answer_pb2.Outcome, str]] = ..., reason: _Optional[str] = ..., valid_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., release_id: _Optional[bytes] = ..., hold_id: _Optional[str] = ..., circumstances: _Optional[bytes] = ..., commitments: _Optional[_Union[Commitments, _Mapping]] = ..., stale: _Optional[bool] = ..., development: _Optional[bool] = ..., follows: _Optional[bytes] = ...) -> None: ...

class Commitments(_message.Message):
    __slots__ = ("reason", "user", "subject", "facts")
    REASON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    reason: bytes
    user: bytes
    subject: bytes
    facts: _containers.RepeatedCompositeFieldContainer[TextCommitment]
    def __init__(self, reason: _Optional[bytes] = ..., user: _Optional[bytes] = ..., subject: _Optional[bytes] = ..., facts: _Optional[_Iterable[_Union[TextCommitment, _Mapping]]] = ...) -> None: ...

class TextCommitment(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: bytes
    def __init__(self, name: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...

class ActEntry(_message.Message):
    __slots__ = ("kind", "by", "details")
    KIND_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    by: str
    details: bytes
    def __init__(self, kind: _Optional[str] = ..., by: _Optional[str] = ..., details: _Optional[bytes] = ...) -> None: ...

class Circumstances(_message.Message):
    __slots__ = ("question", "reason", "user", "seen", "proof", "retries", "owners", "terms", "chain")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SEEN_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    RETRIES_FIELD_NUMBER: _ClassVar[int]
    OWNERS_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    question: _question_pb2.Question
    reason: Stated
    user: bool
    seen: _containers.RepeatedCompositeFieldContainer[Seen]
    proof: bytes
    retries: int
    owners: _containers.RepeatedScalarFieldContainer[str]
    terms: _containers.RepeatedCompositeFieldContainer[Terms]
    chain: Chain
    def __init__(self, question: _Optional[_Union[_question_pb2.Question, _Mapping]] = ..., reason: _Optional[_Union[Stated, str]] = ..., user: _Optional[bool] = ..., seen: _Optional[_Iterable[_Union[Seen, _Mapping]]] = ..., proof: _Optional[bytes] = ..., retries: _Optional[int] = ..., owners: _Optional[_Iterable[str]] = ..., terms: _Optional[_Iterable[_Union[Terms, _Mapping]]] = ..., chain: _Optional[_Union[Chain, _Mapping]] = ...) -> None: ...

class Terms(_message.Message):
    __slots__ = ("to", "purposes", "seconds", "months", "rule")
    TO_FIELD_NUMBER: _ClassVar[int]
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    MONTHS_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    to: str
    purposes: _containers.RepeatedScalarFieldContainer[str]
    seconds: int
    months: int
    rule: str
    def __init__(self, to: _Optional[str] = ..., purposes: _Optional[_Iterable[str]] = ..., seconds: _Optional[int] = ..., months: _Optional[int] = ..., rule: _Optional[str] = ...) -> None: ...

class Chain(_message.Message):
    __slots__ = ("release_id", "entries", "others", "outcome", "reason")
    RELEASE_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    OTHERS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    release_id: bytes
    entries: _containers.RepeatedScalarFieldContainer[bytes]
    others: _containers.RepeatedCompositeFieldContainer[OtherOwner]
    outcome: _answer_pb2.Outcome
    reason: str
    def __init__(self, release_id: _Optional[bytes] = ..., entries: _Optional[_Iterable[bytes]] = ..., others: _Optional[_Iterable[_Union[OtherOwner, _Mapping]]] = ..., outcome: _Optional[_Union[_answer_pb2.Outcome, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class OtherOwner(_message.Message):
    __slots__ = ("key", "proof")
    KEY_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    key: str
    proof: bytes
    def __init__(self, key: _Optional[str] = ..., proof: _Optional[bytes] = ...) -> None: ...

class Seen(_message.Message):
    __slots__ = ("lexicons", "plainly", "possibly")
    LEXICONS_FIELD_NUMBER: _ClassVar[int]
    PLAINLY_FIELD_NUMBER: _ClassVar[int]
    POSSIBLY_FIELD_NUMBER: _ClassVar[int]
    lexicons: _containers.RepeatedScalarFieldContainer[str]
    plainly: _containers.RepeatedScalarFieldContainer[str]
    possibly: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, lexicons: _Optional[_Iterable[str]] = ..., plainly: _Optional[_Iterable[str]] = ..., possibly: _Optional[_Iterable[str]] = ...) -> None: ...

class GetCheckpointRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCheckpointResponse(_message.Message):
    __slots__ = ("checkpoint",)
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    checkpoint: str
    def __init__(self, checkpoint: _Optional[str] = ...) -> None: ...

class GetEntriesRequest(_message.Message):
    __slots__ = ("first", "count")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    first: int
    count: int
    def __init__(self, first: _Optional[int] = ..., count: _Optional[int] = ...) -> None: ...

class GetEntriesResponse(_message.Message):
    __slots__ = ("entries", "circumstances", "proof")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedScalarFieldContainer[bytes]
    circumstances: _containers.RepeatedScalarFieldContainer[bytes]
    proof: _answer_pb2.TreeProof
    def __init__(self, entries: _Optional[_Iterable[bytes]] = ..., circumstances: _Optional[_Iterable[bytes]] = ..., proof: _Optional[_Union[_answer_pb2.TreeProof, _Mapping]] = ...) -> None: ...

class GetConsistencyRequest(_message.Message):
    __slots__ = ("earlier", "later")
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    LATER_FIELD_NUMBER: _ClassVar[int]
    earlier: int
    later: int
    def __init__(self, earlier: _Optional[int] = ..., later: _Optional[int] = ...) -> None: ...

class GetConsistencyResponse(_message.Message):
    __slots__ = ("hashes",)
    HASHES_FIELD_NUMBER: _ClassVar[int]
    hashes: bytes
    def __init__(self, hashes: _Optional[bytes] = ...) -> None: ...
