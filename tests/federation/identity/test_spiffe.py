from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.federation.caller import CallerRole
from platelaw.federation.identity.spiffe import LONGEST, SpiffeError, SpiffeId, parse_spiffe

GOOD = "spiffe://aa.example/agency/AA/pd/role/custodian"

SEGMENTS = st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True).filter(
    lambda text: text not in (".", "..")
)
IDS = st.builds(
    SpiffeId,
    st.from_regex(r"[a-z0-9._-]{1,60}", fullmatch=True),
    st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join),
    st.sampled_from(CallerRole),
)


@given(IDS)
def test_an_id_is_read_as_it_was_written(spiffe_id: SpiffeId) -> None:
    assert parse_spiffe(str(spiffe_id)) == spiffe_id


@given(IDS, st.data())
def test_one_id_has_one_spelling(spiffe_id: SpiffeId, data: st.DataObject) -> None:
    """Whatever letter is put in, the text is refused or means somebody else."""
    text = str(spiffe_id)
    at = data.draw(st.integers(0, len(text)))
    letter = data.draw(st.sampled_from("/.:@?#% A\n\u0430"))
    changed = text[:at] + letter + text[at:]
    try:
        found = parse_spiffe(changed)
    except SpiffeError:
        return
    assert found != spiffe_id
    assert str(found) == changed


def test_the_parts_of_an_id() -> None:
    assert parse_spiffe(GOOD) == SpiffeId("aa.example", "AA/pd", CallerRole.CUSTODIAN)


def test_an_agency_may_have_the_word_role_in_its_key() -> None:
    found = parse_spiffe("spiffe://aa.example/agency/AA/role/x/role/court")
    assert (found.agency, found.role) == ("AA/role/x", CallerRole.COURT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no SPIFFE id; write spiffe://<trust domain>/agency/"),
        ("https://aa.example/agency/AA/pd/role/court", "is no SPIFFE id"),
        ("SPIFFE://aa.example/agency/AA/pd/role/court", "is no SPIFFE id"),
        ("spiffe:///agency/AA/pd/role/court", "is no trust domain"),
        ("spiffe://AA.example/agency/AA/pd/role/court", "lower-case"),
        ("spiffe://aa.example:443/agency/AA/pd/role/court", "has no port"),
        ("spiffe://me@aa.example/agency/AA/pd/role/court", "has no user"),
        (f"{GOOD}?x=1", "has no query"),
        (f"{GOOD}?", "has no query"),
        (f"{GOOD}#x", "has no fragment"),
        ("spiffe://aa.example/agency/AA%2Fpd/role/court", "never percent-encoded"),
        ("spiffe://aa.example/agency/AA//pd/role/court", "the segment ``"),
        ("spiffe://aa.example/agency/AA/./pd/role/court", "the segment `.`"),
        ("spiffe://aa.example/agency/AA/../pd/role/court", "the segment `..`"),
        (f"{GOOD}/", "the segment ``; write each part of the path once, with no `/` at its end"),
        ("spiffe://aa.example/agency/A A/role/court", "`A A` cannot stand in a SPIFFE id"),
        ("spiffe://aa.example/agency/AA/pd\n/role/court", "cannot stand in a SPIFFE id"),
        ("spiffe://aa.example", "names no agency and role"),
        ("spiffe://aa.example/agency/role/court", "names no agency and role"),
        ("spiffe://aa.example/workload/AA/role/court", "names no agency and role"),
        (
            "spiffe://aa.example/agency/AA/pd/role/judge",
            "`judge` is no role of a caller; write one",
        ),
        ("spiffe://aa.example/agency/AA/pd/role/Court", "`Court` is no role of a caller"),
        (f"spiffe://{'a' * 256}/agency/AA/pd/role/court", "is no trust domain; write up to 255"),
        (f"spiffe://aa.example/agency/{'a' * LONGEST}/role/court", "longer than 2048 bytes"),
    ],
)
def test_what_is_no_id_of_a_caller_is_refused_with_the_mend(text: str, words: str) -> None:
    with pytest.raises(SpiffeError) as caught:
        parse_spiffe(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("domain", "agency"),
    [
        ("AA.example", "AA/pd"),
        ("aa.example", ""),
        ("aa.example", "AA/p d"),
        ("aa.example", "a" * 2048),
    ],
)
def test_an_id_that_could_not_be_read_again_cannot_be_made(domain: str, agency: str) -> None:
    with pytest.raises(SpiffeError):
        SpiffeId(domain, agency, CallerRole.COURT)
