"""Where virtual clips live on this machine, and the keys that only they have."""

import os
from pathlib import Path

import platformdirs


def sim_folder() -> Path:
    """Folder of all named virtual clips; ALLEARS_HOME overrides the place."""
    home = os.environ.get("ALLEARS_HOME") or platformdirs.user_data_dir("allears", appauthor=False)
    return Path(home) / "sim"


def sim_keys_folder() -> Path:
    """Folder of the virtual clips' secrets, one file a unit; no clip can have its name."""
    return sim_folder() / ".keys"
