# The whole clip on the bench: what it logs about itself, and that trouble never stops the link. Both interpreters.
import os

from bench import Bench, BenchBoard
from clip_support import opened, read_file, write_file

from allears_clip import crashes, health
from allears_clip.app import Clip, run
from allears_clip.atroot import AtRoot
from allears_core import errors, messages, records

QUIET_HOP = bytes(512)


def logged(bench, name):
    """Values of all records of one name in the events stream."""
    answers = bench.ask(messages.PULL, stream=records.EVENTS, from_seq=0, max_bytes=1000000)
    found = records.Reader().feed(b"".join([opened(values["data"]) for _, values in answers[:-1]]))
    return [record.values for record, _ in found if record.name == name]


def complaints(bench):
    return [(records.HEALTH_CODES[values["code"]], values["detail"]) for values in logged(bench, "HEALTH")]


def test_every_hop_is_judged_and_the_end_of_sound_settles(folder):
    bench = Bench(folder, hears=True)
    bench.board.mic.hops = [QUIET_HOP] * 50 + [None]
    bench.turns(20)
    assert bench.clip.frames == 50 and bench.clip.hop() == 50
    assert bench.clip.log.age_ms() == 0
    clocks = logged(bench, "CLOCK")
    assert [clock["hop"] for clock in clocks] == [0, 0]
    bench.board.mic.hops = [QUIET_HOP] * 10 + [None]
    bench.turns(20)
    assert [clock["hop"] for clock in logged(bench, "CLOCK")] == [0, 0, 50]


def test_the_log_reaches_the_flash_within_five_seconds(folder):
    bench = Bench(folder, hears=True)
    bench.one(messages.SET_CLOCK, utc_s=1700000000, utc_ms=0)
    before = bench.clip.log.flushed_seq(records.EVENTS)
    start = bench.board.clock.now
    while bench.clip.log.flushed_seq(records.EVENTS) == before:
        bench.turns(1)
    assert bench.board.clock.now - start <= 5000


def test_no_flush_while_the_ring_is_over_half_full(folder):
    bench = Bench(folder, hears=True)
    bench.one(messages.SET_CLOCK, utc_s=1700000000, utc_ms=0)
    before = bench.clip.log.flushed_seq(records.EVENTS)
    bench.board.mic.hops = [QUIET_HOP] * 500
    for _ in range(100):
        bench.board.clock.now += 250
        bench.turns(1)
    assert bench.clip.log.age_ms() > 20000
    assert bench.clip.log.flushed_seq(records.EVENTS) == before


def test_clocks_are_paired_every_ten_minutes(folder):
    bench = Bench(folder, hears=True)
    bench.one(messages.SET_CLOCK, utc_s=1700000000, utc_ms=250)
    told = bench.board.clock.now
    bench.board.clock.now += 25 * 60 * 1000
    bench.turns(2)
    clock = logged(bench, "CLOCK")[-1]
    passed = clock["utc_s"] * 1000 + clock["utc_ms"] - 1700000000250
    assert abs(passed - (bench.board.clock.now - told)) < 200
    assert records.STATE_SOURCES[clock["source"]] == "capture"


def test_a_dead_microphone_is_told_and_the_link_answers(folder):
    bench = Bench(folder, hears=True, dead_mic=True)
    assert complaints(bench) == [("microphone-dead", b"no microphone clock (error 5)")]
    assert bench.one(messages.STATUS)["capturing"] == 0


def test_silent_hardware_is_told_once(folder):
    bench = Bench(folder, hears=True)
    bench.board.capabilities &= ~messages.CAP_VIRTUAL
    bench.turns(500)
    assert complaints(bench) == [("microphone-dead", b"no sound arrives")]


def test_lost_hops_are_counted(folder):
    bench = Bench(folder, hears=True)
    bench.board.mic.overruns = 7
    bench.board.clock.now += 11000
    bench.turns(2)
    assert [(values["code"], values["count"]) for values in logged(bench, "HEALTH")] == [(0, 7)]
    assert bench.one(messages.STATUS)["overruns"] == 7


def test_damaged_weights_are_refused(folder):
    Bench(folder, hears=True)
    weights = bytearray(read_file(folder + "weights/duplex.bin"))
    weights[100] ^= 1
    write_file(folder + "weights/duplex.bin", weights)
    bench = Bench(folder)
    assert bench.clip.pipeline is None
    assert [code for code, _ in complaints(bench)] == ["weights-refused"]


def test_an_exception_in_the_loop_is_logged_and_survived(folder):
    bench = Bench(folder, hears=True)
    bench.board.mic.readinto = bad_driver(bench.board.mic.readinto, 3)
    run_for(bench, 10)
    assert bench.board.watchdog.fed == 10
    found = complaints(bench)
    assert len(found) == 2 and found[0][0] == "exception" and b"OSError" in found[0][1]
    assert bench.one(messages.STATUS)["exceptions"] == 3


def test_the_watchdog_is_not_fed_by_a_sick_loop_and_a_crash_is_told_after_it(folder):
    board = BenchBoard(folder)
    board.button.pressed = bad_driver(board.button.pressed, 1000)
    run(board)
    assert board.rebooted == messages.REBOOT_APPLICATION
    assert board.watchdog.fed == -1, "released, never fed"
    found = [detail for code, detail in complaints(Bench(folder)) if detail.startswith(b"crash: ")]
    assert len(found) == 1 and b"OSError" in found[0]
    assert len([detail for _, detail in complaints(Bench(folder)) if detail.startswith(b"crash: ")]) == 1


def test_a_damaged_configuration_is_told(folder):
    write_file(folder + "config.json", b"{")
    found = complaints(Bench(folder))
    assert found[0][0] == "exception" and b"configuration" in found[0][1]


def test_a_long_press_pauses_and_says_so(folder):
    bench = Bench(folder, hears=True)
    bench.board.button.down = True
    bench.turns(180)
    bench.board.button.down = False
    bench.turns(2)
    states = [records.STATES[values["state"]] for values in logged(bench, "STATE")]
    assert states == ["pause"]
    bench.turns(10)
    assert any(sum(colour) for colour in bench.board.light.history)


def test_settings_changed_in_a_running_clip_keep_its_hops(folder):
    from allears_core import settings

    bench = Bench(folder, hears=True)
    bench.board.mic.hops = [QUIET_HOP] * 40
    bench.turns(20)
    bench.one(messages.STAGE_SETTING, setting=settings.BY_KEY["bridge_ms"][0], value=240)
    bench.one(messages.COMMIT, settings_crc=settings.Settings({"bridge_ms": 240}).crc())
    assert bench.clip.hop() == 40
    assert [values["value"] for values in logged(bench, "SETTING")] == [240]


def test_a_description_names_the_place(folder):
    try:
        raise ValueError("odd")
    except ValueError as error:
        text = health.describe(error)
    assert text.startswith(b"ValueError") and b"odd" in text and b"line" in text


def bad_driver(good, times):
    """A peripheral that fails `times` times before it works."""
    left = [times]

    def driver(*arguments):
        if left[0]:
            left[0] -= 1
            raise OSError(110)
        return good(*arguments)

    return driver


def run_for(bench, idles):
    """The real loop, ended when it has come to idle `idles` times."""
    idle = bench.board.clock.idle
    left = [idles]

    def counting():
        left[0] -= 1
        if not left[0]:
            bench.clip.link.reboot_mode = messages.REBOOT_APPLICATION
        idle()

    bench.board.clock.idle = counting
    bench.clip.run()
    bench.clip.link.reboot_mode = None
    left[0] = -1


def test_an_exception_that_keeps_coming_does_not_fill_the_log(folder):
    bench = Bench(folder)
    for _ in range(100):
        bench.clip.health.exception(ValueError("late"))
    counts = [values["count"] for values in logged(bench, "HEALTH") if b"late" in values["detail"]]
    assert counts == [1, 2, 4, 8, 16, 32, 64]
    assert bench.one(messages.STATUS)["exceptions"] == 100


def test_what_fails_before_the_loop_is_left_for_the_next_run_and_raised(folder):
    board = BenchBoard(folder)
    good = board.clock
    board.clock = BrokenClock()
    try:
        run(board)
        raise AssertionError("a board without a clock cannot run")
    except OSError:
        board.clock = good
    assert [detail for _, detail in complaints(Bench(folder)) if detail.startswith(b"crash: OSError")]


class BrokenClock:
    def ticks_ms(self):
        raise OSError(19, "no clock")

    def idle(self):
        pass


def test_three_crashes_in_a_row_are_a_safe_state_until_a_run_is_well(folder):
    for _ in range(3):
        bench = Bench(folder)
        bench.board.clock = None
        try:
            bench.clip.run()
        except AttributeError as error:
            crashes.leave(folder, error, "1", bench.clip.uptime.ms())
    bench = Bench(folder)
    counted = bench.one(messages.COUNTERS)
    assert counted["safe"] == 1 and counted["crashes"] == 3 and counted["crash_records"] == 3
    assert bench.clip.pipeline is None and bench.one(messages.STATUS)["capturing"] == 0
    text = bench.one(messages.CRASH, index=0)["text"].decode()
    assert text.startswith("exception\n1\n") and "idle" in text and "line" in text
    assert bench.error(messages.CRASH, index=3) == errors.BAD_REQUEST
    bench.board.clock.now = 61000
    bench.turns(2)
    assert not Bench(folder).clip.safe


def test_a_watchdog_reset_says_what_the_clip_was_doing(folder):
    Bench(folder)
    BenchBoard.reset_cause, BenchBoard.doing = records.RESET_CAUSES.index("watchdog"), messages.PULL.code
    try:
        bench = Bench(folder)
    finally:
        BenchBoard.reset_cause = BenchBoard.doing = 0
    assert ("watchdog", b"while it answered request 0x1a") in complaints(bench)
    assert bench.board.watchdog.marked == 0


def test_an_application_in_the_runtime_takes_no_updates(folder):
    board = BenchBoard(folder)
    assert not Clip(board, AtRoot(folder)).capabilities & messages.CAP_SLOTS
    os.mkdir(folder + "allears_clip")
    assert Clip(board, AtRoot(folder)).capabilities & messages.CAP_SLOTS
    assert not Clip(board).capabilities & messages.CAP_SLOTS


def test_a_flush_takes_a_turn_for_each_stream_and_one_to_tidy_up(folder):
    bench = Bench(folder, hears=True)
    bench.turns(3)
    written = []
    write = bench.clip.log._write
    bench.clip.log._write = lambda stream, block: written.append(stream) or write(stream, block)
    bench.clip.log_clock("host")  # a record of both streams
    bench.board.clock.now += 6000
    per_turn = []
    for _ in range(6):
        before = len(written)
        bench.turns(1)
        per_turn.append(len(written) - before)
    assert written == [0, 1] and max(per_turn) == 1
    assert bench.clip.log.age_ms() == 0
