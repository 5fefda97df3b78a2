"""Moved to allears.aggregate.facts."""

from allears.aggregate.facts import ACD, BREAK_MS, CLIP, REST_STATES, Facts

__all__ = ["ACD", "BREAK_MS", "CLIP", "REST_STATES", "Facts"]
