"""Which room may import which: the rules of the layout, read from the imports themselves."""

import ast
import sys

import pytest

from tree import ROOMS, imports, sources

# What both CPython and MicroPython have, and core may use: no input or output, no clock.
CORE_STDLIB = {"array", "binascii", "micropython", "struct"}
# Hash and cipher: each interpreter has its own cipher, compat finds it.
CIPHERS = {
    "allears_core.compat": {"cryptolib", "cryptography.hazmat.primitives.ciphers"},
    "allears_core.seal": {"hashlib"},
    "allears_core.image": {"hashlib"},
}
ALLOWED = {
    "allears_core": {"allears_core"},
    # boards.contract says what the application expects of a board; it is no board.
    "allears_clip": {"allears_core", "allears_clip", "boards.contract"},
    "boards": {"allears_core", "allears_clip.drivers", "boards"},
    "allears": {"allears_core", "allears"},
    "allears_models": {"allears_core", "allears.signal", "allears_models"},
}
# The application runs on both interpreters too; these are modules that MicroPython has.
CLIP_STDLIB = CORE_STDLIB | {"gc", "hashlib", "io", "json", "os", "sys", "time", "uctypes"}
CHIP_ONLY = {"esp32", "machine", "rp2"}


def inside(target: str, allowed: set[str]) -> bool:
    return any(f"{target}.".startswith(f"{name}.") for name in allowed)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_it_may(room):
    wrong = [
        f"{item.where} imports {item.target}"
        for source in sources(room)
        for item in imports(source)
        if item.room in ROOMS and item.target != "boards" and not inside(item.target, ALLOWED[room])
    ]
    assert not wrong


def test_core_uses_only_what_both_interpreters_have():
    wrong = [
        f"{item.where} imports {item.target}"
        for source in sources("allears_core")
        for item in imports(source)
        if item.room not in ROOMS
        and item.target not in CORE_STDLIB
        and item.target not in CIPHERS.get(source.module, ())
    ]
    assert not wrong


def test_the_application_uses_only_what_micropython_has():
    """traceback is crashes' branch for CPython, where sys.print_exception is missing."""
    wrong = [
        f"{item.where} imports {item.target}"
        for source in sources("allears_clip")
        if not source.module.startswith("allears_clip.drivers")
        for item in imports(source)
        if item.room not in ROOMS
        and item.target not in CLIP_STDLIB
        and (source.module, item.target) != ("allears_clip.crashes", "traceback")
    ]
    assert not wrong


def test_only_drivers_and_boards_touch_the_chip():
    wrong = [
        f"{item.where} imports {item.target}"
        for source in sources()
        if source.room != "boards" and not source.module.startswith("allears_clip.drivers")
        for item in imports(source)
        if item.room in CHIP_ONLY
    ]
    assert not wrong


def test_the_host_imports_what_it_does_not_always_need_only_when_used():
    """Sound hardware, onnxruntime and training are extras: no module of the host may need them to be imported."""
    extras = {"onnxruntime", "sounddevice", "torch", "onnx", "scipy", "esptool", "pyspark"}
    at_import = [
        f"{source.at(node)} imports {name}"
        for source in sources("allears")
        for node in source.tree.body
        for name in _imported(node)
        if name.partition(".")[0] in extras
    ]
    assert not at_import


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def test_every_folder_of_a_package_is_a_package():
    """MicroPython knows no namespace packages."""
    folders = {path.parent for room in ("allears_core", "allears_clip") for path in ROOMS[room].rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


def test_the_rules_see_the_tree():
    """Guards the other tests against an empty tree: each room is there and imports something of this project."""
    assert set(sys.stdlib_module_names) >= {"array", "binascii", "struct"}
    for room in ROOMS:
        found = [item for source in sources(room) for item in imports(source) if item.room in ROOMS]
        assert found, room
