"""Renders the demo call's utterances: `python -m allears_models.demo_call`.

Only needed after a change to the script; the rendered utterances are part of the package.
Each line of host/allears/demo/data/script.toml becomes one mono FLAC at 8 kHz, spoken by
espeak-ng, trimmed, set to one level and rounded to 9 bits: 36 dB of speech over rounding noise,
about what G.711 leaves, at half the size of 13 bits.
"""

import argparse
import io
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import soundfile
import soxr

from allears_core import params

LEVEL_DBFS = -23.0  # rms over the samples that carry speech; 0 dBFS is a full-scale square wave
STEP = 128  # 9 bits of 16
TRIM_PEAK = 0.01  # of full scale: what counts as sound when the ends are trimmed
DATA_FOLDER = Path(__file__).resolve().parents[2] / "host" / "allears" / "demo" / "data"
RENDERED_BY = "RENDERED_BY"  # names the synthesiser's version beside the utterances


class NoSynthesiser(Exception):
    """espeak-ng is not installed."""


def synthesiser_version() -> str:
    """The installed espeak-ng's version, such as "eSpeak NG text-to-speech: 1.51". Raises NoSynthesiser."""
    return _espeak(["--version"]).decode().split("Data at")[0].strip()


def render(text: str, voice: dict) -> np.ndarray:
    """One utterance, int16 at 8 kHz, in a [voice.…] table's voice. Raises NoSynthesiser."""
    speed = str(voice["words_per_minute"])
    wave = _espeak(["-v", voice["espeak"], "-s", speed, "--stdout", text])
    sound, rate_hz = soundfile.read(io.BytesIO(wave), dtype="float64")
    sound = soxr.resample(sound, rate_hz, params.SAMPLE_RATE_HZ)
    sounding = np.flatnonzero(np.abs(sound) > TRIM_PEAK)
    sound = sound[sounding[0] : sounding[-1] + 1]
    speech = sound[np.abs(sound) > TRIM_PEAK]
    gain = 10 ** (LEVEL_DBFS / 20) / np.sqrt(np.mean(speech**2))
    steps = np.round(sound * gain * params.FULL_SCALE / STEP)
    limit = params.FULL_SCALE // STEP
    return (np.clip(steps, -limit, limit - 1) * STEP).astype(np.int16)


def render_script(data_folder: Path) -> dict[str, np.ndarray]:
    """Every utterance of the script in `data_folder`, by line id."""
    with open(data_folder / "script.toml", "rb") as file:
        script = tomllib.load(file)
    return {
        line["id"]: render(line.get("spoken", line["text"]), script["voice"][line["side"]])
        for line in script["line"]
    }


def write(utterances: dict[str, np.ndarray], folder: Path) -> int:
    """Replaces the utterances in `folder`; returns the bytes written."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.flac"):
        stale.unlink()
    written = 0
    for name, sound in utterances.items():
        path = folder / f"{name}.flac"
        rate_hz = params.SAMPLE_RATE_HZ
        soundfile.write(path, sound, rate_hz, format="FLAC", subtype="PCM_16", compression_level=1.0)
        written += path.stat().st_size
    (folder / RENDERED_BY).write_text(synthesiser_version() + "\n")
    return written


def _espeak(arguments: list[str]) -> bytes:
    program = shutil.which("espeak-ng")
    if program is None:
        raise NoSynthesiser("espeak-ng is not installed; on Debian, apt-get install espeak-ng")
    return subprocess.run([program, *arguments], check=True, capture_output=True).stdout


def main() -> int:
    parser = argparse.ArgumentParser(description="Render the demo call's utterances with espeak-ng.")
    parser.add_argument("--data", type=Path, default=DATA_FOLDER, help="folder that holds script.toml")
    data_folder = parser.parse_args().data
    if not (data_folder / "script.toml").is_file():
        print(f"error: no script.toml in {data_folder}; name its folder with --data", file=sys.stderr)
        return 1
    try:
        utterances = render_script(data_folder)
    except NoSynthesiser as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    size = write(utterances, data_folder / "utterances")
    seconds = sum(map(len, utterances.values())) / params.SAMPLE_RATE_HZ
    print(f"{len(utterances)} utterances, {seconds:.0f} s, {size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
