"""Write the integer tables of the sound features, for the host and for the clip, from one place.

    python tools/make_tables.py            write both files
    python tools/make_tables.py --check    exit 1 when a committed file differs

Floating point appears here and nowhere behind it: the committed integers are the definition, so
neither the host nor the clip depends on the last bit of anybody's cosine. What each table means is
told in `host/allears/signal/features.py`.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGETS = (
    ROOT / "host/allears/signal/tables.py",
    ROOT / "firmware/allears_clip/kernels/tables.py",
)

FEATURE_VERSION = 1
POINTS = 256  # samples in the window, points in the transform
Q14_ONE = 1 << 14
BANDS = 24
FIRST_BIN, LAST_BIN = 2, 120  # 62.5 Hz (above DC and mains hum's root) ... 3750 Hz
BIN_HZ = 31.25
MIN_BAND_BINS = 2


def hann_q14() -> list[int]:
    """Periodic Hann window, Q14: exactly 0 at n = 0 and exactly 1.0 at n = 128."""
    return [round(Q14_ONE * (0.5 - 0.5 * math.cos(2 * math.pi * n / POINTS))) for n in range(POINTS)]


def twiddles_q14() -> list[int]:
    """exp(-2 pi i k / 256) for k = 0..127 as re, im pairs in Q14; 1 and -i are exact."""
    pairs = []
    for k in range(POINTS // 2):
        angle = 2 * math.pi * k / POINTS
        pairs += [round(Q14_ONE * math.cos(angle)), round(-Q14_ONE * math.sin(angle))]
    return pairs


def bit_reversed() -> list[int]:
    """Where sample n goes before a decimation-in-time transform."""
    bits = POINTS.bit_length() - 1
    return [int(format(n, f"0{bits}b")[::-1], 2) for n in range(POINTS)]


def log2_bytes() -> list[int]:
    """floor(256 * log2(1 + i / 256)): the fraction of log2 in Q8."""
    return [math.floor(256 * math.log2(1 + i / 256)) for i in range(256)]


def halving_loss() -> list[int]:
    """127 >> bit length of n, for n = 0..63: what eight floored halvings take, as a sound.

    A floor after a halving loses 1/4 on average. In stage s, on every bin of each of its 2**s-point
    transforms, that is what an impulse of 2**s / 4 on their first samples (n < 256 >> s) would give.
    """
    return [127 >> n.bit_length() for n in range(POINTS // 4)]


def band_edges() -> list[int]:
    """25 first bins: band b covers bins edges[b] ... edges[b + 1] - 1, widths never shrinking.

    Mel-spaced from 62.5 Hz; where mel asks for less than two bins a band gets two, and the rest of
    the range is shared out again over the bands that are left.
    """

    def mel(bin_number: float) -> float:
        return 2595 * math.log10(1 + bin_number * BIN_HZ / 700)

    def inverse(m: float) -> float:
        return 700 * (10 ** (m / 2595) - 1) / BIN_HZ

    end = LAST_BIN + 1
    edges = [FIRST_BIN]
    for band in range(BANDS):
        left = BANDS - band
        step = (mel(end) - mel(edges[-1])) / left
        width = round(inverse(mel(edges[-1]) + step)) - edges[-1]
        edges.append(edges[-1] + max(width, MIN_BAND_BINS))
    if edges[-1] != end:
        raise ValueError(f"the bands end at bin {edges[-1]}, not {end}")
    return edges


def little_endian(values: list[int]) -> bytes:
    """Signed 16-bit values as little-endian bytes."""
    return b"".join(v.to_bytes(2, "little", signed=True) for v in values)


def literal(name: str, comment: str, data: bytes) -> str:
    """`NAME = (b"..." b"...")` with 16 bytes a line (up to 25 in one), every byte as a hex escape."""
    lines = [f"# {comment}", f"{name} = ("]
    width = 16 if len(data) > 25 else 25
    for start in range(0, len(data), width):
        escapes = "".join(f"\\x{byte:02x}" for byte in data[start : start + width])
        lines.append(f'    b"{escapes}"')
    return "\n".join([*lines, ")"])


def render() -> str:
    """The module's text; the same bytes go to the host and to the clip."""
    parts = [
        "# Integer tables of the sound features. Written by tools/make_tables.py; do not edit by hand.",
        "# 16-bit tables are little-endian. No float is computed at start-up, on any machine.",
        f"FEATURE_VERSION = {FEATURE_VERSION}",
        literal("WINDOW_Q14", "Periodic Hann window, 256 x int16, Q14.", little_endian(hann_q14())),
        literal(
            "TWIDDLES_Q14",
            "exp(-2 pi i k / 256), k = 0..127, as int16 pairs (re, im), Q14; 1 and -i are exact.",
            little_endian(twiddles_q14()),
        ),
        literal("BIT_REVERSED", "Index of sample n in bit-reversed order, 256 bytes.", bytes(bit_reversed())),
        literal("HALVING_LOSS", "Added to samples 0..63 of the window, 64 bytes.", bytes(halving_loss())),
        literal("LOG2_Q8", "floor(256 * log2(1 + i / 256)), 256 bytes.", bytes(log2_bytes())),
        literal("BAND_EDGES", "First bin of each of the 24 bands, one past the last.", bytes(band_edges())),
    ]
    return "\n".join(parts) + "\n"


def main() -> int:
    """Write the tables, or compare them with what is committed."""
    parser = argparse.ArgumentParser(description="Write the integer tables of the sound features.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    check = parser.parse_args().check
    text = render()
    stale = [path for path in TARGETS if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{'differs' if check else 'wrote'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(text)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
