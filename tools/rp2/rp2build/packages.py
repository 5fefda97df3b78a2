"""What the runtime is built from: packages of Debian trixie, pinned by version and hash."""

from __future__ import annotations

from targetbench.source import MBEDTLS, MICROPYTHON, Package, Unavailable, source

PICO_SDK = Package(
    "pico-sdk-source",
    "2.1.1-1",
    "pico-sdk-source_2.1.1-1_all.deb",
    "507a3ca37636641bc90239d7c04dc9dc28c5008087a8162102ea94d2273153d3",
)
TINYUSB = Package(
    "tinyusb-source",
    "0.18.0+dfsg-1",
    "tinyusb-source_0.18.0+dfsg-1_all.deb",
    "01ce2c645df68f14a8a7dcfc8fb355713152543757955820479a87949a61154e",
)
ALL = (MICROPYTHON, PICO_SDK, TINYUSB, MBEDTLS)

__all__ = ["ALL", "MBEDTLS", "MICROPYTHON", "PICO_SDK", "TINYUSB", "Unavailable", "source"]
