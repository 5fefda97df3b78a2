"""The firmware bundle: which files a board gets, and in what form."""

import pytest

from allears.errors import BadInput
from allears.fleet import bundle, slot

COMPILED = b"M\x06"  # bytecode version 6 of MicroPython


def test_a_board_gets_its_own_folder_and_no_other():
    boards = {path for path in bundle.load_bundle(None, "sim").files if path.startswith("boards/")}
    assert {"boards/__init__.py", "boards/contract.py", "boards/sim/board.py"} <= boards
    assert all(len(path.split("/")) == 2 or path.startswith("boards/sim/") for path in boards)
    assert "boards/sim/rom.py" not in boards


def test_the_start_files_stay_source_and_name_the_board():
    files = bundle.load_bundle("x64").files
    assert files["board.py"].startswith(b"from boards.sim.board import make")
    assert {"main.py", "boot.py", "loader.py", "image.py", "board.py"} == {
        path for path in files if path.endswith(".py")
    }


def test_everything_else_is_compiled_where_the_compiler_is():
    assert bundle.compiler() is not None
    files = bundle.load_bundle("x64").files
    compiled = {path: content for path, content in files.items() if path.endswith(".mpy")}
    assert "allears_core/turns.mpy" in compiled
    assert {content[:2] for content in compiled.values()} == {COMPILED}


def test_without_the_compiler_the_sources_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bundle, "compiler", lambda: None)
    bundle._compiled.cache_clear()
    try:
        files = bundle.load_bundle("x64").files
    finally:
        bundle._compiled.cache_clear()
    assert "allears_core/turns.py" in files
    assert not [path for path in files if path.endswith(".mpy")]


def test_assembler_goes_only_to_chips_that_have_it():
    everywhere = bundle.load_bundle(None, "sim").files
    assert not [path for path in everywhere if path.endswith("_thumb.py")]


def test_a_board_gets_the_drivers_that_it_imports():
    files = bundle.load_bundle("armv7emsp", "xiao_rp2350").files
    drivers = {path.rpartition("/")[2] for path in files if path.startswith(bundle.DRIVERS)}
    assert {"i2s_pio.mpy", "pio_programs.mpy", "ring.mpy", "cells.mpy"} <= drivers
    assert not {"i2s_machine.mpy", "pwm_rgb.mpy"} & drivers
    assert not [path for path in files if path.endswith("_py.mpy")], "a chip has no time for plain Python"


def test_a_compiled_clip_carries_no_words_that_only_people_read():
    path = "allears_core/messages.py"
    source = bundle.load_bundle(None, "sim").files[path]
    bare = bundle.without_words(path, source)
    assert b'("boot", "u16", "boot id", 1)' in source and b'("boot", "u16", "", 1)' in bare
    assert len(bare.splitlines()) == len(source.splitlines())
    full: dict[str, object] = {"__name__": "allears_core.messages", "__package__": "allears_core"}
    cut = dict(full)
    exec(source, full)
    exec(bare, cut)
    said, kept = full["HELLO_REPLY"], cut["HELLO_REPLY"]
    assert [field[:2] for field in said.fields] == [field[:2] for field in kept.fields]  # type: ignore[attr-defined]
    assert any(field[2] for field in said.fields)  # type: ignore[attr-defined]
    assert not any(field[2] for field in kept.fields)  # type: ignore[attr-defined]


def test_the_manifest_states_versions_and_hashes():
    loaded = bundle.load_bundle("x64")
    assert loaded.manifest["files"] == loaded.hashes
    assert {"version", "protocol", "records", "features", "board", "arch"} <= loaded.manifest.keys()


def test_an_unknown_board_is_refused():
    with pytest.raises(BadInput, match="no firmware for a board called 'toaster'"):
        bundle.load_bundle(None, "toaster")


SLOT_BYTES = 160 * 1024  # twice that, and 512 KiB of log, on the 1 MiB of the reference board


@pytest.mark.parametrize("board, arch", [("sim", "x64"), ("xiao_rp2350", "armv7emsp")])
def test_it_fits_a_slot(board, arch):
    loaded = bundle.load_bundle(arch, board)
    assert len(loaded.image) <= SLOT_BYTES
    assert slot.files_of(slot.opened(loaded.image)).keys() == loaded.files.keys() - set(bundle.START_FILES)
