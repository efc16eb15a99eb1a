"""The reference of the messages says what the protos say, and what the service knows."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from platelaw.federation.messages import REVISION
from platelaw.federation.v1 import (
    answer_pb2,
    decision_pb2,
    evidence_pb2,
    log_keys_pb2,
    policy_pb2,
    question_pb2,
    validate_pb2,
)

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "messages.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### (\w+)$(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL))
FILES = [
    module.DESCRIPTOR
    for module in (answer_pb2, decision_pb2, evidence_pb2, log_keys_pb2, policy_pb2, question_pb2)
]


def test_the_page_is_what_the_tool_makes_of_the_protos() -> None:
    pytest.importorskip("grpc_tools")
    tool = [sys.executable, str(ROOT / "tools" / "messages.py"), "--check"]
    ran = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_field_of_every_message_is_described() -> None:
    for file in FILES:
        for name, message in file.message_types_by_name.items():
            told = re.findall(
                r"^\| `(\w+)` \| (\d+) \|.* \| \S.* \|$", SECTIONS[name], re.MULTILINE
            )
            assert told == [(each.name, str(each.number)) for each in message.fields], name


def test_every_method_and_every_value_is_described() -> None:
    for file in FILES:
        for name, service in file.services_by_name.items():
            told = re.findall(r"^\| `(\w+)` \|", SECTIONS[name], re.MULTILINE)
            assert told == [method.name for method in service.methods]
        for name, enum in file.enum_types_by_name.items():
            told = re.findall(r"^\| `(\w+)` \| \d+ \| \S", SECTIONS[name], re.MULTILINE)
            assert told == [value.name for value in enum.values]


def test_the_newest_revision_of_the_table_is_the_one_that_is_spoken() -> None:
    revisions = re.findall(r"^\| (\d+) \| [\d.]+ \|", PAGE, re.MULTILINE)
    assert list(map(int, revisions)) == list(range(1, REVISION + 1))


def test_a_limit_of_the_protos_stands_on_the_page() -> None:
    assert "at most 1,000" in SECTIONS["DecideManyRequest"]
    assert "at least 16 bytes, at most 32 bytes" in SECTIONS["Envelope"]
    assert "one of `value`" in SECTIONS["Fact"]


def test_a_limit_without_words_stops_the_tool() -> None:
    pytest.importorskip("grpc_tools")
    place = ROOT / "tools" / "messages.py"
    spec = importlib.util.spec_from_file_location("messages_tool", place)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    rules = validate_pb2.FieldRules(string=validate_pb2.StringRules(max_bytes=9))
    assert list(tool.rules_in_words(rules)) == ["at most 9 bytes"]
    rules.string.email = True
    with pytest.raises(tool.UnknownRuleError, match=r"string\.email"):
        list(tool.rules_in_words(rules))
