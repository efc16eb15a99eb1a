"""What one condition on the instruments presented says of another.

A test that asks for less is met by every instrument that meets one that asks for more; and where
an instrument is there, the set is not empty. Without this a proof would only be harder to find.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...dsl import syntax as tree
from ...dsl.kinds import Kinds
from ...dsl.truth import Truth
from ..names import INSTRUMENTS
from .sources import Free, instrument_asked


def wanted(source: object) -> tree.Paper | None:
    """The test of a condition that asks for one instrument."""
    asked = instrument_asked(source)
    return asked if isinstance(asked, tree.Paper) else None


def at_odds(sources: Iterable[object]) -> Iterator[tuple[Free, Free, Truth, Truth]]:
    """Two conditions on the same instruments, and two truths that they never have together."""
    free = [source for source in sources if isinstance(source, Free)]
    for one in free:
        strict = wanted(one)
        if strict is None:
            continue
        for other in free:
            loose = wanted(other)
            if other is not one and loose is not None and _speak_alike(one, other):
                if _asks_less(loose, strict, one, other):
                    yield one, other, Truth.TRUE, Truth.UNPROVEN
                    yield one, other, Truth.TRUE, Truth.FALSE
                    if _know_same_issuers(loose, one, other):
                        yield one, other, Truth.UNPROVEN, Truth.FALSE
            elif _is_empty(other):
                yield one, other, Truth.TRUE, Truth.UNPROVEN
                yield one, other, Truth.TRUE, Truth.TRUE
                yield one, other, Truth.UNPROVEN, Truth.TRUE


def _is_empty(source: Free) -> bool:
    node = source.condition
    return isinstance(node, tree.Empty) and node.subject.text == INSTRUMENTS


def _speak_alike(one: Free, other: Free) -> bool:
    """Whether two conditions read days in the same way."""
    return one.policy.zone == other.policy.zone


def _asks_less(loose: tree.Paper, strict: tree.Paper, one: Free, other: Free) -> bool:
    """Whether whatever meets the strict test of one meets the loose test of the other."""
    mine, yours = one.policy.vocabulary.kinds, other.policy.vocabulary.kinds
    if not _all_under(strict.kind, mine, loose.kind, yours):
        return False
    if loose.issuer is not None:
        if strict.issuer is None or not _all_under(strict.issuer, mine, loose.issuer, yours):
            return False
        allowed = {sovereign.key for sovereign in loose.sovereigns}
        named = {sovereign.key for sovereign in strict.sovereigns}
        if allowed and (not named or not named <= allowed):
            return False
    return all(
        asked <= had
        for asked, had in (
            (loose.probable_cause, strict.probable_cause),
            (loose.covering, strict.covering),
            (loose.unexpired, strict.unexpired),
        )
    )


def _know_same_issuers(loose: tree.Paper, one: Free, other: Free) -> bool:
    """Whether whoever may be no issuer to the loose test is known to the strict one, too."""
    if loose.issuer is None:
        return True
    mine, yours = one.policy.vocabulary.kinds, other.policy.vocabulary.kinds
    tops = [kind for kind in yours.above(loose.issuer.text) if len(yours.above(kind)) == 1]
    return all(kind in mine for top in tops for kind in yours.below(top))


def _all_under(name: tree.Name, mine: Kinds, wide: tree.Name, yours: Kinds) -> bool:
    """Whether all that lies under a kind in some words lies under another in those of others."""
    return all(kind in yours and wide.text in yours.above(kind) for kind in mine.below(name.text))
