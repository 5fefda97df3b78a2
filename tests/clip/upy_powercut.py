# MicroPython only: the power fails at every single flash operation of a log's life on a real littlefs.
# Whatever had been flushed must be there, unchanged, after the next boot, and the sequence must go on. No key or state
# of an earlier session may be left anywhere on the flash then.
# usage: micropython upy_powercut.py FIRMWARE_FOLDER TESTS_FOLDER
import os
import sys

import vfs

sys.path[:0] = sys.argv[1:3]
from clip_support import SECRETS, UNIT, Time, append_marks, append_states, pull  # noqa: E402
from upy_flash import BLOCK, BLOCKS, VAULT_BLOCKS, Flash, PowerCut, mounted  # noqa: E402

from allears_clip.drivers.sectors import Sectors  # noqa: E402  the path comes first
from allears_clip.sessionlog import SessionLog  # noqa: E402
from allears_clip.vault import Vault  # noqa: E402
from allears_core import keys, records  # noqa: E402

ROUNDS = 16
EVENTS, SUMMARIES = records.EVENTS, records.SUMMARIES


def open_log(flash):
    """The log as a boot opens it: with the keys of the next session."""
    vault = Vault(Sectors(flash, BLOCKS))
    assert vault.keyed, "a cut must not cost the keys"
    return SessionLog("/flash/log/", Time().ms, vault, budget=6 * BLOCK, segment_bytes=2500)


def kept_secrets(memory, log):
    """States and keys of this session and all before it that can be found in the flash."""
    found = 0
    for stream, session in enumerate(log._sessions):
        state = keys.stream_seed(SECRETS[keys.STREAM_ROLE[stream]], UNIT, stream)
        for _ in range(session.step + 1):
            for secret in (state,) + keys.session_keys(state):
                found += bytes(memory).find(secret) >= 0
            state = keys.following(state)
    return found


def work(log, flushed):
    """A log's life; keeps in `flushed` what was promised: (stream, raw records)."""
    for round_ in range(ROUNDS):
        append_states(log, 3)
        append_marks(log, 12)
        log.flush()
        for stream in (EVENTS, SUMMARIES):
            flushed[stream] = [(r.boot, r.seq, r.name) for r in pull(log, stream)[0]]
        if round_ % 4 == 3:
            log.acknowledge(EVENTS, log.flushed_seq(EVENTS))


def life(memory, cut_at, flushed):
    """Operations that one boot and its work took; what it promised stands in `flushed` even where it was cut."""
    flash = Flash(memory, cut_at)
    try:
        mounted(flash)
        work(open_log(flash), flushed)
    except (PowerCut, OSError):
        assert flash.dead, "only the cut may stop the log"
    if "flash" in os.listdir("/"):  # else the cut came before the mount was complete
        vfs.umount("/flash")
    return flash.operations


def check(memory, flushed):
    """Boot again on good power: (promised records that are gone or changed, secrets that should be gone)."""
    flash = Flash(memory, 0)
    mounted(flash)
    log = open_log(flash)
    lost = 0
    for stream in (EVENTS, SUMMARIES):
        found = {(r.boot, r.seq, r.name) for r in pull(log, stream)[0]}
        promised = [key for key in flushed.get(stream, []) if key[1] >= log.first_seq(stream)]
        lost += sum([1 for key in promised if key not in found])
        if promised:
            assert log.flushed_seq(stream) > promised[-1][1], (
                "a promised sequence number would be given again"
            )
    append_states(log, 1)
    log.flush()
    assert pull(log, SUMMARIES)[0][-1].boot == log.boot
    vfs.umount("/flash")
    return lost, kept_secrets(memory, log)


fresh = bytearray(BLOCK * (BLOCKS + VAULT_BLOCKS))
vfs.VfsLfs2.mkfs(Flash(fresh, 0), progsize=256)
Vault(Sectors(Flash(fresh, 0), BLOCKS)).take(keys.ALL_ROLES, keys.for_clip(SECRETS, UNIT))
total = life(bytearray(fresh), 0, {})
lost = left = 0
for cut in range(1, total + 1):
    memory = bytearray(fresh)
    flushed = {}
    life(memory, cut, flushed)
    counted = check(memory, flushed)
    lost += counted[0]
    left += counted[1]
print(f"{total} cuts, {lost} flushed records lost, {left} secrets left")
sys.exit(1 if lost or left or total < 100 else 0)
