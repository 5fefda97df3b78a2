"""Telling what answers on a port when it is no clip, from the bytes it sent."""

from allears.errors import WrongDevice

# Clears a half-typed line and asks a MicroPython prompt for its banner. A shell takes both for harmless line
# editing, a running clip for a damaged frame. Padded to a cell like everything that goes to a clip.
PROBE = b"\x00\x15\x02\x00".ljust(64, b"\x00")
_SHOWN = 40  # characters of a stranger's text to quote


class PromptAnswers(WrongDevice):
    """MicroPython runs on the board, our application does not."""


def describe(path: str, heard: bytes, echoed: bool, waited_s: float) -> WrongDevice:
    """The error for a port without a HELLO reply. heard: all it sent; echoed: it sent our own back."""
    if b"MicroPython" in heard or b">>> " in heard or b"raw REPL" in heard:
        return PromptAnswers(
            f"a MicroPython prompt answers on {path}, no AllEars application runs there",
            f"install it with `allears flash --via repl --port {path}`",
        )
    if echoed:
        return WrongDevice(
            f"{path} sends back what it gets, no clip answers",
            "check the cable and the port",
        )
    text = _last_words(heard)
    if text:
        return WrongDevice(
            f'something else answers on {path} ("{text}")',
            "name a clip's port, see `allears devices`",
        )
    if heard:
        return WrongDevice(
            f"something answers on {path}, but not as an AllEars clip does",
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
