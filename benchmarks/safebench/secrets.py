"""What a stolen clip gives away: its whole flash is searched for every earlier key; and two clips are swapped."""

import tempfile
from pathlib import Path
from typing import Any

from allears import sim
from allears.device import open_clip, pulling
from allears.errors import AllEarsError
from allears.keys import KeyStore
from allears.keys.opener import split
from allears.sim.home import Home
from allears_core import keys, records

STREAMS = (records.EVENTS, records.SUMMARIES)


def earlier_keys(boots: int, name: str = "safebench") -> dict[str, Any]:
    """A clip lives through `boots`; found: states and session keys of any session, the last one's too, in its image."""
    with sim.start(name, options=sim.Options(fast=True, fresh=True)) as virtual:
        for boot in range(boots):
            with open_clip(virtual.port) as clip:
                for second in range(20):
                    clip.set_clock(1_700_000_000 + boot * 3600 + second)
                unit = clip.hello.unit
            virtual.cut_power()
            virtual.power_on()
        with open_clip(virtual.port) as clip:
            steps = [_last_step(clip, stream) for stream in STREAMS]
        virtual.cut_power()
        image = Home(name).image.read_bytes()
    searched = found = 0
    for stream, steps_taken in zip(STREAMS, steps, strict=True):
        state = KeyStore().seed(unit, stream)
        assert state is not None
        for _ in range(steps_taken + 1):
            for secret in (state, *keys.session_keys(state)):
                searched += 1
                found += bytes(secret) in image
            state = bytes(keys.following(state))
    control = KeyStore().auth_key(unit, 1)  # what the vault must hold is found: the search works
    return {
        "boots": boots,
        "image_bytes": len(image),
        "searched": searched,
        "found": found,
        "control": control in image,
    }


def _last_step(clip: Any, stream: int) -> int:
    from allears_core import sealed

    held = clip.range(stream)
    raw = b"".join(part for part in clip.pull(stream, held.first_seq, 1 << 20) if isinstance(part, bytes))
    return int(max(sealed.header(block)["step"] for block in split(raw)[0]))


def swapped_clips() -> dict[str, Any]:
    """Two agents' clips change hands; opened: blocks of one that the other's keys open, relabelled or not."""
    tried = opened = served = 0
    with tempfile.TemporaryDirectory(prefix="allears-safe-") as folder:
        blocks: dict[str, dict[int, list[bytes]]] = {}
        units = []
        for _ in range(2):
            with sim.start(fast=True) as virtual, open_clip(virtual.port) as clip:
                units.append(clip.hello.unit)
                blocks[clip.hello.unit] = {}
                for stream in STREAMS:
                    raw = b"".join(part for part in clip.pull(stream, 0, 1 << 20) if isinstance(part, bytes))
                    blocks[clip.hello.unit][stream] = split(raw)[0]
                other = _one_agents_keys(units[0], Path(folder, units[0]))
                if len(units) == 2:
                    served += _serves(virtual.port, other)
                mine = {stream: KeyStore().seed(clip.hello.unit, stream) for stream in STREAMS}
                blocks[clip.hello.unit]["seeds"] = mine  # type: ignore[index]
        for here, there in (units, units[::-1]):
            for stream in STREAMS:
                for block in blocks[here][stream]:
                    for seed in blocks[there]["seeds"].values():  # type: ignore[index]
                        tried += 1
                        opened += _opens(block, seed)
    return {"blocks": tried, "opened": opened, "served": served}


def _opens(block: bytes, seed: bytes) -> bool:
    from allears_core import sealed

    state = seed
    for _ in range(sealed.header(block)["step"]):
        state = keys.following(state)
    return sealed.open_block(keys.session_keys(state), block) is not None


def _one_agents_keys(unit: str, folder: Path) -> KeyStore:
    """A machine that holds one unit's secrets and takes every clip for that unit's."""
    held = KeyStore().find(unit)

    class Mistaken(KeyStore):
        def find(self, asked: str) -> Any:
            return held

    return Mistaken()


def _serves(port: str, store: KeyStore) -> int:
    """Records that a clip gives to a machine with another clip's secrets."""
    from allears.device.client import Clip

    given = 0
    for stream in STREAMS:
        try:
            with Clip(port, keys=store) as clip:
                given += len(pulling.read_all(clip, stream))
        except AllEarsError:
            continue
    return given
