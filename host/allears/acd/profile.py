"""Vendor profiles: what an export of agent states looks like, as data. Each is a TOML file in acd/profiles."""

import fnmatch
import functools
import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from allears.errors import BadInput, MissingInput

STATES = ("talk", "hold", "acw", "ready", "break", "other")
OFF = "off"  # logged out: ends the state before it, and is not stored
BY_REASON = "reason"  # the state's word says too little; the reason's word decides
ROLES = (
    "agent", "team", "state", "reason", "start", "end", "duration", "date", "contact",
    "session", "index", "working", "available",  # of running logs
    "person", "event", "kind", "status", "contacts", "contact_state",  # of event streams
)  # fmt: skip
FORMS = ("csv", "json")
TIMINGS = ("spans", "running", "snapshots")
DURATIONS = ("clock", "seconds", "milliseconds")
KEYS = {
    "title", "source", "form", "timing", "times", "durations", "required", "needs", "word", "columns", "states",
    "reasons", "contact_states", "silent_s", "cut_minutes", "zone_in_file",
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One form of export.

    columns: role -> names the column may have (for JSON: dotted paths). always: roles without which no row can be used,
    beside those that the timing needs. needs: roles whose column only the user can name. times: `iso`, `unix-ms` or
    strptime patterns, tried in order. word: pattern of roles that makes the word looked up in `states`; there, word ->
    state, BY_REASON or OFF, `*` for any other word. reasons: pattern -> state, the first match counts. silent_s: how
    long a snapshot holds without a sign of life. cut_minutes: the export cuts states at every so many minutes of the
    day. zone_in_file: its times say their offset from UTC.
    """

    name: str
    title: str
    source: str
    form: str
    timing: str
    times: tuple[str, ...]
    durations: str
    always: tuple[str, ...]
    needs: tuple[str, ...]
    word: str
    columns: Mapping[str, tuple[str, ...]]
    states: Mapping[str, str]
    reasons: Mapping[str, str]
    contact_states: Mapping[str, str]
    silent_s: int
    cut_minutes: int
    zone_in_file: bool

    @functools.cached_property
    def required(self) -> tuple[str, ...]:
        """Roles without which the file cannot be read."""
        words = {name for _, name, _, _ in string.Formatter().parse(self.word) if name}
        if self.timing == "running":
            return ("agent", "date", "duration", "session", "index", *sorted(words), *self.always)
        if self.timing == "snapshots":
            return ("agent", "start", *self.always)
        return ("agent", "start", *sorted(words), *self.always)

    def state_of(self, word: str, reason: str) -> str:
        """State (one of STATES, or OFF) of a word and a reason. Raises ValueError for words the map does not know."""
        found = self.states.get(word.casefold(), self.states.get("*"))
        if found is None:
            known = ", ".join(sorted(self.states))
            raise ValueError(
                f"unknown state {word!r}, known are {known}; name it with --state {word!r}=STATE"
            )
        if found != BY_REASON:
            return found
        folded = reason.casefold()
        for pattern, state in self.reasons.items():
            if fnmatch.fnmatchcase(folded, pattern):
                return state
        raise ValueError(f"unknown reason {reason!r}; name it with --state {reason!r}=STATE")


def names() -> list[str]:
    """Names of the profiles that come with AllEars."""
    folder = resources.files("allears.acd") / "profiles"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def load(name: str) -> Profile:
    """A profile by its name, or from a file of one's own when `name` ends in .toml.

    Raises MissingInput for an unknown one and BadInput for a file that is no profile.
    """
    if name.endswith(".toml"):
        try:
            text = Path(name).read_text("utf-8")
        except OSError as error:
            raise MissingInput(f"{name} cannot be read ({error.strerror})", "check the path") from error
        except UnicodeDecodeError as error:
            raise BadInput(f"{name} is not UTF-8 text", "save it as UTF-8") from error
        return parse(Path(name).stem, text)
    if name not in names():
        raise MissingInput(
            f"there is no profile {name!r}", f"choose one of {', '.join(names())}, or name a .toml file"
        )
    return parse(name, (resources.files("allears.acd") / "profiles" / f"{name}.toml").read_text("utf-8"))


def parse(name: str, text: str) -> Profile:
    """A profile from the text of its file; BadInput says what is wrong with it."""
    try:
        data = tomllib.loads(text)
        return _checked(name, data)
    except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"profile {name} cannot be used ({error})", "see docs/acd.md for its keys") from error


def _checked(name: str, data: dict[str, Any]) -> Profile:
    unknown = sorted(set(data) - KEYS)
    if unknown:
        raise ValueError(f"unknown key {', '.join(unknown)}")
    made = Profile(
        name=name,
        title=str(data["title"]),
        source=str(data["source"]),
        form=str(data.get("form", "csv")),
        timing=str(data.get("timing", "spans")),
        times=tuple(str(item) for item in data.get("times", ["iso"])),
        durations=str(data.get("durations", "clock")),
        always=tuple(str(item) for item in data.get("required", [])),
        needs=tuple(str(item) for item in data.get("needs", [])),
        word=str(data.get("word", "{state}")),
        columns={role: tuple(columns) for role, columns in data.get("columns", {}).items()},
        states=_folded(data.get("states", {})),
        reasons=_folded(data.get("reasons", {})),
        contact_states=_folded(data.get("contact_states", {})),
        silent_s=int(data.get("silent_s", 0)),
        cut_minutes=int(data.get("cut_minutes", 1440)),
        zone_in_file=bool(data.get("zone_in_file", False)),
    )
    for value, allowed in ((made.form, FORMS), (made.timing, TIMINGS), (made.durations, DURATIONS)):
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    wrong = sorted({*made.columns, *made.needs, *made.always} - set(ROLES))
    if wrong:
        raise ValueError(f"unknown role {', '.join(wrong)}")
    allowed_states = {*STATES, OFF}
    values = {*made.states.values(), *made.reasons.values(), *made.contact_states.values()}
    if strange := sorted(values - allowed_states - {BY_REASON}):
        raise ValueError(f"unknown state {', '.join(strange)}")
    return made


def _folded(words: Mapping[str, str]) -> dict[str, str]:
    return {word.casefold(): str(state) for word, state in words.items()}


def completed(
    profile: Profile,
    columns: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    times: tuple[str, ...] = (),
    header: Sequence[str] = (),
) -> Profile:
    """The profile with what the user said: role -> column, word -> state, patterns of times.

    header: the file's columns, to be named where some have to be asked for. Raises BadInput for an unknown role or
    state, and when a column that only the user can name is still missing.
    """
    columns, states = columns or {}, states or {}
    wrong = sorted(set(columns) - set(ROLES))
    if wrong:
        raise BadInput(f"there is no role {', '.join(wrong)}", f"the roles are {', '.join(ROLES)}")
    if strange := sorted(set(states.values()) - {*STATES, OFF}):
        raise BadInput(
            f"there is no state {', '.join(strange)}", f"the states are {', '.join(STATES)}, {OFF}"
        )
    made = {**profile.columns, **{role: (column,) for role, column in columns.items()}}
    missing = [role for role in profile.needs if role not in made]
    if missing:
        roles = " ".join(f"--column {role}=NAME" for role in missing)
        raise BadInput(
            f"{profile.title} names its columns differently from release to release, and {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not known",
            f"say which of your file's columns {'it is' if len(missing) == 1 else 'they are'}"
            f"{' (' + ', '.join(header) + ')' if header else ''}: {roles}",
        )
    said = _folded(states)
    return replace(
        profile,
        columns=made,
        states={**profile.states, **said},
        reasons={**{_literal(word): state for word, state in said.items()}, **profile.reasons},
        times=(*times, *profile.times) if times else profile.times,
    )


def _literal(word: str) -> str:
    """A word as a pattern that matches nothing but itself."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in word)
