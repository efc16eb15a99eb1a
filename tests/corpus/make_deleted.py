"""Choose thirty deletions of one word from the shipped policies and store what their author sees.

Run `python tests/corpus/make_deleted.py` after the shipped policies have changed, and read the
new texts: each must name the mend. The choice is the same for the same policies.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from platelaw.dsl.parser import Parser
from platelaw.dsl.scan import TOKEN, scan
from platelaw.dsl.source import Source
from platelaw.engine.library import shipped

FOLDER = Path(__file__).parent / "deleted"
RULE = "=" * 20
SEED, MOST = 26, 30


@dataclass(frozen=True, slots=True)
class Deletion:
    """A statement of a shipped file, and the token that is taken from it."""

    file: str
    statement: str
    start: int
    token: str

    @property
    def line(self) -> int:
        """The line of the statement on which the token stood, counted from 1."""
        return self.statement.count("\n", 0, self.start) + 1

    @property
    def mangled(self) -> str:
        """The statement without the token; at the head of a line, without the space behind it."""
        rest = self.statement[self.start + len(self.token) :]
        return self.statement[: self.start] + (rest if self.start else rest.lstrip(" "))


def shipped_files() -> dict[str, str]:
    folder = Path(str(shipped()))
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*.policy"))
    }


def diagnostics(deletion: Deletion) -> str:
    """What is said of the mangled statement, read alone."""
    parsed = Parser().parse(Source(deletion.file, deletion.mangled))
    return "\n".join(f"{fault}\n" for fault in parsed.diagnostics)


def choices(files: dict[str, str]) -> Iterator[Deletion]:
    """Deletions in a random order, of different words in different clauses first."""
    found: dict[tuple[str, str, str], list[Deletion]] = {}
    for name, text in files.items():
        for raw in scan(Source(name, text)).statements:
            for clause in raw.clauses:
                for match in TOKEN.finditer(text, clause.span.start, clause.span.end):
                    if match.lastgroup == "comment":
                        continue
                    token = match.group()
                    word = token if token.isalpha() or len(token) == 1 else str(match.lastgroup)
                    at = match.start() - raw.span.start
                    deletion = Deletion(name, raw.span.text, at, token)
                    found.setdefault((raw.keyword, clause.keyword, word), []).append(deletion)
    chance = random.Random(SEED)
    groups = sorted(found)
    chance.shuffle(groups)
    return (chance.choice(found[group]) for group in groups)


def main() -> None:
    """Write the cases."""
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    FOLDER.mkdir(exist_ok=True)
    said = ((deletion, diagnostics(deletion)) for deletion in choices(shipped_files()))
    faulty = [(deletion, text) for deletion, text in said if text and len(deletion.statement) < 900]
    for number, (deletion, text) in enumerate(faulty[:MOST], 1):
        head = f"{deletion.file}\n`{deletion.token}` at {deletion.start}"
        body = f"\n{RULE}\n".join((head, deletion.statement, deletion.mangled, text))
        (FOLDER / f"{number:02}.txt").write_text(body, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
