# The session log: what was flushed is read back whatever happens to the flash. Runs on both interpreters.
import os

from clip_support import append_marks, append_states, open_log, pull, read_file, refused, seqs, write_file

from allears_core import records, sealed
from allears_core.errors import NO_SUCH_RECORDS

EVENTS, SUMMARIES = records.EVENTS, records.SUMMARIES


def test_streams_have_their_own_sequences(folder):
    log = open_log(folder)
    append_states(log, 3)
    append_marks(log, 2)
    log.flush()
    assert seqs(pull(log, EVENTS)[0]) == [0, 1, 2, 3, 4]
    assert seqs(pull(log, SUMMARIES)[0]) == [0, 1, 2]


def test_only_flushed_records_are_read(folder):
    log = open_log(folder)
    append_states(log, 2)
    log.flush()
    append_states(log, 2)
    assert log.flushed_seq(EVENTS) == 2
    assert seqs(pull(log, EVENTS)[0]) == [0, 1]
    refused(NO_SUCH_RECORDS, log.read, EVENTS, 3, 100)


def test_full_memory_flushes_by_itself(folder):
    log = open_log(folder)
    append_marks(log, 100)
    assert log.flushed_seq(EVENTS) > 50
    log.flush()
    assert seqs(pull(log, EVENTS)[0]) == list(range(100))


def test_sequences_and_boots_go_on(folder):
    for boot in range(1, 4):
        log = open_log(folder)
        assert log.boot == boot
        append_states(log, 5)
        log.flush()
    found, _ = pull(log, SUMMARIES)
    assert seqs(found) == list(range(15))
    assert [record.boot for record in found] == [1] * 5 + [2] * 5 + [3] * 5


def test_log_id_stays_until_the_log_is_made_anew(folder):
    first = open_log(folder).log_id
    assert len(first) == 8
    assert open_log(folder).log_id == first
    other = folder + "b/"
    os.mkdir(other[:-1])
    assert open_log(other).log_id != first


def test_pull_resumes_by_sequence_over_segments_and_boots(folder):
    for _ in range(3):
        log = open_log(folder, segment_bytes=500)
        append_marks(log, 50)
        log.flush()
    assert len(log.segments.of(EVENTS)) > 5
    collected = []
    at = 0
    more = True
    while more:
        found, cursor = pull(log, EVENTS, at, 333)
        assert found, "every pull brings at least one record"
        collected += found
        at = cursor.next_seq
        more = cursor.more
    assert seqs(collected) == list(range(150))
    assert seqs(pull(log, EVENTS, 77)[0]) == list(range(77, 150))


def test_one_block_comes_however_small_the_budget(folder):
    log = open_log(folder)
    append_marks(log, 100)
    log.flush()
    found, cursor = pull(log, EVENTS, 1, 0)
    assert seqs(found) == list(range(1, cursor.next_seq))
    assert cursor.more and 10 < cursor.next_seq < 50


def test_records_come_while_others_are_written(folder):
    log = open_log(folder)
    append_marks(log, 60)
    log.flush()
    cursor = log.read(EVENTS, 0, 1 << 20)
    first = cursor.step()
    append_marks(log, 60)
    log.flush()
    data = first
    while data is not None:
        data = cursor.step()
    assert 60 <= cursor.next_seq < 120 and not cursor.more


def test_a_block_grows_in_its_place_and_is_read_at_every_size(folder):
    log = open_log(folder)
    append_marks(log, 1)
    log.flush()
    first = log.segments.newest(EVENTS).size
    for count in range(2, 30):
        append_marks(log, 1)
        log.flush()
        assert seqs(pull(log, EVENTS)[0]) == list(range(count))
        assert seqs(pull(log, EVENTS, count - 1)[0]) == [count - 1]
    assert len(log.segments.of(EVENTS)) == 1
    record = 25
    assert log.segments.newest(EVENTS).size < first + 30 * record, "one block's overhead, not thirty"


def test_a_damaged_tail_is_cut_at_the_last_whole_block(folder):
    for _ in range(3):  # a block a boot
        log = open_log(folder)
        append_states(log, 4)
        log.flush()
    path = log.segments.path(log.segments.newest(EVENTS))
    whole = read_file(path)
    size = len(whole) // 3
    for cut in range(len(whole)):
        write_file(path, whole[:cut])
        log = open_log(folder)
        kept = cut // size * 4
        assert log.torn_bytes == cut % size
        assert seqs(pull(log, EVENTS)[0]) == list(range(kept))
        append_states(log, 1)
        log.flush()
        found, cursor = pull(log, EVENTS)
        assert seqs(found) == list(range(kept + 1)) and cursor.corrupt == 0
        for segment in log.segments.of(EVENTS):
            os.remove(log.segments.path(segment))


def test_acknowledged_sequences_are_never_given_again(folder):
    log = open_log(folder)
    append_states(log, 4)
    log.flush()
    log.acknowledge(EVENTS, 4)
    path = log.segments.path(log.segments.newest(EVENTS))
    write_file(path, read_file(path)[:30])
    log = open_log(folder)
    append_states(log, 1)
    log.flush()
    assert seqs(pull(log, EVENTS)[0]) == [4]


def test_corrupt_bytes_in_the_middle_are_skipped_and_counted(folder):
    for _ in range(4):  # a block a boot
        log = open_log(folder)
        append_marks(log, 2)
        log.flush()
    path = log.segments.path(log.segments.newest(EVENTS))
    whole = read_file(path)
    size = len(whole) // 4
    for at in range(2 * size, 3 * size):
        damaged = bytearray(whole)
        damaged[at] ^= 0x55
        write_file(path, damaged)
        found, cursor = pull(log, EVENTS)
        assert seqs(found) == [0, 1, 2, 3, 6, 7]
        assert cursor.corrupt == 1


def test_damage_across_blocks_is_one_stretch(folder):
    log = open_log(folder)
    append_marks(log, 200)
    log.flush()
    path = log.segments.path(log.segments.newest(EVENTS))
    whole = bytearray(read_file(path))
    whole[500:2100] = bytes(1600)
    write_file(path, whole)
    found, cursor = pull(log, EVENTS)
    assert cursor.corrupt == 1
    assert found[-1].seq == 199 and 50 < len(found) < 150


def test_acknowledgement_survives_a_boot_and_goes_only_forward(folder):
    log = open_log(folder)
    append_states(log, 4)
    log.flush()
    log.acknowledge(EVENTS, 3)
    log.acknowledge(EVENTS, 2)
    assert open_log(folder).acked_seq(EVENTS) == 3
    refused(NO_SUCH_RECORDS, log.acknowledge, EVENTS, 5)


def test_full_flash_drops_acknowledged_first_and_says_so(folder):
    log = open_log(folder, budget=8 * 4096, segment_bytes=4000)
    append_states(log, 100)  # the summaries stream is the older one here, but nobody has acknowledged it
    log.flush()
    append_marks(log, 500)
    log.flush()
    log.acknowledge(EVENTS, log.flushed_seq(EVENTS))
    before = log.first_seq(EVENTS)
    append_marks(log, 700)
    log.flush()
    assert log.first_seq(SUMMARIES) == 0
    assert log.first_seq(EVENTS) > before
    assert log.dropped_unread == 0
    found, _ = pull(log, EVENTS)
    lost = [record for record in found if record.name == "LOST"]
    assert lost and lost[0].values["first_seq"] == before
    assert lost[-1].values["last_seq"] == log.first_seq(EVENTS) - 1


def test_full_flash_drops_the_oldest_of_all_when_nothing_is_acknowledged(folder):
    log = open_log(folder, budget=8 * 4096, segment_bytes=4000)
    append_states(log, 150)
    append_marks(log, 2000)
    log.flush()
    assert log.dropped_unread > 3
    assert log.segments.blocks() <= 8
    found, cursor = pull(log, EVENTS)
    assert cursor.corrupt == 0
    assert seqs(found) == list(range(log.first_seq(EVENTS), log.flushed_seq(EVENTS)))
    told = set()
    for record in found:
        if record.name == "LOST":
            told.update(range(record.values["first_seq"], record.values["last_seq"] + 1))
    gone_before = min(told)
    assert told == set(range(gone_before, log.first_seq(EVENTS)))
    assert pull(log, SUMMARIES)[0], "a stream's newest segment always stays"


def test_a_segment_dropped_during_a_pull_leaves_a_gap_not_an_error(folder):
    log = open_log(folder, budget=8 * 4096, segment_bytes=4000)
    append_marks(log, 500)
    log.flush()
    cursor = log.read(EVENTS, 0, 1 << 20)
    until = log.flushed_seq(EVENTS)
    cursor.step()
    append_marks(log, 1500)
    log.flush()
    data = b""
    while data is not None:
        data = cursor.step()
    assert log.first_seq(EVENTS) > until
    assert 0 < cursor.next_seq < until


def test_age_counts_from_the_oldest_unflushed_record(folder):
    from clip_support import Sectors, Time, keyed_vault

    from allears_clip.sessionlog import SessionLog

    time = Time()
    log = SessionLog(folder + "log/", time.ms, keyed_vault(Sectors(folder + "vault.bin")))
    time.now = 1000
    assert log.age_ms() == 0
    append_marks(log, 1)
    time.now = 3500
    append_marks(log, 1)
    assert log.age_ms() == 2500
    log.flush()
    assert log.age_ms() == 0


def test_what_the_flash_refuses_is_counted_and_told(folder):
    log = open_log(folder)
    append_states(log, 2)
    log.flush()
    real = log.segments.folder
    log.segments.folder = folder + "gone/"  # no such folder: every write fails
    append_states(log, 3)
    log.flush()
    append_states(log, 1)
    log.flush()
    assert log.failures == 4, "two streams, two flushes"
    log.segments.folder = real
    append_states(log, 1)
    log.flush()
    found, _ = pull(log, SUMMARIES)
    assert seqs(found)[:2] == [0, 1]
    lost = [record.values for record in found if record.name == "LOST"]
    assert len(lost) == 1 and lost[0]["first_seq"] == 2
    assert sorted(seqs(found)) == [0, 1] + list(range(lost[0]["last_seq"] + 1, log.flushed_seq(SUMMARIES)))


def test_boot_ids_wrap(folder):
    log = open_log(folder)
    log.boot = 0xFFFE
    log._write_pointers()
    for boot in (0xFFFF, 0, 1):
        log = open_log(folder)
        assert log.boot == boot
        append_states(log, 1)
        log.flush()


def steps(log, stream):
    """(first sequence, step of the keys) of every block on the flash."""
    cursor = log.read(stream, 0, 1 << 20)
    found = []
    data = cursor.step()
    while data is not None:
        if data:
            head = sealed.header(data)
            found.append((head["first_seq"], head["step"]))
        data = cursor.step()
    return found


def test_a_flush_may_go_stream_by_stream(folder):
    log = open_log(folder)
    append_states(log, 2)
    assert log.flush_next()
    assert (log.flushed_seq(EVENTS), log.flushed_seq(SUMMARIES)) == (2, 0)
    append_states(log, 1)
    assert not log.flush_next()
    assert (log.flushed_seq(EVENTS), log.flushed_seq(SUMMARIES)) == (2, 3)
    log.flush()
    assert (log.flushed_seq(EVENTS), log.flushed_seq(SUMMARIES)) == (3, 3)
    assert not log.flush_next()


def test_a_flush_of_all_begins_anew_where_one_was_under_way(folder):
    log = open_log(folder)
    append_states(log, 1)
    assert log.flush_next()
    append_marks(log, 1)
    log.flush()
    assert (log.flushed_seq(EVENTS), log.flushed_seq(SUMMARIES)) == (2, 1)


def test_what_comes_between_two_parts_of_a_sessions_last_flush_is_sealed_by_its_keys(folder):
    log = open_log(folder)
    append_states(log, 1)
    log.append(records.SESSION, dict.fromkeys(records.SESSION.names, 0))
    assert log.flush_next()
    append_marks(log, 1)
    assert not log.flush_next()
    append_states(log, 1)
    log.flush()
    step = steps(log, EVENTS)[0][1]
    assert steps(log, EVENTS) == [(0, step), (3, step + 1)]
    assert steps(log, SUMMARIES) == [(0, step), (2, step + 1)]
