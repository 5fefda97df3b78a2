"""The wheel carries the firmware as data, whole, and nothing that is none of its business."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from allears.fleet import bundle

ROOT = Path(__file__).parents[2]
pytest.importorskip("hatchling", reason="hatchling, the build backend, is not installed")


def build(where: Path, target: str, source: Path) -> Path:
    """Build one distribution with the backend itself, offline."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(where)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = where.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sdist"), "sdist", ROOT)


@pytest.fixture(scope="module")
def from_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return build(tmp_path_factory.mktemp("second"), "wheel", source)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), "wheel", ROOT)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_wheel_from_sdist_and_from_checkout_are_the_same(wheel: Path, from_sdist: Path):
    assert contents(from_sdist) == contents(wheel)


def contents(wheel: Path) -> dict[str, str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def test_every_firmware_file_is_there_with_its_hash(installed: Path):
    folder = installed / "allears" / "_firmware"
    manifest = json.loads((folder / bundle.MANIFEST).read_text())
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != bundle.MANIFEST
    }
    assert manifest["files"] == found
    assert {"boards/sim/rom.py", "main.py", "allears_clip/app.py", "weights/duplex.bin"} <= found.keys()
    assert manifest["version"] == bundle.versions()["version"]


def test_the_released_networks_are_there_with_their_cards(installed: Path):
    released = ROOT / "models" / "released"
    wanted = {path.relative_to(released): path.read_bytes() for path in released.rglob("*") if path.is_file()}
    folder = installed / "allears" / "_models"
    assert {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    } == wanted
    assert {Path("duplex/duplex-int8.onnx"), Path("duplex/README.md")} <= wanted.keys()


def test_no_tests_no_recordings_no_leftovers(wheel: Path):
    names = contents(wheel)
    roots = {name.split("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == {
        "allears",
        "allears_core",
        "allears_models",
    }
    strange = [name for name in names if name.endswith((".pyc", ".mpy", ".flac", ".wav", ".ipynb"))]
    assert [name for name in strange if not name.startswith("allears/demo/data/")] == []
    assert not [name for name in names if "/tests/" in name or "__pycache__" in name]


def in_wheel(installed: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` with the wheel's content in front of the checkout."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(installed)},
        cwd=installed,
    )


def test_the_installed_firmware_is_the_checkouts(installed: Path):
    code = """
import json
import allears_core
from allears.firmware import firmware_root
from allears.fleet.bundle import load_bundle
print(firmware_root())
print(allears_core.__file__)
print(json.dumps(load_bundle().hashes))
"""
    done = in_wheel(installed, code)
    root, core, hashes = done.stdout.splitlines()
    assert Path(core) == installed / "allears_core" / "__init__.py"
    assert Path(root) == installed / "allears" / "_firmware"
    assert json.loads(hashes) == bundle.load_bundle().hashes


def test_the_network_runs_from_the_wheel(installed: Path):
    code = """
import numpy as np
from allears.signal.network import Network, find_weights
print(find_weights())
print(Network.load().run(np.zeros((3, 48), np.int16)).shape)
"""
    done = in_wheel(installed, code)
    assert done.stdout.splitlines() == [str(installed / "allears" / "_firmware" / "weights"), "(3, 3)"], (
        done.stderr
    )


def test_the_virtual_clip_runs_from_the_wheel(installed: Path, tmp_path: Path):
    code = """
from allears import sim
from allears.device import open_clip
with sim.start(fast=True) as clip, open_clip(clip.port, 20) as line:
    print(line.hello.board)
"""
    done = in_wheel(installed, code)
    assert done.stdout == "virtual clip\n", done.stderr


def test_a_damaged_installation_is_noticed(installed: Path):
    victim = installed / "allears" / "_firmware" / "main.py"
    whole = victim.read_bytes()
    victim.write_bytes(whole + b"#")
    try:
        done = in_wheel(installed, "from allears.fleet.bundle import load_bundle\nload_bundle()")
    finally:
        victim.write_bytes(whole)
    assert "the installed firmware is damaged (main.py); reinstall" in done.stderr
