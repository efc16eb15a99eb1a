"""Keys of owners and months in real files: made once, found again, deleted for good."""

from __future__ import annotations

import datetime
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from platelaw.federation.log import vault
from platelaw.federation.log.key_files import encoded
from platelaw.federation.log.keyring import UNSEEN, KeyRing, NoKeyError
from platelaw.federation.log.sealing import Month, MonthKey, seal, sealed_under
from platelaw.federation.log.vault import Vault, VaultError

NOW = datetime.datetime(2026, 11, 3, 15, 15, tzinfo=datetime.UTC)
NOVEMBER = Month(2026, 11)
LATER = datetime.datetime(2028, 1, 2, tzinfo=datetime.UTC)
WHO = "spiffe://aa.example/agency/AA/pd/role/custodian"
OWNER = "AA/pd"
FILE = "AA%2Fpd@2026-11.1.key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log-keys"


@pytest.fixture
def ring(folder: Path) -> KeyRing:
    return KeyRing.open(folder)


def made(ring: KeyRing, owner: str = OWNER, now: datetime.datetime = NOW) -> MonthKey:
    return ring.key_for(owner, now)


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if not each.name.startswith(".lock-"))


# Making -----------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_found_by_whoever_opens_the_folder(
    ring: KeyRing, folder: Path
) -> None:
    key = made(ring)
    assert made(ring) is key
    assert KeyRing.open(folder).key_for(OWNER, NOW) == key
    assert ring.find(OWNER, NOVEMBER) == key
    assert files(folder) == [FILE]


def test_every_owner_and_month_has_a_key_of_its_own(ring: KeyRing) -> None:
    month = datetime.timedelta(days=30)
    keys = [made(ring, owner, now) for owner in ("AA/pd", "AA/so") for now in (NOW, NOW + month)]
    assert len({key.secret for key in keys}) == 4
    assert [(key.owner, str(key.month)) for key in keys] == [
        ("AA/pd", "2026-11"),
        ("AA/pd", "2026-12"),
        ("AA/so", "2026-11"),
        ("AA/so", "2026-12"),
    ]


def test_nobody_else_may_read_the_folder_or_a_key(ring: KeyRing, folder: Path) -> None:
    made(ring)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}


def test_a_folder_that_others_can_read_is_refused_with_the_mend(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(VaultError, match=r"others can read it \(mode 755\).*chmod 700"):
        KeyRing.open(folder)


@pytest.mark.parametrize(
    "owner",
    ["AA/pd", "TRIBE/a/b", "..", ".", "a@2026-11.1", ".new-x", "%2F", "é/ü", "a b", "-", "x\n"],
)
def test_a_registry_key_becomes_a_file_name_and_can_be_read_again(
    ring: KeyRing, folder: Path, owner: str
) -> None:
    key = made(ring, owner)
    (name,) = files(folder)
    assert (folder / name).parent == folder
    assert [each.owner for each in ring.list()] == [owner]
    assert KeyRing.open(folder).find(owner, NOVEMBER) == key


def test_a_registry_key_that_is_too_long_for_a_file_is_refused(ring: KeyRing) -> None:
    with pytest.raises(VaultError, match="cannot be written: File name too long"):
        made(ring, "x" * 300)


def test_file_and_folder_are_on_the_disk_before_a_key_is_first_used(
    ring: KeyRing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_flush, real_link = os.fsync, os.link

    def flush(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        steps.append(f"flush {kind}")
        real_flush(handle)

    def link(old: str, new: str) -> None:
        steps.append(f"name {Path(new).name}")
        real_link(old, new)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "link", link)
    made(ring)
    assert steps == ["flush file", f"name {FILE}", "flush folder"]


def test_a_key_that_cannot_be_written_is_not_used(
    ring: KeyRing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(VaultError, match=f"{FILE}: cannot be written: No space left"):
            made(ring)
    assert files(folder) == []
    assert made(ring).generation == 1


MAKER = """
import datetime, sys
from pathlib import Path
from platelaw.federation.log.keyring import KeyRing
ring = KeyRing.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
now = datetime.datetime(2026, 11, 3, tzinfo=datetime.UTC)
for number in range(40):
    print(ring.key_for(f"AA/{number}", now).secret.hex(), flush=True)
"""


def test_two_processes_make_one_key_between_them(folder: Path) -> None:
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", MAKER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for maker in makers:
        assert maker.stdout
        assert maker.stdout.readline() == "ready\n"
    for maker in makers:
        assert maker.stdin
        maker.stdin.write("\n")
        maker.stdin.flush()
    first, second = [maker.communicate(timeout=60)[0].splitlines() for maker in makers]
    assert first == second
    assert len(set(first)) == 40
    assert len(KeyRing.open(folder).list()) == 40


def test_many_threads_get_one_key(ring: KeyRing, folder: Path) -> None:
    got: list[MonthKey] = []
    threads = [threading.Thread(target=lambda: got.append(made(ring))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len({key.secret for key in got}) == 1
    assert files(folder) == [FILE]


@pytest.mark.parametrize("name", ["notes", "a@2026-13.1.key", "a@2026-11.0.key", "@2026-11.1.key"])
def test_a_file_that_is_no_key_is_left_alone(ring: KeyRing, folder: Path, name: str) -> None:
    made(ring)
    (folder / name).write_text("{}", "utf-8")
    assert [each.owner for each in KeyRing.open(folder).list()] == [OWNER]
    assert (folder / name).read_text("utf-8") == "{}"


# Damage -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"}", b""),
        (b"AA/pd", b"AA/so"),
        (b"2026-11", b"2026-10"),
        (b'"secret":"', b'"secret":"00'),
        (b'"secret":"', b'"secret":"xx'),
        (b'"generation":1', b'"generation":2'),
        (b'"version":1', b'"version":2'),
    ],
)
def test_a_damaged_key_is_named_and_no_other_is_made_in_its_place(
    ring: KeyRing, folder: Path, old: bytes, new: bytes
) -> None:
    made(ring)
    whole = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(whole.replace(old, new, 1))
    anew = KeyRing.open(folder)
    with pytest.raises(VaultError, match=f"{FILE}: not the key that it is called; put back"):
        made(anew)
    (folder / FILE).write_bytes(whole)
    assert made(anew) == made(ring)


def test_a_changed_secret_is_seen_by_the_name_of_the_key(ring: KeyRing, folder: Path) -> None:
    secret = made(ring).secret.hex()
    other = ("e" if secret[0] == "f" else "f") + secret[1:]
    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(text.replace(secret, other), "utf-8")
    with pytest.raises(VaultError, match="not the key that it is called"):
        KeyRing.open(folder).find(OWNER, NOVEMBER)


# Deleting ---------------------------------------------------------------------------------------


def test_a_deleted_key_is_gone_from_files_and_memory(ring: KeyRing, folder: Path) -> None:
    key, other = made(ring), KeyRing.open(folder)
    assert made(other) == key
    gone = ring.delete(OWNER, NOVEMBER, at=LATER, by=WHO)
    assert (gone.deleted_at, gone.deleted_by, gone.id) == (LATER, WHO, key.id.hex())
    assert ring.find(OWNER, NOVEMBER) is None
    assert other.find(OWNER, NOVEMBER) is None
    assert files(folder) == ["AA%2Fpd@2026-11.1.deleted"]
    assert key.secret.hex() not in (folder / "AA%2Fpd@2026-11.1.deleted").read_text("utf-8")


def test_a_key_is_overwritten_before_it_is_taken_away(ring: KeyRing, folder: Path) -> None:
    secret = made(ring).secret.hex().encode()
    os.link(folder / FILE, folder.parent / "another name of the same file")
    size = (folder / FILE).stat().st_size
    ring.delete(OWNER, NOVEMBER, at=LATER, by=WHO)
    left = (folder.parent / "another name of the same file").read_bytes()
    assert len(left) == size
    assert secret not in left


def test_what_a_disk_may_keep_is_said() -> None:
    assert "copy-on-write" in vault.MAY_REMAIN
    assert "backup" in vault.MAY_REMAIN


def test_a_deleted_key_is_never_made_anew_for_a_month_that_was_over(
    ring: KeyRing, folder: Path
) -> None:
    made(ring)
    ring.delete(OWNER, NOVEMBER, at=LATER, by=WHO)
    for each in (ring, KeyRing.open(folder)):
        with pytest.raises(NoKeyError, match="was deleted on 2028-01-02 by spiffe:"):
            made(each)
    assert made(ring, now=LATER).month == Month(2028, 1)


def test_a_key_deleted_in_its_own_month_is_followed_by_another_generation(
    ring: KeyRing, folder: Path
) -> None:
    first, other = made(ring), KeyRing.open(folder)
    made(other)
    ring.delete(OWNER, NOVEMBER, at=NOW, by=WHO)
    assert made(other, now=NOW + UNSEEN / 2) == first
    second = made(other, now=NOW + UNSEEN)
    assert (second.generation, second == made(ring)) == (2, True)
    assert second.secret != first.secret
    shown = ring.of(OWNER, NOVEMBER)
    assert [(each.generation, bool(each.deleted_at)) for each in shown] == [(1, True), (2, False)]
    ring.delete(OWNER, NOVEMBER, at=NOW, by=WHO)
    assert made(ring).generation == 3


def test_a_key_that_is_not_there_cannot_be_deleted(ring: KeyRing) -> None:
    with pytest.raises(NoKeyError, match="no key of AA/pd for 2026-11: nothing was recorded"):
        ring.delete(OWNER, NOVEMBER, at=NOW, by=WHO)
    made(ring)
    ring.delete(OWNER, NOVEMBER, at=LATER, by=WHO)
    with pytest.raises(NoKeyError, match="its texts can be opened no more"):
        ring.delete(OWNER, NOVEMBER, at=LATER, by=WHO)


def test_the_list_tells_what_is_there_and_what_was(ring: KeyRing) -> None:
    made(ring, "BB/so")
    made(ring)
    ring.delete("BB/so", NOVEMBER, at=LATER, by=WHO)
    told = [(each.owner, str(each.month), each.deleted_by) for each in ring.list()]
    assert told == [("AA/pd", "2026-11", ""), ("BB/so", "2026-11", WHO)]
    assert not any(hasattr(each, "secret") for each in ring.list())


def test_the_keys_that_are_there_are_found_by_the_ids_with_which_sealed_texts_begin(
    ring: KeyRing, folder: Path
) -> None:
    gone, kept, other = made(ring, "BB/so"), made(ring), made(ring, now=LATER)
    ring.delete("BB/so", NOVEMBER, at=LATER, by=WHO)
    found = KeyRing(Vault(folder)).by_id()
    assert found == {kept.id: kept, other.id: other}
    assert found.get(sealed_under(seal(kept, b"an entry", {"user": "u"}))) == kept
    assert sealed_under(seal(gone, b"an entry", {"user": "u"})) not in found


# Killed -----------------------------------------------------------------------------------------

DELETER = """
import datetime, os, signal, sys
from pathlib import Path
from platelaw.federation.log import vault
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.sealing import Month
ring = KeyRing.open(Path(sys.argv[1]))
real = getattr(vault, sys.argv[2], None) or getattr(os, sys.argv[2])
def killed(*args):
    if sys.argv[3] in str(args[-1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args)
setattr(vault if hasattr(vault, sys.argv[2]) else os, sys.argv[2], killed)
now = datetime.datetime(2028, 1, 2, tzinfo=datetime.UTC)
if sys.argv[4] == "delete":
    ring.delete("AA/pd", Month(2026, 11), at=now, by="x")
else:
    ring.key_for("AA/pd", datetime.datetime(2026, 11, 3, tzinfo=datetime.UTC))
"""


def killed(folder: Path, function: str, at: str, what: str) -> None:
    """Run a process that kills itself where it would call a function with such an argument."""
    done = subprocess.run(
        [sys.executable, "-c", DELETER, str(folder), function, at, what], timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(("function", "at"), [("_overwrite", ".key"), ("unlink", ".key")])
def test_a_deletion_cut_off_after_its_tombstone_is_ended_by_the_next_opening(
    ring: KeyRing, folder: Path, function: str, at: str
) -> None:
    secret = made(ring).secret.hex()
    killed(folder, function, at, "delete")
    assert FILE in files(folder)
    anew = KeyRing.open(folder)
    assert files(folder) == ["AA%2Fpd@2026-11.1.deleted"]
    assert anew.find(OWNER, NOVEMBER) is None
    assert not any(secret in each.read_text("utf-8") for each in folder.iterdir())


def test_a_deletion_cut_off_before_its_tombstone_leaves_the_key_whole(
    ring: KeyRing, folder: Path
) -> None:
    key = made(ring)
    killed(folder, "link", ".deleted", "delete")
    anew = KeyRing.open(folder)
    assert anew.find(OWNER, NOVEMBER) == key
    assert files(folder) == [FILE]


def test_a_key_cut_off_before_it_has_its_name_was_never_used_and_leaves_nothing(
    folder: Path,
) -> None:
    KeyRing.open(folder)
    killed(folder, "link", ".key", "make")
    assert len(files(folder)) == 1
    assert KeyRing.open(folder).list() == ()
    assert files(folder) == []


def test_a_key_cut_off_after_it_has_its_name_is_kept_whole(folder: Path) -> None:
    KeyRing.open(folder)
    killed(folder, "unlink", ".new-", "make")
    assert len(files(folder)) == 2
    anew = KeyRing.open(folder)
    assert files(folder) == [FILE]
    assert anew.find(OWNER, NOVEMBER) is not None


def test_a_lock_keeps_another_thread_out_until_it_is_given_back(folder: Path) -> None:
    place, order = Vault.open(folder), list[str]()
    waits = threading.Event()

    def second() -> None:
        waits.set()
        with place.locked("acting"):
            order.append("second")

    with place.locked("acting"):
        thread = threading.Thread(target=second)
        thread.start()
        waits.wait()
        with place.locked("making"):  # another purpose is not kept out
            order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_the_encoding_of_owners_has_no_separator_of_a_file_name() -> None:
    assert encoded("a/b@c.d") == "a%2Fb%40c%2Ed"
