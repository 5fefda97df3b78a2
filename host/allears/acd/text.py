"""Text of exports as they come: unknown encodings, byte order marks, names that were decoded wrongly before."""

import re
from dataclasses import dataclass

# What UTF-8 looks like after somebody took it for Windows-1252: a lead byte's letter, then a continuation byte's.
_BROKEN = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
)
_ROUNDS = 3  # a file can be spoilt more than once on its way


@dataclass(frozen=True)
class Text:
    """A file's text. encoding: how it was read. other_lines: lines that were in another encoding than the rest."""

    text: str
    encoding: str
    other_lines: int


def decoded(raw: bytes) -> Text:
    """Text of a file: UTF-8 or UTF-16 with a byte order mark, UTF-8, and line by line Windows-1252 where it is not.

    Never fails; what is no character in Windows-1252 either is read as Latin-1.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Text(raw.decode("utf-16", "replace"), "UTF-16", 0)
    body = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        return Text(body.decode("utf-8"), "UTF-8", 0)
    except UnicodeDecodeError:
        pass
    lines = [_line(line) for line in body.split(b"\n")]
    other = sum(spoilt for _, spoilt in lines)
    plain = sum(line.isascii() for line, _ in lines)
    encoding = "UTF-8 and Windows-1252" if other < len(lines) - plain else "Windows-1252"
    return Text("\n".join(line for line, _ in lines), encoding, other)


def _line(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252"), True
    except UnicodeDecodeError:
        return line.decode("latin-1"), True


def repaired(text: str) -> str:
    """A word put right that was written in UTF-8 and read as Windows-1252: `GonÃ§alves` becomes `Gonçalves`.

    Words in order are returned as they are; so is one that is only partly spoilt.
    """
    for _ in range(_ROUNDS):
        if not _BROKEN.search(text):
            return text
        try:
            better = b"".join(_byte(letter) for letter in text).decode("utf-8")
        except (UnicodeDecodeError, UnicodeEncodeError):
            return text
        text = better
    return text


def _byte(letter: str) -> bytes:
    """The byte that Windows-1252, or Latin-1 where that has a hole, shows as `letter`."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
