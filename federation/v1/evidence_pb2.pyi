import datetime

from . import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from . import answer_pb2 as _answer_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SubmitRequest(_message.Message):
    __slots__ = ("envelope",)
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    envelope: bytes
    def __init__(self, envelope: _Optional[bytes] = ...) -> None: ...

class SubmitResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: Accepted
    def __init__(self, accepted: _Optional[_Union[Accepted, _Mapping]] = ...) -> None: ...

class ReviewRequest(_message.Message):
    __slots__ = ("envelope",)
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    envelope: bytes
    def __init__(self, envelope: _Optional[bytes] = ...) -> None: ...

class ReviewResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: Accepted
    def __init__(self, accepted: _Optional[_Union[Accepted, _Mapping]] = ...) -> None: ...

class DischargeDutyRequest(_message.Message):
    __slots__ = ("envelope",)
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    envelope: bytes
    def __init__(self, envelope: _Optional[bytes] = ...) -> None: ...

class DischargeDutyResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: Accepted
    def __init__(self, accepted: _Optional[_Union[Accepted, _Mapping]] = ...) -> None: ...

class WithdrawRequest(_message.Message):
    __slots__ = ("envelope",)
    ENVELOPE_FIELD_NUMBER: _ClassVar[int]
    envelope: bytes
    def __init__(self, envelope: _Optional[bytes] = ...) -> None: ...

class WithdrawResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: Accepted
    def __init__(self, accepted: _Optional[_Union[Accepted, _Mapping]] = ...) -> None: ...

class Accepted(_message.Message):
    __slots__ = ("statement_id", "level", "holds")
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    statement_id: str
    level: str
    holds: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, statement_id: _Optional[str] = ..., level: _Optional[str] = ..., holds: _Optional[_Iterable[str]] = ...) -> None: ...

class PendingRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PendingResponse(_message.Message):
    __slots__ = ("holds", "next_page_token", "recalls")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RECALLS_FIELD_NUMBER: _ClassVar[int]
    holds: _containers.RepeatedCompositeFieldContainer[PendingHold]
    next_page_token: str
    recalls: _containers.RepeatedCompositeFieldContainer[PendingRecall]
    def __init__(self, holds: _Optional[_Iterable[_Union[PendingHold, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., recalls: _Optional[_Iterable[_Union[PendingRecall, _Mapping]]] = ...) -> None: ...

class PendingRecall(_message.Message):
    __slots__ = ("release_id", "statement_id", "owner", "holder", "counts_from", "answer_by", "mine_to_answer", "why")
    RELEASE_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FROM_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BY_FIELD_NUMBER: _ClassVar[int]
    MINE_TO_ANSWER_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    release_id: bytes
    statement_id: str
    owner: str
    holder: str
    counts_from: _timestamp_pb2.Timestamp
    answer_by: _timestamp_pb2.Timestamp
    mine_to_answer: bool
    why: str
    def __init__(self, release_id: _Optional[bytes] = ..., statement_id: _Optional[str] = ..., owner: _Optional[str] = ..., holder: _Optional[str] = ..., counts_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., answer_by: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., mine_to_answer: _Optional[bool] = ..., why: _Optional[str] = ...) -> None: ...

class PendingHold(_message.Message):
    __slots__ = ("hold", "request_id", "request_digest", "requester", "act", "data", "purpose", "asked_at", "settling", "mine_to_settle")
    HOLD_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ASKED_AT_FIELD_NUMBER: _ClassVar[int]
    SETTLING_FIELD_NUMBER: _ClassVar[int]
    MINE_TO_SETTLE_FIELD_NUMBER: _ClassVar[int]
    hold: _answer_pb2.Hold
    request_id: str
    request_digest: bytes
    requester: str
    act: str
    data: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    asked_at: _timestamp_pb2.Timestamp
    settling: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Settling]
    mine_to_settle: bool
    def __init__(self, hold: _Optional[_Union[_answer_pb2.Hold, _Mapping]] = ..., request_id: _Optional[str] = ..., request_digest: _Optional[bytes] = ..., requester: _Optional[str] = ..., act: _Optional[str] = ..., data: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., asked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., settling: _Optional[_Iterable[_Union[_answer_pb2.Settling, _Mapping]]] = ..., mine_to_settle: _Optional[bool] = ...) -> None: ...
