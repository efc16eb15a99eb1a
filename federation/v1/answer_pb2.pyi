import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_PERMIT: _ClassVar[Outcome]
    OUTCOME_HOLD: _ClassVar[Outcome]
    OUTCOME_DENY: _ClassVar[Outcome]
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_PERMIT: Outcome
OUTCOME_HOLD: Outcome
OUTCOME_DENY: Outcome

class Answer(_message.Message):
    __slots__ = ("outcome", "reason", "explanation", "decided_at", "valid_until", "policy_digest", "request_digest", "release_id", "hold", "stale", "development", "simulated", "recorded")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    POLICY_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REQUEST_DIGEST_FIELD_NUMBER: _ClassVar[int]
    RELEASE_ID_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    STALE_FIELD_NUMBER: _ClassVar[int]
    DEVELOPMENT_FIELD_NUMBER: _ClassVar[int]
    SIMULATED_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    outcome: Outcome
    reason: str
    explanation: Explanation
    decided_at: _timestamp_pb2.Timestamp
    valid_until: _timestamp_pb2.Timestamp
    policy_digest: str
    request_digest: bytes
    release_id: bytes
    hold: Hold
    stale: bool
    development: bool
    simulated: bool
    recorded: Recorded
    def __init__(self, outcome: _Optional[_Union[Outcome, str]] = ..., reason: _Optional[str] = ..., explanation: _Optional[_Union[Explanation, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., valid_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., policy_digest: _Optional[str] = ..., request_digest: _Optional[bytes] = ..., release_id: _Optional[bytes] = ..., hold: _Optional[_Union[Hold, _Mapping]] = ..., stale: _Optional[bool] = ..., development: _Optional[bool] = ..., simulated: _Optional[bool] = ..., recorded: _Optional[_Union[Recorded, _Mapping]] = ...) -> None: ...

class Recorded(_message.Message):
    __slots__ = ("origin", "index", "entry", "proof", "circumstances", "nonce")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    origin: str
    index: int
    entry: bytes
    proof: TreeProof
    circumstances: bytes
    nonce: bytes
    def __init__(self, origin: _Optional[str] = ..., index: _Optional[int] = ..., entry: _Optional[bytes] = ..., proof: _Optional[_Union[TreeProof, _Mapping]] = ..., circumstances: _Optional[bytes] = ..., nonce: _Optional[bytes] = ...) -> None: ...

class TreeProof(_message.Message):
    __slots__ = ("hashes", "checkpoint", "signature", "key_id", "witnessed_at")
    HASHES_FIELD_NUMBER: _ClassVar[int]
    CHECKPOINT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    WITNESSED_AT_FIELD_NUMBER: _ClassVar[int]
    hashes: bytes
    checkpoint: str
    signature: bytes
    key_id: str
    witnessed_at: int
    def __init__(self, hashes: _Optional[bytes] = ..., checkpoint: _Optional[str] = ..., signature: _Optional[bytes] = ..., key_id: _Optional[str] = ..., witnessed_at: _Optional[int] = ...) -> None: ...

class Explanation(_message.Message):
    __slots__ = ("rules", "weakest_status", "settling", "not_stated", "routes", "duties", "onward", "urgent", "faults", "may_apply", "notes")
    RULES_FIELD_NUMBER: _ClassVar[int]
    WEAKEST_STATUS_FIELD_NUMBER: _ClassVar[int]
    SETTLING_FIELD_NUMBER: _ClassVar[int]
    NOT_STATED_FIELD_NUMBER: _ClassVar[int]
    ROUTES_FIELD_NUMBER: _ClassVar[int]
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    ONWARD_FIELD_NUMBER: _ClassVar[int]
    URGENT_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    MAY_APPLY_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[Rule]
    weakest_status: str
    settling: _containers.RepeatedCompositeFieldContainer[Settling]
    not_stated: _containers.RepeatedScalarFieldContainer[str]
    routes: _containers.RepeatedScalarFieldContainer[str]
    duties: _containers.RepeatedCompositeFieldContainer[Duty]
    onward: _containers.RepeatedCompositeFieldContainer[Onward]
    urgent: _containers.RepeatedCompositeFieldContainer[Urgent]
    faults: _containers.RepeatedCompositeFieldContainer[Fault]
    may_apply: _containers.RepeatedScalarFieldContainer[str]
    notes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, rules: _Optional[_Iterable[_Union[Rule, _Mapping]]] = ..., weakest_status: _Optional[str] = ..., settling: _Optional[_Iterable[_Union[Settling, _Mapping]]] = ..., not_stated: _Optional[_Iterable[str]] = ..., routes: _Optional[_Iterable[str]] = ..., duties: _Optional[_Iterable[_Union[Duty, _Mapping]]] = ..., onward: _Optional[_Iterable[_Union[Onward, _Mapping]]] = ..., urgent: _Optional[_Iterable[_Union[Urgent, _Mapping]]] = ..., faults: _Optional[_Iterable[_Union[Fault, _Mapping]]] = ..., may_apply: _Optional[_Iterable[str]] = ..., notes: _Optional[_Iterable[str]] = ...) -> None: ...

class Rule(_message.Message):
    __slots__ = ("id", "title", "layer", "cites", "status", "because", "state")
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    LAYER_FIELD_NUMBER: _ClassVar[int]
    CITES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BECAUSE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: str
    layer: str
    cites: str
    status: str
    because: str
    state: str
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., layer: _Optional[str] = ..., cites: _Optional[str] = ..., status: _Optional[str] = ..., because: _Optional[str] = ..., state: _Optional[str] = ...) -> None: ...

class Settling(_message.Message):
    __slots__ = ("needs",)
    NEEDS_FIELD_NUMBER: _ClassVar[int]
    needs: _containers.RepeatedCompositeFieldContainer[Need]
    def __init__(self, needs: _Optional[_Iterable[_Union[Need, _Mapping]]] = ...) -> None: ...

class Need(_message.Message):
    __slots__ = ("kind", "name", "about", "level", "roles")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    name: str
    about: str
    level: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[str] = ..., name: _Optional[str] = ..., about: _Optional[str] = ..., level: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ...) -> None: ...

class Duty(_message.Message):
    __slots__ = ("duty", "holder", "deadline", "rule", "done")
    DUTY_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    duty: str
    holder: str
    deadline: str
    rule: str
    done: bool
    def __init__(self, duty: _Optional[str] = ..., holder: _Optional[str] = ..., deadline: _Optional[str] = ..., rule: _Optional[str] = ..., done: _Optional[bool] = ...) -> None: ...

class Onward(_message.Message):
    __slots__ = ("to", "purposes", "until", "rule")
    TO_FIELD_NUMBER: _ClassVar[int]
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    to: str
    purposes: _containers.RepeatedScalarFieldContainer[str]
    until: str
    rule: str
    def __init__(self, to: _Optional[str] = ..., purposes: _Optional[_Iterable[str]] = ..., until: _Optional[str] = ..., rule: _Optional[str] = ...) -> None: ...

class Urgent(_message.Message):
    __slots__ = ("role", "desk", "answers_within", "rule")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DESK_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_WITHIN_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    role: str
    desk: str
    answers_within: str
    rule: str
    def __init__(self, role: _Optional[str] = ..., desk: _Optional[str] = ..., answers_within: _Optional[str] = ..., rule: _Optional[str] = ...) -> None: ...

class Fault(_message.Message):
    __slots__ = ("where", "message", "help")
    WHERE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HELP_FIELD_NUMBER: _ClassVar[int]
    where: str
    message: str
    help: str
    def __init__(self, where: _Optional[str] = ..., message: _Optional[str] = ..., help: _Optional[str] = ...) -> None: ...

class Hold(_message.Message):
    __slots__ = ("id", "owner", "deadline")
    ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    id: str
    owner: str
    deadline: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., owner: _Optional[str] = ..., deadline: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
