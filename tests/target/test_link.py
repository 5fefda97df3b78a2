"""The host's own client talks to the clip on the emulated chip, over its serial line."""

import time

from targetbench import machine, volume

from allears.demo.call import render_call
from allears.device import open_clip
from allears.device.pulling import read_all
from allears.document import call_document
from allears.judge import judge
from allears.keys import KeyStore, UnitSecrets
from allears_core import records

HOPS = 4000  # 64 s of the demo call
HEARD_S = 120


def test_a_log_is_pulled_and_says_what_the_host_says(m33, tmp_path, monkeypatch):
    monkeypatch.setenv("ALLEARS_KEYS", str(tmp_path))
    KeyStore().put(UnitSecrets(volume.UNIT.hex(), volume.SECRETS))
    pcm = render_call()[0][: 128 * HOPS].astype("<i2")
    image = volume.image(m33, "serve.py", {"frames.txt": str(HOPS).encode()}, pcm.tobytes())
    with machine.served(m33, image) as path, open_clip(path, wait_s=60) as clip:
        assert clip.hello.kernels == "thumb"
        until = time.monotonic() + HEARD_S
        while clip.status()["frames"] < HOPS:  # the clip answers while it judges
            assert time.monotonic() < until, "the chip does not get on"
        found = read_all(clip, records.EVENTS)
        assert clip.range(records.EVENTS).next_seq == len(found)
    assert {record.name for record in found} >= {"BOOT", "CLOCK", "STATE"}
    heard = call_document(found, HOPS)["events"]
    assert len(heard) > 3
    assert heard == call_document(judge(pcm).found, HOPS)["events"][: len(heard)]
