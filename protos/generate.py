"""Say whether ``federation/v1`` is what ``protos/`` generates; with ``--write``, make it so."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from filecmp import cmp
from importlib import resources
from pathlib import Path

from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent
TARGET = PROTOS.parent / "federation" / "v1"
# protoc imports from the root of the protos; here the generated modules stand side by side.
_FROM_THE_ROOT = re.compile(r"^from (?:platelaw\.v1|buf\.validate) import", re.MULTILINE)


def generate(out: Path) -> dict[str, Path]:
    """Run protoc into a folder; what it wrote, by file name.

    Raises:
        SystemExit: protoc refuses a file; it has said why.
    """
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    includes = [f"-I{PROTOS}", f"-I{resources.files('grpc_tools') / '_proto'}"]
    if protoc.main(["protoc", *includes, f"--python_out={out}", f"--pyi_out={out}", *sources]):
        raise SystemExit("protoc failed")
    written = {path.name: path for path in out.rglob("*_pb2*")}
    for path in written.values():
        text = path.read_text("utf-8")
        path.write_text(_FROM_THE_ROOT.sub("from . import", text), "utf-8")
    return written


def main() -> int:
    """Compare, or replace, what is committed with what is generated now."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace what differs")
    write = parser.parse_args().write
    with tempfile.TemporaryDirectory() as scratch:
        fresh = generate(Path(scratch))
        kept = {path.name: path for path in TARGET.glob("*_pb2*")}
        stale = kept.keys() ^ fresh.keys()
        stale |= {name for name in kept.keys() & fresh if not cmp(kept[name], fresh[name], False)}
        for name in sorted(stale) if write else ():
            (TARGET / name).unlink(missing_ok=True)
            if name in fresh:
                shutil.copy(fresh[name], TARGET)
    print(f"{'rewrote' if write else 'stale'}: {', '.join(sorted(stale)) or 'nothing'}")
    return int(bool(stale) and not write)


if __name__ == "__main__":
    sys.exit(main())
