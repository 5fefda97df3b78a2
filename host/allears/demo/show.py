"""What the demo prints while the virtual clip hears the call: its light and motor, and every event and cue."""

from __future__ import annotations

import threading
import time
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from allears.device import Clip
from allears.document import clock, seconds
from allears.sim import Snapshot
from allears_core import records
from allears_core.params import HOP_MS

_BAR = 40
# What the agent feels and sees, in words, by cue kind.
SIGNALS = {
    "talk-over": "two short buzzes, two orange blinks: let them finish",
    "dead-air": "one swelling buzz, one blue glow: say what you are doing",
    "monologue": "three buzzes, three orange blinks: give a break in your talk",
    "talk-share": "three buzzes, three white blinks: let the customer talk",
    "positive": "light only, a long glow in blue and white: well listened",
}
NOTES = {
    "firm": "a longer swell, two blue pulses: still nobody spoke",
    "withdrawn": "it was good listening or a quick answer after all",
    "contested": "the agent says it was wrong",
}
MEANINGS = {
    "talk-over": "the agent talked over the customer",
    "acknowledgement": "a nod aloud, good listening",
    "early-answer": "a quick answer, neutral",
    "simultaneous-start": "both began at once, neutral",
    "overlap-other": "an overlap that counts in nothing",
    "dead-air": "nobody spoke",
    "monologue": "the agent talked without a break",
    "loud-customer": "the customer grew louder than at the call's start",
}


def line(record: records.Record) -> str | None:
    """One line for an event, a cue or a note on one; None for records a newcomer need not see."""
    values = record.values
    if record.name == "EVENT":
        kind = records.EVENT_KINDS[values["kind"]]
        subtype = records.SUBTYPES[values["subtype"]]
        name = f"{kind} ({subtype})" if subtype else kind
        return f"{clock(seconds(values['onset_hop'])):>8}  {name:<24} {MEANINGS[kind]}"
    if record.name == "CUE":
        kind = records.CUE_KINDS[values["kind"]]
        suppressed = records.SUPPRESSIONS[values["suppressed"]]
        text = f"not given ({suppressed})" if suppressed else SIGNALS[kind]
        return f"{clock(seconds(values['at_hop'] + 1)):>8}  [bold]cue {kind:<20}[/bold] {text}"
    if record.name == "CUE_NOTE":
        note = records.CUE_NOTES[values["note"]]
        return f"{clock(seconds(values['at_hop'] + 1)):>8}  [bold]cue {note:<20}[/bold] {NOTES[note]}"
    return None


class Show:
    """Live picture of one played call; `on_change` takes the virtual clip's snapshots, `progress` the hops sent.

    speed: how many times faster than real time the call goes by; 0 for as fast as the clip can.
    """

    def __init__(self, console: Console, total_hops: int, speed: float):
        self._console = console
        self._total = total_hops
        self._speed = speed
        self._hops = 0
        self._snapshot = Snapshot()
        self._over = threading.Event()
        self._live = Live(self._picture(), console=console, auto_refresh=False, transient=True)
        self._started = 0.0

    def on_change(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def progress(self, hops: int) -> None:
        """Tell how far the sound has got, and keep it from running ahead of the chosen speed."""
        self._hops = hops
        if self._speed:
            left = self._started + hops * HOP_MS / 1000 / self._speed - time.monotonic()
            if left > 0:
                self._over.wait(left)
        if self._console.is_terminal:
            self._live.update(self._picture(), refresh=True)

    def watch(self, clip: Clip, play: Any) -> None:
        """Call `play()` while printing what the clip says of itself."""
        watcher = threading.Thread(target=self._follow, args=(clip,), daemon=True)
        self._started = time.monotonic()
        with self._live:
            watcher.start()
            try:
                play()
            finally:
                self._over.set()
                watcher.join()

    def _follow(self, clip: Clip) -> None:
        for seen in clip.monitor(over=self._over.is_set):
            text = line(seen) if isinstance(seen, records.Record) else None
            if text:
                self._live.console.print(text)

    def _picture(self) -> Table:
        done = round(_BAR * self._hops / max(1, self._total))
        red, green, blue = self._snapshot.light
        lit = Text("●", style=f"rgb({red},{green},{blue})") if red + green + blue else Text("○", style="dim")
        table = Table.grid(padding=(0, 2))
        bar = "━" * done + "╌" * (_BAR - done)
        motor = "motor " + ("▮" * -(-self._snapshot.motor // 64)).ljust(4, "▯")
        table.add_row(clock(self._hops * HOP_MS / 1000), bar, Text("light ") + lit, motor)
        return table
