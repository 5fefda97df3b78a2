"""Sound, time and the button of the virtual clip."""

import binascii
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from mpremote.transport_serial import SerialTransport
from sim_support import SOON_S, ask, eventually, listening, repl

from allears import sim
from allears.errors import CutOff
from allears_core.params import HOP_MS, HOP_SAMPLES


def hops(count: int) -> np.ndarray:
    """That many hops of sound."""
    return np.zeros((count * HOP_SAMPLES, 2), np.int16)


def heard(clip: sim.VirtualClip) -> int:
    """Hops the echo application counted, as its light shows them at the end of a sound."""
    high, low, _ = clip.now.light
    return high << 8 | low


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 500])
def test_play_returns_when_every_hop_has_been_judged(echo: sim.VirtualClip, count: int):
    echo.play(hops(count))
    assert (heard(echo), echo.now.motor) == (count, 1)


@contextmanager
def playing_at_prompt(clip: sim.VirtualClip, pcm: np.ndarray) -> Iterator[SerialTransport]:
    """The prompt while a sound plays that the application has not begun to read; all of it must be judged."""
    with repl(clip.port) as transport:
        player = threading.Thread(target=clip.play, args=(pcm,))
        player.start()
        yield transport
    player.join(SOON_S)
    assert not player.is_alive()


def test_what_is_left_of_a_hop_is_not_heard(echo: sim.VirtualClip):
    echo.play(np.zeros((5 * HOP_SAMPLES + 127, 2), np.int16))
    assert heard(echo) == 5


def test_one_sound_after_the_other(echo: sim.VirtualClip):
    for number in range(1, 4):
        echo.play(hops(10))
        assert (heard(echo), echo.now.motor) == (10 * number, number)


def test_progress_counts_every_hop(echo: sim.VirtualClip):
    seen: list[int] = []
    echo.play(hops(100), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 100


def test_samples_arrive_as_they_were(echo: sim.VirtualClip):
    pcm = np.random.default_rng(1).integers(-32768, 32768, (20 * HOP_SAMPLES, 2)).astype(np.int16)
    code = """
import board, binascii
parts = board.make()
parts.mic.start()
buf = bytearray(512)
crc = 0
while True:
    got = parts.mic.readinto(buf)
    if got > 0:
        crc = binascii.crc32(buf, crc)
    elif got < 0:
        break
    else:
        parts.clock.idle()
parts.mic.readinto(buf)
print(crc)
"""
    with playing_at_prompt(echo, pcm) as transport:
        assert int(transport.exec(code)) == binascii.crc32(pcm.tobytes())


def test_a_fast_sound_carries_the_time(echo: sim.VirtualClip):
    """Ten minutes pass in ten minutes of sound, however long the clip took."""
    echo.press(30)
    echo.play(hops(37500))
    echo.press(30)
    presses = eval(wait_for_presses(echo, 4))
    passed_ms = presses[2][1] - presses[1][1]
    assert 37500 * HOP_MS <= passed_ms < 37500 * HOP_MS + 60_000


def wait_for_presses(clip: sim.VirtualClip, count: int) -> str:
    """What the echo application noted about its button, once it has noted so much."""
    assert eventually(lambda: clip.now.feeds > 0)
    noted = ask(clip.port, "print(presses)")
    assert noted.count("(") == count
    return noted


def test_a_press_during_a_fast_sound_lasts_in_the_sounds_time(echo: sim.VirtualClip):
    def press_once(sent: int) -> None:
        if sent == 203:
            echo.press(640)

    echo.play(hops(1001), press_once)
    (down, down_ms), (up, up_ms) = eval(wait_for_presses(echo, 2))
    assert down == 203
    assert 640 <= up_ms - down_ms <= 640 + 8 * HOP_MS
    assert up - down == (up_ms - down_ms) // HOP_MS


def test_a_button_still_held_at_the_end_is_let_go(echo: sim.VirtualClip):
    echo.play(hops(49), lambda sent: echo.press(10_000) if sent == 49 else None)
    assert [state[0] for state in eval(wait_for_presses(echo, 2))] == [49, 49]


def test_real_time_sound_takes_its_time_and_none_is_lost(real_time_echo: sim.VirtualClip):
    before = real_time_echo.now.feeds
    real_time_echo.play(hops(60))
    assert heard(real_time_echo) == 60
    assert real_time_echo.now.light[2] == 0
    assert real_time_echo.now.feeds - before >= 2  # fed at most every 250 ms: about a second has passed


def test_in_real_time_a_clip_that_does_not_listen_loses_the_oldest(real_time_echo: sim.VirtualClip):
    code = """
import board, time
parts = board.make()
parts.mic.start()
while parts.mic.overruns < 8:
    time.sleep_ms(5)
    waiting = parts.mic.waiting()
print(waiting, parts.mic.capacity)
buf = bytearray(512)
while parts.mic.readinto(buf) >= 0:
    parts.clock.idle()
parts.clock.idle()
"""
    with playing_at_prompt(real_time_echo, hops(60)) as transport:
        assert transport.exec(code).split() == [b"32", b"32"]


def test_a_stopped_microphone_lets_sound_go_by(echo: sim.VirtualClip):
    code = """
import board
parts = board.make()
for _ in range(40):
    parts.clock.idle()
print(parts.mic.waiting(), parts.mic.overruns)
"""
    with playing_at_prompt(echo, hops(100)) as transport:
        assert transport.exec(code).split() == [b"0", b"0"]


def test_a_clip_without_power_takes_no_sound(echo: sim.VirtualClip):
    echo.cut_power()
    with pytest.raises(CutOff, match="takes no sound .it is off"):
        echo.play(hops(2000))


def test_a_clip_that_loses_power_ends_the_sound(real_time_echo: sim.VirtualClip):
    def cut_once(sent: int) -> None:
        if sent == 20:
            real_time_echo.cut_power()

    with pytest.raises(CutOff, match="takes no sound"):
        real_time_echo.play(hops(5000), cut_once)


def test_sound_goes_on_after_a_reset(echo: sim.VirtualClip):
    """What the application had not read when it was reset, its next life hears."""
    echo.play(hops(10))
    echo.cut_power()
    echo.power_on()
    listening(echo, 2)
    echo.play(hops(7))
    assert heard(echo) == 7
    assert echo.wait(lambda now: now.heard == 2, SOON_S)
