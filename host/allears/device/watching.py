"""What a watched clip sends, as JSON facts, as lines and as a picture of the moment."""

from typing import Any

from rich.table import Table
from rich.text import Text

from allears.device.channel import Message
from allears.store.columns import COLUMNS
from allears_core.params import HOP_MS
from allears_core.records import Record

FLOOR_DB = -60.0  # left end of the level bars
BAR = 30
AGENT_STYLE, CUSTOMER_STYLE = "blue", "orange3"  # as everywhere: told apart by colour-blind eyes, and by name
NO_SHARE = 255


def facts(seen: Message | Record) -> dict[str, Any]:
    """One JSON object: levels in dBFS, None before the first sound; kinds as words; times in s since boot."""
    if isinstance(seen, Record):
        values = {column.name: column.decode(seen.values[column.field]) for column in COLUMNS[seen.name]}
        return {
            "type": "record",
            "record": seen.name,
            "boot": seen.boot,
            "seq": seen.seq,
            "ms": seen.ms,
            **values,
        }
    values = seen.values
    heard = values["hop"] > 0
    share = values["share_pct"]
    return {
        "type": "state",
        "seconds": round(values["hop"] * HOP_MS / 1000, 3),
        "agent": bool(values["agent"]),
        "customer": bool(values["customer"]),
        "agent_dbfs": values["agent_level_q8"] / 256 if heard else None,
        "customer_dbfs": values["customer_level_q8"] / 256 if heard else None,
        "in_call": bool(values["in_call"]),
        "share_pct": None if share == NO_SHARE else share,
    }


class View:
    """The latest state, and how to show it."""

    def __init__(self) -> None:
        self._state: dict[str, Any] | None = None

    def take(self, seen: Message | Record) -> str:
        """Take in what came; the line to print for a record, "" for a state."""
        known = facts(seen)
        if known["type"] == "state":
            self._state = known
            return ""
        return line(known)

    def picture(self) -> Table:
        """Both voices now."""
        table = Table.grid(padding=(0, 2))
        state = self._state
        if state is None:
            table.add_row("waiting for the clip")
            return table
        for side, style in (("agent", AGENT_STYLE), ("customer", CUSTOMER_STYLE)):
            speaks = "speaks" if state[side] else ""
            level = state[f"{side}_dbfs"]
            table.add_row(
                Text(side, style=style),
                _bar(level, style),
                "no sound" if level is None else f"{level:6.1f} dBFS",
                speaks.ljust(6),
            )
        share = state["share_pct"]
        call = "in a call" if state["in_call"] else "no call"
        table.add_row(
            "", f"{call}, agent's share {'-' if share is None else f'{share} %'}", f"{state['seconds']:.1f} s"
        )
        return table


def line(record: dict[str, Any]) -> str:
    """One line for one record: its name, its kind if it has one, and its other values."""
    hidden = {"type", "record", "boot", "seq", "ms", "kind"}
    rest = ", ".join(
        f"{key} {value}" for key, value in record.items() if key not in hidden and value not in ("", None)
    )
    kind = f" {record['kind']}" if "kind" in record else ""
    return f"{record['ms'] / 1000:9.1f} s  {record['record']}{kind}: {rest}"


def _bar(level_db: float | None, style: str) -> Text:
    share = 0.0 if level_db is None else min(1.0, max(0.0, 1 - level_db / FLOOR_DB))
    filled = round(BAR * share)
    return Text("█" * filled + "·" * (BAR - filled), style=style)
