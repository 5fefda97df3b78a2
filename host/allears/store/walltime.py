"""Moved to allears.aggregate.walltime."""

from allears.aggregate.walltime import LOG_KEY, SLOT_MS, calendar, dated, local_date, local_time, midnight_ms

__all__ = ["LOG_KEY", "SLOT_MS", "calendar", "dated", "local_date", "local_time", "midnight_ms"]
