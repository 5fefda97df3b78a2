# The clip's end of the link, asked by core's own client; the whole application runs behind it. Both interpreters.
import hashlib
import os

from bench import Bench
from clip_support import opened, read_file, write_file

from allears_core import errors, messages, records, settings, version


def test_hello_states_the_unit_and_its_formats(folder):
    bench = Bench(folder)
    reply = bench.one(messages.HELLO, protocol=version.PROTOCOL)
    assert reply["unit"] == b"benchone" and reply["boot"] == 1 and len(reply["log_id"]) == 8
    assert reply["settings_crc"] == settings.Settings().crc()
    assert reply["capabilities"] & messages.CAP_FILES
    text = reply["text"].decode().split("\n")
    assert text[:2] == [version.VERSION, "bench"] and len(text) == 3


def test_every_request_of_the_table_is_answered(folder):
    bench = Bench(folder)
    filler = {"u": 0, "i": 0, "*": b""}
    for layout in messages.LAYOUTS:
        if layout.code % 2 or layout is messages.REBOOT:
            continue
        values = {}
        for name, code, _, _ in layout.fields:
            values[name] = bytes(int(code[1:])) if code[0] == "b" else filler[code[0]]
        answers = bench.ask(layout, **values)
        assert answers, layout.name
        if answers[-1][0] is messages.FAILED:
            assert answers[-1][1]["error"] != errors.UNKNOWN_MESSAGE, layout.name


def test_boot_is_in_both_streams_before_anything_else(folder):
    bench = Bench(folder)
    for stream in (records.EVENTS, records.SUMMARIES):
        span = bench.one(messages.LOG_RANGE, stream=stream)
        assert span["first_seq"] == 0 and span["next_seq"] >= 2 and span["acked_seq"] == 0
        answers = bench.ask(messages.PULL, stream=stream, from_seq=0, max_bytes=10000)
        found = records.Reader().feed(b"".join([opened(values["data"]) for _, values in answers[:-1]]))
        assert [record.name for record, _ in found][:2] == ["BOOT", "CLOCK"]
        assert found[1][0].values["utc_s"] == 0xFFFFFFFF
        end = answers[-1][1]
        assert end["next_seq"] == span["next_seq"] and end["more"] == 0 and end["corrupt"] == 0


def test_a_pull_is_cut_into_frames_and_resumes(folder):
    bench = Bench(folder)
    for second in range(200):
        bench.one(messages.SET_CLOCK, utc_s=1700000000 + second, utc_ms=0)
    answers = bench.ask(messages.PULL, stream=records.EVENTS, from_seq=0, max_bytes=3000)
    sizes = [len(values["data"]) for _, values in answers[:-1]]
    assert len(sizes) > 2 and max(sizes) <= 1000 and sum(sizes) <= 3000
    end = answers[-1][1]
    assert end["more"] == 1
    answers = bench.ask(messages.PULL, stream=records.EVENTS, from_seq=end["next_seq"], max_bytes=100000)
    found = records.Reader().feed(b"".join([opened(values["data"]) for _, values in answers[:-1]]))
    assert found[0][0].seq == end["next_seq"]
    clocks = [record.values["utc_s"] for record, _ in found if record.name == "CLOCK"]
    assert clocks[-1] == 1700000199


def test_sound_is_judged_between_the_frames_of_a_pull(folder):
    bench = Bench(folder, hears=True)
    for second in range(200):
        bench.one(messages.SET_CLOCK, utc_s=1700000000 + second, utc_ms=0)
    bench.board.mic.hops = [bytes(512)] * 200
    _, data = bench.host.request(messages.PULL, stream=records.EVENTS, from_seq=0, max_bytes=100000)
    bench.board.serial.incoming += data
    frames = 0
    while not frames:
        bench.turns(1)
        frames = sum(1 for layout, _, _ in bench.heard() if layout is messages.LOG_DATA)
    assert bench.clip.link.busy
    before = bench.clip.frames
    bench.turns(3)
    assert bench.clip.frames > before and bench.clip.link.busy


def test_acknowledgement_moves_the_range(folder):
    bench = Bench(folder)
    bench.one(messages.LOG_ACK, stream=records.EVENTS, below_seq=2)
    assert bench.one(messages.LOG_RANGE, stream=records.EVENTS)["acked_seq"] == 2
    assert bench.error(messages.LOG_ACK, stream=records.EVENTS, below_seq=999) == errors.NO_SUCH_RECORDS
    assert (
        bench.error(messages.PULL, stream=records.EVENTS, from_seq=999, max_bytes=1) == errors.NO_SUCH_RECORDS
    )
    assert bench.error(messages.LOG_RANGE, stream=2) == errors.BAD_REQUEST


def test_settings_by_stage_and_commit(folder):
    bench = Bench(folder)
    target = settings.Settings({"bridge_ms": 240})
    row = settings.BY_KEY["bridge_ms"]
    bench.one(messages.STAGE_SETTING, setting=row[0], value=240)
    bench.one(messages.STAGE_IDENTITY, field=0, text=b"SN-1")
    assert bench.error(messages.COMMIT, settings_crc=1) == errors.NOT_STAGED
    bench.one(messages.STAGE_SETTING, setting=row[0], value=240)
    bench.one(messages.STAGE_IDENTITY, field=0, text=b"SN-1")
    pairs = bench.one(messages.COMMIT, settings_crc=target.crc())["pairs"]
    assert pairs == bench.one(messages.GET_SETTINGS)["pairs"]
    assert messages.PAIR.pack(setting=row[0], value=240) in pairs
    assert bench.one(messages.GET_IDENTITY)["text"] == b"SN-1\n\n\n"
    assert bench.error(messages.STAGE_SETTING, setting=row[0], value=9999) == errors.BAD_VALUE
    assert Bench(folder).one(messages.HELLO, protocol=1)["settings_crc"] == target.crc()


def test_a_new_hello_forgets_what_another_host_staged(folder):
    bench = Bench(folder)
    bench.one(messages.STAGE_SETTING, setting=settings.BY_KEY["bridge_ms"][0], value=240)
    bench.one(messages.HELLO, protocol=1)
    bench.one(messages.COMMIT, settings_crc=settings.Settings().crc())


def send_file(bench, path, data, sha256=None):
    bench.one(messages.FILE_BEGIN, size=len(data), path=path)
    for at in range(0, len(data), 900):
        bench.one(messages.FILE_DATA, offset=at, data=data[at : at + 900])
    return bench.ask(messages.FILE_END, sha256=sha256 or hashlib.sha256(data).digest())[0]


def test_a_file_is_replaced_when_its_hash_fits(folder):
    bench = Bench(folder)
    data = bytes(range(256)) * 9
    assert send_file(bench, b"weights/new.bin", data)[0] is messages.DONE
    assert read_file(folder + "weights/new.bin") == data
    reply = bench.one(messages.FILE_HASH, path=b"weights/new.bin")
    assert reply["size"] == len(data) and reply["sha256"] == hashlib.sha256(data).digest()


def test_a_wrong_hash_leaves_the_old_file(folder):
    bench = Bench(folder)
    write_file(folder + "main.py", b"old")
    layout, values = send_file(bench, b"main.py", b"new", sha256=bytes(32))
    assert layout is messages.FAILED and values["error"] == errors.BAD_HASH
    assert read_file(folder + "main.py") == b"old"
    assert "main.py.new" not in os.listdir(folder)


def test_a_transfer_cut_short_leaves_the_old_file(folder):
    bench = Bench(folder)
    write_file(folder + "main.py", b"old")
    bench.one(messages.FILE_BEGIN, size=1000, path=b"main.py")
    bench.one(messages.FILE_DATA, offset=0, data=b"x" * 900)
    assert bench.error(messages.FILE_DATA, offset=0, data=b"x") == errors.BAD_REQUEST
    assert bench.error(messages.FILE_DATA, offset=900, data=b"x" * 101) == errors.BAD_REQUEST
    assert bench.error(messages.FILE_END, sha256=bytes(32)) == errors.NOT_STAGED
    bench.one(messages.HELLO, protocol=1)
    assert bench.error(messages.FILE_DATA, offset=900, data=b"x") == errors.NOT_STAGED
    assert read_file(folder + "main.py") == b"old" and "main.py.new" not in os.listdir(folder)


def test_no_path_leads_out_of_the_application(folder):
    bench = Bench(folder)
    for path in (
        b"", b"/", b"..", b"../main.py", b"/main.py", b"boards/../main.py", b"boards//x.py", b"boards/./x.py",
        b"boards/.x.py", b"config.json", b"crash.txt", b"log/pointers.json", b"log/x.bin", b"boards", b"boards/",
        b"boards/x.txt", b"boards/x.py.new", b"boards\\x.py", b"boards/x\x00.py", b"boards/\xc3\xa4.py", b"Main.py",
        b"boards/" + b"x" * 100 + b".py", b"lib/x.py", b"weights/../log/x.bin",
    ):  # fmt: skip
        assert bench.error(messages.FILE_BEGIN, size=1, path=path) == errors.NOT_ALLOWED, path
        assert bench.error(messages.FILE_HASH, path=path) == errors.NOT_ALLOWED, path


def test_practice_begins_and_ends_over_the_link(folder):
    bench = Bench(folder, hears=True)
    bench.one(messages.PRACTICE, on=1)
    talk = bench.clip.pipeline.conversation
    assert talk.guide.name == "practice"
    bench.one(messages.PRACTICE, on=0)
    assert talk.guide.name == ""


def test_monitor_tells_state_and_records(folder):
    bench = Bench(folder, hears=True)
    bench.one(messages.MONITOR, on=1)
    bench.one(messages.SET_CLOCK, utc_s=1700000000, utc_ms=5)
    bench.turns(100)
    found = [layout.name for layout, tag, _ in bench.heard() if tag == messages.UNSOLICITED_TAG]
    assert 3 <= found.count("MONITOR_STATE") <= 4
    bench.one(messages.MONITOR, on=0)
    bench.heard()
    bench.turns(100)
    assert bench.heard() == []


def test_reboot_is_asked_for_and_obeyed(folder):
    bench = Bench(folder)
    assert bench.error(messages.REBOOT, mode=7) == errors.BAD_VALUE
    _, data = bench.host.request(messages.REBOOT, mode=messages.REBOOT_REPL)
    bench.board.serial.incoming += data
    assert bench.clip.run() == messages.REBOOT_REPL
    assert bench.board.watchdog.fed > 0


def test_the_link_answers_without_weights_and_without_microphones(folder):
    bench = Bench(folder)  # no weights in this folder
    assert bench.clip.pipeline is None
    bench.turns(80)
    assert len(bench.board.light.history) > 1, "trouble blinks"
    status = bench.one(messages.STATUS)
    assert status["frames"] == 0 and status["capturing"] == 0
    assert refusals(bench) == ["weights-refused"]


def refusals(bench):
    answers = bench.ask(messages.PULL, stream=records.EVENTS, from_seq=0, max_bytes=100000)
    found = records.Reader().feed(b"".join([opened(values["data"]) for _, values in answers[:-1]]))
    return [records.HEALTH_CODES[r.values["code"]] for r, _ in found if r.name == "HEALTH"]


def test_what_the_flash_refuses_is_told(folder):
    bench = Bench(folder)
    write_file(folder + "boards", b"a file where a folder should be")
    assert bench.error(messages.FILE_BEGIN, size=1, path=b"boards/x.py") == errors.FLASH_FAILED


def test_consent_is_written_into_both_streams_and_takes_the_agents_key(folder):
    bench = Bench(folder)
    assert messages.ROLES["CONSENT"] == messages.ROLE_AGENT
    bench.one(messages.SET_CLOCK, utc_s=1700000000, utc_ms=0)
    bench.one(messages.CONSENT, until_utc_s=1700086400)
    bench.one(messages.CONSENT, until_utc_s=0)
    for stream in range(len(records.STREAMS)):
        answers = bench.ask(messages.PULL, stream=stream, from_seq=0, max_bytes=10000)
        found = records.Reader().feed(b"".join([opened(values["data"]) for _, values in answers[:-1]]))
        said = [record.values["until_utc_s"] for record, _ in found if record.name == "CONSENT"]
        assert said == [1700086400, 0]
    assert bench.error(messages.CONSENT, until_utc_s=0xFFFFFFFF) == errors.BAD_VALUE


def test_a_clip_without_keys_takes_nobodys_consent(folder):
    bench = Bench(folder, keyed=False)
    assert bench.error(messages.CONSENT, until_utc_s=1700086400) == errors.NOT_ALLOWED
