from . import validate_pb2 as _validate_pb2
from . import answer_pb2 as _answer_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Question(_message.Message):
    __slots__ = ("requester", "owner", "act", "data", "reason", "user", "subject", "period", "facts", "instruments", "provenance")
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENTS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    requester: str
    owner: str
    act: str
    data: _containers.RepeatedScalarFieldContainer[str]
    reason: str
    user: str
    subject: str
    period: Period
    facts: _containers.RepeatedCompositeFieldContainer[Fact]
    instruments: Instruments
    provenance: Provenance
    def __init__(self, requester: _Optional[str] = ..., owner: _Optional[str] = ..., act: _Optional[str] = ..., data: _Optional[_Iterable[str]] = ..., reason: _Optional[str] = ..., user: _Optional[str] = ..., subject: _Optional[str] = ..., period: _Optional[_Union[Period, _Mapping]] = ..., facts: _Optional[_Iterable[_Union[Fact, _Mapping]]] = ..., instruments: _Optional[_Union[Instruments, _Mapping]] = ..., provenance: _Optional[_Union[Provenance, _Mapping]] = ...) -> None: ...

class Provenance(_message.Message):
    __slots__ = ("release_id", "links")
    RELEASE_ID_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    release_id: bytes
    links: _containers.RepeatedCompositeFieldContainer[_answer_pb2.Recorded]
    def __init__(self, release_id: _Optional[bytes] = ..., links: _Optional[_Iterable[_Union[_answer_pb2.Recorded, _Mapping]]] = ...) -> None: ...

class Period(_message.Message):
    __slots__ = ("since", "until")
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    since: str
    until: str
    def __init__(self, since: _Optional[str] = ..., until: _Optional[str] = ...) -> None: ...

class Fact(_message.Message):
    __slots__ = ("name", "word", "flag", "count", "members")
    NAME_FIELD_NUMBER: _ClassVar[int]
    WORD_FIELD_NUMBER: _ClassVar[int]
    FLAG_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    name: str
    word: str
    flag: bool
    count: int
    members: Members
    def __init__(self, name: _Optional[str] = ..., word: _Optional[str] = ..., flag: _Optional[bool] = ..., count: _Optional[int] = ..., members: _Optional[_Union[Members, _Mapping]] = ...) -> None: ...

class Members(_message.Message):
    __slots__ = ("keys", "open")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedScalarFieldContainer[str]
    open: bool
    def __init__(self, keys: _Optional[_Iterable[str]] = ..., open: _Optional[bool] = ...) -> None: ...

class Instruments(_message.Message):
    __slots__ = ("presented",)
    PRESENTED_FIELD_NUMBER: _ClassVar[int]
    presented: _containers.RepeatedCompositeFieldContainer[Instrument]
    def __init__(self, presented: _Optional[_Iterable[_Union[Instrument, _Mapping]]] = ...) -> None: ...

class Instrument(_message.Message):
    __slots__ = ("id", "kind", "signed_by", "issued_to", "probable_cause", "covers", "expires")
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SIGNED_BY_FIELD_NUMBER: _ClassVar[int]
    ISSUED_TO_FIELD_NUMBER: _ClassVar[int]
    PROBABLE_CAUSE_FIELD_NUMBER: _ClassVar[int]
    COVERS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: str
    signed_by: str
    issued_to: str
    probable_cause: bool
    covers: bool
    expires: str
    def __init__(self, id: _Optional[str] = ..., kind: _Optional[str] = ..., signed_by: _Optional[str] = ..., issued_to: _Optional[str] = ..., probable_cause: _Optional[bool] = ..., covers: _Optional[bool] = ..., expires: _Optional[str] = ...) -> None: ...
