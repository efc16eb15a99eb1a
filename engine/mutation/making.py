"""All mutants of a library, and the library that each would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...dsl import syntax as tree
from ...dsl.check import Checked, check, recheck
from ...dsl.model import Library, Vocabulary
from ...dsl.parsed import Parse
from ...dsl.source import Source
from .statements import Change, statement_changes

_OF_EXAMPLES = (tree.Example, tree.NamedRequest)
_Head = tree.Vocabulary | tree.Policy | tree.Examples


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one statement of one file.

    Attributes:
        key: What tells it from all others of its library.
        file: The file's name.
        at: The number of the statement in its file.
        owner: The rule, policy or word that is changed.
        change: The change.
    """

    key: str
    file: str
    at: int
    owner: str
    change: Change


@dataclass(slots=True)
class Workshop:
    """Makes the mutants of some files, checked as the library that they would be.

    Attributes:
        parses: All files of the library, as they were read.
        agencies: The keys of the registry.
        library: What they are unchanged.
    """

    parses: Sequence[Parse]
    agencies: Collection[str]
    library: Library
    _laws: dict[str, Parse] = field(init=False)
    _checked: Checked = field(init=False)

    def __post_init__(self) -> None:
        """Check the library without its examples, which no mutant changes."""
        self._laws = {_name(parse): _without_examples(parse) for parse in self.parses}
        self._checked = check(self._laws.values(), self.agencies)

    @property
    def law(self) -> Library:
        """The library without its examples."""
        assert self._checked.library is not None
        return self._checked.library

    def mutants(self, files: Collection[str] = ()) -> list[Mutant]:
        """Every mutant of these files, or of all, in the order of the texts."""
        found = [
            mutant
            for parse in self.parses
            if not files or _name(parse) in files
            for mutant in self._of_file(parse)
        ]
        seen: Counter[str] = Counter()
        numbered: list[Mutant] = []
        for mutant in found:
            seen[mutant.key] += 1
            again = seen[mutant.key]
            key = f"{mutant.key} ({again})" if again > 1 else mutant.key
            numbered.append(replace(mutant, key=key))
        return numbered

    def _of_file(self, parse: Parse) -> Iterator[Mutant]:
        head: _Head | None = None
        law = self._laws[_name(parse)].document
        for at, node in enumerate(law.statements):
            if isinstance(node, tree.Vocabulary | tree.Policy | tree.Examples):
                head = node
            words = self._words(head)
            if words is None or (isinstance(head, tree.Policy) and head.proposed):
                continue
            owner = _owner(node, head)
            for change in statement_changes(node, words):
                key = f"{owner}: {change.mutator}: {change.before} -> {change.after}"
                yield Mutant(key, _name(parse), at, owner, change)

    def _words(self, head: _Head | None) -> Vocabulary | None:
        match head:
            case tree.Vocabulary():
                return self.library.vocabularies[f"{head.edition.name} {head.edition.number}"]
            case tree.Policy():
                name = head.name.text
                return next(p.vocabulary for p in self.library.policies if p.name == name)
            case _:
                return None

    def checked(self, mutant: Mutant) -> Checked:
        """The library that a mutant would be, or why it is refused."""
        laws = {**self._laws, mutant.file: self._changed(mutant)}
        again = {mutant.file, *self._adopters(mutant.file)}
        others: dict[str, Source] = {
            name: parse.document.span.source for name, parse in laws.items() if name not in again
        }
        outcome = recheck(self._checked, [laws[name] for name in again], others, self.agencies)
        return outcome if outcome is not None else check(laws.values(), self.agencies)

    def _adopters(self, file: str) -> set[str]:
        """The files of policies that adopt one of a file; an adopted policy adopts none itself."""
        named = {policy.name for policy in self._checked.outlines[file].policies}
        return {
            name
            for name, outline in self._checked.outlines.items()
            for policy in outline.policies
            if policy.head.adopts is not None and policy.head.adopts.edition.name in named
        }

    def _changed(self, mutant: Mutant) -> Parse:
        parse = self._laws[mutant.file]
        statements = list(parse.document.statements)
        if mutant.change.node is None:
            del statements[mutant.at]
        else:
            statements[mutant.at] = mutant.change.node
        return replace(parse, document=replace(parse.document, statements=tuple(statements)))


def _name(parse: Parse) -> str:
    return parse.document.span.source.name


def _without_examples(parse: Parse) -> Parse:
    kept = tuple(s for s in parse.document.statements if not isinstance(s, _OF_EXAMPLES))
    return replace(parse, document=replace(parse.document, statements=kept))


def _owner(node: tree.Statement, head: _Head | None) -> str:
    """The name under which a reader looks for what is changed."""
    match node, head:
        case tree.Policy(), _:
            return node.name.text
        case ((tree.Rule() | tree.Parameter()), tree.Policy()):
            return f"{head.name.text}/{node.name.text}"
        case (
            tree.FactDeclaration() | tree.ReadingDeclaration() | tree.LexiconDeclaration()
            | tree.DutyDeclaration()
        ), tree.Vocabulary():  # fmt: skip
            return f"{head.edition.name} {head.edition.number}/{node.name.text}"
        case _:
            return ""
