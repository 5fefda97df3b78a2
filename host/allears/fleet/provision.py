"""Naming a clip and setting it up: checked here, staged there, committed, read back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from allears.device import Clip
from allears.errors import BadInput
from allears_core.errors import CoreError
from allears_core.limits import Limits
from allears_core.messages import IDENTITY, IDENTITY_MAX_BYTES
from allears_core.settings import BY_KEY, PROFILES, Settings, check


@dataclass(frozen=True)
class Change:
    """One thing that differs: a setting (a profile by its name) or a field of the identity."""

    name: str
    before: str | int
    after: str | int
    unit: str = ""


@dataclass(frozen=True)
class Plan:
    """What a clip is to hold, and how that differs from what it holds."""

    settings: Settings
    identity: dict[str, str]
    changes: list[Change]
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)


def read_values(profile: str | None, assignments: Iterable[str]) -> dict[str, int]:
    """Settings by key from a profile's name and texts "key=value"; BadInput for what the table refuses."""
    values: dict[str, int] = {}
    if profile is not None:
        values["profile"] = _profile(profile)
    for text in assignments:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals:
            raise BadInput(
                f'"{text}" is no setting', "write it as key=value, for example talk_over_cue_ms=900"
            )
        values[key] = _profile(value.strip()) if key == "profile" else _number(key, value.strip())
    return values


def read_identity(fields: dict[str, str | None]) -> dict[str, str]:
    """The identity's fields that were given; BadInput for one that is empty, too long or not one line."""
    given = {name: text.strip() for name, text in fields.items() if text is not None}
    for name, text in given.items():
        if name not in IDENTITY:
            raise BadInput(f"a clip has no field {name}", f"use one of {', '.join(IDENTITY)}")
        if not text and name != "site":
            raise BadInput(f"the {name} is empty", "give it at least one character")
        if not text.isprintable():
            raise BadInput(
                f"the {name} holds characters that cannot be printed", "use one line of plain text"
            )
        if len(text.encode()) > IDENTITY_MAX_BYTES:
            raise BadInput(f"the {name} is longer than {IDENTITY_MAX_BYTES} bytes", "shorten it")
    return given


def read_limits(assignments: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Site limits by key from texts "key=lowest..highest"; BadInput for what the table refuses."""
    read: dict[str, tuple[int, int]] = {}
    for text in assignments:
        key, _, limit = text.partition("=")
        lowest, dots, highest = limit.partition("..")
        if not dots:
            raise BadInput(
                f'"{text}" is no limit', "write it as key=lowest..highest, for example cues_per_hour=2..12"
            )
        key = key.strip()
        read[key] = (_number(key, lowest.strip()), _number(key, highest.strip()))
        if read[key][0] > read[key][1]:
            raise BadInput(f"the lowest {key} is above the highest", "write the lower value first")
    return read


def plan(
    clip: Clip,
    identity: dict[str, str],
    values: dict[str, int],
    limits: dict[str, tuple[int, int]] | None = None,
) -> Plan:
    """How `clip` must change to hold `identity`, `values` and the site's `limits`; what they do not name stays.

    BadInput for a setting that the limits, those the clip holds and the new ones, do not allow.
    """
    held, known = clip.settings(), clip.identity()
    target = Settings(dict(_by_key(held)))
    target.update(values)
    changes = [Change(name, known[name], text) for name, text in identity.items() if known[name] != text]
    for (key, before), (_, after) in zip(_by_key(held), _by_key(target), strict=True):
        if before != after:
            changes.append(Change(key, _shown(key, before), _shown(key, after), _unit(key)))
    narrowed = _limit_changes(clip.limits(), limits or {}, target, values)
    return Plan(target, identity, changes + narrowed, limits or {})


def _limit_changes(
    held: Limits, new: dict[str, tuple[int, int]], target: Settings, values: dict[str, int]
) -> list[Change]:
    before = held.ranges()
    for key, (lowest, highest) in new.items():
        value = getattr(target, key)
        if key not in values and not lowest <= value <= highest:
            near = min(max(value, lowest), highest)
            raise BadInput(
                f"the clip's {key} would be {value}, outside the new limit of {lowest} to {highest}",
                f"set it in the same go, for example with --set {key}={near}",
            )
        held.set(key, lowest, highest)
    try:
        held.admit(target)
    except CoreError as error:
        raise BadInput(error.detail, "choose a value inside, or let the site change its limit") from error
    after = held.ranges()
    return [
        Change(f"limit {key}", _range(before.get(key)), _range(after.get(key)), _unit(key))
        for key in new
        if before.get(key) != after.get(key)
    ]


def _range(limit: list[int] | None) -> str:
    return "" if limit is None else f"{limit[0]}..{limit[1]}"


def carry_out(clip: Clip, planned: Plan) -> None:
    """Stage, commit and read back; raises DeviceError when the clip holds anything else afterwards."""
    if planned.changes:
        clip.commit(planned.settings, planned.identity, planned.limits)


def _by_key(settings: Settings) -> list[tuple[str, int]]:
    return [(key, getattr(settings, key)) for key in BY_KEY]


def _profile(name: str) -> int:
    if name not in PROFILES:
        raise BadInput(f"there is no profile {name}", f"use one of {', '.join(PROFILES)}")
    return int(PROFILES.index(name))


def _number(key: str, text: str) -> int:
    try:
        return int(check(key, int(text)))
    except ValueError as error:
        raise BadInput(f'{key} must be a whole number, not "{text}"', "see docs/settings.md") from error
    except CoreError as error:
        raise BadInput(error.detail, "see docs/settings.md") from error


def _shown(key: str, value: int) -> str | int:
    return str(PROFILES[value]) if key == "profile" else value


def _unit(key: str) -> str:
    return "" if key == "profile" else str(BY_KEY[key][5])
