"""Where virtual clips live on this machine, and the keys that only they have."""

import os
from pathlib import Path

import platformdirs


def sim_folder() -> Path:
    """Folder of all named virtual clips; ALLEARS_HOME overrides the place."""
    home = os.environ.get("ALLEARS_HOME") or platformdirs.user_data_dir("allears", appauthor=False)
    return Path(home) / "sim"


def sim_names() -> list[str]:
    """Names of the virtual clips that have a folder."""
    folder = sim_folder()
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))


def sim_keys_folder() -> Path:
    """Folder of the virtual clips' secrets, one file a unit; no clip can have its name."""
    return sim_folder() / ".keys"
