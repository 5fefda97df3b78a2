"""`python -m allears_models STEP`: data, simulate, train (the whole chain), quantise, export, evaluate, scenes."""

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
            step.add_argument(
                "--events", type=Path, metavar="DIR", help="score events and cues on these scenes instead"
            )
            step.add_argument("--json", action="store_true", help="with --events: JSON instead of tables")
    scenes = steps.add_parser("scenes", help="write labelled two-channel calls from a speech folder")
    scenes.add_argument("--data", type=Path, required=True, help="folder with a manifest.csv")
    scenes.add_argument("--out", type=Path, required=True, help="folder for the calls and their truth")
    scenes.add_argument("--calls", type=int, default=20, help="how many calls")
    scenes.add_argument("--seed", type=int, default=1, help="call k depends on (seed, k) alone")
    scenes.add_argument("--split", default="dev", help="whose voices: a value of the manifest's split column")
    scenes.add_argument("--minutes", type=float, default=4.0, help="length of a call, about")
    scenes.add_argument(
        "--style", choices=("mixed", "considerate"), default="mixed", help="considerate: no talk-over"
    )
    return top


def find_config(path: Path) -> Config:
    """The configuration at `path`, or at that path beside the package."""
    return read_config(path if path.is_file() or path.is_absolute() else CONFIGS / path)


def run(arguments: argparse.Namespace) -> int:
    """Run one step. Returns the exit code."""
    if arguments.step == "scenes" or getattr(arguments, "events", None):
        return run_scenes(arguments)
    config = find_config(arguments.config)
    if arguments.step == "evaluate":
        from allears_models import evaluate

        return evaluate.main(config, arguments.data, arguments.out, arguments.calls)
    from allears_models import pipeline

    step = arguments.step
    if step in ("data", "simulate", "train"):
        pool = pipeline.check_data(arguments.data, config)
    if step == "data":
        pipeline.compare_labels(arguments.data, pool)
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


def run_scenes(arguments: argparse.Namespace) -> int:
    """Write labelled calls, or score the product on some. Returns the exit code."""
    if arguments.step == "evaluate":
        from allears_models import event_report

        return event_report.main(arguments.events, arguments.json)
    from allears_models.scenes import files

    if arguments.calls < 1 or arguments.minutes <= 0 or arguments.seed < 0:
        raise DataError("--calls and --minutes must be above 0 and --seed not below: give other numbers")
    files.write_scenes(
        arguments.data,
        arguments.out,
        calls=arguments.calls,
        seed=arguments.seed,
        split=arguments.split,
        minutes=arguments.minutes,
        style=arguments.style,
    )
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
