"""Nothing lost, no one in: every count that the clip's safety rests on, measured on the real firmware.

    python benchmarks/safe.py [--json] [--full]

The default run takes samples of the long counts and says how many; --full makes them all.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from safebench import cable, flips, powercuts, secrets, soak

Found = dict[str, Any]
# Between the halves of a run: what a collection happens to leave, and the list of the log's files, which has an end.
FLAT = {"heap_growth_bytes": 8192}
NOTHING = {"crashes": 0}
HOST = {**NOTHING, "believed": 0, "given": 0, "heap_growth_bytes": 16384}
SOAKED = {**FLAT, "sequence_errors": 0, "exceptions": 0, "over_budget_bytes": 0}


@dataclass(frozen=True)
class Count:
    """One subject. run: with the number of trials, or a stride through them; bounds: key of what is found -> the most
    it may be, or (least,) for the least."""

    name: str
    run: Callable[[Any], Found]
    sample: Any
    whole: Any
    bounds: dict[str, Any]


def _fuzz(name: str) -> Callable[[int], Found]:
    """A function of tests/fuzz, imported when it is needed."""

    def run(trials: int) -> Found:
        from fuzzlink import clip_end, host_end, with_atheris

        if name.startswith("atheris "):
            if not with_atheris.available():
                return {"skipped": with_atheris.MISSING}
            found = with_atheris.guided(name.split()[1], trials)
        else:
            functions = {
                "without a key": clip_end.without_a_key,
                "with a key": clip_end.with_a_key,
                "authentications": clip_end.authentications,
                "host": host_end.hostile_clips,
                "port": clip_end.through_the_port,
            }
            found = functions[name](trials)
        found = {**found, "crashes": len(found["crashes"])}
        if "reached" in found:
            found["reached"] = len(found["reached"])
        return found

    return run


COUNTS = (
    Count("session cut", powercuts.session, 4, 1, {"lost": 0, "twice": 0, "unbootable": 0}),
    Count("update cut", powercuts.update, 6, 1, {"lost": 0, "unbootable": 0}),
    Count("update cut, process killed", powercuts.update_on_the_virtual_clip, 3, 60, {"unbootable": 0}),
    Count("pulls cut", cable.pulls, 150, 2000, {"missing": 0, "twice": 0}),
    Count("clip fuzzed", _fuzz("without a key"), 400_000, 5_000_000, {**NOTHING, "reached": 0, **FLAT}),
    Count("clip fuzzed with a key", _fuzz("with a key"), 60_000, 1_000_000, {**NOTHING, **FLAT}),
    Count("host fuzzed", _fuzz("host"), 400_000, 5_000_000, HOST),
    Count("port fuzzed", _fuzz("port"), 60_000, 500_000, {**NOTHING, "reached": 0, "starts": 0, "prompts": 0}),
    Count("clip fuzzed, atheris", _fuzz("atheris clip"), 200_000, 5_000_000, NOTHING),
    Count("host fuzzed, atheris", _fuzz("atheris host"), 200_000, 5_000_000, NOTHING),
    Count("authentications", _fuzz("authentications"), 1080, 10_000, {**NOTHING, "reached": 0}),
    Count("bundle flipped", flips.bundle, 41, 1, {"taken": 0}),
    Count("segment flipped", flips.segment, 7, 1, {"taken": 0}),
    Count("soak of decisions", soak.decisions, 3, 72, SOAKED),
    Count("soak of sound", soak.audio, 0.5, 1, SOAKED),
    Count("earlier keys searched", secrets.earlier_keys, 4, 20, {"found": 0}),
    Count("clips swapped", lambda _: secrets.swapped_clips(), 1, 1, {"opened": 0, "served": 0}),
)  # fmt: skip


def measure(full: bool, chosen: tuple[str, ...], progress: Callable[[str], None]) -> Found:
    """Everything that was found, and `reach`: what of it has a bound."""
    found: Found = {}
    reach: Found = {}
    for count in COUNTS:
        if chosen and count.name not in chosen:
            continue
        began = time.perf_counter()
        trials = count.whole if full else count.sample
        one = count.run(trials)
        if "log_bytes" in one:
            one["over_budget_bytes"] = max(0, one["log_bytes"] - one["log_budget_bytes"])
        found[count.name] = {**one, "seconds": round(time.perf_counter() - began, 1)}
        progress(_line(count.name, found[count.name]))
        for key, bound in count.bounds.items():
            if key in one:
                reach[f"{count.name}: {key}"] = {"value": one[key], "bound": bound, "met": one[key] <= bound}
    if "authentications" in found:
        one = found["authentications"]
        reach["authentications: refused"] = {
            "value": one["refused"], "bound": one["trials"], "met": one["refused"] == one["trials"],
        }  # fmt: skip
    return {"full": full, "counts": found, "reach": reach}


def _line(name: str, values: Found) -> str:
    return f"{name}: " + ", ".join(f"{key} {value}" for key, value in values.items())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option("--full", is_flag=True, help="The whole counts: about an hour.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this count; may be repeated.")
def main(as_json: bool, full: bool, only: tuple[str, ...]) -> None:
    """Count what is lost, believed, found or let in that should not be."""
    unknown = set(only) - {count.name for count in COUNTS}
    if unknown:
        raise click.UsageError(f"there is no count {', '.join(sorted(unknown))}")
    found = measure(full, only, lambda line: click.echo(line, err=True))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, values in found["counts"].items():
        click.echo(_line(name, values))
    missed = [name for name, row in found["reach"].items() if not row["met"]]
    click.echo("all bounds met" if not missed else "NOT MET: " + ", ".join(missed))


if __name__ == "__main__":
    main()
