"""What a clip says about itself when it is greeted."""

from dataclasses import dataclass
from typing import Any

from allears_core import frame, messages, records

CAPABILITIES = {
    messages.CAP_LIGHT: "light",
    messages.CAP_HAPTIC: "haptic",
    messages.CAP_BUTTON: "button",
    messages.CAP_BATTERY: "battery",
    messages.CAP_MICROPHONES: "microphones",
    messages.CAP_VIRTUAL: "virtual",
    messages.CAP_FILES: "files",
    messages.CAP_MONITOR: "monitor",
    messages.CAP_SEALED: "sealed",
    messages.CAP_KEYS: "keys",
    messages.CAP_SLOTS: "slots",
}


@dataclass(frozen=True)
class Hello:
    """A HELLO_REPLY read. unit, log_id: 16 hex digits; ms, hop: since boot; capabilities: CAP_ bits."""

    protocol: int
    capabilities: int
    unit: str
    log_id: str
    boot: int
    ms: int
    hop: int
    reset_cause: str
    max_payload: int
    records_version: int
    feature_version: int
    settings_crc: int
    firmware: str
    board: str
    kernels: str

    @property
    def can(self) -> list[str]:
        """Names of the capabilities."""
        return [name for bit, name in CAPABILITIES.items() if self.capabilities & bit]

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **self.__dict__,
            "capabilities": self.can,
            "settings_crc": f"{self.settings_crc:08x}",
        }


def from_values(values: dict[str, Any]) -> Hello:
    """Hello of a HELLO_REPLY's values; a reply shorter than this release's leaves zeros and empty texts."""
    firmware, board, kernels = ((values["text"] or b"").decode(errors="replace").split("\n") + [""] * 3)[:3]
    cause = values["reset_cause"]
    causes = records.RESET_CAUSES
    return Hello(
        protocol=values["protocol"],
        capabilities=values["capabilities"] or 0,
        unit=(values["unit"] or b"").hex(),
        log_id=(values["log_id"] or b"").hex(),
        boot=values["boot"] or 0,
        ms=values["ms"] or 0,
        hop=values["hop"] or 0,
        reset_cause=causes[cause] if cause is not None and cause < len(causes) else "unknown",
        max_payload=min(values["max_payload"] or 0, frame.MAX_PAYLOAD),
        records_version=values["records_version"] or 0,
        feature_version=values["feature_version"] or 0,
        settings_crc=values["settings_crc"] or 0,
        firmware=firmware,
        board=board,
        kernels=kernels,
    )
