"""Telling what answers on a port when it is no clip, from the bytes it sent."""

from allears.errors import WrongDevice

# Clears a half-typed line and asks a MicroPython prompt for its banner. A shell takes both for harmless line
# editing, a running clip for a damaged frame. Padded to a cell like everything that goes to a clip.
PROBE = b"\x00\x15\x02\x00".ljust(64, b"\x00")
_KEPT = 4096
_SHOWN = 40  # characters of a stranger's text to quote


class Heard:
    """What came from a port that has not answered a greeting. echoed: our own greeting came back.

    prompt: MicroPython's prompt answered the probe.
    """

    def __init__(self) -> None:
        self.text = b""
        self.echoed = False
        self._answer: bytes | None = None

    def probed(self) -> None:
        """PROBE was sent just now."""
        self._answer = b""

    def take(self, data: bytes) -> None:
        """More bytes came."""
        self.text = (self.text + data)[-_KEPT:]
        if self._answer is not None:
            self._answer = (self._answer + data)[-_KEPT:]

    @property
    def prompt(self) -> bool:
        return self._answer is not None and b"MicroPython" in self._answer and self._answer.endswith(b">>> ")


class PromptAnswers(WrongDevice):
    """MicroPython runs on the board, our application does not."""


def describe(path: str, heard: Heard, waited_s: float) -> WrongDevice:
    """The error for a port without a HELLO reply."""
    if heard.prompt:
        return PromptAnswers(
            f"a MicroPython prompt answers on {path}, no AllEars application runs there",
            f"install it with `allears flash --via repl --port {path}`",
        )
    if heard.echoed:
        return WrongDevice(f"{path} sends back what it gets, no clip answers", "check the cable and the port")
    if heard.text:
        words = _last_words(heard.text)
        quoted = f' ("{words}")' if words else ""
        return WrongDevice(
            f"something else than an AllEars clip answers on {path}{quoted}",
            "name a clip's port, see `allears devices`",
        )
    return WrongDevice(
        f"nothing on {path} answered within {waited_s:.0f} s",
        "press the clip's reset button or choose another port",
    )


def _last_words(heard: bytes) -> str:
    """The last line of readable text, or "" where there is none to speak of."""
    readable = "".join(chr(b) if 32 <= b < 127 else "\n" for b in heard)
    lines = [line.strip() for line in readable.splitlines() if len(line.strip()) > 1]
    letters = sum(map(str.isalpha, readable))
    if not lines or letters * 2 < len(heard.strip(b"\x00\r\n ")):
        return ""
    return lines[-1][-_SHOWN:]
