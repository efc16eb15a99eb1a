"""The words of a library's vocabularies, each with what it is and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.kinds import Kind
from ...dsl.model import Fact, LawReading, Vocabulary
from .phrases import Phrases

KIND, ACT, FACT, ROLE, DUTY, READING = "kind", "act", "fact", "role", "duty", "reading"
SORTS = (KIND, ACT, FACT, ROLE, DUTY, READING)  # what a word may be


@dataclass(frozen=True, slots=True)
class Entry:
    """One word.

    Attributes:
        name: As policies and requests write it.
        sort: What it is: one of ``SORTS``.
        under: Of a kind: the kinds right above it.
        says: How it is declared, in short.
        meaning: What it means in plain English; blank if nobody wrote it.
        written: How others write it.
    """

    name: str
    sort: str
    under: tuple[str, ...] = ()
    says: str = ""
    meaning: str = ""
    written: tuple[str, ...] = ()


def glossary(vocabularies: Iterable[Vocabulary], phrases: Phrases) -> tuple[Entry, ...]:
    """Every word of vocabularies once, by what it is and then by its name.

    Args:
        vocabularies: Whose words are told; a word that several have is told as the last has it.
        phrases: What the words mean.
    """
    found: dict[tuple[int, str], Entry] = {}
    for words in vocabularies:
        for entry in _entries(words, phrases):
            found[SORTS.index(entry.sort), entry.name] = entry
    return tuple(found[key] for key in sorted(found))


def tree_of(root: str, entries: Iterable[Entry]) -> Iterator[tuple[int, Entry]]:
    """A kind and those under it, each as deep as it first stands and once."""
    kinds = [entry for entry in entries if entry.sort == KIND]
    by_name = {entry.name: entry for entry in kinds}
    below: dict[str, list[str]] = {}
    for entry in kinds:
        for over in entry.under:
            below.setdefault(over, []).append(entry.name)
    waiting, seen = [(0, root)], set[str]()
    while waiting:
        depth, name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield depth, by_name[name]
            waiting += [(depth + 1, each) for each in reversed(below.get(name, []))]


def _entries(words: Vocabulary, phrases: Phrases) -> Iterator[Entry]:
    for kind in words.kinds.by_name.values():
        yield _of_kind(kind, phrases)
    for act in words.acts:
        yield Entry(act, ACT, meaning=phrases.known("acts", act).replace(" / ", " "))
    for fact in words.facts.values():
        yield _of_fact(fact, phrases)
    for role in words.roles.values():
        says = f"held by {role.holder}"
        yield Entry(role.name, ROLE, says=says, meaning=phrases.known("roles", role.name))
    for duty in words.duties.values():
        says = f"attested by {duty.attested_by}" if duty.attested_by else "done by what is stated"
        yield Entry(duty.name, DUTY, says=says, meaning=phrases.known("duties", duty.name))
    for reading in words.readings.values():
        yield _of_reading(reading, phrases.questions)


def _of_kind(kind: Kind, phrases: Phrases) -> Entry:
    meaning = phrases.known("kinds", kind.name) or phrases.known("data", kind.name)
    return Entry(kind.name, KIND, kind.parents, meaning=meaning, written=kind.written)


def _of_fact(fact: Fact, phrases: Phrases) -> Entry:
    says = f"{_type(fact.type)}, proven by {fact.level.value}"
    if fact.vouchers:
        says += f" from {', '.join(fact.vouchers)}"
    told = phrases.known("facts", fact.name) or phrases.answer(fact.name, yes=True)
    if fact.level is tree.Level.SYSTEM:
        says = says.replace("proven by system", "told by the system")
    return Entry(fact.name, FACT, says=says, meaning=told.replace("{}", "the recipient"))


def _type(type_: tree.TypeName) -> str:
    words = f" {{{', '.join(name.text for name in type_.words)}}}" if type_.words else ""
    return f"{'set of ' if type_.is_set else ''}{type_.word}{words}"


def _of_reading(reading: LawReading, questions: Mapping[str, str]) -> Entry:
    answer = {True: " yes", False: " no", None: ""}[reading.answer]
    says = f"{reading.of}: {reading.stance.value}{answer}"
    return Entry(reading.name, READING, says=says, meaning=questions.get(reading.name, ""))
