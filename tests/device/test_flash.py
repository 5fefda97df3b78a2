"""Application files onto the virtual clip, by both ways in, with the power failing on the way."""

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
def outdated(bundle):
    """A clip on which one file differs from this release in a byte that matters to nobody but a hash."""
    with start(options=Options(files={CHANGED: bundle.files[CHANGED] + b"\0"})) as virtual:
        yield virtual


@pytest.mark.parametrize("via", ["link", "repl", "auto"])
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


def file_of(virtual, path: str) -> bytes | None:
    """SHA-256 of a file on the clip."""
    with Clip(virtual.port, HELLO_S) as clip:
        return clip.file_hash(path)


@pytest.mark.parametrize("operation", [1, 3, 4, 5, 6, 8])
def test_a_power_cut_at_any_write_leaves_the_old_file_or_the_new(virtual, operation):
    path = "allears_clip/spare.py"
    new = b"# new\n" * 1500
    with Clip(virtual.port, HELLO_S) as clip:
        clip.put_file(path, OLD)
        old_hash = clip.file_hash(path)
    virtual.cut_power()
    virtual.power_on(cut_at=boot_operations(virtual) + operation)
    with pytest.raises(CutOff), Clip(virtual.port, HELLO_S) as clip:
        clip.put_file(path, new)
        clip.put_file(path, new)  # whichever write the cut was meant for, the next ones come to it
        clip.put_file(path, new)
    virtual.power_on()
    assert file_of(virtual, path) in (old_hash, sha256(new))


def sha256(data: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(data).digest()


def boot_operations(virtual) -> int:
    """Flash operations that a start takes by itself, so that a cut can be placed after it."""
    virtual.power_on()
    with Clip(virtual.port, HELLO_S) as clip:
        clip.status()
    operations = virtual.now.erases + virtual.now.programs
    virtual.cut_power()
    return operations


def test_a_repl_that_does_not_open_is_said_so(tmp_path):
    from line_support import far_end

    with far_end(lambda data: b"") as path, pytest.raises((WrongDevice, DeviceError)):
        ReplTarget(path, wait_s=0.3)


def test_both_ways_see_the_same_volume(outdated, bundle):
    with Clip(outdated.port, HELLO_S) as clip:
        by_link = [LinkTarget(clip).hash_of(path) for path in sorted(bundle.files)]
    with ReplTarget(outdated.port) as target:
        by_repl = [target.hash_of(path) for path in sorted(bundle.files)]
    assert by_link == by_repl
