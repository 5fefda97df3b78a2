"""Staffing what-if: Erlang C and A, agents needed for a service promise and for a cap on occupancy."""

from allears.staffing.plan import (
    Demand,
    Staffing,
    WhatIf,
    gap_between_calls_s,
    needed,
    scheduled,
    staffed,
    what_if,
)

__all__ = ["Demand", "Staffing", "WhatIf", "gap_between_calls_s", "needed", "scheduled", "staffed", "what_if"]
