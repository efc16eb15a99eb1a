"""Random syntax trees: every tree that some text can be read as."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from platelaw.dsl import syntax as tree
from platelaw.dsl.printer import statement_blocks
from platelaw.dsl.source import Source, Span

AT = Span(Source("", ""), 0, 0)
# Names that begin like words of the language, or hold marks that names may hold.
NAMES = (
    "theft", "is_lost", "and_more", "for-hire", "in/out", "onward_2", "a1", "some_boats", "not-x",
    "orders", "if_any", "z", "under_way", "cites_none", "unless-else", "mustard", "kind_of",
    "one_b",
)  # fmt: skip
HEADS = ("request", "r", "data", "if_any", "some_boats", "recipients", "title_deed", "over_all")
TAILS = ("purpose", "kind", "is", "must", "number_2")

names = st.sampled_from(NAMES).map(lambda text: tree.Name(AT, text))
name_lists = st.lists(names, min_size=1, max_size=4).map(tuple)
dotted = st.builds(tree.Reference, st.just(AT), st.sampled_from(HEADS), st.sampled_from(TAILS))
references = dotted | st.sampled_from(HEADS).map(lambda head: tree.Reference(AT, head))
characters = st.characters(exclude_categories=["Cs"], exclude_characters='"\n')
strings = st.text(characters, max_size=12)
filled = strings.filter(lambda text: text.strip() != "")
texts = strings.map(lambda text: tree.Text(AT, text))
text_lists = st.lists(texts, min_size=1, max_size=6).map(tuple)
days = st.dates(datetime.date(1900, 1, 1))
dates = days.map(lambda day: tree.Date(AT, day))
zones = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)
moments = st.datetimes(datetime.datetime(1900, 1, 1), timezones=zones).map(
    lambda at: tree.Moment(AT, at)
)
durations = st.builds(tree.Duration, st.just(AT), st.integers(0, 1000), st.sampled_from(tree.Unit))
counts = st.integers(0, 999_999_999).map(lambda number: tree.Count(AT, number))
agencies = st.sampled_from(("AA/pd", "UNION/x.y_z", "ST/so-2")).map(lambda k: tree.Agency(AT, k))
sovereigns = st.sampled_from(("AA", "UNION", "TRIBE/red-river2")).map(
    lambda key: tree.Sovereign(AT, key)
)
answers = st.booleans().map(lambda answer: tree.YesNo(AT, answer))
values = st.one_of(
    names, texts, dotted, answers, counts, durations, dates, moments, agencies, sovereigns
)  # fmt: skip
value_lists = st.lists(values, min_size=1, max_size=4).map(tuple)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def build(node: Any, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(node, span=st.just(AT), **parts)


# Conditions -----------------------------------------------------------------------------------

tests = st.one_of(
    build(tree.KindTest, subject=references, kind=names),
    build(tree.Equals, subject=references, value=values),
    build(tree.OneOf, subject=references, values=value_lists),
    build(tree.Compare, subject=references, relation=st.sampled_from(tree.Relation), bound=values),
    build(tree.Within, subject=references, bound=values, after=references),
    build(tree.Includes, subject=references, value=values),
    build(tree.Stated, subject=references),
    build(tree.Empty, subject=references),
    build(tree.Named, name=st.sampled_from(NAMES)),
)
VARIABLES = ("i", "r", "some_boats")


@st.composite
def papers(draw: st.DrawFn, variable: str) -> tree.Paper:
    issuer = draw(maybe(names))
    of = draw(st.lists(sovereigns, max_size=2)) if issuer else []
    flags = [draw(st.booleans()) for _ in range(3)]
    return tree.Paper(AT, variable, draw(names), issuer, tuple(of), *flags)


def quantified(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def with_variable(variable: str) -> st.SearchStrategy[Any]:
        subject = tree.Reference(AT, variable)
        kind = names.map(lambda kind: tree.KindTest(AT, subject, kind))
        return build(
            tree.Quantified,
            quantifier=st.sampled_from(tree.Quantifier),
            variable=st.just(variable),
            collection=references,
            body=inner | kind | papers(variable),
        )

    return st.sampled_from(VARIABLES).flatmap(with_variable)


def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        build(tree.And, items=several),
        build(tree.Or, items=several),
        build(tree.Not, item=inner),
        quantified(inner),
    )


conditions = st.recursive(tests | quantified(tests), larger, max_leaves=10)

# Shared clauses --------------------------------------------------------------------------------

citations = build(tree.Citation, text=strings, status=st.sampled_from(tree.Status))
periods = build(tree.InForce, start=days, latest=maybe(days), end=maybe(days))
editions = build(tree.Edition, name=st.sampled_from(NAMES), number=st.integers(0, 999_999_999))

# Statements ------------------------------------------------------------------------------------

types = st.one_of(
    st.just(tree.TypeName(AT, "yes/no")),
    st.sampled_from(NAMES).map(lambda word: tree.TypeName(AT, word)),
    st.sampled_from(NAMES).map(lambda word: tree.TypeName(AT, word, is_set=True)),
    name_lists.map(lambda words: tree.TypeName(AT, "one of", words=words)),
)
readings = st.one_of(
    build(tree.ReadingDeclaration, name=names, of=texts, stance=st.just(tree.Stance.OPEN)),
    build(tree.ReadingDeclaration, name=names, of=texts,
          stance=st.just(tree.Stance.PROVISIONAL), answer=st.booleans()),
    build(tree.ReadingDeclaration, name=names, of=texts, stance=st.just(tree.Stance.ADOPTED),
          answer=st.booleans(), office=strings, day=days),
)  # fmt: skip
some_names = st.lists(names, max_size=3).map(tuple)
some_texts = st.lists(texts, max_size=8).map(tuple)
declarations = st.one_of(
    build(tree.Vocabulary, edition=editions, extends=maybe(editions)),
    build(tree.KindDeclaration, name=names, under=some_names, written=some_texts,
          final=st.booleans(), citation=maybe(citations)),
    build(tree.ActDeclaration, names=name_lists),
    build(tree.DataDeclaration,
          items=st.lists(st.tuples(names, maybe(names)), min_size=1, max_size=9).map(tuple),
          final=st.booleans(), citation=maybe(citations)),
    build(tree.SovereignDeclaration, names=st.lists(sovereigns, min_size=1).map(tuple)),
    build(tree.RoleDeclaration, name=names, holder=names),
    build(tree.DutyDeclaration, name=names, done_by=conditions),
    build(tree.DutyDeclaration, name=names, attested_by=names),
    build(tree.FactDeclaration, name=dotted, type=types, level=st.sampled_from(tree.Level),
          complete=st.booleans(), claimed=st.booleans(), per_recipient=st.booleans(),
          vouchers=some_names, acts=some_names, fresh_for=maybe(durations)),
    readings,
    build(tree.LexiconDeclaration, name=names, indicates=names, plainly=some_texts,
          possibly=some_texts, never=some_texts, in_force=maybe(periods)),
)  # fmt: skip
adjustments = st.lists(build(tree.Adjustment, name=names, value=values), max_size=2).map(tuple)
adoptions = build(tree.Adoption, edition=editions, parameters=adjustments, without=some_names)
defines = st.lists(build(tree.Definition, name=names, condition=conditions), max_size=2).map(tuple)


@st.composite
def policies(draw: st.DrawFn) -> tree.Policy:
    adopts = draw(maybe(adoptions))

    def part(strategy: st.SearchStrategy[Any], without: Any) -> Any:
        """A clause that only an adopter may leave out."""
        return draw(strategy) if adopts is None or draw(st.booleans()) else without

    binds = part(st.just(True) | conditions, None)
    return tree.Policy(
        AT,
        draw(names),
        draw(maybe(st.integers(0, 9))),
        adopts,
        title=part(filled, ""),
        layer=part(st.sampled_from(tree.Layer), None),
        issuer=part(filled, ""),
        zone=part(st.sampled_from(("Etc/UTC", "America/Port-au-Prince")), ""),
        uses=part(editions, None),
        binds=None if binds is True else binds,
        binds_any=binds is True,
        rests_on=draw(st.sampled_from(("", "verified", "open"))),
        in_force=draw(maybe(periods)),
        proposed=draw(st.just("") | filled),
        defines=draw(defines),
    )


musts = st.one_of(
    build(tree.Must, duty=names, before=name_lists),
    build(tree.Must, duty=names, within=durations, of=maybe(names), by=maybe(names)),
    build(tree.Must, duty=names, every=durations, by=names),
    build(tree.Must, duty=names, by_date=days),
)
branches = build(tree.Branch, label=names, condition=conditions, citation=maybe(citations))
breaches = build(tree.Breach, by=names, against=names, citation=maybe(citations))
urgents = build(tree.Urgent, purposes=name_lists, role=names, within=durations)
onwards = build(
    tree.Onward,
    to=st.sampled_from(("whoever this rule lets in", "nobody")),
    purposes=some_names,
    until=maybe(durations),
)
reasons = st.lists(filled, max_size=30).map(lambda words: " ".join(" ".join(words).split()))


def few(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=2).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> tree.Rule:
    effect = draw(st.sampled_from(tree.Effect))
    refers = effect is tree.Effect.REFER
    return tree.Rule(
        AT,
        draw(names),
        draw(strings),
        effect,
        draw(name_lists),
        draw(name_lists),
        per_recipient=draw(st.booleans()),
        refer_to=draw(names) if refers else None,
        refer_within=draw(maybe(durations)) if refers else None,
        citation=draw(maybe(citations)),
        in_force=draw(maybe(periods)),
        enjoined=draw(maybe(build(tree.Enjoined, start=days, end=maybe(days), case=strings))),
        binds=draw(maybe(conditions)),
        condition=draw(maybe(conditions)),
        grounds=draw(few(branches)) if effect is tree.Effect.LIMIT else (),
        exceptions=draw(few(branches)),
        urgent=draw(few(urgents)),
        musts=draw(few(musts)),
        on_refusal=draw(few(musts)),
        onward=draw(maybe(onwards)),
        breaches=draw(few(breaches)),
        because=draw(reasons),
        adopters_may_change=draw(st.booleans()),
    )


parameters = build(
    tree.Parameter,
    name=names,
    value=values,
    direction=maybe(st.sampled_from(tree.Direction)),
    citation=maybe(citations),
    in_force=maybe(periods),
)
instruments = build(
    tree.Instrument,
    kind=names,
    issuer=maybe(agencies),
    issued_to=maybe(agencies),
    probable_cause=maybe(st.booleans()),
    covers=maybe(st.booleans()),
    expires=maybe(days),
    verified=st.booleans(),
)
paper_sets = build(
    tree.InstrumentSet, items=st.lists(instruments, min_size=1, max_size=3).map(tuple)
)
value_sets = build(tree.ValueSet, items=st.lists(values, max_size=6).map(tuple))
subjects = references | names.map(lambda name: tree.Reference(AT, name.text))
givens = build(
    tree.Given,
    subject=subjects,
    value=st.one_of(values, value_sets, paper_sets, st.sampled_from(tree.Mark)),
    agency=maybe(agencies),
    proof=st.sampled_from(tree.Proof),
)
requests = build(
    tree.NamedRequest,
    name=names,
    on=maybe(dates | moments),
    givens=st.lists(givens, max_size=8).map(tuple),
)
examples = build(
    tree.Example,
    title=strings,
    like=maybe(names),
    on=dates | moments,
    givens=st.lists(givens, max_size=8).map(tuple),
    outcome=st.sampled_from(tree.Outcome),
    by=some_names,
    reason=strings,
    touched=some_names,
    untouched=some_names,
)
headings = build(tree.Examples, name=names, uses=editions)
statements = st.one_of(declarations, policies(), rules(), parameters, headings, requests, examples)
documents = st.lists(statements, max_size=4).map(lambda items: tree.Document(AT, tuple(items)))


def text_of(document: tree.Document) -> str:
    """A document as the printer writes it."""
    blocks = [block for node in document.statements for block in statement_blocks(node)]
    return "".join(f"{line}\n" for _, lines in blocks for line in lines)
