"""Write the golden vectors of the wire, the records and the turns, or check that the core still gives them.

    python tools/make_core_vectors.py           write
    python tools/make_core_vectors.py --check   write nothing; exit 1 when a file differs

tests/vectors/wire/messages.json: every message with its payload, its frame and, for requests, its cells.
tests/vectors/records/records.json: every record type as bytes; damaged.json: a damaged log and what is read from it.
tests/vectors/sealing/keys.json: every key of a unit from its secrets; blocks.json: sealed blocks.
tests/vectors/turns/scenes.json: drawn scenes and every record that the conversation emits for them.
Bytes stand as hexadecimal text. Both interpreters read these files (tests/core/test_vectors.py).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "vectors"
sys.path.insert(0, str(ROOT / "tests" / "core"))

from allears_core import frame, keys, messages, records, sealed  # noqa: E402
from allears_core.fields import Layout  # noqa: E402
from allears_core.settings import PROFILES  # noqa: E402
from support import LED_ONLY, Lcg, Player  # noqa: E402  the path above
from vectors import plain  # noqa: E402

_BITS = {"u8": 8, "i8": 8, "u16": 16, "i16": 16, "u32": 32, "i32": 32}
HAPTIC = PROFILES.index("service")


def values_of(layout: Layout, random: Lcg) -> dict[str, Any]:
    """Random values over each field's whole range."""
    values: dict[str, Any] = {}
    for name, code, _, _ in layout.fields:
        if code == "*":
            values[name] = random.bytes(random.below(24))
        elif code[0] == "b":
            values[name] = random.bytes(int(code[1:]))
        else:
            bits = _BITS[code]
            number = int.from_bytes(random.bytes(4), "little") >> (32 - bits)
            values[name] = number - (1 << (bits - 1)) if code[0] == "i" else number
    return values


def wire() -> list[dict[str, Any]]:
    """Every message."""
    random = Lcg(1001)
    rows = []
    for number, layout in enumerate(messages.LAYOUTS):
        values = values_of(layout, random)
        payload = messages.pack(layout, number + 1, **values)
        encoded = frame.encode(payload)
        row = {"name": layout.name, "tag": number + 1, "values": plain(values)}
        row |= {"payload": payload.hex(), "frame": encoded.hex()}
        if not layout.code & 1:
            row["cells"] = frame.to_cells(encoded).hex()
        rows.append(row)
    return rows


def every_record() -> list[dict[str, Any]]:
    """Every record type."""
    random = Lcg(1002)
    rows = []
    for number, layout in enumerate(records.LAYOUTS):
        values = values_of(layout, random)
        head = {"boot": 7 * number, "seq": 70000 * number, "ms": 1000003 * number}
        raw = records.pack(layout, head["boot"], head["seq"], head["ms"], values)
        rows.append({"name": layout.name, **head, "values": plain(values), "raw": raw.hex()})
    return rows


def damaged_log() -> dict[str, Any]:
    """A log with a flipped bit, a torn record, noise and an unknown type, and what a reader makes of it."""
    random = Lcg(1003)
    raws = [
        records.pack(layout, 1, seq, 16 * seq, values_of(layout, random))
        for seq, layout in enumerate(records.LAYOUTS * 2)
    ]
    raws[3] = raws[3][:20] + bytes((raws[3][20] ^ 4,)) + raws[3][21:]
    raws[8] = raws[8][:17]
    raws[12] = bytes((records.MAGIC, 1, 200, 0)) + random.bytes(9)
    strange = records.HEADER.pack(magic=records.MAGIC, type=250, length=1, boot=1, seq=99, ms=0) + b"?"
    raws[15] = strange + records.TRAILER.pack(crc=records.crc32(strange))
    log = b"".join(raws)[:-5]
    reader = records.Reader()
    found = [record for record, _ in reader.feed(log, True)]
    counted = {"corrupt": reader.corrupt, "skipped_bytes": reader.skipped_bytes, "unknown": reader.unknown}
    return {"log": log.hex(), "read": [[record.name, record.seq] for record in found], **counted}


UNIT = bytes(range(0xA0, 0xA8))
SECRETS = {role: bytes(range(role, role + keys.SECRET_BYTES)) for role in messages.ROLE_WORDS}
SESSIONS = 4


def key_schedule() -> dict[str, Any]:
    """Secrets, what a clip is given, its vault, and the first sessions of both streams."""
    given = keys.for_clip(SECRETS, UNIT)
    vault = keys.pack_vault({**keys.give(None, keys.ALL_ROLES, given), "count": 3})
    streams = []
    for stream, name in enumerate(records.STREAMS):
        state, sessions = given[name], []
        for _ in range(SESSIONS):
            named = zip(("cipher", "tag", "start"), keys.session_keys(state), strict=True)
            sessions.append({"state": state.hex(), **{use: key.hex() for use, key in named}})
            state = keys.following(state)
        streams.append({"stream": stream, "key": keys.key_id(given[name]).hex(), "sessions": sessions})
    return {
        "unit": UNIT.hex(),
        "secrets": {str(role): secret.hex() for role, secret in SECRETS.items()},
        "given": plain(given),
        "wrapping": keys.wrapping_key(given["it"]).hex(),
        "vault": vault.hex(),
        "streams": streams,
    }


def sealed_blocks() -> list[dict[str, Any]]:
    """Blocks of every size modulo the cipher's block, of both streams and several sessions."""
    random = Lcg(1004)
    rows = []
    for number, length in enumerate((0, 1, 15, 16, 17, 200, sealed.MAX_RECORDS_BYTES)):
        stream, step = number % len(records.STREAMS), number % SESSIONS
        state = keys.for_clip(SECRETS, UNIT)[records.STREAMS[stream]]
        head = {
            "stream": stream,
            "count": number,
            "boot": 500 * number,
            "first_seq": 70000 * number,
            "step": step,
        }
        values = {**head, "key": keys.key_id(state)}
        for _ in range(step):
            state = keys.following(state)
        content = random.bytes(length)
        block = sealed.seal_block(keys.session_keys(state), values, content)
        rows.append({**head, "records": content.hex(), "block": block.hex()})
    return rows


# name, settings, agent's and customer's spans of hops, hops in all
SCENES: list[tuple[str, dict[str, int], list[list[int]], list[list[int]], int]] = [
    ("acknowledged", {}, [[20, 90], [400, 440], [760, 900]], [[120, 700]], 1000),
    ("early answer", {}, [[300, 600]], [[100, 330]], 700),
    ("floor taken", {}, [[300, 600]], [[100, 400]], 700),
    ("attempt", {}, [[300, 380]], [[100, 900]], 1000),
    ("mutual, with the motor", {"profile": HAPTIC}, [[300, 600]], [[100, 700]], 800),
    ("withdrawn", {}, [[300, 360]], [[100, 700]], 800),
    ("together", {}, [[310, 400]], [[300, 500]], 600),
    ("floor not held", {}, [[150, 400]], [[100, 500]], 600),
    ("dead air, firm", {}, [[20, 90], [900, 1000]], [[100, 250]], 1100),
    ("monologue", {"monologue_ms": 10000}, [[200, 1000]], [[20, 120], [500, 540]], 1200),
    ("talk share", {"share_min_speech_s": 10, "share_window_s": 30}, [[200, 900]], [[20, 120]], 1000),
    ("two calls", {"call_end_ms": 10000}, [[20, 90], [1000, 1090]], [[100, 250], [1100, 1300]], 2100),
    ("slow network", {"network_delay_ms": 400}, [[300, 600]], [[100, 350]], 700),
]


def scenes() -> list[dict[str, Any]]:
    """Every scene with its records. `settings_id` is left out: a new setting would change it everywhere."""
    rows = []
    for name, settings, agent, customer, hops in SCENES:
        player = Player(**{"profile": LED_ONLY, **settings}).play(agent, customer, hops).finish()
        found = [[layout, plain(values, leave_out=("settings_id",))] for layout, values in player.records]
        rows.append(
            {
                "name": name,
                "settings": {"profile": LED_ONLY, **settings},
                "agent": agent,
                "customer": customer,
                "hops": hops,
                "records": found,
            }
        )
    return rows


FILES = {
    "wire/messages.json": wire,
    "records/records.json": every_record,
    "records/damaged.json": damaged_log,
    "sealing/keys.json": key_schedule,
    "sealing/blocks.json": sealed_blocks,
    "turns/scenes.json": scenes,
}


def text_of(content: Any) -> str:
    """One line a row, so that a change shows as the rows it touches."""
    if isinstance(content, dict):
        return json.dumps(content, indent=1) + "\n"
    return "[\n" + ",\n".join(json.dumps(row) for row in content) + "\n]\n"


def main() -> int:
    """Write or check the vectors."""
    parser = argparse.ArgumentParser(description="Write or check the golden vectors of the core.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    check = parser.parse_args().check
    differing = 0
    for name, make in FILES.items():
        path = FOLDER / name
        text = text_of(make())
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        differing += 1
        print(f"{'differs' if check else 'wrote'}: {name}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
