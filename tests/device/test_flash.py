"""Application files onto the virtual clip, by both ways in, with the power failing on the way."""

import hashlib

import pytest

from allears.device import Clip
from allears.errors import BadInput, CutOff, DeviceError, WrongDevice
from allears.fleet import flash
from allears.fleet.bundle import load_bundle
from allears.fleet.link_target import LinkTarget
from allears.fleet.repl_target import ReplTarget
from allears.sim import Options, start
from allears.sim.runtime import ARCH

HELLO_S = 20.0
ANSWER_S = 0.5
BOOT_S = 2.0  # for a clip that may lose power while it starts
CHANGED = "allears_core/cues.mpy"
OLD = b"an old file's content"


@pytest.fixture(scope="module")
def bundle():
    return load_bundle(ARCH, "sim")


class Seen:
    """Watches an update."""

    def __init__(self) -> None:
        self.plan: flash.Plan | None = None
        self.size_bytes = 0

    def planned(self, plan: flash.Plan) -> None:
        self.plan = plan

    def sent(self, size_bytes: int) -> None:
        self.size_bytes += size_bytes


@pytest.fixture
def keys():
    """A clip that holds keys, on which no prompt opens; tests that need one say False."""
    return True


@pytest.fixture
def outdated(bundle, keys):
    """A clip on which one file differs from this release in a byte that matters to nobody but a hash."""
    with start(options=Options(files={CHANGED: bundle.files[CHANGED] + b"\0"}, keys=keys)) as virtual:
        Clip(virtual.port, HELLO_S).close()  # the application runs
        yield virtual


@pytest.mark.parametrize(("via", "keys"), [("link", True), ("auto", True), ("link", False), ("repl", False)])
def test_only_what_differs_is_written_and_the_clip_runs_it(outdated, bundle, via):
    seen = Seen()
    dry = flash.update(outdated.port, via, None, True, Seen())
    assert list(dry.plan.changed) == [CHANGED]
    done = flash.update(outdated.port, via, None, False, seen)
    assert (done.way, list(done.plan.changed)) == ("repl" if via == "repl" else "link", [CHANGED])
    assert done.running == bundle.manifest["version"]
    assert seen.size_bytes == len(bundle.files[CHANGED])
    with Clip(outdated.port, HELLO_S) as clip:
        assert clip.file_hash(CHANGED).hex() == bundle.hashes[CHANGED]
    assert flash.update(outdated.port, via, None, False, Seen()).plan.changed == {}


def test_an_application_that_does_not_start_is_replaced_by_the_prompt(bundle):
    broken = {"main.py": b"raise SystemError('worn out')\n"}
    with start(options=Options(files=broken)) as virtual:
        with pytest.raises(WrongDevice, match="MicroPython prompt"):
            flash.update(virtual.port, "link", None, False, Seen())
        done = flash.update(virtual.port, "auto", None, False, Seen())
    assert (done.way, list(done.plan.changed)) == ("repl", ["main.py"])
    assert done.running == bundle.manifest["version"]


def test_the_wrong_board_is_refused(outdated):
    with pytest.raises(BadInput, match="sim"):
        flash.update(outdated.port, "link", "xiao_rp2350", False, Seen())


def test_a_power_cut_at_any_write_leaves_the_old_file_or_the_new(virtual):
    path, new = "allears_clip/spare.py", b"# new\n" * 150
    with Clip(virtual.port, HELLO_S) as clip:
        clip.put_file(path, OLD)
    first = flash_operations(virtual)
    outcomes = []
    for operation in range(first, first + 60, 5):
        virtual.cut_power()
        virtual.power_on(cut_at=operation)
        cut = False
        try:
            with Clip(virtual.port, BOOT_S, ANSWER_S) as clip:
                clip.put_file(path, new)
        except (CutOff, WrongDevice):
            cut = True
        virtual.cut_power()
        virtual.power_on()
        with Clip(virtual.port, HELLO_S) as clip:
            found = clip.file_hash(path)
            clip.put_file(path, OLD)
        assert found in (sha256(OLD), sha256(new))
        outcomes.append((cut, found == sha256(new)))
    assert (True, False) in outcomes  # cut on the way, and the old file stayed
    assert (False, True) in outcomes  # the cut came too late


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def flash_operations(virtual) -> int:
    """Flash operations of one start until the application answers, so that a cut can be placed after them."""
    virtual.cut_power()
    virtual.power_on()
    Clip(virtual.port, HELLO_S).close()
    feeds = virtual.now.feeds
    now = virtual.wait(lambda now: now.feeds > feeds + 1, HELLO_S)
    return now.erases + now.programs


def test_a_repl_that_does_not_open_is_said_so(tmp_path):
    from line_support import far_end

    with far_end(lambda data: b"") as path, pytest.raises((WrongDevice, DeviceError)):
        ReplTarget(path, wait_s=0.3)


@pytest.mark.parametrize("keys", [False])
def test_both_ways_see_the_same_volume(outdated, bundle):
    with Clip(outdated.port, HELLO_S) as clip:
        by_link = [LinkTarget(clip).hash_of(path) for path in sorted(bundle.files)]
    with ReplTarget(outdated.port) as target:
        by_repl = [target.hash_of(path) for path in sorted(bundle.files)]
    assert by_link == by_repl
