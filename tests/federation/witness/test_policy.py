"""Policies in the form of tlog-policy, and when a quorum is met."""

from __future__ import annotations

from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as some

from platelaw.federation.log.notes import (
    CosignatureSigner,
    NoteError,
    NoteSigner,
    Signature,
)
from platelaw.federation.witness.policy import (
    NONE,
    PolicyError,
    WitnessPolicy,
    parse_policy,
    read_policy,
)
from platelaw.federation.witness.quorum import (
    cosigned,
    faults_of_outside,
    quorum_met,
    quorum_time,
)

from .world import KEY, NOW, ORIGIN, SmallLog, cosignatures

LOG = NoteSigner(ORIGIN, KEY).vkey
SIGNERS = {
    name: CosignatureSigner(  # the same every time, for tests are named by it
        f"{name.lower()}.example/w",
        Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()),
    )
    for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")
}
WITNESSES = "".join(f"witness {name} {signer.vkey}\n" for name, signer in SIGNERS.items())
TWO_LEVELS = f"""# The example of the specification.
log {LOG}

{WITNESSES}
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
X1 = SIGNERS["X1"].vkey


def policy(text: str) -> WitnessPolicy:
    return parse_policy(text.encode(), "w.policy")


def faults(text: str) -> list[str]:
    with pytest.raises(PolicyError) as refusal:
        policy(text)
    return refusal.value.faults


# Reading --------------------------------------------------------------------------------------


def test_the_example_of_the_specification_is_read() -> None:
    found = policy(TWO_LEVELS)
    assert [log.key.name for log in found.logs] == [ORIGIN]
    assert list(found.witnesses) == list(SIGNERS)
    assert found.groups["X-witnesses"].needed == 2
    assert found.groups["Y-witnesses"].needed == 1
    assert found.groups["X-and-Y"].needed == 2
    assert found.groups["X-and-Y"].members == ("X-witnesses", "Y-witnesses")
    assert found.quorum == "X-and-Y"


def test_addresses_blanks_and_comments_are_taken_as_they_may_be() -> None:
    log = f"\t# a comment \n \t\nlog\t{LOG}  https://log.example/ \n"
    found = policy(f"{log} witness é {X1} https://w/\nquorum é")
    assert found.logs[0].url == "https://log.example/"
    assert (found.witnesses["é"].url, found.quorum) == ("https://w/", "é")


def test_a_quorum_of_none_needs_no_witness() -> None:
    assert policy("quorum none\n") == WitnessPolicy()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "w.policy: has no quorum; end it with quorum NAME, or quorum none"),
        ("quorum X1\n", "w.policy:1: `X1` is not known yet; name a witness or group"),
        ("quorum none\nquorum none\n", "w.policy:2: the quorum is given twice; keep one"),
        ("quorum none none\n", "w.policy:1: `quorum none none` is no line of a policy; write log"),
        ("Quorum none\n", "w.policy:1: `Quorum none` is no line of a policy"),
        ("group g all\n", "w.policy:1: `group g all` is no line of a policy"),
        ("quorum none\r\n", "w.policy:1: has a control character; end lines with a newline"),
        ("quorum\u00a0none\n", "is no line of a policy"),
        (f"log {X1}\nquorum none\n", "w.policy:1: the key x1.example/w is not one for logs"),
        (f"witness w {LOG}\nquorum none\n", f"w.policy:1: the key {ORIGIN} is not one for witn"),
        ("log nonsense\nquorum none\n", "w.policy:1: a key is written NAME+ID+KEY"),
        (f"log {LOG[:-4]}\nquorum none\n", f"w.policy:1: the key {ORIGIN} is not an Ed25519 key"),
        (f"log {LOG}\nlog {LOG}\nquorum none\n", f"w.policy:2: the key {ORIGIN} is given twice"),
        (
            f"witness a {X1}\nwitness b {X1}\nquorum none\n",
            "w.policy:2: the key x1.example/w is given twice; keep one of the lines",
        ),
        (WITNESSES + f"witness X1 {LOG}\nquorum none\n", "w.policy:7:"),
        (WITNESSES + "group X1 all X2\nquorum none\n", "w.policy:7: the name `X1` is taken"),
        (f"witness none {X1}\nquorum none\n", "w.policy:1: the name `none` is taken"),
        (WITNESSES + "group g all g\nquorum g\n", "w.policy:7: `g` is not known yet"),
        (WITNESSES + "group g all none\nquorum g\n", "w.policy:7: `none` is not known yet"),
        (WITNESSES + "group g all h X1\nquorum g\n", "w.policy:7: `h` is not known yet; name it"),
        (WITNESSES + "group g all X1 X1\nquorum g\n", "w.policy:7: `X1` is a member already"),
        (
            WITNESSES + "group g all X1\ngroup h all X1 X2\nquorum h\n",
            "w.policy:8: `X1` is a member already; let it count once",
        ),
        (WITNESSES + "group g 0 X1\nquorum g\n", "w.policy:7: `0` of 1 members cannot be; write"),
        (WITNESSES + "group g 2 X1\nquorum g\n", "w.policy:7: `2` of 1 members cannot be"),
        (WITNESSES + "group g 01 X1\nquorum g\n", "w.policy:7: `01` of 1 members cannot be"),
        (WITNESSES + "group g some X1\nquorum g\n", "w.policy:7: `some` of 1 members cannot be"),
        (WITNESSES + f"group g {'9' * 5000} X1\nquorum g\n", "of 1 members cannot be"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line_and_the_mend(text: str, told: str) -> None:
    assert told in faults(text)[0]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    found = faults("log x\nnonsense\nquorum y\n")
    assert [fault.split(": ")[0] for fault in found] == ["w.policy:1", "w.policy:2", "w.policy:3"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for file, told in ((tmp_path / "none", "cannot be read"), (tmp_path, "cannot be read")):
        with pytest.raises(PolicyError, match=told):
            read_policy(file)
    file = tmp_path / "w.policy"
    file.write_bytes(b"quorum \xff\n")
    with pytest.raises(PolicyError, match=r"w\.policy: is not UTF-8 text"):
        read_policy(file)
    file.write_bytes(b"#" * 1_100_000)
    with pytest.raises(PolicyError, match="has more than 1048576 bytes"):
        read_policy(file)
    file.write_text(TWO_LEVELS, "utf-8")
    assert read_policy(file) == policy(TWO_LEVELS)


@given(some.text(max_size=300))
def test_any_text_is_a_policy_or_a_policy_error(text: str) -> None:
    try:
        found = policy(text)
    except PolicyError:
        return
    assert found.quorum


# Quorums --------------------------------------------------------------------------------------

NOTE = SmallLog().grown(3).checkpoint()


def test_a_quorum_of_two_levels_is_met_by_whom_it_names() -> None:
    found = policy(TWO_LEVELS)
    for count in range(len(SIGNERS) + 1):
        for names in combinations(SIGNERS, count):
            note = cosignatures(NOTE, *((SIGNERS[name], NOW) for name in names))
            of_x, of_y = (sum(name[0] == group for name in names) for group in "XY")
            assert quorum_met(note, found, NOW) == (of_x >= 2 and of_y >= 1)


def test_a_quorum_holds_since_the_last_of_those_whom_it_needs() -> None:
    found = policy(TWO_LEVELS)
    at = {"X1": 500, "X2": 300, "X3": 100, "Y1": 400, "Y2": 50}
    note = cosignatures(NOTE, *((SIGNERS[name], time) for name, time in at.items()))
    assert quorum_time(note, found, NOW) == 300


def test_what_a_witness_says_of_a_time_to_come_does_not_count() -> None:
    found = policy(f"witness w {X1}\nquorum w\n")
    note = cosignatures(NOTE, (SIGNERS["X1"], NOW + 301))
    assert quorum_time(note, found, NOW) is None
    assert quorum_time(note, found, NOW + 1) == NOW + 301


def test_strangers_do_not_count() -> None:
    found = policy(f"witness w {X1}\nquorum w\n")
    note = cosignatures(NOTE, (SIGNERS["X2"], NOW))
    assert cosigned(note, found, NOW) == {}
    assert not quorum_met(note, found, NOW)


def test_a_cosignature_that_does_not_hold_spoils_the_note() -> None:
    found = policy(f"witness w {X1}\nquorum w\n")
    false = Signature("x1.example/w", SIGNERS["X1"].key.key_id, bytes(72))
    with pytest.raises(NoteError, match="does not hold"):
        quorum_met(NOTE.with_signatures(false), found, NOW)


def test_a_quorum_of_none_is_met_at_once() -> None:
    assert quorum_time(NOTE, policy(f"log {LOG}\nquorum none\n"), NOW) == NOW


def test_a_checkpoint_of_another_log_is_not_believed() -> None:
    found = policy(f"log {LOG}\nquorum none\n")
    other = SmallLog(origin="other.example/log").checkpoint()
    with pytest.raises(NoteError, match=r"no key of the policy for the log other\.example/log"):
        quorum_met(other, found, NOW)
    forged = SmallLog(key=Ed25519PrivateKey.generate()).checkpoint()
    with pytest.raises(NoteError, match="no key of the policy"):
        quorum_met(forged, found, NOW)
    key = NoteSigner(ORIGIN, KEY).key
    false = Signature(key.name, key.key_id, bytes(64))
    with pytest.raises(NoteError, match="does not hold"):
        quorum_met(NOTE.with_signatures(false), found, NOW)


def test_a_log_known_from_elsewhere_is_not_named() -> None:
    assert quorum_met(SmallLog(origin="any.example/log").checkpoint(), WitnessPolicy(), NOW)


# Outside --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quorum", "outside", "stands"),
    [
        ("group q all X1 Y1", ["Y1"], True),
        ("group q any X1 Y1", ["Y1"], False),
        ("group q any X1 Y1", ["X1", "Y1"], True),
        ("group q 2 X1 X2 Y1", ["Y1"], False),
        ("group q 3 X1 X2 Y1 Y2", ["Y1", "Y2"], True),
        ("group y any Y1 Y2\ngroup q all X1 y", ["Y1", "Y2"], True),
        ("group y any Y1 X2\ngroup q all X1 y", ["Y1"], False),
    ],
)
def test_no_quorum_is_met_without_somebody_outside(
    quorum: str, outside: list[str], stands: bool
) -> None:
    found = policy(f"{WITNESSES}{quorum}\nquorum q\n")
    told = faults_of_outside(found, outside)
    assert (not told) == stands
    if told:
        assert "the quorum is met without any witness outside law enforcement" in told[0]


def test_who_is_no_witness_is_not_outside_either() -> None:
    found = policy(f"{WITNESSES}quorum X1\n")
    (told,) = faults_of_outside(found, ["Z"])
    assert told == "`Z` is no witness of the policy; name one of X1, X2, X3, Y1, Y2, Y3"
    (told,) = faults_of_outside(found, [])
    assert told == "no witness is said to be outside law enforcement; name one in `outside`"
    assert faults_of_outside(WitnessPolicy(NONE), []) == []
