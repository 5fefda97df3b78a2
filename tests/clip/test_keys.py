# The clip's vault, and what a clip does that cannot keep keys or cannot seal. Both interpreters.
from bench import Bench
from clip_support import SECRETS, UNIT, Sectors, keyed_vault, opened, read_file, refused, write_file

from allears_clip.vault import Vault
from allears_core import errors, keys, messages, records, seal

GIVEN = keys.KEYS.pack(**keys.for_clip(SECRETS, UNIT))
START = bytes(seal.BLOCK_BYTES)


class Stubborn(Sectors):
    """Flash of which one sector no longer takes what is written."""

    worn = -1

    def program(self, sector, data):
        if sector != self.worn:
            super().program(sector, data)


def steps(vault):
    return [session.step for session in vault.next_session()]


def states_in(path, stream, count):
    """Which of the first `count` states of a stream lie in the vault's sectors."""
    image = read_file(path)
    state = keys.stream_seed(SECRETS[keys.STREAM_ROLE[stream]], UNIT, stream)
    found = []
    for step in range(count):
        if image.find(state) >= 0:
            found.append(step)
        state = keys.following(state)
    return found


def test_every_boot_steps_on_and_the_flash_holds_the_next_state_only(folder):
    path = folder + "vault.bin"
    keyed_vault(Sectors(path))
    for boot in range(6):
        assert steps(Vault(Sectors(path))) == [boot, boot]
        for stream in range(len(records.STREAMS)):
            assert states_in(path, stream, 12) == [boot + 1]


def test_what_a_cut_leaves_of_two_vaults_is_the_newer_one(folder):
    path = folder + "vault.bin"
    vault = keyed_vault(Sectors(path))
    before = read_file(path)
    vault.next_session()
    after = read_file(path)
    old = 0 if before[:4] == keys.VAULT_MAGIC else 1
    both = before[:4096] + after[4096:] if old == 0 else after[:4096] + before[4096:]
    write_file(path, both)
    assert steps(Vault(Sectors(path))) == [1, 1]
    assert states_in(path, 0, 5) == [2], "and the older one is gone"


def test_sectors_that_do_not_hold_what_is_written_are_noticed(folder):
    path = folder + "vault.bin"
    keyed_vault(Sectors(path))
    worn = Stubborn(path)
    vault = Vault(worn)
    worn.worn = 1 if read_file(path)[:4] == keys.VAULT_MAGIC else 0
    refused(errors.FLASH_FAILED, vault.next_session)
    assert steps(Vault(Sectors(path))) == [0, 0], "the keys that were held are still there"


def test_an_emptied_vault_holds_nothing(folder):
    path = folder + "vault.bin"
    vault = keyed_vault(Sectors(path))
    vault.empty()
    assert not vault.keyed and vault.auth(messages.ROLE_IT) is None and vault.update_key() is None
    assert not Vault(Sectors(path)).keyed
    assert set(read_file(path)) == {255}


def test_each_role_has_the_key_that_a_host_derives(folder):
    vault = keyed_vault(Sectors(folder + "vault.bin"))
    for role in SECRETS:
        assert vault.auth(role) == keys.auth_key(SECRETS[role], UNIT, role)
    assert vault.update_key() == keys.update_key(SECRETS[messages.ROLE_IT], UNIT)


def keeps_nothing(bench, state):
    """The clip answers, keeps no log and says why."""
    assert not bench.one(messages.HELLO, protocol=1)["capabilities"] & messages.CAP_SEALED
    assert messages.LOG_STATES[bench.one(messages.STATUS)["log"]] == state
    bench.one(messages.SET_CLOCK, utc_s=1700000000, utc_ms=0)
    assert bench.one(messages.LOG_RANGE, stream=records.EVENTS)["next_seq"] == 0
    assert bench.clip.log.age_ms() == 0 and not bench.clip.log.segments.of(records.EVENTS)


def test_a_board_without_a_vault_keeps_no_log_and_says_so(folder):
    bench = Bench(folder, hears=True, vault=False)
    bench.board.mic.hops = [bytes(512)] * 50 + [None]
    bench.turns(20)
    assert bench.clip.frames == 50, "it judges all the same"
    keeps_nothing(bench, "no-vault")
    answer = {"roles": keys.ALL_ROLES, "discard": 0, "start": START, "keys": GIVEN}
    assert bench.error(messages.SET_KEYS, **answer) == errors.NOT_ALLOWED


def test_a_runtime_without_a_cipher_keeps_no_log_and_says_so(folder):
    real = seal.aes_cbc
    seal.aes_cbc = lambda key, start: None
    try:
        keeps_nothing(Bench(folder, keyed=False), "no-vault")
    finally:
        seal.aes_cbc = real


def test_a_factory_clip_takes_all_keys_at_once_or_none(folder):
    bench = Bench(folder, keyed=False)
    keeps_nothing(bench, "no-keys")
    for roles in (0, messages.ROLE_AGENT, messages.ROLE_IT | messages.ROLE_LEAD, 8, 15):
        said = {"roles": roles, "discard": 0, "start": START, "keys": GIVEN}
        assert bench.error(messages.SET_KEYS, **said) == errors.BAD_VALUE
    short = {"roles": keys.ALL_ROLES, "discard": 0, "start": START, "keys": GIVEN[:-32]}
    assert bench.error(messages.SET_KEYS, **short) == errors.BAD_REQUEST
    assert not bench.clip.keys.keyed
    bench.one(messages.SET_KEYS, roles=keys.ALL_ROLES, discard=0, start=START, keys=GIVEN)
    assert messages.LOG_STATES[bench.one(messages.STATUS)["log"]] == "sealed"
    answers = bench.ask(messages.PULL, stream=records.SUMMARIES, from_seq=0, max_bytes=10000)
    found = records.Reader().feed(opened(answers[0][1]["data"]), True)
    assert [record.name for record, _ in found][:2] == ["BOOT", "CLOCK"]


def test_new_keys_travel_encrypted_and_need_it(folder):
    bench = Bench(folder)
    log_id = bench.clip.log.log_id
    secret = {messages.ROLE_IT: b"\x44" * 32}
    wrapping = keys.wrapping_key(keys.auth_key(SECRETS[messages.ROLE_IT], UNIT, messages.ROLE_IT))
    given = keys.KEYS.pack(**keys.for_clip(secret, UNIT))
    said = {"roles": messages.ROLE_IT, "discard": 0, "start": START}
    bench.one(messages.SET_KEYS, keys=seal.encrypt(wrapping, START, given), **said)
    assert bench.clip.keys.auth(messages.ROLE_IT) == keys.auth_key(b"\x44" * 32, UNIT, messages.ROLE_IT)
    assert bench.clip.log.log_id == log_id, "IT reads no log: it goes on"


def test_new_keys_for_a_reader_wait_for_what_nobody_has_read(folder):
    bench = Bench(folder)
    it_key = keys.auth_key(SECRETS[messages.ROLE_IT], UNIT, messages.ROLE_IT)
    wrapped = seal.encrypt(keys.wrapping_key(it_key), START, GIVEN)
    said = {"roles": messages.ROLE_LEAD, "start": START, "keys": wrapped}
    log_id = bench.clip.log.log_id
    assert bench.error(messages.SET_KEYS, discard=0, **said) == errors.UNREAD_LOG
    assert bench.clip.log.log_id == log_id
    for stream in range(len(records.STREAMS)):
        span = bench.one(messages.LOG_RANGE, stream=stream)
        bench.one(messages.LOG_ACK, stream=stream, below_seq=span["next_seq"])
    bench.clip.log.flush()
    bench.one(messages.SET_KEYS, discard=0, **said)
    assert bench.clip.log.log_id != log_id
