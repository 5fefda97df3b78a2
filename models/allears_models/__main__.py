"""`python -m allears_models STEP`: data, simulate, train (the whole chain), quantise, export, evaluate."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from allears.signal.network import WeightsError
from allears_models.config import Config, read_config
from allears_models.data import DataError

EXIT_BAD_INPUT = 2
CONFIGS = Path(__file__).resolve().parents[1]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m allears_models", description=__doc__)
    steps = top.add_subparsers(dest="step", required=True)
    texts = {
        "data": "check a folder of audio and list the rows that cannot be used",
        "simulate": "draw the training and development calls",
        "train": "the whole chain: data, simulate, train, quantise, export",
        "fit": "train only, on calls already simulated",
        "quantise": "int8 weights and decision thresholds from the trained network",
        "export": "write the ONNX models, and the firmware's weights with --firmware",
        "evaluate": "one table of measures, ours beside other detectors",
    }
    for name, text in texts.items():
        step = steps.add_parser(name, help=text)
        step.add_argument("--config", type=Path, default=Path("configs/duplex.toml"))
        if name in ("data", "simulate", "train", "evaluate"):
            step.add_argument(
                "--data", type=Path, required=name != "evaluate", help="folder with a manifest.csv"
            )
        if name != "data":
            step.add_argument("--out", type=Path, required=name != "evaluate", help="folder to work in")
        if name in ("export", "train"):
            step.add_argument("--firmware", type=Path, help="also copy duplex.bin and duplex.json there")
        if name == "evaluate":
            step.add_argument("--calls", type=int, default=60, help="how many development calls (0: all)")
    return top


def find_config(path: Path) -> Config:
    """The configuration at `path`, or at that path beside the package."""
    return read_config(path if path.is_file() or path.is_absolute() else CONFIGS / path)


def run(arguments: argparse.Namespace) -> int:
    """Run one step. Returns the exit code."""
    config = find_config(arguments.config)
    if arguments.step == "evaluate":
        from allears_models import evaluate

        return evaluate.main(config, arguments.data, arguments.out, arguments.calls)
    from allears_models import pipeline

    step = arguments.step
    if step in ("data", "simulate", "train"):
        pool = pipeline.check_data(arguments.data, config)
    if step == "data":
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    if step in ("simulate", "train"):
        pipeline.simulate(pool, config, arguments.out)
    if step in ("fit", "train"):
        pipeline.fit(config, arguments.out)
    if step in ("quantise", "train"):
        pipeline.quantise(config, arguments.out, arguments.config.name)
    if step in ("export", "train"):
        pipeline.write_models(config, arguments.out, arguments.firmware)
    return 0


def main() -> int:
    """Entry point: bad input ends in one sentence on stderr and exit code 2."""
    try:
        return run(parser().parse_args())
    except (DataError, WeightsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_BAD_INPUT
    except ModuleNotFoundError as error:
        print(
            f"error: {error.name} is not installed: install allears[models], and [peers] to compare",
            file=sys.stderr,
        )
        return EXIT_BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
