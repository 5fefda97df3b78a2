"""Numbers, times and kinds of events in the words of the reports. Plain, specific, about what was done."""

import datetime as dt

from allears.indicators import BY_KEY, Result

MINUS = "\N{MINUS SIGN}"
THIN = "\N{NARROW NO-BREAK SPACE}"

EVENT_TITLES = {
    "talk-over": "Talk-over",
    "dead-air": "Dead air",
    "monologue": "Monologue",
    "loud-customer": "Customer's level rose",
    "acknowledgement": "Acknowledgement",
    "early-answer": "Early answer",
    "simultaneous-start": "Simultaneous start",
    "overlap-other": "Other overlap",
}
SUBTYPES = {
    "mutual": "both went on for more than 2 s",
    "floor-taken": "the customer stopped, you went on",
    "attempt": "you gave way",
}
DOUBTS = {"hold": "may have been hold", "sound": "the sound was hard to judge"}
CUE_TITLES = {
    "talk-over": "let them finish",
    "dead-air": "say what you are doing",
    "monologue": "give a break in your talk",
    "talk-share": "leave more room",
    "positive": "three long turns left whole",
}
SUPPRESSED = {
    "budget": "held back: enough cues already",
    "stale": "held back: too late",
    "profile": "held back by the profile",
    "snooze": "held back: snoozed",
    "sound": "held back: the sound could not be judged",
}
MARKS = {
    "hard-call": "Call marked as hard",
    "shift-start": "Start of shift",
    "shift-end": "End of shift",
    "snooze": "Cues snoozed",
    "breathing": "Breathing led by the clip",
    "practice": "Cues practised",
}
# What a HEALTH record says, and what to do about it.
HEALTH = {
    "overrun": ("Sound was lost", "show it to IT if it comes again: the clip was too busy to hear all"),
    "log-full": ("The memory was full", "pull the clip's log more often"),
    "torn-tail": ("The power went in the middle of writing", "nothing, the rest of the log is whole"),
    "weights-refused": ("The network was refused", "IT writes it anew with allears flash"),
    "microphone-dead": (
        "A microphone was silent",
        "check the plug and the microphone's opening, then have it replaced",
    ),
    "watchdog": ("The clip hung and restarted", "show it to IT if it comes again"),
    "exception": ("The program stumbled", "show the detail to IT"),
    "battery-low": ("The battery was low", "charge the clip after the shift"),
    "motor-blanking": ("The motor covered the voices", "wear the clip a little further from the microphone"),
    "channel-stuck": ("A channel stood still", "check the plug, then have the clip replaced"),
    "channels-identical": ("Both microphones heard the same", "check that each sits in its own place"),
    "clipping": ("The sound was too loud to judge", "move the microphone or turn the headset down"),
    "hum": ("A hum covered the voices", "keep the cable away from power supplies"),
    "microphones-swapped": ("Mouth and ear were swapped", "exchange the two plugs"),
}
HEALTH_WELL = ("sound-well",)  # the all-clear after a trouble is none
HEALTH_UNKNOWN = "upgrade allears to learn more"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date(day: dt.date) -> str:
    """Sat 21 Nov."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def span(first: dt.date, last: dt.date) -> str:
    """23 Oct to 20 Nov 2026; one day is 20 Nov 2026."""
    if first == last:
        return f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    return f"{first.day} {_MONTHS[first.month - 1]} to {last.day} {_MONTHS[last.month - 1]} {last.year}"


def clock(time: dt.datetime) -> str:
    """14:05."""
    return f"{time.hour:02}:{time.minute:02}"


def minutes(seconds: float) -> str:
    """Position in a call: 3:07."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def duration(seconds: float) -> str:
    """4 min 41 s, 1 h 12 min, 8.2 s."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 3600:
        whole = round(seconds)
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    whole = round(seconds / 60)
    return f"{whole // 60} h {whole % 60} min"


def number(value: float) -> str:
    """At most three figures, with a real minus."""
    size = abs(value)
    text = f"{size:.0f}" if size >= 100 else f"{size:.1f}" if size >= 10 else f"{size:.2f}"
    return (MINUS if value < 0 and float(text) else "") + text


def count(value: float) -> str:
    """12,345."""
    return f"{value:,.0f}"


def value(result: Result) -> str:
    """The value without its unit; "–" where there is not enough data."""
    if result.value is None:
        return "–"
    if result.key == "dead-air":
        return count(result.value)
    if BY_KEY[result.key].unit.startswith("%"):
        return f"{result.value:.0f}"
    if result.key in (
        "longest-monologue",
        "gap-between-calls",
        "longest-spell",
        "typical-spell",
        "since-break",
    ):
        return f"{result.value:.0f}"
    return number(result.value)


def basis(result: Result) -> str:
    """n = 138 min of customer talk; long times in h, one of a thing in the singular."""
    unit, _, rest = result.n_unit.partition(" ")
    if unit in ("s", "min"):
        minutes_ = result.n / 60 if unit == "s" else result.n
        text = f"{minutes_ / 60:.0f} h" if minutes_ >= 600 else f"{minutes_:.0f} min"
        return f"n = {text} {rest}".rstrip()
    return f"n = {count(result.n)} {result.n_unit.removesuffix('s') if result.n == 1 else result.n_unit}"


def typographic(text: str) -> str:
    """Text with real apostrophes."""
    return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def interval(result: Result) -> str:
    """95 % interval, empty where there is none."""
    if result.low is None or result.high is None:
        return ""
    return f"{number(result.low)} to {number(result.high)}"


def part(name: str, amount: float) -> str:
    """One ingredient of a number: `in calls: 5 h 2 min`."""
    title, _, unit = name.rpartition(", ")
    if unit == "s" and title:
        return f"{title}: {duration(amount)}"
    if unit == "%" and title:
        return f"{title}: {amount:.0f} %"
    return f"{name}: {count(amount)}"
