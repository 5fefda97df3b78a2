"""Occupancy by every formula in use, what coaching and breaks do to it, handle time, utilisation, shrinkage. Pure.

The formulas differ in what they divide by, and the same day can have several occupancies. `occupancy` is ours; the
others are here so that a number from elsewhere can be understood. Sources: domain notes in docs/acd.md.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from allears.indicators.load import LEAST_S, share
from allears.indicators.result import Result, not_enough
from allears.indicators.state_time import CONTACT, NO_STATE, StateTime

CONTACTS_MIN = 10
HANDLING = CONTACT
AVAILABLE = (*HANDLING, "ready")
AWAY = ("break", "other")
LOGGED_IN = (*AVAILABLE, *AWAY)
SAME_PCT = 0.05  # values closer than this are printed alike, and are one value to a reader


@dataclass(frozen=True)
class Times:
    """Time in states over any period and any people.

    seconds: by (state, the switchboard's word). handled: seconds times contacts in hand, by state. contacts: how many
    began. agent_days: how many days of how many people.
    """

    seconds: Mapping[tuple[str, str], float]
    handled: Mapping[str, float]
    contacts: int
    agent_days: int

    def of(self, states: Sequence[str]) -> float:
        """Seconds in any of the states."""
        return math.fsum(s for (state, _), s in self.seconds.items() if state in states)

    def words(self, states: Sequence[str]) -> dict[tuple[str, str], float]:
        """Seconds by (state, word) for these states, longest first."""
        found = {key: s for key, s in self.seconds.items() if key[0] in states and s > 0}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def total(times: Iterable[StateTime]) -> Times:
    """The sum of any rows."""
    seconds: dict[tuple[str, str], float] = {}
    handled: dict[str, float] = {}
    contacts, days = 0, set()
    for time in times:
        key = time.state, time.word
        seconds[key] = seconds.get(key, 0.0) + time.seconds
        if time.state in HANDLING:
            handled[time.state] = handled.get(time.state, 0.0) + time.handled_s
        contacts += time.begins
        if time.state != NO_STATE:
            days.add((time.agent, time.date))
    return Times(seconds, handled, contacts, len(days))


@dataclass(frozen=True)
class Formula:
    """One way to compute it: numerator / denominator of these states.

    handled: contacts in hand at once count each. words: words (in lower case) of other states that count in the
    denominator too. paid: divided by paid hours.
    """

    key: str
    title: str
    text: str
    source: str
    numerator: tuple[str, ...] = HANDLING
    denominator: tuple[str, ...] = AVAILABLE
    handled: bool = False
    words: tuple[str, ...] = ()
    paid: bool = False


FORMULAS = (
    Formula(
        "occupancy", "Occupancy",
        "(talk + hold + after-call work) / (talk + hold + after-call work + ready)",
        "the definition used in every report here; break, other and time without a state are excluded and printed",
    ),
    Formula(
        "connect", "Amazon Connect, agent on contact",
        "time with at least one contact / (that time + idle); several contacts at once count once",
        "Amazon Connect metrics definitions, occupancy",
    ),
    Formula(
        "connect-handle", "Amazon Connect, before: handle time",
        "handle time of every contact / (handle time + idle); several contacts at once count each",
        "Amazon Connect metrics definitions, earlier release",
        handled=True,
    ),
    Formula(
        "genesys", "Genesys Cloud",
        "interacting / on queue (interacting + communicating + idle); busy leaves the queue",
        "Genesys Cloud resource center, occupancy",
        words=("communicating",),
    ),
    Formula(
        "logged-in", "Contact handling in logged-in time",
        "(talk + hold + after-call work) / all logged-in time, breaks and other states included",
        "Call Centre Helper",
        denominator=LOGGED_IN,
    ),
    Formula(
        "available", "Handle time in time logged in and available",
        "(talk + hold + after-call work) / logged-in time less breaks; coaching and other tasks stay in",
        "injixo, ApexCX, where coaching is not taken out",
        denominator=(*AVAILABLE, "other"),
    ),
    Formula(
        "ringcentral", "RingCentral",
        "handling / (active + unoccupied in routing mode); agents who forget to log out count as idle",
        "RingCentral analytics, occupancy",
    ),
    Formula(
        "utilisation", "Utilisation",
        "(talk + hold + after-call work + ready) / paid hours; where these are not given, logged-in time",
        "COPC as quoted by trainers",
        numerator=AVAILABLE, denominator=LOGGED_IN, paid=True,
    ),
)  # fmt: skip
BY_KEY = {formula.key: formula for formula in FORMULAS}
OCCUPANCIES = tuple(formula for formula in FORMULAS if not formula.paid)


def value(formula: Formula, times: Times, paid_s: float | None = None, least_s: float = LEAST_S) -> Result:
    """The formula's value in %, with numerator, denominator and every second that is in neither.

    paid_s: paid time, for formulas that divide by it. least_s: seconds in the denominator below which there is none.
    """
    numerator, denominator = times.of(formula.numerator), times.of(formula.denominator)
    if formula.handled:
        extra = math.fsum(times.handled.get(state, 0.0) for state in HANDLING) - times.of(HANDLING)
        numerator, denominator = numerator + extra, denominator + extra
    counted = {key: s for key, s in times.seconds.items() if key[1].casefold() in formula.words}
    denominator += math.fsum(s for key, s in counted.items() if key[0] not in formula.denominator)
    if formula.paid and paid_s is not None:
        denominator = paid_s
    excluded = {
        words_of(state, word): seconds
        for (state, word), seconds in times.words((*LOGGED_IN, NO_STATE)).items()
        if state not in formula.denominator and (state, word) not in counted
    }
    return share(formula.key, numerator, denominator, excluded, least_s)


def words_of(state: str, word: str) -> str:
    """A state and the switchboard's word for it, as people read them."""
    if state == NO_STATE:
        return "without a state"
    return state if word.casefold() == state else f"{state} ({word})"


@dataclass(frozen=True)
class Reading:
    """Formulas that agree on a value, or on having none."""

    value: float | None
    keys: tuple[str, ...]


def side_by_side(times: Times) -> list[Reading]:
    """The values that the occupancy formulas come to on the same time, lowest first, with who says so."""
    groups: list[tuple[float | None, list[str]]] = []
    results = [value(formula, times) for formula in OCCUPANCIES]
    for result in sorted(results, key=lambda found: -1.0 if found.value is None else found.value):
        newest = groups[-1] if groups else None
        if newest is not None and _alike(newest[0], result.value):
            newest[1].append(result.key)
        else:
            groups.append((result.value, [result.key]))
    return [Reading(found, tuple(keys)) for found, keys in groups]


def _alike(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return abs(left - right) < SAME_PCT


@dataclass(frozen=True)
class Sensitivity:
    """What occupancy would be if a kind of excluded time were not.

    as_idle_pct: the time in the denominator alone (the agent could have been reached); as_work_pct: in both (it was
    work as any call).
    """

    state: str
    word: str
    seconds: float
    occupancy_pct: float
    as_idle_pct: float
    as_work_pct: float


def sensitivity(times: Times) -> list[Sensitivity]:
    """For every word of break and other states, longest first; empty where there is no occupancy."""
    numerator, denominator = times.of(HANDLING), times.of(AVAILABLE)
    if denominator < LEAST_S:
        return []
    return [
        Sensitivity(
            state,
            word,
            seconds,
            100 * numerator / denominator,
            100 * numerator / (denominator + seconds),
            100 * (numerator + seconds) / (denominator + seconds),
        )
        for (state, word), seconds in times.words(AWAY).items()
    ]


def handle_time(times: Times) -> Result:
    """Mean handle time (AHT) in s: talk, hold and after-call work of every contact / contacts that began."""
    handled = math.fsum(times.handled.values())
    return _per_contact("handle-time", handled, times.contacts, "talk, hold and after-call work, s")


def after_call_work(times: Times) -> Result:
    """Mean after-call work (ACW) in s per contact that began."""
    return _per_contact(
        "after-call-work", times.handled.get("acw", 0.0), times.contacts, "after-call work, s"
    )


def _per_contact(key: str, seconds: float, contacts: int, part: str) -> Result:
    parts = {part: seconds, "contacts": float(contacts)}
    if contacts < CONTACTS_MIN:
        return not_enough(key, contacts, CONTACTS_MIN, "contacts", parts)
    return Result(key, seconds / contacts, contacts, "contacts", parts=parts)


def utilisation(times: Times, paid_s: float | None = None) -> Result:
    """Time available to callers in % of paid time (logged-in time where `paid_s` is None)."""
    return value(BY_KEY["utilisation"], times, paid_s)


def shrinkage(times: Times, paid_s: float | None = None) -> Result:
    """Part of the paid time (logged-in time where `paid_s` is None) in which nobody could call, in %."""
    available = times.of(AVAILABLE)
    paid = times.of(LOGGED_IN) if paid_s is None else paid_s
    parts = {"available, s": available, "paid, s" if paid_s is not None else "logged in, s": paid}
    for (state, word), seconds in times.words(AWAY).items():
        parts[f"{words_of(state, word)}, s"] = seconds
    if paid < LEAST_S:
        return not_enough("shrinkage", paid / 60, LEAST_S / 60, "min", parts)
    return Result("shrinkage", 100 * (1 - available / paid), paid / 60, "min", parts=parts)
