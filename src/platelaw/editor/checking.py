"""Checking a library after every keystroke: only what changed is read and checked again.

What is found is always what a check of the whole library finds. What changed is checked beside
the library as it was when nothing was wrong with it, so that a fault in one file, or a file that is
half typed, makes no other file's check dear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..dsl import syntax as tree
from ..dsl.check import Checked, check, faults_within, recheck, sound_texts
from ..dsl.check.outline import Outline, PolicyOutline, rule_names
from ..dsl.diagnostics import Diagnostic
from ..dsl.parsed import Parse
from ..dsl.rereading import Rereader
from ..dsl.source import Source
from ..engine.collecting import collector_paused
from ..engine.library import has_root, parse_bytes

Content = str | bytes  # text as an editor has it, or the bytes of a file
_FEW = 4  # changed files that are checked beside the others; after more, all are, as a new start
_MANY = 20  # files that depend on these and are checked with them


@dataclass(frozen=True, slots=True)
class _Sound:
    """Files in which nothing was wrong, and what their check gave.

    ``texts`` are those of the rules that need no check while they stand, by policy.
    """

    parses: Mapping[str, Parse]
    checked: Checked
    texts: Mapping[str, Collection[str]]


def _sound(parses: Mapping[str, Parse], checked: Checked) -> _Sound:
    """What is sound now: places move when somebody types, so what needs them is found at once."""
    return _Sound(parses, checked, sound_texts(checked))


@dataclass(slots=True)
class Checker:
    """Checks one library again and again.

    Attributes:
        beneath: The shipped files, on which others stand that declare no root vocabulary.
        agencies: The keys of the registry, if agency names are to be looked up.
    """

    beneath: Mapping[str, Parse]
    agencies: Collection[str] | None
    _reader: Rereader = field(default_factory=Rereader, init=False)
    _contents: dict[str, Content] = field(default_factory=dict[str, Content], init=False)
    _parses: dict[str, Parse] = field(default_factory=dict[str, Parse], init=False)
    _sound: _Sound | None = field(default=None, init=False)

    def read(self, contents: Mapping[str, Content]) -> Mapping[str, Parse]:
        """The files of the library that these are by their names, those beneath included.

        Only what is not as it was is read.
        """
        for name in self._contents.keys() - contents.keys():
            del self._contents[name], self._parses[name]
            self._reader.forget(name)
        for name, content in contents.items():
            if self._contents.get(name) != content:
                self._contents[name] = content
                self._parses[name] = self._known(name, self._parse(name, content))
        alone = any(map(has_root, self._parses.values()))
        return {**({} if alone else self.beneath), **self._parses}

    def check(self, files: Mapping[str, Parse]) -> Checked:
        """The outcome of a check of files, as ``read`` gave them."""
        with collector_paused():
            return self._outcome(files)

    def first(self, files: Mapping[str, Parse]) -> Mapping[str, list[Diagnostic]] | None:
        """What is wrong in the files that changed, where what the change reaches is much.

        It is said beside the others as they were; the outcome for all files is the last word.
        None where that takes no longer.
        """
        changed = self._changed(files)
        if changed is None or self._sound is None:
            return None
        outlines, here = self._sound.checked.outlines, changed & files.keys()
        words = {name for name, outline in outlines.items() if outline.words}
        speaks = bool(changed & words) or _has_words(files[name] for name in here)
        more = dependents(outlines, changed, files)
        if not (speaks or more & words or len(more) > _MANY):
            return None
        with collector_paused():
            parses, sources = _split(files, changed | words if speaks else changed)
            found = faults_within(self._sound.checked, parses, sources, self.agencies)
        if found is None:
            return None
        return {name: [f for f in found if f.span.source.name == name] for name in here}

    def _parse(self, name: str, content: Content) -> Parse:
        if isinstance(content, bytes):
            return parse_bytes(self._reader, name, content)
        return self._reader.parse(Source(name, content.replace("\r\n", "\n")))

    def _known(self, name: str, parse: Parse) -> Parse:
        """The reading before this one, if it is of the same text: a file that was opened, say.

        No earlier one is: what left the text and came back is another tree, in its own place.
        """
        known = self._parses.get(name)
        same = known and known.document.span.source == parse.document.span.source
        return known if known and same else parse

    def _outcome(self, files: Mapping[str, Parse]) -> Checked:
        outcome = self._beside(files)
        if outcome is not None:
            return outcome
        outcome = check(files.values(), self.agencies)
        if outcome.library is not None:
            self._sound = _sound(files, outcome)
        elif self._sound is None:
            self._sound = self._part(files, outcome)
        return outcome

    def _beside(self, files: Mapping[str, Parse]) -> Checked | None:
        """The outcome by a check of what changed; None if all must be checked."""
        changed = self._changed(files)
        if changed is None or self._sound is None:
            return None
        more = dependents(self._sound.checked.outlines, changed, files)
        return self._recheck(files, changed | more) if len(more) <= _MANY else None

    def _changed(self, files: Mapping[str, Parse]) -> set[str] | None:
        """The files that are not as they were when nothing was wrong; None if all may be."""
        if self._sound is None:
            return None
        before = self._sound.parses
        changed = {name for name, parse in files.items() if before.get(name) is not parse}
        return changed if len(changed) <= _FEW else None

    def _recheck(self, files: Mapping[str, Parse], changed: Collection[str]) -> Checked | None:
        """The outcome by a check of some files beside the others."""
        assert self._sound is not None
        parses, sources = _split(files, changed)
        return recheck(self._sound.checked, parses, sources, self.agencies, sound=self._sound.texts)

    def _part(self, files: Mapping[str, Parse], outcome: Checked) -> _Sound | None:
        """The files of a library with faults that make a library without the others."""
        faulty = {fault.span.source.name for fault in outcome.diagnostics if fault.is_error}
        for sound in (
            {name: parse for name, parse in files.items() if name not in faulty},
            {name: parse for name, parse in files.items() if name in self.beneath},
        ):
            checked = check(sound.values(), self.agencies)
            if checked.library is not None:
                return _sound(sound, checked)
        return None


def _split(
    files: Mapping[str, Parse], changed: Collection[str]
) -> tuple[list[Parse], dict[str, Source]]:
    """The files that are checked, and the texts of the others by name."""
    parses = [files[name] for name in changed if name in files]
    return parses, {n: p.document.span.source for n, p in files.items() if n not in changed}


def _has_words(parses: Iterable[Parse]) -> bool:
    return any(
        isinstance(node, tree.Vocabulary) for parse in parses for node in parse.document.statements
    )


def dependents(
    outlines: Mapping[str, Outline], changed: Collection[str], files: Mapping[str, Parse]
) -> set[str]:
    """The files that a change may reach through names.

    Those with policies that adopt a policy of the changed files, and those whose examples ask for a
    rule that no changed file has any more.
    """
    found = set(changed) & outlines.keys()
    names = {policy.name for name in found for policy in outlines[name].policies}
    while adopters := {
        name
        for name, outline in outlines.items()
        if name not in found and any(_adopts(policy) in names for policy in outline.policies)
    }:
        found |= adopters
        names |= {policy.name for name in adopters for policy in outlines[name].policies}
    rules = rule_names(outlines[name] for name in found) - _rules_in(files, found)
    asking = {name for name, outline in outlines.items() if not rules.isdisjoint(outline.asked)}
    return (found | asking) - set(changed)


def _adopts(policy: PolicyOutline) -> str:
    adopts = policy.head.adopts
    return adopts.edition.name if adopts is not None else ""


def _rules_in(files: Mapping[str, Parse], names: Collection[str]) -> set[str]:
    """Every name by which an example may call a rule that is written in some files."""
    found: set[str] = set()
    for name in names:
        policy = ""
        for node in files[name].document.statements if name in files else ():
            if isinstance(node, tree.Policy):
                policy = node.name.text
            elif isinstance(node, tree.Rule):
                found |= {node.name.text, f"{policy}/{node.name.text}"}
    return found
