"""call-ai-metrics (PyPI) as a peer: its figures from our reference segments and from our detected segments.

It judges a whole call afterwards from (start, end, speaker) and knows no acknowledgements by position, no floor, no
network delay; so its counts are read beside ours, not against them.
"""

from __future__ import annotations

from collections import Counter

from allears_core.params import HOP_MS
from allears_core.settings import Settings
from allears_models.event_answer import Answer
from allears_models.event_spans import bursts
from allears_models.event_truth import Truth
from allears_models.labels import Mask

PARTIES = ("agent", "customer")
COUNTED = {  # row of the table: the peer's name for it, the event kinds that are nearest to it among ours
    "agent interrupts": ("interruptions", ("talk-over",)),
    "agent backchannels": ("backchannels", ("acknowledgement",)),
}


def segments(agent: Mask, customer: Mask) -> list[tuple[float, float, str]]:
    """Both sides' bursts as (start s, end s, speaker)."""
    found = [
        (start * HOP_MS / 1000, end * HOP_MS / 1000, name)
        for name, track in zip(PARTIES, (agent, customer), strict=True)
        for start, end in bursts(track, Settings()).tolist()
    ]
    return sorted(found)


def compare(truth: Truth, answer: Answer, counts: Counter[str]) -> None:
    """Count one call by the peer and by us, on the reference and on what was detected.

    Raises ModuleNotFoundError where call-ai-metrics is not installed.
    """
    from call_ai_metrics import analyze

    for where, side in (("reference", truth), ("detected", answer)):
        report = analyze(segments(side.agent, side.customer), speakers=list(PARTIES))
        for row, (name, kinds) in COUNTED.items():
            counts[f"peer/{row}/{where}"] += getattr(report["agent"], name)
            counts[f"ours/{row}/{where}"] += sum(event.kind in kinds for event in side.events)
        counts[f"peer/customer interrupts/{where}"] += report["customer"].interruptions
        for party in PARTIES:
            counts[f"peer/{party} talk, s/{where}"] += report[party].talk_time_s
            counts[f"ours/{party} talk, s/{where}"] += int(getattr(side, party).sum()) * HOP_MS / 1000
        counts[f"peer/both talk, s/{where}"] += report.overlap_share * report.speech_span_s
        counts[f"ours/both talk, s/{where}"] += int((side.agent & side.customer).sum()) * HOP_MS / 1000
