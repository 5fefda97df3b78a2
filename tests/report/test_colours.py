"""The colours of the charts told apart by people with the common kinds of colour blindness, in light and in dark."""

import itertools

import pytest

from allears.report import palette

# Machado, Oliveira and Fernandes 2009 (doi 10.1109/TVCG.2009.113), severity 1.0, on linear RGB.
BLINDNESS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}  # fmt: skip
# Colours that stand side by side and mean different things.
PAIRS = (
    ("agent", "alert"),
    ("agent", "customer"),
    ("alert", "customer"),
    ("heat-4", "heat-5"),
    ("heat-3", "heat-5"),
)
STEPS = [f"heat-{n}" for n in range(1, 7)]
TELLABLE = 15.0  # CIE76 distance; 2.3 is just noticeable side by side


def _linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def _lab(linear: list[float]) -> tuple[float, float, float]:
    r, g, b = (min(max(part, 0.0), 1.0) for part in linear)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _seen(colour: str, kind: str) -> tuple[float, float, float]:
    linear = _linear(colour)
    return _lab(
        [sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in BLINDNESS[kind]]
    )


def _distance(one: str, other: str, kind: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(_seen(one, kind), _seen(other, kind), strict=True)) ** 0.5


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_colours_that_differ_in_meaning_are_told_apart(colours: dict[str, str], kind: str) -> None:
    close = [pair for pair in PAIRS if _distance(colours[pair[0]], colours[pair[1]], kind) < TELLABLE]
    assert not close


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_neighbouring_steps_of_the_heat_map_are_told_apart(colours: dict[str, str], kind: str) -> None:
    """The number stands in every cell as well."""
    close = [
        pair for pair in itertools.pairwise(STEPS) if _distance(colours[pair[0]], colours[pair[1]], kind) < 6
    ]
    assert not close
