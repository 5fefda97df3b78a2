"""A whole new application onto the virtual clip: on trial, confirmed, given up, refused; and what the clip forgets."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from allears.device import checkup, open_clip, updating
from allears.device.pulling import read_all
from allears.device.refusals import Refused
from allears.errors import BadInput, DeviceError
from allears.fleet import flash, signing, slot
from allears.fleet.bundle import Bundle, load_bundle
from allears.keys import KeyStore
from allears.sim import Options, start, status
from allears.sim.runtime import ARCH
from allears_core import errors, messages, records

HELLO_S = 20.0
VERSION = "allears_core/version.mpy"


class Quiet:
    def planned(self, plan: flash.Plan) -> None:
        pass

    def sent(self, size_bytes: int) -> None:
        pass


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(ARCH, "sim")


def changed(bundle: Bundle, version: str, **files: bytes) -> Bundle:
    """The bundle as another version; files: a module's name in allears_clip -> its source."""
    content = {path: data for path, data in bundle.files.items() if path != VERSION}
    content["allears_core/version.py"] = (
        f'VERSION = "{version}"\nPROTOCOL = 1\nRECORDS = 1\nFEATURES = 1\n'.encode()
    )
    for name, source in files.items():
        content.pop(f"allears_clip/{name}.mpy")
        content[f"allears_clip/{name}.py"] = source
    return replace(bundle, files=content, manifest={**bundle.manifest, "version": version})


def update(virtual, bundle: Bundle, older: bool = False) -> flash.Flashed:
    return flash.update(virtual.port, "link", None, False, Quiet(), bundle, older)


def test_a_version_goes_on_trial_is_confirmed_and_only_it_may_go_back(virtual, bundle):
    with open_clip(virtual.port, HELLO_S) as clip:
        clip.set_clock()
        before = read_all(clip, records.EVENTS)
    assert update(virtual, changed(bundle, "0.9.0")).running == "0.9.0"
    with open_clip(virtual.port, HELLO_S) as clip:
        now = updating.slots(clip)
        assert (now.running, now.left, now.failed) == (slot.NAMES[1], None, "")
        assert [r.seq for r in read_all(clip, records.EVENTS)][: len(before)] == [r.seq for r in before]
    with pytest.raises(Refused, match="0.1.0 is older than 0.9.0"):
        update(virtual, bundle)
    assert update(virtual, bundle, older=True).running == "0.1.0"


@pytest.mark.parametrize(
    "broken",
    [
        {"app": b"raise SystemError('worn out')\n"},
        {
            "pipeline": b"class Pipeline:\n    def __init__(self, *given):\n        raise RuntimeError('deaf')\n"
        },
        {"housekeeping": b"class Housekeeper:\n    def __init__(self, clip):\n        raise OSError(5)\n"},
    ],
    ids=["does not import", "judges nothing", "crashes"],
)
def test_an_application_that_is_not_well_is_given_up(virtual, bundle, broken):
    with pytest.raises(DeviceError, match=r"gave up version 0.9.0|has not said that it is well"):
        update_impatiently(virtual, changed(bundle, "0.9.0", **broken))
    while virtual.now.phase != status.RUNNING or running(virtual) != "0.1.0":
        virtual.cut_power()
        virtual.power_on()
    with open_clip(virtual.port, HELLO_S) as clip:
        assert updating.slots(clip).failed == slot.NAMES[1]
        assert checkup.counters(clip)["health"]["update"] == 1
        assert not checkup.counters(clip)["safe"]
        if "app" in broken:
            assert "/app/allears_clip/app.py" in checkup.crashes(clip, 1)[0].traceback


def update_impatiently(virtual, bundle: Bundle) -> None:
    with open_clip(virtual.port, HELLO_S) as clip:
        image = slot.opened(bundle.image)
        updating.send(clip, image, flash.update_key(clip), False, lambda size: None)
        clip.restart()
        updating.confirmed(clip, image, wait_s=4.0)


def running(virtual) -> str:
    with open_clip(virtual.port, HELLO_S) as clip:
        return clip.hello.firmware


def test_an_update_for_another_clip_or_of_somebody_else_is_refused(virtual, bundle):
    image = slot.opened(changed(bundle, "0.9.0").image)
    with open_clip(virtual.port, HELLO_S) as clip:
        key = KeyStore().update_key(clip.hello.unit)
        assert key is not None
        for wrong in (bytes(32), bytes([key[0] ^ 1]) + key[1:]):
            with pytest.raises(Refused) as refused:
                updating.send(clip, image, wrong, False, lambda size: None)
            assert refused.value.code == errors.WRONG_PROOF
        assert updating.slots(clip).running == slot.NAMES[0]


def test_a_bundle_is_taken_only_from_whom_the_machine_trusts(tmp_path, monkeypatch, bundle):
    monkeypatch.setenv("ALLEARS_SIGNERS", str(tmp_path / "signers"))
    public = signing.make_key(tmp_path / "key.pem")
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    content = signing.sign(bundle, tmp_path / "key.pem")
    assert signing.read(content, signing.trusted()).files == bundle.files
    with pytest.raises(BadInput, match="does not trust"):
        signing.read(content, set())
    for at in range(0, len(content), 997):
        with pytest.raises(BadInput):
            signing.read(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], {public})
    for size in (0, 10, 200, len(content) - 1):
        with pytest.raises(BadInput):
            signing.read(content[:size], {public})


def test_what_is_erased_is_nowhere_on_the_flash(bundle):
    with start("forgetful") as virtual:
        image = home_image("forgetful")
        with open_clip(virtual.port, HELLO_S) as clip:
            for second in range(400):
                clip.set_clock(1_700_000_000 + second)
            old = read_blocks(clip)
            log_id = clip.hello.log_id
            unit = clip.hello.unit
            held = image.read_bytes()
            assert sum(piece in held for piece in old) > 0.9 * len(old) > 50  # some lie across two blocks
            assert checkup.erase(clip) > 100
            assert clip.hello.log_id != log_id and clip.hello.unit == unit
            left = image.read_bytes()
            assert not [piece for piece in old if piece in left]
            assert log_id.encode() not in left
            assert [r.name for r in read_all(clip, records.EVENTS)][0] == "BOOT"


def read_blocks(clip) -> list[bytes]:
    """Stretches of what the clip's log holds as it lies on the flash."""
    held = clip.range(records.EVENTS)
    parts = [part for part in clip.pull(records.EVENTS, held.first_seq, 1 << 20) if isinstance(part, bytes)]
    return [part[at : at + 24] for part in parts for at in range(0, len(part) - 24, 48)]


def home_image(name: str):
    from allears.sim.home import Home

    return Home(name).image


def test_a_hard_fault_leaves_a_crash_record_and_doctor_tells(virtual):
    with open_clip(virtual.port, HELLO_S) as clip:
        clip.status()
    children = [int(p) for p in os.popen(f"pgrep -P {os.getpid()} micropython").read().split()]
    for pid in children:
        os.kill(pid, signal.SIGSEGV)
    virtual.wait(lambda now: now.runs > 1 and now.phase == status.RUNNING, HELLO_S)
    done = subprocess.run(
        [sys.executable, "-m", "allears.cli", "doctor", "--port", virtual.port],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "crashes: 1 ever" in done.stdout and "between requests" in done.stdout


def allears(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "allears.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_signed_file_goes_from_its_maker_to_a_clip(virtual, tmp_path, monkeypatch):
    monkeypatch.setenv("ALLEARS_SIGNERS", str(tmp_path / "maker"))
    key, file = str(tmp_path / "key.pem"), tmp_path / "sim.bundle"
    public = allears("bundle", "key", key).stdout.split("public key ")[1].split(":")[0]
    assert allears("bundle", "key", key).returncode == 4, "a key is never written over"
    assert allears("bundle", "make", "--key", key, "--board", "sim", str(file)).returncode == 0
    monkeypatch.setenv("ALLEARS_SIGNERS", str(tmp_path / "site"))
    refused = allears("flash", "--port", virtual.port, "--bundle", str(file))
    assert refused.returncode == 4 and "does not trust" in refused.stderr
    (tmp_path / "maker.pub").write_text(public)
    assert allears("bundle", "trust", str(tmp_path / "maker.pub")).returncode == 0
    assert "signed and whole" in allears("bundle", "show", str(file)).stdout
    done = allears("flash", "--port", virtual.port, "--bundle", str(file), "--json")
    assert done.returncode == 0 and '"running": "0.1.0"' in done.stdout
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.write_bytes(content)
    assert allears("bundle", "show", str(file)).returncode == 4


def test_an_application_that_hangs_is_given_up(bundle):
    hanging = b"class Housekeeper:\n    def __init__(self, clip):\n        while True:\n            pass\n"
    with start(options=Options(watchdog_s=1.0)) as virtual:
        with open_clip(virtual.port, HELLO_S) as clip:
            image = slot.opened(changed(bundle, "0.9.0", housekeeping=hanging).image)
            updating.send(clip, image, flash.update_key(clip), False, lambda size: None)
            clip.reboot()
        virtual.wait(lambda now: now.runs >= 5 and now.phase == status.RUNNING, HELLO_S)
        assert running(virtual) == "0.1.0"
        with open_clip(virtual.port, HELLO_S) as clip:
            found = checkup.crashes(clip, checkup.counters(clip)["crash_records"])
            assert (
                updating.slots(clip).failed == slot.NAMES[1]
                and [one.kind for one in found] == ["watchdog"] * 3
            )


def test_power_that_fails_in_an_erase_begins_it_again(virtual):
    with open_clip(virtual.port, HELLO_S) as clip:
        old = clip.hello.log_id
        clip.ask_once(messages.ERASE, messages.DONE)
    virtual.cut_power()
    for operation in (60, 400, 2000):
        virtual.power_on(cut_at=operation)
        virtual.wait(lambda now: now.phase == status.OFF, HELLO_S)
    virtual.power_on()
    with open_clip(virtual.port, HELLO_S) as clip:
        assert clip.hello.log_id != old and checkup.counters(clip)["erased_blocks"] > 100


def test_an_update_that_was_cut_while_on_trial_is_waited_for(virtual, bundle):
    new = changed(bundle, "0.9.0")
    with open_clip(virtual.port, HELLO_S) as clip:
        updating.send(clip, slot.opened(new.image), flash.update_key(clip), False, lambda size: None)
        clip.restart()
        assert updating.slots(clip).left is not None, "the host went away on the way"
    again = update(virtual, new)
    assert (again.plan.empty, again.running) == (True, "0.9.0")
    with open_clip(virtual.port, HELLO_S) as clip:
        assert updating.slots(clip).left is None


def test_an_update_that_was_cut_before_its_first_start_is_started(virtual, bundle):
    new = changed(bundle, "0.9.0")
    with open_clip(virtual.port, HELLO_S) as clip:
        updating.send(clip, slot.opened(new.image), flash.update_key(clip), False, lambda size: None)
        assert updating.slots(clip).left == slot.STARTS
    assert update(virtual, new).running == "0.9.0"
    assert running(virtual) == "0.9.0"


def test_an_application_on_trial_that_is_not_well_is_no_success(virtual, bundle, monkeypatch):
    deaf = b"class Pipeline:\n    def __init__(self, *given):\n        raise RuntimeError('deaf')\n"
    new = changed(bundle, "0.9.0", pipeline=deaf)
    with open_clip(virtual.port, HELLO_S) as clip:
        updating.send(clip, slot.opened(new.image), flash.update_key(clip), False, lambda size: None)
        clip.restart()
    monkeypatch.setattr(updating.confirmed, "__defaults__", (1.0,))
    with pytest.raises(DeviceError, match="has not said that it is well"):
        update(virtual, new)


def test_what_runs_does_not_confirm_what_comes_next(virtual, bundle):
    with open_clip(virtual.port, HELLO_S) as clip:
        image = slot.opened(changed(bundle, "0.9.0").image)
        updating.send(clip, image, flash.update_key(clip), False, lambda size: None)
        while checkup.counters(clip)["ms"] < 5000:
            assert updating.slots(clip).left == 3
        with pytest.raises(Refused) as refused:
            updating.send(clip, image, flash.update_key(clip), False, lambda size: None)
        assert refused.value.code == errors.BUSY
