"""The exposure set: what each measure is, which way is more, how its days are laid out for the charts."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from allears.exposure.engine import Floats
from allears.indicators.result import Definition

_VOICE = "short breaks between calls as a risk to the voice: review, J. Voice S0892-1997(21)00261-7"
_BREAKS = "micro-breaks: Albulescu et al. 2022, doi 10.1371/journal.pone.0272460"
_LOAD = "work pressure and exhaustion: Bakker, Demerouti, Schaufeli 2003, EJWOP 12(4)"
_CONTEXT = "context only: no study was found that ties it to exhaustion"
_DOSE = "Cantarella et al., 92 operators: 87.5 min a day, not correlated with complaints, so it never signals"


@dataclass(frozen=True)
class Scale:
    """How values are laid out so that days spread alike above and below: `forward` and its inverse `back`."""

    name: str
    forward: Callable[[Floats], Floats]
    back: Callable[[float], float]


def _squared(value: float) -> float:
    return max(value, 0.0) ** 2


PLAIN = Scale("plain", lambda values: values, float)
LOG = Scale("logarithm", lambda values: np.log(np.maximum(values, 1.0)), math.exp)
ROOT = Scale("square root", lambda values: np.sqrt(np.maximum(values, 0.0)), _squared)


@dataclass(frozen=True)
class Measure:
    """One measure of the set.

    direction: 1 where more of it is more exposure, -1 where less is. floor: smallest spread on `scale`. signals: False
    for what is shown without ever signalling. context: True for what says nothing about load by itself. team: False
    for what a lead never sees, not even of a group.
    """

    definition: Definition
    direction: int
    scale: Scale
    floor: float
    signals: bool = True
    context: bool = False
    team: bool = True

    @property
    def key(self) -> str:
        return self.definition.key


MEASURES: tuple[Measure, ...] = (
    Measure(
        Definition(
            "occupancy", "Occupancy", "%",
            "(talk + hold + after-call work) / (talk + hold + after-call work + ready) of the day",
            "30 min in those states, from an imported state log or the clip's button", _LOAD,
        ), 1, PLAIN, 2.0,
    ),
    Measure(
        Definition(
            "busy-half-hours", "Half-hours over the site's limit", "% of half-hours",
            "half-hours with occupancy above the site's limit (85 %) / half-hours with 10 min or more in its states",
            "10 half-hours", "85 % is a rule of thumb with weak evidence (Contact Center Pipeline 2015)",
        ), 1, PLAIN, 7.0,
    ),
    Measure(
        Definition(
            "gap-median", "Gap between calls, median", "s",
            "one call's end to the next call's start in the same shift, after-call work included, breaks left out",
            "5 gaps", _VOICE,
        ), -1, LOG, 0.1,
    ),
    Measure(
        Definition(
            "gap-shortest", "Gap between calls, shortest tenth", "s",
            "10th percentile of the gaps between calls of the day", "10 gaps", _VOICE,
        ), -1, LOG, 0.15,
    ),
    Measure(
        Definition(
            "longest-spell", "Longest unbroken spell", "min",
            "first to last call between two breaks of 5 min or more; where no break is known, a gap of 5 min counts",
            "1 call", _BREAKS,
        ), 1, LOG, 0.1,
    ),
    Measure(
        Definition(
            "hard-run", "Longest run of hard calls", "calls",
            "most calls in a row that the agent marked as hard, that took 10 min or more, or in which 10 % or more of "
            "the speech was joint (of 60 s of speech or more)",
            "5 calls", "customer aggression and workload: Molino et al. 2016, doi 10.3389/fpsyg.2016.01133",
        ), 1, ROOT, 0.3,
    ),
    Measure(
        Definition(
            "hard-recovery", "Gap after a hard call, median", "s",
            "end of a hard call to the start of the next call of the shift, median over the day",
            "2 hard calls with a call after them", _BREAKS,
        ), -1, LOG, 0.2,
    ),
    Measure(
        Definition(
            "after-hours", "Work outside the site's hours", "min",
            "talk, hold, after-call work and, in an imported log, ready and other work, in half-hours outside the "
            "site's hours (7:00 to 19:00 local time, Monday to Friday)",
            "30 min of work", _LOAD,
        ), 1, ROOT, 2.0,
    ),
    Measure(
        Definition(
            "overtime", "Work beyond the planned day", "min",
            "work of the day, breaks left out, less the site's planned 450 min; nothing where it was less",
            "30 min of work", _LOAD,
        ), 1, ROOT, 2.0,
    ),
    Measure(
        Definition(
            "voice-dose", "Speaking time", "min", "agent's speech of the day", "1 call", _DOSE,
        ), 1, PLAIN, 5.0, signals=False,
    ),
    Measure(
        Definition(
            "talk-over-drift", "Talk-overs, late against early", "per 10 min of customer talk",
            "talk-overs per 10 min of customer talk in the last third of the shift less those in the first third",
            "10 min of customer talk in either third", _CONTEXT,
        ), 1, PLAIN, 0.5, context=True,
    ),
    Measure(
        Definition(
            "dead-air-drift", "Dead air, late against early", "silences per h in calls",
            "joint silences of 6 s or more per h in calls in the last third of the shift less those in the first third",
            "20 min in calls in either third", _CONTEXT,
        ), 1, PLAIN, 1.0, context=True,
    ),
    Measure(
        Definition(
            "acw-drift", "After-call work, late against early", "s per call",
            "after-call work per call in the last third of the shift less that in the first third",
            "5 calls in either third, on a day with after-call work", _CONTEXT,
        ), 1, PLAIN, 4.0, context=True,
    ),
    Measure(
        Definition(
            "cue-burden", "Cues an hour", "cues per h in calls", "cues shown / hours in calls",
            "30 min in calls", "alarms that come too often: 6 cues an hour is the clip's budget (docs/conversation.md)",
        ), 1, ROOT, 0.3,
    ),
    Measure(
        Definition(
            "off-share", "Clip off or paused", "% of the working day",
            "1 less the time the clip listened / the day's work in an imported log, else / the time it was on",
            "30 min of work",
            "how much of the day the other figures do not cover; switching off is the wearer's right, so it never "
            "signals and no lead sees it",
        ), 1, ROOT, 1.0, signals=False, team=False,
    ),
)  # fmt: skip
BY_KEY = {measure.key: measure for measure in MEASURES}
