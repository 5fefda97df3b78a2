"""Writes the demo call and its truth: `python -m allears.demo CALL.flac`."""

import argparse
import json
from pathlib import Path

from allears.demo.call import write_call


def main() -> None:
    parser = argparse.ArgumentParser("allears.demo", description="Write the demo call and its truth.")
    parser.add_argument("call", type=Path, help="FLAC to write; the truth goes beside it as .json")
    path = parser.parse_args().call
    truth = write_call(path)
    path.with_suffix(".json").write_text(json.dumps(truth.as_json(), indent=1) + "\n")


main()
