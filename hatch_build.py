"""Build hook: the wheel carries the firmware as data, in allears/_firmware, with a manifest of its hashes, and the
released networks (ONNX, card, measures) in allears/_models.

An editable install carries neither: it finds them in the checkout.
"""

import importlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TARGET = "allears/_firmware"
MODELS = "allears/_models"


class FirmwareHook(BuildHookInterface[Any]):
    """Adds the firmware's files and the released networks to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        # The bundle module says which files are firmware, so that wheel and checkout cannot disagree.
        sys.path[:0] = [str(root / "host"), str(root / "firmware")]
        try:
            bundle = importlib.import_module("allears.fleet.bundle")
        finally:
            del sys.path[:2]
        files = bundle.source_files(root / "firmware")
        hashes = {path: bundle.sha256(file.read_bytes()) for path, file in files.items()}
        stated = json.dumps({**bundle.versions(), "files": hashes}, indent=1, sort_keys=True)
        # From copies: a file that is included by force is left out of the package it also belongs to.
        self._folder = tempfile.mkdtemp(prefix="allears-build-")
        for path, file in files.items():
            copy = Path(self._folder, path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        Path(self._folder, bundle.MANIFEST).write_text(stated + "\n", "utf-8")
        build_data["force_include"][self._folder] = TARGET
        build_data["force_include"][str(root / "models" / "released")] = MODELS

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self._folder)
