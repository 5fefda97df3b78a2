"""What a chip does at boot with what it cannot use: a health record, a light, and the link still answering."""

import json

import pytest
from targetbench import machine, volume

KERNELS = "allears_clip/kernels/"


def boot(chip, case="", data=None, without=()):
    """{word: rest of the line} of what the clip says about its start."""
    image = volume.image(chip, "boots.py", {"case.txt": case.encode(), **(data or {})}, without=without)
    lines = machine.lines_of(chip, image)
    return {word: rest for word, _, rest in (line.partition(" ") for line in lines)}


def refused(said, *words):
    assert said["hello"].startswith("HELLO_REPLY ")
    assert said["light"] == "True"  # it blinks
    for word in words:
        assert word in said["health"]


def test_a_good_boot_has_nothing_to_tell(chip):
    said = boot(chip)
    assert said["kernels"] == {"m33": "thumb", "v6m": "v6m_thumb"}[chip.name]
    assert said["hello"].startswith("HELLO_REPLY ")
    assert said["hello"].endswith(said["kernels"])
    assert "health" not in said


@pytest.mark.parametrize("version", [0, 2])
def test_weights_for_other_features(m33, version):
    manifest = json.loads((volume.FIRMWARE / "weights/duplex.json").read_text("utf-8"))
    said = boot(m33, data={"weights/duplex.json": json.dumps({**manifest, "features": version}).encode()})
    refused(said, "weights-refused", f"feature version {version}, not 1")
    assert said["kernels"] == "no weights"


def test_kernels_of_another_chip(v6m):
    """Made for the Cortex-M33, they do not load here; plain Python would be no choice."""
    strangers = {
        f"{KERNELS}{name}.mpy": volume.compiled(
            (volume.FIRMWARE / KERNELS / f"{name}.py").read_text("utf-8"), "armv7emsp", f"{name}.py"
        )
        for name in ("features_viper", "network_viper")
    }
    said = boot(v6m, data=strangers)
    refused(said, "weights-refused", "no kernel computes the probe right")


def test_no_microphone_clock(m33):
    refused(boot(m33, "dead"), "microphone-dead", "no microphone clock")
