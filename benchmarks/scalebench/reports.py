"""What one page costs on a large store: an agent's and a team's, of a site with a year in it."""

from __future__ import annotations

import time
from pathlib import Path

from allears import report
from allears.aggregate.engines import READ
from allears.store import Store
from scalebench.company import ZONE


def fill(folder: Path, path: Path, site: str) -> None:
    """A store that holds one site of the company, as pulls and imports would have filled it."""
    path.unlink(missing_ok=True)
    with Store(path) as store:
        for table in READ:
            files = folder / table / f"{site}-*.parquet"
            store.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet('{files}')")


def pages(path: Path, agent: str, team: str) -> dict[str, float]:
    """Seconds from the closed store to the finished page, charts drawn, by kind of page."""
    found = {}
    with Store(path) as store:
        for kind, make, name in (("agent", report.agent_page, agent), ("team", report.team_page, team)):
            began = time.perf_counter()
            page = make(store, name, ZONE)
            found[kind] = round(time.perf_counter() - began, 2)
            assert len(page.html) > 10_000
    return found
