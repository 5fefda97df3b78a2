# MicroPython only: the power fails at every single flash operation while a clip is given new keys for its agent.
# The next start finds the old keys or the new ones, a log that keeps, and no block that the other keys seal; while the
# old log stands, nothing of it is gone.
# usage: micropython upy_rekey.py FIRMWARE_FOLDER TESTS_FOLDER
import os
import sys

import vfs

sys.path[:0] = sys.argv[1:3]
from clip_support import SECRETS, UNIT, Time, append_marks, append_states  # noqa: E402
from upy_flash import BLOCK, BLOCKS, VAULT_BLOCKS, Flash, PowerCut, mounted  # noqa: E402

from allears_clip.drivers.sectors import Sectors  # noqa: E402  the path comes first
from allears_clip.sessionlog import SessionLog  # noqa: E402
from allears_clip.vault import Vault  # noqa: E402
from allears_core import keys, messages, records, sealed  # noqa: E402

AGENT = messages.ROLE_AGENT
FRESH = {AGENT: b"\x77" * keys.SECRET_BYTES}
SEEDS = {  # key id -> (which keys, seed)
    keys.key_id(seed): (name, seed)
    for name, seed in (
        ("old", keys.stream_seed(SECRETS[AGENT], UNIT, records.EVENTS)),
        ("new", keys.stream_seed(FRESH[AGENT], UNIT, records.EVENTS)),
    )
}


def start(flash):
    vault = Vault(Sectors(flash, BLOCKS))
    assert vault.keyed, "a cut must not cost the keys"
    return vault, SessionLog("/flash/log/", Time().ms, vault, segment_bytes=2500)


def life(memory, cut_at):
    """Operations of one boot: some log, acknowledged, new keys, some more log. (operations, id of the first log)."""
    flash = Flash(memory, cut_at)
    log_id = None
    try:
        mounted(flash)
        vault, log = start(flash)
        append_states(log, 5)
        append_marks(log, 100)
        log.flush()
        assert not flash.dead  # the log outlives a flash that fails
        log_id = log.log_id
        log.renew(lambda: vault.take(AGENT, keys.for_clip(FRESH, UNIT)))
        append_marks(log, 30)
        log.flush()
    except (PowerCut, OSError, AssertionError):
        assert flash.dead, "only the cut may stop the clip"
    if "flash" in os.listdir("/"):
        vfs.umount("/flash")
    return flash.operations, log_id


def opened_by(log):
    """(whose keys seal the events: a set of names, sequence numbers in them)."""
    names, found = set(), []
    cursor = log.read(records.EVENTS, log.first_seq(records.EVENTS), 1 << 20)
    block = cursor.step()
    while block is not None:
        if block:
            head = sealed.header(block)
            name, state = SEEDS[head["key"]]
            for _ in range(head["step"]):
                state = keys.following(state)
            content = sealed.open_block(keys.session_keys(state), block)
            found += [record.seq for record, _ in records.Reader().feed(content, True)]
            names.add(name)
        block = cursor.step()
    return names, found


def check(memory, log_id):
    """Boot on good power and hold what was found against the promises; which keys the clip has."""
    flash = Flash(memory, 0)
    mounted(flash)
    vault, log = start(flash)
    now = {keys.auth_key(SECRETS[AGENT], UNIT, AGENT): "old", keys.auth_key(FRESH[AGENT], UNIT, AGENT): "new"}
    holds = now[vault.auth(AGENT)]
    for role in (messages.ROLE_LEAD, messages.ROLE_IT):
        assert vault.auth(role) == keys.auth_key(SECRETS[role], UNIT, role), "the others keep theirs"
    assert log.keeps and os.listdir("/flash/log") == [os.listdir("/flash/log")[0]], (
        "one log and no rest of another"
    )
    append_marks(log, 3)
    log.flush()
    names, found = opened_by(log)
    assert names == {holds}, "a log is sealed for one agent"
    assert found == list(range(log.flushed_seq(records.EVENTS)))
    if log_id and log.log_id == log_id:
        assert holds == "old" and len(found) >= 105 + 3
    vfs.umount("/flash")
    return holds


fresh = bytearray(BLOCK * (BLOCKS + VAULT_BLOCKS))
vfs.VfsLfs2.mkfs(Flash(fresh, 0), progsize=256)
Vault(Sectors(Flash(fresh, 0), BLOCKS)).take(keys.ALL_ROLES, keys.for_clip(SECRETS, UNIT))
total, _ = life(bytearray(fresh), 0)
ends = {"old": 0, "new": 0}
for cut in range(1, total + 1):
    memory = bytearray(fresh)
    _, first_id = life(memory, cut)
    ends[check(memory, first_id)] += 1
print(
    f"{total} cuts: {ends['old']} left the old keys, {ends['new']} the new ones, each with a log of its own"
)
sys.exit(0 if min(ends.values()) else 1)
