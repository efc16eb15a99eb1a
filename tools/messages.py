"""The reference of the service's messages, made from the protos with their comments and limits.

Writes ``docs/messages.md``::

    python tools/messages.py            # write it
    python tools/messages.py --check    # only say whether it is what this would write

Only the introduction and the table of revisions are written by hand, here. A limit for which this
file has no words stops it, so that the page never leaves one out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2 as pb
from grpc_tools import protoc

from platelaw.federation.v1 import validate_pb2 as validate

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
PAGE = ROOT / "docs" / "messages.md"
PACKAGE = "platelaw.v1"
# Where each file stands on the page, and under which heading.
FILES = {
    "decision": "Decisions",
    "question": "Questions",
    "answer": "Answers",
    "evidence": "Evidence",
    "policy": "Policies",
    "log_keys": "Keys of the log",
}
INTRODUCTION = """\
# Messages

Made from `protos/` by `tools/messages.py`; do not edit. gRPC, package `platelaw.v1`. How the calls
go together is told by [how the service works](service.md); the words are those of
[the glossary](glossary.md).

- **Limits**: a message beyond one is refused with `INVALID_ARGUMENT`, which names the field and the
  limit; or, where the rest can be read, the question is DENY `not understood`. Bytes are those of
  UTF-8.
- **A field that the service does not know** is refused, at any depth: nobody may believe that a
  word counted which was not read. Ask `PolicyService.GetSnapshot` for the revision first.
- **No field tells the law's date** but `at` of a what-if: a service judges by its own clock.
- **Moments** are UTC. **Digests** are SHA-256.

## Revisions

`Envelope.revision` names the revision that a client was made for. A service that speaks another one
refuses with `FAILED_PRECONDITION` and names its own.

| revision | from | what changed |
|---|---|---|
| 1 | 0.1.0 | the first |
"""
# A scalar type of protobuf as the page calls it.
TYPES = {
    pb.FieldDescriptorProto.TYPE_BOOL: "bool",
    pb.FieldDescriptorProto.TYPE_BYTES: "bytes",
    pb.FieldDescriptorProto.TYPE_INT64: "int64",
    pb.FieldDescriptorProto.TYPE_STRING: "string",
    pb.FieldDescriptorProto.TYPE_UINT32: "uint32",
    pb.FieldDescriptorProto.TYPE_UINT64: "uint64",
}
# One limit in words, by the rules it stands in and its name.
LIMITS: Mapping[tuple[str, str], str] = {
    ("string", "min_len"): "at least {} characters",
    ("string", "max_bytes"): "at most {} bytes",
    ("string", "pattern"): "of the form `{}`",
    ("bytes", "min_len"): "at least {} bytes",
    ("bytes", "max_len"): "at most {} bytes",
    ("bytes", "len"): "{} bytes",
    ("repeated", "min_items"): "at least {}",
    ("repeated", "max_items"): "at most {}",
    ("uint32", "gt"): "more than {}",
    ("uint32", "lte"): "at most {}",
    ("int64", "gte"): "at least {}",
    ("int64", "lt"): "less than {}",
}


class UnknownRuleError(Exception):
    """A limit, or a type, for which this tool has no words."""


@dataclass(slots=True)
class Reference:
    """The page of some protos.

    Attributes:
        files: The files, as protoc reads them with their comments.
    """

    files: Mapping[str, pb.FileDescriptorProto]
    _comments: dict[tuple[str, tuple[int, ...]], str] = field(init=False)

    def __post_init__(self) -> None:
        """Note the comment of every place."""
        self._comments = {
            (name, tuple(place.path)): " ".join(place.leading_comments.split())
            for name, file in self.files.items()
            for place in file.source_code_info.location
        }

    def page(self) -> str:
        """The whole page."""
        parts = [INTRODUCTION]
        for name, heading in FILES.items():
            parts.append(f"## {heading}\n")
            parts += self._services(name)
            parts += self._enums(name)
            parts += self._messages(name)
        return "\n".join(parts)

    def _told(self, name: str, *path: int) -> str:
        return self._comments[name, path].replace("|", "\\|")

    def _services(self, name: str) -> Iterator[str]:
        for at, service in enumerate(self.files[name].service):
            yield f"### {service.name}\n\n{self._told(name, 6, at)}\n"
            yield "| method | takes | gives | does |\n|---|---|---|---|"
            for number, method in enumerate(service.method):
                takes, gives = link(method.input_type), link(method.output_type)
                told = self._told(name, 6, at, 2, number)
                yield f"| `{method.name}` | {takes} | {gives} | {told} |"
            yield ""

    def _enums(self, name: str) -> Iterator[str]:
        for at, enum in enumerate(self.files[name].enum_type):
            yield f"### {enum.name}\n\n{self._told(name, 5, at)}\n"
            yield "| value | number | means |\n|---|---|---|"
            for place, value in enumerate(enum.value):
                told = self._told(name, 5, at, 2, place)
                yield f"| `{value.name}` | {value.number} | {told} |"
            yield ""

    def _messages(self, name: str) -> Iterator[str]:
        for at, message in enumerate(self.files[name].message_type):
            yield f"### {message.name}\n\n{self._told(name, 4, at)}\n"
            if not message.field:
                continue
            yield "| field | no. | type | limits | what it is |\n|---|---|---|---|---|"
            for place, each in enumerate(message.field):
                limits = ", ".join(limits_of(each, message))
                told = self._told(name, 4, at, 2, place)
                row = f"`{each.name}` | {each.number} | {type_of(each)} | {limits} | {told}"
                yield f"| {row} |"
            yield ""


def link(type_name: str) -> str:
    """A message or enum with a link to its place on the page."""
    package, _, name = type_name.removeprefix(".").rpartition(".")
    return f"[{name}](#{name.lower()})" if package == PACKAGE else name


def type_of(each: pb.FieldDescriptorProto) -> str:
    """The type of a field.

    Raises:
        UnknownRuleError: It has no words here.
    """
    if each.type_name:
        name = link(each.type_name)
    elif each.type in TYPES:
        name = TYPES[each.type]
    else:
        raise UnknownRuleError(f"{each.name}: a type of number {each.type}; add it to TYPES")
    many = each.label == pb.FieldDescriptorProto.LABEL_REPEATED
    return f"{name}, repeated" if many else name


def limits_of(each: pb.FieldDescriptorProto, message: pb.DescriptorProto) -> Iterator[str]:
    """Every limit of a field, in words.

    Raises:
        UnknownRuleError: One has no words here.
    """
    if each.proto3_optional:
        yield "may be left out"
    elif each.HasField("oneof_index"):
        yield f"one of `{message.oneof_decl[each.oneof_index].name}`"
        choice: Any = message.oneof_decl[each.oneof_index].options.Extensions[validate.oneof]
        if not choice.required:
            raise UnknownRuleError(f"{each.name}: a choice that may be empty; add words for it")
    yield from rules_in_words(each.options.Extensions[validate.field])


def rules_in_words(rules: Any) -> Iterator[str]:
    """The rules of one field, or of one item of it, in words.

    Raises:
        UnknownRuleError: One has no words here.
    """
    for found, value in rules.ListFields():
        if found.name == "required":
            yield "required"
            continue
        for rule, limit in value.ListFields():
            if rule.name == "items":
                yield f"each {' and '.join(rules_in_words(limit))}"
                continue
            words = LIMITS.get((found.name, rule.name))
            if words is None:
                raise UnknownRuleError(f"{found.name}.{rule.name}; add words for it to LIMITS")
            told = words.format(f"{limit:,}" if isinstance(limit, int) else limit)
            yield told.replace("at least 1 characters", "not empty")


def read_protos() -> dict[str, pb.FileDescriptorProto]:
    """The protos as protoc reads them, by the name of their file.

    Raises:
        SystemExit: protoc refuses one; it has said why.
    """
    sources = [f"platelaw/v1/{name}.proto" for name in FILES]
    includes = [f"-I{PROTOS}", f"-I{resources.files('grpc_tools') / '_proto'}"]
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "protos"
        flags = [f"--descriptor_set_out={out}", "--include_source_info"]
        if protoc.main(["protoc", *includes, *flags, *sources]):
            raise SystemExit("protoc failed")
        found = pb.FileDescriptorSet.FromString(out.read_bytes())
    return {Path(file.name).stem: file for file in found.file}


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` compare it with the one that is there."""
    text = Reference(read_protos()).page()
    same = PAGE.is_file() and PAGE.read_text("utf-8") == text
    if "--check" in arguments:
        print("" if same else "docs/messages.md is not what tools/messages.py makes", end="")
        return int(not same)
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    print("docs/messages.md written" if not same else "docs/messages.md is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
