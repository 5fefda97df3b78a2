"""The virtual clip's light and motor as text: in colour, in words, and the motor's rhythm as it was."""

import time
from collections import deque
from itertools import pairwise

from rich.color import Color
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from allears.sim import status

RHYTHM_S = 4.0
_STEP_S = 0.1
_DARK = 8  # below this a channel counts as off
_WORDS = {
    (False, False, False): "off",
    (True, False, False): "red",
    (False, True, False): "green",
    (False, False, True): "blue",
    (True, True, False): "yellow",
    (True, False, True): "magenta",
    (False, True, True): "cyan",
    (True, True, True): "white",
}
_BARS = " ▁▂▃▄▅▆▇█"


def light_word(light: tuple[int, int, int]) -> str:
    """What a person would call this colour: "off", "red", "amber", ...; each channel is 0-255."""
    red, green, blue = light
    brightest = max(light)
    if brightest >= _DARK and red == brightest and blue * 4 < red and red < green * 5 and green * 4 < red * 3:
        return "amber"
    word = _WORDS[red * 3 > brightest, green * 3 > brightest, blue * 3 > brightest]
    return word if brightest >= _DARK else "off"


def motor_word(level: int) -> str:
    """ "still", "soft" or "firm" for a drive of 0-255."""
    return "still" if level == 0 else "soft" if level < 160 else "firm"


class Picture:
    """Draws snapshots; remembers the motor's last seconds."""

    def __init__(self, port: str, title: str):
        self._port = port
        self._title = title
        self._now = status.Snapshot()
        self._motor: deque[tuple[float, int]] = deque([(0.0, 0)], maxlen=200)
        self.note = ""

    def take(self, now: status.Snapshot) -> str:
        """Remember a snapshot; returns the change in words, "" if nothing visible changed."""
        before, self._now = self._now, now
        if now.motor != before.motor:
            self._motor.append((time.monotonic(), now.motor))
        parts = []
        if now.phase != before.phase:
            parts.append(f"clip {now.phase}" + (f": {now.failure}" if now.failure else ""))
        if light_word(now.light) != light_word(before.light):
            parts.append(f"light {light_word(now.light)}")
        if motor_word(now.motor) != motor_word(before.motor):
            parts.append(f"motor {motor_word(now.motor)}")
        return ", ".join(parts)

    def __rich__(self) -> RenderableType:
        now = self._now
        table = Table.grid(padding=(0, 2))
        table.add_row("port", Text(self._port, style="bold"))
        table.add_row("clip", f"{self._title}, {now.phase}")
        table.add_row("light", _light(now.light))
        table.add_row("motor", Text(f"{self._rhythm()} {motor_word(now.motor)}"))
        table.add_row("", Text(self.note or "Ctrl-C ends", style="dim"))
        return Group(table)

    def _rhythm(self) -> str:
        """Drive over the last seconds, one character for each tenth, strongest wins."""
        end = time.monotonic()
        steps = int(RHYTHM_S / _STEP_S)
        bars = [0] * steps
        changes = [*self._motor, (end, 0)]
        for (since, level), (until, _) in pairwise(changes):
            first = max(0, int((since - end) / _STEP_S) + steps - 1)
            last = int((until - end) / _STEP_S) + steps - 1
            for step in range(first, last + 1):
                bars[step] = max(bars[step], level)
        return "".join(_BARS[(level * (len(_BARS) - 1) + 254) // 255] for level in bars)


def _light(light: tuple[int, int, int]) -> Text:
    word = light_word(light)
    if word == "off":
        return Text("○ off")
    scale = 255 / max(light)  # a dim light is drawn bright enough to be seen
    color = Color.from_rgb(*(channel * scale for channel in light))
    return Text.assemble(("●●● ", Style(color=color)), word)
