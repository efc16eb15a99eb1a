"""Examples: every fact declared and typed, stated once, and the rules they name known.

Whether an example gets the answer that it expects is asked of the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note, suggestion
from ..kinds import DATA
from ..model import Example, Fact, Policy, Vocabulary
from ..reading import ATTRIBUTE
from .conditions import INSTRUMENT
from .faults import Faults
from .sections import PlacedExample, PlacedRequest, Sections, subject_of
from .words import BUILT_IN_TYPES, edition_text

HEADS = frozenset({"requester", "owner", "act", "data"})


def check_examples(
    sections: Sections,
    vocabularies: Mapping[str, Vocabulary],
    policies: Mapping[str, Policy],
    rule_names: set[str],
    agencies: Collection[str] | None,
    faults: Faults,
) -> list[Example]:
    """The examples that can be run; a named request is checked whether or not one is like it."""
    for request in sections.requests:
        vocabulary = vocabulary_of(request, vocabularies, policies, faults)
        if vocabulary is not None:
            _Check(vocabulary, rule_names, agencies, faults).givens(request.node.givens)
    found: list[Example] = []
    for item in sections.examples:
        vocabulary = vocabulary_of(item, vocabularies, policies, faults)
        if vocabulary is None:
            continue
        before = len(faults.found)
        _Check(vocabulary, rule_names, agencies, faults).example(item.node)
        if len(faults.found) == before:
            found.append(made(item, vocabulary))
    return found


def made(item: PlacedExample, vocabulary: Vocabulary) -> Example:
    """An example that speaks ``vocabulary``."""
    policy = item.head.name.text if isinstance(item.head, tree.Policy) else ""
    return Example(item.node, vocabulary, policy)


def vocabulary_of(
    item: PlacedExample | PlacedRequest,
    vocabularies: Mapping[str, Vocabulary],
    policies: Mapping[str, Policy],
    faults: Faults,
) -> Vocabulary | None:
    """The vocabulary that an example or named request speaks; None if it is not loaded."""
    head = item.head
    if isinstance(head, tree.Policy):
        policy = policies.get(head.name.text)
        return policy.vocabulary if policy else None
    edition = head.edition if isinstance(head, tree.Vocabulary) else head.uses
    if edition is None:
        return None
    text = edition_text(edition)
    if text not in vocabularies and isinstance(head, tree.Examples):
        faults.add(
            Code.UNKNOWN_EDITION,
            edition.span,
            f"no vocabulary `{text}` is loaded",
            suggestion(text, vocabularies) or "load the file that declares it",
        )
    return vocabularies.get(text)


_SAMPLES = {
    "yes/no": "`yes` or `no`",
    "count": "a whole number such as `3`",
    "duration": "a duration such as `3 days`",
    "date": "a date such as `2026-10-01`",
    "time": "a date such as `2026-10-01`",
    "text": 'a text such as `"26-1234"`',
    "agency": "an agency such as `agency:ST/name`",
    "sovereign": "a sovereign in capitals",
}


class _Check:
    """Examples and named requests in one vocabulary."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        rules: set[str],
        agencies: Collection[str] | None,
        faults: Faults,
    ) -> None:
        self.vocabulary = vocabulary
        self.rules = rules
        self.agencies = agencies
        self.faults = faults

    def example(self, node: tree.Example) -> None:
        """Note every fault of an example."""
        self.givens(node.givens)
        if node.on is None and node.like is not None:
            self.faults.add(
                Code.EXAMPLE_CONTRADICTS,
                node.span,
                f'neither example "{node.title}" nor `{node.like.text}` gives a day',
                "add `on 2026-11-03`",
            )
        for missing in sorted(HEADS - {given.subject.text for given in node.givens}):
            self.faults.add(
                Code.EXAMPLE_CONTRADICTS,
                node.span,
                f'example "{node.title}" gives no `{missing}`',
                f"add `given {missing} is ...`",
            )
        parts = {name.text: name for name in (*node.by, *node.touched)}
        for name in node.untouched:
            if name.text in parts:
                self.faults.add(
                    Code.EXAMPLE_CONTRADICTS,
                    name.span,
                    f"`{name.text}` is to take part and to be untouched",
                    "leave one of the two out",
                    Note(parts[name.text].span, "it is to take part here"),
                )
        for name in (*node.by, *node.touched, *node.untouched):
            if name.text not in self.rules:
                self.faults.unknown(name.span, "rule", name.text, self.rules)

    def givens(self, givens: Iterable[tree.Given]) -> None:
        """Note every fault of what is given."""
        seen: dict[tuple[str, str], tree.Given] = {}
        for given in givens:
            key = subject_of(given)
            if key in seen:
                self.faults.add(
                    Code.EXAMPLE_CONTRADICTS,
                    given.span,
                    f"`{given.subject.text}` is given twice",
                    "an example states each fact once",
                    Note(seen[key].span, "first given here"),
                )
            seen[key] = given
            self._given(given)

    def _given(self, given: tree.Given) -> None:
        name, value = given.subject.text, given.value
        if given.agency is not None:
            self._known_agency(given.agency)
            own = given.subject.tail and given.subject.head != ATTRIBUTE
            self._fact(given) if own else self._attribute(given)
        elif name in ("requester", "owner"):
            self._head_agency(given, value)
        elif name == "act":
            self._word(given, value, self.vocabulary.acts, "act")
        elif name == DATA:
            self._data(given, value)
        elif value in (tree.Mark.CLEARED, tree.Mark.REFUSED):
            if name not in self.rules:
                self.faults.unknown(given.subject.span, "rule", name, self.rules)
        elif value is tree.Mark.DONE:
            if name not in self.vocabulary.duties:
                self.faults.unknown(given.subject.span, "duty", name, self.vocabulary.duties)
        else:
            self._fact(given)

    def _attribute(self, given: tree.Given) -> None:
        """What is given of one agency: what is on file, or a fact that is stated per recipient."""
        head, _, name = given.subject.text.rpartition(".")
        if head not in ("", ATTRIBUTE):
            stated = self.vocabulary.facts.get(given.subject.text)
            if stated is not None and not stated.per_recipient:
                self.faults.add(
                    Code.EXAMPLE_CONTRADICTS,
                    given.span,
                    f"`{given.subject.text}` is not stated of one agency",
                    f"write `{given.subject.text} is ...`",
                )
            else:
                self._fact(given)
            return
        fact = self.vocabulary.facts.get(f"{ATTRIBUTE}.{name}")
        if fact is None:
            known = [
                f.partition(".")[2] for f in self.vocabulary.facts if f.startswith(f"{ATTRIBUTE}.")
            ]
            self.faults.unknown(given.subject.span, "fact of an agency", name, known)
        else:
            self._typed(given, fact, given.value)

    def _head_agency(self, given: tree.Given, value: object) -> None:
        if isinstance(value, tree.Agency):
            self._known_agency(value)
        else:
            self._misfit(given, "an agency such as `agency:ST/name`")

    def _known_agency(self, agency: tree.Agency) -> None:
        if self.agencies is not None and agency.key not in self.agencies:
            self.faults.unknown(agency.span, "agency of the registry", agency.key, self.agencies)

    def _word(self, given: tree.Given, value: object, known: Collection[str], what: str) -> None:
        if not isinstance(value, tree.Name):
            self._misfit(given, f"one {what}")
        elif value.text not in known:
            self.faults.unknown(value.span, what, value.text, known)

    def _data(self, given: tree.Given, value: object) -> None:
        kinds = self.vocabulary.kinds
        known = [name for name in kinds.names if DATA in kinds.above(name) and name != DATA]
        items = value.items if isinstance(value, tree.ValueSet) else (value,)
        for item in items:
            self._word(given, item, known, "kind of data")

    def _fact(self, given: tree.Given) -> None:
        fact = self.vocabulary.facts.get(given.subject.text)
        if fact is None:
            known = [*self.vocabulary.facts, *HEADS]
            self.faults.unknown(given.subject.span, "fact", given.subject.text, known)
        else:
            self._typed(given, fact, given.value)

    def _typed(self, given: tree.Given, fact: Fact, value: object) -> None:
        if isinstance(value, tree.Mark):
            if fact.type.word != "text" or fact.type.is_set:
                self._misfit(given, _SAMPLES.get(fact.type.word, f"a kind of {fact.type.word}"))
        elif fact.type.is_set:
            if isinstance(value, tree.InstrumentSet):
                for paper in value.items:
                    self._kind(paper.kind, INSTRUMENT)
            elif isinstance(value, tree.ValueSet):
                for item in value.items:
                    self._member(given, fact, item)
            else:
                self._misfit(given, "a set in braces, such as `{}`")
        else:
            self._member(given, fact, value)

    def _member(self, given: tree.Given, fact: Fact, value: object) -> None:
        word = fact.type.word
        fits: Mapping[str, type] = {
            "yes/no": tree.YesNo,
            "count": tree.Count,
            "duration": tree.Duration,
            "text": tree.Text,
            "agency": tree.Agency,
            "sovereign": tree.Sovereign,
        }
        if word in fits:
            if not isinstance(value, fits[word]):
                self._misfit(given, _SAMPLES[word])
            elif isinstance(value, tree.Agency):
                self._known_agency(value)
        elif word in ("time", "date"):
            if not isinstance(value, tree.Date | tree.Moment):
                self._misfit(given, "a date")
        elif word == "one of":
            self._word(given, value, [w.text for w in fact.type.words], "word")
        elif word == "claim":
            self._claim(given, value)
        elif word not in BUILT_IN_TYPES or word == INSTRUMENT:
            if isinstance(value, tree.Name):
                self._kind(value, word)
            else:
                self._misfit(given, f"a kind of {word}")

    def _claim(self, given: tree.Given, value: object) -> None:
        claimed = [name for name, fact in self.vocabulary.facts.items() if fact.claimed]
        if not isinstance(value, tree.Reference | tree.Name):
            self._misfit(given, "the names of claimed facts")
        elif value.text not in claimed:
            self.faults.unknown(value.span, "claimed fact", value.text, claimed)

    def _kind(self, name: tree.Name, root: str) -> None:
        kinds = self.vocabulary.kinds
        if name.text not in kinds or root not in kinds.above(name.text):
            known = kinds.below(root) if root in kinds else ()
            self.faults.unknown(name.span, f"kind of {root}", name.text, known)

    def _misfit(self, given: tree.Given, wanted: str) -> None:
        self.faults.add(
            Code.EXAMPLE_CONTRADICTS,
            given.span,
            f"`{given.subject.text}` needs {wanted}",
            f"write it after `is`, or mend the type of `{given.subject.text}` in its vocabulary",
        )
