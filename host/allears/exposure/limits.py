"""Constants of the charts: what counts as a change, chosen so that the false-signal budget holds.

`benchmarks/exposure.py` measures what they do. The textbook's limits (Shewhart 3, EWMA 2.7 to 3, CUSUM 5; Montgomery,
Introduction to Statistical Quality Control) are for independent days and a mean that is known; here days hang
together, baselines are short, and a dozen charts are read at once, so every limit stands further out.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Units of z are one's own usual spread from day to day.

    window: baseline days at most; least: at least; guard: newest days kept out of the baseline, so that a change
    does not hide itself. cap: z beyond it counts as it in the slow charts: one strange day is no lasting change.
    shewhart: z of a single day, which must also lie `beyond` further out than every day of its baseline. ewma_weight
    (lambda); ewma: limit in the EWMA's own sigma. cusum_slack (k), cusum (h). run_days days in a row beyond run_z.
    spread_days, class_days: how many days' worth of doubt a short baseline and a rare class of days are given.
    """

    window: int = 28
    least: int = 10
    guard: int = 5
    cap: float = 2.0
    shewhart: float = 4.5
    beyond: float = 1.0
    ewma_weight: float = 0.2
    ewma: float = 3.8
    cusum_slack: float = 0.5
    cusum: float = 7.5
    run_days: int = 6
    run_z: float = 1.0
    spread_days: float = 4.0
    class_days: float = 6.0

    @property
    def first_day(self) -> int:
        """Days with a value before the first one that can be judged."""
        return self.least + self.guard


LIMITS = Limits()
BUDGET_PER_MONTH = 1.0  # false signals an agent-month, all charts of a person together
MONTH_DAYS = 21  # worked days of a month
