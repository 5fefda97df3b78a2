"""A company's night in figures: all tables behind the reports, for 100 to 1,000 agents x 250 days, beside peers.

    python benchmarks/scale.py [--json] [--full] [--agents N] [--folder FOLDER] [--company FOLDER]

A synthetic company (seeded shifts) is written straight to Parquet; the clock starts after that. Everything runs on
two cores. The data, about 6 GB, goes to a folder under the temporary one and is deleted at the end.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import click
import numpy as np

from allears.aggregate import engines, nightly
from scalebench import company, measure, peers, people, reports, spark, tray

AGENTS, DAYS = 1000, 250
SIZES = (0.1, 0.3, 1.0)  # parts of the company whose night is measured
# Sizes that each peer is tried at, as parts of the company: by default, and with --full.
PEER_PARTS = {
    "pandas": {False: (0.1,), True: (0.1, 0.25, 0.5, 1.0)},
    "sqlite": {False: (0.1,), True: (0.1, 0.25, 0.5, 1.0)},
}
PEER_LIMIT_S, LIMIT_MIB = 600.0, 4096.0


def say(text: str) -> None:
    """Progress, apart from the result."""
    click.echo(f"{time.strftime('%H:%M:%S')} {text}", err=True)


def make(folder: Path, agents: int) -> float:
    """Write the company. Returns the seconds it took."""
    began = time.monotonic()
    company.write(folder, agents, DAYS, measure.CORES)
    return round(time.monotonic() - began, 1)


def part_of(data: Path, agents: int, folder: Path) -> Path:
    """A folder within `folder` that holds the first `agents` of a company, as links to its files."""
    found = folder / f"company-{agents}"
    for site in company.sites(agents):
        for path in data.glob(f"*/{site}-*.parquet"):
            link = found / path.parent.name / path.name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path.resolve())
    return found


def night(folder: Path, run: Callable[..., int] = nightly.run) -> dict[str, Any]:
    """All tables of a night, in parts side by side. The tables are deleted again."""
    out = folder / "night"
    jobs = [(folder, out, company.ZONE, part) for part in nightly.parts(folder)]
    before = os.getloadavg()[0]
    taken = measure.taken(run, jobs)
    size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
    shutil.rmtree(out)
    loads = {"load_before": round(before, 1), "load_after": round(os.getloadavg()[0], 1)}
    return {**taken.figures(), "rows": sum(taken.result), "out_mib": round(size / 2**20), **loads}


def run_apart(*job: Any) -> int:
    """A part whose two streams are computed each for itself, as if they differed."""
    with mock.patch.object(engines, "streams_agree", return_value=False):
        return nightly.run(*job)


def nights(folder: Path, data: Path, agents: int) -> dict[str, Any]:
    """The night at growing sizes, and the smallest with both streams computed apart."""
    found: dict[str, Any] = {"night": {}}
    for size in (round(agents * part) for part in SIZES):
        say(f"the night of {size} agents")
        part = part_of(data, size, folder)
        found["night"][str(size)] = night(part)
        if len(found["night"]) == 1:
            found["night_streams_differ"] = {"agents": size, **night(part, run_apart)}
        shutil.rmtree(part)
    return found


def exponent(found: dict[str, Any], figure: str) -> float:
    """Growth of a figure with the agents, fitted over all sizes: 1 is linear."""
    agents, values = zip(*[(float(size), run[figure]) for size, run in found.items()], strict=True)
    return round(float(np.polyfit(np.log(agents), np.log(values), 1)[0]), 2)


def volume(folder: Path) -> dict[str, int]:
    """Rows of each table of a company, of the agents' stream, and bytes of all."""
    import pyarrow.parquet as pq

    found = {
        table.name: sum(
            pq.read_metadata(path).num_rows
            for path in table.glob("*.parquet")
            if "-summaries" not in path.name
        )
        for table in sorted(folder.iterdir())
        if table.is_dir()
    }
    return {**found, "mib": round(sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 2**20)}


def beside(folder: Path, data: Path, whole: int, full: bool) -> dict[str, Any]:
    """Each peer at growing sizes, until it breaks 4 GiB or ten minutes; ours at each size for comparison."""
    found: dict[str, Any] = {}
    expected: dict[int, peers.Sums] = {}
    for name, parts in PEER_PARTS.items():
        found[name] = {"runs": [], "largest": 0, "equal": True}
        for agents in (round(whole * size) for size in parts[full]):
            part = part_of(data, agents, folder)
            taken = _peer(name, part)
            run = {"agents": agents, **taken.figures()}
            if agents not in expected:
                ours = measure.taken(peers.ours, [(part, company.ZONE)], workers=1)
                expected[agents] = ours.result[0]
                run["ours"] = ours.figures()
            shutil.rmtree(part)
            found[name]["runs"].append(run)
            found[name]["equal"] &= taken.result[0] == expected[agents]
            if taken.peak_mib > LIMIT_MIB or taken.seconds > PEER_LIMIT_S:
                break
            found[name]["largest"] = agents
    return found


def _peer(name: str, part: Path) -> measure.Taken:
    if name == "pandas":
        return measure.taken(peers.pandas, [(part,)], workers=1)
    file = part / "peer.sqlite"
    peers.load_sqlite(part, file)
    return measure.taken(peers.sqlite, [(file,)], workers=1)


def ingest(folder: Path) -> dict[str, Any]:
    """One day's tray of 200 clips into a store that already holds the day before."""
    taken = measure.taken(tray.run, [(folder / "tray.duckdb",)], workers=1)
    return {
        **vars(taken.result[0]),
        "seconds": round(taken.result[0].seconds, 2),
        "peak_mib": round(taken.peak_mib),
    }


def page_times(folder: Path, data: Path) -> dict[str, Any]:
    """An agent's and a team's page, on a store of 50 agents x 250 days."""
    path = folder / "site.duckdb"
    reports.fill(data, path, company.sites(1)[0])
    taken = measure.taken(reports.pages, [(path, "A00000", "T0000")], workers=1)
    return {"agents_in_store": company.SITE_AGENTS, **taken.result[0], "peak_mib": round(taken.peak_mib)}


def on_spark(folder: Path) -> dict[str, Any]:
    """Equality with Spark over a very small company, or why it was not tried."""
    why = spark.missing()
    if why:
        return {"equal": None, "why": why}
    tiny = folder / "tiny"
    company.write(tiny, 2, 2, workers=1)
    began = time.monotonic()
    found = spark.run(tiny)
    return {
        "equal": all(equal for _, equal in found.values()),
        "tables": len(found),
        "rows": sum(count for count, _ in found.values()),
        "seconds": round(time.monotonic() - began, 1),
    }


def reached(found: dict[str, Any], agents: int) -> dict[str, dict[str, Any]]:
    """What was promised, and whether it was kept. Growth is the exponent of processor time: 1 is linear."""
    large = found["night"][str(agents)]
    figures: dict[str, tuple[Any, Any, Callable[[Any, Any], bool]]] = {
        "agents": (agents, 1000, lambda value, bound: value >= bound),
        "calls": (found["volume"]["calls"], 10_000_000, lambda value, bound: value >= bound),
        "events": (found["volume"]["events"], 100_000_000, lambda value, bound: value >= bound),
        "tables of a night, s": (large["seconds"], 60, lambda value, bound: value < bound),
        "memory of a night, MiB": (large["peak_mib"], LIMIT_MIB, lambda value, bound: value < bound),
        "growth of time, exponent": (
            found["growth"]["cpu_s"], 1.05, lambda value, bound: value <= bound
        ),
        "ingest of a tray, s": (found["ingest"]["seconds"], 5, lambda value, bound: value < bound),
        "pandas and SQLite agree": (
            all(peer["equal"] for peer in found["peers"].values()), True, lambda value, bound: value == bound
        ),
        "Spark gives the same": (found["spark"]["equal"], True, lambda value, bound: value == bound),
        "HTML timed separately": (
            bool(found["pages"].get("agent") and found["pages"].get("team")), True,
            lambda value, bound: value == bound,
        ),
    }  # fmt: skip
    return {
        name: {"value": value, "bound": bound, "met": None if value is None else met(value, bound)}
        for name, (value, bound, met) in figures.items()
    }


def measured(folder: Path, agents: int, full: bool, made: Path | None) -> dict[str, Any]:
    """The whole table. made: a company of so many agents that was written before."""
    data, began = made or folder / "company", time.monotonic()
    found: dict[str, Any] = {"cores": measure.CORES, "days": DAYS, "load_before": os.getloadavg()[0]}
    if made is None:
        say(f"writing {agents} agents x {DAYS} days")
        found["made_s"] = make(data, agents)
    found["volume"] = volume(data)
    found |= nights(folder, data, agents)
    found["growth"] = {figure: exponent(found["night"], figure) for figure in ("cpu_s", "seconds")}
    say("statistics over agent-days")
    found["statistics"] = people.statistics(agents, DAYS)
    if full:
        say("10,000 agents by agent-day")
        found["statistics_10000"] = people.statistics(10_000, DAYS)
    say("a tray of 200 clips")
    found["ingest"] = ingest(folder)
    say("pages")
    found["pages"] = page_times(folder, data)
    say("pandas and SQLite")
    found["peers"] = beside(folder, data, agents, full)
    say("Spark")
    found["spark"] = on_spark(folder)
    found["took_s"] = round(time.monotonic() - began, 1)
    return {**found, "reach": reached(found, agents)}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
@click.option(
    "--full", is_flag=True, help="Peers up to the size they can hold, and 10,000 agents by agent-day."
)
@click.option(
    "--agents", type=click.IntRange(500), default=AGENTS, show_default=True, help="Size of the company."
)
@click.option(
    "--company",
    "made",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A company of --agents that scalebench.company has written already.",
)
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where the data goes for the run."
)
def main(as_json: bool, full: bool, agents: int, made: Path | None, folder: Path | None) -> None:
    """Measure a company's night on this machine, on two cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: measure.CORES]))
    with tempfile.TemporaryDirectory(prefix="allears-scale-", dir=folder) as scratch:
        found = measured(Path(scratch), agents, full, made)
    if as_json:
        click.echo(json.dumps({"schema": 1, **found}, indent=1, default=str))
        return
    for size, figures in found["night"].items():
        click.echo(
            f"{size} agents x {DAYS} days: {figures['seconds']} s, {figures['cpu_s']} s of processor, "
            f"{figures['peak_mib']:.0f} MiB, {figures['rows']} rows, load {figures['load_before']}"
        )
    for name, peer in found["peers"].items():
        for run in peer["runs"]:
            click.echo(
                f"occupancy by {name}, {run['agents']} agents: {run['seconds']} s, {run['peak_mib']:.0f} MiB"
            )
    for key in ("statistics", "statistics_10000", "ingest", "pages", "spark"):
        if key in found:
            click.echo(f"{key}: " + ", ".join(f"{name} {value}" for name, value in found[key].items()))
    for name, entry in found["reach"].items():
        click.echo(
            f"{'met' if entry['met'] else 'NOT MET'}: {name} {entry['value']} (bound {entry['bound']})"
        )


if __name__ == "__main__":
    main()
