"""The agent's day and week: what the newest day holds, and the week's days one under the other."""

import datetime as dt
from typing import Any

from allears.i18n import text as _
from allears.indicators import collect
from allears.report import words

WEEK_DAYS = 7
_COLUMNS = ("talk-share", "talk-over-rate", "acknowledgement-rate", "opening", "occupancy", "longest-spell")


def today(record: collect.Record, day: dt.date) -> list[tuple[str, str, str]]:
    """(title, value, what it rests on) of one day's own figures; counts are shown from the first call on."""
    calls = record.between(day, day).calls
    results = collect.conversation_results(calls)
    speech = _total(calls, "agent_s") + _total(calls, "customer_s")
    share = words.percent(100 * _total(calls, "agent_s") / speech) if speech else words.NONE
    customer = _("in {time} of customer talk", time=words.duration(_total(calls, "customer_s")))
    told = [call["opening_whole"] for call in calls if call["opening_whole"] is not None]
    return [
        (
            _("Calls"),
            words.count(len(calls)),
            _("{time} in all", time=words.duration(_total(calls, "call_s"))),
        ),
        (_("Talk share"), share, _("of {time} of speech", time=words.duration(speech))),
        (_("Acknowledgements"), words.count(_total(calls, "acknowledgements")), customer),
        (_("Talk-overs"), words.count(_total(calls, "talk_overs")), customer),
        (_("Openings left whole"), words.count(sum(told)), _("of {n} that could be told", n=len(told))),
        (
            _("Dead air"),
            words.value(results["dead-air"]),
            _("{time} in all", time=words.duration(_total(calls, "dead_air_s"))),
        ),
    ]


def _total(calls: list[dict[str, Any]], name: str) -> float:
    return sum(call[name] for call in calls)


def week(record: collect.Record, day: dt.date) -> dict[str, Any]:
    """Titles and rows of the WEEK_DAYS days up to `day`, then their sums and those of the week before."""
    first = day - dt.timedelta(days=WEEK_DAYS - 1)
    before = first - dt.timedelta(days=WEEK_DAYS), first - dt.timedelta(days=1)
    days = record.between(first, day).dates()
    rows = [(words.date(found), *_figures(record.between(found, found))) for found in days]
    sums = [(_("These 7 days"), *_figures(record.between(first, day)))]
    if record.between(*before).calls:
        sums.append((_("7 days before"), *_figures(record.between(*before))))
    return {"titles": _titles(), "rows": rows, "sums": sums, "span": words.span(first, day)}


def _titles() -> list[tuple[str, str]]:
    """(title, unit) of each column after the day."""
    return [
        (_("Calls"), ""),
        (_("In calls"), ""),
        *((words.title(key), words.unit(key)) for key in _COLUMNS),
    ]


def _figures(part: collect.Record) -> list[str]:
    results = {**collect.conversation_results(part.calls), **collect.load_results(part)}
    time = words.duration(_total(part.calls, "call_s"))
    return [words.count(len(part.calls)), time, *(words.value(results[key]) for key in _COLUMNS)]
