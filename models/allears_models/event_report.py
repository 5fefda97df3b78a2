"""The tables of events and cues, for people and as JSON, and what is held against a bound."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from allears.signal.network import Network
from allears_core.params import HOP_MS
from allears_models import event_peer
from allears_models.event_answer import hear
from allears_models.event_scores import (
    HOPS_PER_HOUR,
    LATE_MS,
    NOTHING,
    TOLERANCES_MS,
    Figure,
    Summary,
    score_call,
)
from allears_models.event_truth import EVENT_KINDS, ONSET_KINDS
from allears_models.scenes.files import read_scenes

BOUNDS = {  # figure: (bound, how the value must lie to it)
    "talk_over_event_f1_200ms": (0.90, ">="),
    "talk_over_event_f1_500ms": (0.90, ">="),
    "acknowledgements_called_talk_over": (0.02, "<="),
    "early_answers_called_talk_over": (0.03, "<="),
    "cue_precision": (0.90, ">="),
    "cue_recall": (0.90, ">="),
    "false_cues_per_hour_of_talk": (1.0, "<="),
    "decision_latency_p95_ms": (120.0, "<="),
    "dead_air_f1": (0.97, ">="),
    "hold_music_called_dead_air_or_talk_over": (0.0, "<="),
}
CONSIDERATE_BOUND = 1.0  # talk-over cues in an hour without talk-over
CUE_KINDS = tuple(LATE_MS)


def headline(summary: Summary) -> dict[str, Figure]:
    """Every figure that has a bound."""
    return {
        "talk_over_event_f1_200ms": summary.f1("talk-over", 200),
        "talk_over_event_f1_500ms": summary.f1("talk-over", 500),
        "acknowledgements_called_talk_over": summary.called("acknowledgement", "talk-over"),
        "early_answers_called_talk_over": summary.called("early-answer", "talk-over"),
        "cue_precision": summary.cue(CUE_KINDS, "precision"),
        "cue_recall": summary.cue(CUE_KINDS, "recall"),
        "false_cues_per_hour_of_talk": summary.cue(CUE_KINDS, "false"),
        "decision_latency_p95_ms": summary.latency(CUE_KINDS, 95),
        "dead_air_f1": summary.f1("dead-air", 500),
        "hold_music_called_dead_air_or_talk_over": _plain(
            summary.total("hold/dead-air", "hold/talk-over"), summary.total("hold_hops") / HOPS_PER_HOUR
        ),
    }


def considerate_cues(summary: Summary) -> Figure:
    """Talk-over cues shown per hour of calls in which nobody talks over anybody."""
    return summary.ratio(["cue/talk-over/shown"], ["hops"], HOPS_PER_HOUR)


def _plain(value: float, n: float) -> Figure:
    return Figure(value, float("nan"), float("nan"), n)


def reach(summary: Summary, considerate: Summary | None = None) -> dict[str, dict[str, Any]]:
    """Each bounded figure with its bound and whether it is met; null where nothing was there to be measured."""
    held = {name: (figure, *BOUNDS[name]) for name, figure in headline(summary).items()}
    if considerate is not None:
        held["talk_over_cues_in_an_hour_without_talk_over"] = (
            considerate_cues(considerate),
            CONSIDERATE_BOUND,
            "<=",
        )
    return {name: _held(*entry) for name, entry in held.items()}


def _held(figure: Figure, bound: float, how: str) -> dict[str, Any]:
    met = (
        None if math.isnan(figure.value) else figure.value >= bound if how == ">=" else figure.value <= bound
    )
    return {**as_json(figure), "bound": bound, "must_be": how, "met": met}


def as_json(figure: Figure) -> dict[str, Any]:
    """value, interval (95 %) and n; null for what could not be measured."""
    ends = [None if math.isnan(end) else round(end, 4) for end in (figure.low, figure.high)]
    value = None if math.isnan(figure.value) else round(figure.value, 4)
    return {"value": value, "interval": ends if ends[0] is not None else None, "n": round(figure.n, 2)}


def document(summary: Summary) -> dict[str, Any]:
    """All of a set's figures as plain values."""
    return {
        "calls": len(summary.scores),
        "hours": round(summary.total("hops") / HOPS_PER_HOUR, 3),
        "talk_hours": round(summary.total("talk_hops") / HOPS_PER_HOUR, 3),
        "hold_minutes": round(summary.total("hold_hops") * HOP_MS / 60000, 2),
        "headline": {name: as_json(figure) for name, figure in headline(summary).items()},
        "events": {
            kind: {
                "truth": summary.total(f"event/{kind}/{TOLERANCES_MS[0]}/truth"),
                "found": summary.total(f"event/{kind}/{TOLERANCES_MS[0]}/found"),
                **{f"f1_{ms}ms": as_json(summary.f1(kind, ms)) for ms in TOLERANCES_MS},
            }
            for kind in EVENT_KINDS
        },
        "talk_over_subtype_right": as_json(summary.ratio(["subtype/500/same"], ["event/talk-over/500/hit"])),
        "confusion": _confusion(summary),
        "cues": {kind: _cue_json(summary, [kind]) for kind in CUE_KINDS}
        | {"all": _cue_json(summary, CUE_KINDS)},
        "dead_air_firm": {name: summary.total(f"firm/{name}") for name in ("due", "made", "right")},
        "withdrawn": summary.total("withdrawn"),
        "hold": {name: summary.total(f"hold/{name}") for name in ("dead-air", "talk-over", "cues")},
        "frames": {
            side: {
                "miss": as_json(summary.ratio([f"frame/{side}/miss"], [f"frame/{side}/speech"])),
                "false": as_json(summary.ratio([f"frame/{side}/false"], [f"frame/{side}/speech"])),
            }
            for side in event_peer.PARTIES
        },
        "peer": _peer(summary),
    }


def _confusion(summary: Summary) -> dict[str, dict[str, float]]:
    names = (*ONSET_KINDS, NOTHING)
    return {row: {column: summary.total(f"class/{row}/{column}") for column in names} for row in names}


def _cue_json(summary: Summary, kinds: Any) -> dict[str, Any]:
    made = [f"decision/{kind}/right" for kind in kinds]
    return {
        "due": summary.total(*(f"cue/{kind}/due" for kind in kinds)),
        "shown": summary.total(*(f"cue/{kind}/shown" for kind in kinds)),
        "suppressed": summary.total(*(f"cue/{kind}/suppressed" for kind in kinds)),
        "precision": as_json(summary.cue(kinds, "precision")),
        "recall": as_json(summary.cue(kinds, "recall")),
        "false_per_hour_of_talk": as_json(summary.cue(kinds, "false")),
        "latency_p50_ms": as_json(summary.latency(kinds, 50)),
        "latency_p95_ms": as_json(summary.latency(kinds, 95)),
        "with_suppressed_precision": as_json(
            summary.ratio(made, [f"decision/{kind}/made" for kind in kinds])
        ),
        "with_suppressed_recall": as_json(summary.ratio(made, [f"decision/{kind}/due" for kind in kinds])),
    }


def _peer(summary: Summary) -> dict[str, dict[str, float]]:
    rows = [*event_peer.COUNTED, "customer interrupts", *(f"{party} talk, s" for party in event_peer.PARTIES)]
    rows.append("both talk, s")
    return {
        row: {
            f"{who}, {where}": round(summary.total(f"{who}/{row}/{where}"), 1)
            for who in ("peer", "ours")
            for where in ("reference", "detected")
            if not (who == "ours" and row == "customer interrupts")
        }
        for row in rows
    }


# -- text --------------------------------------------------------------------------------------------------------------


def show(entry: dict[str, Any], digits: int = 3) -> str:
    """A figure as "value [low, high]"."""
    if entry["value"] is None:
        return "-"
    shown = f"{entry['value']:.{digits}f}"
    if entry["interval"] is None:
        return shown
    low, high = entry["interval"]
    return f"{shown} [{low:.{digits}f}, {high:.{digits}f}]"


def text(title: str, found: dict[str, Any]) -> str:
    """One set's tables for people."""
    lines = [
        f"{title}: {found['calls']} calls, {found['hours']:.2f} h, {found['talk_hours']:.2f} h of talk, "
        f"{found['hold_minutes']:.1f} min of hold",
        "",
        f"{'event':<20}{'truth':>7}{'found':>7}  {'F1 within 200 ms':<24}{'F1 within 500 ms':<24}",
    ]
    for kind, row in found["events"].items():
        ends = "".join(f"{show(row[f'f1_{ms}ms']):<24}" for ms in TOLERANCES_MS)
        lines.append(f"{kind:<20}{row['truth']:>7.0f}{row['found']:>7.0f}  {ends}".rstrip())
    lines += ["", *_confusion_text(found["confusion"]), "", *_cue_text(found["cues"]), ""]
    firm, hold = found["dead_air_firm"], found["hold"]
    lines += [
        f"dead air grown firm: {firm['right']:.0f} of {firm['due']:.0f} due, {firm['made']:.0f} made; "
        f"cues withdrawn: {found['withdrawn']:.0f}",
        f"subtype of talk-over right: {show(found['talk_over_subtype_right'])}",
        *(
            f"{side}: hops missed {show(rates['miss'])}, hops invented {show(rates['false'])}, of the hops spoken"
            for side, rates in found["frames"].items()
        ),
        f"in hold music: {hold['dead-air']:.0f} dead air, {hold['talk-over']:.0f} talk-over, {hold['cues']:.0f} cues",
        "",
        *_peer_text(found["peer"]),
    ]
    return "\n".join(lines)


def _confusion_text(confusion: dict[str, dict[str, float]]) -> list[str]:
    names = list(confusion)
    rows = [f"{'truth, down; found, across':<28}" + "".join(f"{name[:14]:>16}" for name in names)]
    rows += [f"{row:<28}" + "".join(f"{confusion[row][name]:>16.0f}" for name in names) for row in names]
    return rows


def _cue_text(cues: dict[str, dict[str, Any]]) -> list[str]:
    head = ("precision", "recall", "false per hour", "latency p50, ms", "latency p95, ms")
    rows = [f"{'cue':<12}{'due':>5}{'shown':>7}{'supp.':>7}  " + "".join(f"{name:<24}" for name in head)]
    for kind, row in cues.items():
        shown = [show(row[name]) for name in ("precision", "recall", "false_per_hour_of_talk")]
        shown += [show(row[name], 0) for name in ("latency_p50_ms", "latency_p95_ms")]
        counts = f"{row['due']:>5.0f}{row['shown']:>7.0f}{row['suppressed']:>7.0f}"
        rows.append(f"{kind:<12}{counts}  " + "".join(f"{cell:<24}" for cell in shown).rstrip())
    return rows


def _peer_text(peer: dict[str, dict[str, float]]) -> list[str]:
    columns = list(next(iter(peer.values())))
    rows = [f"{'call-ai-metrics beside ours':<28}" + "".join(f"{name:>18}" for name in columns)]
    return rows + [
        f"{name:<28}"
        + "".join(f"{row[column]:>18.1f}" if column in row else f"{'-':>18}" for column in columns)
        for name, row in peer.items()
    ]


def reach_text(held: dict[str, dict[str, Any]]) -> str:
    """The bounded figures, one a line."""
    lines = [f"{'figure':<46}{'value':<28}{'bound':>9}  met"]
    for name, entry in held.items():
        verdict = {True: "yes", False: "NO", None: "not measured"}[entry["met"]]
        lines.append(f"{name:<46}{show(entry):<28}{entry['must_be']:>3} {entry['bound']:<6g} {verdict}")
    return "\n".join(lines)


def known(summaries: dict[str, Summary]) -> dict[str, dict[str, Any]]:
    """Every bounded figure of calls judged with the speech of some sides known, by whose."""
    return {
        whose: {name: as_json(figure) for name, figure in headline(summary).items()}
        for whose, summary in summaries.items()
    }


def known_text(known: dict[str, dict[str, Any]]) -> str:
    """The figures of :func:`known`, a column for each."""
    rows = [f"{'whose speech is known':<46}" + "".join(f"{name:>12}" for name in known)]
    for figure in next(iter(known.values())):
        cells = [entry[figure]["value"] for entry in known.values()]
        shown = ["-" if cell is None else f"{cell:.3f}" for cell in cells]
        rows.append(f"{figure:<46}" + "".join(f"{cell:>12}" for cell in shown))
    return "\n".join(rows)


def main(folder: Path, as_document: bool = False) -> int:
    """Score the product on every scene of `folder` and print the tables (or their JSON). Raises DataError."""
    network = Network.load()
    scores = []
    for _, scene in read_scenes(folder):
        answer = hear([scene.pcm], network)[0].answer()
        score = score_call(scene.truth, answer)
        event_peer.compare(scene.truth, answer, score.counts)
        scores.append(score)
    summary = Summary(scores)
    found, held = document(summary), reach(summary)
    if as_document:
        print(json.dumps({"schema": 1, **found, "reach": held}, indent=1))
    else:
        print(text(str(folder), found), reach_text(held), sep="\n\n")
    return 0
