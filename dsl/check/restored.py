"""A library that was checked before, made from its outlines; rules are read when asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

from .. import syntax as tree
from ..diagnostics import Diagnostic
from ..later import Later, LaterMapping
from ..model import Example, Invariant, Library, Parameter, Policy, Rule, Vocabulary
from .checked import Checked
from .examples import made, vocabulary_of
from .faults import Faults
from .heads import adopting_policy, defines_of, own_policy, parameters_of, rules_of
from .outline import Outline, PolicyOutline
from .sections import PolicySection, Sections, gather
from .words import known_vocabularies

Documents = Callable[[str], tree.Document]


def restored(
    outlines: Mapping[str, Outline],
    diagnostics: tuple[Diagnostic, ...],
    digest: str,
    documents: Documents,
    changed: Collection[str] = (),
) -> Checked:
    """The outcome of a check that found nothing wrong, as it was.

    Args:
        outlines: The outlines of all files by name, as the check made them.
        diagnostics: What the check found.
        digest: That of the library.
        documents: Gives the tree of a file; asked when somebody reads its rules.
        changed: The files that are no more as they were. What they told of themselves stands;
            their examples and statements are left out, and of their rules nobody may ask.
    """
    files = {name: _File(name, documents) for name in outlines}
    words = [section for name, outline in outlines.items() if outline.words
             for section in files[name].sections.words]  # fmt: skip
    vocabularies = known_vocabularies(words)
    placed = [(files[name], policy) for name, o in outlines.items() for policy in o.policies]
    policies = _policies(placed, vocabularies)
    library = Library(
        vocabularies,
        tuple(policies[name] for name in sorted(policies)),
        _parameters(placed, policies),
        _examples(
            {name: o for name, o in outlines.items() if name not in changed},
            files,
            vocabularies,
            policies,
        ),
        digest,
        _invariants(
            (files[n], p) for n, o in outlines.items() if n not in changed for p in o.policies
        ),
    )
    return Checked(library, diagnostics, outlines)


class _File:
    """One file whose tree is read when somebody asks for it."""

    def __init__(self, name: str, documents: Documents) -> None:
        self._name = name
        self._documents = documents

    @cached_property
    def sections(self) -> Sections:
        """Its statements under their heads."""
        return gather([self._documents(self._name)], Faults())

    def section(self, policy: str) -> PolicySection:
        """What stands under the head of a policy."""
        return next(s for s in self.sections.policies if s.head.name.text == policy)


_Placed = tuple[_File, PolicyOutline]


def _policies(
    placed: Iterable[_Placed], vocabularies: Mapping[str, Vocabulary]
) -> dict[str, Policy]:
    """The policies by name; adopters after the policies that they adopt."""
    done: dict[str, Policy] = {}
    waiting = list(placed)
    while waiting:
        ready = [(file, policy) for file, policy in waiting if _is_ready(policy.head, done)]
        assert ready, "every adopted policy was found when the library was checked"
        for file, policy in ready:
            done[policy.name] = _policy(file, policy, vocabularies, done)
        waiting = [item for item in waiting if item[1].name not in done]
    return done


def _is_ready(head: tree.Policy, done: Mapping[str, Policy]) -> bool:
    return head.adopts is None or head.adopts.edition.name in done


def _policy(
    file: _File,
    outline: PolicyOutline,
    vocabularies: Mapping[str, Vocabulary],
    done: Mapping[str, Policy],
) -> Policy:
    head = outline.head
    model = done[head.adopts.edition.name] if head.adopts else None

    def rules() -> tuple[Rule, ...]:
        section = file.section(outline.name)
        return rules_of(section.head, section.rules, model)

    defines = LaterMapping(lambda: defines_of(file.section(outline.name).head, model))
    later = Later(len(outline.rules), rules, outline.rules)
    words = vocabularies[outline.vocabulary]
    if model is not None:
        return adopting_policy(head, model, words, defines, later)
    return own_policy(head, words, defines, later)


def _parameters(
    placed: Iterable[_Placed], policies: Mapping[str, Policy]
) -> dict[str, tuple[Parameter, ...]]:
    found: dict[str, list[Parameter]] = {}
    for _, outline in sorted(placed, key=lambda item: item[1].name):
        policy = policies[outline.name]
        for parameter in parameters_of(outline.head, policy, outline.parameters):
            found.setdefault(parameter.name, []).append(parameter)
    return {name: tuple(versions) for name, versions in sorted(found.items())}


def _invariants(placed: Iterable[_Placed]) -> Later[Invariant]:
    """What must hold of every answer, in the order of the policies' names."""
    stating = sorted(
        ((file, policy) for file, policy in placed if policy.invariants),
        key=lambda item: item[1].name,
    )

    def read() -> Iterable[Invariant]:
        for file, policy in stating:
            for node in file.section(policy.name).invariants:
                yield Invariant(node, policy.name)

    return Later(sum(len(policy.invariants) for _, policy in stating), lambda: tuple(read()))


def _examples(
    outlines: Mapping[str, Outline],
    files: Mapping[str, _File],
    vocabularies: Mapping[str, Vocabulary],
    policies: Mapping[str, Policy],
) -> Later[Example]:
    """The examples of all files, in the order of their files."""

    def read() -> Iterable[Example]:
        for name in sorted(outlines):
            for item in files[name].sections.examples if outlines[name].examples else ():
                words = vocabulary_of(item, vocabularies, policies, Faults())
                assert words is not None, "it was found when the library was checked"
                yield made(item, words)

    return Later(sum(o.examples for o in outlines.values()), lambda: tuple(read()))
