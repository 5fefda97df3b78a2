"""What an agent learns of their own load: each measure's chart, against nobody but themselves."""

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from allears.aggregate.facts import Facts
from allears.errors import NotEnoughData
from allears.exposure import charts, people
from allears.exposure.catalogue import MEASURES
from allears.exposure.charts import Chart, Signal
from allears.exposure.day import Site
from allears.indicators import collect
from allears.indicators.result import Result
from allears.privacy import consent
from allears.store import Store
from allears_core.records import SUMMARIES


@dataclass(frozen=True)
class AgentExposure:
    """One agent's exposure up to `newest`, the last worked day.

    charts: one a measure, in the catalogue's order. since_break: at the end of the newest call. worked_days: days the
    charts rest on. undated: calls left out because their time is unknown.
    """

    pseudonym: str
    newest: dt.date
    charts: tuple[Chart, ...]
    since_break: Result
    worked_days: int
    undated: int

    def signals(self, since: dt.date | None = None) -> tuple[Signal, ...]:
        """Signals of all charts from `since` on, oldest first, one a measure and day."""
        found = [signal for chart in self.charts for signal in chart.signals]
        return tuple(
            sorted((s for s in found if since is None or s.date >= since), key=lambda s: (s.date, s.key))
        )

    def document(self) -> dict[str, object]:
        """For `--json`: plain types."""
        return {
            "newest": self.newest.isoformat(),
            "worked_days": self.worked_days,
            "undated": self.undated,
            "since_break": self.since_break.document(),
            "charts": [chart.document() for chart in self.charts],
        }


def exposure(facts: Facts, pseudonym: str, site: Site | None = None) -> AgentExposure:
    """Exposure of one agent from the agent's own stream; NotEnoughData without one worked day."""
    record = collect.agent(facts, pseudonym)
    days = people.working_days(record, people.marked_hard(facts, pseudonym), site or Site(), facts)
    if not days:
        raise NotEnoughData(
            f"the store holds no working day of agent {pseudonym} with a known time",
            "check the pseudonym, or pull the agent's clip first",
        )
    return AgentExposure(
        pseudonym,
        days[-1].date,
        charts.build(days, MEASURES),
        collect.since_break(record),
        len(days),
        record.undated,
    )


def named(
    store: Store, pseudonym: str, zone: ZoneInfo, now: dt.datetime, site: Site | None = None
) -> AgentExposure:
    """What a lead may see of one agent who agreed to it: from the lead's stream, without events, marks and cues.

    NoConsent unless the agent's clip wrote down that they agreed, and until when; now: aware.
    """
    consent.require(store, pseudonym, now)
    found = exposure(Facts(store, SUMMARIES, zone), pseudonym, site)
    return replace(found, charts=tuple(chart for chart in found.charts if chart.measure.team))
