# The loader: which application a start runs, whatever was left behind. Runs on both interpreters.
import os
import sys

from clip_support import read_file, write_file

import allears_core

sys.path.append(allears_core.__file__.rsplit("/", 1)[0])
sys.path.append(allears_core.__file__.rsplit("/", 2)[0])
from image import Image, Volume, number, pack

import loader


class Disk:
    """Notes what was mounted."""

    def __init__(self):
        self.mounted = []

    def mount(self, volume, place):
        self.mounted.append((volume, place))


def plain(content):
    return content


def application(word):
    return pack("1.0.0", "bench", "", {"board.py": word, "allears_core/x.py": b"x = 1\n" * 40}, plain)


def chosen(folder):
    """(slots, what was mounted, the path's first entry) of one start."""
    slots, disk, path = loader.Slots(folder), Disk(), [""]
    slots.choose(disk.mount, path)
    return slots, disk, path[0]


def install(folder, word=b"old"):
    write_file(folder + loader.NAMES[0], application(word))
    loader.Slots(folder).confirm()


def on_trial(folder):
    install(folder)
    write_file(folder + loader.NAMES[1], application(b"new"))
    loader.Slots(folder).activate()


def test_files_at_the_root_run_where_nothing_was_updated(folder):
    slots, disk, first = chosen(folder)
    assert (slots.running, slots.left, slots.root, disk.mounted, first) == ("", None, folder, [], "")


def test_a_slot_is_mounted_and_comes_first(folder):
    install(folder)
    slots, disk, first = chosen(folder)
    assert (slots.running, slots.left, slots.root, first) == ("app.0", None, "/app/", "/app")
    volume, place = disk.mounted[0]
    assert place == "/app" and volume.stat("/board.py")[6] == 3
    assert slots.spare == folder + "app.1"


def test_a_trial_is_counted_and_given_up(folder):
    on_trial(folder)
    for left in (2, 1, 0):
        slots = chosen(folder)[0]
        assert (slots.running, slots.left) == ("app.1", left)
    for _ in range(3):
        slots = chosen(folder)[0]
        assert (slots.running, slots.left, slots.failed) == ("app.0", None, "app.1")
    slots.forget_failed()
    assert chosen(folder)[0].failed is None


def test_a_confirmed_application_stays(folder):
    on_trial(folder)
    chosen(folder)[0].confirm()
    for _ in range(5):
        assert chosen(folder)[0].running == "app.1"


def test_a_damaged_slot_is_not_run(folder):
    on_trial(folder)
    for damage in (b"", b"AllEars1", application(b"new")[:30]):
        write_file(folder + loader.NAMES[1], damage)
        slots = chosen(folder)[0]
        assert (slots.running, slots.failed) == ("app.0", "app.1")
        loader.Slots(folder).activate()


def test_where_the_state_cannot_be_read_whatever_is_whole_runs(folder):
    for content in (b"", b"{", b"[1]", b"null"):
        write_file(folder + loader.STATE, content)
        assert chosen(folder)[0].running == ""
    write_file(folder + loader.NAMES[0], b"half")
    write_file(folder + loader.NAMES[1], application(b"new"))
    for content in (b"", b"null"):
        write_file(folder + loader.STATE, content)
        assert chosen(folder)[0].running == "app.1"


def test_a_volume_reads_only_what_is_there(folder):
    install(folder)
    with open(folder + loader.NAMES[0], "rb") as file:
        volume = Volume(file, plain, bytes)
        assert volume.open("board.py", "rb") == b"old"
        assert volume.stat("allears_core")[0] == 0x4000
        for path, mode in (("nothing", "rb"), ("board.py", "wb")):
            try:
                volume.open(path, mode)
                raise AssertionError(path)
            except OSError:
                pass


def test_every_damaged_byte_is_found(folder):
    whole = application(b"old")
    path = folder + "image"
    for at in range(len(whole)):
        write_file(path, whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with open(path, "rb") as file:
            try:
                read = Image(file, plain)
            except ValueError:
                continue
            # What the head says is vouched for by whoever signs it; what follows, by the head.
            assert read.head != whole[: len(read.head)] or read.damaged(lambda: None)


def test_versions_are_compared_as_numbers(folder):
    assert number("0.10.0") > number("0.9.9") > number("0.9")
    for text in ("", "1.x", "v1"):
        try:
            number(text)
            raise AssertionError(text)
        except ValueError:
            pass


def test_the_state_is_written_whole(folder):
    on_trial(folder)
    assert read_file(folder + loader.STATE).startswith(b"[")
    assert loader.STATE + ".new" not in os.listdir(folder)
