"""Times and durations as exports write them. Local times become UTC through a zone, with its changes of the clock."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

_CLOCK = re.compile(r"(-?)(?:(\d+)[d.]\s*)?(\d+):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6}))?)?")
_MS = {"seconds": 1000.0, "milliseconds": 1.0}


def parse(text: str, patterns: tuple[str, ...], name: str = "time") -> dt.datetime:
    """A time by the first of `patterns` that fits (`iso`, `unix-ms`, or strptime's); naive where it says no offset.

    Raises ValueError that names the role `name` and the text.
    """
    text = text.strip()
    for pattern in patterns:
        try:
            if pattern == "iso":
                return dt.datetime.fromisoformat(text)
            if pattern == "unix-ms":
                return dt.datetime.fromtimestamp(int(text) / 1000, dt.UTC)
            return dt.datetime.strptime(text, pattern)
        except (ValueError, OverflowError, OSError):
            continue
    wanted = "ISO 8601 time" if patterns == ("iso",) else f"time of the form {' or '.join(patterns)}"
    raise ValueError(f"{name} {text!r} is no {wanted}")


def candidates(time: dt.datetime, zone: ZoneInfo | None, name: str = "time") -> list[int]:
    """The UTC ms that a time can mean: one; two in the hour that comes twice when the clocks go back.

    Raises ValueError for a naive time without `zone`, one in the hour that the zone skips, one outside the calendar,
    and one with an offset that is neither UTC nor the zone's.
    """
    if time.tzinfo is not None:
        ms = _ms(time, name)
        offset = time.utcoffset()
        if zone is not None and offset and offset != utc(ms).astimezone(zone).utcoffset():
            raise ValueError(f"{name} {time.isoformat(' ')!r} is in another zone than {zone.key}")
        return [ms]
    if zone is None:
        raise ValueError(f"{name} {time.isoformat(' ')!r} has no offset from UTC")
    both = [time.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    first, second = (_ms(each, name) for each in both)
    if first == second:
        return [first]
    back = dt.datetime.fromtimestamp(first / 1000, zone).replace(tzinfo=None)
    if abs(back - time) > dt.timedelta(milliseconds=1):
        raise ValueError(
            f"{name} {time.isoformat(' ')!r} does not exist in {zone.key}: the clocks went forward"
        )
    return [first, second]


def _ms(time: dt.datetime, name: str) -> int:
    try:
        since = time.astimezone(dt.UTC) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    except OverflowError:
        raise ValueError(f"{name} {time.isoformat(' ')!r} is outside the calendar") from None
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def utc(ms: int) -> dt.datetime:
    """UTC ms as an aware time."""
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=ms)


def duration_ms(text: str, form: str) -> int:
    """A duration in ms: `clock` is hh:mm:ss or mm:ss, else a number of `seconds` or `milliseconds`.

    A number with no colon where a clock is expected counts as seconds. Raises ValueError.
    """
    text = text.strip()
    match = _CLOCK.fullmatch(text)
    if match:
        sign, days, first, second, third, part = match.groups()
        hours, minutes, seconds = (first, second, third) if third is not None else ("0", first, second)
        total = ((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
        ms = total * 1000 + round(float(f"0.{part}") * 1000 if part else 0)
        return -ms if sign else ms
    try:
        return round(float(text.replace(",", ".")) * _MS.get(form, 1000.0))
    except (ValueError, OverflowError):
        raise ValueError(f"duration {text!r} is neither a time span nor a number") from None
