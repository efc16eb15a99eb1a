"""Keys are deleted and held as the policy lets, once the log has it, whatever is killed."""

from __future__ import annotations

import datetime
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from platelaw.dsl.formatter import format_parse
from platelaw.engine.decision import Engine
from platelaw.engine.examples import run_examples
from platelaw.engine.library import load, read_policies, shipped_registry
from platelaw.federation.call import Call
from platelaw.federation.caller import CallerRole
from platelaw.federation.identity.authorizing import ServicePolicyError
from platelaw.federation.identity.spiffe import SpiffeId
from platelaw.federation.journal import JournalUnavailableError
from platelaw.federation.log.acts import ActKind
from platelaw.federation.log.key_policy import (
    Asked,
    KeyAct,
    load_key_policy,
    shipped_key_policy,
)
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.legal_holds import LegalHolds
from platelaw.federation.log.sealing import (
    Month,
    SealedError,
    check,
    commit,
    opened,
    seal,
)
from platelaw.federation.log.shredding import delete_key, lift_hold, listed, set_hold, settle
from platelaw.federation.log.vault import VaultError
from platelaw.federation.refusal import RefusedCallError, Status

from .holders import AUDITOR, COURT, LATER, OWNER, Deciding, Log, call

NOVEMBER = Month(2026, 11)
THEN = datetime.datetime(2026, 11, 3, 15, 15, tzinfo=datetime.UTC)
CUSTODIAN = call()
SERVICE = SpiffeId("aa.example", "VENDOR/host", CallerRole.SERVICE)
TEXTS = {"reason": "stolen car", "user": "u-17"}
ENTRY = b"entry-number-one"


@pytest.fixture(scope="module")
def decide() -> Deciding:
    return Deciding(load_key_policy())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log-keys"


@pytest.fixture
def ring(folder: Path) -> KeyRing:
    """A ring with the key of November 2026."""
    ring = KeyRing.open(folder)
    ring.key_for(OWNER, THEN)
    return ring


@pytest.fixture
def log() -> Log:
    return Log()


def refused(caught: pytest.ExceptionInfo[RefusedCallError]) -> tuple[Status, str]:
    return caught.value.status, caught.value.message


# Deleting ---------------------------------------------------------------------------------------


def test_the_custodian_deletes_the_owner_s_key_and_the_log_says_by_what_right(
    ring: KeyRing, decide: Deciding, log: Log
) -> None:
    key = ring.find(OWNER, NOVEMBER)
    assert key
    gone = delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    assert (gone.deleted_at, gone.deleted_by) == (LATER, CUSTODIAN.caller.spiffe_id)
    assert ring.find(OWNER, NOVEMBER) is None
    (act,) = log.acts
    assert (act.kind, act.by) == (ActKind.KEY_DELETED, CUSTODIAN.caller.spiffe_id)
    assert act.details == {
        "owner": OWNER,
        "month": "2026-11",
        "generation": 1,
        "key": key.id.hex(),
        "rules": ["service/log-keys/keys"],
    }


def test_the_key_is_there_until_the_log_has_it(ring: KeyRing, decide: Deciding) -> None:
    seen: list[bool] = []
    delete_key(
        ring, CUSTODIAN, OWNER, NOVEMBER, decide,
        lambda act: seen.append(ring.find(OWNER, NOVEMBER) is not None),
    )  # fmt: skip
    assert seen == [True]


@pytest.mark.parametrize(
    "fault", [JournalUnavailableError("the disk is full"), OSError(28, "full")]
)
def test_what_the_log_cannot_record_is_not_done(
    ring: KeyRing, folder: Path, decide: Deciding, fault: Exception
) -> None:
    before = sorted(each.name for each in folder.iterdir())
    log = Log(fault=fault)
    for act in (
        lambda: delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record),
        lambda: set_hold(ring, COURT, OWNER, "26-1", decide, log.record),
    ):
        with pytest.raises(RefusedCallError, match="so nothing was done") as caught:
            act()
        assert caught.value.status is Status.UNAVAILABLE
    assert ring.find(OWNER, NOVEMBER) is not None
    assert LegalHolds(ring.vault).all() == ()
    left = {each.name for each in folder.iterdir()} - {".lock-acting"}
    assert left == {*before} - {".lock-acting"}


@pytest.mark.parametrize(
    ("who", "rule"),
    [
        (call(CallerRole.CUSTODIAN, "AA/so"), "who-deletes"),
        (call(CallerRole.CUSTODIAN, "VENDOR/host", acts_for=frozenset("*")), "who-deletes"),
        (call(CallerRole.OFFICER_PLATFORM), "who-deletes"),
        (call(CallerRole.SERVICE), "who-deletes"),
        (COURT, "who-deletes"),
        (AUDITOR, "who-deletes"),
        (call(now=THEN), "retention"),
        (call(now=datetime.datetime(2027, 11, 30, 23, 59, tzinfo=datetime.UTC)), "retention"),
    ],
)
def test_who_may_not_delete_or_not_yet_is_told_the_rule(
    ring: KeyRing, decide: Deciding, log: Log, who: Call, rule: str
) -> None:
    with pytest.raises(RefusedCallError) as caught:
        delete_key(ring, who, OWNER, NOVEMBER, decide, log.record)
    status, words = refused(caught)
    assert status is Status.PERMISSION_DENIED
    assert f"delete key of AA/pd for 2026-11: refused by service/log-keys/{rule}" in words
    assert ring.find(OWNER, NOVEMBER) is not None
    assert log.acts == []


def test_a_year_after_its_month_a_key_may_be_deleted(
    ring: KeyRing, decide: Deciding, log: Log
) -> None:
    first = datetime.datetime(2027, 12, 1, tzinfo=datetime.UTC)
    delete_key(ring, call(now=first), OWNER, NOVEMBER, decide, log.record)
    assert log.kinds() == [ActKind.KEY_DELETED]


def test_a_key_is_deleted_once(ring: KeyRing, decide: Deciding, log: Log) -> None:
    delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    with pytest.raises(RefusedCallError, match="was deleted on 2028-01-02") as caught:
        delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    assert caught.value.status is Status.NOT_FOUND
    assert log.kinds() == [ActKind.KEY_DELETED]


# Legal holds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [COURT, CUSTODIAN, AUDITOR])
def test_under_a_legal_hold_no_key_is_deleted(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log, who: Call
) -> None:
    hold = set_hold(ring, who, OWNER, "26-cv-1", decide, log.record)
    assert hold.is_logged
    with pytest.raises(RefusedCallError, match="service/log-keys/legal-hold"):
        delete_key(KeyRing.open(folder), CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    lift_hold(ring, who, hold.id, decide, log.record)
    delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    assert log.kinds() == [ActKind.HOLD_SET, ActKind.HOLD_LIFTED, ActKind.KEY_DELETED]
    assert log.acts[0].by == who.caller.spiffe_id
    told = {key: log.acts[0].details[key] for key in ("hold", "owner", "matter", "first", "last")}
    assert told == {
        "hold": hold.id,
        "owner": OWNER,
        "matter": "26-cv-1",
        "first": None,
        "last": None,
    }


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (None, None, True),
        ("2026-11", "2026-11", True),
        ("2026-12", None, False),
        (None, "2026-10", False),
        (None, "2027-01", True),
        ("2026-01", "2026-12", True),
    ],
)
def test_a_hold_covers_its_months_of_its_owner_alone(
    ring: KeyRing, decide: Deciding, log: Log, first: str | None, last: str | None, holds: bool
) -> None:
    hold = set_hold(
        ring, COURT, OWNER, "26-cv-1", decide, log.record,
        first=Month.parse(first) if first else None, last=Month.parse(last) if last else None,
    )  # fmt: skip
    assert hold.covers(OWNER, NOVEMBER) is holds
    assert not hold.covers("AA/so", NOVEMBER)
    assert LegalHolds(ring.vault).over(OWNER, NOVEMBER) == ((hold,) if holds else ())


@pytest.mark.parametrize(
    "who",
    [
        call(CallerRole.CUSTODIAN, "AA/so"),
        call(CallerRole.AUDITOR, "BB/auditors"),
        call(CallerRole.VENDOR, "VENDOR/host", acts_for=frozenset("*")),
        call(CallerRole.OFFICER_PLATFORM),
    ],
)
def test_who_may_not_hold_is_told_the_rule(
    ring: KeyRing, decide: Deciding, log: Log, who: Call
) -> None:
    with pytest.raises(RefusedCallError, match="service/log-keys/who-holds"):
        set_hold(ring, who, OWNER, "26-cv-1", decide, log.record)
    assert LegalHolds(ring.vault).all() == ()


def test_a_court_s_hold_is_lifted_by_a_court_and_others_by_their_setter_or_a_court(
    ring: KeyRing, decide: Deciding, log: Log
) -> None:
    of_court = set_hold(ring, COURT, OWNER, "26-cv-1", decide, log.record)
    of_auditor = set_hold(ring, AUDITOR, OWNER, "audit 7", decide, log.record)
    for who, hold in ((CUSTODIAN, of_court), (AUDITOR, of_court), (CUSTODIAN, of_auditor)):
        with pytest.raises(RefusedCallError, match="service/log-keys/who-lifts"):
            lift_hold(ring, who, hold.id, decide, log.record)
    lift_hold(ring, AUDITOR, of_auditor.id, decide, log.record)
    lift_hold(ring, call(CallerRole.COURT, "AA/court"), of_court.id, decide, log.record)
    assert not any(hold.stands for hold in LegalHolds(ring.vault).all())


def test_a_lifted_hold_stays_on_file_and_is_lifted_once(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log
) -> None:
    hold = set_hold(ring, COURT, OWNER, "26-cv-1", decide, log.record)
    lift_hold(ring, COURT, hold.id, decide, log.record)
    with pytest.raises(RefusedCallError, match="was lifted on 2028-01-02"):
        lift_hold(ring, COURT, hold.id, decide, log.record)
    (kept,) = LegalHolds(KeyRing.open(folder).vault).all()
    assert (kept.lifted_by, kept.lifted_at) == (COURT.caller.spiffe_id, LATER)


@pytest.mark.parametrize("hold_id", ["", "0" * 16, "../x", "0" * 15])
def test_a_hold_that_is_not_there_is_told(
    ring: KeyRing, decide: Deciding, log: Log, hold_id: str
) -> None:
    with pytest.raises(RefusedCallError, match="no legal hold has the id") as caught:
        lift_hold(ring, COURT, hold_id, decide, log.record)
    assert caught.value.status is Status.NOT_FOUND


def test_a_hold_that_the_log_cannot_end_stands_on(
    ring: KeyRing, decide: Deciding, log: Log
) -> None:
    hold = set_hold(ring, COURT, OWNER, "26-cv-1", decide, log.record)
    log.fault = OSError(28, "full")
    with pytest.raises(RefusedCallError, match="so nothing was done"):
        lift_hold(ring, COURT, hold.id, decide, log.record)
    assert LegalHolds(ring.vault).over(OWNER, NOVEMBER) == (hold,)


def test_while_a_hold_cannot_be_read_no_key_is_deleted(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log
) -> None:
    hold = set_hold(ring, COURT, "AA/so", "26-cv-1", decide, log.record)
    (folder / f"{hold.id}.hold").write_text("{", "utf-8")
    with pytest.raises(VaultError, match="No key is deleted until then"):
        delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    assert ring.find(OWNER, NOVEMBER) is not None


def test_whoever_may_sees_the_keys_and_holds_of_an_owner_and_of_no_other(
    ring: KeyRing, decide: Deciding, log: Log
) -> None:
    ring.key_for("AA/so", THEN)
    set_hold(ring, COURT, OWNER, "26-cv-1", decide, log.record)
    set_hold(ring, COURT, "AA/so", "26-cv-2", decide, log.record)
    found = listed(ring, AUDITOR, OWNER, decide)
    assert [key.owner for key in found.keys] == [OWNER]
    assert [hold.matter for hold in found.holds] == ["26-cv-1"]
    with pytest.raises(RefusedCallError, match="service/log-keys/who-lists"):
        listed(ring, call(CallerRole.OFFICER_PLATFORM), OWNER, decide)


# What deletion does -----------------------------------------------------------------------------


def source_texts(
    ring: KeyRing, owner: str, month: Month, sealed: bytes, commitments: Mapping[str, bytes]
) -> Mapping[str, str] | None:
    """The texts of an entry as a replay has them: checked, or none."""
    key = ring.find(owner, month)
    if key is None:
        return None
    try:
        texts = opened(key, ENTRY, sealed)
    except SealedError:
        return None
    check(key, ENTRY, texts, commitments)
    return texts


def test_after_deletion_only_what_stands_in_clear_can_be_recomputed(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log
) -> None:
    key = ring.key_for(OWNER, THEN)
    sealed, commitments = seal(key, ENTRY, TEXTS), commit(key, ENTRY, TEXTS)
    assert source_texts(ring, OWNER, NOVEMBER, sealed, commitments) == TEXTS
    delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    for each in (ring, KeyRing.open(folder)):
        assert source_texts(each, OWNER, NOVEMBER, sealed, commitments) is None


def test_texts_of_a_generation_that_was_deleted_do_not_open_by_the_next(
    ring: KeyRing, decide: Deciding
) -> None:
    key = ring.key_for(OWNER, THEN)
    sealed, commitments = seal(key, ENTRY, TEXTS), commit(key, ENTRY, TEXTS)
    ring.delete(OWNER, NOVEMBER, at=THEN, by="x")
    assert ring.key_for(OWNER, THEN).generation == 2
    assert source_texts(ring, OWNER, NOVEMBER, sealed, commitments) is None


# Killed -----------------------------------------------------------------------------------------

ACTOR = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[5])
from platelaw.federation.log import shredding
from platelaw.federation.log.key_policy import load_key_policy
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.sealing import Month
from platelaw.federation.log.legal_holds import LegalHolds
from holders import COURT, Deciding, call

folder, what, where, log = sys.argv[1:5]
ring, decide = KeyRing.open(Path(folder)), Deciding(load_key_policy())

def kill(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

def record(act):
    if where == "before":
        kill()
    with open(log, "a") as file:
        file.write(act.kind.value + "\\n")
        file.flush()
        os.fsync(file.fileno())

if where == "between":
    KeyRing.delete = kill
    if what not in ("delete", "hold"):
        LegalHolds.keep = kill
    shredding.logged = kill
if where == "after":
    from platelaw.federation.log.vault import Vault
    Vault.remove = kill
if what == "delete":
    shredding.delete_key(ring, call(), "AA/pd", Month(2026, 11), decide, record)
elif what == "hold":
    shredding.set_hold(ring, COURT, "AA/pd", "26-cv-1", decide, record)
else:
    shredding.lift_hold(ring, COURT, what, decide, record)
"""


def killed(folder: Path, what: str, where: str) -> list[str]:
    """Run a process that is killed (-9) on its way through an act; what its log has."""
    log = folder.parent / "log"
    log.touch()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            ACTOR,
            str(folder),
            what,
            where,
            str(log),
            str(Path(__file__).parent),
        ],
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    return log.read_text("utf-8").split()


@pytest.mark.parametrize(("where", "recorded"), [("before", []), ("between", ["key_deleted"])])
def test_a_deletion_killed_before_the_key_is_gone_is_recorded_again_and_done(
    ring: KeyRing, folder: Path, log: Log, where: str, recorded: list[str]
) -> None:
    assert killed(folder, "delete", where) == recorded
    anew = KeyRing.open(folder)
    assert anew.find(OWNER, NOVEMBER) == ring.find(OWNER, NOVEMBER) is not None
    settle(anew, log.record, SERVICE, LATER)
    assert anew.find(OWNER, NOVEMBER) is None
    (act,) = log.acts
    assert (act.kind, act.by) == (ActKind.KEY_DELETED, CUSTODIAN.caller.spiffe_id)
    assert act.details["again"] is True
    settle(anew, log.record, SERVICE, LATER)
    assert len(log.acts) == 1


def test_a_deletion_killed_after_the_key_is_gone_is_not_recorded_twice(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log
) -> None:
    assert killed(folder, "delete", "after") == ["key_deleted"]
    anew = KeyRing.open(folder)
    settle(anew, log.record, SERVICE, LATER)
    assert log.acts == []
    anew.key_for("AA/so", THEN)
    so = call(agency="AA/so")
    assert delete_key(anew, so, "AA/so", NOVEMBER, decide, log.record).deleted_at == LATER


def test_until_it_is_ended_a_deletion_that_was_cut_off_bars_the_next(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log
) -> None:
    killed(folder, "delete", "between")
    with pytest.raises(RefusedCallError, match="start the service again, which ends it"):
        delete_key(KeyRing.open(folder), CUSTODIAN, OWNER, NOVEMBER, decide, log.record)


def test_a_deletion_that_was_cut_off_is_not_gone_on_with_under_a_hold_set_since(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log
) -> None:
    killed(folder, "delete", "between")
    hold = set_hold(ring, COURT, OWNER, "26-cv-1", decide, log.record)
    settle(ring, log.record, SERVICE, LATER)
    assert ring.find(OWNER, NOVEMBER) is not None
    assert log.kinds() == [ActKind.HOLD_SET, ActKind.KEY_KEPT]
    assert (log.acts[1].by, log.acts[1].details["holds"]) == (str(SERVICE), [hold.id])
    lift_hold(ring, COURT, hold.id, decide, log.record)
    settle(ring, log.record, SERVICE, LATER)
    assert ring.find(OWNER, NOVEMBER) is not None


def test_while_the_log_cannot_record_what_was_cut_off_waits(
    ring: KeyRing, folder: Path, log: Log
) -> None:
    killed(folder, "delete", "between")
    with pytest.raises(OSError, match="full"):
        settle(ring, Log(fault=OSError(28, "full")).record, SERVICE, LATER)
    assert ring.find(OWNER, NOVEMBER) is not None
    settle(ring, log.record, SERVICE, LATER)
    assert ring.find(OWNER, NOVEMBER) is None


@pytest.mark.parametrize("where", ["before", "between"])
def test_a_hold_whose_setting_was_cut_off_stands_and_is_recorded(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log, where: str
) -> None:
    killed(folder, "hold", where)
    with pytest.raises(RefusedCallError, match="service/log-keys/legal-hold"):
        delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, decide, log.record)
    settle(ring, log.record, SERVICE, LATER)
    assert log.kinds() == [ActKind.HOLD_SET]
    assert log.acts[0].by == COURT.caller.spiffe_id
    settle(ring, log.record, SERVICE, LATER)
    assert len(log.acts) == 1


@pytest.mark.parametrize("where", ["before", "between"])
def test_a_hold_whose_end_was_cut_off_stands_on(
    ring: KeyRing, folder: Path, decide: Deciding, log: Log, where: str
) -> None:
    hold = set_hold(ring, COURT, OWNER, "26-cv-1", decide, log.record)
    killed(folder, hold.id, where)
    assert LegalHolds(ring.vault).over(OWNER, NOVEMBER) == (hold,)
    lift_hold(ring, COURT, hold.id, decide, log.record)


# The policy -------------------------------------------------------------------------------------


def test_the_shipped_policy_is_laid_out_and_its_examples_get_their_answers() -> None:
    place = shipped_key_policy()
    (parse,) = read_policies([("keys.policy", place)])
    assert format_parse(parse) == place.read_text("utf-8")
    registry = shipped_registry()
    checked = load([place], registry.bodies.keys())
    assert checked.diagnostics == ()
    assert checked.library is not None
    results = run_examples(Engine(checked.library, registry), checked.library.examples)
    assert [result.faults for result in results if result.faults] == []
    deciding = {each.rule.id for result in results for each in result.decision.deciding()}
    assert deciding == {rule.id for policy in checked.library.policies for rule in policy.rules}


def own_policy(folder: Path, old: str, new: str) -> Deciding:
    text = shipped_key_policy().read_text("utf-8")
    assert old in text
    place = folder / "own.policy"
    place.write_text(text.replace(old, new), "utf-8")
    return Deciding(load_key_policy(place))


def test_an_operator_s_longer_retention_counts(ring: KeyRing, tmp_path: Path, log: Log) -> None:
    own = own_policy(tmp_path, "audit_retention is 1 year", "audit_retention is 3 years")
    with pytest.raises(RefusedCallError, match="service/log-keys/retention"):
        delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, own, log.record)
    late = call(now=datetime.datetime(2029, 12, 1, tzinfo=datetime.UTC))
    delete_key(ring, late, OWNER, NOVEMBER, own, log.record)


def test_no_policy_lets_a_key_under_a_legal_hold_be_deleted(
    ring: KeyRing, tmp_path: Path, log: Log
) -> None:
    own = own_policy(
        tmp_path,
        "if hold.stands is yes",
        "if hold.stands is yes and key.month_over_for is over 9000 days",
    )
    hold = set_hold(ring, COURT, OWNER, "26-cv-1", own, log.record)
    assert own(Asked(KeyAct.DELETE, CUSTODIAN.caller, OWNER, LATER, NOVEMBER, (hold,)))
    with pytest.raises(RefusedCallError, match=r"under a legal hold: [0-9a-f]{16} \(26-cv-1\)"):
        delete_key(ring, CUSTODIAN, OWNER, NOVEMBER, own, log.record)


def test_a_policy_of_other_words_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "own.policy"
    place.write_text("vocabulary service 1\n", "utf-8")
    with pytest.raises(ServicePolicyError, match="begins with `vocabulary log_keys 1`"):
        load_key_policy(place)
