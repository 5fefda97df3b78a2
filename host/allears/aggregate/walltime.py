"""Wall time and the local calendar. Hops become UTC only through CLOCK records of the same boot."""

import datetime as dt
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from allears_core.params import HOP_MS

LOG_KEY = ("unit", "log_id", "stream", "boot")
BOOT_KEY = ("unit", "log_id", "boot")  # within one stream
SLOT_MS = 1_800_000  # half an hour
ENDLESS_HOP = 1 << 40  # past any 32-bit hop


def clock_ranges(clocks: ir.Table) -> ir.Table:
    """For each CLOCK record the hops [from_hop, to_hop) it dates, and offset_ms: UTC ms of hop 0.

    Hops stand still while nothing is heard, so every CLOCK pairs hops with the uptime anew. One that did not know
    the time of day gets it from the first of its boot that did, through the uptime between them; without any, the
    boot stays undated. The first clock also dates the hops before it.
    """
    told = clocks.filter(clocks.utc_s.notnull())
    boots = told.group_by(LOG_KEY).aggregate(
        boot_ms=(told.utc_s * 1000 + told.utc_ms - told.ms).argmin(told.seq)  # UTC ms of uptime 0
    )
    timed = clocks.mutate(known_ms=clocks.utc_s * 1000 + clocks.utc_ms).inner_join(boots, LOG_KEY)
    window = ibis.window(group_by=LOG_KEY, order_by=[timed.hop, timed.seq])
    return timed.select(
        *LOG_KEY,
        from_hop=ibis.ifelse(timed.hop.lag().over(window).isnull(), 0, timed.hop),
        to_hop=ibis.coalesce(timed.hop.lead().over(window), ENDLESS_HOP),
        offset_ms=ibis.coalesce(timed.known_ms, timed.boot_ms + timed.ms) - timed.hop * HOP_MS,
    )


def dated(rows: ir.Table, ranges: ir.Table, hop: str) -> ir.Table:
    """`rows` with start_ms, the UTC ms of column `hop`; NULL where the boot has no known clock.

    ranges: clock_ranges of the clocks of the same log.
    """
    on = [rows[key] == ranges[key] for key in LOG_KEY]
    joined = rows.left_join(ranges, [*on, rows[hop] >= ranges.from_hop, rows[hop] < ranges.to_hop])
    return joined.select(
        *[joined[name] for name in rows.columns],
        start_ms=joined.offset_ms + joined[hop] * HOP_MS,
    )


def midnight_ms(date: dt.date, zone: ZoneInfo) -> int:
    """UTC ms at which the local day `date` begins."""
    return int(dt.datetime.combine(date, dt.time(), zone).timestamp()) * 1000


def local_date(utc_ms: int, zone: ZoneInfo) -> dt.date:
    """Local date of a UTC instant in ms."""
    return local_time(utc_ms, zone).date()


def local_time(utc_ms: int, zone: ZoneInfo) -> dt.datetime:
    """Aware local time of a UTC instant in ms."""
    return dt.datetime.fromtimestamp(utc_ms / 1000, zone)


def calendar(first: dt.date, last: dt.date, zone: ZoneInfo) -> ir.Table:
    """Local half-hours from `first` to `last`, both included: slot_ms, slot_end_ms (UTC ms), date, minute of the day.

    They follow one another without a hole. A day has 48 of them, 46 or 50 when the clocks change; a repeated hour
    appears twice with the same `minute`.
    """
    begin = midnight_ms(first, zone)
    end = midnight_ms(last + dt.timedelta(days=1), zone)
    rows = []
    for slot in range(begin, end, SLOT_MS):
        local = local_time(slot, zone)
        rows.append((slot, slot + SLOT_MS, local.date(), local.hour * 60 + local.minute))
    schema = {"slot_ms": "int64", "slot_end_ms": "int64", "date": "date", "minute": "int32"}
    return ibis.memtable(rows, schema=ibis.schema(schema))


def slot_number(utc_ms: ir.IntegerValue, begin_ms: int) -> ir.IntegerValue:
    """Which half-hour after `begin_ms`, a calendar's first slot_ms, an instant lies in, counted from 0."""
    return ((utc_ms - begin_ms) // SLOT_MS).cast("int64")
