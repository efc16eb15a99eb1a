"""Proof: what a request states, turned into what may be gone by (docs/semantics.md, section 2).

The level of a fact is computed from who stands behind it and the registry. Below its level,
from one who may not vouch, withdrawn or too old, a fact is unproven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from ..dsl import syntax as tree
from ..dsl.model import Fact, Vocabulary
from ..dsl.reading import ATTRIBUTE
from ..dsl.truth import Truth
from ..dsl.units import length
from . import names
from .registry import Registry
from .request import PaperStatement, Request, Statement, Voucher
from .values import Cause, Members, Paper, Range, Span, State, TextState, Value, unproven

_RANK = {tree.Level.ASSERTION: 0, tree.Level.ATTESTATION: 1, tree.Level.VERIFICATION: 2}


@dataclass(slots=True)
class Facts:
    """The facts of one request, proven or not, under the words of one vocabulary."""

    request: Request
    registry: Registry
    vocabulary: Vocabulary
    _recipients: Members | None = field(default=None, init=False)

    # Facts by name ---------------------------------------------------------------------------

    def state(self, name: str, recipient: str | None = None) -> State:
        """A fact that is no fact of an agency.

        Args:
            name: Its full name.
            recipient: The recipient for whom it must count; None asks for no one in particular.
        """
        fact = self.vocabulary.facts.get(name)
        if fact is None:
            return self._absent(name)  # a word of another state or agency, which nobody could send
        if name == names.INSTRUMENTS:
            return self.papers(recipient)
        if name == names.USER:
            user = self.request.user
            return State(user, had=tree.Level.ASSERTION) if user else self._absent(name)
        if name == names.REASON:
            return self._reason()
        if fact.level is tree.Level.REGISTRY:
            return self._on_file(fact)
        if fact.level is tree.Level.SYSTEM:
            value = self.request.system.get(name)
            return self._absent(name) if value is None else State(value, None, fact.level, "system")
        claimed = self._claimed(name) if fact.claimed else Truth.TRUE
        if claimed is not Truth.TRUE:
            return self._not_claimed() if claimed is Truth.FALSE else self._absent(name)
        return self._stated(fact, recipient)

    def attribute(self, agency: str, tail: str) -> State:
        """What is on file about an agency; the registry is complete."""
        fact = self.vocabulary.facts.get(f"{ATTRIBUTE}.{tail}")
        body = self.registry.get(agency)
        if body is None or fact is None:
            return unproven(Cause.NOT_STATED, source="registry")
        value = _filed(fact, body.attributes.get(tail))
        return State(value, None, tree.Level.REGISTRY, "registry")

    def _reason(self) -> State:
        reason = self.request.reason
        if reason.text is None:
            return unproven(reason.cause or Cause.NOT_STATED)
        state = TextState.STATED if reason.text.strip() else TextState.BLANK
        return State(state, None, tree.Level.ASSERTION, "request")

    def _absent(self, name: str) -> State:
        return unproven(self.request.absent.get(name, Cause.NOT_STATED))

    def _on_file(self, fact: Fact) -> State:
        """A registry fact of a user, an account or a thing."""
        filed = self.registry.things.get(fact.name)
        if fact.type.is_set:
            known = (filed,) if isinstance(filed, str) else tuple(filed or ())
            return State(Members(known), None, tree.Level.REGISTRY, "registry")
        cause = self.request.absent.get(fact.name)
        if filed is None and cause is not None:
            return unproven(cause, source="registry")  # nobody knows which user or camera it was
        value = _filed(fact, filed if isinstance(filed, str) else None)
        return State(value, None, tree.Level.REGISTRY, "registry")

    # Claims ----------------------------------------------------------------------------------

    def _claimed(self, name: str) -> Truth:
        """Whether a fact is claimed: not known while the list is missing or may have others."""
        if names.CLAIMS not in self.vocabulary.facts:
            return Truth.TRUE
        claims = self._stated(self.vocabulary.facts[names.CLAIMS], None).value
        if not isinstance(claims, Members):
            return Truth.UNPROVEN
        return Truth.TRUE if name in claims.known else Truth.of(False if claims.complete else None)

    def _not_claimed(self) -> State:
        return State(False, None, tree.Level.ASSERTION, "not claimed")

    # Statements ------------------------------------------------------------------------------

    def _stated(self, fact: Fact, recipient: str | None) -> State:
        mine = [s for s in self.request.statements if s.fact == fact.name]
        if fact.per_recipient and recipient is not None and mine:
            counting = [(s, self._counts_for(s.about, recipient)) for s in mine]
            mine = [s for s, counts in counting if counts is Truth.TRUE]
            if not mine and any(counts is Truth.UNPROVEN for _, counts in counting):
                return unproven(Cause.NOT_STATED)  # it may count for him, for all that is known
            if not mine and fact.claimed:
                return self._not_claimed()  # claimed for somebody else, and for no one besides
        if not mine:
            return self._absent(fact.name)
        states = [self._weigh(fact, statement) for statement in mine]
        proven = [state for state in states if state.is_proven]
        return _narrowest(proven, self.vocabulary) if proven else states[0]

    def _weigh(self, fact: Fact, statement: Statement) -> State:
        """One statement as a state: its value, or why it does not count."""
        if statement.withdrawn:
            return unproven(Cause.WITHDRAWN, statement.level)
        if self._is_stale(fact, statement):
            return unproven(Cause.STALE, statement.level)
        if isinstance(statement.value, Members) and not statement.value.known:
            return State(statement.value, None, statement.level, "request")  # none: at one's word
        if _RANK[statement.level] < _RANK.get(fact.level, 0):
            return unproven(Cause.BELOW_PROOF, statement.level)
        if fact.level is not tree.Level.ASSERTION:
            cause = self.voucher_fault(fact, statement.voucher)
            if cause is not None:
                return unproven(cause, statement.level)
        source = statement.voucher.role if statement.voucher else "request"
        return State(statement.value, None, statement.level, source)

    def _is_stale(self, fact: Fact, statement: Statement) -> bool:
        at = self.request.at.latest
        if statement.expires is not None and statement.expires < at:
            return True
        life = length(fact.fresh_for) if fact.fresh_for else None
        return life is not None and statement.issued is not None and statement.issued + life < at

    def _counts_for(self, about: str, recipient: str) -> Truth:
        """Whether what was issued to ``about`` counts for ``recipient``, or the one he acts for.

        Somebody unknown, the empty name, may be anyone.
        """
        if recipient == "":
            return Truth.UNPROVEN
        holder = about or self.request.requester
        if holder == recipient or recipient != self.request.requester:
            return Truth.of(holder == recipient)
        principals = self._set(names.ON_BEHALF_OF)
        if principals is not None and holder in principals.known:
            return Truth.TRUE
        return Truth.of(False if principals is not None and principals.complete else None)

    # Vouchers --------------------------------------------------------------------------------

    def voucher_fault(self, fact: Fact, voucher: Voucher | None) -> Cause | None:
        """Why a voucher may not prove a fact; None if he may. Nobody proves his own case."""
        if voucher is None:
            return None if self.request.simulated else Cause.WRONG_VOUCHER
        if fact.vouchers and voucher.role not in fact.vouchers:
            return Cause.WRONG_VOUCHER
        return None if self.may_speak(voucher) else Cause.WRONG_VOUCHER

    def may_speak(self, voucher: Voucher) -> bool:
        """Whether a voucher holds his role and is not the requester."""
        role = self.vocabulary.roles.get(voucher.role)
        body = self.registry.get(voucher.agency)
        if role is None or body is None:
            return False
        request = self.request
        if body.key == request.requester and request.requester != request.owner:
            return False
        known = voucher.user and request.user  # else it may be the officer himself
        if body.key == request.requester and (not known or voucher.user == request.user):
            return False
        return self._holds(role.holder, body.key, body.kind)

    def _holds(self, holder: str, key: str, kind: str) -> bool:
        match holder:
            case "anyone":
                return True
            case "requester":
                return key == self.request.requester
            case "owner":
                return key == self.request.owner
            case _:
                kinds = self.vocabulary.kinds
                return kind in kinds and holder in kinds.above(kind)

    # Instruments and recipients --------------------------------------------------------------

    def papers(self, recipient: str | None) -> State:
        """The instruments presented that count for a recipient."""
        presented = self.request.papers
        if presented is None:
            return self._absent(names.INSTRUMENTS)
        counts = [
            Truth.TRUE if recipient is None else self._counts_for(item.paper.issued_to, recipient)
            for item in presented
        ]
        counting = tuple(
            self._weigh_paper(item)
            for item, counted in zip(presented, counts, strict=True)
            if counted is Truth.TRUE
        )
        whole = Truth.UNPROVEN not in counts
        return State(Members(counting, whole), None, tree.Level.ASSERTION, "request")

    def _weigh_paper(self, item: PaperStatement) -> Paper:
        fact = self.vocabulary.facts[names.INSTRUMENTS]
        cause: Cause | None = None
        if not item.paper.verified or _RANK[item.level] < _RANK.get(fact.level, 0):
            cause = Cause.BELOW_PROOF
        elif fact.level is not tree.Level.ASSERTION:
            cause = self.voucher_fault(fact, item.voucher)
        if cause is None:
            return item.paper
        paper = item.paper
        return Paper(
            paper.kind, paper.issuer, paper.issued_to, paper.probable_cause, paper.covers,
            paper.expires, verified=False, cause=cause,
        )  # fmt: skip

    def recipients(self) -> Members:
        """The requester, everyone it acts for, everyone who gets it, whoever directs the user."""
        if self._recipients is None:
            known = [self.request.requester]
            complete = True
            for name in names.RECIPIENT_SETS:
                value = self._set(name)
                complete = complete and value is not None and value.complete
                known += [str(key) for key in value.known] if value else []
            self._recipients = Members(tuple(dict.fromkeys(known)), complete)
        return self._recipients

    def receiving(self) -> Members:
        """The recipients to whom the data are new: all but the owner, or the owner alone."""
        everyone = self.recipients()
        others = tuple(key for key in everyone.known if key != self.request.owner)
        alone = not others and everyone.complete  # while a set is open there may be others
        return Members(everyone.known if alone else others, everyone.complete)

    def open_recipient_sets(self) -> list[str]:
        """The sets of recipients that are not known whole."""
        return [
            name
            for name in names.RECIPIENT_SETS
            if (value := self._set(name)) is None or not value.complete
        ]

    def _set(self, name: str) -> Members | None:
        """A set of agencies; one that the vocabulary does not know is empty."""
        if name not in self.vocabulary.facts:
            return Members(())
        value = self.state(name).value
        return value if isinstance(value, Members) else None

    def _known(self, name: str) -> Sequence[object]:
        value = self._set(name)
        return value.known if value else ()

    # Contradictions --------------------------------------------------------------------------

    def contradictions(self) -> list[str]:
        """The facts for which two values are stated that cannot both be true."""
        by_fact: dict[str, list[Statement]] = {}
        for statement in self.request.statements:
            if not statement.withdrawn:
                by_fact.setdefault(statement.fact, []).append(statement)
        return [name for name, stated in by_fact.items() if self._contradicts(name, stated)]

    def _contradicts(self, name: str, stated: list[Statement]) -> bool:
        """Whether two of the values that count for one recipient, or for all, disagree."""
        groups = [stated]
        fact = self.vocabulary.facts.get(name)
        if fact is not None and fact.per_recipient:
            holders = {self.request.requester, *(s.about for s in stated if s.about)}
            groups = [
                [s for s in stated if self._counts_for(s.about, key) is Truth.TRUE]
                for key in holders
            ]
        return any(
            not _agree(one.value, other.value, self.vocabulary)
            for group in groups
            for one, other in combinations(group, 2)
        )


def _filed(fact: Fact, cell: str | None) -> Value:
    """A registry cell as a value; not on file is ``no`` or ``none``."""
    word = fact.type.word
    if word == "yes/no":
        return cell == "yes"
    if word == "one of":
        return cell or "none"
    if word == "text":
        return TextState.STATED if cell else TextState.BLANK
    return cell or ""


def _agree(one: Value, other: Value, vocabulary: Vocabulary) -> bool:
    """Whether both values may be true of one thing."""
    match one, other:
        case Range(), Range():
            return one.low <= other.high and other.low <= one.high
        case Span(), Span():
            if one.day and other.day:
                return one.day == other.day
            return one.earliest <= other.latest and other.earliest <= one.latest
        case Members(), Members():
            mine, yours = set(one.known), set(other.known)
            return (not one.complete or yours <= mine) and (not other.complete or mine <= yours)
        case str(), str() if one in vocabulary.kinds and other in vocabulary.kinds:
            above = vocabulary.kinds.above
            return one in above(other) or other in above(one)
        case _:
            return one == other


def _narrowest(states: list[State], vocabulary: Vocabulary) -> State:
    """The state that says most; contradictions are refused elsewhere."""
    best = states[0]
    kinds = vocabulary.kinds
    for state in states[1:]:
        match best.value, state.value:
            case str() as one, str() as other if one in kinds and other in kinds:
                best = state if one in kinds.above(other) else best
            case Range() as one, Range() as other:
                low, high = max(one.low, other.low), min(one.high, other.high)
                best = replace(state, value=Range(low, high))
            case Span() as one, Span() as other:
                earliest, latest = max(one.earliest, other.earliest), min(one.latest, other.latest)
                day = one.day if one.day == other.day else None
                best = replace(state, value=Span(earliest, latest, day))
            case Members() as one, Members() as other:
                known = tuple(dict.fromkeys((*one.known, *other.known)))
                best = replace(state, value=Members(known, one.complete or other.complete))
            case _:
                pass
    return best
