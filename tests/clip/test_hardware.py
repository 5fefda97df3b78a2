"""The hardware tables agree with each other and with the boards' pins."""

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = {
    "bit clock": "BIT_CLOCK_PIN",
    "word select": "WORD_SELECT_PIN",
    "microphone data": "DATA_PIN",
    "light data": "LIGHT_PIN",
    "motor": "MOTOR_PIN",
    "button": "BUTTON_PIN",
    "battery voltage": "BATTERY_PIN",
    "battery voltage enable": "BATTERY_ENABLE_PIN",
}


def table(name: str) -> list[dict[str, str]]:
    with (ROOT / "hardware" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def constants(board: str) -> dict[str, int]:
    source = (ROOT / "firmware" / "boards" / board / "board.py").read_text(encoding="utf-8")
    return {name: int(value) for name, value in re.findall(r"^(\w+_PIN) = (\d+)", source, re.MULTILINE)}


@pytest.mark.parametrize(
    ("board", "column"), [("xiao_rp2350", "XIAO RP2350 GPIO"), ("xiao_esp32s3", "XIAO ESP32-S3 GPIO")]
)
def test_the_pin_map_is_what_the_board_uses(board: str, column: str) -> None:
    listed = {
        PINS[row["signal"]]: int(row[column])
        for row in table("pins.csv")
        if row[column] and row["signal"] in PINS
    }
    used = constants(board)
    used.setdefault("WORD_SELECT_PIN", used["BIT_CLOCK_PIN"] + 1)
    assert used == listed


def test_no_pin_is_used_twice() -> None:
    for column in ("XIAO RP2350 GPIO", "XIAO ESP32-S3 GPIO"):
        taken = [row[column] for row in table("pins.csv") if row[column]]
        assert len(set(taken)) == len(taken)


def test_every_part_of_the_netlist_is_bought_and_connected_once_a_pin() -> None:
    ends = [end for row in table("netlist.csv") for end in row["connects"].split()]
    assert len(set(ends)) == len(ends), "a pin lies on one net"
    bought = {reference for row in table("bom.csv") for reference in row["reference"].split()}
    assert {end.split(".")[0] for end in ends} == bought
