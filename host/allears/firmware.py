"""Where the firmware lies: the clip's program and its network's weights are data to the host."""

import importlib.resources
from pathlib import Path


def firmware_root() -> Path:
    """Folder of the firmware's files: inside the installed package, else in the checkout."""
    packaged = Path(str(importlib.resources.files("allears") / "_firmware"))
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "firmware"
